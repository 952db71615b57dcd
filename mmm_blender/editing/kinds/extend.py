"""*Extend*: the motion goes on, or begins earlier."""

from __future__ import annotations

import numpy as np

from ...animation.played import keyed_range
from ...rig.sampling import FPS
from ..aim import Aim, Played, Wish
from ..question import ALMOST, CONTEXT, KeyedRange, Question, rows_between, too_short
from ..selection import Span
from .kind import EditKind, choice, duration

DIRECTION = choice(
    "direction",
    "Add",
    "Where the motion gets longer",
    (("AFTER", "After", "Go on behind the last key"), ("BEFORE", "Before", "Begin before the first key")),
)
SECONDS = duration("seconds", "Length", "How much motion is added", 2.0, min=0.2, max=30.0, soft_max=10.0, step=50)
NOTHING_TO_GO_ON = "The motion is too short to go on from: it needs {count} frames or more"


def find_aim(played: Played, wish: Wish) -> Aim:
    """As many frames as are wanted beyond the keys."""
    start, end = keyed_range(played.armature)
    length = max(round(wish["seconds"] * played.fps), 2)
    if wish["direction"] == "BEFORE":
        first = int(np.floor(start))
        return Aim(wish, (Span(first - length, first),), (True, False))
    last = int(np.ceil(end))
    return Aim(wish, (Span(last, last + length),), (False, True))


def ask(aim: Aim, keys: KeyedRange, fps: float) -> Question:
    """For frames in front of or behind what is shown."""
    return _ask_before(aim, keys, fps) if aim.wish["direction"] == "BEFORE" else _ask_after(aim, keys, fps)


def _ask_after(aim: Aim, keys: KeyedRange, fps: float) -> Question:
    step = fps / FPS
    start = max(int(np.floor(keys[0])), int(np.floor(aim.first - CONTEXT * fps)))
    frames = rows_between(start, aim.first, step)
    if len(frames) < 2:
        raise too_short(aim, int(np.ceil(step)) + 1, NOTHING_TO_GO_ON)
    added = int(np.ceil((aim.last - frames[-1]) / step - ALMOST))
    return Question(frames, FPS, start, aim.last, {"before": 0, "after": added})


def _ask_before(aim: Aim, keys: KeyedRange, fps: float) -> Question:
    step = fps / FPS
    added = int(np.ceil((aim.last - aim.first) / step - ALMOST))
    first = aim.first + added * step  # less than a row behind the first key
    frames = rows_between(first, min(keys[1], first + CONTEXT * fps), step)
    if len(frames) < 2:
        raise too_short(aim, int(np.ceil(2 * step)) + 1, NOTHING_TO_GO_ON)
    return Question(frames, FPS, aim.first, aim.last, {"before": added, "after": 0})


KIND = EditKind(
    name="extend",
    number=4,
    label="Extend",
    tip="Go on behind the last key, or begin earlier than the first",
    icon="ARROW_LEFTRIGHT",
    settings=(DIRECTION, SECONDS),
    find_aim=find_aim,
    ask=ask,
)
