"""Features against the official HumanML3D clip, and against themselves."""

from pathlib import Path

import numpy as np
import pytest

from engine.motion.errors import MotionError
from engine.motion.features import (
    apply_rotations,
    face_forward,
    facing,
    features_to_joints,
    joints_to_features,
    solve_rotations,
)
from engine.motion.skeleton import HUMANML3D, KIT_ML

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture(scope="module")
def features() -> np.ndarray:
    return np.load(GOLDEN / "humanml3d_new_joint_vecs_012314.npy")


@pytest.fixture(scope="module")
def joints() -> np.ndarray:
    return np.load(GOLDEN / "humanml3d_new_joints_012314.npy")


def test_recovered_joints_match_the_official_ones(features, joints):
    assert np.abs(features_to_joints(features) - joints).max() < 1e-4


def test_computed_features_match_the_official_ones(features, joints):
    # The heading is smoothed over time and the official clip knew one more second than its joints
    # tell, so the end differs; everywhere else all 263 columns agree, rotations included.
    computed = joints_to_features(joints)
    assert computed.shape == (len(joints) - 1, 263)
    assert np.abs(computed - features[:-1])[:-80].max() < 1e-4


def test_features_return_through_joints(joints):
    once = joints_to_features(joints)
    twice = joints_to_features(features_to_joints(once))
    # The first frame's heading and the smoothing at the end depend on what lies beyond the clip.
    assert np.abs(features_to_joints(twice) - features_to_joints(once)[:-1]).max() < 1e-4


def test_rotations_are_real_joint_rotations(joints):
    lengths = np.linalg.norm(joints[0] - joints[0, list(HUMANML3D.parents)], axis=-1)
    posed = apply_rotations(solve_rotations(joints.astype(float)), joints[:, 0], lengths)
    assert np.abs(posed - joints).max() < 1e-4


def test_turning_past_the_back_keeps_its_direction(joints):
    # A full turn on the spot: every yaw step must have the same sign, also across -Z.
    angles = np.linspace(0, 2 * np.pi, 120)
    pose = face_forward(joints.astype(float))[0]
    cos, sin = np.cos(angles)[:, None], np.sin(angles)[:, None]
    turning = np.stack(
        (
            cos * pose[:, 0] + sin * pose[:, 2],
            np.broadcast_to(pose[:, 1], (120, 22)),
            -sin * pose[:, 0] + cos * pose[:, 2],
        ),
        axis=-1,
    )
    steps = joints_to_features(turning)[1:, 0]
    assert (np.sign(steps) == np.sign(steps[0])).all()


def test_face_forward_puts_the_clip_in_its_place(joints):
    placed = face_forward(joints.astype(float) @ np.array([[0, 0, 1.0], [0, 1, 0], [-1, 0, 0]]) + [3, 1, 2])
    assert np.allclose(facing(placed)[0], [0, 0, 1], atol=1e-6)
    assert np.allclose(placed[0, 0, [0, 2]], 0, atol=1e-9)
    assert abs(placed[..., 1].min()) < 1e-9


def test_widths_of_both_skeletons():
    assert HUMANML3D.num_features == 263
    assert KIT_ML.num_features == 251


def test_kit_skeleton_round_trip():
    rng = np.random.default_rng(0)
    offsets = np.asarray(KIT_ML.raw_offsets) * 0.2
    pose = np.zeros((21, 3))
    for joint, parent in enumerate(KIT_ML.parents):
        if parent >= 0:
            pose[joint] = pose[parent] + offsets[joint]
    motion = pose + np.cumsum(rng.normal(0, 0.01, (60, 1, 3)), axis=0)
    back = features_to_joints(joints_to_features(motion, KIT_ML), KIT_ML)
    assert np.abs(back - face_forward(motion, KIT_ML)[:-1]).max() < 1e-5


@pytest.mark.parametrize("shape", [(1, 22, 3), (10, 20, 3), (10, 22, 2)])
def test_wrong_shapes_are_refused(shape):
    with pytest.raises(ValueError, match="expected joints of shape|no skeleton has 20 joints"):
        joints_to_features(np.zeros(shape))


def test_nan_is_refused(joints):
    broken = joints.copy()
    broken[3, 4, 1] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        joints_to_features(broken)


def test_motion_error_is_an_input_error():
    from engine.errors import InputError

    assert issubclass(MotionError, InputError)
