"""Block-banded least squares: many numbers a frame, frames coupled by differences of up to the third order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.solvers import solve_banded

Array = NDArray[np.floating]

REACH = 4  # blocks of a row: a frame and the three behind it


@dataclass(frozen=True)
class Rows:
    """Residuals of single frames, each divided by what weighs one.

    Attributes:
        frames: (R,); values: (R,)
        slopes: (R, D) by how much each grows with the numbers of its frame; None where nobody asked
    """

    frames: NDArray[np.int64]
    values: Array
    slopes: Array | None

    @classmethod
    def of(cls, frames: NDArray[np.int64], values: Array, slopes: Array | None, unit: float) -> Rows:
        """From residuals and what of them weighs one."""
        return cls(frames, values / unit, None if slopes is None else slopes / unit)

    @property
    def cost(self) -> float:
        return float(self.values @ self.values)


class Blocks:
    """The normal matrix of T frames of D numbers: `bands[o]` (T - o, D, D) couples frames that are o apart."""

    def __init__(self, frames: int, width: int) -> None:
        self.frames = frames
        self.bands = [np.zeros((max(0, frames - offset), width, width)) for offset in range(REACH)]

    def add_differences(self, order: int, weights: Array, metric: Array) -> None:
        """Add weights (T - order,) times the squared differences of an order, measured by a metric (D, D)."""
        stencil = np.array([1.0])
        for _ in range(order):
            stencil = np.convolve(stencil, [-1.0, 1.0])
        for one, left in enumerate(stencil):
            for two in range(one, order + 1):
                shares = (weights * left * stencil[two])[:, None, None]
                self.bands[two - one][one : one + len(weights)] += shares * metric

    def slope(self, state: Array) -> Array:
        """The matrix times a state (T, D)."""
        slope = np.einsum("tde,te->td", self.bands[0], state)
        for offset in range(1, REACH):
            band = self.bands[offset]
            slope[:-offset] += np.einsum("tde,te->td", band, state[offset:])
            slope[offset:] += np.einsum("tde,td->te", band, state[:-offset])
        return slope

    def with_rows(self, rows: list[Rows], right: Array) -> Array:
        """The diagonal (T, D, D) with rows; what they pull at is added to the right side (T, D)."""
        diagonal = self.bands[0].copy()
        for it in rows:
            if it.slopes is None or not len(it.frames):
                continue
            order = np.argsort(it.frames, kind="stable")
            frames, slopes, values = it.frames[order], it.slopes[order], it.values[order]
            starts = np.flatnonzero(np.diff(frames, prepend=-1))
            for first, last in zip(starts, [*starts[1:], len(frames)], strict=True):
                own = slopes[first:last]
                diagonal[frames[first]] += own.T @ own
                right[frames[first]] -= own.T @ values[first:last]
        return diagonal

    def solve(self, diagonal: Array, right: Array) -> Array:
        """The solution (T, D) with another diagonal (T, D, D)."""
        frames, width = right.shape
        depth = REACH * width - 1
        upper = np.zeros((depth + 1, frames * width))
        one, two = np.meshgrid(np.arange(width), np.arange(width), indexing="ij")
        for offset, blocks in enumerate([diagonal, *self.bands[1:]]):
            start = np.arange(len(blocks))[:, None, None] * width
            row, column = start + one, start + offset * width + two
            above = np.broadcast_to(column >= row, blocks.shape)
            upper[(depth + row - column)[above], column[above]] = blocks[above]
        return solve_banded(upper, right.reshape(-1, 1)).reshape(frames, width)
