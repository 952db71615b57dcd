"""Motion files: ours come back whole, others' as far as they go, and what is none is told."""

from pathlib import Path

import numpy as np
import pytest

from engine.motion.errors import MotionError
from engine.motion.features import features_of_every_frame
from engine.motion.motion import Motion
from engine.motion.motion_file import read_motion_file

GOLDEN = Path(__file__).parents[1] / "golden" / "humanml3d_new_joints_012314.npy"
REQUEST = {"method": "generate", "prompt": "a person waves", "seconds": None, "seed": 7, "model": "mmm-open"}


@pytest.fixture(scope="module")
def joints() -> np.ndarray:
    return np.load(GOLDEN).astype(np.float32)[:40]


def test_what_was_saved_is_loaded(joints, tmp_path):
    motion = Motion(joints, features_of_every_frame(joints), 20.0, REQUEST)
    motion.save(tmp_path / "a.npz")
    back = Motion.load(str(tmp_path / "a.npz"))
    assert np.array_equal(back.joints, motion.joints) and np.array_equal(back.features, motion.features)
    assert (back.fps, back.request, back.prompt, back.seed, back.model) == (
        20.0,
        REQUEST,
        "a person waves",
        7,
        "mmm-open",
    )


def test_a_file_from_before_requests_and_one_of_somebody_else(joints, tmp_path):
    np.savez(tmp_path / "old.npz", joints=joints, fps=20.0, prompt="walk", seed=3, model="mmm-open")
    assert Motion.load(tmp_path / "old.npz").request == {"prompt": "walk", "seed": 3, "model": "mmm-open"}
    np.savez(tmp_path / "bare.npz", joints=joints.astype(np.float64), mocap_framerate=20.0)
    bare = Motion.load(tmp_path / "bare.npz")
    assert np.allclose(bare.features, features_of_every_frame(joints), atol=1e-5)
    assert (bare.prompt, bare.seed, bare.model) == ("", 0, "")


@pytest.mark.parametrize(
    ("arrays", "complaint"),
    [
        ({"poses": np.zeros((5, 66))}, "body parameters"),
        ({"features": np.zeros((5, 263))}, "no array 'joints'"),
        ({"joints": np.zeros((5, 66)), "fps": 20}, r"shape \(5, 66\)"),
        ({"joints": np.zeros((1, 22, 3)), "fps": 20}, r"shape \(1, 22, 3\)"),
        ({"joints": np.zeros((5, 22, 3)), "fps": 0}, "0 frames a second"),
        ({"joints": np.zeros((5, 22, 3)), "fps": "fast"}, "no motion file"),
        ({"joints": np.zeros((5, 22, 3)), "fps": 20, "request": "{"}, "no motion file"),
        ({"joints": np.zeros((5, 22, 3)), "fps": 20, "request": "[]"}, "no JSON object"),
        ({"joints": np.zeros((5, 22, 3))}, "does not say its frame rate"),
        ({"joints": np.full((5, 22, 3), np.nan), "fps": 20}, "NaN"),
        ({"joints": np.array([[{}]]), "fps": 20}, "no motion file"),
    ],
)
def test_what_is_no_motion_is_told(arrays, complaint, tmp_path):
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(MotionError, match=complaint):
        Motion.load(tmp_path / "a.npz")


def test_joints_of_text_to_motion_models_have_humanml3ds_rate(joints, tmp_path):
    np.save(tmp_path / "sample0.npy", joints)
    file = read_motion_file(tmp_path / "sample0.npy")
    assert np.array_equal(file.joints, joints) and file.fps == 20.0 and file.request == {}


def test_other_files_are_told(tmp_path):
    (tmp_path / "text.npz").write_text("hello")
    (tmp_path / "text.npy").write_text("hello")
    np.save(tmp_path / "array.npy", np.zeros((5, 24, 3)))
    np.save(tmp_path / "objects.npy", np.array([{}]))
    (tmp_path / "cut.npz").write_bytes(b"PK\x03\x04" + bytes(50))
    for name, complaint in (
        ("text.npz", "no motion file"),
        ("array.npy", r"array of shape \(5, 24, 3\), and not HumanML3D's joints"),
        ("objects.npy", "Python objects"),
        ("text.npy", "damaged, or no .npy"),
        ("cut.npz", "no motion file"),
        ("none.npz", "does not exist"),
    ):
        with pytest.raises(MotionError, match=complaint):
            read_motion_file(tmp_path / name)


def test_a_failed_save_leaves_nothing(joints, tmp_path):
    motion = Motion(joints, features_of_every_frame(joints), 20.0, {"prompt": object()})
    with pytest.raises(TypeError):
        motion.save(tmp_path / "a.npz")
    assert not list(tmp_path.iterdir())
