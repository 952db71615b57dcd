"""The command `mmm evaluate-seats`."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.commands.outputs import progress_bar
from engine.errors import InputError

SECTION = "seats"
MOST = 1000


def add_evaluate_seats(parser: argparse.ArgumentParser) -> None:
    """Fill in `mmm evaluate-seats`."""
    parser.add_argument("--weights", default="mmm-open", help="bundled name or model folder")
    parser.add_argument("--device", default="cpu", help="auto, cpu, cuda, mps or xpu")
    parser.add_argument("--count", type=int, default=10, help="of benches to sit down on")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--markdown", type=Path, help="file whose section is replaced")
    parser.set_defaults(run=run_evaluate_seats)


def run_evaluate_seats(options: argparse.Namespace) -> None:
    """Measure sits on random benches; bad options are told before the model is loaded."""
    if not 1 <= options.count <= MOST:
        raise InputError(f"--count {options.count} is out of range: use 1 to {MOST:,}")
    from engine.evaluation.direction.seats import measure_seats, seats_markdown
    from engine.evaluation.report_file import write_section
    from engine.pipeline import Pipeline

    pipeline = Pipeline.from_pretrained(options.weights, options.device)
    with progress_bar("measuring", "sit") as watch:
        found = measure_seats(pipeline, options.count, options.seed, watch)
    text = seats_markdown(pipeline.model.config.name, options.seed, found)
    print(text)
    if options.markdown is not None:
        write_section(options.markdown, SECTION, text)
