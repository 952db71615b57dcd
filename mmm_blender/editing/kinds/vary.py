"""*Vary*: some of the motion a little different, the engine chooses which."""

from __future__ import annotations

import numpy as np

from ...motion_file import Motion
from ...rig.sampling import FPS
from ..aim import Aim, Played, Wish, of_part, open_ends, selection_or_all
from ..edit import Edit
from ..question import KeyedRange, Question, rows_between, too_short
from ..selection import Span
from ..splice import Piece
from .kind import FRAMES_FROM, HOLD, PART, EditKind, amount, choice

STRENGTH = amount(
    "strength", "Strength", "How much of the motion is made anew", 0.3, subtype="FACTOR", min=0.05, max=1.0
)
ORDER = choice(
    "order",
    "Change",
    "Which part of the motion is made anew first",
    (
        ("least", "Least Sure", "What fits the prompt and the rest the least"),
        ("most", "Most Sure", "What is most as expected, for bolder changes"),
    ),
)
SHORTEST = 4  # rows of a motion: one token


def find_aim(played: Played, wish: Wish) -> Aim:
    """The selection, or all."""
    span = selection_or_all(played, wish["frames_from"])
    return Aim(wish, (of_part(span, wish),), open_ends(played.armature, span))


def ask(aim: Aim, _keys: KeyedRange, fps: float) -> Question:
    """About the span alone: all that the engine is shown may change."""
    step = fps / FPS
    if aim.last - aim.first < SHORTEST * step:
        raise too_short(aim, int(np.ceil(SHORTEST * step)) + 1)
    params = {"strength": round(aim.wish["strength"], 4), "order": aim.wish["order"], "part": aim.part}
    return Question(rows_between(aim.first, aim.last + step, step), FPS, aim.first, aim.last, params)


def pieces(edit: Edit, motion: Motion, fps: float) -> list[Piece]:
    """Spans that the engine chose, part by part: where only the legs are new, what hangs on the pelvis moves with it
    and is not keyed.
    """
    count, step, found = len(motion.joints), fps / edit.fps, []
    for run in sorted(motion.asked.get("mask", ()), key=lambda run: int(run["start"])):
        begin, stop = int(run["start"]), int(run["stop"])
        # from the last kept row to the first kept one again
        first = edit.start if begin == 0 else int(np.floor(edit.start + (begin - 1) * step + 1e-6))
        last = edit.span.last if stop == count else int(np.ceil(edit.start + stop * step - 1e-6))
        last = min(last, edit.span.last)
        if last <= first:
            continue
        start_free, end_free = edit.free[0] and begin == 0, edit.free[1] and last == edit.span.last
        found.append(
            Piece(Span(first, last, run["part"]), "free" if start_free else "meet", "free" if end_free else "meet")
        )
    return found


KIND = EditKind(
    name="vary",
    number=5,
    label="Vary",
    tip="Make some of the selection, or of the whole motion, a little different",
    icon="MOD_NOISE",
    settings=(FRAMES_FROM, PART, STRENGTH, ORDER, HOLD),
    find_aim=find_aim,
    ask=ask,
    pieces=pieces,
)
