"""Bodies that hang come down, jumps and floor work stay as they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.generation.heights import leaves_the_floor
from engine.motion.cleanup import lift_above_floor
from engine.motion.grounding import bring_down

WALK = lift_above_floor(
    np.load(Path(__file__).parents[1] / "golden" / "humanml3d_new_joints_012314.npy").astype(np.float64)
)
FEET = [7, 8, 10, 11]


def raised(metres: float, start: int, stop: int) -> np.ndarray:
    joints = WALK.copy()
    joints[start:stop, :, 1] += metres
    return joints


def test_a_walk_stays_as_it_is():
    np.testing.assert_allclose(bring_down(WALK), WALK, atol=0.012)


def test_a_body_that_hangs_comes_down():
    down = bring_down(raised(0.4, 40, 120))
    inside = down[46:114, FEET, 1].min(axis=1)
    assert inside.max() < 0.12 and inside.min() > -0.01
    np.testing.assert_array_equal(down[..., [0, 2]], WALK[..., [0, 2]])


def test_a_jump_stays_a_jump():
    joints = WALK.copy()
    flight = np.arange(10)
    joints[60:70, :, 1] += (0.4 * 4 * flight * (9 - flight) / 81)[:, None]
    np.testing.assert_allclose(bring_down(joints), joints, atol=0.012)


def test_one_length_of_bones():
    down, before = bring_down(raised(0.4, 40, 120)), raised(0.4, 40, 120)
    np.testing.assert_allclose(down - down[:, :1], before - before[:, :1], atol=1e-12)


@pytest.mark.parametrize(
    ("prompt", "leaves"),
    [
        ("a person climbs a ladder", True),
        ("walks up the stairs", True),
        ("jumps onto a box", True),
        ("someone swims", True),
        ("steps over a box", True),
        ("does pull-ups", True),
        ("a person jumps", False),
        ("walks over to the table and waves", False),
        ("does a cartwheel", False),
        ("rides", True),
        ("hops on one leg", False),
        ("a person walks in strides", False),
        ("a standing ovation", False),
    ],
)
def test_prompts_that_leave_the_floor(prompt, leaves):
    assert leaves_the_floor(prompt) is leaves
