"""Bodies that are not shaped like a person's: wide hips, long feet, toes that begin behind their joint, askew knees."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest

from mmm_blender.animation.apply import apply_motion
from mmm_blender.headless.rigs import measure_rigs, measured_rigs
from mmm_blender.motion_file import read_motion
from mmm_blender.rig import canonical, sampling
from mmm_blender.rig.body import hinges, standing
from mmm_blender.rig.body.torso import calm_pelvis
from mmm_blender.rig.finding import doubts
from mmm_blender.rig.finding.find_mapping import find_mapping
from mmm_blender.rig.resampling import resample_joints
from mmm_blender.rig.retarget import STEPS, begin_body, find_body
from mmm_blender.rig.rotations import about, normalize, rotate, twist_angle
from mmm_blender.rig.skeleton import read_rest, read_skeleton
from tests.blender.rig.test_soles import add_shoe

MOTIONS = Path(__file__).parents[1] / "motions"


def build_wide(apart: float) -> bpy.types.Object:
    """A rig whose legs are ``apart`` metres further from the middle than a person's."""
    armature, bones = measured_rigs.build_named_rig("Mixamo")
    bpy.ops.object.mode_set(mode="EDIT")
    edit = armature.data.edit_bones
    for side in ("left", "right"):
        for joint in ("hip", "knee", "ankle", "foot"):
            edit[bones[f"{side}_{joint}"]].use_connect = False
        for joint in ("hip", "knee", "ankle", "foot"):
            bone = edit[bones[f"{side}_{joint}"]]
            out = apart if bone.head.x > 0 else -apart
            bone.head.x += out
            bone.tail.x += out
    bpy.ops.object.mode_set(mode="OBJECT")
    return armature


def shown(armature: bpy.types.Object, name: str, scene: bpy.types.Scene) -> measure_rigs.RigScores:
    """Scores of a rig that plays a motion."""
    mapping, motion = find_mapping(armature), read_motion(MOTIONS / f"{name}.npz")
    apply_motion(armature, mapping, motion, scene)
    joints = resample_joints(motion.joints, motion.fps, float(scene.render.fps))
    return measure_rigs.score_rig(armature, mapping, joints, scene)


def test_wide_hips_rise_and_sink_as_far_as_a_persons(empty_scene: bpy.types.Scene) -> None:
    armature, motion = build_wide(0.22), read_motion(MOTIONS / "walk.npz")
    rest = read_rest(armature, find_mapping(armature))
    body = find_body(motion.joints, motion.fps, rest)
    hips = {side: body.hip(side) @ body.up / body.scale for side in ("left", "right")}
    left, right = (motion.joints[:, canonical.INDEX[f"{side}_hip"], 1] for side in ("left", "right"))
    assert np.ptp(hips["left"] - hips["right"]) < 1.6 * np.ptp(left - right)
    scores = shown(armature, "walk", empty_scene)
    assert scores.limb_p99 < 5.0 and scores.jitter < 1.1


def test_wide_hips_turn_less_over_a_foot_that_stands(empty_scene: bpy.types.Scene) -> None:
    """They would go further than its leg can follow: it would point elsewhere, or the foot would slide."""
    scores = shown(build_wide(0.28), "kick", empty_scene)
    assert scores.limb_p99 < 5.0 and scores.skate < 2.0 and scores.path_error < 1e-3 and scores.jitter < 1.1
    turned = []
    for armature in (measured_rigs.build_named_rig("Unreal mannequin")[0], build_wide(0.28)):
        motion, rest = read_motion(MOTIONS / "kick.npz"), read_rest(armature, find_mapping(armature))
        body = begin_body(motion.joints, motion.fps, rest)
        for step in STEPS[: [step.name for step in STEPS].index("turn hips")]:
            step.act(body)
        before = body.turns["pelvis"].copy()
        standing.turn_hips(body)
        turned.append(np.abs(twist_angle(body.turns["pelvis"] @ np.swapaxes(before, -1, -2), body.up)).max())
    assert turned[0] == 0.0 and turned[1] > np.radians(5.0)


@pytest.mark.parametrize(("apart", "told"), [(0.22, False), (0.5, True)])
def test_hips_so_wide_that_legs_cannot_follow_are_told(empty_scene: bpy.types.Scene, apart: float, told: bool) -> None:
    armature = build_wide(apart)
    found = doubts.find_doubts(read_skeleton(armature), find_mapping(armature))
    assert any("Short legs, wide hips" in line for line in found) == told


def test_short_feet_leave_the_floor_with_their_legs_straight(empty_scene: bpy.types.Scene) -> None:
    """As a heel rises, the ankle above a near toe joint rises less: the foot gives way as it leaves, not the leg."""
    armature, bones = measured_rigs.build_named_rig("Mixamo")
    bpy.ops.object.mode_set(mode="EDIT")
    edit = armature.data.edit_bones
    for side in ("left", "right"):
        ankle, toe = edit[bones[f"{side}_ankle"]], edit[bones[f"{side}_foot"]]
        shift = 0.4 * (ankle.head.y - toe.head.y)
        toe.head.y, toe.tail.y = toe.head.y + shift, toe.tail.y + shift
    bpy.ops.object.mode_set(mode="OBJECT")
    scores = shown(armature, "walk", empty_scene)
    assert scores.limb_p99 < 3.3 and scores.skate < 2.0 and scores.sunk < 5.0


def test_calming_a_pelvis_has_a_way_back_and_leaves_who_lies_on_a_side(empty_scene: bpy.types.Scene) -> None:
    rest = read_rest(armature := build_wide(0.22), find_mapping(armature))
    facing = rest.facing()
    rolls = np.radians(np.arange(-85.0, 86.0, 5.0))
    turns = about(facing[:, 1], np.linspace(-3, 3, len(rolls))) @ about(facing[:, 2], rolls)
    calmed = calm_pelvis(turns, rest)
    np.testing.assert_allclose(calm_pelvis(calmed, rest, back=True), turns, atol=1e-3)
    steep = np.abs(rolls) > np.radians(46)
    np.testing.assert_allclose(calmed[steep], turns[steep], atol=1e-9)
    level = np.abs(rolls) < np.radians(19)
    tilted = [np.abs(rotate(each[level], facing[:, 0]) @ facing[:, 1]) for each in (turns, calmed)]
    assert (tilted[1] <= 0.6 * tilted[0] + 1e-9).all()
    # hips no wider than people's are not calmed
    ours, _ = measured_rigs.build_named_rig("Unreal mannequin")
    assert calm_pelvis(turns, read_rest(ours, find_mapping(ours))) is turns


def test_a_calmed_pelvis_is_sampled_back_as_the_motion_had_it(empty_scene: bpy.types.Scene) -> None:
    empty_scene.render.fps = 20
    armature, motion = build_wide(0.22), read_motion(MOTIONS / "kick.npz")
    mapping = find_mapping(armature)
    apply_motion(armature, mapping, motion, empty_scene)
    found = sampling.sample_rig(armature, mapping, empty_scene, 1.0, float(empty_scene.frame_end))
    left, right = canonical.INDEX["left_hip"], canonical.INDEX["right_hip"]
    tilts = [normalize(joints[: len(motion.joints), left] - joints[: len(motion.joints), right])[:, 1] for joints in
             (found, motion.joints)]  # fmt: skip
    assert np.abs(np.degrees(tilts[0] - tilts[1])).mean() < 2.0


def test_feet_as_long_as_a_thigh_stand_and_step(empty_scene: bpy.types.Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    armature, bones = measured_rigs.build_named_rig("Mixamo")
    monkeypatch.setattr("tests.blender.rig.test_soles.LONG", 0.45)
    for side in ("left", "right"):
        bpy.ops.object.mode_set(mode="EDIT")
        armature.data.edit_bones.remove(armature.data.edit_bones[bones[f"{side}_foot"]])
        bpy.ops.object.mode_set(mode="OBJECT")
        add_shoe(armature, bones[f"{side}_ankle"], None, skinned=True)
    bpy.context.view_layer.update()
    scores = shown(armature, "walk", empty_scene)
    assert scores.limb_p99 < 6.0 and scores.jitter < 1.1 and scores.sunk < 5.0


def test_long_toes_that_bend_leave_the_walk_as_it_is(
    empty_scene: bpy.types.Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    armature, bones = measured_rigs.build_named_rig("Mixamo")
    monkeypatch.setattr("tests.blender.rig.test_soles.LONG", 0.45)
    for side in ("left", "right"):
        add_shoe(armature, bones[f"{side}_ankle"], bones[f"{side}_foot"], skinned=True)
    bpy.context.view_layer.update()
    scores = shown(armature, "walk", empty_scene)
    assert scores.failures() == [] and scores.limb_p99 < 3.0


def test_toes_that_begin_behind_their_joint_are_not_bent_into_the_floor(
    empty_scene: bpy.types.Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where they were, the body rose for what went down, and its legs bent."""
    monkeypatch.setattr("tests.blender.rig.test_soles.LONG", 0.25)
    armature, bones = measured_rigs.build_named_rig("Mixamo")
    for side in ("left", "right"):
        ankle, toes = bones[f"{side}_ankle"], bones[f"{side}_foot"]
        shoe = add_shoe(armature, ankle, toes, skinned=True)
        split = armature.data.bones[toes].head_local.y + 0.14
        behind = [vertex.index for vertex in shoe.data.vertices if vertex.co.y < split]
        shoe.vertex_groups[ankle].remove(behind)
        shoe.vertex_groups[toes].add(behind, 1.0, "REPLACE")
    bpy.context.view_layer.update()
    scores = shown(armature, "walk", empty_scene)
    assert scores.failures() == [] and scores.limb_p99 < 3.0


@pytest.mark.parametrize("bend", [0.0, 20.0, 60.0])
def test_a_knee_whose_hinge_lies_askew_brings_the_ankle_where_it_should_be(bend: float) -> None:
    askew, frames = np.radians(8.0), 5
    thigh = np.array([0.0, -0.4, 0.0])
    shin = np.array([0.4 * np.sin(askew), -0.4 * np.cos(askew), 0.0])
    rest = (np.zeros(3), thigh, thigh + shin)
    turned = rotate(about(np.array([1.0, 0.0, 0.0]), np.radians([bend]))[0], np.array([0.0, -0.4, 0.0]))
    motion = tuple(np.repeat(point[None], frames, 0) for point in (np.zeros(3), thigh, thigh + turned))
    still = np.repeat(np.eye(3)[None], frames, 0)
    hinge = np.array([1.0, 0.0, 0.0])
    limb = hinges.turn_limb(still, rest, motion, np.array([0.0, 0.0, -1.0]), np.radians(100), 20.0, hinge)
    upper, lower = rotate(limb.upper, thigh), rotate(limb.lower, shin)

    def off(found: np.ndarray, wanted: np.ndarray) -> float:
        return float(np.degrees(np.arccos(np.clip((normalize(found) * normalize(wanted)).sum(-1), -1, 1))).max())

    assert off(upper + lower, motion[2]) < 0.5  # a knee never quite straightens
    assert max(off(upper, motion[1]), off(lower, motion[2] - motion[1])) < 5.0
    back = np.swapaxes(limb.upper, -1, -2) @ limb.lower
    assert np.abs(rotate(back, hinge) - hinge).max() < 1e-6, "it bends about its hinge alone"
