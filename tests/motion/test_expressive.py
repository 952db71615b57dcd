"""The skeleton of 27 joints: HumanML3D's 22 to the bit, head and hands beside them, known or not."""

from __future__ import annotations

import numpy as np
import pytest

from engine.motion.features import features_to_joints, joints_to_features
from engine.motion.parts import FeatureLayout, body_parts
from engine.motion.skeleton import EXPRESSIVE, HUMANML3D, skeleton_of, skeleton_of_features
from engine.motion.uniform import uniform_offsets


def swinging(frames: int = 40) -> np.ndarray:
    """(T, 27, 3): the T-pose walking ahead, its arms waved about."""
    offsets = uniform_offsets(EXPRESSIVE)
    pose = np.zeros_like(offsets)
    for joint, parent in enumerate(EXPRESSIVE.parents):
        pose[joint] = offsets[joint] + (pose[parent] if parent >= 0 else [0.0, 0.95, 0.0])
    joints = np.repeat(pose[None], frames, axis=0)
    time = np.arange(frames) / 20
    joints[..., 2] += time[:, None]
    joints[:, [19, 21, 23, 25], 1] += 0.2 * np.sin(3 * time)[:, None]
    return joints


def test_first_joints_keep_their_meaning():
    assert EXPRESSIVE.joint_names[:22] == HUMANML3D.joint_names
    assert EXPRESSIVE.parents[:22] == HUMANML3D.parents
    joints = swinging()
    wide = joints_to_features(joints)
    columns = FeatureLayout(27).narrowed(22)
    np.testing.assert_array_equal(wide[:, columns], joints_to_features(joints[:, :22]))


def test_joints_come_back():
    joints = swinging()
    back = features_to_joints(joints_to_features(joints, floor=0.0))
    shifted = joints[:-1] - [joints[0, 0, 0], 0.0, joints[0, 0, 2]]
    np.testing.assert_allclose(back, shifted, atol=1e-4)


def test_unknown_hands_stay_unknown_and_alone():
    joints = swinging()
    partly = joints.copy()
    partly[:, [23, 25]] = np.nan
    features = joints_to_features(partly)
    layout = FeatureLayout(27)
    hidden = layout.of_joint(23) + layout.of_joint(25)
    assert np.isnan(features[:, hidden]).all()
    rest = np.setdiff1d(np.arange(layout.dim), hidden)
    np.testing.assert_array_equal(features[:, rest], joints_to_features(joints)[:, rest])


def test_unknown_body_is_refused():
    joints = swinging()
    joints[3, 21] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        joints_to_features(joints)


def test_skeletons_are_told_by_their_size():
    assert skeleton_of(27) is EXPRESSIVE
    assert skeleton_of_features(323) is EXPRESSIVE
    assert skeleton_of_features(263) is HUMANML3D
    with pytest.raises(ValueError, match="no skeleton has 23 joints"):
        skeleton_of(23)


def test_hands_belong_to_the_upper_body():
    lower, upper = body_parts("lower_upper", 27)
    assert lower.dim == body_parts("lower_upper", 22)[0].dim
    assert set(range(22, 27)) <= set(upper.joints)
