"""Requests: checked when made, told in records, read back from the wire and from old files."""

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from engine.errors import InputError
from engine.generation.settings import SamplingConfig
from engine.requests import (
    EditConfig,
    EditRequest,
    Extend,
    GenerateRequest,
    InBetween,
    Inpaint,
    Loop,
    Middle,
    PathRequest,
    Pin,
    Regenerate,
    Retime,
    Span,
    Stop,
    Story,
    StoryPart,
    StoryRequest,
    Vary,
    read_record,
)
from engine.requests.arrays import array_to_json
from engine.requests.kinds import KINDS
from engine.requests.params import ParamError, Params

WALK = "a person walks"
EDITS = [
    Regenerate(3, 20, "upper"),
    InBetween(3, 20),
    Middle(3, 20),
    Pin((0, 9), (Span(0, 20, "lower"),)),
    Extend(2, 8),
    Vary(0.25, "most", "upper"),
    Loop(12, True),
    Retime(3, 20, 30, 0.25),
    Inpaint((Span(3, 20), Span(30, 40, "upper")), (5, 7)),
]
REQUESTS = [
    GenerateRequest(WALK, 2.5, 7),
    GenerateRequest(WALK, sampling=SamplingConfig(steps=3, guidance=1.0, top_k=5, choice_noise=0.0, reuse=True)),
    *(EditRequest(change, WALK, 3, EditConfig(candidates=2)) for change in EDITS),
    StoryRequest(Story((StoryPart(WALK, 3.0), StoryPart("a person sits")), seed=4), SamplingConfig(fine_steps=1)),
    StoryRequest(Story((StoryPart(WALK, stop=Stop((1.0, 3.0), 4.0, 90.0)), StoryPart("a person sits", 3.0)), seed=4)),
    PathRequest(((0.0, 0.0), (1.0, 2.5)), WALK, 1.5, 8),
    PathRequest(((0.0, 0.0), (1.0, 2.5)), WALK, seed=8, stop=True, facing=-30.0, arrive=3.5),
]


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda it: type(it).__name__)
def test_a_record_is_json_and_read_back_is_the_same_request(request_):
    record = request_.record("mmm-open")
    assert record["model"] == "mmm-open" and record["prompt"] == request_.prompt and record["seed"] == request_.seed
    assert read_record(json.loads(json.dumps(record))) == request_


def test_every_kind_of_edit_is_among_them():
    assert [change.KIND for change in EDITS] == list(KINDS)


SAMPLED = {"steps": 8, "fine_steps": 2, "guidance": 1.5, "temperature": 0.8, "model": "mmm-open"}
EDITED = {"method": "edit", "prompt": "", "seed": 0, "candidates": 3, **SAMPLED}
RUNS = [{"part": "lower", "start": 20, "stop": 40}, {"part": "upper", "start": 20, "stop": 40}]
STRIPS = [{"prompt": "walk", "start": 0, "stop": 60}, {"prompt": "kick", "start": 60, "stop": 100}]


@pytest.mark.parametrize(
    ("record", "meant"),
    [
        (
            {
                "method": "generate",
                "prompt": WALK,
                "seconds": None,
                "seed": 3,
                **SAMPLED,
                "steps": 12,
                "guidance": 3.0,
                "temperature": 1.0,
            },
            GenerateRequest(WALK, seed=3),
        ),
        ({"prompt": WALK, "seconds": 4.0, "seed": 3}, GenerateRequest(WALK, 4.0, 3)),
        (
            {**EDITED, "kind": "inpaint", "mask": RUNS},
            EditRequest(Inpaint((Span(20, 40, "lower"), Span(20, 40, "upper")))),
        ),
        (
            {**EDITED, "kind": "vary", "strength": 0.3, "order": "least", "part": None, "mask": RUNS},
            EditRequest(Vary(0.3)),
        ),
        ({**EDITED, "kind": "extend", "before": 0, "after": 40}, EditRequest(Extend(after=40))),
        ({**EDITED, "kind": "loop", "span": 20, "travel": False}, EditRequest(Loop(20, False))),
        ({**EDITED, "kind": "pin", "frames": [0, 30]}, EditRequest(Pin((0, 30)))),
        (
            {**EDITED, "method": "story", "kind": "inpaint", "mask": RUNS[:1], "index": 1, "strips": STRIPS},
            EditRequest(Inpaint((Span(20, 40, "lower"),))),
        ),
        (
            {
                "method": "story",
                "prompt": "walk; kick",
                "seed": 1,
                "strips": STRIPS,
                **SAMPLED,
                "parts": [{"prompt": "walk", "seconds": 3.0}, {"prompt": "kick", "seconds": None}],
            },
            StoryRequest(Story((StoryPart("walk", 3.0), StoryPart("kick")), 1), EditConfig().sampling),
        ),
        (
            {
                "method": "path",
                "prompt": WALK,
                "seconds": 3.1,
                "seed": 0,
                "points": [[0.0, 0.0], [0.0, 4.0]],
                "speed": None,
                **SAMPLED,
            },
            PathRequest(((0.0, 0.0), (0.0, 4.0)), WALK, sampling=EditConfig().sampling),
        ),
    ],
)
def test_records_of_version_0_2_are_understood(record, meant):
    assert read_record(record) == meant


@pytest.mark.parametrize("record", [{"method": "undo"}, {"prompt": 5}, {"method": "edit", "kind": "melt"}, {}])
def test_a_record_that_nobody_wrote_is_refused(record):
    with pytest.raises(ParamError):
        read_record(record)


@pytest.mark.parametrize(
    "points", [[(1, 2), (3, 4)], [(1, 9, 2), (3, 9, 4)], np.array([[1, 2], [3, 4]]), np.array([[1, 0, 2], [3, 0, 4]])]
)
def test_points_of_a_path_lie_on_the_ground(points):
    assert PathRequest(points, WALK).points == ((1.0, 2.0), (3.0, 4.0))


@pytest.mark.parametrize(
    ("points", "complaint"),
    [
        ([[0, 0], [1e30, 1]], "over 100 km from the origin"),
        ([[0, 0], [1e6, 0]], "over 100 km"),
        ([[0, 0], [0, 721]], "721 m long, the limit is 720 m"),
        ([[0, 0], [0, 300]] * 3, "1,500 m long"),
    ],
)
def test_paths_that_no_motion_covers_are_refused_before_they_are_walked(points, complaint):
    with pytest.raises(InputError, match=complaint):
        PathRequest(points, "a person walks", speed=12.0)


def test_a_path_comes_over_the_wire_as_an_array():
    points = array_to_json(np.array([[1, 0, 2], [3, 0, 4]], dtype=np.float32))
    assert PathRequest.read(Params({"points": points, "prompt": WALK})) == PathRequest([(1, 2), (3, 4)], WALK)
    with pytest.raises(ParamError, match=r"points must be an array"):
        PathRequest.read(Params({"points": array_to_json(np.zeros(4, dtype=np.float32)), "prompt": WALK}))


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda: GenerateRequest(" "), "prompt is empty"),
        (lambda: GenerateRequest("x" * 2001), "2,001 characters"),
        (lambda: GenerateRequest(WALK, float("nan")), "nan s"),
        (lambda: GenerateRequest(WALK, seed=2**31), "seed 2147483648"),
        (lambda: replace(GenerateRequest(WALK), seed=-1), "seed -1"),
        (lambda: EditRequest(Extend()), "nothing to add"),
        (lambda: Extend(after=10**9), "too many to add"),
        (lambda: Vary(0.0), "strength 0"),
        (lambda: Vary(0.5, "some"), "order 'some'"),  # type: ignore[arg-type]
        (lambda: Pin(()), "no frame to keep"),
        (lambda: Regenerate.of(3, 4), "one frame has no motion"),
        (lambda: InBetween.poses(3, 4), "no frame between 3 and 4"),
        (lambda: Middle.share(1.5, 40), "middle 1.5"),
        (lambda: Retime(3, 20, 1), "span of 1 frames"),
        (lambda: Retime(3, 20, 30, 0.0), "strength 0"),
        (lambda: Retime.times(0.05, 3, 20), "0.05 times as long"),
        (lambda: EditRequest(Loop(), seed=-1), "seed -1"),
        (lambda: EditConfig(candidates=17), "17 candidates"),
        (lambda: Story(()), "story is empty"),
        (lambda: Story((StoryPart(WALK),), -1), "seed -1"),
        (lambda: StoryPart("x" * 2001), "2,001 characters"),
        (lambda: Story((StoryPart(WALK, 500.0), StoryPart(WALK, 500.0))), "longer than 600 s"),
        (lambda: PathRequest([(0, 0)], WALK), "two points"),
        (lambda: PathRequest([(0, 0), (0, float("inf"))], WALK), "finite"),
        (lambda: PathRequest([(0, 0), (0, 9)], WALK, 13.0), "speed 13 m/s"),
        (lambda: PathRequest([(0, 0), (0, 9)], WALK, facing=90.0), "ask for stop too"),
        (lambda: Stop((0.0, float("inf")), 3.0), "two finite numbers"),
        (lambda: Stop((0.0, 2.0), 3.0, float("nan")), "finite number of degrees"),
        (lambda: Stop((0.0, 2.0), 0.0), "a stop at 0 s is out of range"),
        (lambda: StoryPart(WALK, 3.0, stop=Stop((0.0, 2.0), 3.0)), "say the same twice"),
        (lambda: PathRequest([(0, 0), (0, 9)], WALK, stop=True, facing=float("inf")), "finite number of degrees"),
        (lambda: PathRequest([(0, 0), (0, 9)], WALK, 1.0, stop=True, arrive=4.0), "give one of them"),
        (lambda: PathRequest([(0, 0), (0, 9)], WALK, stop=True, arrive=0.0), "arrive 0 s"),
        (lambda: SamplingConfig(steps=201), "steps 201"),
        (lambda: SamplingConfig(guidance=float("nan")), "guidance"),
        (lambda: SamplingConfig(temperature=float("nan")), "temperature"),
    ],
)
def test_what_cannot_be_asked_for_is_told_when_it_is_said(make, complaint):
    with pytest.raises(InputError, match=complaint):
        make()


def test_requests_need_the_standard_library_only():
    script = "import sys, engine.requests; print(sorted({'torch', 'numpy', 'yaml', 'scipy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
