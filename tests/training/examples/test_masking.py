"""The states of a grid that training shows."""

import numpy as np
import torch

from engine.models.config import TokenizerConfig
from engine.training.config import MaskingConfig
from engine.training.examples.masking import TrainingMasker

TOKENS = TokenizerConfig(codebook_size=32)
MASK = 34


def draw(config: MaskingConfig, batch: int = 200):
    rng = np.random.default_rng(0)
    ids = torch.from_numpy(rng.integers(32, size=(batch, 10, 4)))
    lengths = torch.from_numpy(rng.integers(1, 11, size=batch))
    return ids, lengths, TrainingMasker(config, TOKENS).draw(ids, lengths, rng)


def test_only_hidden_tokens_inside_the_motion_are_learnt():
    ids, lengths, example = draw(MaskingConfig(replace=0.0))
    assert (example.inputs[example.learnt] == MASK).all()
    inside = torch.arange(10)[None, :, None] < lengths[:, None, None]
    assert not (example.learnt & ~inside).any()
    visible = example.inputs != MASK
    assert torch.equal(example.inputs[visible], ids[visible])


def test_one_level_is_learnt_and_finer_ones_hidden():
    _, _, example = draw(MaskingConfig())
    grid = example.learnt.view(-1, 10, 2, 2)
    levels = grid.any(dim=1).any(dim=1)
    assert (levels.sum(1) <= 1).all() and levels[:, 0].sum() > levels[:, 1].sum() > 0
    hidden = (example.inputs == MASK).view(-1, 10, 2, 2)
    assert hidden[..., 1][grid[..., 0]].all()
    assert not hidden[..., 0][grid[..., 1]].any()


def test_some_examples_show_one_part_entirely():
    _, _, example = draw(MaskingConfig(part_only=1.0, span=0.0))
    hidden = (example.inputs == MASK).view(-1, 10, 2, 2).any(3).any(1)
    assert (hidden.sum(1) <= 1).all() and hidden[:, 0].any() and hidden[:, 1].any()


def test_false_codes_appear_only_when_asked_for():
    ids, _, example = draw(MaskingConfig(replace=0.5, replace_in=1.0))
    visible = example.inputs != MASK
    changed = (example.inputs != ids)[visible].float().mean()
    assert 0.02 < changed < 0.5
