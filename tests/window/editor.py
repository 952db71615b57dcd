"""Editing in a Blender with a window: a generated motion and a Rigify rig keyed by hand, edits, a story, a path.

``python tests/window/run.py --zip ... --visit editor.py --images docs/images`` makes the guide's pictures anew.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import bpy

sys.path.insert(0, os.environ["MMM_SHARED"])

from hand_keyed import build_hand_keyed_rig  # noqa: E402
from hands import Hands  # noqa: E402
from visit import (  # noqa: E402
    answer,
    begin,
    close_panels,
    keys_of,
    look_from_the_front,
    module,
    note,
    open_panels,
    select,
    split_timeline,
    undo_once,
    until,
    visit,
)


def steps(hands: Hands) -> Any:
    yield from prepare(hands)
    yield from edit_generated(hands)
    yield from tell_story(hands)
    yield from follow_path(hands)
    yield from edit_rigify(hands)


def prepare(hands: Hands) -> Any:
    yield from begin(hands)
    close_panels("main", "MMM_PT_advanced", "MMM_PT_apply_options", "MMM_PT_ghost", "MMM_PT_history")
    close_panels("main", "MMM_PT_generate")
    close_panels("apply", "MMM_PT_apply_body", "MMM_PT_apply_keys")
    close_panels("story", "MMM_PT_story", "MMM_PT_path")
    open_panels("edit", "MMM_PT_edit")
    yield from split_timeline(hands)


def edit_generated(hands: Hands) -> Any:
    bpy.ops.mmm.add_character()
    look_from_the_front(hands, (0.35, -1.2, 0.8), 6.0)
    yield from generate_walk()
    bpy.ops.mmm.apply()
    yield 0.5
    select(25, 75, "arm", "hand")
    settings = bpy.context.scene.mmm
    settings.edit_prompt = "a person waves with the right hand"
    fit_timeline(hands)
    yield 1.0
    yield from hands.picture("edit-span")
    yield from hands.push_anywhere("mmm.edit(")
    yield from answer()
    overlay = module("ui.ghost_overlay")
    yield from until(lambda: overlay.ghost is not None, "the ghost", 30)
    highest = int(overlay.ghost.points[..., 2].max(1).argmax())  # the waving hand is above all else
    yield from picture_ghost(hands, "edit-ghost-upper", highest - 1, highest + 1)
    yield from hands.push_anywhere("mmm.apply")
    yield from until(lambda: len(bpy.data.actions) == 2, "the edited keys", 20)
    yield 0.5
    bpy.context.scene.mmm_edit.kind, settings.edit_prompt = "LOOP", ""
    yield 1.0
    yield from hands.picture("edit-loop")
    with hands.context(editor="DOPESHEET_EDITOR"):
        bpy.ops.mmm.edit(kind="EXTEND")
    yield from answer()
    bpy.ops.mmm.apply()
    note(f"extended to frame {bpy.context.object.animation_data.action.frame_range[1]:g}")


def tell_story(hands: Hands) -> Any:
    close_panels("edit", "MMM_PT_edit")
    open_panels("story", "MMM_PT_story")
    story, add = bpy.context.scene.mmm_story, module("ui.properties.story").add_part
    for prompt, seconds in (
        ("a person walks forward", 2.0),
        ("a person waves", None),
        ("a person sits down", 3.0),
        ("a person stands up", 2.0),
    ):
        add(story, prompt, seconds)
    story.index = 1
    module("client.session").session.discard_all()
    bpy.context.scene.frame_set(1)
    yield 0.5
    yield from hands.push_anywhere("mmm.tell_story")
    yield from answer()
    bpy.ops.mmm.apply()
    module("client.session").session.discard_all()
    bpy.context.scene.mmm_edit.kind = "REGENERATE"
    select(1, 0)
    fit_timeline(hands)
    story.parts[1].prompt = "a person kicks with the right foot"
    yield 1.0
    yield from hands.picture("story")
    bpy.ops.mmm.retell_part(index=1)
    yield from answer()
    bpy.ops.mmm.apply()
    bpy.ops.mmm.story_to_markers()
    assert story.parts[1].prompt in bpy.context.scene.timeline_markers, "the part was not told anew"
    note(f"story: {[marker.name for marker in bpy.context.scene.timeline_markers]}")


def follow_path(hands: Hands) -> Any:
    close_panels("story", "MMM_PT_story")
    open_panels("story", "MMM_PT_path")
    bpy.context.scene.timeline_markers.clear()
    data = bpy.data.curves.new("Way", "CURVE")
    data.dimensions = "3D"
    spline = data.splines.new("BEZIER")
    spline.bezier_points.add(2)
    for point, place in zip(spline.bezier_points, ((0, 0, 0), (1.2, -2.2, 0), (-0.6, -4.2, 0)), strict=True):
        point.co, point.handle_left_type, point.handle_right_type = place, "AUTO", "AUTO"
    way = bpy.data.objects.new("Way", data)
    bpy.context.scene.collection.objects.link(way)
    bpy.context.scene.mmm_edit.path = way
    module("client.session").session.discard_all()
    look_from_the_front(hands, (0.2, -2.0, 0.5), 9.0)
    yield 0.5
    yield from hands.push_anywhere("mmm.follow_path")
    yield from answer()
    yield from picture_ghost(hands, "path", 50, 60)
    bpy.ops.mmm.apply()


def edit_rigify(hands: Hands) -> Any:
    """In-between of two poses keyed by hand; then it is taken back and brought again."""
    close_panels("story", "MMM_PT_path")
    open_panels("edit", "MMM_PT_edit")
    module("client.session").session.discard_all()
    for found in list(bpy.data.objects):
        bpy.data.objects.remove(found)
    with hands.context():
        rig = build_hand_keyed_rig()
        bpy.ops.object.mode_set(mode="POSE")
        bpy.ops.pose.select_all(action="DESELECT")
        bpy.ops.ed.undo_push(message="Poses")
    look_from_the_front(hands, (0.0, 0.0, 0.9), 4.5)
    bpy.context.scene.mmm.edit_prompt = ""
    bpy.context.scene.mmm_edit.kind = "IN_BETWEEN"
    bpy.context.scene.frame_set(28)
    select(1, 0)
    fit_timeline(hands)
    yield 1.0
    before = keys_of(rig)
    yield from hands.push_anywhere("mmm.edit(")
    yield from answer()
    yield from picture_ghost(hands, "edit-rigify-ghost", 6, 10)
    yield from hands.push_anywhere("mmm.apply(")
    yield from until(
        lambda: any(
            "before edit" in action.name for action in bpy.data.actions if action.name.startswith("Hand-keyed")
        ),
        "the edited keys",
        20,
    )
    yield 0.5
    yield from hands.picture("edit-rigify-applied")
    rig = bpy.context.object
    edited = keys_of(rig)
    for (path, index), keys in edited.items():
        outside = [key for key in keys if not 20 < key[0] < 40]
        rest = 1.0 if path.endswith("rotation_quaternion") and index == 0 else 0.0
        # A channel that had no keys rests at both ends of the span, and so outside of it.
        kept = before.get((path, index), [(20.0, rest), (40.0, rest)])
        assert outside == kept, f"{path} changed outside of the span"
    assert len(edited['pose.bones["hand_ik.R"].location', 0]) == 4 + 19
    yield from undo_once(hands)
    assert keys_of(bpy.context.object) == before, "one undo did not bring the poses back"
    yield from undo_once(hands, again=True)
    assert keys_of(bpy.context.object) == edited, "redo did not bring the edit back"
    note("hand-keyed Rigify: frames 20 to 40 filled on its IK controls, undone and redone in one step")


def picture_ghost(hands: Hands, name: str, first: int, last: int) -> Any:
    """A picture of the ghost at a frame of its own between these two."""
    overlay = module("ui.ghost_overlay")
    yield from hands.step_aside()
    yield from until(lambda: overlay.ghost is not None and first <= overlay.frame <= last, f"the ghost of {name}", 60)
    yield from hands.picture(name, aside=False)


def generate_walk() -> Any:
    settings = bpy.context.scene.mmm
    settings.prompt, settings.variations = "a person walks forward", 1
    settings.duration, settings.seconds = "SECONDS", 4.0
    bpy.ops.mmm.generate()
    yield from answer()


def fit_timeline(hands: Hands) -> None:
    scene = bpy.context.scene
    scene.frame_end = round(bpy.context.object.animation_data.action.frame_range[1])
    with hands.context(editor="DOPESHEET_EDITOR"):
        bpy.ops.action.view_all()


visit(steps)
