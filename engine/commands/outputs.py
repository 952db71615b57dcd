"""What every command that makes motions shares: its options, its progress and its files."""

from __future__ import annotations

import argparse
import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from engine.blender_process import check_blender
from engine.errors import InputError
from engine.watch import Watch

if TYPE_CHECKING:
    from engine.generation.familiar import Hint

BLENDER_SUFFIXES = (".blend", ".glb", ".mp4", ".png")
GENERATED_SUFFIXES = (".npz", ".bvh", *BLENDER_SUFFIXES)


def add_generation_options(parser: argparse.ArgumentParser) -> None:
    """What every command that makes motions takes: how to sample, with what, and where to."""
    add_sampling_options(parser)
    parser.add_argument("--fps", type=int, default=24, help="scene rate of .blend, .glb, .mp4")
    parser.add_argument(
        "--out",
        type=Path,
        action="append",
        required=True,
        metavar="FILE",
        help="repeatable; " + ", ".join(GENERATED_SUFFIXES),
    )


def add_mood(parser: argparse.ArgumentParser) -> None:
    """How it is done."""
    parser.add_argument("--mood", help="in which it is done, such as sad or happy; default: none")
    parser.add_argument("--intensity", type=float, default=1.0, help="of the mood, 0 to 1.5 (default 1)")


def add_sampling_options(parser: argparse.ArgumentParser) -> None:
    """How to sample, and with what."""
    parser.add_argument("--steps", type=int, help="decoding steps of the coarse tokens")
    parser.add_argument("--guidance", type=float, help="how closely to follow the text")
    parser.add_argument("--weights", default="mmm-open", help="bundled name or model folder")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, mps or xpu")
    parser.add_argument(
        "--precision",
        default="fp32",
        choices=("fp32", "bf16", "fast"),
        help="of the sampling; fast: 8-bit and approximate, for the CPU",
    )


@contextlib.contextmanager
def progress_bar(doing: str = "decoding", unit: str = "step") -> Iterator[Watch]:
    """Decoding steps, or other units, on stderr, when somebody watches; gone when done."""
    from tqdm import tqdm

    with tqdm(desc=doing, unit=unit, leave=False, disable=None) as bar:

        def report(stage: str, step: int, of: int) -> None:
            bar.total = of
            bar.update(step - bar.n)

        yield Watch(report)


def sampling_from(options: argparse.Namespace, default=None):  # type: ignore[no-untyped-def]
    """The sampling settings that the command line overrides; the rest is that of `default`."""
    from dataclasses import replace

    from engine.generation.settings import SamplingConfig

    given = {"steps": options.steps, "guidance": options.guidance}
    return replace(default or SamplingConfig(), **{key: value for key, value in given.items() if value is not None})


def check_outputs(paths: list[Path], samples: int, fps: int) -> list[Path]:
    """The paths, made absolute, if each can be written; raises InputError otherwise."""
    if not 1 <= samples <= 64:
        raise InputError(f"--samples {samples} is out of range: ask for 1 to 64")
    if not 1 <= fps <= 240:
        raise InputError(f"--fps {fps} is out of range: use 1 to 240")
    if any(path.suffix in BLENDER_SUFFIXES for path in paths):
        check_blender()
    for path in paths:
        if path.suffix not in GENERATED_SUFFIXES:
            raise InputError(f"--out {path}: unknown kind {path.suffix!r}, use one of {', '.join(GENERATED_SUFFIXES)}")
        if path.is_dir():
            raise InputError(f"--out {path} is a folder: name a file")
        try:
            folder = path.resolve().parent
        except (OSError, RuntimeError) as error:
            # A RuntimeError, in older Pythons, where links lead in a circle.
            raise InputError(f"--out {path} cannot be written: {error}") from error
        if not folder.is_dir():
            raise InputError(f"--out {path}: the folder {folder} does not exist, make it first")
        if not os.access(folder, os.W_OK):
            raise InputError(f"--out {path}: the folder {folder} cannot be written to")
    return [path.absolute() for path in paths]


def numbered(path: Path, index: int, count: int) -> Path:
    """`walk.bvh` for one sample, `walk_1.bvh`, `walk_2.bvh` ... for several."""
    return path if count == 1 else path.with_name(f"{path.stem}_{index + 1}{path.suffix}")


def write_motion(motion, outputs: list[Path], fps: int) -> None:  # type: ignore[no-untyped-def]
    """Write one motion in every asked format; Blender's own formats in one Blender run."""
    import tempfile

    from engine.blender_process import export_motion
    from engine.motion.bvh import write_bvh

    for path in outputs:
        if path.suffix == ".npz":
            motion.save(path)
        elif path.suffix == ".bvh":
            write_bvh(path, motion.joints, motion.fps)
    for_blender = [path for path in outputs if path.suffix in BLENDER_SUFFIXES]
    if for_blender:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "motion.npz"
            motion.save(source)
            export_motion(source, for_blender, fps)


def print_hint(hint: Hint | None) -> None:
    """What to know of a prompt before wondering at the motion, if anything."""
    if hint:
        print(f"note: {hint}")
