"""What is known on some frames, spread over the others so that nobody sees where it began."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.solvers import solve_banded

Array = NDArray[np.floating]

# How strictly what is known is met, against one for the third difference.
MEET = 1e7
# How many lengths of the course's own fading make up its reach.
LENGTHS = 3.0
# How firmly a foot stands: one with a target of its own, and one that follows the pelvis.
STILL, FOLLOWING = 100.0, 3.0
# How strongly a foot in the air and one that stands go where they should, and metres that a pelvis sways over feet.
PULL_AIR, PULL_PLANTED, LEAN = 0.02, 0.002, 0.12


def spread_offsets(
    frames: int,
    known: NDArray[np.int64],
    values: Array,
    reach: float,
    still: Array | None = None,
    meet: Array | float = MEET,
) -> Array:
    """(T, D) a smooth course through `values` (K, D) on the frames `known` (K,), which dies away `reach` frames off.

    The least of (d/dt squared + 1 / length squared) to the third: jerk counts, and so does every lower derivative, so
    that nothing swings beyond what is known (a Matern 5/2 process given the values).

    Args:
        meet: (K,) how strictly the values are met
        still: (T - 1,) 0..1, how firmly the course stays as it is between two frames, such as where a foot stands
    """
    rate = (LENGTHS / reach) ** 2
    bands = np.zeros((4, frames))
    for order, weight in ((3, 1.0), (2, 3.0 * rate), (1, 3.0 * rate**2)):
        _add_differences(bands, order, np.full(max(0, frames - order), weight))
    if still is not None:
        _add_differences(bands, 1, STILL * np.asarray(still))
    bands[3] += rate**3
    right = np.zeros((frames, values.shape[1]))
    strength = np.broadcast_to(meet, known.shape)
    bands[3, known] += strength
    right[known] = strength[:, None] * values
    return solve_banded(bands, right)


def follow_offsets(course: Array, planted: Array, still: Array, held: NDArray[np.bool_]) -> Array:
    """(T, D) what of a pelvis' `course` (T, D) a foot does too: in the air all, where it is `planted` (T,) what a body
    cannot lean; it is still (T - 1,) while it stands, and nothing is done where it is held (T,).
    """
    frames = len(course)
    bands = np.zeros((4, frames))
    _add_differences(bands, 3, np.ones(max(0, frames - 3)))
    _add_differences(bands, 1, FOLLOWING * np.asarray(still))
    size = np.linalg.norm(course, axis=1, keepdims=True)
    beyond = np.maximum(0.0, 1.0 - LEAN / np.maximum(size, 1e-9))
    planted = planted[:, None]
    aim = np.where(held[:, None], 0.0, (planted * beyond + 1.0 - planted) * course)
    strength = np.where(held, MEET, PULL_AIR * (1.0 - planted[:, 0]) + PULL_PLANTED)
    bands[3] += strength
    return solve_banded(bands, strength[:, None] * aim)


def _add_differences(bands: Array, order: int, weights: Array) -> None:
    """Add weights (T - order,) times the squared differences of an order to a banded matrix (4, T), upper form."""
    stencil = np.array([1.0])
    for _ in range(order):
        stencil = np.convolve(stencil, [-1.0, 1.0])
    for one, left in enumerate(stencil):
        for two in range(one, order + 1):
            offset = two - one
            rows = np.arange(len(weights)) + two
            np.add.at(bands[3 - offset], rows, weights * left * stencil[two])
