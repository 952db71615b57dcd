"""The rules of foot contact, side by side on feet whose answer is known."""

import numpy as np
import pytest

from engine.motion.contacts import (
    HOLD,
    MEASURE,
    TOE_HEIGHT,
    contact_weights,
    detect_contacts,
    foot_steps,
    measure_skate,
)
from engine.motion.skeleton import HUMANML3D, KIT_ML

TOE, ANKLE = HUMANML3D.feet_left[1], HUMANML3D.feet_left[0]
FPS = HUMANML3D.fps


def sliding(speed: float, height: float = TOE_HEIGHT, rise: float = 0.0, skeleton=HUMANML3D) -> np.ndarray:
    """A second of joints whose feet travel along X at `speed` and rise at `rise`, both metres a second."""
    time = np.arange(int(skeleton.fps)) / skeleton.fps
    joints = np.zeros((len(time), skeleton.num_joints, 3))
    joints[..., 0] = speed * time[:, None]
    joints[..., 1] = height + rise * time[:, None]
    return joints


@pytest.mark.parametrize(
    ("speed", "height", "held", "planted"),
    [
        (0.0, TOE_HEIGHT, True, True),
        (HOLD.slow * 0.98, TOE_HEIGHT, True, True),
        (HOLD.fast * 1.02, TOE_HEIGHT, False, True),  # a step to hold, a slide to measure
        (0.0, HOLD.high * 1.02, False, False),
    ],
)
def test_speeds_are_metres_a_second_and_heights_metres(speed, height, held, planted):
    joints = sliding(speed, height)
    assert np.allclose(contact_weights(joints[:, TOE]), 1.0) == held
    assert held or np.allclose(contact_weights(joints[:, TOE]), 0.0)
    travel, contact = foot_steps(joints, FPS)
    assert contact[:, 1].all() == planted and np.allclose(travel, speed / FPS)


def test_holding_asks_for_speeds_at_any_rate():
    at_20 = np.stack((0.9 * np.arange(20) / 20, np.full(20, 0.02), np.zeros(20)), axis=-1)
    at_60 = np.stack((0.9 * np.arange(60) / 60, np.full(60, 0.02), np.zeros(60)), axis=-1)
    assert contact_weights(at_60, fps=60.0).mean() == pytest.approx(contact_weights(at_20).mean())


def test_a_foot_that_rises_is_not_planted_to_measure():
    assert foot_steps(sliding(0.0, rise=MEASURE.vertical_speed * 0.9, height=-0.3), FPS)[1].all()
    assert not foot_steps(sliding(0.0, rise=MEASURE.vertical_speed * 1.1, height=-0.3), FPS)[1].any()


@pytest.mark.parametrize("skeleton", [HUMANML3D, KIT_ML])
def test_the_data_set_compares_squared_steps_in_its_own_unit(skeleton):
    limit = skeleton.contact_threshold**0.5 * skeleton.fps
    assert detect_contacts(sliding(limit * 0.99, skeleton=skeleton), skeleton).all()
    assert not detect_contacts(sliding(limit * 1.01, skeleton=skeleton), skeleton).any()


def test_skate_is_millimetres_a_frame_of_resting_toes():
    assert measure_skate(sliding(0.4)) == pytest.approx(20.0)
    assert measure_skate(sliding(0.4, height=0.05)) == 0.0
    assert measure_skate(sliding(0.4)[:1]) == 0.0
