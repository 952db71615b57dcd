"""Going on by hand: thinned keys stay near and smooth, corrections add, and another frame rate keeps the time."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest
from edits import all_keys
from mathutils import Euler

from mmm_blender import character
from mmm_blender.animation.apply import ApplyOptions, apply_motion
from mmm_blender.animation.played import keyed_range, played_curves
from mmm_blender.editing.by_hand.correction import add_correction_layer
from mmm_blender.editing.by_hand.rate import other_rate, retime_action
from mmm_blender.editing.by_hand.thinning import thin_keys, turning_points
from mmm_blender.editing.story_strips import Strip, read_story, write_story
from mmm_blender.motion_file import read_motion
from mmm_blender.rig.mapping import MMM_CHARACTER

MOTIONS = Path(__file__).parents[2] / "motions"
ENDS = ("hand.L", "hand.R", "foot.L", "foot.R", "head")


@pytest.fixture
def kicker(empty_scene: bpy.types.Scene) -> bpy.types.Object:
    """Our character kicking: a key on every frame from 7 on, at 24 fps."""
    empty_scene.render.fps = 24
    armature = character.add_character(empty_scene.collection)
    apply_motion(armature, MMM_CHARACTER, read_motion(MOTIONS / "kick.npz"), empty_scene, ApplyOptions(start_frame=7))
    return armature


def places(armature: bpy.types.Object, frames: np.ndarray) -> np.ndarray:
    """Heads and tails (T, 10, 3) of hands, feet and head, world space."""
    found = []
    for frame in frames:
        whole = int(np.floor(frame + 1e-6))
        bpy.context.scene.frame_set(whole, subframe=float(max(frame - whole, 0.0)))
        bones = [armature.pose.bones[name] for name in ENDS]
        found.append([np.array(armature.matrix_world @ at) for bone in bones for at in (bone.head, bone.tail)])
    return np.array(found)


def test_turning_points_are_those_that_go_as_far_back() -> None:
    values = np.array([0, 1, 2, 3, 2.95, 3.1, 2, 1, 0.5, 0.55, 0.5, 2, 2.2, 2.1])
    assert turning_points(values, 0.5) == {5, 8} or turning_points(values, 0.5) == {5, 10}
    assert turning_points(np.zeros(9), 0.5) == set()


@pytest.mark.parametrize("mode", ["QUATERNION", "XYZ"])
def test_thinned_keys_stay_as_near_as_was_said(kicker: bpy.types.Object, mode: str) -> None:
    scene = bpy.context.scene
    if mode == "XYZ":
        for bone in kicker.pose.bones:
            bone.rotation_mode = mode
        apply_motion(kicker, MMM_CHARACTER, read_motion(MOTIONS / "kick.npz"), scene, ApplyOptions(start_frame=7))
    first, last = keyed_range(kicker)
    every = np.arange(first, last + 1)
    before = places(kicker, every)
    counts = []
    for tolerance in (0.01, 0.05):
        scene.frame_set(20)
        done = thin_keys(kicker, scene, tolerance)
        assert scene.frame_current == 20 and done.error <= tolerance + 1e-6
        counts.append(done.after)
        assert all(len(curve.keyframe_points) == done.after for curve in played_curves(kicker))
        # each bone is as near as was said; what hangs on a chain of them adds up
        off = np.linalg.norm(places(kicker, every) - before, axis=-1)
        assert off.max() < 4 * tolerance, (off.max(), tolerance)
        if tolerance == 0.05:
            with pytest.raises(ValueError, match="nothing to thin"):
                thin_keys(kicker, scene, tolerance)
        else:
            apply_motion(kicker, MMM_CHARACTER, read_motion(MOTIONS / "kick.npz"), scene, ApplyOptions(start_frame=7))
    print(mode, counts, "of", len(every))
    assert counts[1] < counts[0] < len(every) and counts[1] < 0.45 * len(every)


def test_a_fix_of_two_keys_is_a_curve(kicker: bpy.types.Object) -> None:
    scene = bpy.context.scene
    thin_keys(kicker, scene, 0.05)
    curve = next(c for c in played_curves(kicker) if c.data_path == 'pose.bones["upper_arm.L"].rotation_quaternion')
    points = curve.keyframe_points
    frames = np.arange(points[0].co[0], points[-1].co[0] + 1)
    before = np.array([curve.evaluate(frame) for frame in frames])
    begin = max(
        range(1, len(points) - 3),
        key=lambda row: min(points[row + k + 1].co[0] - points[row + k].co[0] for k in (0, 2)),
    )
    for point in points[begin + 1 : begin + 3]:
        point.co[1] += 0.3
        point.handle_left[1] += 0.3
        point.handle_right[1] += 0.3
    curve.update()
    off = np.array([curve.evaluate(frame) for frame in frames]) - before
    assert 0.29 < off.max() < 0.31 and np.abs(np.diff(off)).max() < 0.17, "no spike: it comes and goes"
    assert np.abs(off[frames <= points[begin].co[0]]).max() < 1e-5


def test_a_correction_layer_adds_to_what_is_below(kicker: bpy.types.Object) -> None:
    scene = bpy.context.scene
    first, last = keyed_range(kicker)
    every = np.arange(first, last + 1)
    before, keys = places(kicker, every), all_keys(kicker)
    action = kicker.animation_data.action
    strip = add_correction_layer(kicker)
    assert strip.blend_type == "COMBINE" and kicker.animation_data.use_tweak_mode
    assert kicker.animation_data.action == strip.action != action
    np.testing.assert_allclose(places(kicker, every), before, atol=1e-5)
    bone = kicker.pose.bones["upper_arm.L"]
    scene.frame_set(30)
    pose = bone.rotation_quaternion.copy()
    pose.rotate(Euler((0.0, 0.0, 0.5)))
    bone.rotation_quaternion = pose
    assert bone.keyframe_insert("rotation_quaternion")
    scene.frame_set(31)
    scene.frame_set(30)
    assert bone.rotation_quaternion.rotation_difference(pose).angle < 1e-3, "what was posed is what is seen"
    now = places(kicker, every)
    assert np.linalg.norm(now[:, 0] - before[:, 0], axis=-1).min() > 0.05, "the hand is elsewhere throughout"
    np.testing.assert_allclose(now[:, 2:], before[:, 2:], atol=1e-5)
    with pytest.raises(ValueError, match="tweak mode"):
        add_correction_layer(kicker)
    kicker.animation_data.use_tweak_mode = False
    kicker.animation_data.action = action
    assert {path: each.rows["co"].tobytes() for path, each in all_keys(kicker).items()} == {
        path: each.rows["co"].tobytes() for path, each in keys.items()
    }


@pytest.mark.parametrize("fps", [60, 12, 30])
def test_another_rate_keeps_the_time(kicker: bpy.types.Object, fps: int) -> None:
    scene = bpy.context.scene
    curves = played_curves(kicker)
    sparse = kicker.pose.bones["head"]
    sparse.keyframe_insert("scale", frame=10)
    sparse.scale = (2, 2, 2)
    sparse.keyframe_insert("scale", frame=50)
    write_story(kicker.animation_data.action, [Strip("kick", 7, 50)])
    assert other_rate(kicker, scene) is None
    with pytest.raises(ValueError, match="nothing to retime"):
        retime_action(kicker, scene)
    first, last = keyed_range(kicker)
    seconds = np.linspace(0, (last - first) / 24, 20)
    before = places(kicker, first + seconds * 24)
    scene.render.fps = fps
    assert other_rate(kicker, scene) == 24
    retime_action(kicker, scene)
    assert other_rate(kicker, scene) is None
    start, end = keyed_range(kicker)
    assert start == round(1 + 6 * fps / 24) and abs((end - start) / fps - (last - first) / 24) <= 1 / fps
    off = np.linalg.norm(places(kicker, np.minimum(start + seconds * fps, end)) - before, axis=-1)
    assert off.max() < (0.03 if fps > 24 else 0.25)
    for curve in played_curves(kicker):
        frames = [key.co[0] for key in curve.keyframe_points]
        assert frames == [round(frame) for frame in frames]
        if curve.data_path.endswith("scale"):
            assert len(frames) == 2
        else:
            assert np.array_equal(np.diff(frames), np.ones(len(frames) - 1))
    assert len(played_curves(kicker)) >= len(curves)
    (strip,) = read_story(kicker.animation_data.action)
    assert (strip.first, strip.last) == (start, round(start + 43 * fps / 24))
