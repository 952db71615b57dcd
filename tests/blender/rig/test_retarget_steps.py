"""Each step of retargeting by itself: what it finds, given what the steps before it found."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np
import pytest

from mmm_blender import character
from mmm_blender.coordinates import FloatArray
from mmm_blender.motion_file import read_motion
from mmm_blender.rig.body import arms, feet, legs, standing, twists
from mmm_blender.rig.body.fitted import Body
from mmm_blender.rig.body.hinges import Limb
from mmm_blender.rig.elasticity import Elasticity
from mmm_blender.rig.mapping import MMM_CHARACTER
from mmm_blender.rig.pose import RetargetOptions
from mmm_blender.rig.retarget import SIDES, STEPS, begin_body, find_body, place_torso
from mmm_blender.rig.rotations import about, dot, normalize, rotate
from mmm_blender.rig.skeleton import RigRest, read_rest

MOTIONS = Path(__file__).parents[1] / "motions"
NAMES = [step.name for step in STEPS]


@pytest.fixture
def rest(empty_scene: bpy.types.Scene) -> RigRest:
    return read_rest(character.add_character(empty_scene.collection), MMM_CHARACTER)


def before(step: str, rest: RigRest, name: str = "walk", options: RetargetOptions | None = None) -> Body:
    """A body as the steps before ``step`` leave it."""
    motion = read_motion(MOTIONS / f"{name}.npz")
    body = begin_body(motion.joints, motion.fps, rest, options)
    for each in STEPS[: NAMES.index(step)]:
        each.act(body)
    return body


def aimed(body: Body, slot: str, following: str) -> FloatArray:
    """(T, 3) the way a bone points by its turn."""
    return rotate(body.turns[slot], normalize(body.rest.heads[following] - body.rest.heads[slot]))


def wanted(body: Body, joint: str, following: str) -> FloatArray:
    return normalize(body.points[following] - body.points[joint])


@pytest.mark.parametrize("weight", [0.0, 0.5, 1.0])
def test_a_held_hand_comes_to_the_motions_place_and_the_other_stays(rest: RigRest, weight: float) -> None:
    body = before("hold hands", rest, "wave")
    wrist = body.positions()["left_wrist"]
    place = wrist + rotate(body.facing, np.array([0.0, 0.04, 0.03]))
    rise = body.up * feet.floor_offset(body.rest, body.facing, body.scale)
    body.points = body.points | {"left_wrist": (place - rise) / body.scale}
    body.options = replace(body.options, hands_held={"left": np.full(body.frames, weight)})
    other = body.turns["right_elbow"]
    arms.hold_hands(body)
    off = np.linalg.norm(body.positions()["left_wrist"] - (wrist + weight * (place - wrist)), axis=-1)
    assert np.median(off) < 0.003 and np.array_equal(body.turns["right_elbow"], other)


def test_a_held_trunk_has_its_shoulders_over_their_place_and_stays_as_high(rest: RigRest) -> None:
    body = before("hold trunk", rest, "walk")
    hips = body.hips
    shifted = {joint: body.points[joint] + [0.03, 0.02, 0.0] for joint in ("left_shoulder", "right_shoulder")}
    body.points = body.points | shifted
    arms.hold_trunk(body)
    assert np.array_equal(body.hips, hips), "only where it is asked for"
    body.options = replace(body.options, trunk_held=True)
    arms.hold_trunk(body)
    found = body.positions()
    off = np.mean([found[joint] - place * body.scale for joint, place in shifted.items()], axis=0)
    assert np.abs(off - dot(off, np.broadcast_to(body.up, off.shape))[:, None] * body.up).max() < 1e-6
    assert np.abs((body.hips - hips) @ body.up).max() < 1e-9


def test_all_steps_in_order_are_the_whole(rest: RigRest) -> None:
    motion = read_motion(MOTIONS / "kick.npz")
    whole = find_body(motion.joints, motion.fps, rest)
    body = before("legs", rest, "kick")
    for each in STEPS[NAMES.index("legs") :]:
        each.act(body)
    assert np.array_equal(body.hips, whole.hips) and body.turns.keys() == whole.turns.keys()
    assert all(np.array_equal(body.turns[slot], whole.turns[slot]) for slot in whole.turns)
    loose = find_body(motion.joints, motion.fps, rest, RetargetOptions(lock_feet=False))
    assert not loose.contacts and not loose.ankles, "without locked feet nothing is held"


def test_torso_leaves_the_rest_pose_as_it_is_and_follows_the_hips(rest: RigRest) -> None:
    body = before("torso", rest)
    still = {name: np.repeat(point[None], 4, 0) for name, point in body.still.items()}
    standing_still = Body(rest, body.facing, body.scale, still, body.heights, body.fps, body.options)
    place_torso(standing_still)
    assert np.abs(standing_still.turns["pelvis"] - np.eye(3)).max() < 1e-6
    assert np.abs(standing_still.turns["spine3"] - np.eye(3)).max() < 1e-6
    place_torso(body)
    middle = (body.points["left_hip"] + body.points["right_hip"]) / 2 * body.scale
    level = feet.level(body.hips - middle, body.up)
    assert np.abs(level).max() < 1e-9 and np.ptp((body.hips - middle) @ body.up) < 1e-9


def test_arms_point_where_the_motion_points(rest: RigRest) -> None:
    body = before("arms", rest, "wave")
    arms.turn_arms(body)
    for side in SIDES:
        for joint, following in (("shoulder", "elbow"), ("elbow", "wrist")):
            pair = f"{side}_{joint}", f"{side}_{following}"
            assert dot(aimed(body, *pair), wanted(body, *pair)).min() > 0.99
    wide = before("arms", rest, "walk", RetargetOptions(arm_spacing=0.3))
    narrow = copy.deepcopy(wide)
    narrow.options = RetargetOptions()
    arms.turn_arms(wide)
    arms.turn_arms(narrow)
    out = rotate(wide.turns["pelvis"], wide.facing[:, 0])
    spread = dot(aimed(wide, "left_shoulder", "left_elbow") - aimed(narrow, "left_shoulder", "left_elbow"), out)
    assert spread.mean() > 0.2, "arm spacing moves the left arm to the left"


def test_contacts_tell_a_foot_that_stands_from_one_that_is_lifted(rest: RigRest) -> None:
    body = before("contacts", rest, "kick")
    legs.find_contacts(body)
    for side in SIDES:
        height = np.maximum(body.heights[f"{side}_foot"][1:], body.heights[f"{side}_foot"][:-1])
        assert body.contacts[side][height > 0.3].size == 0 or body.contacts[side][height > 0.3].max() < 0.05
    assert max(contact.max() for contact in body.contacts.values()) > 0.95


def test_steadying_calms_feet_that_stand_and_no_others(rest: RigRest) -> None:
    body = before("steady feet", rest)
    tremble = 0.004 * np.where(np.arange(body.frames) % 2, 1.0, -1.0)[:, None] * np.array([1.0, 0.0, 0.0])
    body.contacts = {"left": np.ones(body.frames - 1), "right": np.zeros(body.frames - 1)}
    for side in SIDES:
        body.points[f"{side}_foot"] = body.points[f"{side}_ankle"] + [0.0, -0.1, -0.05] + tremble
    legs.steady_feet(body)
    left, right = (np.ptp(body.points[f"{side}_foot"] - body.points[f"{side}_ankle"], 0).max() for side in SIDES)
    assert left < 0.5 * right and right == pytest.approx(0.008, abs=1e-6)


def test_legs_point_where_the_motion_points(rest: RigRest) -> None:
    body = before("aim legs", rest, "run")
    legs.aim_legs(body)
    for side in SIDES:
        for joint, following in (("hip", "knee"), ("knee", "ankle")):
            pair = f"{side}_{joint}", f"{side}_{following}"
            assert np.percentile(dot(aimed(body, *pair), wanted(body, *pair)), 5) > 0.99


def test_feet_lie_level_across_on_the_ground_and_roll_with_the_shin_in_the_air(rest: RigRest) -> None:
    body = before("feet", rest)
    leaning = np.broadcast_to(about(body.facing[:, 2], np.array(0.2)), (body.frames, 3, 3))
    body.legs = {side: replace(limb, lower=leaning) for side, limb in body.legs.items()}
    body.points |= {name: np.repeat(point[None], body.frames, 0) for name, point in body.still.items()}
    tilts = []
    for height in (0.01, 1.0):
        for side in SIDES:
            body.heights[f"{side}_foot"] = body.heights[f"{side}_ankle"] = np.full(body.frames, height)
        legs.turn_feet(body)
        tilts.append([np.abs(rotate(body.turns[f"{side}_ankle"], body.facing[:, 0]) @ body.up).max() for side in SIDES])
    assert max(tilts[0]) < 0.01 and min(tilts[1]) > 0.1


def test_hips_make_up_for_legs_that_their_solver_shortens(rest: RigRest) -> None:
    plain = before("make up for stretch", rest)
    hips = plain.hips.copy()
    standing.make_up_for_stretch(plain)
    assert np.array_equal(plain.hips, hips), "nothing to make up for"
    bends = np.linspace(0.0, np.pi, 8)
    short = Elasticity(bends, np.full((8, 2), 0.97))
    body = before("make up for stretch", replace(rest, elastic={f"{side}_leg": short for side in SIDES}))
    hips = body.hips.copy()
    standing.make_up_for_stretch(body)
    lowered = (hips - body.hips) @ body.up
    ankle = rest.heads["left_hip"] - rest.heads["left_ankle"]
    assert 0.015 * np.linalg.norm(ankle) < lowered.max() < 0.04 * np.linalg.norm(ankle)


def test_hips_settle_until_standing_feet_are_on_the_floor(rest: RigRest) -> None:
    body = before("settle hips", rest)
    body.hips = body.hips + 0.03 * body.up
    far = [np.abs(standing._rise(body, side, body.ankle(side)) * body.standing(side)).mean() for side in SIDES]
    standing.settle_hips(body)
    near = [np.abs(standing._rise(body, side, body.ankle(side)) * body.standing(side)).mean() for side in SIDES]
    assert sum(near) < 0.5 * sum(far)


def test_ankles_of_standing_feet_are_held_in_place(rest: RigRest) -> None:
    body = before("hold ankles", rest)
    slide = np.linspace(0.0, 0.1, body.frames)[:, None] * body.facing[:, 2]
    body.hips = body.hips + slide
    standing.hold_ankles(body)
    for side in SIDES:
        still = body.contacts[side] > 0.95
        assert still.sum() > 5
        ball = body.ankles[side] + rotate(body.turns[f"{side}_ankle"], body.ball(side) - rest.heads[f"{side}_ankle"])
        loose = body.ankle(side) + rotate(body.turns[f"{side}_ankle"], body.ball(side) - rest.heads[f"{side}_ankle"])
        steps, free = (np.linalg.norm(np.diff(feet.level(path, body.up), axis=0), axis=-1) for path in (ball, loose))
        assert steps[still].mean() < 0.5 * free[still].mean()


def test_a_foot_that_hardly_stands_gives_way_instead_of_its_leg(rest: RigRest) -> None:
    body = before("hold ankles", rest)
    body.contacts = {side: np.full(body.frames - 1, 0.1) for side in SIDES}
    lengths = {side: np.linalg.norm(body.hip(side) - body.ankle(side), axis=-1) for side in SIDES}
    moved = {side: body.ankle(side) for side in SIDES}
    standing.hold_ankles(body)
    for side in SIDES:
        aside = np.linalg.norm(feet.level(body.ankles[side] - moved[side], body.up), axis=-1)
        longer = np.abs(np.linalg.norm(body.hip(side) - body.ankles[side], axis=-1) - lengths[side])
        assert aside.max() > 0.005 and longer.max() < 0.3 * aside.max()


def test_level_hips_rise_for_straight_legs(rest: RigRest) -> None:
    body = before("level hips", rest)
    for side in SIDES:  # held 2 cm higher than aimed: the legs would have to bend
        body.ankles[side] = body.ankle(side) + 0.02 * body.up
        body.contacts[side] = np.ones(body.frames - 1)
    hips = body.hips.copy()
    standing.level_hips(body)
    risen = (body.hips - hips) @ body.up
    assert 0.01 < np.median(risen) < 0.021


def test_hips_give_way_to_feet_out_of_reach(rest: RigRest) -> None:
    body = before("give way", rest)
    for side in SIDES:
        body.ankles[side] = body.ankles[side] - 0.05 * body.up
        body.heights[f"{side}_foot"] = np.zeros(body.frames)
    standing.give_way(body)
    for side in SIDES:
        reach = np.linalg.norm(body.hip(side) - body.ankles[side], axis=-1)
        assert reach.max() < sum(body.longest_leg(side)) * (standing.STRETCHED + 1e-3)


def test_legs_reach_their_ankles(rest: RigRest) -> None:
    body = before("reach", rest, "crouch")
    for side in SIDES:
        body.ankles[side] = body.hip(side) - 0.7 * sum(body.longest_leg(side)) * body.up
    standing.reach_ankles(body)
    for side in SIDES:
        assert np.abs(body.ankle(side) - body.ankles[side]).max() < 1e-6


def test_the_last_step_turns_bones_as_the_legs_have_become(rest: RigRest) -> None:
    body = before("legs", rest)
    turned = body.legs["left"]
    legs.turn_legs(body)
    assert np.array_equal(body.turns["left_hip"], turned.upper)
    assert np.array_equal(body.turns["left_knee"], turned.lower)


def test_twist_bones_share_the_twist_of_their_limb(rest: RigRest) -> None:
    body = before("arms", rest)
    half = (rest.heads["left_shoulder"] + rest.heads["left_elbow"]) / 2
    body.rest = replace(rest, heads={**rest.heads, "left_shoulder_twist1": half})
    along = normalize(rest.heads["left_elbow"] - rest.heads["left_shoulder"])
    count = body.frames
    limb = Limb(
        *(np.broadcast_to(np.eye(3), (count, 3, 3)) for _ in range(3)),
        np.full(count, 1.0),
        np.broadcast_to(along, (count, 3)),
    )
    twists.share_twist(body, "left_shoulder", "left_elbow", limb)
    bone, twist = (body.turns[slot][0] for slot in ("left_shoulder", "left_shoulder_twist1"))
    angle = [np.arccos((np.trace(turn) - 1) / 2) for turn in (bone, twist)]
    assert angle == pytest.approx([1.0, 0.5])
