"""Write a retargeted pose as one action: slot, channelbag and f-curves, in bulk."""

from __future__ import annotations

import json
from typing import Any, Literal

import bpy
import numpy as np
from mathutils import Euler, Quaternion

from .. import compat
from ..coordinates import FloatArray
from ..rig.retarget import Pose
from ..scene import pose_bones

REQUEST_PROPERTY = "mmm_request"
Interpolation = Literal["LINEAR", "BEZIER"]
AUTO_CLAMPED = 4  # value of the 'AUTO_CLAMPED' handle type in foreach_set


def write_action(
    armature: bpy.types.Object,
    pose: Pose,
    name: str,
    first_frame: int = 1,
    interpolation: Interpolation = "LINEAR",
    request: dict[str, Any] | None = None,
) -> bpy.types.Action:
    """Key ``pose`` into a new action that ``armature`` then plays, one key a frame.

    Each bone keeps its own rotation mode. ``request`` is stored on the action as JSON. Raises
    KeyError when the armature lacks one of the pose's bones.
    """
    action = bpy.data.actions.new(name)
    action.use_fake_user = True
    curves = compat.new_curves(action, armature)
    frames = first_frame + np.arange(len(pose.rotations), dtype=np.float32)
    for column, bone_name in enumerate(pose.bones):
        bone = pose_bones(armature)[bone_name]
        prefix = f'pose.bones["{bpy.utils.escape_identifier(bone_name)}"]'
        if bone_name == pose.root:
            _write_channels(curves, f"{prefix}.location", bone_name, frames, pose.location, interpolation)
        channel, values = rotation_channel(bone.rotation_mode, pose.rotations[:, column])
        _write_channels(curves, f"{prefix}.{channel}", bone_name, frames, values, interpolation)
    if request is not None:
        action[REQUEST_PROPERTY] = json.dumps(request, ensure_ascii=False, sort_keys=True)
    return action


def read_request(action: bpy.types.Action) -> dict[str, Any] | None:
    """The request stored by ``write_action``, or None."""
    text = action.get(REQUEST_PROPERTY)
    return json.loads(text) if text else None


def rotation_channel(mode: str, quaternions: FloatArray) -> tuple[str, FloatArray]:
    """Property name and values (T, 3 or 4) that express ``quaternions`` (T, 4) in rotation ``mode``.

    Eulers are unwrapped: each frame takes the solution nearest to the one before.
    """
    if mode == "QUATERNION":
        return "rotation_quaternion", quaternions
    if mode == "AXIS_ANGLE":
        half = np.linalg.norm(quaternions[:, 1:], axis=-1, keepdims=True)
        axis = np.where(half > 1e-9, quaternions[:, 1:] / np.maximum(half, 1e-9), [0.0, 1.0, 0.0])
        angle = 2 * np.arctan2(half, quaternions[:, :1])
        return "rotation_axis_angle", np.concatenate([angle, axis], -1)
    values = np.empty((len(quaternions), 3))
    previous = Euler((0.0, 0.0, 0.0), mode)  # type: ignore[arg-type]
    for row, quaternion in enumerate(quaternions):
        previous = Quaternion(quaternion).to_euler(mode, previous)  # type: ignore[arg-type]
        values[row] = previous[:]
    return "rotation_euler", values


def _write_channels(
    curves: Any, path: str, group: str, frames: FloatArray, values: FloatArray, interpolation: Interpolation
) -> None:
    """One f-curve per column of ``values`` (T, C), keyed at ``frames`` (T,)."""
    for index in range(values.shape[1]):
        curve = compat.new_curve(curves, path, index, group)
        points = curve.keyframe_points
        points.add(len(frames))
        coordinates = np.stack([frames, values[:, index].astype(np.float32)], -1)
        points.foreach_set("co", coordinates.ravel())
        kind = bpy.types.Keyframe.bl_rna.properties["interpolation"].enum_items[interpolation].value  # type: ignore[attr-defined]
        points.foreach_set("interpolation", np.full(len(frames), kind, np.int32))
        if interpolation == "BEZIER":
            handles = np.full(len(frames), AUTO_CLAMPED, np.int32)
            points.foreach_set("handle_left_type", handles)
            points.foreach_set("handle_right_type", handles)
        curve.update()
