"""Interactions as data: what comes with the engine, and what a file of a user's own may say."""

from __future__ import annotations

import json

import pytest

from engine.errors import InputError
from engine.requests import InteractRequest, bundled_interactions, find_interaction, read_interactions, read_record
from engine.requests.interactions import Interaction
from engine.requests.params import Params
from engine.requests.proportions import Proportions

OWN = """
[[interaction]]
name = "knock knees"
seconds = 3.0
distance = 0.6
a = { prompt = "a person lifts the right knee" }
b = { parts = [{ prompt = "a person stands", until = 0.5 }, { prompt = "a person jumps back" }], facing = 20 }
contact = [{ a = "right_hand", b = "left_knee", at = 0.5, lasts = 0.2 }]
"""


def test_there_are_twenty_and_each_is_read_back_from_its_record():
    assert len(bundled_interactions()) >= 20
    for each in bundled_interactions():
        assert Interaction.read(Params(json.loads(json.dumps(each.record())))) == each
        assert find_interaction(each.name) is each


def test_a_file_of_ones_own_needs_no_code(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    (found,) = read_interactions(path)
    assert found.b.facing == 20 and found.b.parts[0].until == 0.5
    request = InteractRequest(found, 7, (1.0, 0.6), proportions=(Proportions(trunk=1.1), Proportions(ankles=0.05)))
    for role in "ab":
        assert read_record(request.record("mmm-open", role)) == request


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"left_knee"', '"left_nose"', "left_nose"),
        ('the right knee"', 'the right knee", mirrors = true', "nobody to mirror"),
        ('a = "right_hand"', 'a = "chest"', "one of them has to be a hand, a foot or a mouth"),
        ("at = 0.5, ", "at = 0.98, ", "not within its 3 s"),
        ("until = 0.5", "until = 1.5", "one after the other"),
        ("distance = 0.6", "distance = 60", "distance is 60 m"),
        ("seconds = 3.0", "seconds = 3000", "lasts 3000 s"),
        ("seconds = 3.0", "seconds = nan", "finite"),
        ("distance = 0.6", "distanse = 0.6", "distanse"),
        ('"a person lifts the right knee"', '" "', "prompt is empty"),
        ("at = 0.5, lasts = 0.2 }", 'at = 0.5 }, { a = "right_fist", b = "face", at = 0.5 }', "two contacts at once"),
    ],
)
def test_what_cannot_be_is_told_by_the_interactions_name(tmp_path, old, new, told):
    path = tmp_path / "own.toml"
    assert old in OWN
    path.write_text(OWN.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match="own.toml") as refused:
        read_interactions(path)
    assert told in str(refused.value) and "\n" not in str(refused.value)


def test_two_of_one_name_and_a_name_that_is_not_there_are_refused(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(OWN + OWN, encoding="utf-8")
    with pytest.raises(InputError, match="there twice"):
        read_interactions(path)
    with pytest.raises(InputError, match="shake hands"):
        find_interaction("shake feet")


@pytest.mark.parametrize("sizes", [(0.0, 1.0), (1.0, 5.0), (float("nan"), 1.0)])
def test_sizes_that_cannot_meet_are_refused(sizes):
    with pytest.raises(InputError):
        InteractRequest(find_interaction("hug"), 0, sizes)
