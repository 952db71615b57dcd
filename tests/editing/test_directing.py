"""Targets in edits, with the bundled model: joints come to them, and what is kept stays to the bit."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import InputError
from engine.motion.skeleton import skeleton_of
from engine.requests import EditRequest, Target, read_record
from engine.requests.kinds import Vary

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
    edited = editor.regenerate(START, STOP, WALK, seed=1, targets=[Target(part, place, (AT, AT + 1))])
    assert np.linalg.norm(joint(edited.joints, name)[AT : AT + 2] - place, axis=-1).max() < 0.005
    assert changed(walk, edited.joints)[0] == set(range(START, STOP)) and edited.note == ""
    assert fastest(edited.joints) < 1.5 * fastest(walk)
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
        ("head", None, (30, 61), "keeps: head at frame 30;"),
        ("head", None, range(36, 60), "keeps: head at frames 36, 37, 38 and 2 more"),
        ("left_hand", "lower", (61,), "keeps: left hand at frame 61"),
        ("head", "left_arm", (61,), "keeps: head at frame 61"),
        ("head", None, (130,), "frame 130, but the motion ends with frame 120"),
    ],
)
def test_targets_on_what_is_kept_are_refused_with_their_frames(editor, part, of, frames, complaint):
    with pytest.raises(InputError, match=complaint):
        editor.regenerate(START, STOP, WALK, part=of, targets=[Target(part, (0.0, 1.5, 2.0), frames)])


def test_kinds_that_mind_no_targets_say_which_do():
    with pytest.raises(InputError, match="kind vary minds no targets: leave them out, or use regenerate, in_between"):
        EditRequest(Vary(0.5), targets=(Target("head", (0.0, 1.5, 0.0), 3),))
