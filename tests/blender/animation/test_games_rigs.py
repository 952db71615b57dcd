"""Rigs with controls, in files for game engines."""

from __future__ import annotations

from pathlib import Path

import bpy
import motions
import pytest

from mmm_blender.animation.apply import ApplyOptions, apply_motion
from mmm_blender.animation.exporting.games.export import export_for_game
from mmm_blender.animation.exporting.games.settings import PRESETS
from mmm_blender.animation.exporting.takes import find_takes
from mmm_blender.headless.rigs.measured_rigs import build_named_rig, build_rigify
from mmm_blender.motion_file import Motion
from mmm_blender.rig.finding.find_mapping import find_mapping


@pytest.mark.parametrize("rig", ["Rigify", "Unreal mannequin"])
@pytest.mark.parametrize("engine", ["UNREAL", "GODOT"])
def test_deforming_bones_go_where_the_controls_bring_them(
    empty_scene: bpy.types.Scene, tmp_path: Path, rig: str, engine: str
) -> None:
    bpy.ops.preferences.addon_enable(module="rigify")
    armature = build_rigify("basic", True) if rig == "Rigify" else build_named_rig(rig)[0]
    motion = Motion(motions.walking_joints(40), 20.0, "walk", 1, "formula")
    apply_motion(armature, find_mapping(armature), motion, empty_scene, ApplyOptions())
    report = export_for_game(armature, empty_scene, find_takes(armature, "CURRENT"), PRESETS[engine], tmp_path)
    assert max(report.miss.root, report.miss.feet) < 2e-3
