"""The command that measures retargeting, on a few rigs, and that its scores notice bad motion."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np
import pytest

from mmm_blender import character, compat
from mmm_blender.animation.apply import ApplyOptions, apply_motion
from mmm_blender.headless.rigs import measure_rigs, measured_rigs
from mmm_blender.motion_file import Motion, read_motion
from mmm_blender.rig.mapping import MMM_CHARACTER

MOTIONS = Path(__file__).parents[1] / "motions"


def test_the_command_writes_table_and_numbers(tmp_path: Path) -> None:
    (tmp_path / "motions").mkdir()
    shutil.copy(MOTIONS / "jump.npz", tmp_path / "motions")
    measure_rigs.run(tmp_path / "motions", None, tmp_path / "out", quick=True)
    data = json.loads((tmp_path / "out.json").read_text())
    assert {result["rig"] for result in data["results"]} >= {"MMM Character", "Mixamo", "Rigify basic FK"}
    for result in data["results"]:
        assert result["untouched"]
        assert result["scores"]["limb_mean"] < 2.0 and result["scores"]["sunk"] < 5.0
        assert result["sampled"] < (25.0 if "Rigify" in result["rig"] else 15.0)
    assert set(data["mapping"].values()) == {"all right"} and "random rig 1" in data["mapping"]
    assert "| Mixamo |" in (tmp_path / "out.md").read_text()


def test_no_motions_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no motion files"):
        measure_rigs.run(tmp_path, None, None, quick=True)


def test_bones_whose_axes_say_how_they_bend_are_not_rolled(empty_scene: bpy.types.Scene) -> None:
    armature, bones = measured_rigs.build_named_rig("Mixamo")
    knee, thigh = (armature.pose.bones[bones[f"left_{joint}"]] for joint in ("knee", "hip"))
    knee.lock_ik_y = knee.lock_ik_z = True
    before = [bone.bone.matrix_local.copy() for bone in (knee, thigh)]
    measured_rigs.set_conditions(armature, measured_rigs.Conditions(rolls=3))
    after = [bone.bone.matrix_local for bone in (knee, thigh)]
    moved = [np.abs(np.array(old) - np.array(new)).max() for old, new in zip(before, after, strict=True)]
    assert moved[0] < 1e-4 and moved[1] > 0.1


def test_scores_notice_what_is_wrong(empty_scene: bpy.types.Scene) -> None:
    motion = read_motion(MOTIONS / "walk.npz")
    empty_scene.render.fps = 20
    armature = character.add_character(empty_scene.collection)

    def scores(joints: np.ndarray, **options: object) -> object:
        played = Motion(joints.astype(np.float32), 20.0)
        apply_motion(armature, MMM_CHARACTER, played, empty_scene, ApplyOptions(**options))
        return measure_rigs.score_rig(armature, MMM_CHARACTER, motion.joints, empty_scene)

    good = scores(motion.joints)
    assert good.passes()
    assert "limb_mean" in scores(motion.joints * [-1.0, 1.0, 1.0]).failures()
    assert "path_error" in scores(motion.joints, in_place=True).failures()
    assert "skate" in scores(motion.joints, lock_feet=False).failures()
    sunk = motion.joints - [0.0, 0.05, 0.0]
    assert scores(sunk, lock_feet=False).sunk > 20.0 and scores(sunk).sunk < 5.0
    trembling = motion.joints + np.random.default_rng(0).normal(0, 0.01, motion.joints.shape)
    assert "jitter" in scores(trembling).failures()
    assert replace(good, jumps=1).failures() == ["jumps"]


@pytest.mark.parametrize("frames", [2, 3, 5])
def test_the_shortest_motions_work(empty_scene: bpy.types.Scene, frames: int) -> None:
    motion = read_motion(MOTIONS / "run.npz")
    armature = character.add_character(empty_scene.collection)
    for fps in (24, 60):
        empty_scene.render.fps = fps
        apply_motion(armature, MMM_CHARACTER, Motion(motion.joints[:frames], 20.0), empty_scene)
        curves = compat.curves_of(armature.animation_data.action)
        assert all(np.isfinite(point.co[1]) for curve in curves for point in curve.keyframe_points)
