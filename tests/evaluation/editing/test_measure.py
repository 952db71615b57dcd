"""The measures of editing, on motions whose answers are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.editing.compose import Take
from engine.errors import InputError
from engine.evaluation.clips import Clip
from engine.evaluation.editing.baselines import interpolate_span, paste_nearest
from engine.evaluation.editing.measure import EditingConfig, draw_clips, seam_ratios, step_sizes
from engine.evaluation.editing.report import editing_markdown, write_editing
from engine.motion.features import face_forward
from engine.motion.parts import body_parts
from engine.motion.skeleton import HUMANML3D

CLIP = face_forward(
    np.load(Path(__file__).parents[2] / "golden" / "humanml3d_new_joints_012314.npy").astype(np.float64)
)


def test_steps_of_an_even_motion():
    joints = np.zeros((10, 22, 3))
    joints[..., 0] = 0.1 * np.arange(10)[:, None]
    steps, changes = step_sizes(joints)
    assert np.allclose(steps, 0.1) and np.allclose(changes, 0.0)


def test_a_pop_at_a_seam_is_seen_and_one_elsewhere_is_not():
    joints = CLIP[:90].copy()
    smooth = seam_ratios(joints, 30, 60)
    assert smooth[0] < 1.5 and smooth[1] < 1.5
    popped = joints.copy()
    popped[30:60, :, 1] += 0.6
    assert min(seam_ratios(popped, 30, 60)) > 3.0
    inside = joints.copy()
    inside[40:50, :, 1] += 0.3
    assert seam_ratios(inside, 30, 60) == smooth


def test_interpolation_goes_from_pose_to_pose_with_rigid_bones():
    made = interpolate_span(CLIP, 30, 60)
    outside = np.r_[0:30, 60 : len(CLIP)]
    assert np.array_equal(made[outside], CLIP[outside])
    travel = np.diff(made[29:61, 0], axis=0)
    assert np.allclose(travel, travel[0])
    lengths = np.linalg.norm(made[:, 1:] - made[:, list(HUMANML3D.parents[1:])], axis=-1)
    assert np.ptp(lengths[29:61], axis=0).max() < 2 * np.ptp(lengths[outside], axis=0).max() + 1e-6


def test_the_stretch_itself_is_the_nearest_to_paste():
    take = Take.of(CLIP[:90])
    parts = body_parts("lower_upper")
    noise = np.random.default_rng(0).normal(size=(80, 263)).astype(np.float32)
    made = paste_nearest(take, 29, 61, [noise, take.features], parts)
    assert np.abs(made - CLIP[:90]).mean() < 0.01
    with pytest.raises(ValueError, match="34 frames long"):
        paste_nearest(take, 29, 61, [noise[:10]], parts)


def report() -> dict:
    spread = {"median": 1.0, "p95": 1.2, "max": 1.4, "within": 1.0, "bar": 1.5}
    return {
        "model": "toy",
        "split": "test",
        "clips": 8,
        "in_between": {
            "kept_difference": 0.0,
            "seam_position": spread,
            "seam_velocity": spread | {"max": 2.5, "bar": 2.0},
            "fid": {"edited": 0.02, "tokenizer": 0.015, "interpolated": 0.03, "pasted": 0.01},
            "skate": {"edited": 3.0, "real": 2.0},
        },
        "upper_body": {
            "clips": 4,
            "legs_difference": 0.0,
            "r_at_3": {"real": 0.8, "edited": 0.5, "generated": 0.7},
            "pool_size": 32,
        },
        "loops": [{"prompt": "walks", "travel": True, "step": 0.5, "velocity": 0.4, "root_velocity": 0.3}],
        "story": {
            "seconds": 60.0,
            "real_99": 17.0,
            "elsewhere_99": 15.0,
            "transitions": [{"into": "a", "acceleration": 3.0}, {"into": "b", "acceleration": 16.0}],
        },
        "paths": {
            "prompt": "walks",
            "skate_real": 2.0,
            "skate_real_walking": 10.0,
            "skate_generated": 12.0,
            "curves": [{"curve": "S", "seconds": 5.0, "distance": 0.02, "skate": 14.0}],
        },
        "edit_time": {"wall": 0.7, "cpu": 0.9},
    }


def test_the_table_says_what_is_met(tmp_path):
    table = [line for line in editing_markdown(report()).splitlines() if " | " in line]
    lines = {line.split(" | ")[0].strip("| "): line for line in table}
    unmet = {name for name, line in lines.items() if "**no**" in line}
    assert unmet == {
        "seams, velocity step",
        "nearest real clip pasted, FID",
        "upper body of 4 clips, R@3 in pools of 32",
    }
    assert '16.0 m/s² into "b"' in lines["story of 60 s, hardest transition"]
    page = tmp_path / "editing.md"
    page.write_text("# Editing\n\nGuide.\n")
    write_editing(report(), tmp_path / "editing.json", page)
    write_editing(report(), tmp_path / "editing.json", page)
    assert page.read_text().startswith("# Editing\n\nGuide.\n")
    assert page.read_text().count("story of 60 s") == 1


def test_clips_are_drawn_by_their_length():
    clips = [Clip(str(n), np.zeros((n, 263), np.float32), ("a person walks",), str(n)) for n in range(40, 80, 5)]
    config = EditingConfig(min_frames=60)
    drawn = draw_clips(clips, 3, config)
    assert len(drawn) == 3
    assert all(len(clip.load()) >= 60 for clip in drawn)
    assert drawn == draw_clips(clips, 3, config)
    with pytest.raises(InputError, match="too few"):
        draw_clips(clips, 3, EditingConfig(min_frames=100_000))
