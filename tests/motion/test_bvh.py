from pathlib import Path

import numpy as np
import pytest

from engine.motion import rotations
from engine.motion.bvh import read_bvh, write_bvh
from engine.motion.errors import MotionError
from engine.motion.skeleton import EXPRESSIVE, HUMANML3D
from engine.motion.uniform import uniform_offsets

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


def test_rest_pose_is_the_t_pose(tmp_path):
    write_bvh(tmp_path / "a.bvh", np.load(GOLDEN / "humanml3d_new_joints_012314.npy"), 20.0)
    clip = read_bvh(tmp_path / "a.bvh")
    at = {name: clip.rest_positions[clip.index(name)] for name in HUMANML3D.joint_names}
    assert at["head"][1] > at["pelvis"][1] > at["left_knee"][1] > at["left_foot"][1]
    arm = at["left_wrist"] - at["left_shoulder"]
    assert arm[0] > 40 and abs(arm[1]) < 1e-3 and abs(arm[2]) < 1e-3
    assert at["left_foot"][2] > at["left_ankle"][2] and at["left_hip"][0] > 0 > at["right_hip"][0]


def test_twist_follows_a_limb_that_passes_overhead(tmp_path):
    """The left arm swings from the side over and past the head and back, wobbling: no bone may spin."""
    offsets = uniform_offsets(EXPRESSIVE)
    angle = np.radians(140) * np.sin(np.linspace(0, np.pi, 80))
    arm = np.stack((np.cos(angle), np.sin(angle), 0.3 * np.sin(2 * angle)), axis=-1)
    arm /= np.linalg.norm(arm, axis=-1, keepdims=True)
    joints = np.zeros((80, 27, 3))
    for joint, parent in enumerate(EXPRESSIVE.parents):
        swung = EXPRESSIVE.joint_names[joint] in ("left_elbow", "left_wrist", "left_hand")
        bone = np.linalg.norm(offsets[joint]) * arm if swung else offsets[joint]
        joints[:, joint] = bone + (joints[:, parent] if parent >= 0 else [0.0, 0.95, 0.0])
    write_bvh(tmp_path / "a.bvh", joints, 20.0)
    clip = read_bvh(tmp_path / "a.bvh")
    order = [clip.index(name) for name in EXPRESSIVE.joint_names]
    assert np.abs(clip.positions[:, order] / 100 - joints).max() < 1e-4
    turns = rotations.multiply(clip.rotations[1:], rotations.invert(clip.rotations[:-1]))
    assert np.degrees(2 * np.arccos(np.clip(np.abs(turns[..., 0]), 0, 1))).max() < 25.0


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
