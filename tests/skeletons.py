"""What tests ask of a motion whatever its number of joints."""

from __future__ import annotations

import numpy as np

from engine.motion.skeleton import skeleton_of


def parents_of(joints: np.ndarray) -> list[int]:
    """Parents of the joints 1.. of (T, J, 3)."""
    return list(skeleton_of(joints.shape[1]).parents[1:])
