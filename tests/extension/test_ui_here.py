"""Generate from where the character is: a shot grows on one action."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np
import pytest
from mathutils import Euler
from studio import Studio, dump, keys_of

JOINTS = ("pelvis", "hand.L", "hand.R", "foot.L", "foot.R", "head")


def places(character: bpy.types.Object, first: int, last: int) -> np.ndarray:
    found = []
    for frame in range(first, last + 1):
        bpy.context.scene.frame_set(frame)
        found.append([np.array(character.pose.bones[bone].head) for bone in JOINTS])
    return np.array(found)


def test_a_walk_goes_on_into_a_sit_on_the_same_action(studio: Studio) -> None:
    studio.generate("a person walks forward", seconds=4.0)
    assert bpy.ops.mmm.apply() == {"FINISHED"}
    scene, character = bpy.context.scene, bpy.context.object
    action = character.animation_data.action
    here = 61
    scene.frame_set(here)
    before, walked = dump(), places(character, 1, here)
    scene.frame_set(here)
    kept = {path: [key for key in keys if key[0] < here] for path, keys in keys_of(action).items()}
    studio.settings.prompt, studio.settings.variations = "a person sits down", 2
    studio.settings.duration = "AUTO"
    assert bpy.ops.mmm.generate() == {"FINISHED"}
    studio.wait()
    assert not studio.session.message, studio.session.message
    shown = studio.session.results[:2]
    assert [v.edit.span.first for v in shown] == [here, here] and shown[0].motion.seed + 1 == shown[1].motion.seed
    assert studio.session.history[0].prompt == "a person sits down" and studio.session.history[0].seconds is None
    studio.wait(lambda: studio.overlay.ghost is not None or studio.overlay.message, 20)
    assert not studio.overlay.message and dump() == before

    scene.frame_set(5)  # wherever the playhead goes meanwhile
    assert bpy.ops.mmm.apply() == {"FINISHED"}
    assert character.animation_data.action == action
    for path, keys in keys_of(action).items():
        assert [key for key in keys if key[0] < here] == kept[path], path
    last = int(action.frame_range[1])
    assert last == shown[0].edit.span.last > here + 24
    went = places(character, 1, last)
    np.testing.assert_allclose(went[:here], walked, atol=1e-5)
    assert went[-1, 0, 2] < went[here - 1, 0, 2] - 0.2, "it sits"
    # Steps and changes of velocity across the seam beside the motion's own 95th percentile, from the walk to the seat.
    step = np.linalg.norm(np.diff(went, axis=0), axis=-1).mean(1)
    change = np.linalg.norm(np.diff(went, n=2, axis=0), axis=-1).mean(1)
    seam = slice(here - 2, here + 1)
    pops = [each[seam].max() / np.percentile(each, 95) for each in (step, change)]
    print("seam: step {:.2f}, velocity {:.2f}".format(*pops))
    # The engine keeps within 1 and 0.7 where that bends nothing; going from 20 fps to the scene's rate adds to that.
    assert pops[0] < 1.0 and pops[1] < 1.5


def test_what_a_new_action_would_replace_is_said(studio: Studio) -> None:
    replaced = studio.extension.module("animation.played").replaced_action
    studio.put_motion("walk")
    assert replaced(bpy.context.object) is None
    assert bpy.ops.mmm.apply() == {"FINISHED"}
    assert replaced(bpy.context.object) == bpy.context.object.animation_data.action.name


def pose(character: bpy.types.Object, frame: int, **turns: tuple[float, float, float]) -> None:
    """Key all bones at ``frame``, those of ``turns`` turned by Euler angles."""
    for bone in character.pose.bones:
        turned = Euler(turns.get(bone.name.replace(".", "_"), (0.0, 0.0, 0.0))).to_quaternion()
        bone.rotation_quaternion = turned
        bone.keyframe_insert("rotation_quaternion", frame=frame)
    character.pose.bones["pelvis"].keyframe_insert("location", frame=frame)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_feet_stand_in_between_two_standing_poses(studio: Studio, seed: int) -> None:
    scene, character = bpy.context.scene, bpy.context.object
    pose(character, 1, upper_arm_L=(0, 0, -1.2), upper_arm_R=(0, 0, 1.2))
    pose(character, 41, upper_arm_L=(0, 0, 0.6), upper_arm_R=(0, 0, 1.0), head=(0, 0.6, 0), spine1=(0.2, 0, 0))
    scene.frame_set(20)
    assert bpy.context.mode == "OBJECT"
    scene.mmm.edit_prompt, scene.mmm.seed = "", seed
    assert bpy.ops.mmm.edit(kind="IN_BETWEEN") == {"FINISHED"}
    studio.wait()
    assert not studio.session.message, studio.session.message
    assert bpy.ops.mmm.apply() == {"FINISHED"}
    feet = places(character, 1, 41)[:, 3:5]
    slide = np.linalg.norm(feet - feet[:1], axis=-1).max()
    print(f"feet move {1000 * slide:.1f} mm")
    assert slide < 0.01
    chosen = [key.select_control_point for curve in curves_of(character) for key in curve.keyframe_points]
    assert not any(chosen[2:]), "what was written is not left selected"


def test_a_preview_range_counts_in_object_mode_after_apply(studio: Studio) -> None:
    studio.put_motion("walk")
    assert bpy.ops.mmm.apply() == {"FINISHED"} and bpy.context.mode == "OBJECT"
    scene, character = bpy.context.scene, bpy.context.object
    scene.use_preview_range, scene.frame_preview_start, scene.frame_preview_end = True, 20, 44
    look = studio.extension.module("ui.edit_view").look
    assert look(bpy.context).source == "Preview range"
    before = keys_of(character.animation_data.action)
    scene.mmm_edit.part = "LEFT_ARM"
    scene.mmm.edit_prompt = "a person waves with the left hand"
    assert bpy.ops.mmm.edit(kind="REGENERATE") == {"FINISHED"}
    studio.wait()
    assert not studio.session.message, studio.session.message
    assert bpy.ops.mmm.apply() == {"FINISHED"}
    now = keys_of(character.animation_data.action)
    changed = {path.split('"')[1] for path, index in now if now[path, index] != before[path, index]}
    assert changed and all(name.endswith(".L") and name != "foot.L" for name in changed), changed
    for path, keys in before.items():
        assert [key for key in now[path] if not 20 < key[0] < 44] == [key for key in keys if not 20 < key[0] < 44]


def curves_of(character: bpy.types.Object) -> list[Any]:
    action = character.animation_data.action
    if getattr(action, "layers", None):
        return [c for layer in action.layers for s in layer.strips for bag in s.channelbags for c in bag.fcurves]
    return list(action.fcurves)
