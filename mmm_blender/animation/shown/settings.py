"""Settings that are keyed: those that change what a bone's other keys mean, and where any is lowest and highest."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np

from ... import compat
from ...coordinates import FloatArray
from ...rig import rotations
from ...scene import pose_bones
from ..actions import Channel, bone_path, rotation_channel, write_channels
from ..clock import clock_of
from ..played import bone_of_path, is_transform, played_curves

MODE = "rotation_mode"
ON_OBJECT = (MODE, "lock_location", "lock_rotation", "lock_rotation_w", "lock_rotations_4d")
ON_ARMATURE = ("pose_position", "use_inherit_rotation", "inherit_scale", "use_local_location")
SAME = 1e-3  # of a setting's value


@dataclass(frozen=True)
class Setting:
    """A property ``name`` of ``bone``, or of what has the bones where that is ""; ``label``: Blender's name of it."""

    name: str
    bone: str
    label: str


def changing_settings(owner: bpy.types.Object | bpy.types.Armature, names: tuple[str, ...]) -> list[Setting]:
    """Those of the settings ``names`` that change by keys in the action that an armature object, or its data, plays.

    Poses nothing, so that a panel may ask at every redraw.
    """
    found = []
    for curve in played_curves(owner):
        path = curve.data_path
        if not path.endswith(names) or curve.mute or not len(curve.keyframe_points):
            continue
        above, _, name = path.rpartition(".")
        if name in names and np.ptp(_keys(curve)[:, 1]) > SAME:
            resolve: Any = owner.path_resolve
            with suppress(ValueError):  # a bone that is gone
                label = (resolve(above) if above else owner).bl_rna.properties[name].name
                found.append(Setting(name, bone_of_path(path), label))
    return found


def ever_differs(curve: bpy.types.FCurve, value: float) -> bool:
    """Whether some key has another value."""
    return bool((np.abs(_keys(curve)[:, 1] - value) > SAME).any())


def telling_frames(armature: bpy.types.Object, first: float, last: float) -> FloatArray:
    """Whole scene frames from ``first`` to ``last`` at which a keyed setting (a constraint's influence, a switch) is
    lowest or highest in between; none of settings that stay the same.
    """
    clock, found = clock_of(armature), set()
    for curve in played_curves(armature):
        if is_transform(curve.data_path) or curve.mute:
            continue
        keyed = np.round(clock.to_scene(_keys(curve)[:, 0].astype(np.float64)))
        frames = np.unique([first, *keyed[(keyed >= first) & (keyed <= last)], last])
        values = [curve.evaluate(frame) for frame in clock.to_action(frames)]
        if np.ptp(values) > SAME:
            found |= {float(frames[np.argmin(values)]), float(frames[np.argmax(values)])}
    return np.array(sorted(found))


def keep_rotation_modes(armature: bpy.types.Object, scene: bpy.types.Scene) -> None:
    """Let bones whose rotation mode is keyed keep the one that they have now, and turn as they are seen to when their
    keys are played: on every frame from the first of these to the last. The scene's current frame is put back.
    """
    names = [each.bone for each in changing_settings(armature, (MODE,)) if each.bone]
    bones = [pose_bones(armature)[name] for name in names]
    modes = [str(bone.rotation_mode) for bone in bones]
    curves, clock = compat.assigned_curves(armature), clock_of(armature)
    paths = tuple(f"{bone_path(name)}.rotation_" for name in names)
    old = [curve for curve in curves if curve.data_path.startswith(paths)]
    keyed = clock.to_scene(np.concatenate([_keys(curve)[:, 0] for curve in old]).astype(np.float64))
    frames = np.arange(np.floor(keyed.min()), np.ceil(keyed.max()) + 1)
    turns = rotations.continuous(_watch_turns(bones, scene, frames))
    for curve in old:
        curves.remove(curve)
    channels = []
    for column, (bone, mode) in enumerate(zip(bones, modes, strict=True)):
        bone.rotation_mode = mode
        key, values = rotation_channel(mode, turns[:, column : column + 1])
        path = f"{bone_path(bone.name)}.{key}"
        channels += [
            Channel(path, index, bone.name, clock.to_action(frames), values[:, 0, index])
            for index in range(values.shape[-1])
        ]
    write_channels(curves, channels)


def _watch_turns(bones: list[Any], scene: bpy.types.Scene, frames: FloatArray) -> FloatArray:
    """(T, B, 4) quaternions of the bones' own rotations as they are seen at ``frames``."""
    now = scene.frame_current, scene.frame_subframe
    seen = np.empty((len(frames), len(bones), 4))
    try:
        for row, frame in enumerate(frames):
            scene.frame_set(int(frame))
            seen[row] = [bone.matrix_basis.to_quaternion() for bone in bones]
    finally:
        scene.frame_set(now[0], subframe=now[1])
    return seen


def _keys(curve: bpy.types.FCurve) -> FloatArray:
    """(K, 2) frames of the action and values."""
    points: Any = curve.keyframe_points
    found = np.empty(len(points) * 2, np.float32)
    points.foreach_get("co", found)
    return found.reshape(-1, 2)
