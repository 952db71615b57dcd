"""Editing in a Blender with a window: a generated motion and a Rigify rig keyed by hand, edits, a story, a path.

``python tests/window/run.py --zip ... --visit editor.py --images docs/images`` makes the guide's pictures anew.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import bpy

sys.path.insert(0, os.environ["MMM_SHARED"])

from hands import Hands  # noqa: E402
from visit import (  # noqa: E402
    MODULE,
    close_panels,
    install,
    look_from_the_front,
    module,
    note,
    open_panels,
    until,
    use_existing_python,
    visit,
)  # fmt: skip

POSES = (  # frame, bones that are turned (degrees about X, Y, Z of the bone), by an artist in a hurry
    (1, {}),
    (20, {"hand_ik.R": (0, 0, 0.25), "torso": (0, 0, -0.04)}),
    (40, {"hand_ik.R": (0.05, -0.1, 0.55), "foot_ik.L": (0, -0.25, 0.0), "torso": (0, -0.12, -0.06)}),
    (60, {"hand_ik.R": (0, 0, 0.2), "foot_ik.L": (0, -0.25, 0.0), "torso": (0, -0.14, -0.03)}),
)


def steps(hands: Hands) -> Any:
    yield from prepare(hands)
    yield from edit_generated(hands)
    yield from tell_story(hands)
    yield from follow_path(hands)
    yield from edit_rigify(hands)


def prepare(hands: Hands) -> Any:
    yield from install(hands)
    use_existing_python(bpy.context.preferences.addons[MODULE].preferences)
    bpy.data.objects.remove(bpy.data.objects["Cube"])
    for name in ("Camera", "Light"):
        bpy.data.objects[name].hide_set(True)
    close_panels("panels", "MMM_PT_advanced", "MMM_PT_apply_options", "MMM_PT_ghost", "MMM_PT_history")
    close_panels("panels", "MMM_PT_generate")
    close_panels("story_panel", "MMM_PT_story", "MMM_PT_path")
    open_panels("edit_panel", "MMM_PT_edit")
    with hands.context():
        bpy.ops.screen.area_split(direction="HORIZONTAL", factor=0.3)
    yield 0.5
    below = min((a for a in hands.window.screen.areas if a.type == "VIEW_3D"), key=lambda area: area.y)
    below.type = "DOPESHEET_EDITOR"
    below.spaces.active.mode = "ACTION"
    below.spaces.active.show_region_ui = False
    yield 0.5
    hands.area.spaces.active.show_region_ui = True
    yield 0.5
    hands.region("UI").active_panel_category = "MMM"
    yield 0.5


def edit_generated(hands: Hands) -> Any:
    bpy.ops.mmm.add_character()
    look_from_the_front(hands, (0.35, -1.2, 0.8), 6.0)
    yield from generate_walk()
    bpy.ops.mmm.apply()
    yield 0.5
    select(30, 60, "arm", "hand")
    settings = bpy.context.scene.mmm
    settings.edit_prompt = "a person waves with the right hand"
    fit_timeline(hands)
    yield 1.0
    yield from hands.picture("edit-span")
    yield from hands.push_further_down("mmm.edit(")
    yield from answer()
    yield from until(lambda: module("overlay").ghost is not None and module("overlay").frame > 12, "the ghost", 30)
    yield from hands.picture("edit-ghost-upper")
    yield from hands.push_further_down("mmm.apply")
    yield from until(lambda: len(bpy.data.actions) == 2, "the edited keys", 20)
    yield 0.5
    bpy.context.scene.mmm_edit.kind = "LOOP"
    yield 1.0
    yield from hands.picture("edit-loop")
    with hands.context(editor="DOPESHEET_EDITOR"):
        bpy.ops.mmm.edit(kind="EXTEND")
    yield from answer()
    bpy.ops.mmm.apply()
    note(f"extended to frame {bpy.context.object.animation_data.action.frame_range[1]:g}")


def tell_story(hands: Hands) -> Any:
    close_panels("edit_panel", "MMM_PT_edit")
    open_panels("story_panel", "MMM_PT_story")
    story, add = bpy.context.scene.mmm_story, module("story_properties").add_part
    for prompt, seconds in (("a person walks forward", 2.0), ("a person waves", None), ("a person sits down", 3.0),
                            ("a person stands up", 2.0)):  # fmt: skip
        add(story, prompt, seconds)
    story.index = 1
    module("session").session.discard_all()
    bpy.context.scene.frame_set(1)
    yield 0.5
    yield from hands.push_further_down("mmm.tell_story")
    yield from answer()
    bpy.ops.mmm.apply()
    module("session").session.discard_all()
    fit_timeline(hands)
    story.parts[1].prompt = "a person kicks with the right foot"
    yield 1.0
    yield from hands.picture("story")
    yield from hands.push_further_down("mmm.retell_part", across=0.71)
    yield from answer()
    yield from until(lambda: module("overlay").ghost is not None and module("overlay").frame > 12, "the ghost", 30)
    bpy.ops.mmm.apply()
    bpy.ops.mmm.story_to_markers()
    note(f"story: {[marker.name for marker in bpy.context.scene.timeline_markers]}")


def follow_path(hands: Hands) -> Any:
    close_panels("story_panel", "MMM_PT_story")
    open_panels("story_panel", "MMM_PT_path")
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
    module("session").session.discard_all()
    look_from_the_front(hands, (0.2, -2.0, 0.5), 9.0)
    yield 0.5
    yield from hands.push_further_down("mmm.follow_path")
    yield from answer()
    yield from until(lambda: module("overlay").ghost is not None and module("overlay").frame > 30, "the ghost", 30)
    yield from hands.picture("path")
    bpy.ops.mmm.apply()


def edit_rigify(hands: Hands) -> Any:
    close_panels("story_panel", "MMM_PT_path")
    open_panels("edit_panel", "MMM_PT_edit")
    module("session").session.discard_all()
    for found in list(bpy.data.objects):
        bpy.data.objects.remove(found)
    bpy.ops.preferences.addon_enable(module="rigify")
    with hands.context():
        bpy.ops.object.armature_basic_human_metarig_add()
        bpy.ops.pose.rigify_generate()
    rig = bpy.context.object
    for found in list(bpy.data.objects):
        if found.type == "ARMATURE" and found != rig:
            bpy.data.objects.remove(found)
    rig.name = "Hand-keyed Rigify"
    for frame, moves in POSES:
        for bone in ("torso", "hand_ik.R", "hand_ik.L", "foot_ik.L", "foot_ik.R"):
            # world moves, into the bone's own axes
            axes = rig.pose.bones[bone].bone.matrix_local.to_3x3().inverted()
            rig.pose.bones[bone].location = axes @ vector(moves.get(bone))
            rig.pose.bones[bone].keyframe_insert("location", frame=frame)
            rig.pose.bones[bone].keyframe_insert("rotation_quaternion", frame=frame)
    look_from_the_front(hands, (0.0, 0.0, 0.9), 4.5)
    settings, edit = bpy.context.scene.mmm, bpy.context.scene.mmm_edit
    edit.kind, settings.edit_prompt = "IN_BETWEEN", ""
    bpy.context.scene.frame_set(28)
    select(1, 0)
    fit_timeline(hands)
    yield 1.0
    yield from hands.picture("edit-rigify")
    yield from hands.push_further_down("mmm.edit(")
    yield from answer()
    yield from until(lambda: module("overlay").ghost is not None and module("overlay").frame > 8, "the ghost", 30)
    yield from hands.picture("edit-rigify-ghost")
    yield from hands.push_further_down("mmm.apply")
    yield from until(lambda: any("before edit" in a.name and a.name.startswith(rig.animation_data.action.name)
                                 for a in bpy.data.actions), "the edited keys", 20)  # fmt: skip
    counts = {curve.data_path: len(curve.keyframe_points) for curve in module("selection").played_curves(rig)}
    assert counts['pose.bones["hand_ik.R"].location'] == 4 + 19, counts
    note("hand-keyed Rigify: frames 20 to 40 filled on its IK controls")


def vector(move: Any) -> Any:
    from mathutils import Vector

    return Vector(move or (0, 0, 0))


def generate_walk() -> Any:
    settings = bpy.context.scene.mmm
    settings.prompt, settings.variations = "a person walks forward", 1
    settings.duration, settings.seconds = "SECONDS", 4.0
    bpy.ops.mmm.generate()
    yield from answer()


def answer() -> Any:
    session = module("session").session
    yield from until(lambda: session.run is not None or session.message, "a question", 20)
    yield from until(lambda: session.run is None, "the answer", 600)
    assert not session.message, session.message
    yield 0.3


def select(first: int, last: int, *bones: str) -> None:
    """Select the keys of the frames, of bones with one of the words in their name."""
    for curve in module("selection").played_curves(bpy.context.object):
        meant = not bones or any(word in curve.data_path for word in bones)
        for key in curve.keyframe_points:
            inside = meant and first <= key.co[0] <= last
            key.select_control_point = key.select_left_handle = key.select_right_handle = inside


def fit_timeline(hands: Hands) -> None:
    scene = bpy.context.scene
    scene.frame_end = round(bpy.context.object.animation_data.action.frame_range[1])
    with hands.context(editor="DOPESHEET_EDITOR"):
        bpy.ops.action.view_all()


visit(steps)
