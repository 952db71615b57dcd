"""Head and hands guessed for a body of 22 joints stand as they do in poses where everybody knows."""

from __future__ import annotations

import numpy as np
import pytest

from engine.motion import rotations
from engine.motion.completion import complete_extremities, with_joint_count
from engine.motion.skeleton import EXPRESSIVE
from engine.motion.uniform import uniform_offsets


def pose(turned: dict[str, np.ndarray] | None = None) -> np.ndarray:
    """(1, 27, 3): the T-pose, with the bones of these joints pointing elsewhere."""
    offsets = uniform_offsets(EXPRESSIVE).copy()
    for name, direction in (turned or {}).items():
        joint = EXPRESSIVE.joint_names.index(name)
        offsets[joint] = np.linalg.norm(offsets[joint]) * np.asarray(direction)
    joints = np.zeros_like(offsets)
    for joint, parent in enumerate(EXPRESSIVE.parents):
        joints[joint] = offsets[joint] + (joints[parent] if parent >= 0 else [0.0, 0.95, 0.0])
    return joints[None]


def test_t_pose_comes_back():
    np.testing.assert_allclose(complete_extremities(pose()[:, :22]), pose(), atol=1e-6)


def test_everything_turns_with_the_body():
    turn = rotations.about_y(np.asarray(2.0))
    turned = rotations.rotate(turn, pose())
    np.testing.assert_allclose(complete_extremities(turned[:, :22]), turned, atol=1e-6)


def test_thumb_of_a_bent_arm_points_up():
    bent = pose({"left_elbow": [0, -1, 0], "left_wrist": [0, 0, 1]})[:, :22]
    thumb = complete_extremities(bent)[0, 25] - bent[0, 20]
    assert thumb[1] > 0.045


@pytest.mark.parametrize("count", [22, 27])
def test_counts_are_met(count):
    for given in (22, 27):
        assert with_joint_count(pose()[:, :given], count).shape == (1, count, 3)
