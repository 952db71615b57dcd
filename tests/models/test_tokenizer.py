"""The tokenizer and its quantizer."""

import pytest
import torch

from engine.models.config import TokenizerConfig
from engine.models.quantizer import ResidualQuantizer
from engine.models.tokenizer import MotionTokenizer

TINY = TokenizerConfig(
    stem_width=16,
    stage_widths=(16, 32),
    stage_dilations=((1,), (1,)),
    code_dim=8,
    codebook_size=32,
    quantizer_dropout=0.0,
)


def wave(batch: int = 8, frames: int = 32) -> torch.Tensor:
    """[B, T, 263] sines of a few phases."""
    generator = torch.Generator().manual_seed(0)
    phase = torch.rand(batch, 1, 263, generator=generator) * 0.5
    time = torch.arange(frames)[None, :, None] / 8
    return torch.sin(time + phase + torch.arange(batch)[:, None, None])


def untrained(config: TokenizerConfig = TINY) -> MotionTokenizer:
    torch.manual_seed(0)
    return MotionTokenizer(config).eval()


def test_learns_to_reconstruct():
    torch.manual_seed(0)
    tokenizer, motion = MotionTokenizer(TINY).train(), wave()
    tokenizer.set_normalisation(torch.full((263,), 0.1), torch.full((263,), 0.7))
    optimiser = torch.optim.AdamW(tokenizer.parameters(), lr=3e-3)
    for _ in range(100):
        output = tokenizer(motion)
        loss = (output.normalised - tokenizer.normalise(motion)).square().mean()
        optimiser.zero_grad()
        (loss + 0.02 * output.losses["commitment"]).backward()
        optimiser.step()
    tokenizer.eval()
    error = (tokenizer.decode(tokenizer.encode(motion)) - motion).square().mean()
    assert error < 0.1 * motion.var()


def test_grid_shape_and_incomplete_tokens():
    ids = untrained().encode(wave(2, 35))
    assert ids.shape == (2, 8, 4)
    assert untrained().decode(ids).shape == (2, 32, 263)
    with pytest.raises(ValueError, match="4 frames"):
        untrained().encode(wave(1, 3))


def test_encode_agrees_with_forward_in_eval_mode():
    tokenizer, motion = untrained(), wave(2)
    output = tokenizer(motion)
    ids = tokenizer.encode(motion)
    assert torch.equal(output.ids, ids)
    torch.testing.assert_close(tokenizer.denormalise(output.normalised), tokenizer.decode(ids))


def test_legs_do_not_feel_arm_tokens():
    tokenizer = untrained()
    lower, upper = (torch.from_numpy(part.features) for part in tokenizer.body_parts)
    ids = torch.randint(32, (2, 8, 4))
    changed = ids.clone()
    changed[..., 2:] = (changed[..., 2:] + 7) % 32
    before, after = tokenizer.decode(ids), tokenizer.decode(changed)
    assert torch.equal(before[..., lower], after[..., lower])
    assert not torch.allclose(before[..., upper], after[..., upper])


def test_second_level_refines_the_first():
    torch.manual_seed(0)
    quantizer = ResidualQuantizer(levels=2, size=16, dim=4).train()
    vectors = torch.randn(8, 32, 4)
    quantizer.start(vectors)
    for _ in range(40):
        output = quantizer(vectors)
        quantizer.follow(output.residuals, output.ids)
    quantizer.eval()
    ids = quantizer.encode(vectors)
    coarse = (quantizer.decode(ids[..., :1]) - vectors).square().mean()
    fine = (quantizer.decode(ids) - vectors).square().mean()
    assert fine < 0.6 * coarse


def test_dead_codes_come_back_to_life():
    torch.manual_seed(0)
    quantizer = ResidualQuantizer(levels=1, size=16, dim=4, decay=0.9).train()
    quantizer.start(torch.randn(4, 32, 4))
    quantizer.books()[0].codes[:12] = 1e3
    quantizer.books()[0].cluster_sum[:12] = 1e3
    for _ in range(60):
        output = quantizer(torch.randn(4, 32, 4))
        quantizer.follow(output.residuals, output.ids)
    assert output.ids.unique().numel() > 12


def test_gradient_passes_straight_through():
    quantizer = ResidualQuantizer(levels=2, size=16, dim=4).eval()
    vectors = torch.randn(2, 4, 4, requires_grad=True)
    quantizer(vectors).values.sum().backward()
    torch.testing.assert_close(vectors.grad, torch.ones(2, 4, 4))
