"""Targets as the command line and scripts write them: right_hand@2.0s=0.3,1.1,0.4."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence

from engine.errors import InputError
from engine.requests.stops import Stop
from engine.requests.targets import Target

FPS = 20.0  # of the models
BEHIND, FAR = -0.1, 0.9  # metres ahead and away from which on one does not just sit down on a seat
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


def add_stop(parser: argparse.ArgumentParser) -> None:
    """Fill in the option `--stop`."""
    parser.add_argument(
        "--stop",
        metavar="TIME=X,Z[,DEGREES]",
        help="go to a place and stand there from TIME on, for a second: 4.0s=1.0,3.0,90 (metres; who begins at the "
        "origin looks along Z; DEGREES to the left, else on along the way)",
    )


def parse_stop(text: str) -> Stop:
    """A stop such as 4.0s=1.0,3.0,90; raises InputError for what is none."""
    when, _, where = text.partition("=")
    try:
        arrive, (x, z, *turn) = _frame(when) / FPS, map(float, where.split(","))
        valid = len(turn) < 2 and all(map(math.isfinite, (x, z, *turn)))
    except (ValueError, OverflowError):
        valid = False
    if not valid:
        raise InputError(f"stop {text!r} is none: write TIME=X,Z or TIME=X,Z,DEGREES, such as 4.0s=1.0,3.0,90")
    return Stop((x, z), arrive, turn[0] if turn else None)


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


def find_seat_doubt(targets: Sequence[Target]) -> str:
    """What to do about a seat that nobody stands before, their back to it; empty where there is none."""
    seats = [target.position for target in targets if target.part == "seat"]
    if not seats or (seats[0][2] < BEHIND and math.hypot(seats[0][0], seats[0][2]) < FAR):
        return ""
    return (
        f"the seat is {math.hypot(seats[0][0], seats[0][2]):.1f} m away and not just behind: one motion slides there; "
        "in a script of mmm story a first part can stop before it, its back to it"
    )


def _frame(text: str) -> int:
    """The frame of '40' or '2.0s'; raises ValueError, OverflowError."""
    return round(float(text[:-1]) * FPS) if text.endswith("s") else int(text)
