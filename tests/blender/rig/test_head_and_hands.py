"""Where the head looks and how the hands are held: onto rigs, shared with neck and forearm, and back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import bpy
import motions
import numpy as np
import pytest

from mmm_blender import character
from mmm_blender.animation.apply import ApplyOptions, apply_motion
from mmm_blender.coordinates import FloatArray
from mmm_blender.headless.rigs import measured_rigs
from mmm_blender.motion_file import Motion, read_motion
from mmm_blender.rig import canonical
from mmm_blender.rig.body import hands
from mmm_blender.rig.finding.find_mapping import find_mapping
from mmm_blender.rig.mapping import MMM_CHARACTER, RigMapping
from mmm_blender.rig.pose import RetargetOptions
from mmm_blender.rig.retarget import find_body
from mmm_blender.rig.rotations import about, normalize, rotate, twist_angle, within_reach
from mmm_blender.rig.sampling import forget_still_hands, sample_rig
from mmm_blender.rig.skeleton import RigRest, read_rest

MOTIONS = Path(__file__).parents[1] / "motions"
POINTING = [
    ("head", "head_front"),
    *((f"{side}_wrist", f"{side}_{end}") for side in ("left", "right") for end in ("hand", "thumb")),
]
CLIPS = {
    "wave": motions.waving_joints(),
    "look": motions.looking_joints(np.radians(70), 0.4),
    "nod": motions.looking_joints(0.0, 0.8),
    "push-up": motions.push_up_joints(),
}
RIGS = (
    "MMM",
    "Mixamo T",
    "Mixamo A",
    "Unreal mannequin A",
    "Daz Genesis 3 and 8 T",
    "SMPL-X A",
    "Rigify FK",
    "Rigify IK",
)


def build(name: str) -> tuple[bpy.types.Object, RigMapping]:
    if name == "MMM":
        return character.add_character(bpy.context.scene.collection), MMM_CHARACTER
    kind, _, how = name.rpartition(" ")
    if kind == "Rigify":
        bpy.ops.preferences.addon_enable(module="rigify")
        armature = measured_rigs.build_fitted_rigify()
        return armature, measured_rigs.fit_preset(armature, f"Rigify ({how} controls)")
    armature, _ = measured_rigs.build_named_rig(kind, how)
    measured_rigs.set_conditions(armature, measured_rigs.Conditions(rolls=2))
    return armature, find_mapping(armature)


def directions(joints: FloatArray) -> FloatArray:
    """(T, 5, 3) where head, hands and thumbs point."""
    place = canonical.by_name(joints)
    return normalize(np.stack([place[end] - place[start] for start, end in POINTING], 1))


def degrees(a: FloatArray, b: FloatArray) -> FloatArray:
    return np.degrees(np.arccos(np.clip(np.sum(normalize(a) * normalize(b), -1), -1, 1)))


def angle_of(turns: FloatArray) -> FloatArray:
    return np.degrees(np.arccos(np.clip((np.trace(turns, axis1=-2, axis2=-1) - 1) / 2, -1, 1)))


@pytest.fixture
def rest(empty_scene: bpy.types.Scene) -> RigRest:
    return read_rest(character.add_character(empty_scene.collection), MMM_CHARACTER)


@pytest.mark.parametrize("name", RIGS)
def test_there_and_back(empty_scene: bpy.types.Scene, name: str) -> None:
    armature, mapping = build(name)
    empty_scene.render.fps, empty_scene.frame_start = 20, 1
    for clip, joints in CLIPS.items():
        apply_motion(armature, mapping, Motion(joints, 20.0, clip), empty_scene)
        found = sample_rig(armature, mapping, empty_scene, 1.0, float(len(joints)))
        gap = 1000 * np.linalg.norm(found - joints, axis=-1)
        assert found.shape == joints.shape and gap.mean() < 15.0, (clip, gap.mean(0).round(1))
        angles = degrees(directions(found), directions(joints))
        assert angles.max() < 8.0 and angles.mean() < 2.0, (clip, angles.max(0))
        mirrored = directions(joints * [-1.0, 1.0, 1.0])
        assert degrees(directions(found), mirrored).max() > 20.0, "another motion would be noticed"


@pytest.mark.parametrize("clip", CLIPS)
def test_wrists_and_necks_do_not_wring(rest: RigRest, clip: str) -> None:
    """What hand and head turn further than the bones they hang on is shared, and nothing leaps."""
    body = find_body(CLIPS[clip], 20.0, rest)
    for side in ("left", "right"):
        forearm, hand = body.turns[f"{side}_elbow"], body.turns[f"{side}_wrist"]
        along = rotate(forearm, normalize(rest.heads[f"{side}_wrist"] - rest.heads[f"{side}_elbow"]))
        assert np.abs(np.degrees(twist_angle(hand @ np.swapaxes(forearm, -1, -2), along))).max() < 65.0
    for slot, turn in body.turns.items():
        assert angle_of(turn[1:] @ np.swapaxes(turn[:-1], -1, -2)).max() < 25.0, slot


def test_a_neck_goes_half_the_way_that_the_head_turns_and_stays_where_it_is(rest: RigRest) -> None:
    joints = motions.looking_joints(np.radians(70))
    body, plain = (find_body(each, 20.0, rest) for each in (joints, joints[:, : len(canonical.JOINTS)]))
    up, line = body.facing[:, 1], body.points["head"] - body.points["neck"]
    middle = len(joints) // 2
    turned = np.degrees([twist_angle(body.turns[slot][middle], up) for slot in ("spine3", "neck", "head")])
    assert abs(turned[0]) < 1.0 and 25.0 < turned[1] < 45.0 and abs(turned[2] - 70.0) < 1.5
    still = body.facing @ canonical.neutral_neck()
    assert degrees(rotate(body.turns["neck"], still), line).max() < 0.1
    assert np.array_equal(plain.turns["head"], plain.turns["neck"]), "with 22 joints the head follows"
    for slot in ("pelvis", "spine3", "left_knee", "right_shoulder"):
        assert np.array_equal(plain.turns[slot], body.turns[slot]), slot


@pytest.mark.parametrize("yaw", [-80, -40, 0, 40, 80])
@pytest.mark.parametrize("nod", [-50, -25, 0, 25, 50])
def test_eyes_stay_level_wherever_one_looks(rest: RigRest, yaw: int, nod: int) -> None:
    joints = motions.looking_joints(np.radians(yaw), np.radians(nod))
    place = canonical.by_name(joints)
    place["head"][:] = place["neck"] + canonical.neutral_neck()  # an upright neck
    turn = motions.about_y(np.full(len(joints), np.radians(yaw))) @ motions.pitch(np.radians(nod))
    place["head_front"][:] = place["head"] + rotate(turn, np.array([0.0, 0.0, 0.12]))
    body = find_body(joints, 20.0, rest)
    assert np.abs(rotate(body.turns["head"], body.facing[:, 0]) @ body.up).max() < np.sin(np.radians(2.0))


def test_a_gaze_over_the_zenith_does_not_turn_the_head_round(rest: RigRest) -> None:
    joints = motions.looking_joints(0.0, frames=60)
    place = canonical.by_name(joints)
    place["head"][:] = place["neck"] + canonical.neutral_neck()
    up = motions.pitch(-np.linspace(0, np.radians(120), 60))
    aside = 0.01 * np.where(np.arange(60) % 2, 1.0, -1.0)[:, None] * [1.0, 0.0, 0.0]
    place["head_front"][:] = place["head"] + 0.12 * normalize(rotate(up, np.array([0.0, 0.0, 1.0])) + aside)
    head = find_body(joints, 20.0, rest).turns["head"]
    assert angle_of(head[1:] @ np.swapaxes(head[:-1], -1, -2)).max() < 10.0


def test_forearm_twist_bones_share_what_the_hand_turns(rest: RigRest) -> None:
    joints = motions.waving_joints()
    start, end = rest.heads["right_elbow"], rest.heads["right_wrist"]
    one, two = ("right_elbow_twist1", "right_elbow_twist2")
    heads = {**rest.heads, one: start + 0.25 * (end - start), two: start + 0.75 * (end - start)}
    beside = replace(rest, heads=heads, parents={**rest.parents, one: "right_elbow", two: "right_elbow"})
    in_line = replace(rest, heads=heads, parents={**rest.parents, one: "right_elbow", two: one, "right_wrist": two})
    hinge = find_body(joints[:, : len(canonical.JOINTS)], 20.0, rest).turns["right_elbow"]
    for each, shares in ((rest, [0.5]), (beside, [0.0, 0.25, 0.75]), (in_line, [0.0, 0.5, 1.0])):
        body = find_body(joints, 20.0, each)
        along = rotate(hinge, normalize(end - start))
        slots = ("right_elbow", one, two)[: len(shares)]
        hand, *bones = (
            twist_angle(body.turns[slot] @ np.swapaxes(hinge, -1, -2), along) for slot in ("right_wrist", *slots)
        )
        assert np.abs(hand).max() > np.radians(20)
        for found, share in zip(bones, shares, strict=True):
            np.testing.assert_allclose(found, share * hand, atol=1e-6)


def test_hands_may_stay_as_they_rest_or_relax(rest: RigRest) -> None:
    wave = CLIPS["wave"]
    plain = wave[:, : len(canonical.JOINTS)]
    for choice in ("REST", "RELAXED"):
        options = RetargetOptions(hands=choice)  # type: ignore[arg-type]
        told, silent = (find_body(joints, 20.0, rest, options).turns for joints in (wave, plain))
        for slot in ("right_elbow", "right_wrist"):
            assert np.array_equal(told[slot], silent[slot])
    silent = find_body(plain, 20.0, rest).turns
    assert np.array_equal(silent["right_wrist"], silent["right_elbow"])


def test_arm_spacing_takes_the_hands_along(rest: RigRest) -> None:
    joints = CLIPS["nod"]
    spread = find_body(joints, 20.0, rest, RetargetOptions(arm_spacing=0.4))
    plain = find_body(joints, 20.0, rest)
    turned = spread.turns["left_wrist"] @ np.swapaxes(plain.turns["left_wrist"], -1, -2)
    assert angle_of(turned).min() > 15.0


def test_a_hand_that_says_nothing_follows_the_forearm(rest: RigRest) -> None:
    joints = CLIPS["wave"].copy()
    place = canonical.by_name(joints)
    place["left_hand"][:] = place["left_thumb"][:] = place["left_wrist"]
    place["right_thumb"][:] = place["right_hand"]
    body = find_body(joints, 20.0, rest)
    assert all(np.isfinite(turn).all() for turn in body.turns.values())
    assert angle_of(body.turns["left_wrist"] @ np.swapaxes(body.turns["left_elbow"], -1, -2)).max() < 3.0
    along = rotate(body.turns["right_wrist"], hands.rest_frame(rest, "right", body.facing)[:, 0])
    assert degrees(along, body.points["right_hand"] - body.points["right_wrist"]).max() < 1e-3


def test_the_resting_hand_is_read_off_knuckles_thumb_or_facing(empty_scene: bpy.types.Scene) -> None:
    armature, bones = measured_rigs.build_named_rig("Mixamo", "T")
    full = read_rest(armature, find_mapping(armature))
    facing = full.facing()
    turn = about(facing[:, 0], np.radians(-90))  # palms ahead: thumbs up
    fingers = [slot for slot in full.heads if slot.startswith("left_") and slot[-1].isdigit() and "twist" not in slot]
    wrist = full.heads["left_wrist"]
    heads = {**full.heads, **{slot: wrist + turn @ (full.heads[slot] - wrist) for slot in fingers}}
    thumbs = [slot for slot in fingers if "thumb" in slot]
    without = {slot: head for slot, head in heads.items() if slot not in fingers or slot in thumbs}
    bare = {slot: head for slot, head in heads.items() if slot not in fingers}
    ahead, up = facing[:, 2], facing[:, 1]
    for given, thumb in ((full.heads, ahead), (heads, up), (without, up), (bare, ahead)):
        axes = hands.rest_frame(replace(full, heads=given), "left", facing)
        assert degrees(axes[:, 1], thumb) < 10.0 and degrees(axes[:, 0], facing[:, 0]) < 10.0


def test_shares_fade_where_no_joint_turns() -> None:
    angle = np.radians([-179, -120, -60, 0, 60, 120, 179, 180])
    found = np.degrees(within_reach(angle, np.radians(120)))
    np.testing.assert_allclose(found, [-2, -120, -60, 0, 60, 120, 2, 0], atol=1e-9)


def test_a_rig_without_a_head_says_nothing_of_it(empty_scene: bpy.types.Scene) -> None:
    armature = character.add_character(empty_scene.collection)
    mapping = RigMapping("Headless", {slot: bone for slot, bone in MMM_CHARACTER.bones.items() if slot != "head"})
    empty_scene.render.fps = 20
    apply_motion(armature, mapping, Motion(CLIPS["wave"], 20.0), empty_scene)
    found = sample_rig(armature, mapping, empty_scene, 1.0, 40.0)
    unknown = np.isnan(found).any((0, 2))
    assert [canonical.ALL_JOINTS[row] for row in np.flatnonzero(unknown)] == ["head_front"]
    assert canonical.all_known(found).shape[1] == len(canonical.JOINTS)


def test_hands_nobody_posed_are_not_known(empty_scene: bpy.types.Scene) -> None:
    armature = character.add_character(empty_scene.collection)
    empty_scene.render.fps = 20
    walk = read_motion(MOTIONS / "walk.npz")
    for joints, known in ((walk.joints, False), (CLIPS["wave"], True)):
        apply_motion(armature, MMM_CHARACTER, Motion(joints, 20.0), empty_scene, ApplyOptions())
        found = canonical.by_name(forget_still_hands(sample_rig(armature, MMM_CHARACTER, empty_scene, 1.0, 40.0)))
        assert np.isfinite(found["right_hand"]).all() == known == np.isfinite(found["right_thumb"]).all()
        assert np.isfinite(found["head_front"]).all() and np.isfinite(found["right_wrist"]).all()
