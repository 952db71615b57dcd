"""Feet that the floor turns stay where they stand, as high as they must; legs of other proportions lean little."""

from __future__ import annotations

import bpy
import numpy as np
import pytest

from mmm_blender.headless.rigs import measured_rigs
from mmm_blender.rig.body import soles
from tests.blender.rig.test_proportions import shown
from tests.blender.rig.test_soles import add_shoe

FRAMES, UP, AHEAD = 40, np.array([0.0, 1.0, 0.0]), np.array([0.0, 0.0, 1.0])


def test_a_foot_that_rolls_stays_where_it_stands(empty_scene: bpy.types.Scene) -> None:
    """It rolls about the ankle, which carries its toe joint along."""
    armature, bones = measured_rigs.build_named_rig("Mixamo")
    for side in ("left", "right"):
        bpy.ops.object.mode_set(mode="EDIT")
        armature.data.edit_bones.remove(armature.data.edit_bones[bones[f"{side}_foot"]])
        bpy.ops.object.mode_set(mode="OBJECT")
        add_shoe(armature, bones[f"{side}_ankle"], None, skinned=True)
    bpy.context.view_layer.update()
    empty_scene.render.fps = 24
    assert shown(armature, "run", empty_scene).skate < 1.5  # 2.4 where the ankle stays


@pytest.mark.parametrize("depth", [0.02, 0.1, 0.3])
def test_a_foot_with_no_room_for_either_end_lies_where_both_are_equally_low(depth: float) -> None:
    """However far below the floor: an end that no turn would bring up to it says nothing of the other."""
    tip, heel = np.array([0.0, -0.02, 0.11]), np.array([0.0, -0.02, -0.4])
    points = np.broadcast_to([tip, heel], (FRAMES, 2, 3)).copy()
    floors, along = np.full((FRAMES, 2), depth - 0.02), np.array([tip[2], heel[2]])
    ahead = np.broadcast_to(AHEAD, (FRAMES, 3))
    angle = soles._between(points, floors, ahead, UP, along, float(soles.MOST_FOOT), 30.0)
    sunk = [depth - 0.02 - (np.sin(angle) * point[2] + np.cos(angle) * point[1]) for point in (tip, heel)]
    np.testing.assert_allclose(sunk[0], sunk[1], atol=2e-4)


def test_what_a_shin_moves_in_part_stays_above_the_floor(empty_scene: bpy.types.Scene) -> None:
    armature, bones = measured_rigs.build_named_rig("Mixamo")
    for side in ("left", "right"):
        ankle, knee = bones[f"{side}_ankle"], bones[f"{side}_knee"]
        shoe = add_shoe(armature, ankle, bones[f"{side}_foot"], skinned=True)
        ahead = armature.data.bones[ankle].head_local.y - 0.06
        heel = [vertex.index for vertex in shoe.data.vertices if vertex.co.y > ahead]
        shoe.vertex_groups[ankle].add(heel, 0.6, "REPLACE")
        shoe.vertex_groups.new(name=knee).add(heel, 0.4, "REPLACE")
    bpy.context.view_layer.update()
    empty_scene.render.fps = 60
    assert shown(armature, "roll", empty_scene).sunk < 5.0  # 8.0 where it counts as foot


@pytest.mark.parametrize("lower", [-0.08, 0.08])
def test_a_foot_stands_where_its_leg_leans_least(empty_scene: bpy.types.Scene, lower: float) -> None:
    """Bent legs whose thighs are shorter or longer than a person's ask for another place than straight ones."""
    armature, bones = measured_rigs.build_named_rig("Mixamo")
    bpy.ops.object.mode_set(mode="EDIT")
    for side in ("left", "right"):
        knee, hip = (armature.data.edit_bones[bones[f"{side}_{joint}"]] for joint in ("knee", "hip"))
        knee.head.z -= lower
        hip.tail = knee.head
    bpy.ops.object.mode_set(mode="OBJECT")
    empty_scene.render.fps = 30
    scores = shown(armature, "backflip", empty_scene)
    assert scores.limb_p99 < 5.0 and scores.skate < 2.0  # 5.3 and 6.3 degrees where all that counts is the mean
