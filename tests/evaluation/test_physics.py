"""Physics measures on motions whose sliding, jerk and depth are known."""

from __future__ import annotations

import numpy as np
import pytest

from engine.evaluation.physics import MeasureRule, physics_scores

FPS = 20.0
FEET = [7, 10, 8, 11]


def _standing(frames: int = 60) -> np.ndarray:
    """A stiff body (T, 22, 3): ankles at 7 cm, toes at 2 cm, everything else at 1 m."""
    joints = np.zeros((frames, 22, 3))
    joints[..., 1] = 1.0
    joints[:, [7, 8], 1] = 0.07
    joints[:, [10, 11], 1] = 0.02
    return joints


def test_planted_feet_do_not_skate() -> None:
    scores = physics_scores([_standing()], FPS)
    assert scores.skate_mm_per_frame == 0.0
    assert scores.slide_ratio == 0.0
    assert scores.contact_share == 1.0
    assert scores.jerk == 0.0
    assert scores.penetration_max_mm == scores.penetration_mean_mm == 0.0


def test_sliding_body_skates_at_its_speed() -> None:
    joints = _standing()
    # 0.6 m/s along a 3-4-5 diagonal is 30 mm a frame, above the 0.5 m/s that counts as a slide.
    joints[..., [0, 2]] += np.arange(60)[:, None, None] * np.array([0.018, 0.024])
    scores = physics_scores([joints], FPS)
    assert scores.skate_mm_per_frame == pytest.approx(30.0)
    assert scores.slide_ratio == 1.0
    assert scores.jerk == pytest.approx(0.0, abs=1e-6)


def test_one_sliding_foot_is_a_quarter_when_it_is_one_of_four() -> None:
    joints = _standing()
    joints[:, 10, 0] += np.arange(60) * 0.008
    assert physics_scores([joints], FPS).skate_mm_per_frame == pytest.approx(2.0)


def test_raised_and_rising_feet_are_not_in_contact() -> None:
    raised = _standing()
    raised[:, FEET, 1] += 0.2
    raised[..., 0] += np.arange(60)[:, None] * 0.05
    scores = physics_scores([raised], FPS)
    assert scores.contact_share == 0.0
    assert np.isnan(scores.skate_mm_per_frame)

    rising = _standing(2)
    rising[1, FEET, 1] += 0.02
    rising[1, FEET, 0] += 0.5
    assert physics_scores([rising], FPS).contact_share == 0.0
    lenient = MeasureRule(vertical_speed=1.0)
    assert physics_scores([rising], FPS, lenient).skate_mm_per_frame == pytest.approx(500.0)


def test_jerk_of_a_cubic_is_its_third_derivative() -> None:
    seconds = np.arange(40) / FPS
    joints = _standing(40)
    joints[..., 2] += (2.0 * seconds**3)[:, None]
    assert physics_scores([joints], FPS).jerk == pytest.approx(12.0, rel=1e-6)


def test_depth_below_the_floor() -> None:
    joints = _standing(10)
    joints[3, 11, 1] = -0.05
    joints[4, 10, 1] = -0.03
    scores = physics_scores([joints], FPS)
    assert scores.penetration_max_mm == pytest.approx(50.0)
    assert scores.penetration_mean_mm == pytest.approx(8.0)


def test_clips_weigh_by_their_frames() -> None:
    sliding = _standing(31)
    sliding[..., 0] += np.arange(31)[:, None] * 0.01
    scores = physics_scores([sliding, _standing(91)], FPS)
    assert scores.skate_mm_per_frame == pytest.approx(10.0 * 30 / 120)


def test_short_and_missing_clips() -> None:
    assert np.isnan(physics_scores([_standing(2)], FPS).jerk)
    with pytest.raises(ValueError, match="no clips"):
        physics_scores([], FPS)
