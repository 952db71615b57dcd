"""What an edit would change: which of keys, preview range, markers and playhead counts, and which part of the body."""

from __future__ import annotations

import bpy
import motions
import numpy as np
import pytest
from edits import all_keys, ask, select, write

from mmm_blender import character
from mmm_blender.animation.apply import ApplyOptions, apply_motion
from mmm_blender.animation.played import bone_of_path
from mmm_blender.editing.aim import Aim
from mmm_blender.editing.kinds import KINDS
from mmm_blender.editing.plans import find_aim
from mmm_blender.editing.selection import Span, find_source, selected_keys
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
    return armature


def aim(armature: bpy.types.Object, kind: str = "regenerate", **choices: str) -> Aim:
    return find_aim(armature, MMM_CHARACTER, bpy.context.scene, KINDS[kind].wish(**choices))


def test_apply_leaves_nothing_selected_and_everything_selected_is_nothing(walker: bpy.types.Object) -> None:
    assert selected_keys(walker) == (set(), set())
    select(walker, range(1, 100))
    assert selected_keys(walker) == (set(), set())
    select(walker, range(20, 30))
    assert selected_keys(walker)[0] == set(range(20, 30))


def test_what_counts_can_be_chosen(walker: bpy.types.Object) -> None:
    scene = bpy.context.scene
    select(walker, (20, 30))
    scene.use_preview_range, scene.frame_preview_start, scene.frame_preview_end = True, 40, 60
    for frame in (50, 70):
        scene.timeline_markers.new("marker", frame=frame).select = True
    wanted = {"KEYS": Span(20, 30), "PREVIEW": Span(40, 60), "MARKERS": Span(50, 70), "AUTO": Span(20, 30)}
    for source, span in wanted.items():
        assert aim(walker, frames_from=source).spans == (span,), source
    select(walker, ())
    assert find_source(walker, scene) == "PREVIEW" and aim(walker).spans == (Span(40, 60),)
    scene.use_preview_range = False
    assert find_source(walker, scene) == "MARKERS" and aim(walker).spans == (Span(50, 70),)
    scene.timeline_markers.clear()
    assert find_source(walker, scene) is None
    for source, said in (("AUTO", "Nothing is selected"), ("KEYS", "No keys"), ("PREVIEW", "no preview range")):
        with pytest.raises(ValueError, match=said):
            aim(walker, frames_from=source)
    with pytest.raises(ValueError, match="Two selected markers"):
        aim(walker, frames_from="MARKERS")
    assert aim(walker, "vary").spans == (Span(7, 77),), "where nothing says which frames, all of them"


@pytest.mark.parametrize("part", ["ARMS", "LEFT_ARM", "RIGHT_ARM"])
def test_arms_are_keyed_alone(walker: bpy.types.Object, part: str) -> None:
    select(walker, (20, 50))
    edit, params = ask(walker, aim(walker, part=part))
    assert params["part"] == part.lower() and edit.span == Span(20, 50, part.lower())
    joints = np.array(decode_array(params["motion"]), np.float64)
    rows = slice(params["start"], params["stop"])
    joints[rows, 16:22, 1] += 0.2 * np.sin(np.linspace(0, np.pi, rows.stop - rows.start))[:, None]
    before = all_keys(walker)
    write(walker, edit, joints)
    after = all_keys(walker)
    changed = {
        bone_of_path(path)
        for (path, index), keys in before.items()
        if keys.rows["co"].tobytes() != after[path, index].rows["co"].tobytes()
    }
    sides = {"ARMS": "LR", "LEFT_ARM": "L", "RIGHT_ARM": "R"}[part]
    names = ("clavicle", "upper_arm", "forearm", "hand")
    assert changed and changed <= {f"{name}.{side}" for name in names for side in sides}
    assert {f"upper_arm.{side}" for side in sides} <= changed
