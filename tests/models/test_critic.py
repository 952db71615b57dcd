"""The critic: what it makes of grids of any length, and its folder."""

import dataclasses
import json

import pytest
import torch

from engine.models.config import TokenizerConfig
from engine.models.errors import ModelError
from engine.models.matching.critic import Critic, CriticConfig, load_critic, save_critic
from engine.models.tokenizer import MotionTokenizer

TOKENIZER = TokenizerConfig(
    stem_width=8, stage_widths=(8, 8), stage_dilations=((1,), (1,)), code_dim=4, codebook_size=8
)
CONFIG = CriticConfig(sentence_dim=6, latent_dim=8, width=16, heads=2, feed_forward=16, longest=5)


@pytest.fixture
def tokenizer():
    torch.manual_seed(0)
    return MotionTokenizer(TOKENIZER).eval()


@pytest.fixture
def critic(tokenizer):
    return Critic(CONFIG, tokenizer).eval()


def grid(count, seed):
    drawn = torch.Generator().manual_seed(seed)
    return torch.randint(TOKENIZER.codebook_size, (count, TOKENIZER.streams), generator=drawn)


def test_each_is_judged_as_if_alone(critic):
    sentence = torch.randn(3, 6)
    grids = [grid(3, 1), grid(5, 2), grid(12, 3)]
    together = critic.judge(grids, sentence)
    alone = torch.cat([critic.judge([each], sentence[row : row + 1]) for row, each in enumerate(grids)])
    assert torch.allclose(together, alone, atol=1e-6)
    assert len({round(float(fit), 4) for fit in together}) == 3 and bool((together.abs() <= 1).all())


def test_a_long_motion_is_the_mean_of_its_windows(critic):
    long, sentence = grid(12, 4), torch.randn(1, 6)
    parts = critic.judge(list(long.split(CONFIG.longest)), sentence.expand(3, -1))
    assert torch.allclose(critic.judge([long], sentence), (parts * torch.tensor([5, 5, 2])).sum() / 12)


def test_a_part_is_the_sum_of_its_levels(critic, tokenizer):
    ids = grid(4, 5)
    codes = tokenizer.code_table()
    lower = sum(codes[level][ids[:, level]] for level in range(TOKENIZER.levels))
    assert torch.allclose(critic.vectors_of(ids)[:, : TOKENIZER.code_dim], lower)


def test_round_trip(critic, tokenizer, tmp_path):
    save_critic(tmp_path, critic, half=True)
    loaded = load_critic(tmp_path, tokenizer)
    grids, sentence = [grid(4, 6), grid(5, 7)], torch.randn(2, 6)
    assert loaded.config == CONFIG and not loaded.training
    assert torch.allclose(loaded.judge(grids, sentence), critic.judge(grids, sentence), atol=5e-3)


@pytest.mark.parametrize("change", [{"width": 0}, {"width": 18}, {"heads": 10**9}, {"dropout": 1.0}, {"colour": 1}])
def test_a_broken_config_is_told(critic, tokenizer, tmp_path, change):
    save_critic(tmp_path, critic)
    content = {**dataclasses.asdict(CONFIG), **change}
    (tmp_path / "config.json").write_text(json.dumps(content))
    with pytest.raises(ModelError, match="config.json"):
        load_critic(tmp_path, tokenizer)


def test_another_tokenizers_critic_is_told(critic, tmp_path):
    save_critic(tmp_path, critic)
    other = MotionTokenizer(dataclasses.replace(TOKENIZER, code_dim=8)).eval()
    with pytest.raises(ModelError, match=r"critic\.safetensors"):
        load_critic(tmp_path, other)
