"""What expressions mean: all of it, some of it, in order, in a part of the clip, not."""

from __future__ import annotations

import pytest

from engine.errors import InputError
from engine.motion.uniform import to_uniform_size
from engine.predicates.expressions import check_expression, failures, holds
from tests.evaluation.prompts.clips import clip
from tests.evaluation.prompts.examples import WAVING, joined, moved

WALKS = {"test": "walks", "steps": 2}
WAVES = {"test": "hand_waves", "side": "right"}
WALK, WAVE = to_uniform_size(clip("walk")), to_uniform_size(WAVING[:, :22])
THERE = WALK[-1, 0] * [1.0, 0.0, 1.0] - WAVE[0, 0] * [1.0, 0.0, 1.0]
WALK_THEN_WAVE = joined(WALK, WAVE + THERE)
WAVE_THEN_WALK = joined(WAVE, WALK)


@pytest.mark.parametrize(
    ("expression", "right", "wrong"),
    [
        (WALKS, WALK, WAVE),
        (WALKS | {"not": True}, WAVE, WALK),
        ({"all": [WALKS, WAVES]}, WALK_THEN_WAVE, WALK),
        ({"any": [WALKS, WAVES]}, WALK, to_uniform_size(clip("stand"))),
        ({"then": [WALKS, WAVES]}, WALK_THEN_WAVE, WAVE_THEN_WALK),
        ({"then": [WAVES, {"all": [WALKS]}]}, WAVE_THEN_WALK, WALK_THEN_WAVE),
        (WAVES | {"from": 0.5}, WALK_THEN_WAVE, WAVE_THEN_WALK),
        (WALKS | {"to": 0.5}, WALK_THEN_WAVE, WAVE_THEN_WALK),
    ],
)
def test_what_an_expression_means(expression, right, wrong):
    check_expression(expression)
    assert holds(expression, right)
    assert not holds(expression, wrong)


def test_what_a_take_lacks_is_told_by_name():
    assert failures({"all": [WALKS, WAVES]}, WALK) == ["hand_waves(side=right)"]
    assert failures({"all": [{"then": [WALKS, WAVES]}]}, WALK) == ["then(walks(steps=2), hand_waves(side=right))"]
    assert failures({"all": [WALKS | {"not": True}]}, WALK) == ["not walks(steps=2)"]
    assert failures({"all": [WALKS]}, WALK) == []


def test_nothing_is_evaluated():
    with pytest.raises(InputError, match="unknown test '__import__'"):
        check_expression({"test": "__import__", "name": "os"})


def test_a_sequence_needs_time_for_each_part():
    assert not holds({"then": [WALKS, WAVES]}, moved(WAVE[:8], (0.0, 0.0, 1.0)))
