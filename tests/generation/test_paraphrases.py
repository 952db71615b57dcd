"""A prompt in other words: only where it is drawn again, and never another action, side or manner."""

from __future__ import annotations

import pytest

from engine.generation.paraphrases import rephrase
from engine.generation.promises import find_promises


@pytest.mark.parametrize(
    ("prompt", "first", "third"),
    [
        ("a woman does lunges", "a person lunges forward with the right leg", "a person does lunges with the left leg"),
        ("a person shakes their head no.", "a person shakes the head", "a person shakes the head"),
        ("bends to the side to stretch", "bends to the right to stretch", "bends to the left to stretch"),
        ("a person hops on the left foot", *["a person hops up and down on the left leg"] * 2),
        ("a woman waves with her left hand", *["a person lifts the left hand and waves three times"] * 2),
        ("the tennis player serves", "a person serves", "a person serves"),
        ("an angler casts a fishing rod", *["a person casts a fishing rod"] * 2),
        ("a man digs with a shovel", "a person digs a hole", "a person shovels"),
        ("a soldier marches in place", *["a person marches in place like a soldier, lifting the knees"] * 2),
        ("does jumping jacks", "is doing jumping jacks", "does star jumps"),
    ],
)
def test_every_other_draw_says_it_in_other_words(prompt, first, third):
    assert [rephrase(prompt, draw) for draw in range(4)] == [prompt, first, prompt, third]


@pytest.mark.parametrize(
    "prompt",
    [
        "an old man walks with a bent back",
        "a drunk person staggers",
        "a zombie walks",
        "an angry man walks forward",
        "a robot dances",
        "bends to the right to stretch",
        "a person lies down on the belly",
        "a person throws a ball to the girl",
        "man overboard",
        "",
    ],
)
def test_what_is_said_plainly_or_of_a_manner_stays(prompt):
    assert rephrase(prompt, 1) == prompt


def test_what_was_promised_is_still_looked_for():
    """Other words are for the model; what they say has the same signs."""
    for prompt in (
        "a person shakes their head no",
        "a man digs with a shovel",
        "does lunges",
        "lies down on the floor",
    ):
        promised = {promise.told for promise, _ in find_promises(prompt)}
        assert promised and promised == {promise.told for promise, _ in find_promises(rephrase(prompt, 1))}, prompt
