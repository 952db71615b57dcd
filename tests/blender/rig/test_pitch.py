"""Feet much longer than people's pitch less near the floor, about their own axis, and sampling has the way back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np
import pytest

from mmm_blender import character
from mmm_blender.animation.apply import apply_motion
from mmm_blender.coordinates import FloatArray
from mmm_blender.headless.rigs import measured_rigs
from mmm_blender.motion_file import read_motion
from mmm_blender.rig import canonical, sampling
from mmm_blender.rig.body.pitch import calm_foot, heading, rest_heading
from mmm_blender.rig.finding.find_mapping import find_mapping
from mmm_blender.rig.mapping import MMM_CHARACTER
from mmm_blender.rig.rotations import about, dot, normalize, rotate
from mmm_blender.rig.skeleton import RigRest, read_rest
from mmm_blender.rig.sole import Sole
from tests.blender.rig.test_soles import add_shoe

MOTIONS = Path(__file__).parents[1] / "motions"
PITCHES = np.arange(-172.0, 173.0, 4.0)


@pytest.fixture
def rest(empty_scene: bpy.types.Scene) -> RigRest:
    """A rest pose with feet that reach half a leg ahead."""
    found = read_rest(character.add_character(empty_scene.collection), MMM_CHARACTER)
    still = found.standing(found.facing())
    soles = {}
    for side in ("left", "right"):
        tip = found.heads[f"{side}_ankle"] + 0.5 * found.leg_length() * rest_heading(
            found, still, side, found.facing()[:, 1]
        )
        soles[side] = Sole(tip[None], np.zeros(1), np.zeros(1), np.zeros(1))
    return replace(found, soles=soles)


def turned(rest: RigRest, pitch: FloatArray, lean: float) -> FloatArray:
    """Turns of a left foot, headed aside by 40 degrees, leaning by ``lean`` and pitched by ``pitch`` (T,) degrees."""
    up = rest.facing()[:, 1]
    way = rest_heading(rest, rest.standing(rest.facing()), "left", up)
    aside = about(up, np.radians(40.0)) @ about(way, np.radians(lean))
    return aside @ about(-np.cross(up, way), np.radians(pitch))


@pytest.mark.parametrize("lean", [0.0, 25.0, 60.0])
@pytest.mark.parametrize("height", [0.0, 0.3, 0.45, 2.0])
def test_calming_a_foot_has_a_way_back(rest: RigRest, lean: float, height: float) -> None:
    up, still = rest.facing()[:, 1], rest.standing(rest.facing())
    turn = turned(rest, PITCHES, lean)
    heights = np.full(len(turn), height * rest.leg_length())
    calmed = calm_foot(turn, heights, rest, still, "left", up)
    np.testing.assert_allclose(calm_foot(calmed, heights, rest, still, "left", up, back=True), turn, atol=1e-3)
    across = np.cross(up, rest_heading(rest, still, "left", up))
    np.testing.assert_allclose(rotate(calmed, across), rotate(turn, across), atol=1e-9)  # it leans as it did
    if height == 2.0:
        np.testing.assert_allclose(calmed, turn, atol=1e-9)


def test_a_steep_foot_near_the_floor_lies_flatter_and_one_that_kneels_stays_on_its_back(rest: RigRest) -> None:
    up, still = rest.facing()[:, 1], rest.standing(rest.facing())
    way = rest_heading(rest, still, "left", up)
    steep = np.array([-80.0, -60.0, -20.0, -155.0, -165.0])
    turn = turned(rest, steep, 10.0)
    calmed = calm_foot(turn, np.zeros(len(turn)), rest, still, "left", up)
    rises = [np.degrees(np.arcsin(rotate(each, way) @ up)) for each in (turn, calmed)]
    assert (np.abs(rises[1]) < 0.75 * np.abs(rises[0])).all()
    for each in (turn, calmed):
        ahead, back = heading(each, way, up)
        np.testing.assert_array_equal(back, [False, False, False, True, True])
        assert dot(ahead, normalize(rotate(about(up, np.radians(40.0)), way))[None]).min() > 0.9


def test_a_foot_swings_through_upright_smoothly(rest: RigRest) -> None:
    """Near upright which way it leans is noise: it was laid on its side for it, and flipped."""
    up, still = rest.facing()[:, 1], rest.standing(rest.facing())
    turn = turned(rest, np.linspace(-60.0, -120.0, 61), 20.0)
    heights = np.full(len(turn), 0.2 * rest.leg_length())
    calmed = calm_foot(turn, heights, rest, still, "left", up)
    steps = np.swapaxes(calmed[:-1], -1, -2) @ calmed[1:]
    angles = np.degrees(np.arccos(np.clip((np.trace(steps, axis1=-2, axis2=-1) - 1.0) / 2.0, -1.0, 1.0)))
    assert angles.max() < 3.0  # of one degree a step


def test_long_feet_are_sampled_back_as_the_motion_had_them(
    empty_scene: bpy.types.Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.blender.rig.test_soles.LONG", 0.45)
    empty_scene.render.fps = 20
    armature, bones = measured_rigs.build_named_rig("Mixamo")
    for side in ("left", "right"):
        bpy.ops.object.mode_set(mode="EDIT")
        armature.data.edit_bones.remove(armature.data.edit_bones[bones[f"{side}_foot"]])
        bpy.ops.object.mode_set(mode="OBJECT")
        add_shoe(armature, bones[f"{side}_ankle"], None, skinned=True)
    bpy.context.view_layer.update()
    mapping, motion = find_mapping(armature), read_motion(MOTIONS / "walk.npz")
    apply_motion(armature, mapping, motion, empty_scene)
    found = sampling.sample_rig(armature, mapping, empty_scene, 1.0, float(empty_scene.frame_end))
    count = min(len(found), len(motion.joints))
    rises = []
    for joints in (found[:count], motion.joints[:count]):
        ankle, foot = (joints[:, canonical.INDEX[f"left_{joint}"]] for joint in ("ankle", "foot"))
        rises.append(normalize(foot - ankle)[:, 1])
    assert np.abs(rises[0] - rises[1]).mean() < 0.1
