"""Targets in edits, with the bundled model: joints come to them, and what is kept stays to the bit."""

from __future__ import annotations

import numpy as np
import pytest

from engine.editing.path import follow_path
from engine.editing.story import tell_story
from engine.errors import InputError
from engine.evaluation.direction.arrivals import draw_request, measure_arrival
from engine.generation.settings import SamplingConfig
from engine.motion.features import facing
from engine.motion.skeleton import skeleton_of
from engine.requests import EditRequest, PathRequest, Stop, Story, StoryPart, StoryRequest, Target, read_record
from engine.requests.kinds import Vary
from engine.requests.path import curve_to

WALK, WAVE = "a person walks forward", "a person waves"
START, STOP, AT = 41, 82, 61


def joint(joints: np.ndarray, name: str) -> np.ndarray:
    return joints[:, skeleton_of(joints.shape[1]).joint_names.index(name)]


def changed(before: np.ndarray, after: np.ndarray) -> tuple[set[int], set[str]]:
    """Frames and names of joints that are not the same to the bit."""
    frames, joints = np.nonzero((before != after).any(axis=-1))
    names = skeleton_of(before.shape[1]).joint_names
    return set(frames.tolist()), {names[each] for each in joints}


def fastest(joints: np.ndarray) -> float:
    return float(np.linalg.norm(np.diff(joints, axis=0), axis=-1).max())


@pytest.mark.parametrize(("part", "shift"), [("left_hand", (0.15, 0.35, 0.2)), ("pelvis", (0.12, -0.08, 0.0))])
def test_a_span_comes_to_its_target_and_nothing_else_changes(editor, walk, part, shift):
    name = {"left_hand": "left_wrist", "pelvis": "pelvis"}[part]
    place = joint(walk, name)[AT] + shift
    free, edited = (
        editor.regenerate(START, STOP, WALK, seed=1, targets=targets)
        for targets in ([], [Target(part, place, (AT, AT + 1))])
    )
    assert np.linalg.norm(joint(edited.joints, name)[AT : AT + 2] - place, axis=-1).max() < 0.005
    assert changed(walk, edited.joints)[0] == set(range(START, STOP)) and edited.note == ""
    assert fastest(edited.joints) < 1.5 * max(fastest(walk), fastest(free.joints))
    assert read_record(edited.request).targets == (Target(part, place, (AT, AT + 1)),)


@pytest.mark.parametrize("part", ["upper", "left_arm"])
def test_parts_come_to_their_targets_and_the_others_stay(editor, walk, part):
    place = joint(walk, "left_wrist")[AT] + [0.1, 0.3, 0.2]
    edited = editor.regenerate(START, STOP, WAVE, part=part, seed=1, targets=[Target("left_hand", place, AT)])
    assert np.linalg.norm(joint(edited.joints, "left_wrist")[AT] - place) < 0.005
    frames, names = changed(walk, edited.joints)
    assert frames == set(range(START, STOP))
    legs = {f"{side}_{each}" for side in ("left", "right") for each in ("hip", "knee", "ankle", "foot")}
    assert not names & {"pelvis", *legs}
    if part == "left_arm":
        assert names == {"left_shoulder", "left_elbow", "left_wrist", "left_hand", "left_thumb"}


def test_targets_are_where_the_motion_is_in_its_unit(editor, walk):
    place = joint(walk, "head")[AT] + [0.05, -0.15, 0.05]
    moved, there = (100.0 * (each[..., [2, 1, 0]] * [1, 1, -1] + [3.0, 0.5, -2.0]) for each in (walk, place))
    edited = editor.set_motion(moved, floor=50.0).in_between(START - 1, STOP, targets=[Target("head", there, AT)])
    assert np.linalg.norm(joint(edited.joints, "head")[AT] - there) < 0.5


@pytest.mark.parametrize(
    ("part", "of", "frames", "complaint"),
    [
        ("head", None, (30, 61), "keeps: head at 1.5 s;"),
        ("head", None, range(36, 60), "keeps: head at 1.8, 1.85, 1.9 s and 2 more"),
        ("left_hand", "lower", (61,), "keeps: left hand at 3.05 s"),
        ("head", "left_arm", (61,), "keeps: head at 3.05 s"),
        ("head", None, (130,), "at 6.5 s, but the motion ends at 6 s"),
    ],
)
def test_targets_on_what_is_kept_are_refused_with_their_frames(editor, part, of, frames, complaint):
    with pytest.raises(InputError, match=complaint):
        editor.regenerate(START, STOP, WALK, part=of, targets=[Target(part, (0.0, 1.5, 2.0), frames)])


def test_kinds_that_mind_no_targets_say_which_do():
    with pytest.raises(InputError, match="kind vary minds no targets: leave them out, or use regenerate, in_between"):
        EditRequest(Vary(0.5), targets=(Target("head", (0.0, 1.5, 0.0), 3),))


@pytest.mark.parametrize("prompt", [WAVE, f"{WAVE}, then sits down"])
def test_what_goes_on_comes_to_its_targets(editor, walk, prompt):
    count = len(walk)
    late = count + 30
    base = editor.extend(after=60, prompt=prompt, seed=1).joints
    assert len(base) == count + 60
    ahead = joint(base, "left_wrist")[late] + [0.1, 0.15, 0.1]
    ends = joint(base, "head")[-2] + [0.05, -0.1, 0.0]
    targets = [Target("left_hand", ahead, late), Target("head", ends, (count + 58,))]
    made = editor.extend(after=60, prompt=prompt, seed=1, targets=targets)
    assert np.array_equal(made.joints[:count], walk) and made.note == ""
    assert np.linalg.norm(joint(made.joints, "left_wrist")[late] - ahead) < 0.01
    assert np.linalg.norm(joint(made.joints, "head")[count + 58] - ends) < 0.01
    assert read_record(made.request).targets == tuple(targets)


def test_going_on_refuses_targets_on_what_was_there_and_behind_its_end(editor, walk):
    for frame, complaint in ((100, "keeps: head at 5 s;"), (190, "at 9.5 s, but the motion ends at")):
        with pytest.raises(InputError, match=complaint):
            editor.extend(after=60, prompt=WAVE, targets=[Target("head", (0.0, 1.5, 2.0), frame)])


def test_who_goes_along_a_curve_reaches_for_a_target(pipeline):
    points, sampling = [(0.0, 0.0), (0.5, 1.5), (0.0, 3.0)], SamplingConfig(steps=4, fine_steps=1)
    free = follow_path(pipeline, PathRequest(points, WALK, 1.0, 2, sampling)).joints
    place = joint(free, "right_wrist")[30] + [0.05, 0.4, 0.15]
    targets = (Target("right_hand", place, range(30, 33)),)
    made = follow_path(pipeline, PathRequest(points, WALK, 1.0, 2, sampling, targets))
    assert np.linalg.norm(joint(made.joints, "right_wrist")[30:33] - place, axis=-1).max() < 0.005 and made.note == ""
    assert np.abs(joint(made.joints, "pelvis") - joint(free, "pelvis"))[:12].max() < 0.01
    assert read_record(made.request).targets == targets
    with pytest.raises(InputError, match="45 s, but the motion ends"):
        follow_path(pipeline, PathRequest(points, WALK, 1.0, 2, sampling, (Target("head", (0, 1.5, 0), 900),)))


def test_who_stops_stands_there_in_time_with_both_feet_down(pipeline):
    request = PathRequest(curve_to((1.0, 2.2), 60.0), WALK, seed=3, stop=True, facing=60.0, arrive=3.5)
    made = follow_path(pipeline, request)
    assert len(made.joints) == 90 and read_record(made.request) == request
    found = measure_arrival(made.joints, request)
    assert found.arrived, found
    assert found.skate < 2.0 and fastest(made.joints[50:75]) < 1.5 * fastest(made.joints[:50])
    look = (joint(made.joints, "head_front") - joint(made.joints, "head"))[-20:]
    assert np.abs(np.degrees(np.arctan2(look[:, 1], np.linalg.norm(look[:, [0, 2]], axis=-1)))).max() < 20.0
    late = np.concatenate((made.joints[:1].repeat(6, axis=0), made.joints))
    for wrong in (made.joints + np.float32([0.05, 0.0, 0.0]), made.joints + np.float32([0.0, 0.05, 0.0]), late):
        assert not measure_arrival(wrong, request).arrived
    along = follow_path(pipeline, PathRequest([(0.0, 0.0), (0.0, 2.0)], WALK, 1.0, stop=True))
    assert np.linalg.norm(joint(along.joints, "pelvis")[-1, [0, 2]] - [0.0, 2.0]) < 0.03
    assert fastest(along.joints[-15:]) < 0.02


def test_nobody_is_at_rest_long_before_the_asked_frame(pipeline):
    # Of the last steps that are tried here, those without any slide would end three frames early.
    rng = np.random.default_rng(0)
    request = [draw_request(rng, number) for number in range(13)][-1]
    late = measure_arrival(follow_path(pipeline, request).joints, request).late
    assert late is not None and -2 <= late <= 0


def test_who_cannot_stop_in_time_is_told(pipeline):
    with pytest.raises(InputError, match="comes to a stop within 0.5 s"):
        follow_path(pipeline, PathRequest([(0.0, 0.0), (0.0, 2.0)], WALK, stop=True, arrive=0.5))
    with pytest.raises(InputError, match="the path takes"):
        follow_path(pipeline, PathRequest([(0.0, 0.0), (0.0, 60.0)], WALK, 0.5, stop=True))


def test_a_story_stops_on_the_way_and_goes_on_from_there(pipeline):
    stops = Stop((0.6, 2.0), 3.0, 60.0), Stop((1.8, 2.6), 3.0)
    parts = (StoryPart(WALK, stop=stops[0]), StoryPart(WAVE, 2.0), StoryPart(WALK, stop=stops[1]))
    request = StoryRequest(Story(parts, 3))
    told = tell_story(pipeline, request)
    strips = [(strip["start"], strip["stop"]) for strip in told.request["strips"]]
    assert strips == [(0, 80), (80, 120), (120, 200)] and len(told.joints) == 200
    assert read_record(told.request) == request
    joints = told.joints.astype(np.float64)
    for stop, (start, end) in zip((stops[0], stops[1]), (strips[0], strips[2]), strict=True):
        # The next part begins to move within the last frames of the one before.
        standing = joints[start + 60 : end - 8]
        assert np.linalg.norm(standing[:, 0][:, [0, 2]] - stop.place, axis=-1).max() < 0.03
        assert joint(standing, "left_foot")[:, 1].max() < 0.05 and joint(standing, "right_foot")[:, 1].max() < 0.05
    ahead = facing(joints[60:72])
    assert np.abs(np.degrees(np.arctan2(ahead[:, 0], ahead[:, 2])) - 60.0).max() < 5.0
    assert fastest(joints[72:88]) < 0.2 and fastest(joints[112:128]) < 0.25


def test_a_stop_that_nobody_gets_to_is_told_with_its_part(pipeline):
    def tell(*stops: Stop) -> None:
        tell_story(pipeline, StoryRequest(Story(tuple(StoryPart(WALK, stop=stop) for stop in stops))))

    with pytest.raises(InputError, match="part 1, 'a person walks forward': nobody comes to a stop within 0.5 s"):
        tell(Stop((0.0, 2.0), 0.5))
    with pytest.raises(InputError, match="part 1, 'a person walks forward': the path is 0.0. m long"):
        tell(Stop((0.0, 0.01), 3.0))
    with pytest.raises(
        InputError, match="part 1, 'a person walks forward': the motion goes .* choose another duration"
    ):
        tell(Stop((0.0, 40.0), 3.0))
