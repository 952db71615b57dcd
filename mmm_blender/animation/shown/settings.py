"""Settings that are keyed: those that change what a bone's other keys mean, and where any is lowest and highest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ... import compat
from ...coordinates import FloatArray
from ...rig import rotations
from ...scene import pose_bones
from ..actions import Channel, Interpolation, bone_path, quaternions_of, rotation_channel, write_channels
from ..clock import Clock, clock_of
from ..played import bone_of_path, is_transform, played_curves

MODE = "rotation_mode"
ON_OBJECT = (MODE, "lock_location", "lock_rotation", "lock_rotation_w", "lock_rotations_4d")
ON_ARMATURE = ("pose_position", "use_inherit_rotation", "inherit_scale", "use_local_location")
SAME = 1e-3  # of a setting's value
ALIKE = np.radians(0.5)  # turns nearer to each other are the same to the eye


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


def driven_by_keys(armature: bpy.types.Object) -> dict[str, list[bpy.types.FCurve]]:
    """Data path of a constraint's setting that a driver decides -> the curves, of the armature or of other data-blocks,
    that animate the properties which the driver reads; without those that are not animated.
    """
    animation, found = armature.animation_data, dict[str, list[bpy.types.FCurve]]()
    played: dict[bpy.types.ID, dict[str, list[bpy.types.FCurve]]] = {}
    for curve in animation.drivers if animation is not None else ():
        if curve.mute or ".constraints[" not in curve.data_path or curve.driver is None:
            continue
        for target in (target for variable in curve.driver.variables for target in variable.targets):
            owner = target.id
            if owner is None or getattr(owner, "animation_data", None) is None:
                continue
            if owner not in played:
                played[owner] = {}
                for each in played_curves(owner):
                    played[owner].setdefault(each.data_path, []).append(each)
            if read := played[owner].get(target.data_path):
                found.setdefault(curve.data_path, []).extend(read)
    return found


def telling_frames(armature: bpy.types.Object, first: float, last: float) -> FloatArray:
    """Whole scene frames from ``first`` to ``last`` at which a keyed setting (a constraint's influence, a switch, what
    drives them) is lowest or highest in between; none of settings that stay the same.
    """
    found: set[float] = set()
    own = played_curves(armature)
    looked = [(curve, clock_of(armature)) for curve in own if not is_transform(curve.data_path)]
    driving = {each.as_pointer(): each for curves in driven_by_keys(armature).values() for each in curves}
    looked += [(curve, Clock()) for curve in driving.values() if curve not in own]
    for curve, clock in looked:
        if curve.mute:
            continue
        keyed = np.round(clock.to_scene(_keys(curve)[:, 0].astype(np.float64)))
        frames = np.unique([first, *keyed[(keyed >= first) & (keyed <= last)], last])
        values = [curve.evaluate(frame) for frame in clock.to_action(frames)]
        if np.ptp(values) > SAME:
            found |= {float(frames[np.argmin(values)]), float(frames[np.argmax(values)])}
    return np.array(sorted(found))


def modes_change(armature: bpy.types.Object, first: float, last: float) -> bool:
    """Whether the rotation mode of a bone changes by keys from scene frame ``first`` to ``last``."""
    clock = clock_of(armature)
    begin, end = clock.to_action(np.array([first, last], np.float64))
    for curve in played_curves(armature):
        if curve.data_path.endswith(f".{MODE}") and bone_of_path(curve.data_path) and not curve.mute:
            keyed = _keys(curve)[:, 0]
            frames = [begin, *keyed[(keyed > begin) & (keyed < end)], end]
            if np.ptp([curve.evaluate(frame) for frame in frames]) > SAME:
                return True
    return False


@contextmanager
def in_rotation_modes(armature: bpy.types.Object, scene: bpy.types.Scene, frame: int) -> Iterator[None]:
    """Inside, bones whose rotation mode is keyed have the one that they have at the scene ``frame``."""
    if not changing_settings(armature, (MODE,)):
        yield
        return
    now = scene.frame_current, scene.frame_subframe
    for _ in range(2):  # where the mode changes, Blender first shows what it makes of the other one
        scene.frame_set(frame)
    try:
        yield
    finally:
        for _ in range(2):
            scene.frame_set(now[0], subframe=now[1])


def keep_rotation_modes(armature: bpy.types.Object, scene: bpy.types.Scene) -> None:
    """Let bones whose rotation mode is keyed keep the one that they have now, and turn as they are seen to when their
    keys are played: on the frames where they had keys if they turn so between them, too, else on every frame from the
    first of these to the last. The scene's current frame is put back.
    """
    names = [each.bone for each in changing_settings(armature, (MODE,)) if each.bone]
    bones = [pose_bones(armature)[name] for name in names]
    modes = [str(bone.rotation_mode) for bone in bones]
    curves, clock = compat.assigned_curves(armature), clock_of(armature)
    keyed: dict[str, FloatArray] = {}
    old = []
    for name in names:
        rotations_of = f"{bone_path(name)}.rotation_"
        own = [curve for curve in curves if curve.data_path.startswith(rotations_of)]
        keyed[name] = clock.to_scene(np.concatenate([_keys(curve)[:, 0] for curve in own]).astype(np.float64))
        switches = [_keys(curve)[:, 0] for curve in own if curve.data_path.endswith(MODE)]
        at = clock.to_scene(np.concatenate(switches).astype(np.float64))
        keyed[name] = np.unique(np.round([*keyed[name], *(at - 1)]))  # the old mode shows until the frame before
        old += own
    every = np.concatenate(list(keyed.values()))
    frames = np.arange(every.min(), every.max() + 1)
    turns = rotations.continuous(_watch_turns(bones, scene, frames))
    for curve in old:
        curves.remove(curve)
    for column, (bone, mode) in enumerate(zip(bones, modes, strict=True)):
        bone.rotation_mode = mode
        key, values = rotation_channel(mode, turns[:, column : column + 1])
        path = f"{bone_path(bone.name)}.{key}"
        few = np.isin(frames, keyed[bone.name])
        tries: tuple[tuple[NDArray[np.bool_], Interpolation], ...] = (
            (few, "BEZIER"),
            (few, "LINEAR"),
            (np.ones(len(frames), bool), "LINEAR"),
        )
        for rows, interpolation in tries:
            channels = [
                Channel(path, index, bone.name, clock.to_action(frames[rows]), values[rows, 0, index])
                for index in range(values.shape[-1])
            ]
            for curve in [curve for curve in curves if curve.data_path == path]:
                curves.remove(curve)
            write_channels(curves, channels, interpolation)
            if _turn_alike(curves, path, mode, clock.to_action(frames), turns[:, column]):
                break


def _turn_alike(curves: Any, path: str, mode: str, frames: FloatArray, turns: FloatArray) -> bool:
    """Whether the curves on ``path`` turn a bone at ``frames`` (T,) as ``turns`` (T, 4) have it."""
    own = sorted((curve for curve in curves if curve.data_path == path), key=lambda curve: curve.array_index)
    values = np.array([[curve.evaluate(frame) for curve in own] for frame in frames])
    near = np.abs(np.sum(quaternions_of(mode, values) * turns, -1))
    return bool((2 * np.arccos(np.clip(near, 0.0, 1.0))).max() < ALIKE)


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
