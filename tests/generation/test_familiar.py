"""Prompts that a model has nothing near to are told, with what is nearest."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import InputError
from engine.generation.familiar import COVERED, FILE_NAME, choose_sentences, find_hint, load_sentences
from engine.pipeline import Pipeline
from engine.weights import find_weights


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline.from_pretrained("mmm-open", "cpu")


@pytest.mark.parametrize(
    "prompt",
    [
        "a person walks forward",
        "someone waves with the left hand",
        "takes a bow, then sits",
        "a person shakes their head no",
        "a person jumps with two feet",
    ],
)
def test_what_it_was_taught_gets_no_hint(pipeline, prompt):
    assert pipeline.find_hint(prompt) is None


@pytest.mark.parametrize(
    "prompt",
    [
        "xqzt flurb",
        "eine Person geht vorwärts",
        "人が歩く",
        "eine Person winkt mit der rechten Hand",
        "ein Kick",
        "una persona saluda con la mano",
        "человек идёт вперёд",
        "the quarterly revenue report",
        "a person walks, then xqzt flurb",
    ],
)
def test_what_it_was_not_taught_gets_one_with_the_nearest(pipeline, prompt):
    hint = pipeline.find_hint(prompt)
    assert hint.kind == "unfamiliar" and hint.nearest in pipeline.known.texts
    assert hint.nearest in str(hint)


@pytest.mark.parametrize(
    ("prompt", "kind"),
    [
        ("a person walks without moving the arms", "negation"),
        ("a person won\u2019t sit", "negation"),
        ("a person walks instead of running", "negation"),
        ("a person claps three times", "count"),
        ("a person takes two steps", "count"),
        ("a person throws three quick punches", "count"),
        ("a person jumps 3x", "count"),
    ],
)
def test_counts_and_negation_get_one(pipeline, prompt, kind):
    assert pipeline.find_hint(prompt).kind == kind
    assert find_hint(prompt, None, pipeline._encode_sentences).kind == kind


def test_the_file_is_small():
    assert (find_weights("mmm-open") / FILE_NAME).stat().st_size < 300_000


def test_chosen_sentences_stand_for_all(tmp_path):
    drawn = np.random.default_rng(3).normal(size=(40, 8)).astype(np.float32)
    drawn /= np.linalg.norm(drawn, axis=-1, keepdims=True)
    texts = [f"move {index}" for index in range(40)]
    table = dict(zip(texts, drawn, strict=True))
    known = choose_sentences(texts, lambda asked: np.stack([table[text] for text in asked]))
    assert 1 < len(known.texts) < 40
    for features in drawn:
        assert known.nearest(features)[1] > COVERED - 0.02
    known.save(tmp_path / FILE_NAME)
    again = load_sentences(tmp_path / FILE_NAME)
    assert again.texts == known.texts and again.nearest(drawn[0]) == known.nearest(drawn[0])


@pytest.mark.parametrize("content", [b"", b"no zip at all"])
def test_a_damaged_file_is_one_line(tmp_path, content):
    (tmp_path / FILE_NAME).write_bytes(content)
    with pytest.raises(InputError):
        load_sentences(tmp_path / FILE_NAME)


def test_of_several_prompts_the_one_that_gives_cause_is_named(pipeline):
    hint = pipeline.find_hint("a person walks forward", "", "xqzt flurb")
    assert hint.prompt == "xqzt flurb" and hint.kind == "unfamiliar"
    assert pipeline.find_hint("a person walks forward", "a person sits down") is None
    assert pipeline.find_hint("") is None
