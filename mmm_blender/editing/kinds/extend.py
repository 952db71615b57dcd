"""*Extend*: the motion goes on, from its end or from the current frame, or begins earlier."""

from __future__ import annotations

import numpy as np

from ...animation.played import keyed_range
from ...rig.sampling import FPS
from ...translation import n_, rpt_
from ..aim import Aim, Played, Wish
from ..question import ALMOST, CONTEXT, KeyedRange, Question, rows_between, too_short
from ..selection import Span
from .kind import EditKind, choice, duration

DIRECTION = choice(
    "direction",
    "Add",
    "Where the motion gets longer",
    (
        ("AFTER", "After", "Go on behind the last key"),
        ("BEFORE", "Before", "Begin before the first key"),
        ("HERE", "Here", "Go on from the current frame; the keys behind it are replaced"),
    ),
)
SECONDS = duration("seconds", "Length", "How much motion is added", 2.0, min=0.2, max=30.0, soft_max=10.0, step=50)
AS_LONG_AS_USUAL = 0.0  # seconds that leave the length to the engine
MOST_ROWS = 100_000  # of an answer as long as the engine likes: beyond all that it makes
GO_ON_CONTEXT = 1.6  # seconds that the engine sees of a motion it goes on from: more would lead it astray
NOTHING_TO_GO_ON = n_("The motion is too short to go on from: it needs {count} frames or more")
NOTHING_BEFORE = n_("There are no keys before frame {frame} to go on from: move the playhead into the motion")


def find_aim(played: Played, wish: Wish) -> Aim:
    """As many frames as are wanted beyond the keys."""
    start, end = keyed_range(played.armature)
    length = max(round(wish["seconds"] * played.fps), 2)
    if wish["direction"] == "BEFORE":
        first = int(np.floor(start))
        return Aim(wish, (Span(first - length, first),), (True, False))
    last = int(np.ceil(end))
    if wish["direction"] == "HERE":
        last = played.scene.frame_current
        if last <= start:
            raise ValueError(rpt_(NOTHING_BEFORE).format(frame=last))
    return Aim(wish, (Span(last, last + length),), (False, True))


def ask(aim: Aim, keys: KeyedRange, fps: float) -> Question:
    """For frames in front of or behind what is shown."""
    return _ask_before(aim, keys, fps) if aim.wish["direction"] == "BEFORE" else _ask_after(aim, keys, fps)


def _ask_after(aim: Aim, keys: KeyedRange, fps: float) -> Question:
    step, here = fps / FPS, aim.wish["direction"] == "HERE"
    context = GO_ON_CONTEXT if here else CONTEXT
    start = max(int(np.floor(keys[0])), int(np.floor(aim.first - context * fps)))
    frames = rows_between(start, aim.first, step)
    if len(frames) < 2:
        raise too_short(aim, int(np.ceil(step)) + 1, NOTHING_TO_GO_ON)
    added = int(np.ceil((aim.last - frames[-1]) / step - ALMOST))
    usual = aim.wish["seconds"] == AS_LONG_AS_USUAL
    # what carries the character stands still from here on: its keys behind go with the others
    final = aim.first if here else aim.last
    params = {"before": 0, "after": None if usual else added}
    new = (len(frames), MOST_ROWS if usual else len(frames) + added)
    return Question(frames, FPS, start, final, params, row_frames=step if usual else 0.0, cuts=here, changing=(new,))


def _ask_before(aim: Aim, keys: KeyedRange, fps: float) -> Question:
    step = fps / FPS
    added = int(np.ceil((aim.last - aim.first) / step - ALMOST))
    first = aim.first + added * step  # less than a row behind the first key
    frames = rows_between(first, min(keys[1], first + CONTEXT * fps), step)
    if len(frames) < 2:
        raise too_short(aim, int(np.ceil(2 * step)) + 1, NOTHING_TO_GO_ON)
    return Question(frames, FPS, aim.first, aim.last, {"before": added, "after": 0}, changing=((0, added),))


KIND = EditKind(
    name="extend",
    number=4,
    label="Extend",
    tip="Go on behind the last key or from the current frame, or begin earlier than the first key",
    icon="ARROW_LEFTRIGHT",
    settings=(DIRECTION, SECONDS),
    find_aim=find_aim,
    ask=ask,
    directed=True,
)
