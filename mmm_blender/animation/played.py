"""What an armature plays: its curves and keys, the frames they reach over, where its root bone is."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np

from .. import compat
from ..coordinates import FloatArray
from ..rig.skeleton import RigRest
from ..scene import pose_bones
from ..translation import n_, rpt_
from .clock import clock_of

TRANSFORMS = ("location", "rotation_euler", "rotation_quaternion", "rotation_axis_angle", "scale")
NO_KEYS = n_("'{name}' has no action with keys: keyframe or generate a motion first")


def played_curves(owner: Any) -> list[bpy.types.FCurve]:
    """F-curves of the action that ``owner`` plays, through its slot; empty when it plays none."""
    animation = owner.animation_data
    if animation is None or animation.action is None:
        return []
    slot = compat.assigned_slot(owner)
    if compat.HAS_SLOTS and slot is None:
        return []
    return list(compat.curves_of(animation.action, slot))


def replaced_action(armature: bpy.types.Object | None) -> str | None:
    """The name of the action with keys that a new one would take off ``armature``."""
    keyed = armature is not None and any(len(curve.keyframe_points) for curve in played_curves(armature))
    return armature.animation_data.action.name if keyed else None  # type: ignore[union-attr]


def keyed_range(armature: bpy.types.Object) -> tuple[float, float]:
    """First and last scene frame with a key in the played action. Raises ValueError when there is none."""
    ends = [
        points[end].co[0]
        for curve in played_curves(armature)
        if len(points := curve.keyframe_points)
        for end in (0, -1)
    ]
    if not ends:
        raise ValueError(rpt_(NO_KEYS).format(name=armature.name))
    times = clock_of(armature).to_scene(np.array([min(ends), max(ends)]))
    return float(times[0]), float(times[1])


def key_frames(armature: bpy.types.Object) -> set[float]:
    """Scene frames with a key of the played action."""
    found: set[float] = set()
    for curve in played_curves(armature):
        points: Any = curve.keyframe_points
        at = np.empty(len(points) * 2, np.float32)
        points.foreach_get("co", at)
        found.update(at[::2].tolist())
    return set(clock_of(armature).to_scene(np.array(sorted(found))).tolist())


def bone_of_path(path: str) -> str:
    """The bone that a data path of an armature object, or of its data, is about, or ""."""
    path, start = path.removeprefix("pose."), 'bones["'
    end = path.find('"].', len(start))
    return bpy.utils.unescape_identifier(path[len(start) : end]) if path.startswith(start) and end > 0 else ""


def is_transform(path: str) -> bool:
    """Whether a data path is about a place, a rotation or a scale of an object or a pose bone."""
    return path.rpartition(".")[2] in TRANSFORMS


def root_moved(armature: bpy.types.Object, rest: RigRest) -> FloatArray | None:
    """(4, 4) from where the root bone rests to where it is, armature space; None without a root bone, or where the
    pelvis is tied to it, so that a motion keys the root bone itself.
    """
    if "root" not in rest.joints or rest.bones[rest.joints.index("root")] == rest.carrier:
        return None
    now = np.array(pose_bones(armature)[rest.bones[rest.joints.index("root")]].matrix)
    at_rest = np.eye(4)
    at_rest[:3, :3], at_rest[:3, 3] = rest.rotations["root"], rest.heads["root"]
    return np.asarray(now @ np.linalg.inv(at_rest))
