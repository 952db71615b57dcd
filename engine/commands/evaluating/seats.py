"""The command `mmm evaluate-seats`."""

from __future__ import annotations

import argparse

from engine.commands.evaluating.counted import add_counted, check_count, measure_counted


def add_evaluate_seats(parser: argparse.ArgumentParser) -> None:
    """Fill in `mmm evaluate-seats`."""
    add_counted(parser, 10, "of benches to sit down on")
    parser.set_defaults(run=run_evaluate_seats)


def run_evaluate_seats(options: argparse.Namespace) -> None:
    """Measure sits on random benches; bad options are told before the model is loaded."""
    check_count(options)
    from engine.evaluation.direction.seats import measure_seats, seats_markdown

    measure_counted(options, "seats", "sit", measure_seats, seats_markdown)
