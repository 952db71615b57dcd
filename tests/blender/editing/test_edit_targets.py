"""Targets of edits: where the engine is told that they are, and what is refused with its frames."""

from __future__ import annotations

from typing import Any

import bpy
import motions
import numpy as np
import pytest
from edits import all_keys, select

from engine.requests.kinds import KINDS as ENGINE_KINDS
from mmm_blender import character
from mmm_blender.animation.apply import ApplyOptions, apply_motion
from mmm_blender.animation.directing.edited import Changing
from mmm_blender.animation.directing.targets import Pin
from mmm_blender.editing.kinds import KINDS
from mmm_blender.editing.plans import EditOptions, find_aim, plan_edit, plan_going_on
from mmm_blender.motion_file import Motion
from mmm_blender.protocol import decode_array
from mmm_blender.rig import canonical
from mmm_blender.rig.mapping import MMM_CHARACTER


@pytest.fixture
def walker(empty_scene: bpy.types.Scene) -> bpy.types.Object:
    """Our character walking for three seconds away from the origin: keys from 7 to 78 at 24 fps, 20 to 44 selected."""
    empty_scene.render.fps = 24
    armature = character.add_character(empty_scene.collection)
    armature.location, armature.rotation_euler.z, armature.scale = (2.0, -1.0, 0.3), 1.2, (1.3,) * 3
    bpy.context.view_layer.update()
    walk = Motion(motions.walking_joints(60).astype(np.float32), 20.0, "walk")
    apply_motion(armature, MMM_CHARACTER, walk, empty_scene, ApplyOptions(start_frame=7))
    select(armature, range(20, 45))
    return armature


def pin_at(place: Any, part: str, first: int, last: int | None = None) -> Pin:
    empty = bpy.data.objects.new("Mark", None)
    empty.location = place
    bpy.context.scene.collection.objects.link(empty)
    bpy.context.view_layer.update()
    return Pin(empty, part, first, first if last is None else last)


def head_of(armature: bpy.types.Object, bone: str, frame: int) -> Any:
    bpy.context.scene.frame_set(frame)
    return (armature.matrix_world @ armature.pose.bones[bone].head).copy()


def plan(armature: bpy.types.Object, kind: str, pins: list[Pin], **choices: Any) -> tuple[Any, dict[str, Any]]:
    scene = bpy.context.scene
    aim = find_aim(armature, MMM_CHARACTER, scene, KINDS[kind].wish(**choices))
    return plan_edit(armature, scene, aim, EditOptions(), pins)


@pytest.mark.parametrize(("part", "bone", "joint"), [("left_hand", "hand.L", "left_wrist"), ("head", "head", "head")])
def test_a_place_is_told_where_the_motion_has_it(walker: bpy.types.Object, part: str, bone: str, joint: str) -> None:
    pin = pin_at(head_of(walker, bone, 32), part, 32)
    bpy.context.scene.frame_set(3)
    _, params = plan(walker, "regenerate", [pin])
    assert bpy.context.scene.frame_current == 3
    [target] = params["targets"]
    assert target["part"] == part and target["frames"] == [21]  # (32 - 7) * 20 / 24, of rows from frame 7 on
    assert target["shown"] == {"start": 7, "fps": 24.0}
    there = decode_array(params["motion"])[21, canonical.ALL_JOINTS.index(joint)]
    off = float(np.linalg.norm(there - np.array(target["position"])))
    print(f"{part}: {100 * off:.1f} cm")
    assert off < 0.03


def test_a_span_is_told_on_all_rows_and_a_moving_place_where_it_is(walker: bpy.types.Object) -> None:
    pin = pin_at((0, 0, 1), "right_hand", 24, 30)
    _, params = plan(walker, "regenerate", [pin])
    [target] = params["targets"]
    assert target["frames"] == list(range(14, 20))
    for frame, x in ((24, 0.0), (30, 0.6)):
        pin.place.location.x = x
        pin.place.keyframe_insert("location", frame=frame)
    _, params = plan(walker, "regenerate", [pin])
    assert [each["frames"] for each in params["targets"]] == [[row] for row in range(14, 20)]
    assert len({tuple(each["position"]) for each in params["targets"]}) == 6


@pytest.mark.parametrize(
    ("first", "last", "complaint"),
    [
        (20, 20, "lies on what stays, frame 20: move it"),
        (44, 44, "lies on what stays, frame 44: move it"),
        (18, 22, "lies on what stays, frames 18, 19, 20: move it"),
        (40, 60, "lies on what stays, frames 44, 45, 46 and 14 more: move it"),
    ],
)
def test_targets_on_what_stays_are_refused_with_their_frames(
    walker: bpy.types.Object, first: int, last: int, complaint: str
) -> None:
    pin, before = pin_at((0, 0, 1), "head", first, last), all_keys(walker)
    with pytest.raises(ValueError, match=f"The target 'Mark' {complaint}"):
        plan(walker, "regenerate", [pin])
    after = all_keys(walker)
    assert all((before[path].frames == after[path].frames).all() for path in before)


def test_targets_of_other_frames_are_left_alone(walker: bpy.types.Object) -> None:
    pins = [pin_at((0, 0, 1), "head", 12, 19), pin_at((0, 0, 1), "head", 45, 70)]
    assert "targets" not in plan(walker, "regenerate", pins)[1]


def test_a_part_that_stays_cannot_be_directed(walker: bpy.types.Object) -> None:
    with pytest.raises(ValueError, match="on frames 30 to 31 directs what stays, Left Hand: choose another"):
        plan(walker, "regenerate", [pin_at((0, 0, 1), "left_hand", 30, 31)], part="LOWER")
    assert plan(walker, "regenerate", [pin_at((0, 0, 1), "left_hand", 30)], part="LEFT_ARM")[1]["targets"]


def test_pinned_poses_between_stay(walker: bpy.types.Object) -> None:
    select(walker, (30,))
    with pytest.raises(ValueError, match="frame 30: move"):
        plan(walker, "pin", [pin_at((0, 0, 1), "head", 30)])
    assert plan(walker, "pin", [pin_at((0, 0, 1), "head", 33)])[1]["targets"]


def test_going_on_minds_what_lies_behind_the_playhead(walker: bpy.types.Object) -> None:
    scene = bpy.context.scene
    pins = [pin_at((0, 0, 1), "head", 30), pin_at((0, 0, 1), "right_hand", 90)]
    scene.frame_set(50)
    edit, params = plan_going_on(walker, scene, 2.0, EditOptions(), pins)
    [target] = params["targets"]
    rows = len(decode_array(params["motion"]))
    assert target["part"] == "right_hand" and rows <= target["frames"][0] == round((90 - edit.start) * 20 / 24)
    with pytest.raises(ValueError, match="frames 48, 49, 50: move"):
        plan_going_on(walker, scene, 2.0, EditOptions(), [pin_at((0, 0, 1), "head", 48, 60)])


def test_a_lost_or_turned_around_target_is_told(walker: bpy.types.Object) -> None:
    pin = pin_at((0, 0, 1), "head", 30)
    bpy.context.scene.collection.objects.unlink(pin.place)
    with pytest.raises(ValueError, match="not in this scene"):
        plan(walker, "regenerate", [pin])


def test_kinds_that_mind_targets_are_those_of_the_engine(walker: bpy.types.Object) -> None:
    for name, kind in KINDS.items():
        assert kind.directed == ENGINE_KINDS[name].DIRECTED, name
        if name != "pin":
            told = plan(walker, name, [pin_at((0, 0, 1), "right_hand", 1, 0)][:0])[1]
            assert "targets" not in told


def test_between_rows_the_nearest_one_that_changes_is_taken() -> None:
    changing = Changing(((10, 40),), (False, False), False, 10, 3.0, ((1, 10),), "body")
    assert [changing.row_of(frame) for frame in (11, 12, 13, 39)] == [1, 1, 1, 9]
    assert [frame for frame in range(9, 42) if not changing.changes(frame)] == [9, 10, 40, 41]
    assert Changing(((10, 20),), (True, False), True, 10, 1.2, ((0, 5),), "body").changes(9000)
