"""The command `mmm evaluate-arrivals`."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.commands.outputs import progress_bar
from engine.errors import InputError

SECTION = "arrivals"
MOST = 1000


def add_evaluate_arrivals(parser: argparse.ArgumentParser) -> None:
    """Fill in `mmm evaluate-arrivals`."""
    parser.add_argument("--weights", default="mmm-open", help="bundled name or model folder")
    parser.add_argument("--device", default="cpu", help="auto, cpu, cuda, mps or xpu")
    parser.add_argument("--count", type=int, default=20, help="of places to walk to")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--markdown", type=Path, help="file whose section is replaced")
    parser.set_defaults(run=run_evaluate_arrivals)


def run_evaluate_arrivals(options: argparse.Namespace) -> None:
    """Measure walks to random places; bad options are told before the model is loaded."""
    if not 1 <= options.count <= MOST:
        raise InputError(f"--count {options.count} is out of range: use 1 to {MOST:,}")
    from engine.evaluation.direction.arrivals import arrivals_markdown, measure_arrivals
    from engine.evaluation.report_file import write_section
    from engine.pipeline import Pipeline

    pipeline = Pipeline.from_pretrained(options.weights, options.device)
    with progress_bar("measuring", "walk") as watch:
        found = measure_arrivals(pipeline, options.count, options.seed, watch)
    text = arrivals_markdown(pipeline.model.config.name, options.seed, found)
    print(text)
    if options.markdown is not None:
        write_section(options.markdown, SECTION, text)
