"""Bring any source skeleton's motion onto the one uniform 22-joint skeleton.

Limbs are aimed: a bone of ours points where the source's points. Torso, collars and feet, whose
joints sit elsewhere in every skeleton, are oriented instead: our T-pose offset is turned by the
rotation that the source's part has made since its own upright pose. The root's path is scaled with
leg length, so steps keep their proportions.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.data.families import SkeletonFamily, find_family
from engine.motion import rotations
from engine.motion.clip import SkeletonClip
from engine.motion.errors import MotionError
from engine.motion.skeleton import HUMANML3D

Array = NDArray[np.floating]

# T-pose directions (parent to joint) of an average adult, left side; lengths are those of
# HumanML3D's uniform skeleton, in metres, measured on its published clips.
_TORSO_DIRECTIONS = {
    "left_hip": (0.58, -0.80, -0.14), "spine1": (0.0, 0.955, -0.295), "spine2": (0.0, 0.98, 0.19),
    "spine3": (0.0, 1.0, 0.04), "neck": (0.0, 0.987, -0.16), "left_collar": (0.56, 0.82, -0.16),
    "head": (0.0, 0.87, 0.49), "left_shoulder": (0.93, 0.34, -0.15), "left_knee": (0.0, -1.0, 0.0),
    "left_ankle": (0.0, -1.0, 0.0), "left_foot": (0.0, -0.42, 0.908),
    "left_elbow": (1.0, 0.0, 0.0), "left_wrist": (1.0, 0.0, 0.0),
}
_LENGTHS = {
    "left_hip": 0.1065, "spine1": 0.1316, "left_knee": 0.3919, "spine2": 0.1432,
    "left_ankle": 0.4290, "spine3": 0.0574, "left_foot": 0.1464, "neck": 0.2194,
    "left_collar": 0.1405, "head": 0.1030, "left_shoulder": 0.1273, "left_elbow": 0.2600,
    "left_wrist": 0.2680,
}


@lru_cache(maxsize=1)
def uniform_offsets() -> Array:
    """(22, 3) T-pose offset of every joint from its parent, metres, Y up, facing +Z, symmetric."""
    offsets = np.zeros((HUMANML3D.num_joints, 3))
    for joint, name in enumerate(HUMANML3D.joint_names[1:], start=1):
        key = name.replace("right_", "left_")
        offset = rotations.normalize(np.asarray(_TORSO_DIRECTIONS[key])) * _LENGTHS[key]
        offsets[joint] = offset * ([-1.0, 1.0, 1.0] if name.startswith("right_") else 1.0)
    return offsets


def conform(clip: SkeletonClip) -> Array:
    """Joints (T, 22, 3) in metres, Y up, of a clip in any axes and unit, at the clip's rate.

    Raises MotionError if the skeleton's naming is unknown or its legs have no length.
    """
    family = find_family(clip.joint_names)
    positions, turned, upright = _canonicalise(clip, family)

    def part(name: str) -> Array:
        return turned[:, clip.index(name)]

    def place(name: str) -> Array:
        return positions[:, clip.index(name)]

    offsets = uniform_offsets()
    names = HUMANML3D.joint_names
    pelvis, chest = part(family.pelvis), part(family.chest)
    spine = part(family.spine) if family.spine else rotations.slerp(pelvis, chest, np.asarray(0.4))
    upper = rotations.slerp(spine, chest, np.asarray(0.6))
    if family.upper_spine:
        upper = part(family.upper_spine)
    carriers = {
        "left_hip": pelvis, "right_hip": pelvis, "spine1": pelvis, "spine2": spine,
        "spine3": upper, "neck": chest, "left_collar": chest, "right_collar": chest,
        "head": part(family.neck),
    }
    aims = {}
    for side, prefix in enumerate(("left", "right")):
        carriers[f"{prefix}_shoulder"] = part(family.collar[side])
        limbs = ((family.hip, family.knee, "knee"), (family.knee, family.ankle, "ankle"),
                 (family.shoulder, family.elbow, "elbow"), (family.elbow, family.wrist, "wrist"))
        for start, end, limb in limbs:
            aims[f"{prefix}_{limb}"] = rotations.normalize(place(end[side]) - place(start[side]))
        foot = part(family.ankle[side])
        toe_out = upright[clip.index(family.toe[side])] - upright[clip.index(family.ankle[side])]
        yaw = np.arctan2(toe_out[0], toe_out[2])
        carriers[f"{prefix}_foot"] = rotations.multiply(foot, rotations.about_y(np.asarray(yaw)))

    joints = np.zeros((len(clip), HUMANML3D.num_joints, 3))
    hips = 0.5 * (place(family.hip[0]) + place(family.hip[1]))
    middle = 0.5 * (offsets[names.index("left_hip")] + offsets[names.index("right_hip")])
    joints[:, 0] = hips * _leg_scale(clip, family) - rotations.rotate(pelvis, middle)
    # Chains list parents before children, as does the joint order itself.
    for joint, parent in enumerate(HUMANML3D.parents[1:], start=1):
        name = names[joint]
        if name in aims:
            reach = aims[name] * np.linalg.norm(offsets[joint])
        else:
            reach = rotations.rotate(carriers[name], offsets[joint])
        joints[:, joint] = joints[:, parent] + reach
    return joints


def _leg_scale(clip: SkeletonClip, family: SkeletonFamily) -> float:
    """Metres of ours per unit of the source, from thigh plus shin."""
    length = 0.0
    for side in (0, 1):
        hip, knee, ankle = (
            clip.positions[0, clip.index(pair[side])] for pair in (family.hip, family.knee, family.ankle)
        )
        length += float(np.linalg.norm(knee - hip) + np.linalg.norm(ankle - knee)) / 2
    if length < 1e-6:
        raise MotionError("the skeleton's legs have no length")
    return (_LENGTHS["left_knee"] + _LENGTHS["left_ankle"]) / length


def _canonicalise(clip: SkeletonClip, family: SkeletonFamily) -> tuple[Array, Array, Array]:
    """Turn the clip to Y up and its upright pose to +Z.

    Returns positions (T, J, 3), rotations since the upright pose (T, J, 4) and the upright pose's
    positions (J, 3).
    """
    if family.rest == "rest":
        pose, orientation = clip.rest_positions, clip.rest_rotations
    else:
        pose, orientation = clip.positions[0], clip.rotations[0]
    left_hip, right_hip = (pose[clip.index(name)] for name in family.hip)
    left_shoulder, right_shoulder = (pose[clip.index(name)] for name in family.shoulder)
    towards_head = 0.5 * (left_shoulder + right_shoulder - left_hip - right_hip)
    up = np.zeros(3)
    axis = int(np.argmax(np.abs(towards_head)))
    up[axis] = np.sign(towards_head[axis])
    across = left_hip - right_hip + left_shoulder - right_shoulder
    across = rotations.normalize(across - up * (across @ up))
    # Rows are the canonical axes in source coordinates: left is +X, up +Y, forward +Z.
    basis = np.stack((across, up, np.cross(across, up)))
    turn = rotations.from_matrix(basis)
    positions = rotations.rotate(turn, clip.positions)
    since = rotations.multiply(clip.rotations, rotations.invert(orientation))
    since = rotations.multiply(turn, rotations.multiply(since, rotations.invert(turn)))
    return positions, since, rotations.rotate(turn, pose)
