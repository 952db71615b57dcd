"""The lists of prompts make sense, and what does not is told by name."""

from __future__ import annotations

import pytest

from engine.errors import InputError
from engine.evaluation.prompts.prompt_list import FAMILIES, load_prompts

GOOD = """
[[prompt]]
text = "a person waves"
family = "gestures and signals"
tests = [{ test = "hand_waves" }]
"""


def test_twelve_families_of_everyday_prompts():
    prompts = load_prompts()
    assert len(prompts) >= 120
    for family in FAMILIES:
        assert len([prompt for prompt in prompts if prompt.family == family]) >= 10


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GOOD.replace("hand_waves", "hand_vawes"), "unknown test 'hand_vawes'"),
        (GOOD.replace('"hand_waves"', '"hand_waves", sied = "left"'), "takes side, times, amplitude, not sied"),
        (GOOD.replace("gestures and signals", "gestures"), "family 'gestures' is none of"),
        (GOOD.replace('{ test = "hand_waves" }', ""), "needs a text and tests"),
        (GOOD.replace('test = "hand_waves"', "any = []"), "'any' takes a list of expressions"),
        (GOOD.replace('test = "hand_waves"', "side = 'left'"), "exactly one of test, any, all, then"),
        (GOOD + "allows = ['wings']\n", "allows wings, known are"),
        (GOOD + "colour = 'red'\n", "unknown entries colour"),
        (GOOD + GOOD, "'a person waves' is listed twice"),
        ("prompt = 1 1", "tuned.toml is not TOML"),
        ("prompt = 1", "tuned.toml is no list of prompts"),
    ],
)
def test_what_makes_no_sense_is_named(tmp_path, text, told):
    (tmp_path / "tuned.toml").write_text(text)
    (tmp_path / "held_out.toml").write_text("prompt = []")
    with pytest.raises(InputError, match=told.replace("[", r"\[")):
        load_prompts(tmp_path)


def test_a_missing_list_is_told(tmp_path):
    (tmp_path / "tuned.toml").write_text(GOOD)
    with pytest.raises(InputError, match=r"held_out\.toml is missing"):
        load_prompts(tmp_path)
