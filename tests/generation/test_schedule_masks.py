"""The masking schedule and the translation of masks into tokens."""

import numpy as np
import pytest

from engine.generation.masks import grid_to_tokens, part_grid, span_grid, tokens_to_grid
from engine.models.config import TokenizerConfig
from engine.models.errors import ModelError
from engine.sampling.schedule import level_steps, make_plan, still_masked

CONFIG = TokenizerConfig()


@pytest.mark.parametrize("steps", [1, 2, 10, 60])
@pytest.mark.parametrize("count", [1, 7, 98])
def test_schedule_falls_to_zero(steps, count):
    left = [count] + [still_masked(step, steps, count) for step in range(1, steps + 1)]
    assert left[-1] == 0
    assert all(a > b or a == b == 0 for a, b in zip(left, left[1:], strict=False))


def test_schedule_starts_slowly():
    left = [still_masked(step, 10, 100) for step in range(1, 11)]
    assert left[0] == 98 and left[8] == 15
    assert level_steps(10, 3, 2) == (10, 2, 2)


def test_a_plan_knows_every_pass_beforehand():
    plan = make_plan([[10, 4, 0], [5, 0, 0], [0, 0, 0]], [[4, 2, 4], [2, 2, 2], [2, 2, 2]])
    assert [(step.level, step.number) for step in plan.steps] == [(0, 1), (0, 2), (0, 3), (0, 4), (1, 1), (1, 2)]
    assert plan.stay.tolist() == [[9, 2, 0], [7, 0, 0], [3, 0, 0], [0, 0, 0], [3, 0, 0], [0, 0, 0]]
    assert [step.hidden for step in plan.steps] == [10, 9, 7, 3, 5, 3]
    assert [step.changed for step in plan.steps] == [0, 2, 2, 4, 3, 2]
    assert plan.look[0].tolist() == [2, 3, 0]
    assert plan.luck[:, 1].tolist() == [0.5, 0.0, 0.0, 0.0, 0.5, 0.0]
    assert make_plan([[0]], [[3]]).steps == ()


def test_a_token_is_hit_if_any_of_its_frames_is():
    tokens = grid_to_tokens(span_grid(18, 7, 9, CONFIG), CONFIG)
    assert tokens.shape == (5, 4)
    assert tokens[:, 0].tolist() == [False, True, True, False, False]
    covered = tokens_to_grid(tokens, 18, CONFIG)
    assert np.flatnonzero(covered[:, 1]).tolist() == list(range(4, 12))


def test_one_part():
    tokens = grid_to_tokens(part_grid(8, ("upper",), CONFIG), CONFIG)
    assert tokens.tolist() == [[False, False, True, True]] * 2
    with pytest.raises(ModelError, match="wings"):
        part_grid(8, ("wings",), CONFIG)


def test_wrong_masks_are_refused():
    with pytest.raises(ModelError, match="shape"):
        grid_to_tokens(np.ones((8, 3), dtype=bool), CONFIG)
    with pytest.raises(ModelError, match="frames"):
        span_grid(10, 5, 12, CONFIG)
