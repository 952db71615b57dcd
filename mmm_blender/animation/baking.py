"""Keys on the bones that deform the mesh instead of on the controls that move them, for rigs that have both.

The motion is played on the controls, seen frame by frame, and taken down on the deforming bones; what holds those in
their place is keyed to let go. Nothing of the rig itself is changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix

from .. import compat
from ..coordinates import FloatArray
from ..files.stored import list_in, number_in, parse_object, text_of
from ..rig import rotations
from ..rig.mapping import Switch
from ..scene import pose_bones
from ..translation import rpt_
from .actions import OBJECT_GROUP, Channel, bone_path, rotation_channel, write_channels

RELEASED_PROPERTY = "mmm_released"  # on the armature: JSON, data path -> values from before the first bake
SAME_SIZE = 1e-4  # a scale nearer to 1 than this is not keyed


def deform_channels(
    armature: bpy.types.Object,
    scene: bpy.types.Scene,
    channels: list[Channel],
    switches: tuple[Switch, ...],
    frames: FloatArray,
) -> list[Channel]:
    """What ``channels`` (of controls) do to the deforming bones at ``frames`` (T,), as channels of those bones.

    The armature and the scene's frame are as before afterwards. Raises ValueError when the rig has no deforming
    bones.
    """
    bones: Any = armature.data.bones  # type: ignore[union-attr]
    names = [bone.name for bone in bones if bone.use_deform]
    if not names:
        raise ValueError(rpt_("'{name}' has no bones that deform: key its controls").format(name=armature.name))
    with _playing(armature, scene, channels, switches):
        posed = _watch(armature, scene, frames)
    still = {bone.name: np.array(bone.matrix) for bone in pose_bones(armature)}
    found = [channel for channel in channels if channel.group == OBJECT_GROUP]
    made: dict[str, FloatArray] = {}
    for name in names:  # parents come before children
        found += _bone_channels(armature, name, posed[name], still, made, frames)
    return found + [Channel(path, 0, bone, frames[:1], np.zeros(1)) for bone, path, _ in _holding(armature, names)]


def released_text(armature: bpy.types.Object) -> str:
    """What to keep as ``RELEASED_PROPERTY``: how the deforming bones are held and, where nothing holds them, how they
    lie, so that controls can take over again. To be asked before the first key of a bake is seen.
    """
    bones: Any = armature.data.bones  # type: ignore[union-attr]
    names = [bone.name for bone in bones if bone.use_deform]
    held = _holding(armature, names)
    found = {path: [influence] for _, path, influence in held}
    for name in set(names) - {name for name, _, _ in held}:
        bone = pose_bones(armature)[name]
        channel, _ = rotation_channel(bone.rotation_mode, np.array([[[1.0, 0.0, 0.0, 0.0]]]))
        for key in ("location", channel, "scale"):
            found[f"{bone_path(name)}.{key}"] = list(getattr(bone, key))
    return json.dumps(found | _released(armature))


def holding_channels(armature: bpy.types.Object, frames: FloatArray) -> list[Channel]:
    """Channels by which the deforming bones are as before the first bake; none where nothing was baked."""
    found = []
    for path, values in _released(armature).items():
        try:
            armature.path_resolve(path)
        except ValueError:  # the artist removed it
            continue
        group = path.split('"')[1]
        found += [Channel(path, index, group, frames[:1], np.array([value])) for index, value in enumerate(values)]
    return found


def _released(armature: bpy.types.Object) -> dict[str, list[float]]:
    """``RELEASED_PROPERTY``: data path of a bone's property -> its values; what cannot be read is left out."""
    try:
        kept = parse_object(text_of(armature, RELEASED_PROPERTY))
    except ValueError:
        return {}
    found = {}
    for path, values in kept.items():
        if not path.startswith('pose.bones["'):
            continue
        with suppress(ValueError):
            found[path] = [number_in(value, -1e6, 1e6) for value in list_in(values, 4)]
    return found


def _holding(armature: bpy.types.Object, names: list[str]) -> list[tuple[str, str, float]]:
    """(bone, data path of its influence, influence) of every constraint on the bones ``names`` that is at work."""
    bones = pose_bones(armature)
    return [
        (name, f'{bone_path(name)}.constraints["{bpy.utils.escape_identifier(each.name)}"].influence', each.influence)
        for name in names
        for each in bones[name].constraints
        if not each.mute
    ]


@contextmanager
def _playing(
    armature: bpy.types.Object, scene: bpy.types.Scene, channels: list[Channel], switches: tuple[Switch, ...]
) -> Iterator[None]:
    """The armature plays ``channels`` from an action of its own for a while; then all is as it was."""
    animation: Any = armature.animation_data
    had_data = animation is not None
    animation = animation or armature.animation_data_create()
    played, slot, layered = animation.action, compat.assigned_slot(armature), animation.use_nla
    frame = scene.frame_current, scene.frame_subframe
    bones = pose_bones(armature)
    basis = armature.matrix_basis.copy()
    poses = [(bone, bone.matrix_basis.copy()) for bone in bones]
    turned = [(bone, tuple(bone.rotation_euler), tuple(bone.rotation_axis_angle)) for bone in bones]
    settings = [
        (bones[each.bone], each.property, bones[each.bone][each.property])
        for each in switches
        if each.bone in bones and each.property in bones[each.bone]
    ]
    action = bpy.data.actions.new("MMM Bake")
    try:
        write_channels(compat.new_curves(action, armature), channels)
        animation.use_nla = False
        compat.assign_action(armature, action)
        yield
    finally:
        animation.use_nla = layered
        compat.play_action(armature, played, slot)
        bpy.data.actions.remove(action)
        armature.matrix_basis = basis
        for bone, matrix in poses:
            bone.matrix_basis = matrix
        for bone, euler, axis_angle in turned:  # the matrix knows no whole turns
            if bone.rotation_mode == "AXIS_ANGLE":
                bone.rotation_axis_angle = axis_angle
            elif bone.rotation_mode != "QUATERNION":
                bone.rotation_euler = euler
        for bone, key, value in settings:
            bone[key] = value
        if not had_data:
            armature.animation_data_clear()
        armature.update_tag()
        scene.frame_set(frame[0], subframe=frame[1])


def _watch(armature: bpy.types.Object, scene: bpy.types.Scene, frames: FloatArray) -> dict[str, FloatArray]:
    """Bone -> (T, 4, 4) pose at ``frames``, armature space."""
    bones = pose_bones(armature)
    buffer = np.empty(16 * len(bones), np.float32)
    seen = np.empty((len(frames), len(bones), 4, 4))
    for row, frame in enumerate(frames):
        whole = int(np.floor(frame + 1e-6))
        scene.frame_set(whole, subframe=float(np.clip(frame - whole, 0.0, 0.9999)))
        bones.foreach_get("matrix", buffer)
        # foreach_get hands matrices out column by column
        seen[row] = buffer.reshape(-1, 4, 4).transpose(0, 2, 1)
    return {bone.name: seen[:, column] for column, bone in enumerate(bones)}


def _bone_channels(
    armature: bpy.types.Object,
    name: str,
    posed: FloatArray,
    still: dict[str, FloatArray],
    made: dict[str, FloatArray],
    frames: FloatArray,
) -> list[Channel]:
    """Location, rotation and, where it is not 1, scale by which a bone comes to ``posed`` (T, 4, 4).

    Its parent is where its own channels bring it if it deforms (``made``, to which the bone is added), and stays where
    it is if not. A limb that IK stretches shears what hangs on it, which channels cannot express: there the pose is
    near, not the same.
    """
    pose_bone = pose_bones(armature)[name]
    bone, parent = pose_bone.bone, pose_bone.parent
    count = len(frames)
    above: list[dict[str, Any]] = [{} for _ in range(count)]
    if parent is not None:
        places = made.get(parent.name, np.broadcast_to(still[parent.name], (count, 4, 4)))
        above = [
            {"parent_matrix": Matrix(place.tolist()), "parent_matrix_local": parent.bone.matrix_local}
            for place in places
        ]

    def convert(matrices: FloatArray, invert: bool) -> FloatArray:
        return np.array(
            [
                bone.convert_local_to_pose(Matrix(matrix.tolist()), bone.matrix_local, invert=invert, **each)
                for matrix, each in zip(matrices, above, strict=True)
            ]
        )

    basis = convert(posed, True)
    size = np.linalg.norm(basis[:, :3, :3], axis=1)
    turned = rotations.continuous(rotations.to_quaternions(basis[:, :3, :3] / size[:, None])[:, None])
    if np.abs(size - 1.0).max() < SAME_SIZE:
        size = np.ones_like(size)
    if bone.use_connect:
        basis[:, :3, 3] = 0.0  # it begins where its parent ends, whatever its location says
    basis[:, :3, :3] = rotations.to_matrices(turned[:, 0]) * size[:, None]
    made[name] = convert(basis, False)
    channel, values = rotation_channel(pose_bone.rotation_mode, turned)
    path = bone_path(name)
    numbers = {channel: values[:, 0]} if bone.use_connect else {"location": basis[:, :3, 3], channel: values[:, 0]}
    if (size != 1.0).any():
        numbers["scale"] = size
    return [
        Channel(f"{path}.{key}", index, name, frames, columns[:, index])
        for key, columns in numbers.items()
        for index in range(columns.shape[1])
    ]
