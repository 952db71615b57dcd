"""A finished motion brought exactly to its goals: on a captured clip, without a model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.evaluation.physics import jerk_sizes
from engine.motion.cleanup import clean_joints
from engine.motion.contacts import contact_weights
from engine.motion.features import features_of_every_frame, features_to_joints
from engine.motion.feet import LEGS
from engine.motion.reaching.goals import PART_JOINTS, Goals
from engine.motion.reaching.reach import reach_goals
from engine.motion.reaching.route import find_route
from engine.motion.reaching.spread import spread_offsets
from engine.motion.skeleton import EXPRESSIVE, HUMANML3D
from engine.motion.uniform import uniform_offsets

GOLDEN = Path(__file__).parents[1] / "golden"
PARENTS = list(HUMANML3D.parents)


def clip() -> np.ndarray:
    return clean_joints(np.load(GOLDEN / "humanml3d_new_joints_012314.npy")).astype(np.float64)


def lengths(joints: np.ndarray) -> np.ndarray:
    return np.linalg.norm(joints[:, 1:22] - joints[:, PARENTS[1:]], axis=-1)


def goals_near(joints: np.ndarray, part: str, frames: list[int], shift: tuple[float, float, float]) -> Goals:
    joint = HUMANML3D.joint_names.index(PART_JOINTS[part])
    rows = [(part, frame, tuple(joints[frame, joint] + shift)) for frame in frames]
    return Goals.of(rows, HUMANML3D)


def test_the_course_meets_what_is_known_and_dies_away():
    course = spread_offsets(80, np.array([30, 34]), np.array([[0.2], [-0.1]]), 8.0)[:, 0]
    assert np.allclose(course[[30, 34]], [0.2, -0.1], atol=1e-6)
    assert np.abs(course[[0, 79]]).max() < 0.01
    # No frame jumps: the steps are of the size that lies between the two.
    assert np.abs(np.diff(course)).max() < 0.15


@pytest.mark.parametrize(
    ("part", "shift"),
    [
        ("right_hand", (0.1, 0.1, 0.1)),
        ("left_hand", (-0.1, -0.15, 0.2)),
        ("left_foot", (0.05, 0.1, 0.05)),
        ("head", (0.05, -0.15, 0.1)),
        ("pelvis", (0.1, -0.1, 0.05)),
    ],
)
@pytest.mark.parametrize("frames", [[40], [20, 41, 42, 60], list(range(30, 50))])
def test_goals_are_met_and_bones_stay_rigid(part, shift, frames):
    joints = clip()
    goals = goals_near(joints, part, frames, shift)
    reached = reach_goals(joints, goals)
    assert reached.missed.max() < 0.005
    assert np.allclose(reached.missed, goals.errors(reached.joints))
    assert np.allclose(lengths(reached.joints), lengths(joints), atol=1e-3)
    # What is far from all goals stays as it was.
    assert np.abs(reached.joints[-1] - joints[-1]).max() < 0.02


def test_two_hands_and_the_head_at_once():
    joints = clip()
    parts = [goals_near(joints, part, [40], (0.05, -0.1, 0.1)) for part in ("left_hand", "right_hand", "head")]
    rows = [(it.parts[0], 40, tuple(it.places[0])) for it in parts]
    assert reach_goals(joints, Goals.of(rows, HUMANML3D)).missed.max() < 0.005


def test_feet_stay_planted_while_the_pelvis_moves():
    joints = np.repeat(clip()[:1], 60, axis=0)
    reached = reach_goals(joints, goals_near(joints, "pelvis", [30], (0.08, -0.12, 0.05))).joints
    for *_, toe in LEGS:
        assert np.linalg.norm(reached[:, toe] - joints[:, toe], axis=-1).max() < 0.01


def test_what_is_out_of_reach_is_approached_and_told():
    joints = clip()
    goals = Goals.of([("right_hand", 40, (0.0, 3.5, 0.0))], HUMANML3D)
    reached = reach_goals(joints, goals)
    assert 0.5 < reached.missed[0] < goals.errors(joints)[0]
    assert np.isfinite(reached.joints).all()
    assert np.allclose(lengths(reached.joints), lengths(joints), atol=1e-3)


def test_kept_frames_are_bit_identical():
    joints = clip()
    kept = np.zeros(joints.shape[:2], dtype=bool)
    kept[:30], kept[50:] = True, True
    reached = reach_goals(joints, goals_near(joints, "right_hand", [40], (0.1, 0.1, 0.1)), kept)
    assert np.array_equal(reached.joints[kept], joints[kept])
    assert reached.missed.max() < 0.005


def test_a_kept_pelvis_lets_the_trunk_bend_and_a_kept_trunk_the_pelvis_shift():
    joints = clip()
    legs = [joint for leg in LEGS for joint in leg]
    trunk = [joint for joint in range(1, 22) if joint not in legs]
    hand = joints[40, 16] + [0.0, 0.0, 0.65]  # beyond the arm
    still = np.zeros(joints.shape[:2], dtype=bool)
    still[:, [0, *legs]] = True
    goals = Goals.of([("left_hand", 40, tuple(hand))], HUMANML3D)
    reached = reach_goals(joints, goals, still)
    assert np.array_equal(reached.joints[still], joints[still])
    assert reached.missed[0] < goals.errors(joints)[0] and np.abs(reached.joints - joints)[40, 12].max() > 0.01
    still = np.zeros(joints.shape[:2], dtype=bool)
    still[:, trunk] = True
    reached = reach_goals(joints, goals_near(joints, "pelvis", [40], (0.1, -0.1, 0.0)), still)
    shifts = (reached.joints - joints)[40, [0, *trunk]]
    assert reached.missed[0] < 0.005 and np.ptp(shifts, axis=0).max() < 1e-6


def test_the_gaze_turns_to_its_point_and_no_further_than_a_neck():
    body = np.zeros((60, EXPRESSIVE.num_joints, 3))
    for joint, parent in enumerate(EXPRESSIVE.parents):
        if parent >= 0:
            body[:, joint] = body[:, parent] + uniform_offsets(EXPRESSIVE)[joint]
    body[..., 1] -= body[..., 1].min()
    ahead = reach_goals(body, Goals.of([("gaze", 30, (1.0, 1.5, 2.0))], EXPRESSIVE))
    assert ahead.missed[0] < 1e-3
    behind = reach_goals(body, Goals.of([("gaze", 30, (0.1, 1.5, -2.0))], EXPRESSIVE))
    assert behind.missed[0] > 0.05
    with pytest.raises(KeyError):
        Goals.of([("gaze", 30, (1.0, 1.5, 2.0))], HUMANML3D)


def test_a_walk_bends_to_a_place_off_its_way_and_a_stand_goes_nowhere():
    features = features_of_every_frame(clip())
    joints = features_to_joints(features)
    shift = np.array([0.4, 0.0, 0.3])
    last = len(joints) - 10
    goals = Goals.of([("pelvis", last, tuple(joints[last, 0] + shift))], HUMANML3D)
    travelled = np.linalg.norm(np.diff(joints[:, 0], axis=0), axis=-1).sum()
    led = features_to_joints(find_route(features, goals).applied(features))
    assert travelled > 1.0
    assert goals.errors(led)[0] < 0.6 * goals.errors(joints)[0]
    still = features.copy()
    still[:, :3] = 0.0
    stood = features_to_joints(find_route(still, goals).applied(still))
    assert np.abs((stood[:, 0] - stood[:1, 0])[:, [0, 2]]).max() < 0.01


def test_who_stands_is_not_turned_on_the_spot_for_a_hand():
    still = features_of_every_frame(clip())
    still[:, :3] = 0.0
    joints = features_to_joints(still)
    goals = goals_near(joints, "right_hand", [20, 40], (0.0, 0.0, 0.3))
    assert np.array_equal(find_route(still, goals).applied(still), still)


def test_the_trunk_helps_an_arm_whose_place_is_a_third_of_its_length_too_far():
    joints = clip()
    shoulder, elbow, wrist = (
        joints[:, HUMANML3D.joint_names.index(f"right_{it}")] for it in ("shoulder", "elbow", "wrist")
    )
    arm = np.linalg.norm(elbow - shoulder, axis=-1) + np.linalg.norm(wrist - elbow, axis=-1)
    for way in ((0.0, -1.0, 0.0), (0.0, -1.0, 1.0), (-1.0, 0.3, 0.5)):
        aims = shoulder + 1.3 * arm[:, None] * np.array(way) / np.linalg.norm(way)
        goals = Goals.of([("right_hand", frame, tuple(aims[frame])) for frame in (0, 1, 40)], HUMANML3D)
        assert reach_goals(joints, goals).missed.max() < 0.02, way


def test_a_hand_led_on_every_frame_does_not_make_the_body_jerk():
    joints = clip()
    wrist = HUMANML3D.joint_names.index("right_wrist")
    time = np.arange(len(joints))
    course = joints[:, wrist] + 0.25 * np.stack([np.sin(time / 9), np.cos(time / 13), np.sin(time / 11 + 1)], axis=-1)
    goals = Goals.of([("right_hand", int(frame), tuple(course[frame])) for frame in time], HUMANML3D)
    reached = reach_goals(joints, goals)
    assert reached.missed.mean() < 0.005
    before, after = (jerk_sizes(it[:, [0, 9, 15]], 20.0).mean() for it in (joints, reached.joints))
    assert after < 1.5 * before + 10.0, (before, after)


def test_a_foot_that_stands_takes_its_whole_stand_to_its_place():
    joints = clip()
    toe = HUMANML3D.joint_names.index("left_foot")
    stands = contact_weights(joints[:, toe])
    runs = np.flatnonzero(stands > 0.99)
    frame = int(runs[len(runs) // 2])
    reached = reach_goals(joints, goals_near(joints, "left_foot", [frame], (0.06, 0.0, 0.03)))
    before, after = (np.linalg.norm(np.diff(it[:, toe, ::2], axis=0), axis=-1) for it in (joints, reached.joints))
    assert reached.missed.max() < 0.005
    assert (after - before)[stands > 0.99].max() < 0.004
