"""The one place that knows which Blender is running: 4.2, 4.4/4.5 and 5.x.

Actions: up to 4.3 an action owns its f-curves directly. From 4.4 they live in a channelbag of a
slot, and an action animates nothing until one of its slots is assigned; 5.0 dropped the old way.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import bpy
import numpy as np

from .translation import rpt_

HAS_SLOTS: bool = bpy.app.version >= (4, 4, 0)

# What a key has: how many numbers, and of what kind. Types come before the handles, which they may move.
POINT_FIELDS: dict[str, tuple[int, Any]] = {
    "co": (2, np.float32),
    "handle_left_type": (1, np.int32),
    "handle_right_type": (1, np.int32),
    "handle_left": (2, np.float32),
    "handle_right": (2, np.float32),
    "interpolation": (1, np.int32),
    "easing": (1, np.int32),
    "back": (1, np.float32),
    "amplitude": (1, np.float32),
    "period": (1, np.float32),
    "type": (1, np.int32),
    "select_control_point": (1, bool),
    "select_left_handle": (1, bool),
    "select_right_handle": (1, bool),
}


def export_gltf(filepath: str, **settings: Any) -> None:
    """Export a glTF file. Raises RuntimeError from Blender's exporter, AttributeError where it is switched off."""
    _renew_context()
    bpy.ops.export_scene.gltf(filepath=filepath, **settings)


def import_gltf(filepath: str) -> None:
    """Import a glTF file. Raises RuntimeError from Blender's importer, AttributeError where it is switched off."""
    _renew_context()
    bpy.ops.import_scene.gltf(filepath=filepath)


def _renew_context() -> None:
    """Let `bpy.context` belong to the scene that is open now.

    In Blender 4.2 who reads `layer_collection`, as Rigify does, makes the scene its owner, and it stays that when
    another file is opened and after undo. glTF's importer and exporter set the window's scene through it, which then
    writes to freed memory: Blender crashes, or the file holds garbage.
    """
    _ = bpy.context.layer_collection


def import_fbx(filepath: str) -> None:
    """Import an FBX file with the importer that works in this Blender.

    Raises RuntimeError (from the operator) when the file cannot be read.
    """
    if bpy.app.version >= (4, 5, 0):
        bpy.ops.wm.fbx_import(filepath=filepath)
    else:
        operator: Any = bpy.ops.import_scene.fbx
        operator(filepath=filepath, use_anim=True)


def new_curves(action: bpy.types.Action, owner: bpy.types.ID) -> Any:
    """The empty f-curve collection of a new ``action``, ready to animate ``owner`` once assigned.

    On 4.4+ a slot for ``owner`` is created, with a keyframe strip and a channelbag.
    """
    if not HAS_SLOTS:
        _any(action).id_root = owner.id_type
        return _any(action).fcurves
    slot = action.slots.new(id_type=owner.id_type, name=owner.name)
    return _channelbag(action, slot).fcurves


def assigned_curves(owner: bpy.types.ID) -> Any:
    """The f-curve collection of the action that ``owner`` plays, to write into; made where missing.

    Raises ValueError when it plays none.
    """
    animation = _animation_data(owner)
    action = animation.action
    if action is None:
        raise ValueError(rpt_("'{name}' has no active action to write into: choose a new one").format(name=owner.name))
    if not HAS_SLOTS:
        return _any(action).fcurves
    if animation.action_slot is None:
        animation.action_slot = action.slots.new(id_type=owner.id_type, name=owner.name)
    return _channelbag(action, animation.action_slot).fcurves


def _channelbag(action: bpy.types.Action, slot: Any) -> Any:
    layer = action.layers[0] if action.layers else action.layers.new("Layer")
    strip: Any = layer.strips[0] if layer.strips else layer.strips.new(type="KEYFRAME")
    return strip.channelbag(slot, ensure=True)


def restore_action(action: bpy.types.Action, backup: bpy.types.Action) -> None:
    """Give ``action`` the keys, the f-curves and the custom properties of ``backup``, its copy from before.

    Curves that were there stay the same ones, with all that an artist set on them.
    """
    pairs: list[tuple[Any, Any]] = []
    if not HAS_SLOTS:
        pairs.append((action, backup))
    else:
        for slot, old in zip(action.slots, backup.slots, strict=False):
            pairs.append((_channelbag(action, slot), _channelbag(backup, old)))
        for slot in list(action.slots)[len(backup.slots) :]:
            action.slots.remove(slot)
    for owner, wanted in pairs:
        _restore_curves(owner, wanted)
    for key in set(action.keys()) - set(backup.keys()):
        del action[key]
    for key in backup.keys():  # noqa: SIM118
        if isinstance(backup[key], (str, int, float)):
            action[key] = backup[key]
    action.update_tag()


def _restore_curves(owner: Any, wanted: Any) -> None:
    """``owner``, ``wanted``: what holds f-curves and their groups."""
    before = {(curve.data_path, curve.array_index): curve for curve in wanted.fcurves}
    for curve in list(owner.fcurves):
        if (curve.data_path, curve.array_index) not in before:
            owner.fcurves.remove(curve)
    there = {(curve.data_path, curve.array_index): curve for curve in owner.fcurves}
    for (path, index), old in before.items():
        curve = there.get((path, index))
        if curve is None and old.group:
            curve = new_curve(owner.fcurves, path, index, old.group.name)
        elif curve is None:
            curve = owner.fcurves.new(path, index=index)
        values = {name: np.empty(len(old.keyframe_points) * size, kind) for name, (size, kind) in POINT_FIELDS.items()}
        for name, numbers in values.items():
            old.keyframe_points.foreach_get(name, numbers)
        points = curve.keyframe_points
        points.add(max(len(old.keyframe_points) - len(points), 0))
        while len(points) > len(old.keyframe_points):
            points.remove(points[len(points) - 1], fast=True)
        for name, numbers in values.items():
            points.foreach_set(name, numbers)
        # without an update, which would work out automatic handles anew
    groups = {group.name for group in wanted.groups}
    for group in list(owner.groups):
        if group.name not in groups and not len(group.channels):
            owner.groups.remove(group)


def assign_strip_slot(strip: Any, action: bpy.types.Action) -> None:
    """Let an NLA strip play the first object slot of ``action`` (nothing to do before 4.4)."""
    if HAS_SLOTS and strip.action_slot is None:
        strip.action_slot = slots_of(action)[0]


def new_curve(curves: Any, path: str, index: int, group: str) -> bpy.types.FCurve:
    """Add an f-curve to ``curves`` (from ``new_curves``), shown under ``group`` where possible.

    Only 4.2/4.3 and 5.0+ take a group at creation; on 4.4/4.5 it is set afterwards.
    """
    if not HAS_SLOTS:
        return curves.new(path, index=index, action_group=group)
    if bpy.app.version >= (5, 0, 0):
        return curves.new(path, index=index, group_name=group)
    curve = curves.new(path, index=index)
    for bag in curves.id_data.layers[0].strips[0].channelbags:
        if bag.fcurves == curves:
            curve.group = bag.groups.get(group) or bag.groups.new(group)
    return curve


def curves_of(action: bpy.types.Action, slot: Any = None) -> Iterator[bpy.types.FCurve]:
    """All f-curves of ``action``; with ``slot`` only those of that slot (ignored before 4.4)."""
    if not HAS_SLOTS:
        yield from _any(action).fcurves
        return
    for layer in action.layers:
        for strip in layer.strips:
            for bag in _any(strip).channelbags:
                if slot is None or bag.slot_handle == slot.handle:
                    yield from bag.fcurves


def slots_of(action: bpy.types.Action) -> list[Any]:
    """The object slots of ``action``; ``[None]`` on Blenders that have no slots."""
    if not HAS_SLOTS:
        return [None]
    return [slot for slot in action.slots if slot.target_id_type in {"OBJECT", "UNSPECIFIED"}]


def assign_action(owner: bpy.types.ID, action: bpy.types.Action, slot: Any = None) -> None:
    """Make ``owner`` play ``action`` through ``slot`` (or the action's first object slot).

    Raises ValueError when the action has none.
    """
    if slot is None and not slots_of(action):
        raise ValueError(rpt_("the action '{action}' moves no objects: choose another one").format(action=action.name))
    play_action(owner, action, slots_of(action)[0] if slot is None else slot)


def play_action(owner: bpy.types.ID, action: bpy.types.Action | None, slot: Any) -> None:
    """Make ``owner`` play ``action`` through exactly ``slot``; without one it plays nothing of it (from 4.4 on)."""
    animation = _animation_data(owner)
    animation.action = action
    if HAS_SLOTS and action is not None:
        animation.action_slot = slot


def assigned_slot(owner: bpy.types.ID) -> Any:
    """The slot ``owner`` plays, or None when there is none (always None before 4.4)."""
    animation = _any(owner).animation_data
    return getattr(animation, "action_slot", None) if animation else None


def last_slot(owner: bpy.types.ID) -> str:
    """The name of the slot that ``owner`` played last, by which Blender finds one in another action ("" before 4.4)."""
    return str(getattr(_any(owner).animation_data, "last_slot_identifier", ""))


def remember_slot(owner: bpy.types.ID, name: str) -> None:
    """Make ``name``, from ``last_slot``, the one it played last."""
    animation = _any(owner).animation_data
    if hasattr(animation, "last_slot_identifier"):
        animation.last_slot_identifier = name


def select_bone(armature: bpy.types.Object, name: str) -> None:
    """Select the bone ``name`` alone and make it the active one (before 5.0 bones are selected, since then pose bones).

    Raises KeyError when the armature has no such bone.
    """
    data = _any(armature.data)
    chosen = data.bones[name]
    on_pose = bpy.app.version >= (5, 0, 0)
    for bone in _any(armature.pose).bones if on_pose else data.bones:
        bone.select = bone.name == name
    data.bones.active = chosen


def use_video_output(scene: bpy.types.Scene) -> None:
    """Render animations to one H.264 .mp4 at exactly ``scene.render.filepath``."""
    settings: Any = scene.render.image_settings
    if bpy.app.version >= (5, 0, 0):
        settings.media_type = "VIDEO"
    settings.file_format = "FFMPEG"
    ffmpeg: Any = scene.render.ffmpeg
    ffmpeg.format, ffmpeg.codec = "MPEG4", "H264"
    ffmpeg.constant_rate_factor, ffmpeg.ffmpeg_preset = "HIGH", "GOOD"
    ffmpeg.audio_codec = "NONE"
    scene.render.use_file_extension = False


def use_image_output(scene: bpy.types.Scene) -> None:
    """Render stills to PNG."""
    settings: Any = scene.render.image_settings
    if bpy.app.version >= (5, 0, 0):
        settings.media_type = "IMAGE"
    settings.file_format, settings.color_mode = "PNG", "RGB"
    scene.render.use_file_extension = True


def _animation_data(owner: bpy.types.ID) -> Any:
    """The owner's animation data, made if there is none."""
    return _any(owner).animation_data or _any(owner).animation_data_create()


def _any(value: Any) -> Any:
    """Drop the static type: the stubs describe one Blender version only."""
    return value
