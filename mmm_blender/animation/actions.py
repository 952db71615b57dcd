"""Write a retargeted pose as keyframes: channels first, then f-curves in bulk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from typing import Any, Literal

import bpy
import numpy as np
from mathutils import Matrix, Quaternion

from .. import compat
from ..coordinates import FloatArray
from ..files.stored import parse_object, text_of
from ..rig import rotations
from ..rig.mapping import Switch
from ..rig.pose import Pose
from ..scene import pose_bones

REQUEST_PROPERTY = "mmm_request"
Interpolation = Literal["LINEAR", "BEZIER"]
AUTO_CLAMPED = 4  # value of the 'AUTO_CLAMPED' handle type in foreach_set
SAME_FRAME = 0.01  # frames; keys nearer than that are one for Blender too
OBJECT_GROUP = "Object Transforms"


@dataclass(frozen=True)
class Channel:
    """One animated number: ``values`` (K,) at ``frames`` (K,), on ``path`` of the armature object.

    ``held``: the last step is not interpolated.
    """

    path: str
    index: int
    group: str
    frames: FloatArray
    values: FloatArray
    held: bool = False


def channels_of(
    armature: bpy.types.Object, pose: Pose, switches: tuple[Switch, ...], frames: FloatArray
) -> list[Channel]:
    """Everything to key for ``pose``, each bone in its own rotation mode, at ``frames`` (T,).

    Locked and driven channels are left out: they are the rig's own. Raises KeyError when the armature lacks one of
    the pose's bones.
    """
    bones = pose_bones(armature)
    taken = driven_channels(armature)
    found: list[Channel] = []

    def add(path: str, group: str, values: FloatArray, locks: list[bool]) -> None:
        for index in range(values.shape[1]):
            if not locks[index] and (path, index) not in taken:
                found.append(Channel(path, index, group, frames[: len(values)], values[:, index]))

    for name, location in pose.locations.items():
        add(f"{bone_path(name)}.location", name, location, list(bones[name].lock_location))
    for name, size in pose.sizes.items():
        add(f"{bone_path(name)}.scale", name, size, list(bones[name].lock_scale))
    by_order: dict[str, list[int]] = {}
    for column, name in enumerate(pose.bones):
        by_order.setdefault(bones[name].rotation_mode, []).append(column)
    for mode, columns in by_order.items():
        channel, values = rotation_channel(mode, pose.rotations[:, columns])
        for place, column in enumerate(columns):
            bone = bones[pose.bones[column]]
            locks = rotation_locks(bone, values.shape[-1])
            add(f"{bone_path(bone.name)}.{channel}", bone.name, values[:, place], locks)
    for name, quaternion in pose.still.items():
        bone = bones[name]
        channel, values = rotation_channel(bone.rotation_mode, quaternion[None, None])
        add(f"{bone_path(name)}.{channel}", name, values[:, 0], rotation_locks(bone, values.shape[-1]))
    if pose.carried is not None:
        for path, values in object_channels(armature, pose.carried):
            add(path, OBJECT_GROUP, values, [False] * values.shape[1])
    found += _switch_channels(bones, switches, taken, frames)
    return found


def write_channels(curves: Any, channels: list[Channel], interpolation: Interpolation = "LINEAR") -> None:
    """Key ``channels`` into an empty or used f-curve collection.

    Where a curve exists, its keys within the channel's span are replaced and all others kept.
    """
    kinds: Any = bpy.types.Keyframe.bl_rna.properties["interpolation"]
    kind = kinds.enum_items[interpolation].value
    existing = {(curve.data_path, curve.array_index): curve for curve in curves}
    for channel in channels:
        curve = existing.get((channel.path, channel.index))
        if curve is None:
            curve = compat.new_curve(curves, channel.path, channel.index, channel.group)
        points = curve.keyframe_points
        kept = 0
        if len(points):
            kept = _clear_span(points, float(channel.frames[0]), float(channel.frames[-1]))
        count = len(channel.frames)
        points.add(count)
        coordinates = np.empty((kept + count, 2), np.float32)
        kinds_now = np.full(kept + count, kind, np.int32)
        if kept:
            old = np.empty((kept + count) * 2, np.float32)
            points.foreach_get("co", old)
            points.foreach_get("interpolation", kinds_now)
            coordinates[:kept] = old.reshape(-1, 2)[:kept]
            kinds_now[kept:] = kind
        coordinates[kept:, 0], coordinates[kept:, 1] = channel.frames, channel.values
        if channel.held:
            kinds_now[-2:-1] = kinds.enum_items["CONSTANT"].value
        points.foreach_set("co", coordinates.ravel())
        points.foreach_set("interpolation", kinds_now)
        for name in ("select_control_point", "select_left_handle", "select_right_handle"):
            points.foreach_set(name, np.zeros(kept + count, bool))
        if interpolation == "BEZIER":
            handles = np.full(kept + count, AUTO_CLAMPED, np.int32)
            points.foreach_set("handle_left_type", handles)
            points.foreach_set("handle_right_type", handles)
        curve.update()


def store_request(action: bpy.types.Action, request: dict[str, Any]) -> None:
    """Keep on the action what its motion was asked for, as JSON."""
    action[REQUEST_PROPERTY] = json.dumps(request, ensure_ascii=False, sort_keys=True)


def read_request(action: bpy.types.Action) -> dict[str, Any] | None:
    """The request stored by ``store_request``, or None where there is none that can be read."""
    try:
        return parse_object(text_of(action, REQUEST_PROPERTY))
    except ValueError:
        return None


def bone_path(name: str) -> str:
    """Data path of a pose bone from its object."""
    return f'pose.bones["{bpy.utils.escape_identifier(name)}"]'


def rotation_channel(mode: str, quaternions: FloatArray) -> tuple[str, FloatArray]:
    """Property name and values (T, B, 3 or 4) that express ``quaternions`` (T, B, 4) in rotation ``mode``.

    Each frame takes the solution nearest to the one before, of Eulers and of axis and angle.
    """
    if mode == "QUATERNION":
        return "rotation_quaternion", quaternions
    if mode == "AXIS_ANGLE":
        half = np.linalg.norm(quaternions[..., 1:], axis=-1, keepdims=True)
        axis = np.where(half > 1e-9, quaternions[..., 1:] / np.maximum(half, 1e-9), [0.0, 1.0, 0.0])
        angle = 2 * np.arctan2(half, quaternions[..., :1])
        # the axis goes on from frame to frame, and the angle with it: through no turn at all, too
        flips = np.where(np.sum(axis[1:] * axis[:-1], -1, keepdims=True) < 0, -1.0, 1.0)
        signs = np.concatenate([np.ones_like(angle[:1]), np.cumprod(flips, axis=0)])
        angle = np.unwrap(angle * signs, axis=0)
        return "rotation_axis_angle", np.concatenate([angle, axis * signs], -1)
    return "rotation_euler", rotations.to_eulers(rotations.to_matrices(quaternions), mode)


def quaternions_of(mode: str, values: FloatArray) -> FloatArray:
    """A bone's rotation channels (N, 3 or 4) as unit quaternions (N, 4)."""
    if mode == "QUATERNION":
        return np.asarray(values / np.maximum(np.linalg.norm(values, axis=-1, keepdims=True), rotations.TINY))
    if mode == "AXIS_ANGLE":
        return rotations.to_quaternions(rotations.about(rotations.normalize(values[:, 1:]), values[:, 0]))
    assert mode in {"".join(order) for order in permutations("XYZ")}
    turned = np.broadcast_to(np.eye(3), (len(values), 3, 3))
    for axis in mode:  # the first letter turns first
        column = "XYZ".index(axis)
        turned = rotations.about(np.eye(3)[column], values[:, column]) @ turned
    return rotations.to_quaternions(turned)


def nearest_angles(angles: FloatArray, order: str, start: FloatArray) -> FloatArray:
    """Unwrapped Eulers ``angles`` (N, 3) as the same rotations on the branch that begins nearest ``start`` (3,)."""
    middle = "XYZ".index(order[1])
    other = angles + np.pi
    other[:, middle] = np.pi - angles[:, middle]
    turn = 2 * np.pi
    both = [branch + turn * np.round((start - branch[0]) / turn) for branch in (angles, other)]
    return min(both, key=lambda branch: float(np.abs(branch[0] - start).sum()))


def rotation_locks(bone: Any, size: int) -> list[bool]:
    """Which of a bone's ``size`` rotation channels the artist has locked."""
    locks = list(bone.lock_rotation)
    if size == 3:
        return locks
    if bone.lock_rotations_4d:
        return [bone.lock_rotation_w, *locks]
    return [all(locks)] * 4


def object_channels(armature: bpy.types.Object, carried: FloatArray) -> Iterator[tuple[str, FloatArray]]:
    """The armature object's own location and rotation that move it like ``carried`` (T, 4, 4).

    Its delta transforms come on top of those, and stay as they are.
    """
    whole = np.array(armature.matrix_basis)  # the deltas are in it
    world = whole @ carried
    turns = _turns(whole)
    own = _turns(np.array(_own_matrix(armature)))
    yield "location", world[:, :3, 3] - (whole[:3, 3] - np.array(armature.location))
    turned = rotations.to_quaternions((turns @ own.T).T @ _turns(world))
    path, values = rotation_channel(armature.rotation_mode, rotations.continuous(turned[:, None]))
    yield path, values[:, 0]


def _own_matrix(owner: bpy.types.Object) -> Matrix:
    """(4, 4) location and rotation of an object without its deltas."""
    mode = owner.rotation_mode
    if mode == "QUATERNION":
        turn = owner.rotation_quaternion.copy()
    elif mode == "AXIS_ANGLE":
        angle, *axis = owner.rotation_axis_angle
        turn = Quaternion(axis, angle)
    else:
        turn = owner.rotation_euler.to_quaternion()
    return Matrix.LocRotScale(owner.location, turn.normalized(), None)


def _turns(matrices: FloatArray) -> FloatArray:
    """Rotations (..., 3, 3) of (..., 4, 4), without scale."""
    linear = matrices[..., :3, :3]
    return np.asarray(linear / np.linalg.norm(linear, axis=-2, keepdims=True))


def _switch_channels(
    bones: Any, switches: tuple[Switch, ...], taken: set[tuple[str, int]], frames: FloatArray
) -> list[Channel]:
    found = []
    for switch in switches:
        bone = bones.get(switch.bone)
        path = f'{bone_path(switch.bone)}["{bpy.utils.escape_identifier(switch.property)}"]'
        if bone is not None and switch.property in bone and (path, 0) not in taken:
            found.append(Channel(path, 0, switch.bone, frames[:1], np.array([switch.value])))
    return found


def driven_channels(armature: bpy.types.Object) -> set[tuple[str, int]]:
    """(data path, index) of the armature object's driven properties."""
    animation = armature.animation_data
    drivers = animation.drivers if animation is not None else ()
    return {(curve.data_path, curve.array_index) for curve in drivers if not curve.mute}


def _clear_span(points: Any, first: float, last: float) -> int:
    """Remove the keys from ``first`` to ``last``; returns how many stay."""
    at = np.empty(len(points) * 2, np.float32)
    points.foreach_get("co", at)
    inside = np.flatnonzero((at[::2] > first - SAME_FRAME) & (at[::2] < last + SAME_FRAME))
    for index in inside[::-1]:
        points.remove(points[int(index)], fast=True)
    return len(points)
