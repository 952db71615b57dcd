"""Filters along time, in numpy: scipy's own results, without the third of a second that importing scipy takes.

That third was a tenth of what a cold start takes to the first motion. Each function tells which of scipy's it stands
for; but for the band solver, which rounds otherwise, they give the same numbers to the bit.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
# What lies before the first and behind the last frame: these themselves again, or all of them mirrored.
Edge = Literal["nearest", "reflect"]

# Deviations of a Gaussian beyond which nothing counts.
REACH = 4.0
_PADDING: dict[Edge, Literal["edge", "symmetric"]] = {"nearest": "edge", "reflect": "symmetric"}


def smooth(values: Array, deviation: float, edge: Edge = "nearest") -> Array:
    """(T, ...) weighted by a Gaussian of so many frames (scipy.ndimage.gaussian_filter1d along axis 0)."""
    values = np.asarray(values)
    radius = int(REACH * deviation + 0.5)
    weights = np.exp(-0.5 / (deviation * deviation) * np.arange(-radius, radius + 1) ** 2)
    weights /= weights.sum()
    padded, count = _pad(np.asarray(values, dtype=np.float64), radius, edge), len(values)
    total = padded[radius : radius + count] * weights[radius]
    both, term = np.empty_like(total), np.empty_like(total)
    for offset in range(radius):
        mirrored = 2 * radius - offset
        np.add(padded[offset : offset + count], padded[mirrored : mirrored + count], out=both)
        np.add(total, np.multiply(both, weights[offset], out=term), out=total)
    return total.astype(values.dtype, copy=False)


def highest(values: Array, frames: int, edge: Edge = "nearest") -> Array:
    """(T,) the maximum over an odd number of frames around each (scipy.ndimage.maximum_filter1d)."""
    return np.asarray(_windows(values, frames, edge).max(axis=-1))


def opened(values: Array, frames: int, edge: Edge = "nearest") -> Array:
    """(T,) without bumps shorter than an odd number of frames (scipy.ndimage.grey_opening)."""
    return highest(_windows(values, frames, edge).min(axis=-1), frames, edge)


def frames_to(marked: NDArray[np.bool_]) -> Array:
    """(T,) frames to the next that is marked; infinitely many if none is (scipy.ndimage.distance_transform_edt)."""
    place = np.arange(len(marked), dtype=np.float64)
    before = np.maximum.accumulate(np.where(marked, place, -np.inf))
    behind = np.minimum.accumulate(np.where(marked, place, np.inf)[::-1])[::-1]
    return np.minimum(place - before, behind - place)


def solve_chain(diagonal: Array, beside: Array, right: Array) -> Array:
    """X (T, D) of a symmetric matrix with diagonal (T,) and neighbours (T - 1,), and of right sides (T, D).

    The matrix has to be diagonally dominant. Every row is freed of its neighbours, then of those two off, four off
    and so on (parallel cyclic reduction: Hockney and Jesshope 1981), which is a dozen of numpy's operations for a
    doubling of T; scipy.linalg.solve_banded goes row by row.
    """
    count = len(diagonal)
    diagonal, right = np.array(diagonal, dtype=np.float64), np.array(right, dtype=np.float64)
    below, above = np.zeros(count), np.zeros(count)
    below[1:] = above[:-1] = beside
    stride = 1
    while stride < count:
        # What of the row before, and of the one behind, takes each row's neighbour away.
        down, up = below[stride:] / diagonal[:-stride], above[:-stride] / diagonal[stride:]
        new_diagonal, new_right = diagonal.copy(), right.copy()
        new_diagonal[stride:] -= down * above[:-stride]
        new_diagonal[:-stride] -= up * below[stride:]
        new_right[stride:] -= down[:, None] * right[:-stride]
        new_right[:-stride] -= up[:, None] * right[stride:]
        new_below, new_above = np.zeros(count), np.zeros(count)
        new_below[stride:] = -down * below[:-stride]
        new_above[:-stride] = -up * above[stride:]
        diagonal, right, below, above = new_diagonal, new_right, new_below, new_above
        stride *= 2
    return right / diagonal[:, None]


def _pad(values: Array, radius: int, edge: Edge) -> Array:
    return np.pad(values, [(radius, radius)] + [(0, 0)] * (values.ndim - 1), mode=_PADDING[edge])


def _windows(values: Array, frames: int, edge: Edge) -> Array:
    """(T, frames) what lies around each frame."""
    padded = _pad(np.asarray(values), frames // 2, edge)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, frames))
