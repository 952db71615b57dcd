"""The uniform body that every source is brought onto: HumanML3D's, made symmetric, with head and hands."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.motion import rotations
from engine.motion.skeleton import HUMANML3D, Skeleton

Array = NDArray[np.floating]

# T-pose directions (parent to joint) of an average adult, left side; lengths are those of
# HumanML3D's uniform skeleton, in metres, measured on its published clips.
_TORSO_DIRECTIONS = {
    "left_hip": (0.58, -0.80, -0.14),
    "spine1": (0.0, 0.955, -0.295),
    "spine2": (0.0, 0.98, 0.19),
    "spine3": (0.0, 1.0, 0.04),
    "neck": (0.0, 0.987, -0.16),
    "left_collar": (0.56, 0.82, -0.16),
    "head": (0.0, 0.87, 0.49),
    "left_shoulder": (0.93, 0.34, -0.15),
    "left_knee": (0.0, -1.0, 0.0),
    "left_ankle": (0.0, -1.0, 0.0),
    "left_foot": (0.0, -0.42, 0.908),
    "left_elbow": (1.0, 0.0, 0.0),
    "left_wrist": (1.0, 0.0, 0.0),
    "head_front": (0.0, 0.0, 1.0),
    "left_hand": (1.0, 0.0, 0.0),
    "left_thumb": (0.0, 0.0, 1.0),
}
LENGTHS = {
    "left_hip": 0.1065,
    "spine1": 0.1316,
    "left_knee": 0.3919,
    "spine2": 0.1432,
    "left_ankle": 0.4290,
    "spine3": 0.0574,
    "left_foot": 0.1464,
    "neck": 0.2194,
    "left_collar": 0.1405,
    "head": 0.1030,
    "left_shoulder": 0.1273,
    "left_elbow": 0.2600,
    "left_wrist": 0.2680,
    "head_front": 0.12,
    "left_hand": 0.095,
    "left_thumb": 0.05,
}


@lru_cache
def uniform_offsets(skeleton: Skeleton = HUMANML3D) -> Array:
    """(J, 3) T-pose offset of every joint from its parent, metres, Y up, facing +Z, palms down, symmetric."""
    offsets = np.zeros((skeleton.num_joints, 3))
    for joint, name in enumerate(skeleton.joint_names[1:], start=1):
        key = name.replace("right_", "left_")
        offset = rotations.normalize(np.asarray(_TORSO_DIRECTIONS[key])) * LENGTHS[key]
        offsets[joint] = offset * ([-1.0, 1.0, 1.0] if name.startswith("right_") else 1.0)
    return offsets


def to_uniform_size(joints: Array) -> Array:
    """The same motion (T, J, 3) with the uniform skeleton's legs; everything else scales along."""
    joints = np.asarray(joints, dtype=np.float64)
    parents = HUMANML3D.parents
    names = ("left_knee", "right_knee", "left_ankle", "right_ankle")
    bones = [HUMANML3D.joint_names.index(name) for name in names]
    length = sum(np.linalg.norm(joints[:, bone] - joints[:, parents[bone]], axis=-1).mean() for bone in bones) / 2
    return joints * ((LENGTHS["left_knee"] + LENGTHS["left_ankle"]) / max(length, 1e-6))
