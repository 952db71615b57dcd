"""Apply from the panel: every option reaches the keys, bad rigs are refused in words, nothing piles up."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy
import pytest
from studio import Studio, dump, keys_of

OPTIONS: dict[str, Any] = {
    "in_place": True,
    "root": "ROOT_BONE",
    "start_at": "ORIGIN",
    "scale_by": "HEIGHT",
    "lock_feet": False,
    "feet": "REST",
    "hands": "RELAXED",
    "relax_fingers": False,
    "move_collars": False,
    "arm_spacing": 0.3,
    "key_every": 4,
    "tolerance": 0.02,
}


@pytest.fixture
def studio(empty_studio: Studio) -> Studio:
    return empty_studio


def played(rig: bpy.types.Object) -> dict[tuple[str, int], list[tuple[float, float]]]:
    return keys_of(rig.animation_data.action)


def test_every_option_of_the_panel_reaches_the_keys(studio: Studio) -> None:
    rig, bones = studio.build_rig("SMPL-X", "A")
    rig.pose.bones[bones["pelvis"]].location.x = 0.7
    bpy.context.view_layer.update()
    motion = studio.put_motion(frames=30)
    names = studio.extension.module("ui.properties.apply").ApplyProperties.__annotations__
    others = {"target", "blend_in", "blend_out", "fit_range", "mark_asset", "keys_on"}
    assert set(names) - set(OPTIONS) == others, "an option without a test"

    def keys(**said: Any) -> dict[tuple[str, int], list[tuple[float, float]]]:
        bpy.context.scene.frame_set(1)
        rig.animation_data_clear()
        for bone in rig.pose.bones:
            bone.matrix_basis.identity()
            bone.location, bone.rotation_quaternion = (0, 0, 0), (1, 0, 0, 0)
        rig.pose.bones[bones["pelvis"]].location.x = 0.7
        bpy.context.view_layer.update()
        assert bpy.ops.mmm.apply(result=motion, **said) == {"FINISHED"}
        return played(rig)

    plain = keys()
    assert keys() == plain
    for name, value in OPTIONS.items():
        by_operator = keys(**{name: value})
        assert by_operator != plain, name
        default = getattr(studio.settings, name)
        setattr(studio.settings, name, value)
        assert keys() == by_operator, name
        setattr(studio.settings, name, default)
    hand = f'pose.bones["{bones["left_wrist"]}"].rotation_quaternion'
    assert len(keys(key_every=4)[hand, 0]) == -(-(len(plain[hand, 0]) - 1) // 4) + 1
    finger = f'pose.bones["{bones["left_index1"]}"].rotation_quaternion'
    assert (finger, 0) in plain and (finger, 0) not in keys(relax_fingers=False)


def test_strips_blend_in_and_actions_become_assets(studio: Studio) -> None:
    rig, _ = studio.build_rig("Mixamo")
    motion = studio.put_motion()
    assert bpy.ops.mmm.apply(result=motion, target="NLA_STRIP", blend_in=6, mark_asset=True) == {"FINISHED"}
    strip = rig.animation_data.nla_tracks[0].strips[0]
    assert strip.blend_in == 0 and strip.action.asset_data is not None, "the first strip never comes from a T-pose"
    assert bpy.ops.mmm.apply(result=motion, target="NLA_STRIP", start_frame=20, blend_in=6) == {"FINISHED"}
    assert bpy.ops.mmm.apply(result=motion, target="NLA_STRIP", start_frame=30) == {"FINISHED"}
    assert [track.strips[0].blend_in for track in rig.animation_data.nla_tracks] == [0, 6, 8]
    assert tuple(strip.action.preview.image_size) == (128, 128)


def test_the_ghost_follows_the_options(studio: Studio) -> None:
    studio.build_rig("Mixamo")
    studio.put_motion()
    studio.overlay.show()
    studio.wait(lambda: studio.overlay.ghost is not None or studio.overlay.message, 20)
    before = studio.overlay.ghost
    studio.settings.in_place = True
    studio.wait(lambda: studio.overlay.ghost is not before, 20)
    assert abs(studio.overlay.ghost.points[-1].mean(0)[1]) < 0.3 < abs(before.points[-1].mean(0)[1])


def test_a_hundred_applies_leave_nothing_behind(studio: Studio) -> None:
    rig, _ = studio.build_rig("Mixamo")
    motion = studio.put_motion(frames=12)
    studio.settings.start_at = "ORIGIN"  # or single precision would add up over so many starts from the last one
    assert bpy.ops.mmm.apply(result=motion) == {"FINISHED"}
    action = rig.animation_data.action
    bpy.ops.ed.undo_push(message="Apply Motion")
    before, first = dump(), played(rig)

    def memory() -> int:
        return int(Path(f"/proc/{os.getpid()}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") // 2**20

    used = []
    for number in range(100):
        assert bpy.ops.mmm.apply(result=motion, target="ACTIVE_ACTION", start_frame=1) == {"FINISHED"}
        if number in (20, 99):
            used.append(memory())
    assert played(rig) == first and list(bpy.data.actions) == [action]
    assert {kind: list(found) for kind, found in dump().items()} == {k: list(found) for k, found in before.items()}
    assert used[1] - used[0] < 10, f"{used} MB"
    # a new action each, and only that; each is taken back by one undo
    for number in range(5):
        assert bpy.ops.mmm.apply(result=motion) == {"FINISHED"}
        bpy.ops.ed.undo_push(message="Apply Motion")
        assert len(bpy.data.actions) == number + 2
    for number in range(5):
        bpy.ops.ed.undo()
        assert len(bpy.data.actions) == 5 - number
    now = dump()
    assert now["actions"] == before["actions"] and now["objects"] == before["objects"]


@pytest.mark.parametrize("target", ["NEW_ACTION", "ACTIVE_ACTION", "NLA_STRIP"])
@pytest.mark.parametrize("played_before", [True, False])
def test_an_apply_is_one_step_and_a_failed_one_leaves_nothing(
    studio: Studio, target: str, played_before: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig, _ = studio.build_rig("Mixamo")
    motion = studio.put_motion(frames=12)
    if played_before:
        assert bpy.ops.mmm.apply(result=motion) == {"FINISHED"}
    elif target == "ACTIVE_ACTION":
        rig.animation_data_create().action = bpy.data.actions.new("Empty")

    def state() -> dict[str, Any]:
        animation = bpy.data.objects[rig_name].animation_data
        tracks = [(track.name, len(track.strips)) for track in animation.nla_tracks] if animation else None
        return {**dump(), "tracks": tracks}

    rig_name = rig.name
    bpy.ops.ed.undo_push(message="before")
    before = state()
    actions = studio.extension.module("animation.actions")

    def fail(*_: object) -> None:
        raise ValueError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(actions, "store_request", fail)  # the last thing that is written
        with pytest.raises(RuntimeError, match="the disk is full"):
            bpy.ops.mmm.apply(result=motion, target=target, start_frame=5)
    assert state() == before
    assert bpy.ops.mmm.apply(result=motion, target=target, start_frame=5) == {"FINISHED"}
    bpy.ops.ed.undo_push(message="Apply Motion")  # the window manager's part
    assert state() != before
    bpy.ops.ed.undo()
    now = state()
    for kind in ("actions", "objects", "tracks"):
        assert now[kind] == before[kind], kind


def no_bones(studio: Studio) -> None:
    data = bpy.data.armatures.new("Empty")
    rig = bpy.data.objects.new("Empty", data)
    bpy.context.scene.collection.objects.link(rig)
    bpy.context.view_layer.objects.active = rig
    bpy.context.view_layer.update()


def no_legs(studio: Studio) -> None:
    rig, bones = studio.build_rig("SMPL-X")
    bpy.ops.object.mode_set(mode="EDIT")
    for slot, bone in bones.items():
        if slot.endswith(("hip", "knee", "ankle", "foot")):
            rig.data.edit_bones.remove(rig.data.edit_bones[bone])
    bpy.ops.object.mode_set(mode="OBJECT")


def no_length(studio: Studio) -> None:
    """A thigh from the hip to the hip."""
    rig, bones = studio.build_rig("SMPL-X")
    bpy.ops.object.mode_set(mode="EDIT")
    edit = rig.data.edit_bones
    edit[bones["left_knee"]].head = edit[bones["left_hip"]].head
    edit[bones["left_hip"]].tail.z -= 0.1
    bpy.ops.object.mode_set(mode="OBJECT")


def scaled(*scale: float) -> Callable[[Studio], None]:
    def build(studio: Studio) -> None:
        studio.build_rig("Mixamo")[0].scale = scale
        bpy.context.view_layer.update()

    return build


def animal(studio: Studio) -> None:
    bpy.ops.preferences.addon_enable(module="rigify")
    bpy.ops.object.armature_wolf_metarig_add()


def editing(studio: Studio) -> None:
    studio.build_rig("Mixamo")
    bpy.ops.object.mode_set(mode="EDIT")


def crossed(studio: Studio) -> None:
    """Left legs on the right, arms as they are."""
    _, bones = studio.build_rig("Mixamo")
    fields = bpy.context.scene.mmm_bones
    for joint in ("hip", "knee", "ankle", "foot"):
        left, right = bones[f"left_{joint}"], bones[f"right_{joint}"]
        setattr(fields, f"left_{joint}", right)
        setattr(fields, f"right_{joint}", left)


BAD: dict[str, tuple[Callable[[Studio], None], str]] = {
    "no bones": (no_bones, "no bones: select a rig with bones"),
    "no legs": (no_legs, "two legs and two arms are needed"),
    "no length": (no_length, "lie in the same point"),
    "negative scale": (scaled(1, 1, -1), "negative scale: apply it first"),
    "uneven scale": (scaled(1, 1, 2), "scaled unevenly: apply the scale first"),
    "no scale": (scaled(0, 0, 0), "scaled to zero"),
    "animal": (animal, "Bone Mapping"),
    "edit mode": (editing, "Edit Mode: leave it first"),
    "crossed": (crossed, "left and right are crossed"),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_rigs_are_refused_in_panel_and_operators_and_stay_as_they_are(studio: Studio, kind: str) -> None:
    build, words = BAD[kind]
    build(studio)
    studio.put_motion()
    rig = bpy.context.object
    why = studio.extension.module("target").why_not_keyable(rig)
    problem = why or studio.extension.module("ui.bone_mapping").look_up(rig).problem
    assert words in problem and "\n" not in problem
    before = dump()
    for operator in (bpy.ops.mmm.apply, bpy.ops.mmm.map_again, bpy.ops.mmm.edit):
        if kind == "crossed" and operator is not bpy.ops.mmm.apply:
            continue  # finding the bones anew puts it right
        with pytest.raises(RuntimeError) as caught:
            operator()
        assert words in str(caught.value) or "poll() failed" in str(caught.value) or "no action" in str(caught.value)
        assert dump() == before
    studio.overlay.show()
    studio.wait(lambda: studio.overlay.message or studio.overlay.ghost, 20)
    assert studio.overlay.ghost is None and (words in studio.overlay.message)


def test_what_was_repaired_is_seen_at_once(studio: Studio) -> None:
    rig, _ = studio.build_rig("Mixamo")
    look_up = studio.extension.module("ui.bone_mapping").look_up
    rig.scale = (1, 1, -1)
    bpy.context.view_layer.update()
    assert "negative" in look_up(rig).problem
    rig.scale = (1, 1, 1)
    bpy.context.view_layer.update()
    assert not look_up(rig).problem
