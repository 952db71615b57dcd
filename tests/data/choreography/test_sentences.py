"""Sentences of a variant."""

import re

from engine.data.choreography.draw import Draw
from engine.data.choreography.sentences import write_sentences


def written(phrase: str) -> set[str]:
    return {
        text
        for variant in range(80)
        for text in write_sentences((phrase,), ("throw",), {"side": "left"}, Draw(0, "throw", variant), tempo=False)
    }


def test_who_does_it_is_named_or_left_out():
    texts = written("throws a ball with the {side} hand")
    assert "throws a ball with the left hand" in texts
    assert "a person throws a ball with the left hand" in texts
    assert all(text == text.strip() for text in texts)


def test_possessives_fit_the_person():
    texts = written("shakes (his|her) head")
    assert "she shakes her head" in texts and "he shakes his head" in texts
    assert not {"she shakes his head", "he shakes her head"} & texts


def test_a_phrase_with_its_own_subject_gets_no_other() -> None:
    for variant in range(20):
        for text in write_sentences(("(a golfer swings|the golfer putts)",), (), {}, Draw(0, "golf", variant)):
            assert re.match(r"(a golfer swings|the golfer putts)( |$)", text), text
