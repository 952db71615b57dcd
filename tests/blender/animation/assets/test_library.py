"""Actions for a library: where they begin, and what they leave alone."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest

from mmm_blender import compat
from mmm_blender.animation.apply import ApplyOptions, apply_motion
from mmm_blender.animation.assets.library import add_to_library
from mmm_blender.headless.rigs import measured_rigs
from mmm_blender.motion_file import Motion, read_motion
from mmm_blender.rig.finding.find_mapping import find_mapping

MOTIONS = Path(__file__).parents[2] / "motions"


@pytest.fixture
def bent() -> Motion:
    """Begins crouched: the pelvis is tilted, and lies elsewhere over the feet than when it stands."""
    motion = read_motion(MOTIONS / "crouch.npz")
    deepest = int(motion.joints[:, 0, 1].argmin())
    return Motion(motion.joints[deepest:], motion.fps, motion.prompt)


@pytest.mark.parametrize("preset", ["MMM Character", "Rigify (IK controls)", "Unreal mannequin", "Mixamo"])
def test_they_begin_with_the_pelvis_over_the_origin(preset: str, bent: Motion, empty_scene: bpy.types.Scene) -> None:
    armature, bones = measured_rigs.build_named_rig(preset, "A")
    mapping = find_mapping(armature)
    apply_motion(armature, mapping, bent, empty_scene, ApplyOptions(start_frame=1))
    plain = watched(armature, empty_scene, bones)
    compat.play_action(armature, None, None)
    action = add_to_library(armature, bent, empty_scene, "Crouch")
    assert armature.animation_data.action is None, "nothing plays it"
    compat.assign_action(armature, action)
    placed = watched(armature, empty_scene, bones)
    assert np.abs(placed[0, 0, :2]).max() < 1e-4, "the pelvis is not over the origin"
    aside = placed - plain
    assert np.ptp(aside, axis=(0, 1)).max() < 2e-4, "it is the same motion, elsewhere"
    assert np.abs(aside[..., 2]).max() < 1e-4, "and as high"


def watched(armature: bpy.types.Object, scene: bpy.types.Scene, bones: dict[str, str]) -> np.ndarray:
    """(T, 3, 3) world places of pelvis and ankles at five frames."""
    rows = []
    for frame in (1, 4, 8, 12, 16):
        scene.frame_set(frame)
        slots = ("pelvis", "left_ankle", "right_ankle")
        rows.append([list(armature.matrix_world @ armature.pose.bones[bones[slot]].head) for slot in slots])
    return np.array(rows)
