"""Edits of a rig whose head looks and whose hands are held somewhere: made anew in the span, kept elsewhere."""

from __future__ import annotations

from typing import Any

import bpy
import motions
import numpy as np
import pytest
from edits import all_keys, ask, pose_at, same_outside, select, write

from mmm_blender import character
from mmm_blender.animation.apply import ApplyOptions, apply_motion
from mmm_blender.coordinates import FloatArray
from mmm_blender.editing.aim import Aim
from mmm_blender.editing.kinds import KINDS
from mmm_blender.editing.selection import Part, Span
from mmm_blender.motion_file import Motion
from mmm_blender.protocol import decode_array
from mmm_blender.rig import canonical
from mmm_blender.rig.mapping import MMM_CHARACTER, RigMapping, remember_mapping
from mmm_blender.rig.rotations import about, rotate

SPAN = (20, 45)
HEAD, HANDS = ("head",), ("hand.L", "hand.R")


@pytest.fixture
def waver(empty_scene: bpy.types.Scene) -> bpy.types.Object:
    """Our character waving and looking aside for three seconds, a key on each of frames 1 to 60."""
    empty_scene.render.fps = 20
    armature = character.add_character(empty_scene.collection)
    joints = motions.waving_joints(60)
    place, looking = canonical.by_name(joints), canonical.by_name(motions.looking_joints(1.0, 0.3, 60))
    place["head_front"][:] = place["head"] + looking["head_front"] - looking["head"]
    apply_motion(armature, MMM_CHARACTER, Motion(joints, 20.0, "waves"), empty_scene, ApplyOptions(start_frame=1))
    select(armature, ())
    return armature


def sampled(armature: bpy.types.Object, part: Part) -> tuple[Any, dict[str, Any], FloatArray]:
    edit, params = ask(armature, Aim(KINDS["regenerate"].wish(), (Span(*SPAN, part),)))
    return edit, params, decode_array(params["motion"]).astype(np.float64)


def turns(armature: bpy.types.Object, frame: int, bones: tuple[str, ...]) -> FloatArray:
    names = [bone.name for bone in armature.pose.bones]
    return pose_at(armature, frame)[[names.index(bone) for bone in bones], :3, :3]


def degrees_between(a: FloatArray, b: FloatArray) -> FloatArray:
    cosine = (np.trace(np.swapaxes(a, -1, -2) @ b, axis1=-2, axis2=-1) - 1) / 2
    return np.degrees(np.arccos(np.clip(cosine, -1, 1)))


def reaching(joints: FloatArray, params: dict[str, Any]) -> FloatArray:
    """The joints with hands turned over and the head turned to the other side, most in the middle of the span."""
    answer, rows = joints.copy(), slice(params["start"], params["stop"])
    place = {name: points[rows] for name, points in canonical.by_name(answer).items()}
    ramp = np.sin(np.pi * np.linspace(0, 1, len(answer[rows])))
    for start, end, turn in (
        ("head", "head_front", -0.8),
        ("left_wrist", "left_thumb", 1.0),
        ("right_wrist", "right_thumb", -1.0),
        ("right_wrist", "right_hand", -0.6),
    ):
        twist = about(np.array([0.0, 1.0, 0.0]), turn * ramp)
        place[end][:] = place[start] + rotate(twist, place[end] - place[start])
    return answer


@pytest.mark.parametrize("part", ["body", "upper"])
def test_head_and_hands_are_made_anew_and_meet_the_kept_poses(waver: bpy.types.Object, part: Part) -> None:
    edit, params, joints = sampled(waver, part)
    assert joints.shape[1:] == (len(canonical.ALL_JOINTS), 3)
    keys = all_keys(waver)
    poses = {frame: pose_at(waver, frame) for frame in (*range(1, 21), *range(45, 61))}
    before = {bone: turns(waver, 33, (bone,)) for bone in (*HEAD, *HANDS)}
    write(waver, edit, reaching(joints, params))
    same_outside(keys, all_keys(waver), (Span(*SPAN),))
    for frame, pose in poses.items():
        np.testing.assert_allclose(pose_at(waver, frame), pose, atol=1e-5)
    for bone, turn in before.items():
        assert degrees_between(turns(waver, 33, (bone,)), turn).max() > 20.0, bone
    for bone in (*HEAD, *HANDS):  # no leap where old and new meet
        steps = [
            degrees_between(turns(waver, frame, (bone,)), turns(waver, frame + 1, (bone,)))[0]
            for frame in range(15, 50)
        ]
        assert max(steps) < 20.0, (bone, max(steps))


def test_an_answer_that_changes_nothing_changes_nothing(waver: bpy.types.Object) -> None:
    edit, _, joints = sampled(waver, "body")
    bones = (*HEAD, *HANDS, "forearm.R", "neck")
    before = {frame: turns(waver, frame, bones) for frame in range(*SPAN)}
    write(waver, edit, joints)
    for frame, pose in before.items():
        assert degrees_between(turns(waver, frame, bones), pose).max() < 3.0


def test_changed_legs_leave_head_and_hands_their_keys(waver: bpy.types.Object) -> None:
    edit, params, joints = sampled(waver, "lower")
    keys = all_keys(waver)
    write(waver, edit, reaching(joints, params))
    for path, now in all_keys(waver).items():
        if path[0].split('"')[1] in (*HEAD, *HANDS):
            assert now.rows["co"].tobytes() == keys[path].rows["co"].tobytes(), path


def test_a_model_of_22_joints_answers_with_22(waver: bpy.types.Object) -> None:
    edit, _, joints = sampled(waver, "body")
    pose = pose_at(waver, SPAN[0])
    write(waver, edit, joints[:, : len(canonical.JOINTS)])
    np.testing.assert_allclose(pose_at(waver, SPAN[0]), pose, atol=1e-5)
    forearm, hand = turns(waver, 33, ("forearm.R", "hand.R"))
    rest = [np.array(waver.data.bones[bone].matrix_local)[:3, :3] for bone in ("forearm.R", "hand.R")]
    assert degrees_between(hand @ rest[1].T, forearm @ rest[0].T) < 1.0, "the hand follows the forearm"


def test_a_rig_without_a_head_sends_22_joints(waver: bpy.types.Object) -> None:
    bones = {slot: bone for slot, bone in MMM_CHARACTER.bones.items() if slot != "head"}
    remember_mapping(waver, RigMapping("Headless", bones))
    edit, _, joints = sampled(waver, "body")
    assert joints.shape[1:] == (len(canonical.JOINTS), 3)
    write(waver, edit, joints)
