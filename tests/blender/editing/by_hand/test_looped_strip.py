"""Looped NLA strips whose rounds go on from each other, and what stands in the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bpy
import motions
import numpy as np
import pytest

from mmm_blender import compat
from mmm_blender.animation.apply import ApplyOptions, apply_motion
from mmm_blender.editing.by_hand.looped_strip import continue_strip, find_looped_strip
from mmm_blender.headless.rigs import measured_rigs
from mmm_blender.motion_file import Motion
from mmm_blender.rig.finding.find_mapping import find_mapping
from mmm_blender.rig.rotations import rotate

FRAMES = 20  # a round, at 20 frames a second
TURN = 0.5  # radians a round
PLACES = [
    ("MMM Character", "PELVIS"),
    ("MMM Character", "OBJECT"),
    ("Unreal mannequin", "ROOT_BONE"),
    ("Rigify (IK controls)", "PELVIS"),
    ("Rigify (IK controls)", "ROOT_BONE"),
    ("Rigify (IK controls)", "OBJECT"),
]


def circling() -> Motion:
    """One round of a walk in a circle, the last frame as the first, farther on."""
    joints = motions.walking_joints(FRAMES + 1)
    yaw = TURN * np.arange(FRAMES + 1) / FRAMES
    turned = motions.about_y(yaw)
    steps = rotate(turned[:-1], np.diff(joints[:, 0], axis=0))
    root = np.concatenate([joints[:1, 0], joints[0, 0] + np.cumsum(steps, axis=0)])
    return Motion(root[:, None] + rotate(turned[:, None], joints - joints[:, :1]), 20.0, "a person walks in a circle")


def play_strip(scene: bpy.types.Scene, rig: str, repeat: float, start: int = 1, **options: Any) -> tuple[Any, Any, Any]:
    """A rig, a function that tells where some of its bones are at a frame, and its repeated strip."""
    scene.render.fps = 20
    armature, bones = measured_rigs.build_named_rig(rig, "A")
    armature.location, armature.rotation_euler.z = (1.0, 2.0, 0.0), 0.7
    bpy.context.view_layer.update()
    given = ApplyOptions(start_frame=start, target="NLA_STRIP", lock_feet=False, **options)
    apply_motion(armature, find_mapping(armature), circling(), scene, given)
    strip = armature.animation_data.nla_tracks[0].strips[0]
    strip.repeat = repeat

    def look(frame: float) -> np.ndarray:
        whole = int(np.floor(frame + 1e-6))
        scene.frame_set(whole, subframe=max(frame - whole, 0.0))
        slots = ("pelvis", "head", "left_ankle", "right_ankle", "left_wrist", "right_wrist")
        return np.array([list(armature.matrix_world @ armature.pose.bones[bones[slot]].head) for slot in slots])

    return armature, look, strip


def steps_of(look: Callable[[float], np.ndarray], first: float, last: float, step: float = 1.0) -> np.ndarray:
    """Metres that any of the bones goes from frame to frame."""
    rows = np.array([look(frame) for frame in np.arange(first, last + 1e-6, step)])
    return np.linalg.norm(np.diff(rows, axis=0), axis=-1).max(axis=1)


@pytest.mark.parametrize(("rig", "root"), PLACES)
def test_rounds_begin_where_the_one_before_has_brought_the_character(
    rig: str, root: str, empty_scene: bpy.types.Scene
) -> None:
    armature, look, strip = play_strip(empty_scene, rig, 3.0, root=root)
    first = [look(frame) for frame in (1, 8, 15)]
    old, end = strip.action, strip.frame_end
    usual = np.percentile(steps_of(look, 1, FRAMES), 95)
    assert steps_of(look, FRAMES, FRAMES + 2).max() > 0.5, "as Blender has it, it jumps back"
    assert find_looped_strip(armature, 30) == strip
    done = continue_strip(armature, empty_scene, strip)
    assert strip.frame_end == pytest.approx(end) and strip.repeat == 1.0 and strip.action != old
    assert old.name in bpy.data.actions and old.use_fake_user
    assert find_looped_strip(armature, 30) is None, "it is one strip now"
    for frame, was in zip((1, 8, 15), first, strict=True):
        assert np.abs(look(frame) - was).max() < 1e-3, "the first round is what it was"
    assert steps_of(look, 1, end).max() < 1.3 * usual, "no pop at any seam"
    # each round is the one before, moved over the floor and turned: the same distances to where it began
    chords = [np.linalg.norm(look(1 + FRAMES * (k + 1))[0, :2] - look(1 + FRAMES * k)[0, :2]) for k in range(3)]
    assert np.ptp(chords) < 0.01
    begins = [look(1 + FRAMES * k) for k in range(3)]
    across = [row[2, :2] - row[3, :2] for row in begins]
    turns = [np.arctan2(np.cross(a, b), a @ b) for a, b in zip(across, across[1:], strict=False)]
    assert np.abs(np.abs(turns) - TURN).max() < 0.03
    assert done.distance == pytest.approx(np.linalg.norm(look(end)[0, :2] - look(1)[0, :2]), abs=0.02)


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize(("scale", "repeat"), [(1.0, 2.5), (1.5, 2.0), (0.5, 3.0)])
def test_strips_that_are_scaled_cut_or_reversed(
    reverse: bool, scale: float, repeat: float, empty_scene: bpy.types.Scene
) -> None:
    armature, look, strip = play_strip(empty_scene, "MMM Character", repeat, start=11)
    strip.scale, strip.use_reverse = scale, reverse
    end, first = strip.frame_end, [look(frame) for frame in (11, 13, 11 + 12 * scale)]
    usual = steps_of(look, 11, 10 + FRAMES * scale, 0.5).max()
    continue_strip(armature, empty_scene, strip)
    assert (strip.frame_start, strip.frame_end) == (pytest.approx(11.0), pytest.approx(end))
    for frame, was in zip((11, 13, 11 + 12 * scale), first, strict=True):
        assert np.abs(look(frame) - was).max() < 2e-3
    assert steps_of(look, 11, end, 0.5).max() < 1.3 * usual
    way = np.linalg.norm(look(end)[0, :2] - look(11)[0, :2])
    assert way > 0.8 * repeat, "it gets on with each round"


def test_the_next_motion_begins_where_the_loop_has_brought_it(empty_scene: bpy.types.Scene) -> None:
    armature, look, strip = play_strip(empty_scene, "MMM Character", 3.0)
    continue_strip(armature, empty_scene, strip)
    end = int(strip.frame_end)
    before, usual = look(end), steps_of(look, end - FRAMES, end).max()
    options = ApplyOptions(start_frame=end, target="NLA_STRIP", place_at_current=True, blend_in=4)
    apply_motion(armature, find_mapping(armature), circling(), empty_scene, options)
    hips = np.array([look(frame)[0] for frame in range(end, end + 9)])
    assert np.abs(hips[0] - before[0]).max() < 0.02
    assert np.linalg.norm(np.diff(hips, axis=0), axis=-1).max() < usual


def spoil(armature: Any, strip: Any, how: str) -> None:
    animation, track = armature.animation_data, armature.animation_data.nla_tracks[0]
    if how == "muted":
        strip.mute = True
    elif how == "track":
        track.mute = True
    elif how == "added":
        strip.blend_type = "ADD"
    elif how == "off":
        animation.use_nla = False
    elif how == "covered":
        action = strip.action.copy()
        compat.assign_action(armature, action)
    elif how == "still":
        strip.action_frame_end = strip.action_frame_start + 1
        for curve in compat.curves_of(strip.action, getattr(strip, "action_slot", None)):
            for key in curve.keyframe_points:
                key.co[1] = curve.keyframe_points[0].co[1]
    elif how == "held":
        # feet that a constraint holds in the world do not come along
        empty = bpy.data.objects.new("Nail", None)
        bpy.context.collection.objects.link(empty)
        constraint = armature.pose.bones["foot.L"].constraints.new("COPY_LOCATION")
        constraint.target = empty


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("muted", "unmute it"),
        ("track", "unmute it"),
        ("added", "Replace"),
        ("off", "turn them on"),
        ("covered", "push it down"),
        ("still", "ends where it begins"),
        ("held", "comes along"),
    ],
)
def test_what_cannot_go_on_says_why_and_stays(how: str, told: str, empty_scene: bpy.types.Scene) -> None:
    armature, _, strip = play_strip(empty_scene, "MMM Character", 3.0)
    spoil(armature, strip, how)
    empty_scene.frame_set(17)
    known, action = set(bpy.data.actions), strip.action
    span = (strip.repeat, strip.frame_start, strip.frame_end, strip.action_frame_start, strip.action_frame_end)
    with pytest.raises(ValueError, match=told):
        continue_strip(armature, empty_scene, strip)
    now = (strip.repeat, strip.frame_start, strip.frame_end, strip.action_frame_start, strip.action_frame_end)
    assert now == pytest.approx(span) and strip.action == action and set(bpy.data.actions) == known
    assert empty_scene.frame_current == 17
    assert not any(track.is_solo for track in armature.animation_data.nla_tracks)
