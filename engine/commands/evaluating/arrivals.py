"""The command `mmm evaluate-arrivals`."""

from __future__ import annotations

import argparse

from engine.commands.evaluating.counted import add_counted, check_count, measure_counted


def add_evaluate_arrivals(parser: argparse.ArgumentParser) -> None:
    """Fill in `mmm evaluate-arrivals`."""
    add_counted(parser, 20, "of places to walk to")
    parser.set_defaults(run=run_evaluate_arrivals)


def run_evaluate_arrivals(options: argparse.Namespace) -> None:
    """Measure walks to random places; bad options are told before the model is loaded."""
    check_count(options)
    from engine.evaluation.direction.arrivals import arrivals_markdown, measure_arrivals

    measure_counted(options, "arrivals", "walk", measure_arrivals, arrivals_markdown)
