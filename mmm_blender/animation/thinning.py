"""Fewer keys: every n-th frame, or only those that straight lines between them cannot restore."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..coordinates import FloatArray
from .actions import Channel


def thin(channels: list[Channel], every: int, tolerance: float, length: float) -> list[Channel]:
    """``channels`` with fewer keys.

    ``every``: keep each n-th frame and the last. ``tolerance``: the error that leaving out keys may
    make, in the channel's own unit; in units of ``length`` for locations. All channels of one
    property keep the same frames, so that a rotation is never keyed by halves.
    """
    if every == 1 and tolerance == 0:
        return channels
    thinned: list[Channel] = []
    groups: dict[str, list[Channel]] = {}
    for channel in channels:
        groups.setdefault(channel.path, []).append(channel)
    for path, group in groups.items():
        count = len(group[0].frames)
        kept = np.unique(np.append(np.arange(0, count, every), count - 1))
        if tolerance > 0 and len(kept) > 2:
            values = np.stack([channel.values[kept] for channel in group], -1)
            allowed = tolerance * (length if path.endswith("location") else 1.0)
            kept = kept[needed_keys(group[0].frames[kept], values, allowed)]
        thinned += [replace(channel, frames=channel.frames[kept], values=channel.values[kept]) for channel in group]
    return thinned


def needed_keys(frames: FloatArray, values: FloatArray, allowed: float) -> NDArray[np.intp]:
    """Rows of ``values`` (K, C) at ``frames`` (K,) to keep (Ramer-Douglas-Peucker, by value only)."""
    keep = np.zeros(len(frames), bool)
    keep[[0, -1]] = True
    spans = [(0, len(frames) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        share = (frames[first + 1 : last] - frames[first]) / (frames[last] - frames[first])
        line = values[first] + share[:, None] * (values[last] - values[first])
        error = np.abs(values[first + 1 : last] - line).max(-1)
        worst = int(error.argmax())
        if error[worst] > allowed:
            middle = first + 1 + worst
            keep[middle] = True
            spans += [(first, middle), (middle, last)]
    return np.flatnonzero(keep)
