"""Retargeted keyframes, saved, reloaded and evaluated by Blender, against the motion's joints."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest
from mathutils import Euler, Matrix

from mmm_blender import character, compat, coordinates
from mmm_blender.animation import actions
from mmm_blender.animation.apply import ApplyOptions, apply_motion
from mmm_blender.coordinates import FloatArray
from mmm_blender.motion_file import Motion
from mmm_blender.rig import canonical, rotations
from mmm_blender.rig.body import hinges
from mmm_blender.rig.mapping import MMM_CHARACTER
from mmm_blender.rig.resampling import resample, resample_joints
from mmm_blender.rig.retarget import find_body, retarget
from mmm_blender.rig.skeleton import leg_length, read_rest

LIMBS = [
    (f"{side}_{start}", f"{side}_{end}")
    for side in ("left", "right")
    for start, end in (
        ("hip", "knee"),
        ("knee", "ankle"),
        ("ankle", "foot"),
        ("collar", "shoulder"),
        ("shoulder", "elbow"),
        ("elbow", "wrist"),
    )
]


def evaluated_joints(scene: bpy.types.Scene, armature: bpy.types.Object) -> FloatArray:
    """World joint positions (T, 22, 3) in motion space, from the evaluated pose bones."""
    frames = []
    for frame in range(scene.frame_start, scene.frame_end + 1):
        scene.frame_set(frame)
        heads = [armature.matrix_world @ armature.pose.bones[MMM_CHARACTER.bones[j]].head for j in canonical.JOINTS]
        frames.append([list(head) for head in heads])
    return coordinates.to_motion(np.array(frames))


def limb_errors(found: FloatArray, wanted: FloatArray) -> FloatArray:
    """Angle in degrees (T, limbs) between bone directions."""
    pairs = np.array([[canonical.INDEX[name] for name in limb] for limb in LIMBS])
    a, b = (rotations.normalize(x[:, pairs[:, 1]] - x[:, pairs[:, 0]]) for x in (found, wanted))
    return np.degrees(np.arccos(np.clip(np.sum(a * b, -1), -1, 1)))


def reload(tmp_path: Path) -> tuple[bpy.types.Scene, bpy.types.Object]:
    path = tmp_path / "saved.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    bpy.ops.wm.open_mainfile(filepath=str(path))
    return bpy.context.scene, bpy.data.objects[character.NAME]


def play(scene: bpy.types.Scene, joints: FloatArray, fps: int = 20, lock_feet: bool = True) -> bpy.types.Object:
    scene.render.fps = fps
    armature = character.add_character(scene.collection)
    options = ApplyOptions(lock_feet=lock_feet)
    apply_motion(armature, MMM_CHARACTER, Motion(joints, 20.0, "a test", 5, "none"), scene, options)
    return armature


def test_reloaded_limbs_point_where_the_motion_points(
    empty_scene: bpy.types.Scene, joints: FloatArray, tmp_path: Path
) -> None:
    play(empty_scene, joints, lock_feet=False)
    scene, armature = reload(tmp_path)
    found = evaluated_joints(scene, armature)
    assert len(found) == len(joints)
    errors = limb_errors(found, joints)
    assert errors.mean() < 1.0
    assert errors.max() < 7.0


def test_held_feet_bend_the_legs_only_a_little(empty_scene: bpy.types.Scene, joints: FloatArray) -> None:
    armature = play(empty_scene, joints)
    errors = limb_errors(evaluated_joints(empty_scene, armature), joints)
    assert errors.mean() < 2.0
    assert np.percentile(errors, 99) < 5.0


def test_a_wrong_motion_would_be_noticed(empty_scene: bpy.types.Scene, joints: FloatArray) -> None:
    armature = play(empty_scene, joints)
    mirrored = joints * [-1.0, 1.0, 1.0]
    assert limb_errors(evaluated_joints(empty_scene, armature), mirrored).mean() > 10.0


def test_root_follows_the_path_scaled_by_leg_length(empty_scene: bpy.types.Scene, joints: FloatArray) -> None:
    armature = play(empty_scene, joints, lock_feet=False)
    found = evaluated_joints(empty_scene, armature)[:, [1, 2]].mean(1)
    scale = read_rest(armature, MMM_CHARACTER).leg_length() / leg_length(joints)
    hips = joints[:, [1, 2]].mean(1)
    np.testing.assert_allclose(found[:, [0, 2]], hips[:, [0, 2]] * scale, atol=2e-4)
    lift = found[:, 1] - hips[:, 1] * scale
    assert np.ptp(lift) < 2e-4 and abs(lift).max() < 0.05


def test_slot_is_assigned_and_the_request_is_stored(
    empty_scene: bpy.types.Scene, joints: FloatArray, tmp_path: Path
) -> None:
    play(empty_scene, joints)
    _, armature = reload(tmp_path)
    action = armature.animation_data.action
    assert len(bpy.data.actions) == 1 and action.name == "Test"
    if compat.HAS_SLOTS:
        assert compat.assigned_slot(armature) == action.slots[0]
    curves = list(compat.curves_of(action, compat.assigned_slot(armature)))
    assert len(curves) == 3 + 4 * len(canonical.JOINTS)
    assert {len(curve.keyframe_points) for curve in curves} == {len(joints)}
    assert {curve.group.name for curve in curves} == set(MMM_CHARACTER.bones.values())
    assert actions.read_request(action) == {"prompt": "a test", "seed": 5, "model": "none", "fps": 20.0}


def test_quaternions_never_jump_sign(empty_scene: bpy.types.Scene, joints: FloatArray) -> None:
    armature = character.add_character(empty_scene.collection)
    pose = retarget(joints, 20.0, read_rest(armature, MMM_CHARACTER))
    assert (np.sum(pose.rotations[1:] * pose.rotations[:-1], -1) > 0).all()
    np.testing.assert_allclose(np.linalg.norm(pose.rotations, axis=-1), 1.0, atol=1e-6)


def test_twist_does_not_flip_through_a_straight_arm(empty_scene: bpy.types.Scene) -> None:
    """An elbow that straightens, with a millimetre of noise, and bends again keeps its twist."""
    rest = canonical.rest_joints()
    frames = 60
    joints = np.repeat(rest[None], frames, 0)
    shoulder, elbow, wrist = (canonical.INDEX[f"left_{name}"] for name in ("shoulder", "elbow", "wrist"))
    bend = np.radians(60) * np.cos(np.linspace(0, 2 * np.pi, frames)) ** 2
    upper = rest[elbow] - rest[shoulder]
    upper = upper / np.linalg.norm(upper)
    ahead = np.array([0.0, 0.0, 1.0]) - upper * upper[2]
    ahead /= np.linalg.norm(ahead)
    joints[:, wrist] = joints[:, elbow] + 0.268 * (np.cos(bend)[:, None] * upper + np.sin(bend)[:, None] * ahead)
    joints[:, wrist] += np.random.default_rng(0).normal(0, 1e-3, (frames, 3))
    armature = character.add_character(empty_scene.collection)
    pose = retarget(joints, 20.0, read_rest(armature, MMM_CHARACTER))
    column = pose.bones.index("upper_arm.L")
    steps = np.sum(pose.rotations[1:, column] * pose.rotations[:-1, column], -1)
    assert np.degrees(2 * np.arccos(np.clip(np.abs(steps), 0, 1))).max() < 10.0


def test_resampling_keeps_the_motion_and_its_length(empty_scene: bpy.types.Scene, joints: FloatArray) -> None:
    armature = play(empty_scene, joints, fps=60)
    assert empty_scene.frame_end - empty_scene.frame_start == 3 * (len(joints) - 1)
    every_third = evaluated_joints(empty_scene, armature)[::3]
    assert limb_errors(every_third, joints).mean() < 2.0


@pytest.mark.parametrize("mode", ["XYZ", "ZXY", "AXIS_ANGLE"])
def test_other_rotation_modes_give_the_same_pose(empty_scene: bpy.types.Scene, joints: FloatArray, mode: str) -> None:
    empty_scene.render.fps = 20
    armature = character.add_character(empty_scene.collection)
    for bone in armature.pose.bones:
        bone.rotation_mode = mode
    apply_motion(armature, MMM_CHARACTER, Motion(joints, 20.0), empty_scene)
    assert armature.pose.bones["forearm.L"].rotation_mode == mode
    assert limb_errors(evaluated_joints(empty_scene, armature), joints).mean() < 2.0


def test_rolls_scale_and_transform_do_not_matter(empty_scene: bpy.types.Scene, joints: FloatArray) -> None:
    """A rig in centimetres, Y-up in its own space, with every bone rolled, moves just the same."""
    empty_scene.render.fps = 20
    armature = character.add_character(empty_scene.collection)
    to_y_up = Matrix.Rotation(-np.pi / 2, 4, "X") @ Matrix.Scale(100.0, 4)
    armature.data.transform(to_y_up)
    armature.matrix_world = Euler((np.pi / 2, 0.0, 0.0)).to_matrix().to_4x4() @ Matrix.Scale(0.01, 4)
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    for index, bone in enumerate(armature.data.edit_bones):
        bone.roll += 0.7 * index
    bpy.ops.object.mode_set(mode="OBJECT")
    apply_motion(armature, MMM_CHARACTER, Motion(joints, 20.0), empty_scene)
    bpy.context.view_layer.update()
    found = evaluated_joints(empty_scene, armature)
    assert limb_errors(found, joints).mean() < 2.0
    scale = leg_length(found) / leg_length(joints)
    hips, wanted = (points[:, [1, 2]].mean(1)[:, [0, 2]] for points in (found, joints * scale))
    np.testing.assert_allclose(hips, wanted, atol=2e-3)


def test_a_knee_bent_backwards_is_held_straight() -> None:
    """Noise in the decoded joints must not break legs: they are held straight, towards where the foot is."""
    frames = 12
    hip, knee = np.zeros((frames, 3)), np.tile([0.0, -0.4, 0.0], (frames, 1))
    ankle = np.tile([0.0, -0.8, 0.12], (frames, 1))  # in front of the knee: the wrong way
    rest = np.zeros(3), np.array([0.0, -0.4, 0.0]), np.array([0.0, -0.8, 0.0])
    still = np.broadcast_to(np.eye(3), (frames, 3, 3))
    limb = hinges.turn_limb(still, rest, (hip, knee, ankle), np.array([0.0, 0.0, -1.0]), np.radians(100), 20.0)
    thigh, shin = limb.upper @ (rest[1] - rest[0]), limb.lower @ (rest[2] - rest[1])
    assert (np.cross(thigh, shin)[:, 0] >= 0.0).all()  # about +X knees bend as people's do
    np.testing.assert_allclose(np.linalg.norm(shin, axis=-1), np.linalg.norm(rest[2] - rest[1]), atol=1e-9)
    end = thigh + shin
    cosine = end @ ankle[0] / np.linalg.norm(end, axis=-1) / np.linalg.norm(ankle[0])
    assert np.degrees(np.arccos(cosine)).max() < 1.0


@pytest.mark.parametrize("order", ["XYZ", "XZY", "YXZ", "YZX", "ZXY", "ZYX"])
def test_eulers_agree_with_blender_and_are_unwrapped(order: str) -> None:
    steps = np.linspace(0, 4 * np.pi, 200)
    wanted = np.stack([steps, np.sin(steps), 0.3 * steps], -1)[:, ["XYZ".index(axis) for axis in "XYZ"]]
    matrices = np.array([np.array(Euler(row, order).to_matrix()) for row in wanted])
    found = rotations.to_eulers(matrices, order)
    again = np.array([np.array(Euler(row, order).to_matrix()) for row in found])
    np.testing.assert_allclose(again, matrices, atol=1e-5)
    assert np.abs(np.diff(found, axis=0)).max() < 0.5
    locked = np.array([np.array(Euler((0.3, np.pi / 2, 0.2)).to_matrix())])
    np.testing.assert_allclose(np.array(Euler(rotations.to_eulers(locked, "XYZ")[0]).to_matrix()), locked[0], atol=1e-5)


def test_resampled_paths_are_smooth_and_pass_through_their_points() -> None:
    times = np.arange(20) / 20.0
    path = np.stack([np.sin(3 * times), times**2], -1)
    fine = resample(path, 20.0, 60.0)
    np.testing.assert_allclose(fine[::3], path, atol=1e-12)
    exact = np.sin(3 * np.arange(len(fine)) / 60.0)
    assert np.abs(fine[6:-6, 0] - exact[6:-6]).max() < 1e-4


def test_limbs_keep_their_length_between_frames() -> None:
    """An arm that swings half round in three frames is as long in between, and where it was at the frames."""
    joints = np.repeat(canonical.rest_joints()[None], 7, 0)
    shoulder, elbow, wrist = (canonical.INDEX[f"left_{name}"] for name in ("shoulder", "elbow", "wrist"))
    turns = rotations.about(np.array([0.0, 0.0, 1.0]), np.linspace(0, 2 * np.pi, 7))
    for joint in (elbow, wrist):
        joints[:, joint] = joints[:, shoulder] + rotations.rotate(turns, joints[:, joint] - joints[:, shoulder])
    fine = resample_joints(joints, 20.0, 60.0)
    np.testing.assert_allclose(fine[::3], joints, atol=1e-9)
    length = np.linalg.norm(fine[:, wrist] - fine[:, elbow], axis=-1)
    np.testing.assert_allclose(length, length[0], rtol=1e-9)
    splined = resample(joints, 20.0, 60.0)
    assert np.ptp(np.linalg.norm(splined[:, wrist] - splined[:, elbow], axis=-1)) > 0.005


def test_the_pelvis_rolls_so_that_straight_legs_stay_straight(empty_scene: bpy.types.Scene) -> None:
    """One foot a centimetre lower than the other leg's length allows must not bend that other leg."""
    joints = np.repeat(canonical.rest_joints()[None], 60, 0)
    down = joints[0, canonical.INDEX["left_foot"], 1]
    joints[:, :, 1] += 0.01 - down
    # the right foot lies deeper than the floor on which the left one stands
    for name in ("right_hip", "right_knee", "right_ankle", "right_foot"):
        joints[:, canonical.INDEX[name], 1] -= 0.01
    armature = character.add_character(empty_scene.collection)
    body = find_body(joints, 20.0, read_rest(armature, MMM_CHARACTER))
    places = body.positions()
    for side in ("left", "right"):
        for start, end in (("hip", "knee"), ("knee", "ankle")):
            a, b = f"{side}_{start}", f"{side}_{end}"
            now = rotations.normalize(places[b] - places[a])
            source = joints[:, canonical.INDEX[b]] - joints[:, canonical.INDEX[a]]
            wanted = rotations.normalize(source @ body.facing.T)
            assert np.degrees(np.arccos(np.clip(rotations.dot(now, wanted), -1, 1))).max() < 2.0
    left, right = (places[f"{side}_ankle"][30] @ body.up for side in ("left", "right"))
    assert abs(left - right) < 2e-3
