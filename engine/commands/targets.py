"""Targets as the command line and scripts write them: right_hand@2.0s=0.3,1.1,0.4."""

from __future__ import annotations

import argparse

from engine.errors import InputError
from engine.requests.targets import Target

FPS = 20.0  # of the models
MAX_SPAN = 1200  # frames of a target: the longest motion


def add_targets(parser: argparse.ArgumentParser) -> None:
    """Fill in the option `--target`."""
    parser.add_argument(
        "--target",
        action="append",
        default=[],
        metavar="PART@TIME=X,Y,Z",
        help="repeatable: right_hand@2.0s=0.3,1.1,0.4 (metres, Y up), TIME a frame, a time or a span 40-60, 2s-3s",
    )


def parse_target(text: str) -> Target:
    """A target such as right_hand@2.0s=0.3,1.1,0.4; raises InputError for what is none."""
    part, _, rest = text.partition("@")
    when, _, where = rest.partition("=")
    first, _, last = when.partition("-")
    try:
        position = [float(number) for number in where.split(",")]
        start, stop = _frame(first), _frame(last or first)
    except (ValueError, OverflowError):
        raise InputError(
            f"target {text!r} is none: write PART@TIME=X,Y,Z, such as right_hand@2.0s=0.3,1.1,0.4"
        ) from None
    if stop < start or stop - start > MAX_SPAN:
        raise InputError(f"target {text!r}: the span has to go forward, over at most {MAX_SPAN} frames")
    return Target(part, position, range(start, stop + 1))


def _frame(text: str) -> int:
    """The frame of '40' or '2.0s'; raises ValueError, OverflowError."""
    return round(float(text[:-1]) * FPS) if text.endswith("s") else int(text)
