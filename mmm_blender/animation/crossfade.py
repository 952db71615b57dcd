"""A motion among the keys of another: it takes over from what was there and gives back to what comes behind."""

from __future__ import annotations

from dataclasses import replace

import bpy
import numpy as np

from ..coordinates import FloatArray
from ..rig import rotations
from . import actions
from .actions import SAME_FRAME, Channel
from .neighbours import nearest_rotations
from .played import bone_of_path, played_curves

FAR = 0.5  # of a quaternion's numbers, or radians: values of one rotation that differ by more have no way in between
FADING = ("location", *(f"rotation_{kind}" for kind in ("quaternion", "euler", "axis_angle")))


def crossfade(armature: bpy.types.Object, channels: list[Channel], begin: float, end: float) -> list[Channel]:
    """``channels`` that begin as the curves of the played action are and leave them over ``begin`` frames, and come
    back to them over the last ``end``.

    Where a curve has no key before, or none behind, there is nothing to come from or to go to; nor is there where it
    has no keys at all: a rest pose is no motion. Writes nothing.
    """
    existing = {(curve.data_path, curve.array_index): curve for curve in played_curves(armature)}
    groups: dict[str, list[Channel]] = {}
    for channel in channels:
        groups.setdefault(channel.path, []).append(channel)
    faded: list[Channel] = []
    for path, group in groups.items():
        curves = {index: curve for (name, index), curve in existing.items() if name == path}
        if not path.endswith(FADING) or len(group[0].frames) < 2 or not curves:
            faded += group
            continue
        share = _shares(curves, group[0].frames, begin, end)
        values, held = _faded(armature, path, group, curves, share)
        faded += [replace(channel, values=values[:, channel.index], held=held) for channel in group]
    return faded


def _shares(curves: dict[int, bpy.types.FCurve], frames: FloatArray, begin: float, end: float) -> FloatArray:
    """How much the new motion counts at each of ``frames`` (T,), 0 to 1."""
    keyed = [(points[0].co[0], points[-1].co[0]) for c in curves.values() if len(points := c.keyframe_points)]
    before = any(first < frames[0] - SAME_FRAME for first, _ in keyed)
    behind = any(last > frames[-1] + SAME_FRAME for _, last in keyed)
    room = (frames[-1] - frames[0]) / 2
    share = np.ones(len(frames))
    for wanted, length, away in ((before, begin, frames - frames[0]), (behind, end, frames[-1] - frames)):
        if wanted and length > 0:
            part = np.clip(away / min(length, room), 0.0, 1.0)
            share *= part * part * (3.0 - 2.0 * part)
    return share


def _faded(
    armature: bpy.types.Object, path: str, group: list[Channel], curves: dict[int, bpy.types.FCurve], share: FloatArray
) -> tuple[FloatArray, bool]:
    """Values (T, C) of one property, the new ones counting by ``share`` (T,), and whether the last step is none: where
    the motion went the other way round than the keys behind, there is no way in between.
    """
    now = np.array(armature.path_resolve(path), np.float64)  # type: ignore[func-returns-value]
    old = np.repeat(now[None], len(share), 0)
    rows = np.flatnonzero(share < 1.0)
    for index, curve in curves.items():
        old[rows, index] = [curve.evaluate(frame) for frame in group[0].frames[rows]]
    new = old.copy()
    for channel in group:
        new[:, channel.index] = channel.values
    if not len(rows):
        return new, False
    if path.endswith("location"):
        return np.asarray(old + share[:, None] * (new - old)), False
    bone = bone_of_path(path)
    mode = armature.pose.bones[bone].rotation_mode if bone else armature.rotation_mode  # type: ignore[union-attr]
    # on the half sphere, or the turn, of the keys that it comes from
    near = old[0] if share[0] < 1.0 else old[-1] + new[0] - new[-1]
    mixed = rotations.slerp(actions.quaternions_of(mode, old), actions.quaternions_of(mode, new), share)
    mixed = rotations.continuous(mixed[:, None])[:, 0]
    if mode == "QUATERNION":
        known = old[0] @ mixed[0] if share[0] < 1.0 else old[-1] @ mixed[-1]
        values = mixed if known >= 0 else -mixed
    else:
        _, found = actions.rotation_channel(mode, mixed[:, None])
        values = nearest_rotations(mode, found[:, 0], near)
    held = bool(share[-1] < 1.0 and np.abs(values[-1] - old[-1]).max() > FAR)
    if held:
        values = np.concatenate((values[:-1], old[-1:]))
    return values, held
