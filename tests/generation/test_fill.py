"""Windows and batches of token grids on a tiny random model."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.generation.fill import Grid, fill_grids
from engine.generation.sampler import MaskedSampler
from engine.generation.settings import SamplingConfig
from engine.generation.windows import plan_windows
from engine.models.config import TokenizerConfig, TransformerConfig
from engine.models.text_features import TextFeatures
from engine.models.transformer import MaskedTransformer
from engine.watch import Watch

LEVELS, CODES, LONGEST = 3, 16, 12
FAST = SamplingConfig(steps=2, fine_steps=1, guidance=2.0)


@pytest.fixture(scope="module")
def sampler() -> MaskedSampler:
    torch.manual_seed(0)
    config = TransformerConfig(
        width=16, heads=2, blocks=("self_cross",), sentence_dim=6, word_dim=5, max_tokens=LONGEST
    )
    net = MaskedTransformer(config, TokenizerConfig(codebook_size=CODES, levels=LEVELS)).eval()
    for parameter in net.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return MaskedSampler(net, LEVELS)


def text_of(count: int) -> TextFeatures:
    generator = torch.Generator().manual_seed(1)
    return TextFeatures(
        torch.randn(count, 6, generator=generator),
        torch.randn(count, 3, 5, generator=generator),
        torch.ones(count, 3, dtype=torch.bool),
    )


def random_grid(length: int, seed: int, share: float) -> Grid:
    generator = torch.Generator().manual_seed(seed)
    shape = (length, 2 * LEVELS)
    part = torch.rand(length, 2, generator=generator) < share
    return Grid(torch.randint(CODES, shape, generator=generator), part.repeat_interleave(LEVELS, 1), seed)


@settings(
    max_examples=300,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 999), st.floats(0.0, 1.0)), min_size=1, max_size=3))
def test_kept_tokens_stay_and_hidden_ones_become_codes(sampler, drawn):
    # What stands under the mask must not matter: ids that are no codes would be refused if read.
    grids = [random_grid(*values) for values in drawn]
    grids = [Grid(torch.where(g.regenerate, -1, g.ids), g.regenerate, g.seed) for g in grids]
    made = fill_grids(sampler, grids, text_of(len(grids)), FAST)
    for grid, ids in zip(grids, made, strict=True):
        assert torch.equal(ids[~grid.regenerate], grid.ids[~grid.regenerate])
        assert ((ids >= 0) & (ids < CODES))[grid.regenerate].all()


def test_a_motion_is_the_same_alone_and_beside_longer_ones(sampler):
    grids = [random_grid(20, 5, 1.1), random_grid(37, 6, 1.1), random_grid(9, 7, 1.1)]
    together = fill_grids(sampler, grids, text_of(3), FAST)
    for row, grid in enumerate(grids):
        alone = fill_grids(sampler, [grid], text_of(3).rows([row]), FAST)
        assert torch.equal(alone[0], together[row])


def test_progress_counts_every_window(sampler):
    calls: list[tuple[int, int]] = []
    watch = Watch(lambda stage, step, of: calls.append((step, of)))
    fill_grids(sampler, [random_grid(30, 5, 1.1)], text_of(1), FAST, watch)
    assert calls[-1][0] == calls[-1][1]
    assert [step for step, _ in calls] == sorted(step for step, _ in calls)


@settings(max_examples=300, deadline=None, database=None)
@given(st.lists(st.booleans(), min_size=1, max_size=200), st.integers(4, 49))
def test_windows_do_every_hidden_token_once_in_order(flags, longest):
    hidden = np.array(flags)
    overlap = longest // 4
    done = np.zeros(len(hidden), dtype=bool)
    for window in plan_windows(hidden, longest, overlap):
        assert 0 <= window.start <= window.first < window.stop <= len(hidden)
        assert window.stop - window.start == min(longest, len(hidden))
        assert not hidden[window.start : window.first][~done[window.start : window.first]].any()
        if window.first and hidden[window.first - 1]:
            assert window.first - window.start >= min(overlap, window.first)
        done[window.first : window.stop] |= hidden[window.first : window.stop]
    assert np.array_equal(done, hidden)


def test_a_span_sits_in_the_middle_of_its_window():
    hidden = np.zeros(200, dtype=bool)
    hidden[100:110] = True
    (window,) = plan_windows(hidden, 49, 12)
    assert (window.start, window.stop, window.first) == (81, 130, 100)


def test_certainty_is_a_probability_and_knows_the_likeliest(sampler):
    ids = random_grid(10, 3, 0.0).ids
    certainty = sampler.certainty(ids, text_of(1))
    assert certainty.shape == ids.shape
    assert ((certainty > 0) & (certainty < 1)).all()
    other = ids.clone()
    other[4, 0] = (ids[4, 0] + 1) % CODES
    changed = sampler.certainty(other, text_of(1))
    # A token is judged without being seen itself, and its neighbours see it.
    assert not torch.isclose(changed[4, 0], certainty[4, 0])
    assert not torch.allclose(changed[5, :LEVELS], certainty[5, :LEVELS])


def test_no_guidance_ignores_the_text(sampler):
    blind = SamplingConfig(steps=3, fine_steps=1, guidance=0.0)
    grid = random_grid(10, 3, 1.1)
    rows = [fill_grids(sampler, [grid], text_of(2).rows([row]), blind)[0] for row in (0, 1)]
    assert torch.equal(*rows)
