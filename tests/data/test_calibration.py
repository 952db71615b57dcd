"""Biased heads and hands come straight over a body's recordings; their motion stays."""

from __future__ import annotations

import numpy as np

from engine.data.calibration import (
    HEAD,
    HEAD_FRONT,
    USUAL_GAZE,
    calibrate_extremities,
    forget_hands,
    forget_rigid_wrists,
)
from engine.motion import rotations
from tests.data.test_conform import make_clip

WRIST, HAND, THUMB, ELBOW = 20, 23, 25, 18


def bent(joints: np.ndarray, degrees: float) -> np.ndarray:
    """The left hand turned about its own normal by a constant angle."""
    made = joints.copy()
    along, side = (rotations.normalize(joints[:, joint] - joints[:, WRIST]) for joint in (HAND, THUMB))
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    made[:, HAND] = joints[:, WRIST] + 0.095 * (along * cosine + side * sine)
    made[:, THUMB] = joints[:, WRIST] + 0.05 * (side * cosine - along * sine)
    return made


def test_a_constant_bend_is_taken_out():
    _, joints = make_clip(200)
    straight, repaired = (calibrate_extremities([it])[0] for it in (joints, bent(joints, 35.0)))
    np.testing.assert_allclose(repaired, straight, atol=2e-3)
    assert np.abs(bent(joints, 35.0)[:, HAND] - straight[:, HAND]).max() > 0.03


def test_gaze_is_slightly_down_on_average():
    _, joints = make_clip(200)
    low = joints.copy()
    low[:, HEAD_FRONT, 1] -= 0.08
    ahead = rotations.normalize(calibrate_extremities([low])[0][:, HEAD_FRONT] - low[:, HEAD])
    assert abs(np.median(np.degrees(np.arcsin(ahead[:, 1]))) - USUAL_GAZE) < 1e-6


def test_what_is_not_known_stays_so():
    _, joints = make_clip(50)
    joints[:, [HAND, THUMB]] = np.nan
    made = calibrate_extremities([joints])[0]
    assert np.isnan(made[:, [HAND, THUMB]]).all() and np.isfinite(np.delete(made, [HAND, THUMB], axis=1)).all()


def test_rigid_wrists_are_forgotten():
    _, joints = make_clip(50)
    rigid = joints.copy()
    rigid[:, HAND] = joints[:, WRIST] + 0.095 * rotations.normalize(joints[:, WRIST] - joints[:, ELBOW])
    side = np.cross(rigid[:, HAND] - rigid[:, WRIST], [0.3, 0.5, 0.8])
    rigid[:, THUMB] = joints[:, WRIST] + 0.05 * rotations.normalize(side)
    made = forget_rigid_wrists(rigid)
    assert np.isnan(made[:, [HAND, THUMB]]).all()
    assert np.isfinite(forget_rigid_wrists(joints)).all()


def test_only_hands_are_forgotten():
    _, joints = make_clip(20)
    made = forget_hands(joints)
    assert np.isnan(made[:, [HAND, THUMB]]).all()
    kept = np.isfinite(made).all(axis=(0, 2))
    np.testing.assert_array_equal(made[:, kept], joints[:, kept])
    assert kept.sum() == joints.shape[1] - 4
