"""*Loop*: the end runs into the start."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...coordinates import FloatArray
from ...motion_file import Motion
from ...rig.sampling import FPS
from ...translation import iface_, n_, rpt_
from ..aim import Aim, Played, Wish, whole_range
from ..edit import Edit
from ..question import KeyedRange, Question, rows_between, too_short
from ..selection import Span
from ..splice import Piece
from .kind import EditKind, choice, duration

WRAP = duration(
    "wrap",
    "Across",
    "How much changes where the end meets the start, half of it at either side",
    1.0,
    min=0.2,
    max=10.0,
    step=10,
)
TRAVEL = choice(
    "travel",
    "Travel",
    "Whether the character gets on from one turn of the loop to the next",
    (
        ("AUTO", "Auto", "As the motion does"),
        ("STAY", "Stay", "End in the very place where it began"),
        ("TRAVEL", "Travel", "Go on, as in a walk: the character may end elsewhere"),
    ),
)
SHORTEST = 1.0  # seconds of a motion that can be looped
FEWEST_ROWS = 12  # of a motion, a few of which stay
TOO_SHORT = n_("Frames {first} to {last} are too short for a loop: {least} frames or more are needed")


def find_aim(played: Played, wish: Wish) -> Aim:
    """The two ends of the range, together as long as is set."""
    whole, fps = whole_range(played), played.fps
    length = whole.last - whole.first
    if length < SHORTEST * fps:
        least = int(np.ceil(SHORTEST * fps))
        raise ValueError(rpt_(TOO_SHORT).format(first=whole.first, last=whole.last, least=least))
    half = int(np.clip(round(wish["wrap"] * fps / 2), 2, length // 2 - 2))
    head, tail = Span(whole.first, whole.first + half), Span(whole.last - half, whole.last)
    return Aim(wish, (head, tail), (True, True))


def ask(aim: Aim, _keys: KeyedRange, fps: float) -> Question:
    """One turn of the loop in whole rows: nearly 20 a second, so that the last frame is the first again."""
    length = aim.last - aim.first
    rows = round(length * FPS / fps)
    if rows < FEWEST_ROWS:
        raise too_short(aim, int(np.ceil(FEWEST_ROWS * fps / FPS)))
    half = max(round((aim.spans[0].last - aim.first) * rows / length), 2)
    travel = {"AUTO": None, "STAY": False, "TRAVEL": True}[aim.wish["travel"]]
    step = length / rows
    params = {"span": min(2 * half, rows - 4), "travel": travel}
    return Question(rows_between(aim.first, aim.last - step, step), fps / step, aim.first, aim.last, params)


def pieces(edit: Edit, _motion: Motion, _fps: float) -> list[Piece]:
    """Both ends; the last frame takes the pose of the first."""
    head, tail = edit.spans
    return [Piece(head, start="free"), Piece(tail, end="close")]


def joints(motion: Motion) -> FloatArray:
    """(T + 1, J, 3) with the first pose again, where the loop comes to when it is through."""
    turn = np.asarray(motion.joints, np.float64)
    shift: Any = np.zeros(3)
    if motion.asked.get("travel"):
        ground = np.array([1.0, 0.0, 1.0])
        step = (turn[-1, 0] - turn[-2, 0] + turn[1, 0] - turn[0, 0]) / 2
        shift = (turn[-1, 0] + step - turn[0, 0]) * ground
    return np.concatenate((turn, turn[:1] + shift))


def tell(aim: Aim, _part: str) -> str:
    """Both ends."""
    head, tail = aim.spans
    return iface_("Frames {a} to {b} and {c} to {d}").format(a=head.first, b=head.last, c=tail.first, d=tail.last)


KIND = EditKind(
    name="loop",
    number=6,
    label="Loop",
    tip="Change start and end so that the end runs into the start",
    icon="FILE_REFRESH",
    settings=(WRAP, TRAVEL),
    find_aim=find_aim,
    ask=ask,
    pieces=pieces,
    joints=joints,
    tell=tell,
)
