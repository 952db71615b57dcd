"""Sitting down on a bench, with the bundled model."""

from __future__ import annotations

import numpy as np
import pytest

from engine.direction import goals_of
from engine.editing.editor import MotionEditor
from engine.errors import InputError
from engine.evaluation.direction.seats import PROMPT, SAT, measure_sitting
from engine.motion.reaching.goals import seat_of
from engine.motion.reaching.reach import reach_goals
from engine.motion.reaching.route import find_route
from engine.pipeline import Pipeline
from engine.requests import EditRequest, GenerateRequest, Target
from engine.requests.kinds import Regenerate


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline.from_pretrained("mmm-open", device="cpu")


@pytest.mark.parametrize("height", [0.36, 0.54])
def test_who_sits_down_sits_on_the_bench_and_stays_there(pipeline, height):
    request = GenerateRequest(PROMPT, 5.0, 7, targets=(Target("seat", (0.1, height, -0.5), SAT),))
    [made] = pipeline.generate_requests([request])
    found = measure_sitting(made.joints, request)
    assert found.sat and made.note == "", found
    assert found.heels > 0.03 if height > 0.5 else found.heels < 0.02
    for shift in ([0.0, -0.04, 0.0], [0.0, 0.04, 0.0], [0.0, 0.0, 0.04]):
        assert not measure_sitting(made.joints + np.float32(shift), request).sat
    # Nothing jumps where it lands: a fall from there would gain 10 m/s in a second.
    assert np.linalg.norm(np.diff(made.joints[:, 0], 2, axis=0), axis=-1).max() * 400 < 9.0


def test_a_seat_is_left_when_the_motion_gets_up(pipeline):
    place = (0.0, 0.5, -0.5)
    prompt = "a person sits down on a bench, then stands up"
    (made,) = pipeline.generate(prompt, seconds=8, seed=0, targets=[Target("seat", place, SAT)])
    points = seat_of(made.joints.astype(np.float64))
    sat = np.linalg.norm(points - place, axis=-1) < 0.01
    assert sat[SAT : SAT + 20].all() and not sat[-20:].any() and points[-1, 1] > 0.75
    assert points[:, 1].min() > 0.5 - 0.01


def test_who_sits_down_does_not_turn_for_it_and_who_walks_there_does(pipeline):
    def turned(prompt: str) -> float:
        (free,) = pipeline.generate(prompt, seconds=5, seed=1)
        place = seat_of(free.joints.astype(np.float64))[80] + [0.2, 0.0, 0.1]
        goals = goals_of([Target("seat", (place[0], 0.45, place[2]), 80)], 27, 100)
        assert goals is not None
        return float(np.abs(find_route(free.features, goals).turn).max())

    assert turned(PROMPT) == 0.0 and turned("a person walks forward") > 0.0


def test_who_does_not_sit_is_not_held_down(pipeline):
    (free,) = pipeline.generate("a person waves", seconds=5, seed=0)
    goals = goals_of([Target("seat", (0.0, 0.3, -0.4), SAT)], 27, 100)
    assert goals is not None
    reached = reach_goals(free.joints, goals)
    assert reached.missed.max() < 0.005
    # It comes down to the seat and up again: there is nowhere that it would sit.
    assert np.abs(reached.joints - free.joints)[[0, 30, -1]].max() < 0.05


@pytest.mark.parametrize(
    ("height", "complaint"),
    [
        (3.0, "the seat at 3 s is 3.0 m above the floor, where nobody sits: move it to 0 to 0.8 m"),
        (-0.4, "the seat at 3 s is 0.4 m below the floor"),
    ],
)
def test_a_seat_that_nobody_sits_on_is_told(pipeline, height, complaint):
    with pytest.raises(InputError, match=complaint):
        pipeline.generate(PROMPT, seconds=5, targets=[Target("seat", (0.0, height, -0.5), SAT)])


def test_an_edit_knows_the_floor_of_its_motion(pipeline):
    (stands,) = pipeline.generate("a person stands", seconds=5, seed=1)
    up = stands.joints.astype(np.float64) + [0.0, 3.0, 0.0]
    editor = MotionEditor(pipeline).set_motion(up, 3.0)

    def ask(height: float) -> np.ndarray:
        target = Target("seat", (0.0, height, -0.5), range(55, 65))
        return editor.edit(EditRequest(Regenerate(20, 99), "a person sits down", targets=(target,))).joints

    assert np.linalg.norm(seat_of(ask(3.45).astype(np.float64))[60] - [0.0, 3.45, -0.5]) < 0.01
    with pytest.raises(InputError, match="2.5 m below the floor"):
        ask(0.5)


def test_a_seat_and_hips_elsewhere_contradict_each_other():
    with pytest.raises(InputError, match="two targets want pelvis in different places at 3 s"):
        GenerateRequest(PROMPT, targets=(Target("seat", (0.0, 0.4, 0.0), 60), Target("pelvis", (0.0, 0.4, 0.0), 60)))
