"""Bones beside the keyed ones whose pose reaches into the body, found by putting them to rest and looking."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

import bpy
import numpy as np
from mathutils import Matrix

from ...coordinates import FloatArray
from ...rig.mapping import RigMapping
from ...rig.skeleton import RigRest
from ...scene import current_view_layer, pose_bones
from .holders import acting_constraints, carrying_bones, label_of
from .kept_pose import take_pose

POSED = 1e-4  # of a bone's own matrix: nearer to rest than that is at rest
SEEN = 0.02  # radians, and share of the leg's length: bones that move by more show it


def find_strays(
    armature: bpy.types.Object,
    scene: bpy.types.Scene,
    mapping: RigMapping,
    rest: RigRest,
    keyed: Container[str],
    frames: Iterable[int] = (),
) -> list[str]:
    """Bones that are not ``keyed``, hold a pose at some of the scene ``frames``, or in the present pose where there are
    none, and change thereby where the mapped bones are; with the switches of ``mapping`` set as they will be keyed.

    What carries the character, its root bone and above, is none. Scene and pose are as before afterwards.
    """
    shown = list(mapping.for_sampling().bones.values())
    held = {bone.name for bone, _ in acting_constraints(armature)}
    above = [each.name for each in pose_bones(armature)[mapping.bones["pelvis"]].parent_recursive]
    carrying = set(above) - set(carrying_bones(armature, mapping, rest))
    root = {mapping.bones["root"]} if "root" in mapping.bones else set()
    left_alone = held | carrying | root
    now = scene.frame_current, scene.frame_subframe
    restore, found, tried = take_pose(armature), set(), False
    try:
        for frame in frames or (None,):
            if frame is not None:
                scene.frame_set(frame)
            posed = [
                bone.name
                for bone in pose_bones(armature)
                if bone.name not in left_alone
                and bone.name not in keyed
                and np.abs(np.array(bone.matrix_basis) - np.eye(4)).max() > POSED
            ]
            if posed := [name for name in posed if name not in found]:
                tried = True
                for switch in mapping.switches if frame is None else ():
                    bone = pose_bones(armature).get(switch.bone)
                    if bone is not None and switch.property in bone:
                        bone[switch.property] = type(bone[switch.property])(switch.value)
                found |= set(_reaching(armature, posed, shown, _look(armature, shown), SEEN * rest.leg_length()))
    finally:
        if frames:
            scene.frame_set(now[0], subframe=now[1])
        if tried:
            restore()
            current_view_layer().update()
    return sorted(found)


def off_rest(
    armature: bpy.types.Object, scene: bpy.types.Scene, names: Iterable[str], frames: Iterable[int]
) -> tuple[list[str], list[str]]:
    """Those of the bones ``names`` that are moved, and those that are scaled, by channels of their own at some of the
    scene ``frames``. The current frame is put back.
    """
    moved, sized = set(), set()
    now = scene.frame_current, scene.frame_subframe
    try:
        for frame in frames:
            scene.frame_set(frame)
            for bone in (pose_bones(armature)[name] for name in names):
                if np.abs(np.array(bone.location)).max() > POSED:
                    moved.add(bone.name)
                if np.abs(np.array(bone.scale) - 1.0).max() > POSED:
                    sized.add(bone.name)
    finally:
        scene.frame_set(now[0], subframe=now[1])
    return sorted(moved), sorted(sized)


def find_meddlers(armature: bpy.types.Object, mapping: RigMapping, rest: RigRest) -> dict[str, list[str]]:
    """Controls that are not mapped, have constraints, and are seen to move the mapped bones thereby: bone -> kinds of
    constraints, in words. What a control is, is told by its shape: helpers of a rig have none, and their constraints
    are the rig's own.
    """
    shown = list(mapping.for_sampling().bones.values())
    root = {mapping.bones["root"]} if "root" in mapping.bones else set()
    own = {*rest.bones, *(name for limb in rest.limbs.values() for name in limb.names()), *root}
    before = _look(armature, shown)
    found: dict[str, list[str]] = {}
    for bone, constraint in list(acting_constraints(armature)):
        if bone.custom_shape is None or bone.name in own:
            continue
        constraint.mute = True
        moved = _differ(before, _look(armature, shown), SEEN * rest.leg_length())
        constraint.mute = False
        if moved:
            found.setdefault(bone.name, []).append(label_of(constraint))
    _look(armature, shown)
    return found


def _reaching(
    armature: bpy.types.Object, names: Sequence[str], shown: Sequence[str], before: FloatArray, far: float
) -> list[str]:
    """Those of ``names`` without whose poses the bones ``shown`` are not as ``before`` (B, 4, 4)."""
    bones = pose_bones(armature)
    kept = [(name, bones[name].matrix_basis.copy()) for name in names]
    for name in names:
        bones[name].matrix_basis = Matrix.Identity(4)
    after = _look(armature, shown)
    for name, matrix in kept:
        bones[name].matrix_basis = matrix
    if not _differ(before, after, far):
        return []
    if len(names) == 1:
        return list(names)
    halves = [names[: len(names) // 2], names[len(names) // 2 :]]
    found = [name for half in halves for name in _reaching(armature, half, shown, before, far)]
    return found or list(names)  # what none of them does alone, they do together


def _differ(before: FloatArray, after: FloatArray, far: float) -> bool:
    """Whether some of the bones (B, 4, 4) are turned otherwise, or ``far`` away."""
    axes = [each[:, :3, :3] / np.linalg.norm(each[:, :3, :3], axis=1, keepdims=True) for each in (before, after)]
    turned = np.arccos(np.clip((np.einsum("bij,bij->b", *axes) - 1) / 2, -1.0, 1.0))
    return bool(turned.max() > SEEN or np.linalg.norm((after - before)[:, :3, 3], axis=-1).max() > far)


def _look(armature: bpy.types.Object, names: Sequence[str]) -> FloatArray:
    """(B, 4, 4) where bones are once Blender has posed them anew, armature space."""
    armature.update_tag(refresh={"DATA"})
    current_view_layer().update()
    return np.array([pose_bones(armature)[name].matrix for name in names])
