"""Editing through the worker's methods, on the bundled model, and what its params refuse."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from engine.errors import InputError
from engine.pipeline import Pipeline
from engine.requests.arrays import array_from_json, array_to_json
from engine.requests.params import ParamError
from engine.watch import Watch
from engine.worker.methods import METHODS
from engine.worker.state import Engine

WALK = "a person walks forward"
FAST = {"steps": 3, "fine_steps": 1, "candidates": 1}


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(Pipeline.from_pretrained("mmm-open", device="cpu"))


@pytest.fixture(scope="module")
def walk(engine) -> np.ndarray:
    return engine.loaded().generate([WALK], seconds=3, seed=1)[0].joints


def ask(engine: Engine, method: str, **params):
    stages: list[str] = []
    watch = Watch(lambda stage, step, of: stages.append(stage))
    (motion,) = METHODS[method](engine, params, watch)["motions"]
    assert stages[0] == "text" and stages[-1] == "motion"
    return array_from_json(motion["joints"]), motion["request"]


def test_a_mask_of_spans_and_kept_frames(engine, walk):
    spans = [{"start": 10, "stop": 40}, {"part": "upper", "start": 45, "stop": 50}]
    joints, request = ask(
        engine, "edit", motion=array_to_json(walk), mask=spans, keep=[20], prompt="a person jumps", seed=3, **FAST
    )
    changed = np.flatnonzero((joints != walk).any(axis=(1, 2))).tolist()
    assert changed == [*range(10, 20), *range(21, 40), *range(45, 50)]
    assert np.array_equal(joints[45:50, [0, 10, 11]], walk[45:50, [0, 10, 11]])
    assert (request["method"], request["kind"], request["seed"]) == ("edit", "inpaint", 3)


@pytest.mark.parametrize(
    ("params", "frames"),
    [
        ({"kind": "extend", "after": 12}, 72),
        ({"kind": "vary", "strength": 0.2, "order": "most"}, 60),
        ({"kind": "vary", "strength": 0.2, "part": "lower"}, 60),
        ({"kind": "loop", "span": 12, "travel": None}, 60),
        ({"kind": "pin", "frames": [0, 30]}, 60),
        ({"kind": "pin", "frames": [20], "mask": [{"start": 10, "stop": 40, "part": "upper"}]}, 60),
        ({"kind": "regenerate", "start": 10, "stop": 40}, 60),
        ({"kind": "in_between", "start": 10, "stop": 40, "part": "upper"}, 60),
        ({"kind": "middle", "start": 10, "stop": 40, "part": "lower"}, 60),
        ({"kind": "retime", "start": 10, "stop": 40, "length": 45}, 75),
        ({"kind": "retime", "start": 0, "stop": 60, "length": 40, "strength": 0.2}, 40),
    ],
)
def test_the_other_kinds(engine, walk, params, frames):
    joints, request = ask(engine, "edit", motion=array_to_json(walk), prompt=WALK, **params, **FAST)
    assert joints.shape[0] == frames and joints.shape[1] in (22, 27)
    assert request["kind"] == params["kind"]


def test_story_and_path(engine):
    sampling = {"steps": 3, "fine_steps": 1}
    joints, request = ask(
        engine, "story", parts=[{"prompt": WALK, "seconds": 2}, {"prompt": "a person waves", "seconds": 1}], **sampling
    )
    assert len(joints) == request["strips"][-1]["stop"] == 60
    points = np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 4.0]], dtype=np.float32)
    joints, request = ask(engine, "path", points=array_to_json(points), prompt=WALK, **sampling)
    assert np.linalg.norm(joints[-1, 0, [0, 2]] - [0.0, 4.0]) < 0.2
    assert request["method"] == "path"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"kind": "undo"}, "kind must be one of"),
        ({"span": 4}, "unknown param 'span'"),
        ({"mask": [{"start": 1}]}, "stop is missing"),
        ({"mask": "all"}, "mask must be a list of objects"),
        ({"keep": [-1]}, "keep must be a list of whole numbers"),
        ({"motion": {"dtype": "float64", "shape": [1], "data": ""}}, "motion: an array"),
        ({"motion": {"dtype": "float32", "shape": [2], "data": "AAAA"}}, "needs 8 bytes"),
        ({"motion": {"dtype": "float32", "shape": [2], "data": "*"}}, "motion: "),
        ({"candidates": "all"}, "candidates must be"),
        ({"frames": [1]}, "unknown param 'frames'"),
    ],
)
def test_wrong_params_are_named(engine, walk, change, complaint):
    params = {"motion": array_to_json(walk), "mask": [{"start": 10, "stop": 20}]} | change
    with pytest.raises(ParamError, match=complaint):
        ask(engine, "edit", **params)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"mask": [{"start": 1, "stop": 5, "part": "tail"}]}, "unknown body part 'tail': this model has lower, upper"),
        ({"mask": [{"start": 50, "stop": 70}]}, "do not lie within the motion"),
        ({"candidates": 0}, "0 candidates"),
        ({"steps": 0}, "steps 0"),
        ({"seed": -1}, "seed -1"),
        ({"floor": -1e308}, "its floor lies 1e"),
        ({"floor": 1e7}, "its floor lies"),
    ],
)
def test_bad_values_are_explained(engine, walk, change, complaint):
    params = {"motion": array_to_json(walk), "mask": [{"start": 10, "stop": 20}]} | change
    with pytest.raises(InputError, match=complaint):
        ask(engine, "edit", **params)


def test_arrays_go_there_and_back():
    array = np.arange(12, dtype=np.float32).reshape(2, 2, 3) / 7
    assert np.array_equal(array_from_json(array_to_json(array)), array)
    assert base64.b64decode(array_to_json(array)["data"]) == array.astype("<f4").tobytes()
