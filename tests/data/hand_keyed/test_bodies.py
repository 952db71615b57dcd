"""Stylised bodies come down to the floor, their arms hang, and bones keep their lengths."""

import numpy as np
import pytest

from engine.data.hand_keyed.bodies import ARMS, LEGS, OUR_SEAT, WRIST_HEIGHT, hang_arms, measure_spread, settle
from engine.motion import rotations
from engine.motion.skeleton import EXPRESSIVE
from engine.motion.uniform import uniform_offsets

OFFSETS = uniform_offsets(EXPRESSIVE)


def standing(arm_degrees: float = 0.0, frames: int = 4) -> np.ndarray:
    """(T, 27, 3): a body whose straight arms stand off from the vertical by so much, to both sides."""
    pose = np.zeros((27, 3))
    pose[0, 1] = 0.95
    angle = np.radians(arm_degrees)
    for joint, parent in enumerate(EXPRESSIVE.parents[1:], start=1):
        offset = OFFSETS[joint]
        name = EXPRESSIVE.joint_names[joint]
        if name.endswith(("elbow", "wrist", "hand")):
            side = 1.0 if name.startswith("left") else -1.0
            offset = np.linalg.norm(offset) * np.asarray([side * np.sin(angle), -np.cos(angle), 0.0])
        pose[joint] = pose[parent] + offset
    return np.tile(pose, (frames, 1, 1))


def bone_lengths(joints: np.ndarray) -> np.ndarray:
    return np.linalg.norm(joints[:, 1:] - joints[:, list(EXPRESSIVE.parents[1:])], axis=-1)


def test_arms_that_stand_off_hang():
    joints = standing(40)
    spread = measure_spread([joints])
    assert spread == pytest.approx(np.radians(40) - 0.2, abs=0.03)
    hung = hang_arms(joints, spread)
    assert measure_spread([hung]) < 0.03
    np.testing.assert_allclose(bone_lengths(hung), bone_lengths(joints), atol=1e-9)


def test_raised_arms_and_hands_before_the_body_stay():
    raised = standing(150)
    np.testing.assert_allclose(hang_arms(raised, 0.5), raised, atol=1e-9)
    joints = standing(10)
    for shoulder, elbow, wrist, hand, thumb in ARMS:
        forearm = np.linalg.norm(OFFSETS[wrist]) * rotations.normalize(
            np.asarray([-0.5 * np.sign(joints[0, shoulder, 0]), 0.2, 1.0])
        )
        move = joints[:, elbow] + forearm - joints[:, wrist]
        joints[:, [wrist, hand, thumb]] += move[:, None]
    np.testing.assert_allclose(hang_arms(joints, 0.5), joints, atol=1e-9)


def test_a_seat_comes_down_and_the_feet_stay():
    joints = standing()
    knees, ankles = [leg[1] for leg in LEGS], [leg[2] for leg in LEGS]
    # Sitting 51 cm high with level thighs and upright shins, as a thick body sits on the floor.
    joints[..., 1] += 0.51 - joints[0, LEGS[0][0], 1]
    for hip, knee, ankle, foot in LEGS:
        thigh, shin = (np.linalg.norm(OFFSETS[joint]) for joint in (knee, ankle))
        joints[:, knee] = joints[:, hip] + [0, 0, thigh]
        joints[:, ankle] = joints[:, knee] - [0, shin, 0]
        joints[:, foot] = joints[:, ankle] + OFFSETS[foot]
    sat = settle("Rig_Medium_Simulation__Sit_Floor_Idle", joints)
    assert sat[0, [leg[0] for leg in LEGS], 1].mean() == pytest.approx(OUR_SEAT, abs=0.12)
    assert np.abs(sat[:, ankles] - joints[:, ankles]).max() < 0.03
    assert sat[0, knees[0], 1] > 0.3
    np.testing.assert_allclose(bone_lengths(sat), bone_lengths(joints), atol=1e-6)
    np.testing.assert_array_equal(settle("Rig_Medium_Simulation__Sit_Chair_Idle", joints)[:, 0], joints[:, 0])


def test_hands_stay_above_the_floor():
    joints = standing()
    joints[..., 1] -= 0.75
    for leg in LEGS:
        for joint in leg[1:]:
            joints[:, joint, 1] = 0.05
    held = settle("Crawling", joints)
    assert held[:, [arm[2] for arm in ARMS], 1].min() >= WRIST_HEIGHT - 0.01
    assert held[:, EXPRESSIVE.required, 1].min() >= 0.0
