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


def restore_curves(action: bpy.types.Action, backup: bpy.types.Action) -> None:
    """Give ``action`` the f-curves of ``backup``, its copy from before, and no others."""
    pairs: list[tuple[Any, Any]] = []
    if not HAS_SLOTS:
        pairs.append((_any(action).fcurves, _any(backup).fcurves))
    else:
        for slot, old in zip(action.slots, backup.slots, strict=False):
            pairs.append((_channelbag(action, slot).fcurves, _channelbag(backup, old).fcurves))
        for slot in list(action.slots)[len(backup.slots) :]:
            action.slots.remove(slot)
    for curves, wanted in pairs:
        for curve in list(curves):
            curves.remove(curve)
        for old in wanted:
            group = old.group.name if old.group else ""
            curve = (
                new_curve(curves, old.data_path, old.array_index, group)
                if group
                else curves.new(old.data_path, index=old.array_index)
            )
            curve.extrapolation, curve.color_mode = old.extrapolation, old.color_mode
            points = curve.keyframe_points
            points.add(len(old.keyframe_points))
            for key, size, kind in (
                ("co", 2, np.float32),
                ("handle_left_type", 1, np.int32),
                ("handle_right_type", 1, np.int32),
                ("handle_left", 2, np.float32),
                ("handle_right", 2, np.float32),
                ("interpolation", 1, np.int32),
                ("easing", 1, np.int32),
                ("type", 1, np.int32),
            ):
                values = np.empty(len(points) * size, kind)
                old.keyframe_points.foreach_get(key, values)
                points.foreach_set(key, values)
            curve.update()


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
