"""Sentences without a side belong to right-handed motions."""

import numpy as np
import pytest

from engine.data.captions.sides import UNNAMED_WEIGHT, leading_side, names_side, tell_of_right_handers
from engine.motion.skeleton import HUMANML3D, mirror_joints
from engine.motion.uniform import uniform_offsets

INDEX = {name: place for place, name in enumerate(HUMANML3D.joint_names)}


@pytest.fixture
def standing():
    """(22, 3) with hanging arms, facing +Z."""
    pose = np.zeros((22, 3))
    pose[0, 1] = 0.95
    for joint, parent in enumerate(HUMANML3D.parents[1:], start=1):
        offset = uniform_offsets()[joint]
        hangs = HUMANML3D.joint_names[joint].endswith(("elbow", "wrist"))
        pose[joint] = pose[parent] + ([0.0, -np.linalg.norm(offset), 0.0] if hangs else offset)
    return pose


@pytest.fixture
def raises_right_hand(standing):
    joints = np.repeat(standing[None], 60, axis=0)
    lift = np.clip(np.arange(60) / 20.0, 0.0, 1.0) * np.clip((60 - np.arange(60)) / 15.0, 0.0, 1.0)
    for name, share in (("right_elbow", 0.4), ("right_wrist", 1.0)):
        joints[:, INDEX[name]] += share * lift[:, None] * [0.0, 0.7, 0.35]
    return joints


def test_the_moving_arm_leads(raises_right_hand):
    assert leading_side(raises_right_hand) == "right"
    assert leading_side(mirror_joints(raises_right_hand)) == "left"


def test_the_lifted_foot_leads(standing):
    joints = np.repeat(standing[None], 60, axis=0)
    joints[20:40, INDEX["left_ankle"], 1] += 0.5
    assert leading_side(joints) == "left"


def test_a_standing_body_has_no_side(standing):
    assert leading_side(np.repeat(standing[None], 40, axis=0)) is None


@pytest.mark.parametrize(
    ("caption", "named"),
    [
        ("waves with the left hand", True),
        ("a left-handed punch", True),
        ("claps both hands", True),
        ("walks in a clockwise circle", True),
        ("waves hello", False),
        ("stands upright", False),
    ],
)
def test_what_names_a_side(caption, named):
    assert names_side(caption) == named


def test_right_handers_keep_all_that_is_said(raises_right_hand):
    captions = ["raises a hand", "raises the right hand"]
    assert tell_of_right_handers(captions, raises_right_hand) == (captions, 1.0)


def test_left_handers_keep_what_names_a_side(raises_right_hand):
    left = mirror_joints(raises_right_hand)
    assert tell_of_right_handers(["raises a hand", "raises the left hand"], left) == (["raises the left hand"], 1.0)
    assert tell_of_right_handers(["raises a hand"], left) == (["raises a hand"], UNNAMED_WEIGHT)


def test_a_known_side_counts_more_than_what_is_seen(raises_right_hand):
    assert tell_of_right_handers(["stabs"], raises_right_hand, "left") == (["stabs"], UNNAMED_WEIGHT)
