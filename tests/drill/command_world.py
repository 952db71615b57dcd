"""Commands, the good files that they are given, and whether what they write is whole."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.errors import InputError
from tests.drill.spoilt_files import Rng, link_model

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "weights" / "mmm-open"
GOLDEN = ROOT / "tests" / "golden" / "humanml3d_new_joints_012314.npy"
OF_BLENDER = (".glb", ".png", ".blend")
OLD = b"OLD" * 1000  # of a file that is there before
ZSTD_END = b"\xb1\xea\x92\x8f"  # of a table of places, at the very end of a compressed .blend file
MAKE_RIG = """
import bpy, os, sys
from mmm_blender import character
bpy.ops.wm.read_homefile(use_empty=True)
character.add_character(bpy.context.scene.collection)
bpy.ops.wm.save_as_mainfile(filepath=sys.argv[1])
os._exit(0)
"""

Asked = tuple[list[str], list[Path]]


@dataclass(frozen=True)
class Task:
    """A command: ``ask`` gives its arguments and what it is to write; ``inputs``: what may be spoilt of what it reads.

    ``replaces``: whether what it writes may be there already.
    """

    name: str
    inputs: tuple[str, ...]
    ask: Callable[[Rng, Path, Path], Asked]
    replaces: bool = True


def build(world: Path) -> None:
    """Good files for all commands."""
    import torch

    from engine.conversion.convert import convert_checkpoints
    from tests.conversion.published_layout import TINY, published_checkpoints

    world.mkdir()
    np.savez(world / "walk.npz", joints=np.load(GOLDEN)[:40].astype(np.float32), fps=20.0)
    (world / "story.yaml").write_text("story:\n- {prompt: walk, seconds: 1.5}\n- {prompt: wave, seconds: 1.5}\n")
    (world / "prompts.csv").write_text("prompt,seconds,seed\na person waves,1.5,3\na person bows,1.5,4\n")
    subprocess.run([sys.executable, "-c", MAKE_RIG, world / "rig.blend"], cwd=ROOT, check=True, capture_output=True)
    for name, content in zip(("vq", "tr"), published_checkpoints(TINY), strict=True):
        torch.save(content, world / f"{name}.pth")
    convert_checkpoints(world / "vq.pth", world / "tr.pth", world / "tiny", heads=4)


def give(world: Path, to: Path) -> None:
    """Copies of the good files, and of the model."""
    shutil.copytree(world, to, dirs_exist_ok=True)
    link_model(MODEL, to / "model")


def put_old(path: Path, world: Path) -> None:
    """What is there before."""
    if path.suffix:
        path.write_bytes(OLD)
    else:
        shutil.copytree(world / "tiny", path)


def look(folder: Path) -> dict[str, bytes]:
    """All in a folder by its place: contents, or where a link leads."""
    return {
        str(path.relative_to(folder)): b"-> %a" % path.readlink()
        if path.is_symlink()
        else path.read_bytes()
        if path.is_file()
        else b""
        for path in folder.rglob("*")
    }


def is_whole(path: Path) -> str:
    """What is wrong with a file or folder that a command has written, if anything."""
    from engine.models.folder import load_model_folder
    from engine.motion.bvh import read_bvh
    from engine.motion.motion_file import read_motion_file
    from mmm_blender.files.whole import check_whole

    try:
        if path.suffix == ".npz":
            read_motion_file(path)
        elif path.suffix == ".bvh":
            read_bvh(path)
        elif path.suffix == ".blend":
            return "" if path.read_bytes().endswith(ZSTD_END) else "a .blend file without its end"
        elif path.suffix:
            check_whole(path.resolve())
        else:
            load_model_folder(path)
    except (InputError, OSError) as error:
        return str(error)
    return ""


def _sampling(given: Path) -> list[str]:
    return ["--steps", "1", "--device", "cpu", "--weights", str(given / "model")]


def _outputs(rng: Rng, out: Path) -> tuple[list[str], list[Path]]:
    """Where to, of one or two kinds, at times through Blender."""
    suffixes = rng.choice(([".npz"], [".npz"], [".bvh"], [".npz", ".bvh"], [".npz", rng.choice(OF_BLENDER)]))
    paths = [out / f"made{suffix}" for suffix in suffixes]
    return [argument for path in paths for argument in ("--out", str(path))], paths


def _generate(rng: Rng, given: Path, out: Path) -> Asked:
    arguments, paths = _outputs(rng, out)
    return ["engine.cli", "generate", "a person walks", "--seconds", "1", *_sampling(given), *arguments], paths


def _edit(rng: Rng, given: Path, out: Path) -> Asked:
    arguments, paths = _outputs(rng, out)
    span = ["--from", "0.5", "--to", "1.5", "--candidates", "1"]
    return ["engine.cli", "edit", str(given / "walk.npz"), *span, *_sampling(given), *arguments], paths


def _story(rng: Rng, given: Path, out: Path) -> Asked:
    arguments, paths = _outputs(rng, out)
    return ["engine.cli", "story", str(given / "story.yaml"), *_sampling(given), *arguments], paths


def _batch(_rng: Rng, given: Path, out: Path) -> Asked:
    path = out / "library.blend"
    files = [str(given / "prompts.csv"), "--rig", str(given / "rig.blend"), "--out", str(path), "--catalog", ""]
    return ["engine.cli", "batch", *files, *_sampling(given)], [path]


def _export(rng: Rng, given: Path, out: Path) -> Asked:
    path = out / f"made{rng.choice((*OF_BLENDER, '.mp4'))}"
    return ["mmm_blender.headless", "export", str(given / "walk.npz"), "--out", str(path)], [path]


def _convert(_rng: Rng, given: Path, out: Path) -> Asked:
    path = out / "model"
    files = ["--vq", str(given / "vq.pth"), "--transformer", str(given / "tr.pth")]
    return ["engine.cli", "weights", "convert", *files, "--heads", "4", "--out", str(path)], [path]


def _publish(_rng: Rng, given: Path, out: Path) -> Asked:
    path = out / "model"
    return ["engine.cli", "publish", str(given / "tiny"), "--out", str(path)], [path]


TASKS = (
    Task("generate", ("model",), _generate),
    Task("edit", ("walk.npz", "model"), _edit),
    Task("story", ("story.yaml", "model"), _story),
    Task("batch", ("prompts.csv", "rig.blend", "model"), _batch),
    Task("export", ("walk.npz",), _export),
    Task("convert", ("vq.pth", "tr.pth"), _convert, replaces=False),
    Task("publish", ("tiny",), _publish),
)
