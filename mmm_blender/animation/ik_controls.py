"""Controls that decide on bones which are keyed: targets and poles of inverse kinematics, and what bones copy.

A chain with inverse kinematics shows its own keys only where its target agrees. So the target is keyed to be where
the keys bring the chain's end, rigidly with the part of the body that it moves, and its pole with the chain's first
bone; the solver then finds everything where it is to be, whatever its influence. Rigs of controls have mappings of
their own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import bpy
import numpy as np

from ..coordinates import FloatArray
from ..rig import slots
from ..rig.mapping import RigMapping
from ..rig.skeleton import LooseBone, PoleGoal, RestSkeleton, RigRest, loose_bone, read_skeleton
from ..scene import pose_bones
from .shown.holders import moved_by

COPIES = ("COPY_ROTATION", "COPY_LOCATION", "COPY_TRANSFORMS")
AT_JOINT = 0.02  # share of the leg's length: as near as that a bone ends in a joint


def with_ik_controls(armature: bpy.types.Object, rest: RigRest, mapping: RigMapping) -> RigRest:
    """``rest`` whose loose bones are also the free controls, in the same armature, that decide on its bones."""
    if mapping.controls:
        return rest
    rig = read_skeleton(armature)
    tied: dict[str, str] = {}  # control -> the slot that it moves with
    poles: dict[str, PoleGoal] = {}
    for bone in pose_bones(armature):
        for constraint in bone.constraints:
            if constraint.mute or constraint.influence <= 0:
                continue
            for control, slot, end in _controls_of(armature, rig, rest, bone, constraint):
                if _is_free(armature, rig, rest, control) and control not in tied:
                    tied[control] = slot
                    if end is not None:
                        poles[control] = _pole_goal(rest, rig.heads[rig.index(control)], slot, end)
    slot_of = dict(zip(rest.bones, rest.joints, strict=True))
    loose: list[LooseBone] = []
    for control, slot in tied.items():
        above = (rig.names[row] for row in rig.ancestors(rig.index(control)))
        carrier = next((slot_of.get(name) or tied[name] for name in above if name in slot_of or name in tied), None)
        loose.append(replace(loose_bone(rig, control, slot, carrier), pole=poles.get(control)))
    hinges = {f"{side}_leg": axis for side in slots.SIDES if (axis := _hinge(armature, rest, side)) is not None}
    return replace(rest, loose=(*rest.loose, *loose), hinges=hinges)


def _hinge(armature: bpy.types.Object, rest: RigRest, side: str) -> FloatArray | None:
    """The one axis (3,), at rest, about which inverse kinematics may bend a knee; None where it may bend it freely."""
    knee, ankle = f"{side}_knee", f"{side}_ankle"
    bone = pose_bones(armature)[rest.bones[rest.joints.index(knee)]]
    free = [axis for axis, locked in enumerate((bone.lock_ik_x, bone.lock_ik_y, bone.lock_ik_z)) if not locked]
    if len(free) != 1 or free == [1]:
        return None
    axis = rest.rotations[knee][:, free[0]]
    back = np.cross(axis, rest.heads[ankle] - rest.heads[knee]) @ rest.facing()[:, 2]
    return np.asarray(-axis if back > 0 else axis)


def _controls_of(
    armature: bpy.types.Object, rig: RestSkeleton, rest: RigRest, bone: Any, constraint: Any
) -> list[tuple[str, str, str | None]]:
    """Controls that a constraint follows, each with the slot that it moves with, a pole with its chain's end too."""
    slot = _slot_of(rig, rest, bone.name)
    if slot is None:
        return []
    found: list[tuple[str, str, str | None]] = []
    if constraint.type in COPIES and constraint.target == armature and bone.name in rest.bones:
        found.append((constraint.subtarget, slot, None))
    if constraint.type == "IK":
        chain = [each.name for each in moved_by(bone, constraint)]
        mapped = [name for name in chain if name in rest.bones]
        place = rig.tails[rig.index(bone.name)] if constraint.use_tail else rig.heads[rig.index(bone.name)]
        near = AT_JOINT * rest.leg_length()
        below = [s for s in rest.joints if rest.parents[s] == slot and np.linalg.norm(rest.heads[s] - place) < near]
        end = below[0] if below else slot
        if mapped and constraint.target == armature:
            found.append((constraint.subtarget, end, None))
        if mapped and constraint.pole_target == armature:
            found.append((constraint.pole_subtarget, rest.joints[rest.bones.index(mapped[-1])], end))
    return [each for each in found if each[0] in rig]


def _pole_goal(rest: RigRest, pole: FloatArray, start: str, end: str) -> PoleGoal:
    """Where a pole at ``pole`` (3,) is of a chain from the slot ``start`` to ``end``."""
    line, away = rest.heads[end] - rest.heads[start], pole - rest.heads[start]
    share = float(away @ line / max(float(line @ line), 1e-12))
    return PoleGoal(away - share * line, end, share)


def _slot_of(rig: RestSkeleton, rest: RigRest, bone: str) -> str | None:
    """The slot of a bone, or of the nearest mapped one that it hangs on."""
    slot_of = dict(zip(rest.bones, rest.joints, strict=True))
    row = rig.index(bone)
    return next((slot_of[name] for each in (row, *rig.ancestors(row)) if (name := rig.names[each]) in slot_of), None)


def _is_free(armature: bpy.types.Object, rig: RestSkeleton, rest: RigRest, control: str) -> bool:
    """Whether a bone is nobody's but the animator's: not mapped, held by nothing, and with a place to be keyed."""
    bone = pose_bones(armature)[control]
    held = any(not each.mute and each.influence > 0 for each in bone.constraints)
    return control not in rest.bones and not held and not rig.connected[rig.index(control)]
