"""Actions as files for game engines: what is in them, and that nothing else changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import bpy
import motions
import numpy as np
import pytest

from mmm_blender import character
from mmm_blender.animation.apply import ApplyOptions, apply_motion
from mmm_blender.animation.exporting.games import export as games
from mmm_blender.animation.exporting.games.clips import move_travel
from mmm_blender.animation.exporting.games.files import leaving_nothing
from mmm_blender.animation.exporting.games.settings import PRESETS, GameSettings
from mmm_blender.animation.exporting.games.skeleton import GameSkeleton
from mmm_blender.animation.exporting.takes import find_takes
from mmm_blender.compat import import_fbx
from mmm_blender.motion_file import Motion
from mmm_blender.rig.mapping import MMM_CHARACTER


@pytest.fixture
def armature(empty_scene: bpy.types.Scene) -> bpy.types.Object:
    made = character.add_character(empty_scene.collection, "Hero")
    made.location, made.rotation_euler = (2.0, -1.0, 0.0), (0.0, 0.0, 0.7)
    for name in ("walk", "run away"):
        motion = Motion(motions.walking_joints(60), 20.0, name, 1, "formula")
        apply_motion(made, MMM_CHARACTER, motion, bpy.context.scene, ApplyOptions()).name = name
    return made


def blocks() -> dict[str, list[str]]:
    return {
        each.identifier: [block.name for block in getattr(bpy.data, each.identifier)]
        for each in bpy.data.bl_rna.properties
        if each.type == "COLLECTION"
    }


def export(armature: bpy.types.Object, settings: GameSettings, folder: Path) -> games.GameReport:
    return games.export_for_game(armature, bpy.context.scene, find_takes(armature, "ALL"), settings, folder)


@pytest.mark.parametrize("engine", list(PRESETS))
def test_what_is_read_back_is_what_was_meant_and_the_file_stays(
    armature: bpy.types.Object, tmp_path: Path, engine: str
) -> None:
    scene = bpy.context.scene
    scene.frame_set(9)
    before, frames = blocks(), (scene.frame_start, scene.frame_end, scene.render.fps)
    report = export(armature, PRESETS[engine], tmp_path)
    expected = {
        "UNREAL": ["Hero_walk.fbx", "Hero_run_away.fbx"],
        "UNITY": ["Hero_walk.fbx", "Hero_run_away.fbx"],
        "GODOT": ["Hero.glb"],
        "OTHER": ["Hero.fbx"],
    }[engine]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(expected) == sorted(p.name for p in report.files)
    assert report.miss.root < 1e-3 and report.miss.feet < 2e-3
    assert blocks() == before and (scene.frame_start, scene.frame_end, scene.render.fps) == frames
    assert scene.frame_current == 9 and bpy.context.view_layer.objects.active == armature


def read(path: Path) -> bpy.types.Object:
    before = set(bpy.data.objects)
    import_fbx(str(path))
    return next(each for each in bpy.data.objects if each not in before and each.type == "ARMATURE")


@pytest.mark.parametrize("travel", ["ROOT", "IN_PLACE", "BODY"])
def test_the_way_is_where_it_is_wanted(armature: bpy.types.Object, tmp_path: Path, travel: str) -> None:
    report = export(armature, GameSettings(travel=travel, with_mesh=False), tmp_path)  # type: ignore[arg-type]
    with leaving_nothing():
        found = read(report.files[0])
        assert found.name == "Hero.001"  # what the file says is "Hero"; here one is there already
        root, pelvis = found.pose.bones["root"], found.pose.bones[MMM_CHARACTER.bones["pelvis"]]
        ways = {}
        for bone in (root, pelvis):
            points = []
            for frame in np.linspace(*found.animation_data.action.frame_range, 8):
                bpy.context.scene.frame_set(int(frame))
                points.append(found.matrix_world @ bone.head)
            ways[bone.name] = np.array(points)
    rooted, carried = ways.values()
    assert np.allclose(rooted[0], 0, atol=1e-3) and np.allclose(carried[0, :2], 0, atol=1e-3)
    gone, carried_off = (np.linalg.norm(way[-1, :2] - way[0, :2]) for way in (rooted, carried))
    assert (gone > 1.0) == (travel == "ROOT") and (carried_off > 1.0) == (travel != "IN_PLACE")
    if travel != "IN_PLACE":
        assert carried[-1, 1] < -1.0 and abs(carried[-1, 0]) < 0.3  # ahead is -Y, however the object stood
    assert np.ptp(rooted[:, 2]) < 1e-4


def test_only_deforming_bones_go_below_one_root(armature: bpy.types.Object, tmp_path: Path) -> None:
    helper = armature.data.bones[MMM_CHARACTER.bones["left_collar"]]
    helper.use_deform = False
    report = export(armature, GameSettings(), tmp_path)
    with leaving_nothing():
        bones = read(report.files[0]).data.bones
        assert helper.name not in bones and len(bones) == len(armature.data.bones)
        assert [bone.name for bone in bones if bone.parent is None] == ["root"]


def test_a_small_tilted_rig_comes_out_in_metres(armature: bpy.types.Object, tmp_path: Path) -> None:
    armature.scale = (0.5, 0.5, 0.5)
    report = export(armature, PRESETS["OTHER"], tmp_path)
    assert max(report.miss.root, report.miss.feet) < 2e-3
    with leaving_nothing():
        found = read(report.files[0])
        head = found.matrix_world @ found.data.bones[MMM_CHARACTER.bones["head"]].head_local
        wanted = 0.5 * armature.data.bones[MMM_CHARACTER.bones["head"]].head_local.z
        assert head.z == pytest.approx(wanted, abs=1e-3)


def test_a_folder_that_cannot_be_written_leaves_all_as_it_was(armature: bpy.types.Object, tmp_path: Path) -> None:
    before = blocks()
    with pytest.raises(OSError):
        export(armature, GameSettings(), tmp_path / "none")
    assert blocks() == before and armature.name == "Hero"


def test_the_root_is_as_fast_at_both_ends_as_in_between_and_ends_below_the_body() -> None:
    skeleton = GameSkeleton(
        ("root", "hips"), ("", "hips"), (-1, 0), np.tile(np.eye(4), (2, 1, 1)), np.ones(2), 1, (1, 1), np.eye(4)
    )
    seconds = np.arange(90) / 30
    poses = np.tile(np.eye(4), (90, 2, 1, 1))
    poses[:, 1, 1, 3] = -1.4 * seconds
    poses[:, 1, 0, 3] = 0.04 * np.sin(2 * np.pi * seconds)
    root = move_travel(poses, skeleton, replace(PRESETS["UNREAL"], fps=30.0))[:, 0, :3, 3]
    speed = -np.diff(root[:, 1]) * 30
    assert np.abs(speed - 1.4).max() < 0.01
    np.testing.assert_allclose(root[[0, -1], :2], poses[[0, -1], 1, :2, 3], atol=1e-9)
    assert np.abs(root[:, 0]).max() < 0.04
    still = move_travel(poses[:1], skeleton, PRESETS["UNREAL"])
    assert np.isfinite(still).all()
