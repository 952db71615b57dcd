"""Captions are held against the frames: height, rest around a change, amounts of turn."""

import numpy as np
import pytest

from engine.data.captions.measured import hovers, keep_grounded, tell_turn, widen_change
from engine.data.captions.segments import Segment
from tests.data.captions.test_human import standing, turning


def raised(height: float, seconds: float, frames: int = 100) -> np.ndarray:
    joints = standing(frames)
    joints[20 : 20 + round(seconds * 20), :, 1] += height
    return joints


def jumping() -> np.ndarray:
    """A flight of 0.9 s under gravity."""
    joints = standing(100)
    time = np.arange(19) / 20
    joints[20:39, :, 1] += (9.81 * time * (0.9 - time) / 2)[:, None]
    return joints


def segment(*captions: str, start: float = 0.0, end: float = 5.0) -> Segment:
    return Segment("trial", start, end, captions)


def test_hanging_in_the_air_is_told_from_a_jump_and_from_the_floor():
    assert hovers(raised(0.4, 2.0))
    assert not hovers(raised(0.4, 0.5))
    assert not hovers(raised(0.05, 3.0))
    assert not hovers(jumping())


def test_of_a_body_in_the_air_only_what_tells_why_stays():
    spoken = segment("reach up", "a person climbs a ladder and reaches up")
    assert keep_grounded(spoken, raised(0.5, 3.0)).captions == ("a person climbs a ladder and reaches up",)
    assert keep_grounded(segment("turn around", "a person turns"), raised(0.5, 3.0)) is None
    assert keep_grounded(spoken, standing(100)) == spoken


def sitting_down() -> np.ndarray:
    """Stands for 2 s, comes down within 1 s, sits for 2 s."""
    joints = standing(100)
    joints[..., 1] -= (0.45 * np.clip((np.arange(100) - 40) / 20, 0, 1))[:, None]
    return joints


def test_a_span_that_cuts_into_a_change_grows_to_the_rest_around_it():
    grown = widen_change(segment("sit down", "a person sits down", start=2.4, end=2.8), sitting_down())
    assert 1.5 <= grown.start <= 1.75
    assert 3.2 <= grown.end <= 3.6
    still = segment("wave", "a person waves", start=2.4, end=2.8)
    assert widen_change(still, sitting_down()) == still
    whole = segment("sit down", "a person sits down", start=1.0, end=4.5)
    assert widen_change(whole, sitting_down()) == whole


@pytest.mark.parametrize(
    ("degrees", "caption", "told"),
    [
        (90, "a person turns to the left", "a person turns 90 degrees to the left"),
        (-85, "turn right and walk on", "turn 90 degrees to the right and walk on"),
        (180, "a person turns around", "a person turns 180 degrees"),
        (-360, "someone turns around to the right on the spot", "someone turns 360 degrees to the right on the spot"),
    ],
)
def test_a_turn_is_told_in_degrees(degrees, caption, told):
    assert tell_turn(segment(caption, end=3.0), turning(degrees)).captions == (caption, told)


@pytest.mark.parametrize(
    ("degrees", "caption"),
    [
        (90, "a person turns to the right"),
        (50, "a person turns to the left"),
        (90, "a person turns the head to the left"),
        (360, "a person turns in a full circle"),
        (90, "a person waves"),
    ],
)
def test_what_no_amount_fits_stays_as_it_is(degrees, caption):
    assert tell_turn(segment(caption, end=3.0), turning(degrees)).captions == (caption,)
