"""Filters against scipy's, whose results they have to give."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage
from scipy.linalg import solve_banded

from engine.filters import Edge, frames_to, highest, opened, smooth, solve_chain

LENGTHS = (1, 2, 3, 12, 120, 1200)


@pytest.mark.parametrize("count", LENGTHS)
@pytest.mark.parametrize("edge", ["nearest", "reflect"])
@pytest.mark.parametrize("deviation", [0.8, 1.2, 4.0, 20.0])
def test_smoothing_is_scipys_to_the_bit(count: int, edge: Edge, deviation: float) -> None:
    values = np.random.default_rng(count).normal(size=(count, 3, 2))
    expected = ndimage.gaussian_filter1d(values, deviation, axis=0, mode=edge)
    assert np.array_equal(smooth(values, deviation, edge), expected)
    assert np.array_equal(smooth(values[:, 0, 0], deviation, edge), expected[:, 0, 0])


def test_smoothing_keeps_the_kind_of_number() -> None:
    values = np.random.default_rng(0).normal(size=(50, 3)).astype(np.float32)
    smoothed = smooth(values, 2.0)
    assert smoothed.dtype == np.float32
    assert np.array_equal(smoothed, ndimage.gaussian_filter1d(values, 2.0, axis=0, mode="nearest"))


@pytest.mark.parametrize("count", LENGTHS)
@pytest.mark.parametrize("edge", ["nearest", "reflect"])
@pytest.mark.parametrize("frames", [3, 11, 13])
def test_highest_and_opened_are_scipys(count: int, edge: Edge, frames: int) -> None:
    values = np.random.default_rng(count).normal(size=count)
    assert np.array_equal(highest(values, frames, edge), ndimage.maximum_filter1d(values, frames, mode=edge))
    assert np.array_equal(opened(values, frames, edge), ndimage.grey_opening(values, frames, mode=edge))


@pytest.mark.parametrize("count", LENGTHS)
def test_distances_are_scipys(count: int) -> None:
    marked = np.random.default_rng(count).random(count) < 0.2
    marked[count // 2] = True
    assert np.array_equal(frames_to(marked), ndimage.distance_transform_edt(~marked))


def test_nothing_marked_is_infinitely_far() -> None:
    assert np.isinf(frames_to(np.zeros(4, dtype=bool))).all()


@pytest.mark.parametrize("count", LENGTHS)
def test_chain_is_solved(count: int) -> None:
    """As stiff and as loosely tied as a planted foot's path (engine.motion.feet)."""
    drawn = np.random.default_rng(count)
    beside = -(1.0 + 30.0 * drawn.random(count - 1) ** 2)
    diagonal = drawn.uniform(0.005, 0.1, count)
    diagonal[drawn.random(count) < 0.1] = 1e6
    diagonal[1:] -= beside
    diagonal[:-1] -= beside
    right = drawn.normal(size=(count, 3))
    bands = np.zeros((3, count))
    bands[0, 1:] = bands[2, :-1] = beside
    bands[1] = diagonal
    expected = solve_banded((1, 1), bands, right) if count > 1 else right / diagonal[:, None]
    assert solve_chain(diagonal, beside, right) == pytest.approx(expected, rel=1e-9, abs=1e-9)
