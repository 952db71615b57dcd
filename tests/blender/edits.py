"""The steps of an edit as the panel takes them, and what is looked at before and after."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np

from mmm_blender.animation.played import played_curves
from mmm_blender.editing.aim import Aim
from mmm_blender.editing.apply import apply_edit, plan_edit_ghost
from mmm_blender.editing.keys import Keys, read_keys
from mmm_blender.editing.plans import EditOptions, plan_edit
from mmm_blender.editing.selection import Span
from mmm_blender.motion_file import Motion


def select(armature: bpy.types.Object, frames: Any) -> None:
    for curve in played_curves(armature):
        for key in curve.keyframe_points:
            key.select_control_point = round(key.co[0]) in frames


def all_keys(armature: bpy.types.Object) -> dict[tuple[str, int], Keys]:
    return {(curve.data_path, curve.array_index): read_keys(curve) for curve in played_curves(armature)}


def same_outside(before: dict[Any, Keys], after: dict[Any, Keys], spans: tuple[Span, ...]) -> None:
    """Keys outside the spans are the same bits."""
    for path, keys in before.items():
        rows = []
        for each in (keys, after[path]):
            inside = np.zeros(len(each), bool)
            for span in spans:
                inside |= (each.frames >= span.first) & (each.frames <= span.last)
            rows.append({name: values.tobytes() for name, values in each.take(~inside).items()})
        assert rows[0] == rows[1], path


def pose_at(armature: bpy.types.Object, frame: float) -> np.ndarray:
    """World matrices of the bones."""
    bpy.context.scene.frame_set(int(frame), subframe=frame - int(frame))
    world = np.array(armature.matrix_world)
    return np.array([world @ np.array(bone.matrix) for bone in armature.pose.bones])


def ask(armature: bpy.types.Object, wanted: Aim, **options: Any) -> tuple[Any, dict[str, Any]]:
    return plan_edit(armature, bpy.context.scene, wanted, EditOptions(**options))


def write(armature: bpy.types.Object, edit: Any, joints: np.ndarray, **asked: Any) -> bpy.types.Action | None:
    motion = Motion.from_request(joints, 20.0, {"prompt": "", "seed": 1, **asked})
    ghost = plan_edit_ghost(armature, motion, bpy.context.scene, edit)()
    assert len(ghost.points) == edit.span.last - edit.span.first + 1 and np.isfinite(ghost.points).all()
    return apply_edit(armature, motion, bpy.context.scene, edit)
