"""Joints in few bytes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.data.packing.joints import decode_joints, encode_joints

GOLDEN = Path(__file__).parents[2] / "golden"


@pytest.fixture
def joints() -> np.ndarray:
    body = np.load(GOLDEN / "humanml3d_new_joints_012314.npy")
    wide = np.concatenate([body, body[:, [15, 20, 21, 20, 21]] + 0.05], axis=1).astype(np.float32)
    wide[:, 23] = np.nan
    wide[30:50, 26] = wide[:4, 26] = np.nan
    return wide


def test_joints_come_back_within_a_millimetre_and_what_is_not_known_stays_so(joints):
    planes, gaps = encode_joints(joints)
    back = decode_joints(planes, 27, gaps)
    assert gaps == {23: [(0, len(joints))], 26: [(0, 4), (30, 50)]}
    np.testing.assert_array_equal(np.isnan(back), np.isnan(joints))
    assert np.nanmax(np.linalg.norm(back - joints, axis=-1)) < 0.001


def test_far_from_the_origin_and_after_a_leap_nothing_is_lost(joints):
    far = joints + np.float32(140.0)
    far[60:] -= np.float32(250.0)
    planes, gaps = encode_joints(far)
    back = decode_joints(planes, 27, gaps)
    assert np.nanmax(np.linalg.norm(back - far, axis=-1)) < 0.001


def test_changes_are_small_numbers(joints):
    planes, _ = encode_joints(joints)
    assert planes[1].mean() < 2 and not planes[2:].any()


def test_a_single_frame_and_none(joints):
    for count in (0, 1, 2):
        planes, gaps = encode_joints(joints[:count])
        assert decode_joints(planes, 27, gaps).shape == (count, 27, 3)
