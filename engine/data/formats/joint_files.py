"""Motions given as joint positions (engine.motion.motion_file): ours, and AMASS through a body model.

AMASS itself stores body parameters (poses, betas, trans); whoever holds the body models makes joints of them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.motion.errors import MotionError
from engine.motion.motion_file import read_motion_file
from engine.motion.rotations import normalize
from engine.motion.skeleton import EXPRESSIVE, HUMANML3D, skeleton_of
from engine.motion.uniform import uniform_offsets

Array = NDArray[np.floating]

HEAD = HUMANML3D.joint_names.index("head")
LEGS = [HUMANML3D.joint_names.index(name) for name in ("left_knee", "left_ankle", "right_knee", "right_ankle")]


def read_joint_file(path: Path) -> Array:
    """Joints (T, 22, 3) at 20 fps, metres, Y up, with the uniform skeleton's bone lengths.

    Raises MotionError, saying what is missing, for files without joints.
    """
    file = read_motion_file(path)
    if file.fps is None:
        raise MotionError(f"{path} does not say its frame rate: store it as 'fps'")
    joints = file.joints.astype(np.float64)
    if joints.shape[1] != EXPRESSIVE.num_joints:
        joints = joints[:, : HUMANML3D.num_joints]
    if not np.isfinite(joints[:, : HUMANML3D.num_joints]).all():
        raise MotionError(f"{path}: joints contain NaN or infinite values")
    return with_uniform_bones(_resample(upright(joints), file.fps))


def with_uniform_bones(joints: Array) -> Array:
    """The same pose (T, J, 3) on the uniform skeleton: directions stay, the path scales with the legs."""
    skeleton = skeleton_of(joints.shape[1])
    lengths = np.linalg.norm(uniform_offsets(skeleton), axis=-1)
    parents = skeleton.parents
    bones = np.stack([joints[:, joint] - joints[:, max(parent, 0)] for joint, parent in enumerate(parents)], axis=1)
    legs = np.linalg.norm(bones[:, LEGS], axis=-1).mean(0).sum()
    if legs < 1e-6:
        raise MotionError("the legs have no length: are these SMPL's joints?")
    made = np.empty_like(joints)
    made[:, 0] = joints[:, 0] * (lengths[LEGS].sum() / legs)
    for joint, parent in enumerate(parents):
        if parent >= 0:
            made[:, joint] = made[:, parent] + normalize(bones[:, joint]) * lengths[joint]
    return made


def upright(joints: Array) -> Array:
    """Z up, as AMASS has it, turned to Y up; told by where the head mostly is."""
    above = np.median(joints[:, HEAD] - joints[:, 0], axis=0)
    if abs(above[2]) > abs(above[1]):
        return joints[..., [0, 2, 1]] * [1.0, 1.0, -1.0]
    return joints


def _resample(joints: Array, rate: float) -> Array:
    """Linear in time; HumanML3D too takes positions at 20 fps."""
    count = int(np.floor((len(joints) - 1) * HUMANML3D.fps / rate + 1e-6)) + 1
    time = np.arange(count) * rate / HUMANML3D.fps
    left = np.minimum(time.astype(int), len(joints) - 2)
    fraction = (time - left)[:, None, None]
    return (1 - fraction) * joints[left] + fraction * joints[left + 1]
