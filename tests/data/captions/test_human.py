"""Sentences that people wrote go to the recordings they were written for, less what these contradict."""

import json

import numpy as np
import pytest

from engine.data.captions.claims import contradicts
from engine.data.captions.human import Copy, read_human_sentences
from engine.data.sources import name_accad
from engine.motion.errors import MotionError
from engine.motion.skeleton import HUMANML3D
from engine.motion.uniform import uniform_offsets


def standing(frames: int = 60) -> np.ndarray:
    """(T, 22, 3) of a T-pose on the floor."""
    pose = np.zeros((22, 3))
    pose[0, 1] = 0.95
    for joint, parent in enumerate(HUMANML3D.parents[1:], start=1):
        pose[joint] = pose[parent] + uniform_offsets()[joint]
    return np.tile(pose, (frames, 1, 1))


def turning(degrees: float) -> np.ndarray:
    """A body that turns about the vertical, to its left for positive degrees."""
    joints = standing()
    angles = np.radians(np.linspace(0, degrees, len(joints)))[:, None]
    x, z = joints[..., 0].copy(), joints[..., 2].copy()
    joints[..., 0] = x * np.cos(angles) + z * np.sin(angles)
    joints[..., 2] = z * np.cos(angles) - x * np.sin(angles)
    return joints


def walking(metres: float) -> np.ndarray:
    joints = standing()
    joints[..., 2] += np.linspace(0, metres, len(joints))[:, None]
    return joints


def raising(joint: int) -> np.ndarray:
    joints = standing()
    joints[:, joint, 1] += 0.6 * np.sin(np.linspace(0, np.pi, len(joints)))
    return joints


@pytest.mark.parametrize(
    ("caption", "motion"),
    [
        ("a person turns to the left", turning(90)),
        ("someone walks, turning around to the right side", turning(-90)),
        ("a man turns his head to the left", turning(-90)),
        ("a person walks forward", walking(2.0)),
        ("a person walks backwards slowly", walking(-2.0)),
        ("a person kicks with the left leg", raising(10)),
        ("a person waves with their right hand", raising(21)),
        ("a person waves with the left and then the right hand", raising(21)),
    ],
)
def test_what_is_true_stays(caption, motion):
    assert not contradicts(caption, motion)


@pytest.mark.parametrize(
    ("caption", "motion"),
    [
        ("a person turns to the right", turning(90)),
        ("a person walks backwards", walking(2.0)),
        ("a person runs forward", walking(-2.0)),
        ("a person kicks with the right leg", raising(10)),
        ("a person waves with their left hand", raising(21)),
    ],
)
def test_another_side_than_measured_is_told(caption, motion):
    assert contradicts(caption, motion)


ROWS = [
    {
        "subject": 5,
        "trial": 1,
        "start": 0.0,
        "end": 2.0,
        "captions": ["a person  turns left.", "he turns right"],
        "copy_here": "whole trial",
    },
    {"subject": 5, "trial": 2, "start": 0.0, "end": 2.0, "captions": ["cut"], "copy_here": "only a cut"},
    {"subject": 5, "trial": 3, "start": 0.0, "end": 9.0, "captions": ["too long"], "copy_here": "whole trial"},
    {"subject": 99, "trial": 1, "start": 0.0, "end": 2.0, "captions": ["not here"], "copy_here": "whole trial"},
]


@pytest.fixture
def folders(tmp_path):
    captions, trials = tmp_path / "captions", tmp_path / "trials"
    captions.mkdir()
    trials.mkdir()
    (captions / "humanml3d_cmu.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    spoken = {"file": "female1/Female1_A02_SwayT2.bvh", "start": 0.0, "end": 3.5, "captions": ["a person sways"]}
    (captions / "humanml3d_accad.jsonl").write_text(json.dumps(spoken) + "\n")
    copies = {f"cmu_05_0{number}": Copy("cmu_amc", 3.0) for number in (1, 2, 3)}
    copies["accad_Female1_A02_Sway_2"] = Copy("accad", 3.0)
    for name in copies:
        np.save(trials / f"{name}.npy", turning(90))
    return captions, copies, trials


def test_sentences_go_to_whole_recordings(folders):
    segments = read_human_sentences(*folders, name_accad)
    told = {(segment.trial, segment.start, segment.end, segment.captions) for segment in segments}
    assert told == {
        ("cmu_05_01", 0.0, 2.0, ("a person turns left.",)),
        ("accad_Female1_A02_Sway_2", 0.0, 3.0, ("a person sways",)),
    }


def test_a_broken_line_is_named(folders):
    (folders[0] / "humanml3d_cmu.jsonl").write_text("{}\n")
    with pytest.raises(MotionError, match="line 1"):
        read_human_sentences(*folders, name_accad)
