"""Swivels (the swivel angle of two-bone IK), for limbs without a pole: a control at hip or shoulder turns elbow or
knee about the line to the target.

Rigify makes limbs so: below a bone that tracks the target sits a control of which only the turn about its own
length is free. The angle is worked out from where the elbow or knee is to be.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import bpy
import numpy as np

from ..coordinates import FloatArray
from ..rig import slots
from ..rig.body.torso import chest_slot
from ..rig.pose import Pose
from ..rig.rotations import continuous, dot, normalize, rotate, swing
from ..rig.skeleton import RigRest
from ..scene import pose_bones
from .stands import HeldBody

AT_JOINT = 0.01  # share of the leg's length: as near as that is at the joint
BOWED = 0.03  # share of the limb's length off the straight line; a straighter limb shows no side it bends to


def find_swivel(armature: bpy.types.Object, rest: RigRest, limb: str) -> str | None:
    """The control that turns elbow or knee of ``limb``, or None when the rig has none of the kind."""
    joint = rest.heads[_chain(limb)[0]]
    for bone in pose_bones(armature):
        above: Any = bone.parent
        if above is None or list(bone.lock_rotation) != [True, False, True]:
            continue
        tracks = any(each.type == "DAMPED_TRACK" and not each.mute for each in above.constraints)
        if tracks and np.linalg.norm(np.array(bone.bone.head_local) - joint) < AT_JOINT * rest.leg_length():
            return str(bone.name)
    return None


def add_swivels(pose: Pose, armature: bpy.types.Object, body: HeldBody, swivels: dict[str, str]) -> Pose:
    """``pose`` with the turns of ``swivels``, limb -> control, that bring elbows and knees where ``body`` has them."""
    columns = []
    for limb, bone in swivels.items():
        angle = _angles(armature, body, limb, bone)
        half = angle[:, None] / 2
        columns.append(np.concatenate([np.cos(half), 0 * half, np.sin(half), 0 * half], -1))
    if not columns:
        return pose
    rotations = np.concatenate([pose.rotations, continuous(np.stack(columns, 1))], 1)
    return replace(pose, bones=(*pose.bones, *swivels.values()), rotations=rotations)


def _angles(armature: bpy.types.Object, body: HeldBody, limb: str, bone: str) -> FloatArray:
    """(T,) radians about the line from hip or shoulder to the target."""
    rest, control = body.rest, pose_bones(armature)[bone].bone
    start, middle, end = _chain(limb)
    axes = np.array(control.matrix_local)[:3, :3]
    tracking = np.array(control.parent.matrix_local)[:3, 1]
    side = limb.split("_")[0]
    above = (
        "pelvis"
        if limb.endswith("leg")
        else next(slot for slot in (f"{side}_collar", chest_slot(rest)) if slot in body.turns)
    )
    held = body.turns[above]
    line = normalize(body.places[end] - body.places[start])
    turn = swing(rotate(held, tracking), line) @ held
    # the joint bends about the control's X axis, to the side that the rest pose has it bent to
    rest_line = rest.heads[end] - rest.heads[start]
    towards = np.sign(np.cross(axes[:, 0], rest_line) @ (rest.heads[middle] - rest.heads[start])) or 1.0
    bends = normalize(towards * np.cross(rotate(turn, axes[:, 0]), line))
    bow = body.places[middle] - body.places[start]
    bow = bow - line * dot(bow, line)[:, None]
    angle = np.arctan2(dot(np.cross(bends, bow), line), dot(bends, bow))
    length = float(np.linalg.norm(rest.heads[middle] - rest.heads[start])) * 2
    sure = np.linalg.norm(bow, axis=-1) > BOWED * length
    if not sure.any():
        return np.zeros(len(angle))
    frames = np.arange(len(angle))
    return np.interp(frames, frames[sure], np.unwrap(angle[sure]))


def _chain(limb: str) -> tuple[str, str, str]:
    side, kind = limb.split("_")
    start, middle, end = (f"{side}_{joint}" for joint in (slots.LEG[:3] if kind == "leg" else slots.ARM[1:]))
    return start, middle, end
