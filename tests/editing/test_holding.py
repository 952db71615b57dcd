"""Hands and seats held through edits, with the bundled model: within a centimetre, on a body that is otherwise free."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import InputError
from engine.motion.skeleton import skeleton_of
from engine.requests import EditRequest, read_record
from engine.requests.kinds import Loop, Pin, Regenerate

START, STOP = 25, 65
JOINTS = {"left_hand": "left_wrist", "right_hand": "right_wrist", "seat": "pelvis"}


def joint(joints: np.ndarray, name: str) -> np.ndarray:
    return joints[:, skeleton_of(joints.shape[1]).joint_names.index(name)]


def slips(joints: np.ndarray, part: str) -> float:
    """Metres by which a held part leaves its place."""
    track = joint(joints, JOINTS[part])[START - 1 : STOP + 1]
    return float(np.linalg.norm(track - track[0], axis=-1).max())


@pytest.fixture(scope="module")
def still(walk: np.ndarray) -> np.ndarray:
    """A pose of the walk with both feet on the ground, held for 90 frames."""
    frame = int(np.abs(joint(walk, "left_ankle") - joint(walk, "right_ankle"))[:, 1].argmin())
    return np.repeat(walk[frame : frame + 1], 90, axis=0)


@pytest.fixture(scope="module")
def seated(pipeline) -> np.ndarray:
    made = pipeline.generate(["a person sits down on a chair"], seconds=5.0, seed=1)[0].joints
    return np.repeat(made[-1:], 90, axis=0)


@pytest.mark.parametrize("hold", [("left_hand",), ("left_hand", "right_hand")])
@pytest.mark.parametrize("part", [None, "upper", "arms"])
def test_hands_stay_where_they_are_on_both_sides(editor, still, part, hold):
    editor.set_motion(still)
    free = editor.regenerate(START, STOP, "a person waves with the left hand", part=part, seed=2)
    assert slips(free.joints, "left_hand") > 0.05, "the edit moves it by itself"
    held = editor.regenerate(START, STOP, "a person waves with the left hand", part=part, seed=2, hold=hold)
    assert max(slips(held.joints, each) for each in hold) < 0.01 and held.note == ""
    outside = [*range(START), *range(STOP, len(still))]
    assert np.array_equal(held.joints[outside], still[outside]), "what is kept stays to the bit"
    assert read_record(held.request).hold == hold and "targets" not in held.request
    if part is not None:
        legs = [skeleton_of(held.joints.shape[1]).joint_names.index(f"{s}_ankle") for s in ("left", "right")]
        assert np.array_equal(held.joints[:, legs], still[:, legs])
    else:
        planted = np.abs(np.diff(joint(held.joints, "left_foot")[START - 1 : STOP + 1], axis=0)).max()
        assert planted < 0.02, "feet that stand are not dragged along"


def test_a_seat_stays_though_something_is_asked_for(editor, seated):
    editor.set_motion(seated)
    prompt = "a person stands up and walks"
    assert slips(editor.in_between(START - 1, STOP, prompt, seed=1).joints, "seat") > 0.02
    held = editor.in_between(START - 1, STOP, prompt, seed=1, hold=["seat", "right_hand"])
    assert slips(held.joints, "seat") < 0.01 and slips(held.joints, "right_hand") < 0.01


def test_other_kinds_hold_as_well(editor, still):
    editor.set_motion(still)
    for change in (Pin((START - 1, STOP)), Regenerate.of(START, STOP, "right_arm")):
        held = editor.edit(
            EditRequest(change, "a person waves with the right hand", 2, editor.config, (), ("right_hand",))
        )
        assert slips(held.joints, "right_hand") < 0.01


def test_what_moves_on_is_told_and_not_held(editor, walk):
    made = editor.set_motion(walk).regenerate(START, STOP, "a person walks forward", seed=1, hold=["left_hand"])
    assert "left hand is not in the same place" in made.note
    assert slips(made.joints, "left_hand") > 0.5


@pytest.mark.parametrize(
    ("change", "hold", "complaint"),
    [
        (Loop(), ("seat",), "of kind loop holds nothing"),
        (Regenerate.of(2, 9), ("nose",), "'nose' cannot be held"),
        (Regenerate.of(2, 9, "lower"), ("left_hand",), "keeps the pose of the arms"),
    ],
)
def test_what_cannot_be_held_is_refused(change, hold, complaint):
    with pytest.raises(InputError, match=complaint):
        EditRequest(change, hold=hold)


def test_records_say_what_was_held():
    request = EditRequest(Regenerate.of(2, 9), hold=("seat", "left_hand"))
    assert read_record(request.record("mmm-open")) == request
    assert "hold" not in EditRequest(Regenerate.of(2, 9)).record("mmm-open")
