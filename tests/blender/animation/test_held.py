"""Rigs that something else moves beside the keys show the motion all the same, or are refused by the bones' names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import bpy
import numpy as np
import pytest
from edits import all_keys, ask, same_outside, write

from mmm_blender import compat
from mmm_blender.animation.apply import ApplyOptions, apply_motion
from mmm_blender.animation.played import bone_of_path
from mmm_blender.animation.shown.fixes import apply_fix
from mmm_blender.animation.shown.obstacles import MissError, Obstacle, ObstacleError
from mmm_blender.editing.aim import Aim
from mmm_blender.editing.kinds import KINDS
from mmm_blender.editing.selection import Span
from mmm_blender.headless.rigs import measured_rigs
from mmm_blender.motion_file import read_motion
from mmm_blender.protocol import decode_array
from mmm_blender.rig.finding.find_mapping import find_mapping
from mmm_blender.rig.sampling import sample_rig

MOTIONS = Path(__file__).parents[1] / "motions"
FRAMES = range(1, 50, 6)
KICK = read_motion(MOTIONS / "kick.npz")
Bones = dict[str, str]


def mixamo(at: float = 0.0) -> tuple[bpy.types.Object, Bones]:
    armature, bones = measured_rigs.build_named_rig("Mixamo")
    armature.location.x = at
    bpy.context.view_layer.update()
    return armature, bones


def directions(armature: bpy.types.Object, bones: Bones) -> np.ndarray:
    """(F, 8, 3) where the bones of the limbs point."""
    rows = []
    for frame in FRAMES:
        bpy.context.scene.frame_set(frame)
        pose = armature.pose.bones
        limbs = (("hip", "knee"), ("knee", "ankle"), ("shoulder", "elbow"), ("elbow", "wrist"))
        ways = [
            pose[bones[f"{side}_{b}"]].head - pose[bones[f"{side}_{a}"]].head
            for side in ("left", "right")
            for a, b in limbs
        ]
        rows.append([way.normalized() for way in ways])
    return np.array(rows)


def apart(a: np.ndarray, b: np.ndarray) -> float:
    """The largest angle between them, degrees."""
    return float(np.degrees(np.arccos(np.clip((a * b).sum(-1), -1, 1))).max())


@pytest.fixture
def wanted(empty_scene: bpy.types.Scene) -> np.ndarray:
    """Where the limbs of a rig point that nothing else moves."""
    armature, bones = mixamo()
    apply_motion(armature, find_mapping(armature), KICK, empty_scene, ApplyOptions(start_frame=1))
    found = directions(armature, bones)
    bpy.data.objects.remove(armature)
    return found


def copied(influence: float) -> Callable[[bpy.types.Object, Bones], None]:
    def bind(armature: bpy.types.Object, _bones: Bones) -> None:
        source, _ = mixamo(5.0)
        for bone in armature.pose.bones:
            constraint = bone.constraints.new("COPY_ROTATION")
            constraint.target, constraint.subtarget, constraint.influence = source, bone.name, influence

    return bind


def limited(armature: bpy.types.Object, bones: Bones) -> None:
    limit = armature.pose.bones[bones["right_knee"]].constraints.new("LIMIT_ROTATION")
    limit.use_limit_x, limit.min_x, limit.max_x, limit.owner_space = True, -0.1, 0.1, "LOCAL"


def driven(armature: bpy.types.Object, bones: Bones) -> None:
    armature.pose.bones[bones["left_shoulder"]].driver_add("rotation_quaternion", 1).driver.expression = "0.6"


def locked(armature: bpy.types.Object, bones: Bones) -> None:
    armature.pose.bones[bones["right_elbow"]].lock_rotation = (True, True, True)


def reaching(armature: bpy.types.Object, bones: Bones) -> None:
    """The hands reach for an empty that no key moves."""
    goal = bpy.data.objects.new("Goal", None)
    bpy.context.scene.collection.objects.link(goal)
    goal.location = (0.3, -0.6, 1.6)
    reach = armature.pose.bones[bones["left_elbow"]].constraints.new("IK")
    reach.target, reach.chain_count = goal, 2


HELD: dict[str, tuple[Callable[[bpy.types.Object, Bones], None], str, str]] = {
    "copied": (copied(1.0), "pelvis", "Copy Rotation"),
    "copied a little": (copied(0.3), "pelvis", "Copy Rotation"),
    "limited": (limited, "right_knee", "Limit Rotation"),
    "driven": (driven, "left_shoulder", "drivers"),
    "locked": (locked, "right_elbow", "locks"),
    "reaching": (reaching, "left_elbow", "Inverse Kinematics"),
}


@pytest.mark.parametrize("name", HELD)
def test_what_holds_bones_is_named_and_let_go(empty_scene: bpy.types.Scene, wanted: np.ndarray, name: str) -> None:
    prepare, slot, kind = HELD[name]
    armature, bones = mixamo()
    prepare(armature, bones)
    empty_scene.frame_set(3)
    armature.pose.bones[bones["head"]].rotation_quaternion = (0.9, 0.1, 0.0, 0.0)
    pose = [bone.matrix_basis.copy() for bone in armature.pose.bones]
    actions = set(bpy.data.actions)
    options = ApplyOptions(start_frame=1)
    with pytest.raises(MissError, match=kind) as refused:
        apply_motion(armature, find_mapping(armature), KICK, empty_scene, options)
    obstacle = refused.value.obstacle
    assert bones[slot] in obstacle.bones and obstacle.fix == "RELEASE" and "\n" not in obstacle.text
    # nothing has happened
    assert set(bpy.data.actions) == actions and empty_scene.frame_current == 3
    if name != "driven":
        assert [bone.matrix_basis for bone in armature.pose.bones] == pose
    apply_fix(armature, empty_scene, obstacle.fix, obstacle.bones)
    apply_motion(armature, find_mapping(armature), KICK, empty_scene, options)
    assert apart(directions(armature, bones), wanted) < 1.0


def test_the_keys_stay_where_that_is_wanted(empty_scene: bpy.types.Scene) -> None:
    armature, bones = mixamo()
    locked(armature, bones)
    told: list[Obstacle] = []
    action = apply_motion(armature, find_mapping(armature), KICK, empty_scene, tell=told.append)
    assert armature.animation_data.action == action and bones["right_elbow"] in told[0].bones


def add_leg_controls(armature: bpy.types.Object, bones: Bones, hinge: bool) -> None:
    """Controls of both feet, and of their toes, hanging on those; ``hinge``: knees bend about one axis."""
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    edit = armature.data.edit_bones
    for side in ("left", "right"):
        for joint in ("ankle", "foot"):
            control = edit.new(f"{side} {joint} control")
            control.head = edit[bones[f"{side}_{joint}"]].head
            control.tail = control.head + (edit[bones["head"]].tail - edit[bones["head"]].head)
            control.parent = edit[f"{side} ankle control"] if joint == "foot" else None
    bpy.ops.object.mode_set(mode="OBJECT")
    for side in ("left", "right"):
        for joint, below, count in (("knee", "ankle", 2), ("ankle", "foot", 1)):
            reach = armature.pose.bones[bones[f"{side}_{joint}"]].constraints.new("IK")
            reach.target, reach.subtarget, reach.chain_count = armature, f"{side} {below} control", count
        knee = armature.pose.bones[bones[f"{side}_knee"]]
        knee.lock_ik_y = knee.lock_ik_z = hinge


@pytest.mark.parametrize("hinge", [False, True])
@pytest.mark.parametrize("root", ["PELVIS", "OBJECT"])
def test_leg_controls_like_those_of_mmd_are_keyed(
    empty_scene: bpy.types.Scene, wanted: np.ndarray, hinge: bool, root: str
) -> None:
    """A chain of two to the foot's control, of one to the toe's, which hangs on it; knees that bend about one axis."""
    armature, bones = mixamo()
    add_leg_controls(armature, bones, hinge)
    action = apply_motion(armature, find_mapping(armature), KICK, empty_scene, ApplyOptions(start_frame=1, root=root))
    keyed = {bone_of_path(curve.data_path) for curve in compat.curves_of(action)}
    assert {f"{side} {joint} control" for side in ("left", "right") for joint in ("ankle", "foot")} <= keyed
    found = directions(armature, bones)
    for bone in armature.pose.bones:
        for constraint in bone.constraints:
            constraint.mute = True
    bpy.context.view_layer.update()
    assert apart(directions(armature, bones), found) < 0.5, "the keys of the bones say the same"
    if root == "PELVIS":
        assert apart(found, wanted) < (8.0 if hinge else 0.5)


def test_poles_of_legs_are_keyed(empty_scene: bpy.types.Scene, wanted: np.ndarray) -> None:
    armature, bones = mixamo()
    add_leg_controls(armature, bones, False)
    bpy.ops.object.mode_set(mode="EDIT")
    edit = armature.data.edit_bones
    for side in ("left", "right"):
        pole, thigh = edit.new(f"{side} pole"), edit[bones[f"{side}_hip"]]
        pole.head = edit[bones[f"{side}_knee"]].head + thigh.x_axis * 0.5
        pole.tail = pole.head + thigh.y_axis * 0.1
    bpy.ops.object.mode_set(mode="OBJECT")
    for side in ("left", "right"):
        reach = armature.pose.bones[bones[f"{side}_knee"]].constraints[0]
        reach.pole_target, reach.pole_subtarget, reach.pole_angle = armature, f"{side} pole", 0.0
    apply_motion(armature, find_mapping(armature), KICK, empty_scene, ApplyOptions(start_frame=1))
    assert apart(directions(armature, bones), wanted) < 5.0


@pytest.mark.parametrize("target", ["NEW_ACTION", "ACTIVE_ACTION"])
def test_an_old_pose_between_mapped_bones_is_put_to_rest(
    empty_scene: bpy.types.Scene, wanted: np.ndarray, target: str
) -> None:
    armature, bones = mixamo()
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    edit = armature.data.edit_bones
    helper = edit.new("helper")
    upper, lower = edit[bones["left_shoulder"]], edit[bones["left_elbow"]]
    helper.head, helper.tail = lower.head, lower.head + (lower.head - upper.head) * 0.2
    helper.parent, lower.use_connect = upper, False
    lower.parent = helper
    bpy.ops.object.mode_set(mode="OBJECT")
    pose = armature.pose.bones
    pose["helper"].rotation_quaternion = (0.7, 0.0, 0.7, 0.0)
    pose["helper"].keyframe_insert("rotation_quaternion", frame=20)
    pose["helper"].keyframe_insert("rotation_quaternion", frame=200)
    pose[bones["right_knee"]].location = (0.0, 0.0, 0.2)
    pose[bones["left_elbow"]].scale = (1.0, 1.4, 1.0)
    bpy.context.view_layer.update()
    apply_motion(armature, find_mapping(armature), KICK, empty_scene, ApplyOptions(start_frame=1, target=target))
    assert apart(directions(armature, bones), wanted) < 0.5
    empty_scene.frame_set(200)
    assert (abs(pose["helper"].rotation_quaternion[2]) > 0.6) == (target == "ACTIVE_ACTION"), "keys beyond it stay"


@pytest.mark.parametrize("name", ["copied a little", "limited", "reaching"])
def test_an_edit_of_held_bones_is_refused_before_it_is_asked(empty_scene: bpy.types.Scene, name: str) -> None:
    prepare, slot, kind = HELD[name]
    armature, bones = mixamo()
    apply_motion(armature, find_mapping(armature), KICK, empty_scene, ApplyOptions(start_frame=1))
    wanted = Aim(KINDS["regenerate"].wish(), (Span(15, 40),))
    ask(armature, wanted)
    prepare(armature, bones)
    with pytest.raises(ObstacleError, match=kind) as refused:
        ask(armature, wanted)
    assert bones[slot] in refused.value.obstacle.bones
    apply_fix(armature, empty_scene, refused.value.obstacle.fix, refused.value.obstacle.bones)
    ask(armature, wanted)


@pytest.mark.parametrize("setting", ["influence", "mute"])
def test_what_keys_let_hold_for_a_moment_is_seen_and_let_go(
    empty_scene: bpy.types.Scene, wanted: np.ndarray, setting: str
) -> None:
    """Between the frames that are looked at anyway, by an edit and after writing into the action."""
    armature, bones = mixamo()
    mapping, options = find_mapping(armature), ApplyOptions(start_frame=1, target="ACTIVE_ACTION")
    apply_motion(armature, mapping, KICK, empty_scene, ApplyOptions(start_frame=1))
    limited(armature, bones)
    (limit,) = armature.pose.bones[bones["right_knee"]].constraints
    off, on = (0.0, 1.0) if setting == "influence" else (True, False)
    for frame, value in ((18, off), (20, on), (22, off)):
        setattr(limit, setting, value)
        limit.keyframe_insert(setting, frame=frame)
    empty_scene.frame_set(1)
    aim = Aim(KINDS["regenerate"].wish(), (Span(15, 40),))
    for use in (lambda: ask(armature, aim), lambda: apply_motion(armature, mapping, KICK, empty_scene, options)):
        with pytest.raises(ObstacleError, match="Limit Rotation") as refused:
            use()
        assert bones["right_knee"] in refused.value.obstacle.bones
    apply_fix(armature, empty_scene, refused.value.obstacle.fix, refused.value.obstacle.bones)
    ask(armature, aim)
    apply_motion(armature, mapping, KICK, empty_scene, options)
    assert apart(directions(armature, bones), wanted) < 1.0


@pytest.mark.parametrize("name", ["copied a little", "reaching"])
def test_bones_that_are_held_since_an_edit_was_asked_are_told(empty_scene: bpy.types.Scene, name: str) -> None:
    prepare, slot, kind = HELD[name]
    armature, bones = mixamo()
    apply_motion(armature, find_mapping(armature), KICK, empty_scene, ApplyOptions(start_frame=1))
    edit, params = ask(armature, Aim(KINDS["regenerate"].wish(), (Span(15, 40),)))
    joints, keys = decode_array(params["motion"]).astype(np.float64), all_keys(armature)
    prepare(armature, bones)
    with pytest.raises(ObstacleError, match=kind) as refused:
        write(armature, edit, joints)
    same_outside(keys, all_keys(armature), ())
    apply_fix(armature, empty_scene, refused.value.obstacle.fix, refused.value.obstacle.bones)
    write(armature, edit, joints)


def test_an_edit_keys_leg_controls(empty_scene: bpy.types.Scene) -> None:
    armature, bones = mixamo()
    add_leg_controls(armature, bones, True)
    apply_motion(armature, find_mapping(armature), KICK, empty_scene, ApplyOptions(start_frame=1))
    before = directions(armature, bones)
    edit, params = ask(armature, Aim(KINDS["regenerate"].wish(), (Span(15, 40),)))
    keys = all_keys(armature)
    write(armature, edit, decode_array(params["motion"]).astype(np.float64))
    same_outside(keys, all_keys(armature), edit.spans)
    control = 'pose.bones["left ankle control"].location'
    assert len(all_keys(armature)[control, 0]) >= len(keys[control, 0])
    assert apart(directions(armature, bones), before) < 6.0


def test_an_object_that_cannot_travel_is_named(empty_scene: bpy.types.Scene) -> None:
    armature, _ = mixamo()
    limit = armature.constraints.new("LIMIT_LOCATION")
    limit.use_min_y = limit.use_max_y = True
    walk, options = read_motion(MOTIONS / "walk.npz"), ApplyOptions(start_frame=1, root="OBJECT")
    with pytest.raises(MissError, match="itself does not travel"):
        apply_motion(armature, find_mapping(armature), walk, empty_scene, options)
    assert tuple(armature.location) == (0, 0, 0)
    limit.mute = True
    apply_motion(armature, find_mapping(armature), walk, empty_scene, options)


def test_bones_that_are_drawn_away_are_named(empty_scene: bpy.types.Scene) -> None:
    """Head and toes keep how they are turned, and are seen in another place."""
    armature, bones = mixamo()
    goal = bpy.data.objects.new("Goal", None)
    empty_scene.collection.objects.link(goal)
    goal.location = (0.0, 0.0, 2.5)
    armature.pose.bones[bones["head"]].constraints.new("COPY_LOCATION").target = goal
    with pytest.raises(MissError, match="in another place.*Copy Location") as refused:
        apply_motion(armature, find_mapping(armature), KICK, empty_scene)
    assert refused.value.obstacle.bones == (bones["head"],)


def test_hips_whose_place_is_locked_are_unlocked(empty_scene: bpy.types.Scene) -> None:
    armature, bones = mixamo()
    armature.pose.bones[bones["pelvis"]].lock_location = (False, True, False)
    with pytest.raises(MissError, match="locks") as refused:
        apply_motion(armature, find_mapping(armature), KICK, empty_scene)
    assert refused.value.obstacle.bones == (bones["pelvis"],)
    apply_fix(armature, empty_scene, refused.value.obstacle.fix, refused.value.obstacle.bones)
    apply_motion(armature, find_mapping(armature), KICK, empty_scene)


def test_an_edit_does_not_lose_what_is_locked(empty_scene: bpy.types.Scene) -> None:
    armature, bones = mixamo()
    apply_motion(armature, find_mapping(armature), KICK, empty_scene, ApplyOptions(start_frame=1))
    edit, params = ask(armature, Aim(KINDS["regenerate"].wish(), (Span(15, 40),)))
    joints, keys = decode_array(params["motion"]).astype(np.float64), all_keys(armature)
    joints[15:25, 21] = joints[15:25, 17]  # the right hand to the shoulder
    locked(armature, bones)
    with pytest.raises(ObstacleError, match="locks") as refused:
        write(armature, edit, joints)
    assert refused.value.obstacle.bones == (bones["right_elbow"],)
    same_outside(keys, all_keys(armature), ())
    apply_fix(armature, empty_scene, refused.value.obstacle.fix, refused.value.obstacle.bones)
    write(armature, edit, joints)


@pytest.mark.parametrize("key", ["location", "scale"])
def test_an_edit_puts_places_and_sizes_of_bones_to_rest_within_its_span(empty_scene: bpy.types.Scene, key: str) -> None:
    """Retargeting takes them to be at rest: the arm would reach elsewhere."""
    armature, bones = mixamo()
    mapping = find_mapping(armature)
    apply_motion(armature, mapping, KICK, empty_scene, ApplyOptions(start_frame=1))
    elbow = armature.pose.bones[bones["left_elbow"]]
    for frame, value in ((1, 0.0), (20, 0.15), (44, 0.15)):
        setattr(elbow, key, (value,) * 3 if key == "location" else (1 + 5 * value,) * 3)
        elbow.keyframe_insert(key, frame=frame)
    edit, params = ask(armature, Aim(KINDS["regenerate"].wish(), (Span(12, 40),)))
    joints, keys = decode_array(params["motion"]).astype(np.float64), all_keys(armature)
    write(armature, edit, joints)
    same_outside(keys, all_keys(armature), edit.spans)
    rows = range(18, 24)
    found = sample_rig(armature, mapping, empty_scene, edit.start, 40)[rows]
    arms = [each[:, 20] - each[:, 16] for each in (found, joints[rows])]  # from the left shoulder to the wrist
    assert np.linalg.norm(arms[0] - arms[1], axis=-1).max() < 0.03
    rest = 0.0 if key == "location" else 1.0
    empty_scene.frame_set(26)
    assert np.allclose(getattr(elbow, key), rest)


def reaching_by_a_driver(armature: bpy.types.Object, bones: Bones, elsewhere: bool) -> None:
    """A hand that reaches for a goal from frame 20 to 24, by a keyed property of the armature or of the goal."""
    reaching(armature, bones)
    (reach,) = armature.pose.bones[bones["left_elbow"]].constraints
    owner = reach.target if elsewhere else armature
    for frame, value in ((1, 0.0), (20, 0.0), (22, 1.0), (24, 0.0)):
        owner["reach"] = value
        owner.keyframe_insert('["reach"]', frame=frame)
    driver = reach.driver_add("influence").driver
    driver.type = "SUM"
    read = driver.variables.new().targets[0]
    read.id, read.data_path = owner, '["reach"]'
    bpy.context.scene.frame_set(1)


@pytest.mark.parametrize("elsewhere", [True, False])
def test_what_a_keyed_property_lets_hold_is_seen(empty_scene: bpy.types.Scene, elsewhere: bool) -> None:
    armature, bones = mixamo()
    mapping, options = find_mapping(armature), ApplyOptions(start_frame=1, target="ACTIVE_ACTION")
    apply_motion(armature, mapping, KICK, empty_scene, ApplyOptions(start_frame=1))
    reaching_by_a_driver(armature, bones, elsewhere)
    aim = Aim(KINDS["regenerate"].wish(), (Span(15, 40),))
    for use in (lambda: ask(armature, aim), lambda: apply_motion(armature, mapping, KICK, empty_scene, options)):
        with pytest.raises(ObstacleError, match="Inverse Kinematics") as refused:
            use()
    apply_fix(armature, empty_scene, refused.value.obstacle.fix, refused.value.obstacle.bones)
    ask(armature, aim)
    apply_motion(armature, mapping, KICK, empty_scene, options)


@pytest.mark.parametrize("kind", ["COPY_SCALE", "LIMIT_DISTANCE"])
def test_bones_that_keep_their_turn_and_nothing_else_are_not_edited(empty_scene: bpy.types.Scene, kind: str) -> None:
    armature, bones = mixamo()
    apply_motion(armature, find_mapping(armature), KICK, empty_scene, ApplyOptions(start_frame=1))
    goal = bpy.data.objects.new("Goal", None)
    empty_scene.collection.objects.link(goal)
    goal.scale = (1.0, 1.6, 1.0)
    slot = "left_hip" if kind == "COPY_SCALE" else "left_ankle"
    constraint = armature.pose.bones[bones[slot]].constraints.new(kind)
    constraint.target = goal
    if kind == "LIMIT_DISTANCE":
        constraint.distance = 0.3
    bpy.context.view_layer.update()
    with pytest.raises(ObstacleError, match="in another place") as refused:
        ask(armature, Aim(KINDS["regenerate"].wish(), (Span(15, 40),)))
    assert refused.value.obstacle.bones == (bones[slot],)
