"""From the engine's answer to an edit to the ghost and the keys."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import bpy
import numpy as np

from ..animation.stretching import stretchable
from ..coordinates import FloatArray
from ..ghost import Ghost, build_ghost
from ..motion_file import Motion
from ..rig import basis
from ..rig.body.fitted import Body
from ..rig.finding.find_mapping import find_mapping
from ..rig.pose import RetargetOptions
from ..rig.resampling import resample_joints
from ..rig.retarget import find_body
from ..rig.skeleton import RigRest, read_rest
from ..translation import rpt_
from .controls import read_controls
from .edit import Edit
from .retelling import note_retelling
from .selection import Span, why_not_editable
from .splice import Piece, splice_pose
from .stands import hold_body
from .swivels import add_swivels

EDITS_PROPERTY = "mmm_edits"  # on the action: JSON list of the edits it went through


def plan_edit_ghost(
    armature: bpy.types.Object, motion: Motion, scene: bpy.types.Scene, edit: Edit
) -> Callable[[], Ghost]:
    """How to compute the ghost from the edit's first frame to its last; like ``here.plan_ghost``."""
    rest = read_rest(armature, find_mapping(armature))
    fps = scene.render.fps / scene.render.fps_base
    rows = slice(edit.span.first - edit.start, edit.span.last - edit.start + 1)

    def compute() -> Ghost:
        whole = build_ghost(_body_of(motion, edit, rest, fps))
        paths = tuple((points[rows], color) for points, color in whole.paths)
        return replace(whole, points=whole.points[rows], paths=paths, world=edit.world)

    return compute


def apply_edit(
    armature: bpy.types.Object, motion: Motion, scene: bpy.types.Scene, edit: Edit
) -> bpy.types.Action | None:
    """Key what changed into the action that ``armature`` plays; returns the action's copy from before, if kept.

    Raises ValueError, saying what to do; everything is then as it was.
    """
    if reason := why_not_editable(armature):
        raise ValueError(reason)
    animation = armature.animation_data
    assert animation is not None and animation.action is not None  # why_not_editable has seen to that
    action = animation.action
    if action.name != edit.action:
        raise ValueError(rpt_("This is a part of '{name}', which '{armature}' no longer plays: choose that action "
                              "first").format(name=edit.action, armature=armature.name))  # fmt: skip
    pieces = pieces_of(edit, motion, scene.render.fps / scene.render.fps_base)
    if not pieces:
        raise ValueError(rpt_("Nothing changed: choose more strength or another seed"))
    frames = range(min(piece.span.first for piece in pieces), max(piece.span.last for piece in pieces) + 1)
    controls = read_controls(armature, find_mapping(armature), frames)
    rest = stretchable(armature, read_rest(armature, controls.mapping), controls.mapping)
    fps = scene.render.fps / scene.render.fps_base
    # with what was sampled around it, so that feet and smoothing know what comes before and after
    body = _body_of(motion, edit, rest, fps)
    moves = edit.stands
    if len(moves) > 1:  # the motion may have a row more than there are frames to key
        moves = moves[np.minimum(np.arange(len(body.hips)), len(moves) - 1)]
    held = hold_body(body, rest, moves, controls.follows)
    pose = add_swivels(basis.find_pose(held), armature, held, dict(controls.swivels))
    before: bpy.types.Action | None = splice_pose(
        armature, pose, edit.start, pieces, controls.bones_of, bool(motion.asked.get("travel"))
    )
    if before is not None and not edit.keep_copy:
        bpy.data.actions.remove(before)
        before = None
    told = json.loads(action.get(EDITS_PROPERTY, "[]"))
    spans = [asdict(piece.span) for piece in pieces]
    action[EDITS_PROPERTY] = json.dumps([*told, {**motion.request(), "spans": spans}], ensure_ascii=False)
    note_retelling(action, motion, edit)
    if edit.kind == "EXTEND":
        scene.frame_end = max(scene.frame_end, edit.span.last)
    return before


def pieces_of(edit: Edit, motion: Motion, fps: float) -> list[Piece]:
    """The spans to key, in the order of time."""
    if edit.kind == "LOOP":
        head, tail = edit.spans
        return [Piece(head, start="free"), Piece(tail, end="close")]
    if edit.kind == "VARY":
        return _varied(edit, motion, fps)
    pieces = [Piece(span) for span in edit.spans]
    if edit.free[0]:
        pieces[0] = replace(pieces[0], start="free")
    if edit.free[1]:
        pieces[-1] = replace(pieces[-1], end="free")
    return pieces


def _varied(edit: Edit, motion: Motion, fps: float) -> list[Piece]:
    """Spans that the engine chose, part by part: where only the legs are new, what hangs on the pelvis moves with it
    and is not keyed."""
    count, step, pieces = len(motion.joints), fps / edit.fps, []
    for run in sorted(motion.asked.get("mask", ()), key=lambda run: int(run["start"])):
        begin, stop = int(run["start"]), int(run["stop"])
        # from the last kept row to the first kept one again
        first = edit.start if begin == 0 else int(np.floor(edit.start + (begin - 1) * step + 1e-6))
        last = edit.span.last if stop == count else int(np.ceil(edit.start + stop * step - 1e-6))
        last = min(last, edit.span.last)
        if last <= first:
            continue
        start_free, end_free = edit.free[0] and begin == 0, edit.free[1] and last == edit.span.last
        pieces.append(
            Piece(Span(first, last, run["part"]), "free" if start_free else "meet", "free" if end_free else "meet")
        )
    return pieces


def _body_of(motion: Motion, edit: Edit, rest: RigRest, fps: float) -> Body:
    """The edited motion on the rig, one row a scene frame from ``edit.start`` on, where the character is seen."""
    joints = np.asarray(motion.joints, np.float64)
    if edit.kind == "LOOP":
        joints = np.concatenate((joints, _turned_round(joints, bool(motion.asked.get("travel")))))
    options = RetargetOptions(fingers="REST")
    return find_body(resample_joints(joints, edit.fps, fps), fps, rest, options)


def _turned_round(joints: FloatArray, travels: bool) -> FloatArray:
    """(1, 22, 3) the first pose again, where the loop comes to when it is through."""
    shift: Any = np.zeros(3)
    if travels:
        ground = np.array([1.0, 0.0, 1.0])
        step = (joints[-1, 0] - joints[-2, 0] + joints[1, 0] - joints[0, 0]) / 2
        shift = (joints[-1, 0] + step - joints[0, 0]) * ground
    return np.asarray(joints[:1] + shift)
