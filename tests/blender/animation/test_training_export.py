"""Actions out of Blender, as clips that `mmm data import` takes."""

from __future__ import annotations

import csv
from pathlib import Path

import bpy
import motions
import numpy as np
import pytest

import mmm_blender
from mmm_blender import character
from mmm_blender.animation.apply import ApplyOptions, apply_motion
from mmm_blender.animation.exporting.takes import find_takes
from mmm_blender.animation.exporting.training import export_takes
from mmm_blender.motion_file import Motion
from mmm_blender.rig import canonical
from mmm_blender.rig.mapping import MMM_CHARACTER


@pytest.fixture
def armature(empty_scene: bpy.types.Scene) -> bpy.types.Object:
    return character.add_character(empty_scene.collection)


def play(armature: bpy.types.Object, prompt: str, frames: int = 40) -> bpy.types.Action:
    motion = Motion(motions.walking_joints(frames), 20.0, prompt, 1, "formula")
    return apply_motion(armature, MMM_CHARACTER, motion, bpy.context.scene, ApplyOptions())


def pose_of(armature: bpy.types.Object) -> np.ndarray:
    bpy.context.view_layer.update()
    return np.array([np.array(bone.matrix) for bone in armature.pose.bones])


def rows_of(folder: Path) -> list[dict[str, str]]:
    with (folder / "captions.csv").open(newline="") as handle:
        return list(csv.DictReader(handle))


def test_all_actions_come_out_and_the_scene_stays(armature: bpy.types.Object, tmp_path: Path) -> None:
    scene = bpy.context.scene
    play(armature, "a person walks forward")
    second = play(armature, "")
    second.name = "Hero_Slam.001"
    scene.frame_set(7)
    before, playing = pose_of(armature), armature.animation_data.action
    written = export_takes(armature, scene, find_takes(armature, "ALL"), tmp_path)
    assert len(written) == 2 and armature.animation_data.action == playing and scene.frame_current == 7
    assert np.array_equal(pose_of(armature), before)
    with np.load(tmp_path / "Hero_Slam.001.npz") as data:
        joints, fps = data["joints"], float(data["fps"])
    assert fps == 20.0 and joints.dtype == np.float32
    walked = motions.walking_joints(40)
    count = min(len(joints), len(walked))
    moved, wanted = (x[:count, : len(canonical.JOINTS)] - x[:1, :1] for x in (joints, walked))
    assert count >= 38 and np.abs(moved - wanted).max() < 0.03
    assert {row["caption"] for row in rows_of(tmp_path)} == {"a person walks forward", "hero slam 001"}


def test_head_and_hands_come_out_as_far_as_they_are_posed(armature: bpy.types.Object, tmp_path: Path) -> None:
    waved = motions.waving_joints()
    bpy.context.scene.render.fps = 20
    apply_motion(armature, MMM_CHARACTER, Motion(waved, 20.0, "waves"), bpy.context.scene, ApplyOptions())
    play(armature, "walks")
    export_takes(armature, bpy.context.scene, find_takes(armature, "ALL"), tmp_path)
    with np.load(tmp_path / "Wave.npz") as waves, np.load(tmp_path / "Walk.npz") as walks:
        assert waves["joints"].shape[1:] == walks["joints"].shape[1:] == (len(canonical.ALL_JOINTS), 3)
        right = [canonical.INDEX[name] for name in ("right_hand", "right_thumb")]
        assert np.abs(waves["joints"][:, right] - waved[: len(waves["joints"]), right]).max() < 0.03
        assert np.isnan(walks["joints"][:, right]).all(), "nobody posed the hands of a motion of 22 joints"
        assert np.isfinite(walks["joints"][:, : canonical.INDEX["head_front"] + 1]).all()


def test_words_that_were_put_better_are_kept(armature: bpy.types.Object, tmp_path: Path) -> None:
    action = play(armature, "walk")
    takes = find_takes(armature, "CURRENT")
    export_takes(armature, bpy.context.scene, takes, tmp_path)
    table = tmp_path / "captions.csv"
    table.write_text(table.read_text().replace(",walk,", ',"a tired man walks, slowly",'))
    export_takes(armature, bpy.context.scene, takes, tmp_path)
    assert [row["caption"] for row in rows_of(tmp_path)] == ["a tired man walks, slowly"]
    assert takes[0].action == action


def test_selected_strips(armature: bpy.types.Object, tmp_path: Path) -> None:
    kept, other = play(armature, "walk"), play(armature, "run")
    animation = armature.animation_data
    animation.action = None
    for action, chosen in ((kept, True), (other, False)):
        strip = animation.nla_tracks.new().strips.new(action.name, 1, action)
        strip.select = chosen
    takes = find_takes(armature, "STRIPS")
    assert [take.action for take in takes] == [kept]
    export_takes(armature, bpy.context.scene, takes, tmp_path)
    assert animation.action is None and animation.use_nla and len(animation.nla_tracks) == 2
    assert len(list(tmp_path.glob("*.npz"))) == 1


def test_what_cannot_be_exported_says_why_and_writes_nothing(armature: bpy.types.Object, tmp_path: Path) -> None:
    for which, complaint in (("CURRENT", "plays no action"), ("STRIPS", "No NLA strip"), ("ALL", "No action")):
        with pytest.raises(ValueError, match=complaint):
            find_takes(armature, which)
    play(armature, "step", frames=8)
    takes = find_takes(armature, "CURRENT")
    with pytest.raises(ValueError, match="at least 1.2 s"):
        export_takes(armature, bpy.context.scene, takes, tmp_path)
    play(armature, "walk")
    (tmp_path / "captions.csv").write_text("a,b\n")
    with pytest.raises(ValueError, match="no columns file and caption"):
        export_takes(armature, bpy.context.scene, find_takes(armature, "CURRENT"), tmp_path)
    assert not list(tmp_path.glob("*.npz"))


def test_the_operator_reports(tmp_path: Path) -> None:
    bpy.ops.wm.read_homefile(use_empty=True)
    mmm_blender.register()
    try:
        armature = character.add_character(bpy.context.collection)
        bpy.context.view_layer.objects.active = armature
        play(armature, "a person walks")
        assert bpy.ops.mmm.export_training_data(directory=str(tmp_path), which="CURRENT") == {"FINISHED"}
        assert len(list(tmp_path.glob("*.npz"))) == 1
        with pytest.raises(RuntimeError, match="folder that exists"):
            bpy.ops.mmm.export_training_data(directory=str(tmp_path / "nowhere"))
        with pytest.raises(RuntimeError, match="No NLA strip"):
            bpy.ops.mmm.export_training_data(directory=str(tmp_path), which="STRIPS")
    finally:
        mmm_blender.unregister()
