"""Directing in a Blender with a window: targets and their pins, a story that stops at a place, a seat that is told,
shots with a partner, their storyboard, and a curve that ends with a stop.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import bpy
import numpy as np

sys.path.insert(0, os.environ["MMM_SHARED"])

from hands import Hands  # noqa: E402
from visit import (  # noqa: E402
    answer,
    begin,
    close_panels,
    look_from_the_front,
    module,
    note,
    open_panels,
    split_timeline,
    tracks,
    undo_once,
    until,
    visit,
)

FRAME, PLACE = 41, (0.3, -0.35, 1.45)  # of the target
STOP, BENCH = (0.5, -3.6, 0.0), (0.0, -2.5, 0.45)
REACHED, STOPPED = 0.08, 0.08  # metres


def steps(hands: Hands) -> Any:
    yield from begin(hands)
    yield from split_timeline(hands)
    close_panels("main", "MMM_PT_history", "MMM_PT_advanced", "MMM_PT_apply_options", "MMM_PT_ghost")
    close_panels("apply", "MMM_PT_apply_body", "MMM_PT_apply_keys")
    yield from hands.push("mmm.add_character")
    yield from until(lambda: bpy.data.armatures, "a character", 60)
    look_from_the_front(hands, (0.35, -0.6, 0.8), 6.0)
    yield from reach(hands)
    yield from doubt_seat(hands)
    yield from stop(hands)
    yield from film(hands)
    yield from follow(hands)


def reach(hands: Hands) -> Any:
    """A target from the panel's menu: its pin, its mark on the timeline, the hand at it."""
    scene = bpy.context.scene
    open_panels("targets", "MMM_PT_targets")
    yield 0.5
    scene.frame_set(FRAME)
    scene.cursor.location = PLACE
    with hands.context():
        bpy.ops.mmm.add_target(part="right_hand")
    yield 0.5
    scene.frame_set(1)
    scene.mmm.prompt, scene.mmm.variations = "a person reaches forward with the right hand", 1
    yield from hands.push_anywhere("mmm.generate")
    yield from answer()
    overlay = module("ui.ghost_overlay")
    yield from until(lambda: overlay.ghost is not None or overlay.message, "a ghost", 60)
    yield from hands.picture("targets")
    yield from hands.push_anywhere("mmm.apply(")
    yield from until(lambda: bpy.data.actions, "keys", 30)
    rig = next(each for each in scene.objects if each.type == "ARMATURE")
    off = float(np.linalg.norm(tracks(rig, (FRAME,), ("hand.R",))[0, 0] - PLACE))
    note(f"the right hand is {100 * off:.1f} cm from its target on frame {FRAME}")
    scene.frame_set(FRAME)
    yield 0.5
    yield from hands.picture("target-reached")
    assert off < REACHED
    yield from undo_once(hands)
    assert not bpy.data.actions or not rig_of().animation_data.action, "one undo left the keys"


def doubt_seat(hands: Hands) -> Any:
    """A seat ahead is told with what to do, in the status bar, while the motion is made."""
    scene = bpy.context.scene
    module("client.session").session.discard_all()
    scene.frame_set(61)
    scene.cursor.location = BENCH
    with hands.context():
        bpy.ops.mmm.add_target(part="seat")
    scene.frame_set(1)
    scene.mmm.prompt = "a person sits down on a bench"
    yield from hands.push_anywhere("mmm.generate")
    yield from hands.picture("seat-ahead")
    yield from answer()
    module("client.session").session.discard_all()
    with hands.context():
        bpy.ops.mmm.remove_target()


def stop(hands: Hands) -> Any:
    """A story whose first part stops at an empty."""
    close_panels("main", "MMM_PT_generate", "MMM_PT_results")
    close_panels("targets", "MMM_PT_targets")
    open_panels("story", "MMM_PT_story")
    scene = bpy.context.scene
    place = bpy.data.objects.new("Bus Stop", None)
    scene.collection.objects.link(place)
    place.location = STOP
    story, add = scene.mmm_story, module("ui.properties.story").add_part
    add(story, "a person walks forward", 5.0)
    add(story, "a person waves with the right hand", 3.0)
    story.parts[0].stop, story.index = place, 0
    yield 0.5
    yield from hands.push_anywhere("mmm.tell_story")
    yield from answer()
    yield from until(lambda: module("ui.ghost_overlay").ghost is not None, "a ghost", 60)
    yield from hands.picture("story-stop")
    open_panels("main", "MMM_PT_results")
    yield 0.5
    yield from hands.push_anywhere("mmm.apply(")
    yield from until(lambda: rig_of().animation_data and rig_of().animation_data.action, "keys", 60)
    fps = scene.render.fps / scene.render.fps_base
    pelvis = tracks(rig_of(), (1 + 4.5 * fps,), ("pelvis",))[0, 0]
    off = float(np.linalg.norm(pelvis[:2] - STOP[:2]))
    note(f"at 4.5 s the hips are {100 * off:.1f} cm from the place to stop at")
    assert off < STOPPED
    close_panels("main", "MMM_PT_results")


def film(hands: Hands) -> Any:
    """Cameras for the applied story with a partner, and its storyboard."""
    scene, rig = bpy.context.scene, rig_of()
    scene.cursor.location = (0.6, -4.9, 0.0)
    with hands.context():
        bpy.ops.mmm.add_character()
    other = bpy.context.view_layer.objects.active
    other.rotation_euler.z = np.pi
    other.select_set(False)
    bpy.context.view_layer.objects.active = rig
    rig.select_set(True)
    scene.mmm_story.partner = other
    yield 0.5
    yield from hands.push_anywhere("mmm.film_story")
    yield from until(lambda: len(bpy.data.cameras) > 1, "cameras", 60)
    yield 1.0
    yield from hands.picture("partner-cameras")
    cameras = [marker.camera.name for marker in scene.timeline_markers if marker.camera]
    note(f"cameras on markers: {', '.join(cameras)}")
    assert len(cameras) == len(scene.mmm_story.parts)
    sheet = hands.shared / "window-storyboard.png"
    with hands.context():
        bpy.ops.mmm.storyboard(filepath=str(sheet))
    assert sheet.is_file(), "no storyboard"


def follow(hands: Hands) -> Any:
    """A curve that ends with a stop, facing as an object does."""
    close_panels("story", "MMM_PT_story")
    open_panels("story", "MMM_PT_path")
    with hands.context():
        bpy.ops.curve.primitive_bezier_curve_add(location=(2.0, -1.0, 0.0))
    scene, rig = bpy.context.scene, rig_of()
    curve = bpy.context.object
    curve.select_set(False)
    bpy.context.view_layer.objects.active = rig
    rig.select_set(True)
    scene.mmm_edit.path, scene.mmm_edit.path_stop = curve, True
    scene.mmm_edit.path_facing = bpy.data.objects["Bus Stop"]
    module("client.session").session.discard_all()
    scene.frame_set(1)
    yield 0.5
    yield from hands.push_anywhere("mmm.follow_path")
    yield from answer()
    yield from until(lambda: module("ui.ghost_overlay").ghost is not None, "a ghost", 60)
    yield from hands.picture("path-stop")


def rig_of() -> Any:
    """The character that was made first: undo replaces what Python held."""
    return min((each for each in bpy.context.scene.objects if each.type == "ARMATURE"), key=lambda each: each.name)


visit(steps)
