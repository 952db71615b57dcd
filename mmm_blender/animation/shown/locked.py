"""Edits of bones that cannot be keyed as the answer has them, since their channels are locked or driven."""

from __future__ import annotations

from collections.abc import Iterable

import bpy
import numpy as np

from ...coordinates import FloatArray
from ...rig.mapping import RigMapping
from ...rig.pose import Pose
from ...rig.rotations import dot, to_matrices
from ...rig.skeleton import RigRest
from ...scene import pose_bones
from .. import actions
from ..clock import clock_of
from ..played import played_curves
from .comparison import ASTRAY, TURNED, explain_miss
from .obstacles import ObstacleError


def check_locked(
    armature: bpy.types.Object,
    mapping: RigMapping,
    rest: RigRest,
    pose: Pose,
    start: int,
    spans: Iterable[tuple[int, int, frozenset[str]]],
) -> None:
    """Raise ObstacleError naming bones that ``pose``, a row a scene frame from ``start`` on, has elsewhere than their
    channels let them come in ``spans``: first and last frame, and the bones to key there.

    A bone with some free channels may be twisted about its own length in another way: hinges are locked so.
    """
    far = ASTRAY * rest.leg_length()
    driven = actions.driven_channels(armature)
    off: dict[str, float] = {}
    for first, last, bones in spans:
        rows = np.arange(first - start, min(last - start + 1, len(pose.rotations)))
        frames = (rows + start).astype(np.float64)
        for name in bones:
            bone = pose_bones(armature)[name]
            if name in pose.bones:
                key, wanted = actions.rotation_channel(
                    bone.rotation_mode, pose.rotations[rows, pose.bones.index(name)][:, None]
                )
                path = f"{actions.bone_path(name)}.{key}"
                locks = _taken(path, actions.rotation_locks(bone, wanted.shape[-1]), driven)
                if any(locks):
                    values = _left(armature, path, wanted[:, 0], locks, frames)
                    turns = [
                        to_matrices(actions.quaternions_of(bone.rotation_mode, each)) for each in (wanted[:, 0], values)
                    ]
                    angle = _between(*turns) if all(locks) else _between(*(each[:, :, 1:2] for each in turns))
                    if angle > TURNED:
                        off[name] = angle
            if name in pose.locations:
                path, places = f"{actions.bone_path(name)}.location", pose.locations[name][rows]
                locks = _taken(path, list(bone.lock_location), driven)
                if any(locks):
                    away = places - _left(armature, path, places, locks, frames)
                    if np.linalg.norm(away, axis=-1).max() > far:
                        off.setdefault(name, 0.0)
    if off:
        named = sorted(off, key=lambda name: -off[name])
        raise ObstacleError(explain_miss(armature, mapping, rest, named, max(off.values()), set(off)))


def _taken(path: str, locks: list[bool], driven: set[tuple[str, int]]) -> list[bool]:
    """Which channels of a property get no keys."""
    return [locked or (path, index) in driven for index, locked in enumerate(locks)]


def _left(
    armature: bpy.types.Object, path: str, wanted: FloatArray, locks: list[bool], frames: FloatArray
) -> FloatArray:
    """``wanted`` (T, C) with what the locked channels are at the scene ``frames`` instead."""
    values, times = wanted.copy(), clock_of(armature).to_action(frames)
    curves = {curve.array_index: curve for curve in played_curves(armature) if curve.data_path == path}
    now = armature.path_resolve(path)
    for index, locked in enumerate(locks):
        if locked:
            curve = curves.get(index)
            values[:, index] = now[index] if curve is None else [curve.evaluate(time) for time in times]  # type: ignore[index]
    return values


def _between(a: FloatArray, b: FloatArray) -> float:
    """The largest angle, radians, between the columns of ``a`` and ``b`` (T, 3, C)."""
    cosines = dot(np.swapaxes(a, -1, -2), np.swapaxes(b, -1, -2))
    return float(np.arccos(np.clip(cosines, -1.0, 1.0)).max())
