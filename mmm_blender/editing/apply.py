"""From the engine's answer to an edit to the ghost and the keys."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import bpy
import numpy as np

from ..animation.ik_controls import with_ik_controls
from ..animation.played import keyed_range
from ..animation.shown.comparison import check_free
from ..animation.shown.locked import check_locked
from ..animation.shown.obstacles import check_shown
from ..animation.shown.settings import in_rotation_modes
from ..animation.shown.strays import find_strays, off_rest
from ..animation.stretching import stretchable
from ..animation.undo import count_applied
from ..files.stored import list_in, parse_json, text_of
from ..ghost import Ghost, build_ghost
from ..motion_file import Motion
from ..rig import basis
from ..rig.body.fitted import Body
from ..rig.finding.find_mapping import find_mapping
from ..rig.foot_meshes import with_soles
from ..rig.pose import RetargetOptions, at_rest
from ..rig.resampling import resample_joints
from ..rig.retarget import find_body
from ..rig.skeleton import RigRest, read_rest
from ..translation import rpt_
from .controls import read_controls
from .edit import Edit
from .kinds import KINDS
from .retelling import cut_story, move_story, note_retelling
from .seams import meet_poses
from .selection import Part, in_part, part_of_bones, why_not_editable
from .splice import splice_pose
from .stands import hold_body
from .swivels import add_swivels

EDITS_PROPERTY = "mmm_edits"  # on the action: JSON list of the edits it went through
MOST_EDITS = 10_000


def plan_edit_ghost(
    armature: bpy.types.Object, motion: Motion, scene: bpy.types.Scene, edit: Edit, lock_feet: bool = True
) -> Callable[[], Ghost]:
    """How to compute the ghost from the edit's first frame to its last; like ``here.plan_ghost``."""
    mapping = find_mapping(armature)
    rest = with_soles(armature, read_rest(armature, mapping), mapping)  # the body that is keyed
    fps = scene.render.fps / scene.render.fps_base
    rows = slice(edit.span.first - edit.start, edit.span.last - edit.start + 1)

    def compute() -> Ghost:
        whole = build_ghost(_body_of(motion, edit, rest, fps, lock_feet))
        paths = tuple((points[rows], color) for points, color in whole.paths)
        return replace(whole, points=whole.points[rows], paths=paths, world=edit.world)

    return compute


def apply_edit(
    armature: bpy.types.Object, motion: Motion, scene: bpy.types.Scene, edit: Edit, lock_feet: bool = True
) -> bpy.types.Action | None:
    """Key what changed into the action that ``armature`` plays; returns the action's copy from before, if kept.

    Raises ValueError, saying what to do; everything is then as it was.
    """
    if reason := why_not_editable(armature):
        raise ValueError(reason)
    whole = edit.retiming is not None or edit.cuts
    check_shown(armature, scene, "EDIT", None if whole else (edit.start, edit.span.last))
    animation = armature.animation_data
    assert animation is not None and animation.action is not None  # why_not_editable has seen to that
    action = animation.action
    if action.name != edit.action:
        raise ValueError(
            rpt_("This is a part of '{name}', which '{armature}' no longer plays: choose that action first").format(
                name=edit.action, armature=armature.name
            )
        )
    with in_rotation_modes(armature, scene, edit.span.first):
        return _write_edit(armature, motion, scene, edit, action, lock_feet)


def _write_edit(
    armature: bpy.types.Object,
    motion: Motion,
    scene: bpy.types.Scene,
    edit: Edit,
    action: bpy.types.Action,
    lock_feet: bool,
) -> bpy.types.Action | None:
    fps = scene.render.fps / scene.render.fps_base
    pieces = KINDS[edit.kind].pieces(edit, motion, fps)
    if not pieces:
        raise ValueError(rpt_("Nothing changed: choose more strength or another seed"))
    first, last = min(piece.span.first for piece in pieces), max(piece.span.last for piece in pieces)
    if edit.retiming is not None:
        last = edit.retiming.last
    controls = read_controls(armature, find_mapping(armature), range(first, last + 1))
    rest = with_soles(armature, read_rest(armature, controls.mapping), controls.mapping)
    rest = stretchable(armature, rest, controls.mapping)
    rest = with_ik_controls(armature, rest, controls.mapping)
    # what holds a bone may have come since the edit was asked
    check_free(armature, scene, controls.mapping, rest, first, last, controls.follows)
    end = keyed_range(armature)[1]
    # with what was sampled around it, so that feet and smoothing know what comes before and after
    body = _body_of(motion, edit, rest, fps, lock_feet)
    moves = edit.stands
    if len(moves) > 1:  # the motion may have a row more than there are frames to key
        moves = moves[np.minimum(np.arange(len(body.hips)), len(moves) - 1)]
    held = hold_body(body, rest, moves, controls.follows)
    if edit.retiming is None and len(moves) == 1 and np.allclose(moves, np.eye(4)) and lock_feet:
        held = meet_poses(held, rest, armature, scene, edit.start, pieces)
    pose = add_swivels(basis.find_pose(held), armature, held, dict(controls.swivels))
    own = controls.bones_of("body") | controls.kept | {each.bone for each in rest.loose}
    looked = sorted({first, (first + last) // 2, last})
    strays = find_strays(armature, scene, controls.mapping, rest, own, looked)
    moved, sized = off_rest(armature, scene, [*pose.bones, *strays], looked)
    pose = at_rest(pose, strays, moved, sized)

    def bones_of(part: Part) -> frozenset[str]:
        loose = {each.bone for each in rest.loose if in_part(each.slot, part)}
        carried = {name for name in strays if part in ("body", part_of_bones(armature, controls.mapping, [name]))}
        return controls.bones_of(part) | loose | carried

    keyed = [(piece.span.first, piece.span.last, bones_of(piece.span.part)) for piece in pieces]
    check_locked(armature, controls.mapping, rest, pose, edit.start, keyed)
    before: bpy.types.Action | None = splice_pose(
        armature,
        pose,
        edit.start,
        pieces,
        bones_of,
        bool(motion.asked.get("travel")),
        edit.retiming,
        edit.span.first if edit.cuts else None,
    )
    count_applied(armature)
    if before is not None and not edit.keep_copy:
        bpy.data.actions.remove(before)
        before = None
    told = _read_edits(action)
    spans = [asdict(piece.span) for piece in pieces]
    action[EDITS_PROPERTY] = json.dumps([*told, {**motion.request(), "spans": spans}], ensure_ascii=False)
    if edit.retiming is not None:
        move_story(action, edit.retiming)
    if edit.cuts:
        cut_story(action, edit.span.first)
    note_retelling(action, motion, edit)
    if keyed_range(armature)[1] > end:
        scene.frame_end = max(scene.frame_end, int(np.ceil(keyed_range(armature)[1])))
    return before


def _read_edits(action: bpy.types.Action) -> list[Any]:
    """The edits that ``action`` tells of; none where they cannot be read."""
    try:
        return list_in(parse_json(text_of(action, EDITS_PROPERTY)), MOST_EDITS)
    except ValueError:
        return []


def _body_of(motion: Motion, edit: Edit, rest: RigRest, fps: float, lock_feet: bool) -> Body:
    """The edited motion on the rig, one row a scene frame from ``edit.start`` on, where the character is seen."""
    joints = np.asarray(KINDS[edit.kind].joints(motion), np.float64)
    options = RetargetOptions(fingers="REST", lock_feet=lock_feet)
    return find_body(resample_joints(joints, edit.fps, fps), fps, rest, options)
