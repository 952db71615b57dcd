"""A tokenizer of 22 joints goes on as one of 27: old joints and codes as before, new ones learnt where known."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from engine.errors import InputError
from engine.models.config import TokenizerConfig
from engine.models.tokenizer import MotionTokenizer
from engine.motion.parts import FeatureLayout
from engine.training.config import TokenizerLossConfig
from engine.training.motion_losses import ReconstructionLoss
from engine.training.widening import load_widened

OLD = TokenizerConfig(stem_width=16, stage_widths=(16, 24), code_dim=8, codebook_size=32, levels=2)
NEW = dataclasses.replace(OLD, joint_count=27)
SHARED = torch.from_numpy(FeatureLayout(27).narrowed(22))


@pytest.fixture(scope="module")
def features() -> torch.Tensor:
    """[2, 32, 323], head and hands of the second motion unknown."""
    motion = torch.randn(2, 32, 323, generator=torch.Generator().manual_seed(1))
    layout = FeatureLayout(27)
    motion[1, :, [column for joint in range(22, 27) for column in layout.of_joint(joint)]] = float("nan")
    return motion


@pytest.fixture(scope="module")
def pair(features) -> tuple[MotionTokenizer, MotionTokenizer]:
    torch.manual_seed(0)
    old, new = MotionTokenizer(OLD).eval(), MotionTokenizer(NEW).eval()
    old.set_normalisation(torch.randn(263), torch.rand(263) + 0.5)
    new.set_normalisation(torch.randn(323), torch.rand(323) + 0.5)
    old.start_codes(features[..., SHARED])
    load_widened(new, old)
    return old, new


def test_old_joints_are_coded_and_decoded_as_before(pair, features):
    old, new = pair
    ids = new.encode(features)
    # Untrained codes lie close together: rounding may take the next one.
    assert (ids == old.encode(features[..., SHARED])).float().mean() > 0.9
    torch.testing.assert_close(new.decode(ids)[..., SHARED], old.decode(ids), atol=1e-5, rtol=1e-5)


def test_new_joints_begin_at_their_mean(pair, features):
    _, new = pair
    decoded = new.decode(new.encode(features))
    column = FeatureLayout(27).of_joint(24)[0]
    torch.testing.assert_close(decoded[..., column], new.mean[column].expand_as(decoded[..., column]))


def test_other_sizes_are_refused(pair):
    _, new = pair
    with pytest.raises(InputError, match="other sizes"):
        load_widened(new, MotionTokenizer(dataclasses.replace(OLD, stem_width=24)))
    with pytest.raises(InputError, match="27 joints cannot go on as one of 22"):
        load_widened(MotionTokenizer(OLD), new)


def test_unknown_joints_cost_nothing_and_known_ones_do(pair, features):
    _, new = pair
    new = new.train()
    loss = ReconstructionLoss.create(27, TokenizerLossConfig())
    output = new(features)
    made = output.normalised.detach().requires_grad_()
    raw = new.denormalise(made)
    losses = loss(made, new.normalise(features), raw, features)
    torch.stack(list(losses.values())).sum().backward()
    assert made.grad is not None and torch.isfinite(made.grad).all()
    hand = FeatureLayout(27).of_joint(23)
    assert made.grad[1][:, hand].abs().max() == 0.0
    assert made.grad[0][:, hand].abs().min(dim=0).values.max() > 0.0


def test_narrowed_statistics_are_those_of_the_shared_joints(pair):
    old, new = pair
    np.testing.assert_array_equal(new.mean[SHARED].numpy(), old.mean.numpy())


def test_a_turned_hand_costs_more_than_its_place():
    layout = FeatureLayout(27)
    target = torch.zeros(1, 8, layout.dim)
    target[..., layout.positions] = torch.randn(26 * 3, generator=torch.Generator().manual_seed(2))
    turned = target.clone()
    hand, wrist = (slice(4 + 3 * (joint - 1), 7 + 3 * (joint - 1)) for joint in (23, 20))
    turned[..., hand] = 2 * target[..., wrist] - target[..., hand]
    config = TokenizerLossConfig()
    loss = ReconstructionLoss.create(27, config)
    losses = loss(turned, target, turned, target)
    # One of five directions is the opposite: a vector of length 2 apart.
    assert 0.1 < float(losses["extremities"]) / config.extremities < 0.4
    assert float(loss(target, target, target, target)["extremities"]) == 0.0
