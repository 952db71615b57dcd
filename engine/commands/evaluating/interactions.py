"""The command `mmm evaluate-interactions`."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

from engine.commands.outputs import progress_bar

if TYPE_CHECKING:
    from engine.interaction.pair import Interacting
    from engine.requests.interact import InteractRequest

SECTION, RIGS_SECTION = "interactions", "interactions-on-rigs"


def add_evaluate_interactions(parser: argparse.ArgumentParser) -> None:
    """Fill in `mmm evaluate-interactions`."""
    parser.add_argument("--weights", default="mmm-open", help="bundled name or model folder")
    parser.add_argument("--device", default="cpu", help="auto, cpu, cuda, mps or xpu")
    parser.add_argument("--file", type=Path, help="a TOML file with interactions of your own")
    parser.add_argument("--only", action="append", metavar="NAME", help="only this one; repeatable")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sheets", type=Path, metavar="DIR", help="folder for a sheet of each pair")
    parser.add_argument(
        "--rigs",
        type=Path,
        metavar="DIR",
        help="on rigs in Blender, some of them skeletons of DIR, tests/blender/rigs",
    )
    parser.add_argument("--markdown", type=Path, help="file whose section is replaced")
    parser.set_defaults(run=run_evaluate_interactions)


def run_evaluate_interactions(options: argparse.Namespace) -> None:
    """Measure all interactions; bad options are told before the model is loaded."""
    from engine.requests.interactions import bundled_interactions, find_interaction, read_interactions

    known = bundled_interactions() if options.file is None else read_interactions(options.file)
    chosen = [find_interaction(name, known) for name in options.only] if options.only else known
    from engine.evaluation.direction.interactions import (
        BODIES,
        interactions_markdown,
        measure_interactions,
        measure_on_rigs,
    )
    from engine.evaluation.report_file import write_section
    from engine.pipeline import Pipeline

    pipeline = Pipeline.from_pretrained(options.weights, options.device)

    def keep(request: InteractRequest, made: Interacting) -> None:
        if options.sheets is not None:
            _draw(options.sheets, request, made)

    bodies, section = BODIES, SECTION
    with progress_bar("measuring", "interaction") as watch:
        if options.rigs is None:
            rows = measure_interactions(pipeline, chosen, options.seed, watch, keep)
        else:
            rows, names = measure_on_rigs(pipeline, chosen, options.rigs, options.seed, watch)
            bodies, section = f"the rigs {' / '.join(names)}", RIGS_SECTION
    text = interactions_markdown(pipeline.model.config.name, options.seed, rows, bodies)
    print(text)
    if options.markdown is not None:
        write_section(options.markdown, section, text)


def _draw(folder: Path, request: InteractRequest, made: Interacting) -> None:
    """`folder`/NAME_SIZE_SIZE.png, with what was measured."""
    from engine.interaction.sheet import draw_pair
    from engine.requests.proportions import PERSON

    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"\W+", "-", request.interaction.name)
    built = "" if request.proportions == (PERSON, PERSON) else "_built"
    told = f"off {100 * max(made.missed):.1f} cm, inside {100 * made.crossed:.1f} cm at {made.crossed_at / 20:.1f} s"
    picture = draw_pair(made.a.joints, made.b.joints, f"{request.interaction.name}: {told}", request.sizes)
    picture.save(folder / f"{name}_{request.sizes[0]:g}_{request.sizes[1]:g}{built}.png")
