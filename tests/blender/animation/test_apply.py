"""Motions on rigs through ``apply_motion``: options, sampling back, and nothing left after a failure."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest
from mathutils import Euler, Matrix

from mmm_blender import character, compat
from mmm_blender.animation import actions
from mmm_blender.animation.apply import ApplyOptions, apply_motion
from mmm_blender.animation.played import bone_of_path
from mmm_blender.animation.stretching import stretchable
from mmm_blender.headless.rigs import measure_rigs, measured_rigs
from mmm_blender.motion_file import Motion, read_motion
from mmm_blender.rig import canonical
from mmm_blender.rig.body import feet
from mmm_blender.rig.finding.find_mapping import find_mapping
from mmm_blender.rig.mapping import MMM_CHARACTER
from mmm_blender.rig.pose import RetargetOptions
from mmm_blender.rig.retarget import find_body
from mmm_blender.rig.rotations import rotate
from mmm_blender.rig.sampling import sample_rig
from mmm_blender.rig.skeleton import read_rest

MOTIONS = Path(__file__).parents[1] / "motions"


@pytest.fixture
def walk() -> Motion:
    return read_motion(MOTIONS / "walk.npz")


def sampled(armature: bpy.types.Object, scene: bpy.types.Scene) -> np.ndarray:
    return sample_rig(armature, find_mapping(armature), scene, 1.0, float(scene.frame_end))


def error_mm(found: np.ndarray, wanted: np.ndarray) -> float:
    count, joints = min(len(found), len(wanted)), min(found.shape[1], wanted.shape[1])
    return 1000 * float(np.linalg.norm(found[:count, :joints] - wanted[:count, :joints], axis=-1).mean())


@pytest.mark.parametrize("clip", ["kick", "sit", "roll"])
@pytest.mark.parametrize("placed", ["rotated", "scaled", "parented"])
def test_a_named_rig_meets_the_limits(empty_scene: bpy.types.Scene, clip: str, placed: str) -> None:
    motion = read_motion(MOTIONS / f"{clip}.npz")
    armature, _ = measured_rigs.build_named_rig("Unreal mannequin", "A")
    measured_rigs.set_conditions(armature, measured_rigs.Conditions(rolls=3, placed=placed, mode="ZXY", fps=20))
    mapping = find_mapping(armature)
    before = measured_rigs.fingerprint(armature)
    apply_motion(armature, mapping, motion, empty_scene)
    scores = measure_rigs.score_rig(armature, mapping, motion.joints, empty_scene)
    assert scores.failures() == []
    assert measured_rigs.fingerprint(armature) == before
    assert error_mm(sampled(armature, empty_scene), motion.joints) < 15.0


def test_sampling_notices_another_motion_and_puts_the_frame_back(empty_scene: bpy.types.Scene, walk: Motion) -> None:
    armature = character.add_character(empty_scene.collection)
    apply_motion(armature, MMM_CHARACTER, walk, empty_scene)
    empty_scene.frame_set(7)
    found = sampled(armature, empty_scene)
    assert empty_scene.frame_current == 7
    assert error_mm(found, walk.joints) < 15.0
    assert error_mm(found, walk.joints * [-1.0, 1.0, 1.0]) > 50.0
    assert error_mm(sample_rig(armature, MMM_CHARACTER, empty_scene, 13.0, 25.0), walk.joints[10:]) < 15.0
    with pytest.raises(ValueError, match="span"):
        sample_rig(armature, MMM_CHARACTER, empty_scene, 9.0, 3.0)


@pytest.mark.parametrize("controls", ["FK", "IK"])
def test_rigify_controls(empty_scene: bpy.types.Scene, walk: Motion, controls: str) -> None:
    bpy.ops.preferences.addon_enable(module="rigify")
    armature = measured_rigs.build_rigify("basic", True)
    mapping = measured_rigs.fit_preset(armature, f"Rigify ({controls} controls)")
    empty_scene.render.fps = 20
    action = apply_motion(armature, mapping, walk, empty_scene)
    scores = measure_rigs.score_rig(armature, mapping, walk.joints, empty_scene)
    # the limbs' directions are met although Rigify's inverse kinematics changes their lengths
    assert scores.limb_mean < 0.6 and scores.failures() == []
    keyed = {bone_of_path(curve.data_path) for curve in compat.curves_of(action)}
    assert not any(name.startswith(("MCH-", "ORG-", "DEF-")) for name in keyed)
    assert armature.pose.bones["thigh_parent.L"]["IK_FK"] == (1.0 if controls == "FK" else 0.0)


def test_trying_a_rigs_controls_leaves_no_trace(empty_scene: bpy.types.Scene) -> None:
    """How its solver stretches limbs is tried on a rig that an artist has posed and keyed."""
    bpy.ops.preferences.addon_enable(module="rigify")
    armature = measured_rigs.build_rigify("basic", True)
    bones = armature.pose.bones
    bones["torso"].location, bones["hand_ik.L"].location = (0.3, -0.2, -0.1), (0.1, 0.2, 0.0)
    bones["hand_ik.L"].keyframe_insert("location", frame=1)
    bones["thigh_parent.L"]["IK_FK"] = 1.0
    bpy.context.view_layer.update()

    def state() -> object:
        properties = [(bone.name, key, repr(bone[key])) for bone in bones for key in bone.keys()]  # noqa: SIM118
        return [[round(x, 6) for row in bone.matrix for x in row] for bone in bones], properties

    before = state()
    mapping = measured_rigs.fit_preset(armature, "Rigify (IK controls)")
    found = stretchable(armature, read_rest(armature, mapping), mapping).elastic
    assert state() == before
    assert set(found) == {"left_arm", "right_arm", "left_leg", "right_leg"}
    bent = found["left_leg"].at(np.radians([90.0]))
    assert (bent < 0.98).all() and (bent > 0.94).all()  # what Rigify's solver takes away
    long, short = (np.linalg.norm(bones[f"{name}.L"].bone.length) for name in ("ORG-thigh", "ORG-shin"))
    lengths = bent[0] * [long, short]
    apart = np.sqrt(np.square(lengths).sum())  # of a right angle
    np.testing.assert_allclose(found["left_leg"].reaching(np.array([apart]), long, short), bent, atol=2e-4)
    # a rig of bones has no solver
    mapping = measured_rigs.fit_preset(armature, "Rigify (FK controls)")
    assert not stretchable(armature, read_rest(armature, mapping), mapping).elastic


def test_in_place_and_roots_carry_the_path(empty_scene: bpy.types.Scene, walk: Motion) -> None:
    armature, bones = measured_rigs.build_named_rig("SMPL-X")
    mapping = find_mapping(armature)
    empty_scene.render.fps = 20

    def path(**options: object) -> tuple[np.ndarray, np.ndarray]:
        armature.matrix_basis = Matrix.Identity(4)
        armature.pose.bones[bones["root"]].matrix_basis = Matrix.Identity(4)
        apply_motion(armature, mapping, walk, empty_scene, ApplyOptions(**options))
        rows = []
        for frame in (1, empty_scene.frame_end):
            empty_scene.frame_set(frame)
            pose = armature.pose.bones
            rows.append([armature.matrix_world @ pose[bones[slot]].head for slot in ("pelvis", "root")])
        return np.array(rows[0]), np.array(rows[1])

    start, end = path()
    travelled = end[0] - start[0]
    assert np.linalg.norm(travelled) > 1.0 and np.linalg.norm(end[1] - start[1]) < 1e-4
    start, end = path(in_place=True)
    assert np.linalg.norm((end - start)[0][:2]) < 0.1
    for root in ("ROOT_BONE", "OBJECT"):
        start, end = path(root=root)
        np.testing.assert_allclose((end - start)[0], travelled, atol=2e-3)
        assert np.linalg.norm(end[1] - start[1] - travelled * [1, 1, 0]) < 0.2


def test_feet_reach_the_floor_in_place(empty_scene: bpy.types.Scene, walk: Motion) -> None:
    """Legs of other proportions, and no foot that stands, since all slide."""
    bpy.ops.preferences.addon_enable(module="rigify")
    armature = measured_rigs.build_rigify("basic", False)
    rest = read_rest(armature, find_mapping(armature))
    body = find_body(walk.joints, walk.fps, rest, RetargetOptions(in_place=True))
    places, gaps = body.positions(), []
    for side in ("left", "right"):
        ball = body.ball(side)
        now = places[f"{side}_ankle"] + rotate(body.turns[f"{side}_ankle"], ball - rest.heads[f"{side}_ankle"])
        gap = (now - ball) @ body.up / body.scale - (body.heights[f"{side}_foot"] - feet.TOE_ON_GROUND)
        gaps.append(gap[body.heights[f"{side}_foot"] < 0.03])
    assert abs(np.concatenate(gaps).mean()) < 0.004


def test_a_rig_without_root_bone_says_so(empty_scene: bpy.types.Scene, walk: Motion) -> None:
    armature = character.add_character(empty_scene.collection)
    with pytest.raises(ValueError, match="root bone"):
        apply_motion(armature, MMM_CHARACTER, walk, empty_scene, ApplyOptions(root="ROOT_BONE"))
    assert not bpy.data.actions and armature.animation_data is None


def test_start_at_the_current_place_and_heading(empty_scene: bpy.types.Scene, walk: Motion) -> None:
    armature = character.add_character(empty_scene.collection)
    empty_scene.render.fps = 20
    pelvis = armature.pose.bones["pelvis"]
    pelvis.rotation_mode = "XYZ"
    turned = Euler((0, 0, 1.2)).to_matrix().to_4x4() @ pelvis.bone.matrix_local.to_3x3().to_4x4()
    pelvis.matrix = Matrix.Translation((2.0, -1.0, 0.9)) @ turned
    bpy.context.view_layer.update()
    hips = (armature.pose.bones["thigh.L"].head + armature.pose.bones["thigh.R"].head) / 2
    apply_motion(armature, MMM_CHARACTER, walk, empty_scene, ApplyOptions(place_at_current=True))
    found = sampled(armature, empty_scene)
    middle = (found[:, 1] + found[:, 2]) / 2
    np.testing.assert_allclose(middle[0, [0, 2]], [hips.x, -hips.y], atol=0.01)
    ahead = np.cross(found[0, 1] - found[0, 2], [0, 1, 0])
    assert abs(np.arctan2(ahead[0], ahead[2]) - 1.2) < 0.05


def test_targets(empty_scene: bpy.types.Scene, walk: Motion) -> None:
    armature = character.add_character(empty_scene.collection)
    first = apply_motion(armature, MMM_CHARACTER, walk, empty_scene)
    length = len(walk.joints)
    again = apply_motion(
        armature, MMM_CHARACTER, walk, empty_scene, ApplyOptions(target="ACTIVE_ACTION", start_frame=201)
    )
    assert again == first and len(bpy.data.actions) == 1
    curve = next(iter(compat.curves_of(first)))
    frames = [point.co.x for point in curve.keyframe_points]
    assert frames == sorted(frames) and frames[0] == 1 and 201 in frames and len(frames) > 2 * length
    strip = apply_motion(
        armature, MMM_CHARACTER, walk, empty_scene, ApplyOptions(target="NLA_STRIP", start_frame=401, blend_in=5)
    )
    track = armature.animation_data.nla_tracks[-1]
    assert armature.animation_data.action == first
    assert track.strips[0].action == strip and track.strips[0].frame_start == 401
    assert track.strips[0].blend_in == 0, "there is no strip below: it would come from the rest pose"
    armature.animation_data.action = None
    empty_scene.frame_set(430)
    assert armature.pose.bones["thigh.L"].matrix_basis != Matrix.Identity(4)
    with pytest.raises(ValueError, match="active action"):
        apply_motion(armature, MMM_CHARACTER, walk, empty_scene, ApplyOptions(target="ACTIVE_ACTION"))


@pytest.mark.parametrize("target", ["NEW_ACTION", "ACTIVE_ACTION", "NLA_STRIP"])
@pytest.mark.parametrize("played", [True, False])
def test_a_failed_apply_leaves_nothing(
    empty_scene: bpy.types.Scene, walk: Motion, target: str, played: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    armature = character.add_character(empty_scene.collection)
    if played:
        apply_motion(armature, MMM_CHARACTER, walk, empty_scene)

    def state() -> object:
        animation = armature.animation_data
        curves = list(compat.curves_of(animation.action)) if animation and animation.action else []
        keys = [(c.data_path, c.array_index, [tuple(k.co) for k in c.keyframe_points]) for c in curves]
        tracks = len(animation.nla_tracks) if animation else None
        return len(bpy.data.actions), animation and animation.action, tracks, keys, empty_scene.frame_end

    before = state()

    def fail(*_: object) -> None:
        raise RuntimeError("the disk is on fire")

    monkeypatch.setattr(actions, "store_request", fail)
    expected = ValueError if target == "ACTIVE_ACTION" and not played else RuntimeError
    with pytest.raises(expected):
        apply_motion(armature, MMM_CHARACTER, walk, empty_scene, ApplyOptions(target=target, start_frame=11))
    assert state() == before
    if played:
        assert compat.assigned_slot(armature) is not None or not compat.HAS_SLOTS


def test_fewer_keys_within_the_tolerance(empty_scene: bpy.types.Scene, walk: Motion) -> None:
    armature = character.add_character(empty_scene.collection)
    empty_scene.render.fps = 20

    def keys(**options: object) -> tuple[int, np.ndarray]:
        action = apply_motion(armature, MMM_CHARACTER, walk, empty_scene, ApplyOptions(**options))
        return sum(len(curve.keyframe_points) for curve in compat.curves_of(action)), sampled(armature, empty_scene)

    full, exact = keys()
    third, _ = keys(key_every=3)
    thin, near = keys(tolerance=0.01)
    assert third < 0.4 * full and thin < 0.8 * full
    assert np.abs(near - exact).max() < 0.05
    with pytest.raises(ValueError, match="key_every"):
        ApplyOptions(key_every=0)


def test_locked_and_driven_channels_are_left_alone(empty_scene: bpy.types.Scene, walk: Motion) -> None:
    armature = character.add_character(empty_scene.collection)
    bones = armature.pose.bones
    bones["head"].rotation_mode = bones["neck"].rotation_mode = "XYZ"
    bones["head"].lock_rotation = (False, True, False)
    bones["neck"].driver_add("rotation_euler", 2)
    action = apply_motion(armature, MMM_CHARACTER, walk, empty_scene)
    keyed = {(curve.data_path, curve.array_index) for curve in compat.curves_of(action)}
    head, neck = (f'pose.bones["{name}"].rotation_euler' for name in ("head", "neck"))
    assert (head, 0) in keyed and (head, 1) not in keyed
    assert (neck, 1) in keyed and (neck, 2) not in keyed


def test_fingers_close_a_little_towards_the_palm(empty_scene: bpy.types.Scene, walk: Motion) -> None:
    armature, bones = measured_rigs.build_named_rig("Mixamo")
    apply_motion(armature, find_mapping(armature), walk, empty_scene)
    empty_scene.frame_set(5)
    for side in ("left", "right"):
        hand, tip = (armature.pose.bones[bones[f"{side}_{slot}"]] for slot in ("wrist", "index3"))
        rest = hand.bone.matrix_local.inverted() @ tip.bone.tail_local
        now = hand.matrix.inverted() @ tip.tail
        # the palm of a T-pose looks down
        down = hand.bone.matrix_local.to_3x3().inverted() @ Matrix.Identity(3).col[2] * -1
        assert (now - rest).dot(down) > 0.01
    action = apply_motion(armature, find_mapping(armature), walk, empty_scene, ApplyOptions(fingers="REST"))
    assert not any("Index" in curve.data_path for curve in compat.curves_of(action))


def test_memory_stays_flat(empty_scene: bpy.types.Scene, walk: Motion) -> None:
    armature = character.add_character(empty_scene.collection)
    short = Motion(walk.joints[:20], walk.fps)

    def apply(times: int) -> int:
        for _ in range(times):
            bpy.data.actions.remove(apply_motion(armature, MMM_CHARACTER, short, empty_scene))
        return measure_rigs.resident_memory()

    before = apply(20)
    # one pose of all curves kept each time would be some 20 MB
    assert apply(100) - before < 8e6
    assert not bpy.data.actions and len(bpy.data.armatures) == 1


def test_linked_rigs_are_refused(empty_scene: bpy.types.Scene, walk: Motion, tmp_path: Path) -> None:
    character.add_character(empty_scene.collection)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "library.blend"))
    bpy.ops.wm.read_homefile(use_empty=True)
    with bpy.data.libraries.load(str(tmp_path / "library.blend"), link=True) as (_, wanted):
        wanted.objects = [character.NAME]
    armature = wanted.objects[0]
    with pytest.raises(ValueError, match="library override"):
        apply_motion(armature, MMM_CHARACTER, walk, bpy.context.scene)
    assert not [action for action in bpy.data.actions if action.library is None]


def test_the_canonical_joints_are_all_sampled(empty_scene: bpy.types.Scene, walk: Motion) -> None:
    armature = character.add_character(empty_scene.collection)
    apply_motion(armature, MMM_CHARACTER, walk, empty_scene)
    assert sampled(armature, empty_scene).shape[1:] == (len(canonical.ALL_JOINTS), 3)
