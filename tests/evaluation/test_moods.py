"""Whether moods are seen: signs on bodies that somebody posed, and the rule by which a mood passes."""

from __future__ import annotations

import numpy as np
import pytest

from engine.evaluation.moods.measure import PROMPTS, Row, Shown, choose_prompts
from engine.evaluation.moods.report import moods_markdown
from engine.evaluation.moods.signs import SIGNS
from engine.motion.acting.bearing import Bearing, bear
from engine.motion.uniform import to_uniform_size
from engine.requests.moods import moods
from tests.evaluation.prompts.poser import Posture, hold


@pytest.fixture(scope="module")
def stands() -> np.ndarray:
    return to_uniform_size(hold(Posture(), 3.0))


@pytest.mark.parametrize(
    ("sign", "bearing", "higher"),
    [
        ("trunk bend", Bearing(bend=15.0), True),
        ("face up", Bearing(head=-25.0), False),
        ("knee bend", Bearing(crouch=0.08), True),
        ("hip height", Bearing(crouch=0.08), False),
        ("sway", Bearing(sway=10.0), True),
        ("shoulder height", Bearing(lift=0.04), True),
        ("chest", Bearing(round=-0.04), True),
        ("hands apart", Bearing(out=0.6, up=-0.7, ahead=0.1, idle=1.0), True),
    ],
)
def test_a_sign_is_seen_where_it_is(stands, sign, bearing, higher):
    change = SIGNS[sign].change(bear(stands, np.tile(bearing.scaled(1.0), (len(stands), 1))), stands)
    assert (change if higher else -change) > SIGNS[sign].seen
    assert SIGNS[sign].change(stands, stands) == 0.0


def test_pace_and_bounce_are_told_as_shares(stands):
    moving = stands + 0.3 * np.sin(np.arange(len(stands)) / 5.0)[:, None, None]
    for name in ("pace", "bounce"):
        assert SIGNS[name].change(stands + 0.5 * (moving - stands), moving) == pytest.approx(-0.5, abs=0.05)


def test_moods_name_signs_that_there_are_and_prompts_that_are_listed():
    for mood in moods().values():
        assert mood.signs and set(mood.signs) <= set(SIGNS), mood.name
    assert [prompt.text for prompt in choose_prompts("mmm-open")] == list(PROMPTS)


def test_a_mood_passes_if_it_is_seen_in_order_and_the_prompts_are_followed():
    seen = Shown("trunk bend", True, (4.0, 8.0, 12.0), 1.0, True)
    assert Row("old", (seen,), 9, 10, 1.0, 1.0).passes
    small = Shown("trunk bend", True, (1.0, 2.0, 3.0), 1.0, True)
    rare = Shown("trunk bend", True, (4.0, 8.0, 12.0), 0.6, True)
    unordered = Shown("trunk bend", True, (9.0, 8.0, 12.0), 1.0, False)
    for shown in (small, rare, unordered, Shown("face up", False, (4.0, 8.0, 12.0), 1.0, True)):
        assert Row("old", (seen, shown), 10, 10, 1.0, 1.0).faults == [f"{shown.name} is not seen"]
    unfollowed = Row("old", (seen,), 8, 10, 1.0, 1.0)
    assert unfollowed.faults == ["the prompt is followed in 8 takes instead of 10"]
    table = moods_markdown("mmm-open", 9, 2, [Row("sad", (seen,), 9, 10, 0.9, 0.5), unfollowed])
    assert "| **sad** | trunk bend up | +4.0° | +8.0° | +12.0° | 100 % | yes | 9 of 10 | x 0.90 | x 0.50 |" in table
    assert "| old |" in table
