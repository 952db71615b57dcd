"""The one place that converts between motion space and Blender space.

Motion space: Y up, metres, the character faces +Z, its left is +X.
Blender space: Z up, scene units, the character faces -Y, its left is +X.

Both are right-handed, so the change of frame is one rotation: a quarter turn about X.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating]

BLENDER_FROM_MOTION: FloatArray = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
MOTION_FROM_BLENDER: FloatArray = BLENDER_FROM_MOTION.T


def to_blender(points: FloatArray, units_per_metre: float = 1.0) -> FloatArray:
    """Points (..., 3) of motion space in metres -> Blender space in scene units."""
    return (np.asarray(points) @ BLENDER_FROM_MOTION.T) * units_per_metre


def to_motion(points: FloatArray, metres_per_unit: float = 1.0) -> FloatArray:
    """Points (..., 3) of Blender space in scene units -> motion space in metres."""
    return (np.asarray(points) @ MOTION_FROM_BLENDER.T) * metres_per_unit


def rotations_to_motion(matrices: FloatArray) -> FloatArray:
    """World orientations (..., 3, 3) of Blender space -> the same orientations in motion space.

    Only the world side changes: columns stay the bone's own axes.
    """
    return MOTION_FROM_BLENDER @ np.asarray(matrices)


def to_start(points: FloatArray, ground: tuple[float, float], yaw: float) -> FloatArray:
    """Points (..., 3) of motion space -> as seen from ``ground`` (x, z) by who faces ``yaw`` radians."""
    moved = np.asarray(points, np.float64) - [ground[0], 0.0, ground[1]]
    return _about_up(moved, -yaw)


def from_start(points: FloatArray, ground: tuple[float, float], yaw: float) -> FloatArray:
    """The inverse of ``to_start``."""
    return np.asarray(_about_up(points, yaw) + [ground[0], 0.0, ground[1]])


def _about_up(points: FloatArray, yaw: float) -> FloatArray:
    """Points (..., 3) of motion space turned about up; a positive turn takes ahead (+Z) to the left (+X)."""
    sine, cosine = np.sin(yaw), np.cos(yaw)
    x, y, z = (points[..., axis] for axis in range(3))
    return np.stack((cosine * x + sine * z, y, cosine * z - sine * x), axis=-1)


def motion_to_world(points: FloatArray, holder: FloatArray, facing: FloatArray, units_per_metre: float) -> FloatArray:
    """The inverse of ``world_to_motion``."""
    own = np.asarray(points, np.float64) * units_per_metre @ facing.T
    return np.asarray(own @ holder[:3, :3].T + holder[:3, 3])


def world_to_motion(points: FloatArray, holder: FloatArray, facing: FloatArray, units_per_metre: float) -> FloatArray:
    """Points (..., 3) of Blender's world -> motion space of one character, metres.

    ``holder`` (4, 4): where the character's own space lies in the world; ``facing`` (3, 3): motion space to
    that space; ``units_per_metre``: of that space, a metre of motion.
    """
    back = np.linalg.inv(holder)
    own = np.asarray(points) @ back[:3, :3].T + back[:3, 3]
    return np.asarray(own @ facing / units_per_metre)
