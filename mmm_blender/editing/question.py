"""What the engine is asked about an edit: which rows of the rig it is shown, and what of them it may change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..coordinates import FloatArray
from ..rig.sampling import FPS
from ..translation import n_, rpt_
from .aim import Aim
from .retiming import Retiming

CONTEXT = 4.0  # seconds before and after the span that the engine is shown
ALMOST = 1e-6  # rows; what is nearer to a whole row is one

# first and last scene frame with a key
KeyedRange = tuple[float, float]


@dataclass(frozen=True)
class Question:
    """What to sample of the rig, and what to ask about it.

    Attributes:
        frames: (T,) scene frames at which the rig is sampled, one a row.
        fps: rows a second of the answer.
        start: scene frame of the first row of the answer.
        final: last scene frame of the answer that may be keyed.
        params: the kind's own params (docs/protocol.md).
        retiming: how frames move, where the motion gets longer or shorter in its midst.
        row_frames: scene frames a row, where the answer is as long as the engine likes; else 0.
        cuts: whether the motion ends where the answer does: keys behind the first frame go.
        changing: (begin, stop) rows of the answer that are made anew, as far as that is known: targets may lie there.
    """

    frames: FloatArray
    fps: float
    start: int
    final: int
    params: dict[str, Any]
    retiming: Retiming | None = None
    row_frames: float = 0.0
    cuts: bool = False
    changing: tuple[tuple[int, int], ...] = ()


def ask_between(aim: Aim, keys: KeyedRange, fps: float) -> Question:
    """To fill the one span of ``aim`` between what is kept on both sides. Raises ValueError for one without a row."""
    step = fps / FPS
    start, last = shown_frames(aim, keys, fps)
    frames = rows_between(start, last, step)
    runs = changing_rows(aim, start, step, len(frames))
    if not runs:
        raise too_short(aim, int(np.ceil(2 * step)) + 1)
    begin, stop = runs[0]
    params = {"start": begin, "stop": stop, "part": aim.part}
    return Question(frames, FPS, start, aim.last, params, changing=(runs[0],))


def changing_rows(aim: Aim, start: int, step: float, count: int) -> list[tuple[int, int]]:
    """Which of ``count`` rows, the first at scene frame ``start``, the spans cover: (begin, stop) of each that has any.

    The poses at both ends of a span stay, unless there is nothing beyond; at a pinned pose between two spans the rows
    on both sides of it, so that the engine sees it.
    """
    runs = []
    for number, span in enumerate(aim.spans):
        begin, stop = (span.first - start) / step, (span.last - start) / step
        begin = np.floor(begin + ALMOST) + 1 if number == 0 else np.ceil(begin - ALMOST) + 1
        stop = np.ceil(stop - ALMOST) if number == len(aim.spans) - 1 else np.floor(stop + ALMOST)
        begin = 0 if aim.free[0] and number == 0 else int(begin)
        stop = count if aim.free[1] and number == len(aim.spans) - 1 else int(stop)
        if begin < stop:
            runs.append((begin, stop))
    return runs


def shown_frames(aim: Aim, keys: KeyedRange, fps: float) -> tuple[int, float]:
    """First and last scene frame of the aim with its context, as far as there are keys."""
    context = CONTEXT * fps
    start = max(int(np.floor(min(keys[0], aim.first))), int(np.floor(aim.first - context)))
    return start, max(min(keys[1], aim.last + context), aim.last + fps / FPS)


def rows_between(first: float, last: float, step: float) -> FloatArray:
    """(T,) scene frames of the rows from ``first`` to ``last``, ``step`` frames apart."""
    return first + step * np.arange(int(np.floor((last - first) / step + ALMOST)) + 1)


TOO_SHORT = n_("Frames {first} to {last} are too short to change: {count} frames or more are needed")


def too_short(aim: Aim, count: int, message: str = TOO_SHORT) -> ValueError:
    """What to tell of an aim that has fewer than ``count`` scene frames."""
    return ValueError(rpt_(message).format(first=aim.first, last=aim.last, count=count))
