"""What a data folder holds, and whether it can be trained on."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.data.clips import WIDTHS, load_clips, load_normalisation
from engine.data.licence import data_licence
from engine.errors import InputError

SPLITS = ("train", "val", "test")
RATES = {263: 20.0, 251: 12.5, 323: 20.0}
RECIPES = {263: "nc or paper-humanml3d", 251: "paper-kit", 323: "open"}


def check_dataset(data: Path) -> str:
    """One line a split, and what it is; raises InputError, naming what is missing, if it cannot be used."""
    for name in ("new_joint_vecs", "texts"):
        if not (data / name).is_dir():
            raise InputError(f"{data} has no folder {name}: this is not HumanML3D's or KIT-ML's layout")
    for name in ("Mean.npy", "Std.npy", "train.txt", "val.txt"):
        if not (data / name).is_file():
            raise InputError(f"{data} has no {name}")
    width = len(load_normalisation(data).mean)
    if width not in WIDTHS:
        known = ", ".join(f"{width} ({text})" for width, text in WIDTHS.items())
        raise InputError(f"{data / 'Mean.npy'} has {width} numbers; known are {known}")
    licence = data_licence(data)
    lines = [
        f"{data}: {WIDTHS[width]} features, {RATES[width]:g} frames a second; recipe {RECIPES[width]}",
        f"licence of what is trained on it: {licence[1] if licence else 'the recipe says'}",
    ]
    lines += [_describe(data, split, width) for split in SPLITS if _listed(data, split)]
    return "\n".join(lines)


def _describe(data: Path, split: str, width: int) -> str:
    names = _listed(data, split)
    clips = load_clips(data, split, 1, width, RATES[width])
    minutes = sum(clip.frames for clip in clips) / RATES[width] / 60
    text = f"  {split}: {len(clips)} of {len(names)} listed clips, {minutes:.1f} minutes"
    lengths = np.array([clip.frames for clip in clips])
    silent = sum(not clip.captions for clip in clips)
    short = int((lengths < 2 * RATES[width]).sum())
    extras = [f"{silent} without captions" if silent else "", f"{short} under 2 seconds" if short else ""]
    absent = sum(not (data / "new_joint_vecs" / f"{name}.npy").is_file() for name in names)
    extras.append(f"{absent} without motion" if absent else "")
    broken = len(names) - absent - len(clips)
    extras.append(f"{broken} with values that are not finite" if broken else "")
    told = ", ".join(extra for extra in extras if extra)
    return f"{text}; {told}" if told else text


def _listed(data: Path, split: str) -> list[str]:
    path = data / f"{split}.txt"
    return path.read_text(encoding="utf-8").split() if path.is_file() else []
