"""Takes are judged by their tests, and by what artists see in them besides."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from engine.evaluation.prompts.judge import judge_prompts, judge_take, total
from engine.evaluation.prompts.prompt_list import Prompt
from engine.evaluation.prompts.report import Run, family_table, refused_lines, run_json, run_markdown
from engine.generation.faults import HOVERING_SECONDS, hovering_seconds
from tests.evaluation.prompts.clips import clip
from tests.evaluation.prompts.examples import HANDSTAND, SITTING, jumped

WALKS = Prompt("a person walks", "locomotion", ({"test": "walks"},))
SITS = Prompt("takes a seat", "sitting, kneeling, lying and crawling", ({"test": "sits_at_end"},), held_out=True)
FLIES = Prompt("flies", "jumps and flips", ({"test": "rises"},), allows=("air",))


def hung(seconds: float, height: float = 0.3) -> np.ndarray:
    """Stands, hangs in the air without falling, stands."""
    stand = clip("stand")
    lift = np.zeros(len(stand) * 3)
    start = len(stand)
    lift[start : start + round(seconds * 20)] = height
    return np.concatenate((stand, stand, stand)) + lift[:, None, None] * [0.0, 1.0, 0.0]


@pytest.mark.parametrize("seconds", [0.9, 1.5])
def test_hanging_in_the_air_is_hovering(seconds):
    assert hovering_seconds(hung(seconds)) == pytest.approx(seconds)


@pytest.mark.parametrize("name", ["walk", "run", "jump", "jump_forward", "backflip", "cartwheel", "crawl", "lie_down"])
def test_what_people_do_is_none(name):
    assert hovering_seconds(clip(name)) <= HOVERING_SECONDS


@pytest.mark.parametrize("motion", [jumped(0.4), HANDSTAND, SITTING], ids=["jump", "handstand", "seat"])
def test_nor_is_flying_and_standing_on_hands(motion):
    assert hovering_seconds(motion) <= 0.6


def test_a_long_flight_is_a_fall_and_no_hovering():
    time = np.arange(20) / 20
    fall = 4.9 * time * (0.95 - time)
    flight = np.repeat(clip("stand")[:1], 20, axis=0) + np.maximum(fall, 0.0)[:, None, None] * [0.0, 1.0, 0.0]
    assert hovering_seconds(flight) == 0.0


def test_a_take_says_what_it_lacks_and_how_it_looks():
    take = judge_take(SITS, hung(1.2), seed=4)
    assert (take.seed, take.followed, take.failed) == (4, False, ("sits_at_end()",))
    assert take.hovering == pytest.approx(1.2)
    assert take.jerk > judge_take(WALKS, clip("walk")).jerk
    assert judge_take(WALKS, clip("walk")).followed


@pytest.fixture(scope="module")
def run() -> Run:
    motions = {
        WALKS.text: [clip("walk"), clip("stand")],
        SITS.text: [clip("sit_down"), clip("sit_down")],
        FLIES.text: [hung(1.5), hung(1.5)],
    }
    shown = []

    def generate(texts, seconds, seeds):
        return [motions[text][seed] for text, seed in zip(texts, seeds, strict=True)]

    results = judge_prompts([WALKS, SITS, FLIES], range(2), generate, keep=lambda *it: shown.append(it))
    assert len(shown) == 6
    return Run("toy", 2, tuple(results))


def test_hovering_counts_where_the_air_is_not_allowed(run):
    sums = total(run.results)
    assert (sums.takes, sums.followed, sums.grounded, sums.hovering) == (6, 5, 4, 0)
    hovers = replace(FLIES, allows=())
    results = judge_prompts([hovers], [0], lambda *it: [hung(1.5)])
    assert total(results).hovering == 1


def test_tables_tell_families_tuned_prompts_and_held_out_texts(run):
    assert "| locomotion | 1 | 50 % | - | 0 % |" in family_table(run)
    assert "| all held out | 1 | 100 % | 100 % |" in family_table(run)
    text = run_markdown(run)
    assert "- a person walks: 1" in text.split("Held-out")[0]
    assert "- takes a seat: 2" in text.split("Held-out")[1]


def test_refusals_name_the_tests(run):
    assert refused_lines(run.results) == ["1/2  a person walks", "     seed 1, 2.0 s: walks()"]


def test_json_has_every_take_and_no_nan(run):
    content = json.loads(run_json(run), parse_constant=pytest.fail)
    assert content["totals"]["held out"]["followed"] == 2
    assert [take["followed"] for take in content["prompts"][0]["takes"]] == [True, False]
