"""Feet on the root bone and hands of several palms: put where the body brings them."""

from __future__ import annotations

import bpy
import edits
import motions
import numpy as np
import pytest
import unseen

from mmm_blender.animation.apply import ApplyOptions, apply_motion
from mmm_blender.editing.aim import Aim, Wish
from mmm_blender.editing.selection import Span
from mmm_blender.motion_file import Motion
from mmm_blender.protocol import decode_array
from mmm_blender.rig import canonical, sampling
from mmm_blender.rig.finding.find_mapping import find_mapping
from mmm_blender.rig.skeleton import read_rest

ON_ROOT = ("quaternius_robot", "quaternius_male_suit", "quaternius_knight", "robot_expressive")


def waving_walk() -> Motion:
    """A walk whose right hand bends and rolls at the wrist."""
    return Motion(motions.walking_and_waving_joints().astype(np.float32), 20.0, "a walk")


def moved(armature: bpy.types.Object, below: str, above: str) -> float:
    """How far bone ``below`` has moved off where bone ``above`` would carry it, in its own lengths' unit."""
    pose, bones = armature.pose.bones, armature.data.bones
    carried = pose[above].matrix @ bones[above].matrix_local.inverted() @ bones[below].head_local
    return (carried - pose[below].head).length


@pytest.mark.parametrize("name", ON_ROOT)
@pytest.mark.parametrize("root", ["PELVIS", "ROOT_BONE", "OBJECT"])
def test_feet_on_the_root_stay_at_the_legs(empty_scene: bpy.types.Scene, name: str, root: str) -> None:
    armature = unseen.build(name)
    mapping = find_mapping(armature)
    leg = read_rest(armature, mapping).leg_length()
    apply_motion(armature, mapping, waving_walk(), empty_scene, ApplyOptions(root=root))
    travelled = []
    for frame in range(empty_scene.frame_start, empty_scene.frame_end + 1, 5):
        empty_scene.frame_set(frame)
        for side in ("L", "R"):
            assert moved(armature, f"Foot.{side}", f"LowerLeg.{side}") < 0.01 * leg
        travelled.append(armature.matrix_world @ armature.pose.bones["Foot.L"].head)
    assert (travelled[-1] - travelled[0]).length > 0.5 * leg


def test_palms_beside_the_hand_turn_with_it(empty_scene: bpy.types.Scene) -> None:
    armature = unseen.build("robot_expressive")
    mapping = find_mapping(armature)
    apply_motion(armature, mapping, waving_walk(), empty_scene)
    bent = 0.0
    for frame in range(empty_scene.frame_start, empty_scene.frame_end + 1, 5):
        empty_scene.frame_set(frame)
        pose = armature.pose.bones
        for side in ("L", "R"):
            hand, arm = pose[f"Palm2.{side}"], pose[f"LowerArm.{side}"]
            bent = max(bent, (arm.matrix.inverted() @ hand.matrix).to_quaternion().angle)
            for palm in (f"Palm1.{side}", f"Palm3.{side}"):
                rest = hand.bone.matrix_local.inverted() @ pose[palm].bone.matrix_local
                now = hand.matrix.inverted() @ pose[palm].matrix
                assert np.abs(np.array(now) - np.array(rest)).max() < 1e-3
            assert moved(armature, f"Thumb.{side}", f"Palm2.{side}") < 1e-3
    assert bent > 0.3


@pytest.mark.parametrize("name", ON_ROOT)
def test_what_was_keyed_is_read_again(empty_scene: bpy.types.Scene, name: str) -> None:
    armature, motion = unseen.build(name), waving_walk()
    mapping = find_mapping(armature)
    empty_scene.render.fps = 20
    apply_motion(armature, mapping, motion, empty_scene)
    found = sampling.sample_rig(armature, mapping, empty_scene, 1.0, float(empty_scene.frame_end))
    limbs = [
        (f"{side}_{a}", f"{side}_{b}") for side in ("left", "right") for a, b in (("hip", "knee"), ("knee", "ankle"))
    ]
    for a, b in limbs:
        rows = [canonical.INDEX[b], canonical.INDEX[a]]
        ours, theirs = (joints[:, rows[0]] - joints[:, rows[1]] for joints in (found, motion.joints))
        cosine = np.sum(ours * theirs, -1) / np.linalg.norm(ours, axis=-1) / np.linalg.norm(theirs, axis=-1)
        assert np.degrees(np.arccos(np.clip(cosine, -1, 1))).mean() < 3.0


def test_an_edit_keeps_feet_and_palms_where_they_belong(empty_scene: bpy.types.Scene) -> None:
    armature = unseen.build("quaternius_robot")
    mapping = find_mapping(armature)
    leg = read_rest(armature, mapping).leg_length()
    empty_scene.render.fps = 20
    apply_motion(armature, mapping, waving_walk(), empty_scene, ApplyOptions(root="ROOT_BONE"))
    before = edits.all_keys(armature)
    span = Span(15, 45)
    edit, params = edits.ask(armature, Aim(Wish("regenerate"), (span,)))
    joints = np.array(decode_array(params["motion"]), np.float64)
    share = np.sin(np.linspace(0, np.pi, 31))[:, None] * [0.0, 0.0, 0.3]
    for joint in ("left_knee", "left_ankle", "left_foot", "right_hand"):
        joints[span.first - edit.start : span.last - edit.start + 1, canonical.INDEX[joint]] += share
    edits.write(armature, edit, joints)
    edits.same_outside(before, edits.all_keys(armature), (span,))
    changed = 0.0
    for frame in range(1, 60, 3):
        empty_scene.frame_set(frame)
        for side in ("L", "R"):
            assert moved(armature, f"Foot.{side}", f"LowerLeg.{side}") < 0.01 * leg
            assert moved(armature, f"Palm1.{side}", f"Palm2.{side}") < 0.01 * leg
        changed = max(changed, armature.pose.bones["Foot.L"].location.length)
    assert changed > 0.1 * leg
