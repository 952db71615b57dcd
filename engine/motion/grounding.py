"""What of a body is at the floor; a body that hangs in the air comes down, jumps stay jumps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.filters import opened, smooth
from engine.motion.skeleton import HUMANML3D

Array = NDArray[np.floating]

# Frames at 20 fps that a body may be off the floor: 0.65 s, a standing jump of half a metre.
FLIGHT_FRAMES = 13
# Height of a joint's middle above what it rests on, metres: of a flat foot's toe and ankle, and of all else.
TOE, ANKLE, OTHER = 0.02, 0.085, 0.11
# A joint below this touches the floor, metres.
TOUCH_TOE, TOUCH_ANKLE, TOUCH_OTHER = 0.07, 0.13, 0.16
# Below this a clearance is a heel that rolls, not a body in the air, metres.
LEAST_CLEARANCE = 0.03
# Deviation of the smoothing of the way down, frames.
EASE = 2.0


def bring_down(joints: Array) -> Array:
    """Lower joints (T, J, 3), metres, Y up, floor at zero, wherever nothing touches the floor for longer than a jump.

    The height of the lowest point is opened morphologically: bumps shorter than a flight vanish from it, what stays is
    how high the body hangs, and that is taken away.
    """
    clearance = (joints[:, : HUMANML3D.num_joints, 1] - _RESTING).min(axis=1)
    hanging = opened(np.maximum(clearance, 0.0), FLIGHT_FRAMES)
    hanging[hanging < LEAST_CLEARANCE] = 0.0
    if not hanging.any():
        return joints
    down = np.minimum(smooth(hanging, EASE), np.maximum(clearance, 0.0))
    return joints - down[:, None, None] * [0.0, 1.0, 0.0]


def touches(joints: Array) -> NDArray[np.bool_]:
    """(T, J) which joints of the first 22 are at the floor: toes lower than 7 cm, ankles 13, all others 16."""
    return np.asarray(joints[:, : HUMANML3D.num_joints, 1] < _TOUCHING)


def airborne(joints: Array) -> NDArray[np.bool_]:
    """(T,) nothing of the body is at the floor."""
    return ~touches(joints).any(axis=1)


def spans(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """(start, stop) of every run of True."""
    edges = np.diff(np.concatenate(([0], mask.astype(np.int8), [0])))
    return list(zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True))


def _heights(toes: float, ankles: float, others: float) -> Array:
    heights = np.full(HUMANML3D.num_joints, others)
    for ankle, toe in (HUMANML3D.feet_left, HUMANML3D.feet_right):
        heights[ankle], heights[toe] = ankles, toes
    return heights


_RESTING = _heights(TOE, ANKLE, OTHER)
_TOUCHING = _heights(TOUCH_TOE, TOUCH_ANKLE, TOUCH_OTHER)
