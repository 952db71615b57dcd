"""Rotations that go on from the keys beside them: q and -q, or angles a turn apart, are one pose, yet the bone spins
in the gap between two such keys.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import bpy
import numpy as np

from ..coordinates import FloatArray
from ..scene import pose_bones
from .actions import SAME_FRAME, Channel, nearest_angles
from .played import bone_of_path

ROTATIONS = ("rotation_quaternion", "rotation_axis_angle", "rotation_euler")
FAR = np.pi  # radians between two angles that are a turn, or a way around, apart


def go_on_from_pose(armature: bpy.types.Object, channels: list[Channel]) -> list[Channel]:
    """``channels`` whose rotations begin on the side, and in the turn, that the armature is in now."""
    return _continued(armature, channels, {}, True)


def go_on_from_keys(
    armature: bpy.types.Object, channels: list[Channel], curves: Iterable[bpy.types.FCurve]
) -> list[Channel]:
    """``channels`` whose rotations go on from the keys before and after them on ``curves``, which stay as they are.

    Where both ends cannot be met, the step to the last key is held (``Channel.held``): that key is the same pose, said
    as what follows has it.
    """
    return _continued(armature, channels, {(curve.data_path, curve.array_index): curve for curve in curves}, False)


def _continued(
    armature: bpy.types.Object,
    channels: list[Channel],
    curves: dict[tuple[str, int], bpy.types.FCurve],
    from_pose: bool,
) -> list[Channel]:
    groups: dict[str, list[Channel]] = {}
    for channel in channels:
        groups.setdefault(channel.path, []).append(channel)
    found: list[Channel] = []
    for path, group in groups.items():
        if not path.endswith(ROTATIONS):
            found += group
            continue
        size = len(_value(armature, path))
        beside = [curve for index in range(size) if (curve := curves.get((path, index)))]
        first, last = float(group[0].frames[0]), float(group[0].frames[-1])
        before = _neighbour(armature, path, beside, first, -1)
        after = _neighbour(armature, path, beside, last, 1)
        if from_pose:
            before = _value(armature, path)
        if len(group) < size or group[0].held or (before is None and after is None):
            found += (
                group  # a locked or driven part of a rotation cannot be said in another way, a fade is said already
            )
            continue
        found += _join(_mode(armature, path), group, before, after)
    return found


def _join(mode: str, group: list[Channel], before: FloatArray | None, after: FloatArray | None) -> list[Channel]:
    group = sorted(group, key=lambda channel: channel.index)
    frames, values = group[0].frames, np.stack([channel.values for channel in group], -1)
    if before is not None:
        values = nearest_rotations(mode, values, before)
    elif after is not None:
        values = nearest_rotations(mode, values[::-1], after)[::-1]
    held = False
    if after is not None and len(values) > 1:
        other = nearest_rotations(mode, values[-1:], after)[0]
        # an Euler angle may be said in two ways that are both near: only a whole turn is worth a step
        held = bool(np.abs(other - values[-1]).max() > (1e-6 if mode == "QUATERNION" else FAR - 1e-6))
        held = held and bool(np.abs(after - values[-1]).sum() > np.abs(after - other).sum())
        if held and frames[-1] - frames[-2] > 1.0:  # keys were left out: the step is one frame long all the same
            share = (frames[-1] - 1.0 - frames[-2]) / (frames[-1] - frames[-2])
            between = values[-2] + share * (values[-1] - values[-2])
            frames = np.insert(frames, -1, frames[-1] - 1.0)
            values = np.insert(values, -1, between, axis=0)
        if held:
            values[-1] = other
    return [
        replace(channel, frames=frames, values=values[:, column], held=held) for column, channel in enumerate(group)
    ]


def nearest_rotations(mode: str, values: FloatArray, start: FloatArray) -> FloatArray:
    """``values`` (N, C) of a rotation channel as the same rotations, said so that they begin nearest ``start`` (C,)."""
    if mode == "QUATERNION":
        return np.asarray(values * (1.0 if values[0] @ start >= 0 else -1.0))
    if mode == "AXIS_ANGLE":
        signed = values * (1.0 if values[0, 1:] @ start[1:] >= 0 else -1.0)
        turns = 2 * np.pi * np.round((start[0] - signed[0, 0]) / (2 * np.pi))
        return np.asarray(signed + np.array([turns, 0.0, 0.0, 0.0]))
    return nearest_angles(values, mode, start)


def _neighbour(
    armature: bpy.types.Object, path: str, beside: list[bpy.types.FCurve], frame: float, way: int
) -> FloatArray | None:
    """The rotation's value (C,) at its next key before (``way`` -1) or after (1) ``frame``; None without one."""
    found = []
    for curve in beside:
        points: Any = curve.keyframe_points
        at = np.empty(len(points) * 2, np.float32)
        points.foreach_get("co", at)
        beyond = at[::2][(at[::2] - frame) * way > SAME_FRAME]
        if len(beyond):
            found.append(float(beyond[np.abs(beyond - frame).argmin()]))
    if not found:
        return None
    next_frame = min(found, key=lambda each: abs(each - frame))
    values = _value(armature, path)
    for curve in beside:
        values[curve.array_index] = curve.evaluate(next_frame)
    return values


def _value(armature: bpy.types.Object, path: str) -> FloatArray:
    """What a property of the armature is now, (C,)."""
    resolve: Any = armature.path_resolve
    return np.array(resolve(path), np.float64)


def _mode(armature: bpy.types.Object, path: str) -> str:
    bone = bone_of_path(path)
    return str(pose_bones(armature)[bone].rotation_mode if bone else armature.rotation_mode)
