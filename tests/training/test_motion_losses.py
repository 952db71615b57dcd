"""Losses in metres."""

import math

import torch

from engine.motion.parts import FeatureLayout
from engine.training.config import TokenizerLossConfig
from engine.training.motion_losses import (
    ReconstructionLoss,
    displacements,
    heading_positions,
    joint_errors,
    world_positions,
)

LAYOUT = FeatureLayout(22)


def circling(frames: int = 41, turn: float = math.pi / 80) -> torch.Tensor:
    """[1, T, 263]: half a yaw of `turn` and 5 cm forward a frame, feet 1 m below the root."""
    motion = torch.zeros(1, frames, 263)
    motion[..., 0], motion[..., 2], motion[..., 3] = turn, 0.05, 1.0
    return motion


def test_full_circle_comes_back():
    joints = world_positions(circling(frames=81), LAYOUT)
    torch.testing.assert_close(joints[0, 80, 0], joints[0, 0, 0], atol=1e-4, rtol=0)
    assert joints[0, 40, 0].norm() > 1.0


def test_agrees_with_the_reference_integration():
    features = torch.randn(1, 30, 263) * 0.1
    from engine.motion.features import features_to_joints

    expected = torch.from_numpy(features_to_joints(features[0].numpy()))
    torch.testing.assert_close(world_positions(features, LAYOUT)[0], expected, atol=1e-4, rtol=0)


def test_displacement_is_the_travel_in_the_world():
    features = torch.randn(1, 20, 263) * 0.1
    world = world_positions(features, LAYOUT)
    moved = displacements(features, heading_positions(features, LAYOUT))
    expected = (world[:, 1:] - world[:, :-1]).norm(dim=-1)
    torch.testing.assert_close(moved.norm(dim=-1), expected, atol=1e-4, rtol=1e-3)


def test_losses_vanish_for_a_perfect_copy_only():
    loss = ReconstructionLoss.create(22, TokenizerLossConfig())
    motion = circling()
    assert all(float(value) == 0.0 for value in loss(motion, motion, motion, motion).values())
    other = motion + 0.01
    other_losses = loss(other, motion, other, motion)
    motion[..., 259:] = 1.0
    assert all(float(value) > 0 for name, value in other_losses.items() if name != "feet")
    assert float(loss(other, motion, other, motion)["feet"]) > 0


def test_errors_are_in_millimetres():
    motion, other = circling(turn=0.0), circling(turn=0.0)
    other[..., LAYOUT.positions] += torch.tensor([0.0, 0.01, 0.0]).repeat(21)
    scores = joint_errors(other, motion, LAYOUT)
    assert abs(scores["heading_mm"] - 10 * 21 / 22) < 1e-3
    assert abs(scores["world_mm"] - 10 * 21 / 22) < 1e-3
