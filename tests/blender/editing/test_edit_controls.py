"""Edits of rigs that are set to other controls than a motion is keyed on: IK limbs, heads that do not follow."""

from __future__ import annotations

import bpy
import motions
import numpy as np
import pytest

from mmm_blender.animation.apply import apply_motion
from mmm_blender.animation.played import played_curves
from mmm_blender.editing.aim import Aim
from mmm_blender.editing.apply import apply_edit
from mmm_blender.editing.controls import read_controls
from mmm_blender.editing.kinds import KINDS
from mmm_blender.editing.plans import plan_edit
from mmm_blender.editing.selection import Span, part_of_bones
from mmm_blender.headless.rigs import measured_rigs
from mmm_blender.motion_file import Motion
from mmm_blender.protocol import decode_array
from mmm_blender.rig.finding.find_mapping import find_mapping
from mmm_blender.rig.sampling import sample_rig


@pytest.fixture
def rigify(empty_scene: bpy.types.Scene) -> bpy.types.Object:
    bpy.ops.preferences.addon_enable(module="rigify")
    armature = measured_rigs.build_rigify("basic", True)
    empty_scene.render.fps = 20
    return armature


def walk(armature: bpy.types.Object, controls: str) -> None:
    mapping = measured_rigs.fit_preset(armature, f"Rigify ({controls} controls)")
    apply_motion(armature, mapping, Motion(motions.walking_joints(60).astype(np.float32), 20.0), bpy.context.scene)


def heads(armature: bpy.types.Object, frame: int) -> np.ndarray:
    bpy.context.scene.frame_set(frame)
    names = [f"ORG-{bone}.{side}" for bone in ("hand", "forearm", "foot", "shin") for side in "LR"]
    return np.array([armature.pose.bones[name].head for name in [*names, "ORG-spine.006"]])


def all_keys(armature: bpy.types.Object) -> dict[tuple[str, int], list[tuple[float, ...]]]:
    return {
        (curve.data_path, curve.array_index): [tuple(key.co) for key in curve.keyframe_points]
        for curve in played_curves(armature)
    }


def test_controls_that_are_not_mapped_tell_their_part(rigify: bpy.types.Object) -> None:
    mapping = find_mapping(rigify)
    parts = {
        "hand_ik.R": "upper",
        "foot_ik.L": "lower",
        "upper_arm_ik_target.L": "upper",
        "thigh_ik_target.R": "lower",
        "hand_fk.L": "upper",
        "torso": "lower",
        "MCH-torso.parent": "body",
        "torso hand_ik.R": "body",
        "": "body",
    }
    for keyed, part in parts.items():
        assert all(name in rigify.data.bones for name in keyed.split())
        assert part_of_bones(rigify, mapping, keyed.split()) == part, keyed


@pytest.mark.parametrize("pole", [True, False])
def test_limbs_in_ik_are_keyed_on_their_ik_controls(rigify: bpy.types.Object, pole: bool) -> None:
    scene, bones = bpy.context.scene, rigify.pose.bones
    walk(rigify, "IK")
    if not pole:
        for curve in list(played_curves(rigify)):
            if "pole_vector" in curve.data_path:
                curve.keyframe_points[0].co[1] = 0.0
    bones["torso"]["head_follow"], bones["torso"]["neck_follow"] = 0.0, 0.5
    for curve in played_curves(rigify):
        if curve.data_path.endswith('head_follow"]') or curve.data_path.endswith('neck_follow"]'):
            curve.keyframe_points[0].co[1] = 0.0 if "head" in curve.data_path else 0.5
    scene.frame_set(2)
    mapping, span = find_mapping(rigify), Span(15, 45)
    assert mapping.name == "Rigify (FK controls)"
    controls = read_controls(rigify, mapping, (15, 45))
    assert set(controls.mapping.limbs) == {"left_arm", "right_arm", "left_leg", "right_leg"}
    assert len(controls.kept) == (0 if pole else 4)
    assert controls.follows == {"head": 0.0, "neck": 0.5}
    before = {frame: heads(rigify, frame) for frame in range(15, 46, 3)}
    untouched = all_keys(rigify)
    edit, params = plan_edit(rigify, scene, Aim(KINDS["regenerate"].wish(), (span,)))
    joints = decode_array(params["motion"]).astype(np.float64)
    # the same again: nothing may be seen to move
    apply_edit(rigify, Motion.from_request(joints, 20.0, {"prompt": "", "seed": 1}), scene, edit)
    for frame, places in before.items():
        gap = np.linalg.norm(heads(rigify, frame) - places, axis=-1)
        assert (gap < 0.045).all(), (frame, gap.round(3))
    # and another motion arrives where it should: the right hand up
    edit, params = plan_edit(rigify, scene, Aim(KINDS["regenerate"].wish(), (span,)))
    joints = decode_array(params["motion"]).astype(np.float64)
    raised = joints.copy()
    for joint, rise in ((19, 0.1), (21, 0.35)):
        raised[20:30, joint] += [0.0, rise, 0.0]
    apply_edit(rigify, Motion.from_request(raised, 20.0, {"prompt": "", "seed": 1}), scene, edit)
    found = sample_rig(rigify, mapping, scene, 1, 46)
    assert found[25, 21, 1] - joints[25, 21, 1] > 0.2
    now = all_keys(rigify)
    changed = {key[0].split('"')[1] for key, keys in now.items() if keys != untouched.get(key)}
    assert {"hand_ik.R", "foot_ik.L", "thigh_ik_target.L" if pole else "thigh_ik.L"} <= changed
    assert not {"hand_fk.R", "thigh_fk.L", "thigh_ik.L" if pole else "thigh_ik_target.L"} & changed
    assert not {bone for bone in changed if bone.endswith(("_parent.L", "_parent.R"))}, "no switch is touched"


def test_arms_in_fk_and_legs_in_ik(rigify: bpy.types.Object) -> None:
    for side in "LR":
        rigify.pose.bones[f"upper_arm_parent.{side}"]["IK_FK"] = 1.0
    rigify.pose.bones["torso"].keyframe_insert("location", frame=1)
    controls = read_controls(rigify, find_mapping(rigify), (1, 20))
    assert set(controls.mapping.limbs) == {"left_leg", "right_leg"}
    assert controls.mapping.bones["left_foot"] == "toe_ik.L" and controls.mapping.bones["left_wrist"] == "hand_fk.L"


def test_what_cannot_be_keyed_is_named(rigify: bpy.types.Object) -> None:
    parent = rigify.pose.bones["thigh_parent.L"]
    parent["IK_parent"] = 2
    mapping = find_mapping(rigify)
    with pytest.raises(ValueError, match="'thigh_parent.L' is set to other controls: set its IK_parent to 1"):
        read_controls(rigify, mapping, (1, 20))
    parent["IK_parent"] = 1
    parent["IK_FK"] = 0.5
    with pytest.raises(ValueError, match="IK_FK"):
        read_controls(rigify, mapping, (1, 20))
    for frame, value in ((1, 0.0), (20, 1.0)):
        parent["IK_FK"] = value
        parent.keyframe_insert('["IK_FK"]', frame=frame)
    with pytest.raises(ValueError, match="switched over"):
        read_controls(rigify, mapping, (1, 20))
