"""When the joints of the feet are on the ground, and how far they travel there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.motion.skeleton import HUMANML3D, Skeleton

Array = NDArray[np.floating]


@dataclass(frozen=True)
class ContactConfig:
    """When a foot joint counts as planted, and when a planted foot counts as sliding."""

    toe_height: float = 0.05
    """metres above the floor, toe joints"""
    ankle_height: float = 0.10
    """metres above the floor, ankle joints, which sit some 7 cm above the sole"""
    vertical_speed: float = 0.2
    """metres per second"""
    slide_speed: float = 0.5
    """metres per second"""


CONTACT = ContactConfig()


def foot_steps(
    joints: Array,
    fps: float,
    contact: ContactConfig = CONTACT,
    skeleton: Skeleton = HUMANML3D,
) -> tuple[Array, NDArray[np.bool_]]:
    """Horizontal travel in metres and contact of every foot joint, both (T-1, 4).

    Columns: left ankle, left toe, right ankle, right toe.
    """
    feet = joints[:, [*skeleton.feet_left, *skeleton.feet_right]]
    limit = np.tile([contact.ankle_height, contact.toe_height], 2)
    low = feet[..., 1] < limit
    step = np.diff(feet, axis=0)
    still = np.abs(step[..., 1]) < contact.vertical_speed / fps
    return np.linalg.norm(step[..., [0, 2]], axis=-1), low[:-1] & low[1:] & still
