"""Controls that something else moves beside their keys: named and let go, or put to rest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from edits import all_keys, ask, same_outside, write

from mmm_blender.animation.apply import ApplyOptions, apply_motion
from mmm_blender.animation.shown.fixes import apply_fix
from mmm_blender.animation.shown.obstacles import MissError, ObstacleError
from mmm_blender.editing.aim import Aim
from mmm_blender.editing.kinds import KINDS
from mmm_blender.editing.selection import Span
from mmm_blender.headless.rigs import measured_rigs
from mmm_blender.motion_file import read_motion
from mmm_blender.protocol import decode_array

KICK = read_motion(Path(__file__).parents[1] / "motions" / "kick.npz")
FRAMES = range(1, 46, 6)
ENDS = [f"ORG-{bone}.{side}" for bone in ("hand", "forearm", "foot", "shin", "toe") for side in "LR"]
SHOWN = [*ENDS, "ORG-spine", "ORG-spine.003", "ORG-spine.006"]
AIM = Aim(KINDS["regenerate"].wish(), (Span(15, 40),))
Prepare = Callable[[bpy.types.Object], Any]


def rigify() -> bpy.types.Object:
    bpy.ops.preferences.addon_enable(module="rigify")
    return measured_rigs.build_rigify("basic", True)


def keyed(armature: bpy.types.Object, controls: str, **options: Any) -> bpy.types.Action:
    mapping = measured_rigs.fit_preset(armature, f"Rigify ({controls} controls)")
    return apply_motion(armature, mapping, KICK, bpy.context.scene, ApplyOptions(start_frame=1, **options))


def seen(armature: bpy.types.Object) -> np.ndarray:
    """(F, B, 4, 4) of the bones that show the body."""
    found = []
    for frame in FRAMES:
        bpy.context.scene.frame_set(frame)
        found.append([np.array(armature.pose.bones[name].matrix) for name in SHOWN])
    return np.array(found)


def held(bone: str, kind: str, **settings: Any) -> Prepare:
    """A constraint on a control, towards an empty that travels."""

    def hold(armature: bpy.types.Object) -> None:
        constraint = armature.pose.bones[bone].constraints.new(kind)
        if hasattr(constraint, "target"):
            goal = bpy.data.objects.new("Goal", None)
            bpy.context.scene.collection.objects.link(goal)
            for frame, place in ((1, (1.5, -0.5, 1.2)), (30, (0.5, -1.5, 0.6))):
                goal.location = place
                goal.keyframe_insert("location", frame=frame)
            constraint.target = goal
        for name, value in settings.items():
            setattr(constraint, name, value)
        bpy.context.view_layer.update()

    return hold


def driven(bone: str, key: str, index: int = -1) -> Prepare:
    def drive(armature: bpy.types.Object) -> None:
        armature.pose.bones[bone].driver_add(key, index).driver.expression = "0.4"

    return drive


def locked(bone: str, key: str) -> Prepare:
    return lambda armature: setattr(armature.pose.bones[bone], key, (True, True, True))


HELD: dict[str, tuple[str, Prepare, str, str]] = {
    "hand on a prop": ("IK", held("hand_ik.L", "CHILD_OF"), "hand_ik.L", "Child Of"),
    "hand turned": ("FK", held("hand_fk.L", "COPY_ROTATION", influence=0.4), "hand_fk.L", "Copy Rotation"),
    "foot on a prop": ("FK", held("foot_fk.L", "CHILD_OF"), "foot_fk.L", "Child Of"),
    "foot kept up": ("IK", held("foot_ik.L", "LIMIT_LOCATION", use_min_z=True, min_z=0.4), "foot_ik.L", "Limit Loc"),
    "head looks": ("FK", held("head", "DAMPED_TRACK"), "head", "Damped Track"),
    "torso copied": ("IK", held("torso", "COPY_TRANSFORMS", influence=0.3), "torso", "Copy Transforms"),
    "chest copied": ("FK", held("chest", "COPY_ROTATION"), "chest", "Copy Rotation"),
    "head driven": ("FK", driven("head", "rotation_quaternion", 1), "head", "drivers"),
    "switch driven": ("FK", driven("torso", '["head_follow"]'), "torso", "drivers"),
    "foot locked": ("IK", locked("foot_ik.L", "lock_rotation"), "foot_ik.L", "locks"),
    "torso locked": ("FK", locked("torso", "lock_location"), "torso", "locks"),
}


@pytest.mark.parametrize("name", HELD)
def test_held_controls_are_named_and_let_go(empty_scene: bpy.types.Scene, name: str) -> None:
    controls, prepare, bone, kind = HELD[name]
    free = rigify()
    keyed(free, controls)
    wanted = seen(free)
    bpy.data.objects.remove(free)
    armature = rigify()
    prepare(armature)
    own = [constraint.mute for each in armature.pose.bones for constraint in each.constraints]
    with pytest.raises(MissError, match=kind) as refused:
        keyed(armature, controls)
    obstacle = refused.value.obstacle
    assert obstacle.bones == (bone,) and obstacle.fix == "RELEASE", obstacle
    assert [constraint.mute for each in armature.pose.bones for constraint in each.constraints] == own
    apply_fix(armature, empty_scene, obstacle.fix, obstacle.bones)
    keyed(armature, controls)
    np.testing.assert_allclose(seen(armature), wanted, atol=2e-3)


@pytest.mark.parametrize("name", ["hand on a prop", "head looks", "torso copied", "chest copied", "foot locked"])
def test_an_edit_of_held_controls_names_them(empty_scene: bpy.types.Scene, name: str) -> None:
    controls, prepare, bone, kind = HELD[name]
    armature = rigify()
    keyed(armature, controls)
    edit, params = ask(armature, AIM)
    prepare(armature)
    joints, keys = decode_array(params["motion"]).astype(np.float64), all_keys(armature)
    joints[15:35, 11:] += np.linspace(0.0, 0.3, 20)[:, None, None]
    with pytest.raises(ObstacleError, match=kind) as refused:
        write(armature, edit, joints)
    assert refused.value.obstacle.bones == (bone,)
    same_outside(keys, all_keys(armature), ())
    if name != "foot locked":  # locks stop no one from looking
        with pytest.raises(ObstacleError, match=kind):
            ask(armature, AIM)
    apply_fix(armature, empty_scene, refused.value.obstacle.fix, refused.value.obstacle.bones)
    write(armature, edit, joints)


@pytest.mark.parametrize("controls", ["FK", "IK"])
@pytest.mark.parametrize("target", ["NEW_ACTION", "ACTIVE_ACTION"])
def test_other_controls_in_an_old_pose_are_put_to_rest(
    empty_scene: bpy.types.Scene, controls: str, target: str
) -> None:
    """Those that bend the body on top of what is keyed; one that the body does not show keeps its pose."""
    free = rigify()
    keyed(free, controls)
    wanted = seen(free)
    bpy.data.objects.remove(free)
    armature = rigify()
    pose = armature.pose.bones
    pose["chest"].rotation_quaternion = pose["foot_spin_ik.L"].rotation_quaternion = (0.9, 0.0, 0.4, 0.0)
    pose["hips"].rotation_quaternion = (0.9, 0.4, 0.0, 0.0)
    pose["tweak_spine.002"].location = (0.0, 0.1, 0.0)
    pose["torso"].scale = (1.2, 1.2, 1.2)
    for frame in (1, 200):
        pose["chest"].keyframe_insert("rotation_quaternion", frame=frame)
    bpy.context.view_layer.update()
    keyed(armature, controls, target=target)
    np.testing.assert_allclose(seen(armature), wanted, atol=2e-3)
    assert pose["tweak_spine.002"].location[1] > 0.05
    empty_scene.frame_set(200)
    assert (abs(pose["chest"].rotation_quaternion[2]) > 0.3) == (target == "ACTIVE_ACTION"), "keys beyond it stay"


def test_an_edit_puts_other_controls_to_rest_within_its_span(empty_scene: bpy.types.Scene) -> None:
    armature = rigify()
    keyed(armature, "FK")
    chest = armature.pose.bones["chest"]
    for frame, bend in ((1, 0.0), (20, 0.4), (44, 0.4)):
        chest.rotation_quaternion = (1.0, bend, 0.0, 0.0)
        chest.keyframe_insert("rotation_quaternion", frame=frame)
    before, keys = seen(armature), all_keys(armature)
    edit, params = ask(armature, AIM)
    write(armature, edit, decode_array(params["motion"]).astype(np.float64))
    same_outside(keys, all_keys(armature), edit.spans)
    empty_scene.frame_set(28)
    assert abs(chest.rotation_quaternion[1]) < 0.01
    assert np.linalg.norm((seen(armature) - before)[..., :3, 3], axis=-1).max() < 0.03
