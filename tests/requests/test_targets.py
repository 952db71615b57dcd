"""What a target may be, in Python, on the wire and on the command line."""

from __future__ import annotations

import json
import math

import pytest

from engine.commands.targets import find_seat_doubt, parse_stop, parse_target
from engine.errors import InputError
from engine.motion.reaching.clock import Clock, name_frames
from engine.requests import GenerateRequest, Stop, Target, read_record
from engine.requests.params import Params
from engine.requests.targets import check_targets, read_targets

PLACE = (0.3, 1.1, 0.4)


def test_frames_are_one_or_many_in_order_and_once():
    assert Target("head", PLACE, 40).times == (40,)
    assert Target("head", PLACE, (9, 7, 9)).times == (7, 9)
    assert Target("head", PLACE, range(3)).times == (0, 1, 2)


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda: Target("nose", PLACE, 4), "unknown part 'nose'"),
        (lambda: Target("head", (0.0, float("nan"), 0.0), 4), "three finite numbers"),
        (lambda: Target("head", (0.0, 1.0), 4), "three finite numbers"),
        (lambda: Target("head", (0.0, 1.0, 40_000.0), 4), "is it in metres"),
        (lambda: Target("head", PLACE, -1), "frames from 0 on"),
        (lambda: Target("head", PLACE, ()), "frames from 0 on"),
        (
            lambda: GenerateRequest(
                "wave", targets=(Target("head", PLACE, range(9)), Target("head", (0.0, 1.0, 0.0), (12, 8)))
            ),
            "two targets want head in different places at 0.4 s",
        ),
    ],
)
def test_what_nobody_could_reach_is_told(make, complaint):
    with pytest.raises(InputError, match=complaint):
        make()


def test_who_asked_is_told_in_the_frames_that_are_seen():
    seen = Clock(101.0, 24.0)
    assert name_frames([10, 20, 20], seen) == "frames 113, 125"
    assert name_frames(range(10, 60, 10), seen) == "frames 113, 125, 137 and 2 more"
    assert name_frames([10], seen.later(-20)) == name_frames([30], seen) == "frame 137"
    assert name_frames([10, 11, 30, 40]) == "0.5, 0.55, 1.5 s and 1 more"
    with pytest.raises(InputError, match="head in different places at frame 113"):
        check_targets([Target("head", PLACE, 10, seen), Target("head", (0.0, 1.0, 0.0), (9, 10), seen)])
    later = Target("head", PLACE, 10, seen).later(20)
    assert later.times == (30,) and name_frames(later.times, later.clock) == "frame 113"


@pytest.mark.parametrize("shown", [{"start": 1}, {"start": 1, "fps": 0}, {"start": 1, "fps": 24, "end": 9}, 24])
def test_a_clock_that_is_none_is_refused(shown):
    with pytest.raises(InputError):
        read_targets(Params({"targets": [{"part": "head", "position": [0, 1, 2], "frames": [3], "shown": shown}]}))


def test_a_record_with_targets_is_read_back():
    asked = GenerateRequest("wave", 4.0, 3, targets=(Target("left_hand", PLACE, range(20, 24), Clock(7.0, 24.0)),))
    record = json.loads(json.dumps(asked.record("mmm-open")))
    assert read_record(record) == asked
    assert "targets" not in GenerateRequest("wave", 4.0, 3).record("mmm-open")


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ({"part": "head", "position": [0, 1], "frames": [3]}, "three finite numbers"),
        ({"part": "head", "position": "here", "frames": [3]}, "position must be a list"),
        ({"part": "head", "position": [0, 1, 2]}, "frames from 0 on"),
        ({"part": "head", "position": [0, 1, 2], "frames": [3], "weight": 2}, "unknown param 'weight'"),
        ({"position": [0, 1, 2], "frames": [3]}, "part is missing"),
    ],
)
def test_wrong_targets_on_the_wire_are_named(entry, complaint):
    with pytest.raises(InputError, match=complaint):
        read_targets(Params({"targets": [entry]}))


@pytest.mark.parametrize(
    ("text", "frames"),
    [
        ("right_hand@2.0s=0.3,1.1,0.4", (40,)),
        ("right_hand@12=0.3,1.1,0.4", (12,)),
        ("right_hand@40-42=0.3,1.1,0.4", (40, 41, 42)),
        ("right_hand@2s-2.1s=0.3,1.1,0.4", (40, 41, 42)),
    ],
)
def test_the_command_line_knows_frames_times_and_spans(text, frames):
    assert parse_target(text) == Target("right_hand", PLACE, frames)


@pytest.mark.parametrize(
    "text", ["right_hand", "right_hand@2s=1,2", "right_hand@x=1,2,3", "right_hand@9-3=1,2,3", "@1=1,2,3"]
)
def test_what_is_no_target_is_one_line(text):
    with pytest.raises(InputError) as refused:
        parse_target(text)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(("text", "facing"), [("4.0s=1.0,3.0,90", 90.0), ("80=2,2", 45.0)])
def test_a_stop_says_when_where_and_which_way(text, facing):
    stop = parse_stop(text)
    points, ahead = stop.way()
    assert stop.arrive == 4.0 and ahead == pytest.approx(facing)
    (x, z), (x0, z0) = points[-1], points[-2]
    assert math.degrees(math.atan2(x - x0, z - z0)) == pytest.approx(facing, abs=3.0)
    assert points[0] == (0.0, 0.0) and points[1][1] > 5 * abs(points[1][0])


def test_the_way_to_a_stop_begins_where_one_stands_and_as_one_faces():
    points, ahead = Stop((1.0, 3.0), 4.0, -30.0).way((2.0, 1.0), math.radians(90.0))
    assert points[0] == (2.0, 1.0) and points[-1] == pytest.approx((1.0, 3.0)) and ahead == -30.0
    assert points[1][0] > 2.0 and abs(points[1][1] - 1.0) < 0.2 * (points[1][0] - 2.0)
    (x, z), (x0, z0) = points[-1], points[-2]
    assert math.degrees(math.atan2(x - x0, z - z0)) == pytest.approx(-30.0, abs=3.0)


@pytest.mark.parametrize("text", ["", "4s", "4s=1", "4s=1,2,3,4", "now=1,2", "4s=1,nan", "1e400s=1,2"])
def test_a_stop_that_is_none_is_told_with_an_example(text):
    with pytest.raises(InputError, match="write TIME=X,Z"):
        parse_stop(text)


@pytest.mark.parametrize(
    ("text", "doubted"),
    [
        ("seat@3.0s=0,0.45,-0.5", False),
        ("right_hand@3.0s=0,0.45,2", False),
        ("seat@3.0s=0,0.45,1.5", True),
        ("seat@3.0s=1,0.45,-0.5", True),
    ],
)
def test_a_seat_that_one_would_have_to_walk_to_is_told(text, doubted):
    assert bool(find_seat_doubt([parse_target(text)])) == doubted
