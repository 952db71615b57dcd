"""The motion file's request: read whole, refused when it is not one, made up for files that have none."""

from __future__ import annotations

import json
from pathlib import Path

import motions
import numpy as np
import pytest

from mmm_blender.motion_file import Motion, read_motion

REQUEST = {"method": "generate", "prompt": "a “walk”\n👣", "seed": 7, "seconds": None, "steps": 12, "model": "mmm-open"}


def save(path: Path, **entries: object) -> Path:
    np.savez(path, joints=motions.walking_joints(8).astype(np.float32), fps=20.0, **entries)
    return path


def test_the_request_is_read_whole(tmp_path: Path) -> None:
    motion = read_motion(save(tmp_path / "a.npz", request=json.dumps(REQUEST), prompt="another", seed=1))
    assert motion.request() == REQUEST
    assert (motion.prompt, motion.seed, motion.model) == (REQUEST["prompt"], 7, "mmm-open")


def test_older_files_say_what_they_know(tmp_path: Path) -> None:
    motion = read_motion(save(tmp_path / "a.npz", prompt="walk", seed=3, model="old"))
    assert motion.request() == {"prompt": "walk", "seed": 3, "model": "old", "fps": 20.0}


@pytest.mark.parametrize("text", ["{", "[]", '{"seed": "seven"}', "null"])
def test_a_request_that_is_none_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match="generate the motion again") as refused:
        read_motion(save(tmp_path / "a.npz", request=text))
    assert "\n" not in str(refused.value) and str(tmp_path) in str(refused.value)


def test_a_motion_from_the_engine_is_checked() -> None:
    joints = motions.walking_joints(8)
    joints[3, 2, 1] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        Motion.from_request(joints, 20.0, REQUEST)
