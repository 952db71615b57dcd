"""Motions longer than one pass of the transformer: windows that go on from what is there already."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Window:
    """Tokens [start, stop) in one pass; of those to regenerate, the ones from `first` on are its work."""

    start: int
    stop: int
    first: int


def plan_windows(hidden: NDArray[np.bool_], longest: int, overlap: int) -> list[Window]:
    """Cover every hidden position (N,) with passes of at most `longest`, from left to right.

    A run of hidden tokens that fits into one pass gets as much known context on both sides as there
    is room for. A longer one is done piece by piece, each seeing `overlap` tokens of what came before;
    the last window is moved back rather than left short, so that it is never a stump.
    """
    count = len(hidden)
    windows: list[Window] = []
    done = 0
    while (left := np.flatnonzero(hidden[done:])).size:
        first = done + int(left[0])
        stop = min(max(0, first - overlap) + longest, count)
        last = first + int(np.flatnonzero(hidden[first:stop])[-1]) + 1
        slack = longest - (last - first)
        goes_on = last == stop and stop < count and bool(hidden[stop])
        goes_back = first > 0 and bool(hidden[first - 1])
        before = overlap if goes_on else max(slack // 2, overlap if goes_back else 0)
        start = max(0, min(first - before, count - longest))
        windows.append(Window(start, min(start + longest, count), first))
        done = windows[-1].stop
    return windows
