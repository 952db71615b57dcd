"""Files that are not what they were: missing, cut, changed, or something else altogether."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

Rng = random.Random
WAYS = ("missing", "cut", "flipped", "a folder", "empty", "unreadable link")


def spoil(rng: Rng, file: Path) -> str:
    """Spoil one file in one way; which, in a word."""
    content, way = file.read_bytes(), rng.choice(WAYS)
    file.unlink()
    if way == "cut":
        file.write_bytes(content[: rng.randrange(len(content))])
    elif way == "flipped":
        place = rng.randrange(min(len(content), 4000))
        file.write_bytes(content[:place] + bytes([content[place] ^ 255]) + content[place + 1 :])
    elif way == "a folder":
        file.mkdir()
    elif way == "empty":
        file.touch()
    elif way == "unreadable link":
        file.symlink_to(file)
    return way


def spoil_model(rng: Rng, model: Path) -> str:
    """Spoil one file of a model folder, which may be links to the files of another; which and how."""
    file = rng.choice(sorted(path for path in model.rglob("*") if path.suffix in (".safetensors", ".json", ".npz")))
    return f"{file.relative_to(model)} is {spoil(rng, file)}"


def link_model(model: Path, to: Path) -> None:
    """A model folder of links: what is spoilt in it is spoilt there alone."""
    shutil.copytree(model, to, copy_function=lambda source, target: Path(target).symlink_to(Path(source).resolve()))
