"""A motion written among the keys of another takes over and gives back without a jump, in every rotation mode."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest

from mmm_blender import character
from mmm_blender.animation.apply import ApplyOptions, apply_motion
from mmm_blender.animation.played import played_curves
from mmm_blender.motion_file import read_motion
from mmm_blender.rig.mapping import MMM_CHARACTER

MOTIONS = Path(__file__).parents[1] / "motions"
BONES = ("pelvis", "hand.L", "foot.R", "head")


def places(armature: bpy.types.Object, frames: range) -> np.ndarray:
    """Heads (T, B, 3) of a few bones."""
    found = []
    for frame in frames:
        bpy.context.scene.frame_set(frame)
        found.append([np.array(armature.pose.bones[bone].matrix.translation) for bone in BONES])
    return np.array(found)


@pytest.mark.parametrize("mode", ["QUATERNION", "AXIS_ANGLE", "YZX"])
def test_a_motion_among_others_takes_over_and_gives_back(empty_scene: bpy.types.Scene, mode: str) -> None:
    empty_scene.render.fps = 24
    armature = character.add_character(empty_scene.collection)
    for bone in armature.pose.bones:
        bone.rotation_mode = mode
    apply_motion(armature, MMM_CHARACTER, read_motion(MOTIONS / "dance.npz"), empty_scene, ApplyOptions(1))
    old = places(armature, range(1, 131))
    kept = {
        (curve.data_path, curve.array_index): [tuple(key.co) for key in curve.keyframe_points]
        for curve in played_curves(armature)
    }
    empty_scene.frame_set(30)
    kick = read_motion(MOTIONS / "kick.npz")
    options = ApplyOptions(30, "ACTIVE_ACTION", place_at_current=True, blend_in=8, blend_out=8)
    apply_motion(armature, MMM_CHARACTER, kick, empty_scene, options)
    last = 30 + int((len(kick.joints) - 1) * 1.2)
    assert last < 125
    new = places(armature, range(1, 131))
    np.testing.assert_allclose(new[:30], old[:30], atol=1e-5)
    np.testing.assert_allclose(new[last - 1 :], old[last - 1 :], atol=1e-5)
    assert np.abs(new[38 : last - 9] - old[38 : last - 9]).max() > 0.1
    for curve in played_curves(armature):
        outside = [tuple(key.co) for key in curve.keyframe_points if not 30 <= key.co[0] <= last]
        before = kept[curve.data_path, curve.array_index]
        assert outside == [key for key in before if not 30 <= key[0] <= last]
    if mode == "AXIS_ANGLE":
        return  # its axis flips wherever a turn passes through none, in the keys that were there as well
    for fraction in (29.5, last - 0.5, last + 0.5):  # between keys as well: no quaternion changes its side there
        empty_scene.frame_set(int(fraction), subframe=0.5)
        between = np.array([np.array(armature.pose.bones[bone].matrix.translation) for bone in BONES])
        ends = new[[int(fraction) - 1, int(fraction)]]
        assert np.abs(between - ends.mean(0)).max() < 0.03 + np.abs(ends[1] - ends[0]).max(), fraction


def test_nothing_is_come_from_where_there_are_no_keys(empty_scene: bpy.types.Scene) -> None:
    armature = character.add_character(empty_scene.collection)
    armature.pose.bones["head"].keyframe_insert("rotation_quaternion", frame=1)
    wave, blended = read_motion(MOTIONS / "wave.npz"), []
    for frames in (0, 8):
        options = ApplyOptions(20, "ACTIVE_ACTION", blend_in=frames, blend_out=frames)
        apply_motion(armature, MMM_CHARACTER, wave, empty_scene, options)
        blended.append(places(armature, range(20, 30)))
    np.testing.assert_allclose(blended[0][:, :3], blended[1][:, :3], atol=1e-5)


def test_strips_blend_only_with_strips_that_play_then(empty_scene: bpy.types.Scene) -> None:
    armature = character.add_character(empty_scene.collection)
    wave = read_motion(MOTIONS / "wave.npz")
    for start in (1, 40, 20):
        options = ApplyOptions(start, "NLA_STRIP", blend_in=8, blend_out=8)
        apply_motion(armature, MMM_CHARACTER, wave, empty_scene, options)
    first, second, third = (track.strips[0] for track in armature.animation_data.nla_tracks)
    assert (first.blend_in, first.blend_out) == (0, 0) and first.extrapolation == "HOLD"
    assert (second.blend_in, second.blend_out) == (8, 0) and second.extrapolation == "HOLD_FORWARD"
    assert (third.blend_in, third.blend_out) == (8, 8) and third.extrapolation == "NOTHING"
