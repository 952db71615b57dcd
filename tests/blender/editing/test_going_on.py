"""Going on from the current frame of a motion: what is before stays, what is behind makes way."""

from __future__ import annotations

import bpy
import motions
import numpy as np
import pytest
from edits import all_keys, pose_at, same_outside, select, write

from mmm_blender import character
from mmm_blender.animation.apply import ApplyOptions, apply_motion
from mmm_blender.animation.played import keyed_range
from mmm_blender.editing.kinds import KINDS
from mmm_blender.editing.plans import EditOptions, can_go_on, find_aim, keys_behind, plan_going_on
from mmm_blender.editing.selection import Span
from mmm_blender.editing.story_strips import Strip, read_story, write_story
from mmm_blender.motion_file import Motion
from mmm_blender.protocol import decode_array
from mmm_blender.rig.mapping import MMM_CHARACTER


@pytest.fixture
def walker(empty_scene: bpy.types.Scene) -> bpy.types.Object:
    """Our character walking for three seconds: keys from 7 to 77 at 24 fps."""
    empty_scene.render.fps = 24
    armature = character.add_character(empty_scene.collection)
    walk = Motion(motions.walking_joints(60).astype(np.float32), 20.0, "walk")
    apply_motion(armature, MMM_CHARACTER, walk, empty_scene, ApplyOptions(start_frame=7))
    select(armature, ())
    return armature


@pytest.mark.parametrize("usual", [False, True])
def test_going_on_from_here_replaces_what_is_behind_and_keeps_what_is_before(
    walker: bpy.types.Object, usual: bool
) -> None:
    scene = bpy.context.scene
    write_story(walker.animation_data.action, [Strip("walk", 7, 30), Strip("stop", 30, 60), Strip("sit", 60, 77)])
    scene.frame_set(50)
    assert can_go_on(walker, scene) and keys_behind(walker, 50)
    poses = {frame: pose_at(walker, frame) for frame in (20, 50)}
    scene.frame_set(50)
    before = all_keys(walker)
    edit, params = plan_going_on(walker, scene, None if usual else 2.0, EditOptions())
    joints = decode_array(params["motion"])
    assert params["kind"] == "extend" and params["before"] == 0
    # rows are 1.2 frames apart, 1.6 s are shown; the last one lies less than a row before the playhead
    assert edit.start == 11 and len(joints) == 33 and edit.cuts
    added = 50 if usual else params["after"]
    assert params["after"] == (None if usual else 41)
    edit = edit.answered(len(joints) + added)
    assert edit.span == (Span(50, 109) if usual else Span(50, 98))
    step = joints[-1, :1] - joints[-2, :1]
    write(walker, edit, np.concatenate((joints, joints[-1:] + np.arange(1, added + 1)[:, None, None] * step)))
    same_outside(before, all_keys(walker), (Span(50, 200),))
    assert keyed_range(walker) == (7, edit.span.last)
    for frame, pose in poses.items():
        np.testing.assert_allclose(pose_at(walker, frame), pose, atol=1e-5)
    pelvis = [bone.name for bone in walker.pose.bones].index("pelvis")
    steps = np.diff([pose_at(walker, frame)[pelvis, :3, 3] for frame in range(45, 57)], axis=0)
    assert np.linalg.norm(steps, axis=-1).max() < 1.3 * np.linalg.norm(steps[:5], axis=-1).max()
    assert read_story(walker.animation_data.action) == (Strip("walk", 7, 30), Strip("stop", 30, 50))


def test_going_on_needs_a_playhead_inside_the_action(walker: bpy.types.Object) -> None:
    scene = bpy.context.scene
    for frame, possible in ((7, False), (8, False), (12, True), (77, True), (78, False)):
        scene.frame_set(frame)
        assert can_go_on(walker, scene) == possible, frame
    assert not keys_behind(walker, 77)
    scene.frame_set(7)
    with pytest.raises(ValueError, match="no keys before frame 7"):
        find_aim(walker, MMM_CHARACTER, scene, KINDS["extend"].wish(direction="HERE"))
