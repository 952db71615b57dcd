"""Every physical test passes on a motion that shows the thing, and fails on one that does not."""

from __future__ import annotations

import numpy as np
import pytest

from engine.evaluation.prompts.prompt_list import load_prompts
from engine.motion.uniform import to_uniform_size
from engine.predicates.expressions import describe, holds
from engine.predicates.registry import TESTS
from tests.evaluation.prompts.clips import clip
from tests.evaluation.prompts.examples import EXAMPLES
from tests.evaluation.prompts.poser import stride


@pytest.mark.parametrize(
    ("name", "arguments", "right", "wrong"),
    EXAMPLES,
    ids=[describe({"test": name, **arguments}) for name, arguments, _, _ in EXAMPLES],
)
def test_passes_what_shows_it_and_nothing_else(name, arguments, right, wrong):
    assert TESTS[name](to_uniform_size(right), **arguments)
    assert not TESTS[name](to_uniform_size(wrong), **arguments)


def test_every_physical_test_has_an_example():
    assert set(TESTS) == {name for name, *_ in EXAMPLES}


def test_no_prompt_is_followed_by_standing_still():
    body = to_uniform_size(clip("stand"))
    assert [prompt.text for prompt in load_prompts() if holds(prompt.expression, body)] == []


@pytest.mark.parametrize("walk", [clip("walk"), stride()], ids=["captured", "posed"])
def test_a_plain_walk_follows_prompts_of_walking_only(walk):
    body = to_uniform_size(walk)
    followed = [prompt for prompt in load_prompts() if holds(prompt.expression, body)]
    assert followed
    assert {prompt.family for prompt in followed} == {"locomotion"}
    assert all("walk" in prompt.text or "stroll" in prompt.text or "hurries" in prompt.text for prompt in followed)


@pytest.mark.parametrize("scale", [0.55, 1.6])
def test_a_body_of_any_size_is_judged_alike(scale):
    body = to_uniform_size(clip("sit_down") * scale)
    assert np.allclose(body, to_uniform_size(clip("sit_down")))
