"""Feet longer than people's stay above the floor, as their meshes are shown."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest

from mmm_blender.animation.apply import ApplyOptions, apply_motion
from mmm_blender.headless.rigs import measure_rigs, measured_rigs, measured_soles
from mmm_blender.motion_file import read_motion
from mmm_blender.rig.finding.find_mapping import find_mapping
from mmm_blender.rig.foot_meshes import with_soles
from mmm_blender.rig.skeleton import read_rest
from mmm_blender.rig.sole import sole_of_bone

MOTIONS = Path(__file__).parents[1] / "motions"
LONG = 0.35  # metres that a shoe reaches ahead of the ankle


def add_shoe(armature: bpy.types.Object, bone: str, toes: str | None, skinned: bool) -> bpy.types.Object:
    """A shoe under ``bone``: from the heel to LONG ahead of it, what is ahead of ``toes`` moving with them."""
    head = armature.data.bones[bone].head_local
    split = armature.data.bones[toes].head_local.y if toes else head.y - LONG
    grid = [
        (head.x + across, ahead, height)
        for across in (-0.05, 0.05)
        for ahead in np.linspace(head.y + 0.06, head.y - LONG, 12)
        for height in (0.0, 0.06)
    ]
    mesh = bpy.data.meshes.new(f"Shoe {bone}")
    mesh.from_pydata(grid, [], [])
    shoe = bpy.data.objects.new(mesh.name, mesh)
    bpy.context.scene.collection.objects.link(shoe)
    shoe.parent = armature
    if not skinned:
        shoe.parent_type, shoe.parent_bone = "BONE", bone
        rest = armature.data.bones[bone]
        end = rest.matrix_local.copy()
        end.translation = rest.tail_local
        shoe.matrix_parent_inverse = end.inverted()
        return shoe
    shoe.modifiers.new("Armature", "ARMATURE").object = armature
    for name, rows in (
        (bone, [row for row, point in enumerate(grid) if point[1] >= split]),
        (toes, [row for row, point in enumerate(grid) if point[1] < split]),
    ):
        if name and rows:
            shoe.vertex_groups.new(name=name).add(rows, 1.0, "REPLACE")
    return shoe


def depths(armature: bpy.types.Object, scene: bpy.types.Scene) -> np.ndarray:
    """How far the lowest vertex of either foot is below where it is at rest, at every frame."""
    mapping = find_mapping(armature)
    rest = read_rest(armature, mapping)
    up, feet = rest.facing()[:, 1], measured_soles.find_feet(armature, rest, mapping)
    still = measured_soles.rest_heights(armature, feet, up)
    found = []
    for frame in range(scene.frame_start, scene.frame_end + 1):
        scene.frame_set(frame)
        found.append([still[side] - measured_soles.lowest_height(armature, feet, side, up) for side in feet])
    return np.array(found)


@pytest.mark.parametrize("kind", ["toes", "no toes", "rigid"])
@pytest.mark.parametrize("name", ["walk", "kick"])
def test_long_shoes_stay_above_the_floor(empty_scene: bpy.types.Scene, kind: str, name: str) -> None:
    armature, bones = measured_rigs.build_named_rig("Mixamo")
    for side in ("left", "right"):
        if kind != "toes":
            bpy.ops.object.mode_set(mode="EDIT")
            armature.data.edit_bones.remove(armature.data.edit_bones[bones[f"{side}_foot"]])
            bpy.ops.object.mode_set(mode="OBJECT")
        toes = bones[f"{side}_foot"] if kind == "toes" else None
        add_shoe(armature, bones[f"{side}_ankle"], toes, skinned=kind != "rigid")
    bpy.context.view_layer.update()
    mapping, motion = find_mapping(armature), read_motion(MOTIONS / f"{name}.npz")
    apply_motion(armature, mapping, motion, empty_scene, ApplyOptions(lock_feet=False))
    assert depths(armature, empty_scene).max() > 0.04  # what it would be without
    apply_motion(armature, mapping, motion, empty_scene)
    found = depths(armature, empty_scene)
    assert found.max() < 0.005
    assert (found.max(1) > -0.03).mean() > 0.7  # and they stand on it, as far as the motion does


def test_a_sole_that_its_toes_move_in_part_stays_above_the_floor(
    empty_scene: bpy.types.Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three quarters of a turn lift it by three quarters: it needs so much more."""
    monkeypatch.setattr("tests.blender.rig.test_soles.LONG", 0.3)
    armature, bones = measured_rigs.build_named_rig("Mixamo")
    for side in ("left", "right"):
        ankle, toes = bones[f"{side}_ankle"], bones[f"{side}_foot"]
        shoe = add_shoe(armature, ankle, toes, skinned=True)
        ahead = [
            row for row, point in enumerate(shoe.data.vertices) if point.co.y < armature.data.bones[toes].head_local.y
        ]
        shoe.vertex_groups[ankle].add(ahead, 0.4, "REPLACE")
        shoe.vertex_groups[toes].add(ahead, 0.6, "REPLACE")
    bpy.context.view_layer.update()
    mapping, motion = find_mapping(armature), read_motion(MOTIONS / "walk.npz")
    apply_motion(armature, mapping, motion, empty_scene)
    assert depths(armature, empty_scene).max() < 0.005


def test_the_measure_looks_at_the_mesh(empty_scene: bpy.types.Scene) -> None:
    armature, bones = measured_rigs.build_named_rig("Mixamo")
    mapping, motion = find_mapping(armature), read_motion(MOTIONS / "walk.npz")
    empty_scene.render.fps = 20
    apply_motion(armature, mapping, motion, empty_scene)
    assert measure_rigs.score_rig(armature, mapping, motion.joints, empty_scene).sunk < 5.0
    for side in ("left", "right"):
        add_shoe(armature, bones[f"{side}_ankle"], None, skinned=True)
    assert measure_rigs.score_rig(armature, mapping, motion.joints, empty_scene).sunk > 40.0


def test_tips_of_toe_bones_stand_in_for_a_mesh(empty_scene: bpy.types.Scene) -> None:
    armature, _ = measured_rigs.build_named_rig("Mixamo")
    mapping = find_mapping(armature)
    rest = read_rest(armature, mapping)
    soles = with_soles(armature, rest, mapping).soles
    assert np.allclose(soles["left"].points, rest.tails["left_foot"])
    ankle, head, up = rest.heads["left_ankle"], rest.heads["left_foot"], rest.facing()[:, 1]
    far, upright = (head + offset for offset in (rest.facing()[:, 2] * 10.0, up * 0.05))
    assert sole_of_bone(ankle, head, far, up) is None and sole_of_bone(ankle, head, upright, up) is None
