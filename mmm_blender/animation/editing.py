"""From a span of the played action to the engine's question, and from its answer to ghost and keys."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import bpy
import numpy as np

from .. import protocol
from ..coordinates import FloatArray
from ..edit import Edit
from ..ghost import Ghost, build_ghost
from ..motion_file import Motion
from ..rig import basis, feet
from ..rig.mapping import RigMapping, find_mapping
from ..rig.pose import Pose, RetargetOptions
from ..rig.resampling import resample_joints
from ..rig.retarget import Body, find_body, rest_scale
from ..rig.sampling import FPS, sample_rig
from ..rig.skeleton import RigRest, read_rest
from ..scene import pose_bones
from ..selection import Span, keyed_range, why_not_editable
from ..target import Target
from ..translation import rpt_
from .here import root_moved
from .splice import splice_pose

CONTEXT = 4.0  # seconds before and after the span that the engine is shown
EDITS_PROPERTY = "mmm_edits"  # on the action: JSON list of the edits it went through
STANDS_STILL = 1e-4  # of the leg's length, and as a part of a matrix's unit columns


def plan_edit(armature: bpy.types.Object, scene: bpy.types.Scene, span: Span) -> tuple[Edit, dict[str, Any]]:
    """The edit of ``span`` and what of the engine's params depends on it: ``motion``, ``kind`` and ``mask``.

    Samples the rig; the scene is as before. Raises ValueError, saying what to do, when rig, action or span
    are not fit for it.
    """
    if reason := why_not_editable(armature):
        raise ValueError(reason)
    mapping = find_mapping(armature)
    _check_switches(armature, mapping)
    first_key, last_key = keyed_range(armature)
    fps = scene.render.fps / scene.render.fps_base
    step, context = fps / FPS, CONTEXT * fps
    start = max(int(np.floor(first_key)), int(np.floor(span.first - context)))
    last = max(min(last_key, span.last + context), span.last + step)
    # the poses at both ends of the span stay
    begin = int(np.floor((span.first - start) / step + 1e-6)) + 1
    stop = int(np.ceil((span.last - start) / step - 1e-6))
    if stop <= begin:
        message = rpt_("Frames {first} to {last} are too short to change: select at least {count} frames")
        raise ValueError(message.format(first=span.first, last=span.last, count=int(np.ceil(2 * step)) + 1))
    rest = read_rest(armature, mapping)
    stand = _find_stand(armature, rest, scene, (start, span.first, (span.first + span.last) // 2, span.last))
    if stand is None and span.part != "upper":
        message = rpt_(
            "'{name}' travels on its object or root bone, which an edit cannot follow yet: select keys of the upper "
            "body only, or move the travel to the hips"
        )
        raise ValueError(message.format(name=armature.name))
    joints = sample_rig(armature, mapping, scene, start, last)
    edit = Edit(Target.of(armature), _played(armature).name, span, start,
                tuple((np.eye(4) if stand is None else stand).ravel().tolist()))  # fmt: skip
    mask = [{"part": span.part, "start": begin, "stop": stop}]
    return edit, {"motion": protocol.encode_array(joints), "kind": "inpaint", "mask": mask}


def plan_edit_ghost(
    armature: bpy.types.Object, motion: Motion, scene: bpy.types.Scene, edit: Edit
) -> Callable[[], Ghost]:
    """How to compute the ghost of the edit's span; like ``here.plan_ghost``."""
    rest = read_rest(armature, find_mapping(armature))
    fps = scene.render.fps / scene.render.fps_base
    stand = np.array(edit.stand).reshape(4, 4)
    rows = _rows(edit)

    def compute() -> Ghost:
        whole = build_ghost(_body_of(motion, edit, rest, fps), stand)
        paths = tuple((points[rows], color) for points, color in whole.paths)
        return replace(whole, points=whole.points[rows], paths=paths)

    return compute


def apply_edit(armature: bpy.types.Object, motion: Motion, scene: bpy.types.Scene, edit: Edit) -> bpy.types.Action:
    """Key the edit's span into the action that ``armature`` plays; returns the action's copy from before.

    Raises ValueError, saying what to do; everything is then as it was.
    """
    if reason := why_not_editable(armature):
        raise ValueError(reason)
    action = _played(armature)
    if action.name != edit.action:
        raise ValueError(rpt_("This is a part of '{name}', which '{armature}' no longer plays: choose that action "
                              "first").format(name=edit.action, armature=armature.name))  # fmt: skip
    mapping = find_mapping(armature)
    fps = scene.render.fps / scene.render.fps_base
    # with what was sampled around it, so that feet and smoothing know what comes before and after
    whole = basis.find_pose(_body_of(motion, edit, read_rest(armature, mapping), fps))
    before = splice_pose(armature, mapping, _part_of(whole, _rows(edit)), edit.span)
    told = json.loads(action.get(EDITS_PROPERTY, "[]"))
    action[EDITS_PROPERTY] = json.dumps([*told, {**motion.request(), "span": asdict(edit.span)}], ensure_ascii=False)
    return before


def _rows(edit: Edit) -> slice:
    """Rows of the span in the edited motion at the scene's frame rate."""
    return slice(edit.span.first - edit.start, edit.span.last - edit.start + 1)


def _part_of(pose: Pose, rows: slice) -> Pose:
    locations = {bone: values[rows] for bone, values in pose.locations.items()}
    return replace(pose, rotations=pose.rotations[rows], locations=locations)


def _body_of(motion: Motion, edit: Edit, rest: RigRest, fps: float) -> Body:
    """The edited motion on the rig, one row a scene frame from ``edit.start`` on."""
    joints = resample_joints(motion.joints, motion.fps, fps)
    options = RetargetOptions(fingers="REST")
    facing = rest.facing()
    scale = rest_scale(rest, facing, joints, options)
    floor = facing[:, 1] * feet.floor_offset(rest, facing, scale)
    # out of what held the whole body: retargeting poses the bones below it
    back = np.linalg.inv(np.array(edit.stand).reshape(4, 4))
    placed = joints @ facing.T * scale + floor
    placed = placed @ back[:3, :3].T + back[:3, 3]
    return find_body((placed - floor) / scale @ facing, fps, rest, options)


def _find_stand(
    armature: bpy.types.Object, rest: RigRest, scene: bpy.types.Scene, frames: tuple[int, ...]
) -> FloatArray | None:
    """(4, 4) from the root bone's rest to its pose, armature space; None when it or the object moves."""
    now = scene.frame_current, scene.frame_subframe
    stands, worlds = [], []
    try:
        for frame in frames:
            scene.frame_set(frame)
            worlds.append(np.array(armature.matrix_world))
            moved = root_moved(armature, rest)
            stands.append(np.eye(4) if moved is None else moved)
    finally:
        scene.frame_set(now[0], subframe=now[1])
    size = np.array([1.0, 1.0, 1.0, rest.leg_length()]) * STANDS_STILL
    travel = max(float(np.abs((np.linalg.inv(worlds[0]) @ world - np.eye(4))[:3] / size).max()) for world in worlds)
    turned = max(float(np.abs((stand - stands[0])[:3] / size).max()) for stand in stands)
    return stands[0] if max(travel, turned) < 1.0 else None


def _check_switches(armature: bpy.types.Object, mapping: RigMapping) -> None:
    """Raise ValueError when the rig is set to other controls than the mapping's, which the keys would not move."""
    for switch in mapping.switches:
        bone = pose_bones(armature).get(switch.bone)
        if bone is not None and switch.property in bone and abs(float(bone[switch.property]) - switch.value) > 0.01:
            raise ValueError(rpt_("'{bone}' is set to other controls: set its {property} to {value} first").format(
                bone=switch.bone, property=switch.property, value=f"{switch.value:g}"))  # fmt: skip


def _played(armature: bpy.types.Object) -> bpy.types.Action:
    animation = armature.animation_data
    assert animation is not None and animation.action is not None  # why_not_editable has seen to that
    return animation.action
