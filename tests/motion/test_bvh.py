from pathlib import Path

import numpy as np
import pytest

from engine.motion.bvh import read_bvh, write_bvh
from engine.motion.errors import MotionError
from engine.motion.skeleton import HUMANML3D

GOLDEN = Path(__file__).parents[1] / "golden"


def test_written_joints_are_read_back(tmp_path):
    joints = np.load(GOLDEN / "humanml3d_new_joints_012314.npy")
    write_bvh(tmp_path / "a.bvh", joints, 20.0)
    clip = read_bvh(tmp_path / "a.bvh")
    order = [clip.index(name) for name in HUMANML3D.joint_names]
    assert clip.fps == pytest.approx(20.0)
    assert np.abs(clip.positions[:, order] / 100 - joints).max() < 1e-4


def test_euler_angles_do_not_jump(tmp_path):
    joints = np.load(GOLDEN / "humanml3d_new_joints_012314.npy")
    write_bvh(tmp_path / "a.bvh", joints, 20.0)
    rows = (tmp_path / "a.bvh").read_text().split("Frame Time")[1].splitlines()[1:]
    angles = np.asarray([[float(word) for word in row.split()] for row in rows])[:, 3:]
    assert np.abs(np.diff(angles, axis=0)).max() <= 180.0


CHANNELS = "CHANNELS 3 Zrotation Xrotation Yrotation"
WHOLE = f"HIERARCHY\nROOT a\n{{\nOFFSET 0 0 0\n{CHANNELS}\nEnd Site\n{{\nOFFSET 0 1 0\n}}\n}}\n"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (WHOLE.replace(CHANNELS, "CHANNELS 0") + "MOTION\nFrames: 1\nFrame Time: 0.05\n", "no joint has channels"),
        (WHOLE + "MOTION\nFrames: 1\nFrame Time: 0.05\n1 2\n", "do not divide"),
        (WHOLE + "MOTION\nFrames: 1\nFrame Time: 0\n1 2 3\n", "frame time"),
        (WHOLE + "MOTION\nFrames: 1\nFrame Time: 0.05\n1 nan 3\n", "NaN"),
        (WHOLE, "no MOTION"),
        (WHOLE.replace("OFFSET 0 1 0", "OFFSET 0"), "not a complete BVH"),
        (WHOLE.replace("Zrotation", "Wrotation") + "MOTION\nFrame Time: 0.05\n1 2 3\n", "unknown channel"),
        (WHOLE + "MOTION\nFrames: 1\nFrame Time: nan\n1 2 3\n", "frame time"),
        ("hello", "HIERARCHY"),
        ("", "not a complete BVH"),
    ],
)
def test_broken_files_are_named(tmp_path, text, complaint):
    path = tmp_path / "broken.bvh"
    path.write_text(text)
    with pytest.raises(MotionError, match=complaint) as caught:
        read_bvh(path)
    assert "broken.bvh" in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(MotionError, match="nowhere"):
        read_bvh(tmp_path / "nowhere.bvh")
