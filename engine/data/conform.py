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
from engine.data.skeletons.families import SkeletonFamily, find_family
from engine.data.skeletons.upright import Upright, find_upright
from engine.motion import rotations
from engine.motion.clip import SkeletonClip
from engine.motion.contacts import TOE_HEIGHT
from engine.motion.errors import MotionError
from engine.motion.skeleton import HUMANML3D
from engine.motion.uniform import LENGTHS, uniform_offsets

Array = NDArray[np.floating]


def conform(clip: SkeletonClip, stance: Upright | None = None, stylised: bool = False) -> Array:
    """Joints (T, 27, 3) in metres, Y up, of a clip in any axes and unit, at the clip's rate.

    Directions of head and hands that the source does not know are NaN (`engine.data.extremities`).

    `stance` is how this skeleton stands, where its own rest pose and frames do not tell. Of a `stylised` body (large
    head, short legs) only the directions are human: the root's height is then what brings our feet as far above the
    floor as its own are (its upright pose has to stand on the same floor).

    Raises MotionError if the skeleton's naming is unknown or its legs have no length.
    """
    family = find_family(clip)
    positions, turned, upright = _canonicalise(clip, stance or find_upright(clip, family))

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
        "left_hip": pelvis,
        "right_hip": pelvis,
        "spine1": pelvis,
        "spine2": spine,
        "spine3": upper,
        "neck": chest,
        "left_collar": chest,
        "right_collar": chest,
        "head": part(family.neck),
    }
    aims = {}
    for side, prefix in enumerate(("left", "right")):
        carriers[f"{prefix}_shoulder"] = part(family.collar[side])
        limbs = (
            (family.hip, family.knee, "knee"),
            (family.knee, family.ankle, "ankle"),
            (family.shoulder, family.elbow, "elbow"),
            (family.elbow, family.wrist, "wrist"),
        )
        for start, end, limb in limbs:
            aims[f"{prefix}_{limb}"] = rotations.normalize(place(end[side]) - place(start[side]))
        foot = part(family.foot_joint[side])
        toe_out = upright[clip.index(family.toe[side])] - upright[clip.index(family.ankle[side])]
        yaw = np.arctan2(toe_out[0], toe_out[2])
        carriers[f"{prefix}_foot"] = rotations.multiply(foot, rotations.about_y(np.asarray(yaw)))

    joints = np.zeros((len(clip), HUMANML3D.num_joints, 3))
    scale = _leg_scale(clip, family)
    hips = 0.5 * (place(family.hip[0]) + place(family.hip[1]))
    middle = 0.5 * (offsets[names.index("left_hip")] + offsets[names.index("right_hip")])
    joints[:, 0] = hips * scale - rotations.rotate(pelvis, middle)
    # Chains list parents before children, as does the joint order itself.
    for joint, parent in enumerate(HUMANML3D.parents[1:], start=1):
        name = names[joint]
        if name in aims:
            reach = aims[name] * np.linalg.norm(offsets[joint])
        else:
            reach = rotations.rotate(carriers[name], offsets[joint])
        joints[:, joint] = joints[:, parent] + reach
    if stylised:
        points = [clip.index(name) for pair in (family.ankle, family.toe) for name in pair]
        raised = ((positions[:, points, 1] - upright[points, 1]) * scale).min(axis=1)
        joints[..., 1] += (np.maximum(raised, 0.0) - clearance(joints))[:, None]
    return add_extremities(joints, clip, family, turned, upright)


def clearance(joints: Array) -> Array:
    """(T,) how far the lower foot is above where it stands flat on y = 0."""
    toe = float(uniform_offsets()[HUMANML3D.feet_left[1]][1])
    ankles, toes = (joints[:, (HUMANML3D.feet_left[end], HUMANML3D.feet_right[end]), 1] for end in (0, 1))
    lowest: Array = np.concatenate((ankles + toe - TOE_HEIGHT, toes - TOE_HEIGHT), axis=1).min(axis=1)
    return lowest


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


def _canonicalise(clip: SkeletonClip, stance: Upright) -> tuple[Array, Array, Array]:
    """Turn the clip to Y up and its upright pose to +Z.

    Returns positions (T, J, 3), rotations since the upright pose (T, J, 4) and the upright pose's
    positions (J, 3).
    """
    turn = rotations.from_matrix(stance.basis)
    positions = rotations.rotate(turn, clip.positions)
    since = rotations.multiply(clip.rotations, rotations.invert(stance.orientations))
    since = rotations.multiply(turn, rotations.multiply(since, rotations.invert(turn)))
    return positions, since, rotations.rotate(turn, stance.positions)
