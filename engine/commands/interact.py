"""The command `mmm interact`."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from engine.commands.outputs import add_sampling_options, progress_bar, sampling_from
from engine.errors import InputError

if TYPE_CHECKING:
    from engine.interaction.pair import Interacting
    from engine.requests.interact import InteractRequest

MOTIONS, SHEET = (".npz", ".bvh"), ".png"


def add_interact(parser: argparse.ArgumentParser) -> None:
    """Fill in `mmm interact`."""
    parser.add_argument("interaction", nargs="?", help="what the two do, such as 'shake hands'; see --list")
    parser.add_argument("--list", action="store_true", help="tell which interactions there are")
    parser.add_argument("--file", type=Path, help="a TOML file with interactions of your own")
    parser.add_argument("--sizes", type=float, nargs=2, default=(1.0, 1.0), metavar=("A", "B"), help="1: 1.7 m tall")
    parser.add_argument("--seed", type=int, default=0)
    add_sampling_options(parser)
    parser.add_argument(
        "--out",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="repeatable; duel.npz and .bvh: duel_a.npz and duel_b.npz; .png: a sheet of both",
    )
    parser.set_defaults(run=run_interact)


def run_interact(options: argparse.Namespace) -> None:
    """Make two motions and write them; everything is checked before the model is loaded."""
    from engine.requests.interact import InteractRequest
    from engine.requests.interactions import bundled_interactions, find_interaction, read_interactions

    known = bundled_interactions() if options.file is None else read_interactions(options.file)
    if options.list:
        for each in known:
            print(f"{each.name}: {each.seconds:g} s, {each.a.prompt} | {each.b.prompt}")
        return
    if options.interaction is None or not options.out:
        raise InputError("say what the two do, and name a file with --out; --list tells which interactions there are")
    interaction = find_interaction(options.interaction, known)
    outputs = _check_outputs(options.out)
    request = InteractRequest(interaction, options.seed, tuple(options.sizes), sampling_from(options))
    from engine.interaction.pair import interact
    from engine.pipeline import Pipeline

    pipeline = Pipeline.from_pretrained(options.weights, options.device, options.precision)
    begun = time.perf_counter()
    with progress_bar() as watch:
        made = interact(pipeline, request, watch)
    print(
        f"{interaction.name}, {made.a.seconds:.1f} s, seed {options.seed}, in {time.perf_counter() - begun:.1f} s: "
        f"contacts within {100 * max(made.missed):.1f} cm, {100 * made.crossed:.1f} cm inside each other"
    )
    if made.a.note:
        print(made.a.note)
    for path in outputs:
        for written in _write(made, request, path):
            print(f"  {written}")


def _check_outputs(paths: list[Path]) -> list[Path]:
    for path in paths:
        if path.suffix not in (*MOTIONS, SHEET):
            raise InputError(f"--out {path}: unknown kind {path.suffix!r}, use one of {', '.join((*MOTIONS, SHEET))}")
        if not path.absolute().parent.is_dir():
            raise InputError(f"--out {path}: the folder {path.absolute().parent} does not exist, make it first")
    return [path.absolute() for path in paths]


def _write(made: Interacting, request: InteractRequest, path: Path) -> list[Path]:
    """Both motions beside each other, or the sheet."""
    from engine.files.whole import written_whole
    from engine.interaction.sheet import draw_pair
    from engine.motion.bvh import write_bvh

    if path.suffix == SHEET:
        with written_whole(path) as unfinished:
            picture = draw_pair(made.a.joints, made.b.joints, request.interaction.name, request.sizes)
            picture.save(unfinished, format="PNG")
        return [path]
    written = []
    for role, motion in zip("ab", made.motions, strict=True):
        place = path.with_name(f"{path.stem}_{role}{path.suffix}")
        if path.suffix == ".npz":
            motion.save(place)
        else:
            write_bvh(place, motion.joints, motion.fps)
        written.append(place)
    return written
