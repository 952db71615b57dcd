"""Bring any source skeleton's motion onto the one uniform skeleton.

Limbs are aimed: a bone of ours points where the source's points. Torso, collars and feet, whose
joints sit elsewhere in every skeleton, are oriented instead: our T-pose offset is turned by the
rotation that the source's part has made since its own upright pose. The root's path is scaled with
leg length, so steps keep their proportions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.data.extremities import add_extremities
from engine.data.families import SkeletonFamily, find_family
from engine.motion import rotations
from engine.motion.clip import SkeletonClip
from engine.motion.errors import MotionError
from engine.motion.skeleton import HUMANML3D
from engine.motion.uniform import LENGTHS, uniform_offsets

Array = NDArray[np.floating]


def conform(clip: SkeletonClip) -> Array:
    """Joints (T, 27, 3) in metres, Y up, of a clip in any axes and unit, at the clip's rate.

    Directions of head and hands that the source does not know are NaN (`engine.data.extremities`).

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
    return add_extremities(joints, clip, family, turned, upright)


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
    return (LENGTHS["left_knee"] + LENGTHS["left_ankle"]) / length


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
