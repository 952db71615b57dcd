"""Bone Mapping as the artist has it: look, correct, mirror, presets, undo, and what it refuses."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

import bpy
import pytest
from studio import Studio, dump


@pytest.fixture
def studio(extension: ModuleType, empty_studio: Studio) -> Any:
    yield empty_studio
    shutil.rmtree(extension.user_folder() / "presets", ignore_errors=True)
    extension.module("ui.bone_mapping").forget_lookups()


def found(studio: Studio, rig: bpy.types.Object | None = None) -> Any:
    return studio.extension.module("ui.bone_mapping").look_up(rig or bpy.context.object)


def fields() -> Any:
    return bpy.context.scene.mmm_bones


def select(rig: bpy.types.Object, bone: str) -> None:
    rig.data.bones.active = rig.data.bones[bone]


def required(studio: Studio) -> tuple[str, ...]:
    return studio.extension.module("rig.slots").REQUIRED


def test_fields_show_what_was_found_and_looking_writes_nothing(studio: Studio) -> None:
    rig, bones = studio.build_rig("Mixamo")
    before = dump()
    assert {slot: getattr(fields(), slot) for slot in bones} == bones
    assert found(studio).draft.name == "Mixamo" and not found(studio).problem and not found(studio).remembered
    assert dump()["objects"] == before["objects"]
    panel = studio.extension.module("ui.panels.mapping")
    assert panel.icon_of(found(studio).draft, "left_knee") == "CHECKMARK"
    shown = [slot for names in (*panel.PARTS.values(), *panel.MORE_PARTS.values()) for slot in names]
    assert sorted(shown) == sorted(studio.extension.module("rig.slots").slot_parents()), "every slot has one row"
    offered = panel.offered(panel.PARTS["Torso"], found(studio).draft)
    assert offered == ["root", "spine1", "spine2", "spine3", "spine4", "neck2", "neck3", "head"]


def test_a_wrong_bone_is_corrected_remembered_and_undone(studio: Studio, tmp_path: Path) -> None:
    rig, bones = studio.build_rig("Mixamo")
    bpy.ops.ed.undo_push(message="before")
    fields().head = bones["neck2"]
    bpy.ops.ed.undo_push(message="Choose Bone")  # the window manager's part
    assert fields().head == bones["neck2"] and fields().neck2 == "", "a bone plays one part"
    assert found(studio).remembered and found(studio).draft.by_hand == {"head"} and not found(studio).problem
    mapping = studio.extension.module("rig.finding.find_mapping").find_mapping(rig)
    assert mapping.bones["head"] == bones["neck2"] and mapping.bones["left_knee"] == bones["left_knee"]

    bpy.ops.ed.undo()
    assert fields().head == bones["head"] and fields().neck2 == bones["neck2"] and not found(studio).remembered
    bpy.ops.ed.redo()
    assert fields().head == bones["neck2"]
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "mapped.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "mapped.blend"))
    assert fields().head == bones["neck2"] and found(studio).remembered
    assert bpy.ops.mmm.map_again() == {"FINISHED"}
    assert fields().head == bones["head"] and not found(studio).remembered


def test_a_cleared_bone_is_missed_until_another_is_picked_in_the_viewport(studio: Studio) -> None:
    rig, bones = studio.build_rig("SMPL-X")
    studio.put_motion()
    fields().left_knee = ""
    assert "left shin" in found(studio).problem and "Bone Mapping" in found(studio).problem
    assert "\n" not in found(studio).problem
    panel = studio.extension.module("ui.panels.mapping")
    assert panel.icon_of(found(studio).draft, "left_knee") == "ERROR"
    before = dump()
    with pytest.raises(RuntimeError, match="left shin"):
        bpy.ops.mmm.apply()
    assert dump() == before

    assert not bpy.ops.mmm.use_selected_bone.poll()  # no bone is selected in Object Mode
    bpy.ops.object.mode_set(mode="POSE")
    select(rig, bones["left_knee"])
    assert bpy.ops.mmm.use_selected_bone(slot="left_knee") == {"FINISHED"}
    assert fields().left_knee == bones["left_knee"] and not found(studio).problem
    assert panel.icon_of(found(studio).draft, "left_knee") == "VIEW_PAN"
    assert bpy.ops.mmm.apply() == {"FINISHED"}


def test_a_rig_nobody_knows_is_mapped_by_hand_one_side_is_enough(studio: Studio) -> None:
    rig, bones = studio.build_rig("SMPL-X")
    bones = {slot: rig.data.bones[bone] for slot, bone in bones.items()}
    for number, (slot, bone) in enumerate(bones.items()):
        bone.name = f"b{number * 7 % 101}"
        bones[slot] = bone.name
    assert bpy.ops.mmm.clear_mapping() == {"FINISHED"}
    assert found(studio).draft.bones == {} and found(studio).draft.name == "By Hand"
    assert "hips" in found(studio).problem
    for slot in required(studio):
        if not slot.startswith("right"):
            setattr(fields(), slot, bones[slot])
    assert "right thigh" in found(studio).problem and "left" not in found(studio).problem
    assert bpy.ops.mmm.mirror_mapping() == {"FINISHED"}
    assert not found(studio).problem
    assert {slot: getattr(fields(), slot) for slot in required(studio)} == {s: bones[s] for s in required(studio)}
    with pytest.raises(RuntimeError, match="nothing to mirror"):
        bpy.ops.mmm.mirror_mapping()
    studio.put_motion()
    assert bpy.ops.mmm.apply() == {"FINISHED"}


def test_doubts_are_said_and_do_not_stop_anything(studio: Studio) -> None:
    _, bones = studio.build_rig("Mixamo")
    assert not found(studio).doubts
    fields().left_foot = bones["right_index3"]
    doubts = found(studio).doubts
    assert any("is that its side" in line for line in doubts)
    assert any("does not hang on" in line for line in doubts)
    assert not found(studio).problem


def test_a_row_selects_its_bone(studio: Studio) -> None:
    rig, bones = studio.build_rig("Mixamo")
    bpy.ops.object.mode_set(mode="POSE")
    assert bpy.ops.mmm.select_mapped_bone(slot="right_wrist") == {"FINISHED"}
    assert bpy.context.active_pose_bone.name == bones["right_wrist"]
    assert [bone.name for bone in bpy.context.selected_pose_bones] == [bones["right_wrist"]]
    with pytest.raises(RuntimeError, match="No bone is mapped"):
        bpy.ops.mmm.select_mapped_bone(slot="root")
    with pytest.raises(RuntimeError, match="no slot"):
        bpy.ops.mmm.select_mapped_bone(slot="tail")


def test_presets_are_saved_offered_shared_and_fit_other_prefixes(studio: Studio, tmp_path: Path) -> None:
    rig, bones = studio.build_rig("Mixamo")
    for bone in rig.data.bones:
        bone.name = f"hero:{bone.name}"
    fields().head = f"hero:{bones['neck2']}"
    shared = tmp_path / "My Hero.json"
    assert bpy.ops.mmm.save_bone_preset(filepath=str(tmp_path / "My Hero")) == {"FINISHED"}
    assert json.loads(shared.read_text("utf-8"))["bones"]["head"] == bones["neck2"]
    with pytest.raises(RuntimeError, match="comes with the extension"):
        bpy.ops.mmm.save_bone_preset(filepath=str(tmp_path / "mixamo.json"))

    other, _ = studio.build_rig("Mixamo")
    for bone in other.data.bones:
        bone.name = f"villain:{bone.name}"
    assert found(studio).draft.name == "Mixamo"
    bpy.ops.ed.undo_push(message="before")
    assert bpy.ops.mmm.load_bone_preset(filepath=str(shared)) == {"FINISHED"}
    bpy.ops.ed.undo_push(message="Load Bone Preset")
    assert found(studio).draft.name == "My Hero" and fields().head == f"villain:{bones['neck2']}"
    kept = studio.extension.user_folder() / "presets" / "My Hero.json"
    assert kept.read_bytes() == shared.read_bytes()
    presets = studio.extension.module("rig.finding.presets")
    assert "My Hero" in presets.preset_names()
    bpy.ops.ed.undo()
    assert found(studio).draft.name == "Mixamo"
    # what the artist made comes first from now on, and the presets that ship can still be chosen
    assert bpy.ops.mmm.map_again() == {"FINISHED"}
    assert found(studio).draft.name == "My Hero"
    assert bpy.ops.mmm.use_bone_preset(name="Mixamo") == {"FINISHED"}
    assert found(studio).draft.name == "Mixamo" and found(studio).remembered
    assert bpy.ops.mmm.use_bone_preset(name="") == {"FINISHED"}
    assert found(studio).draft.name == "Automatic"
    panel = studio.extension.module("ui.panels.mapping")
    assert 0 < found(studio).draft.confidence_of("left_knee") <= 1
    assert panel.source_of(found(studio).draft, "left_knee") == "automatic"


BROKEN = {
    "text": "not JSON",
    "list": "[]",
    "empty": "{}",
    "half": '{"bones": {"pelvis": "hip"}}',
    "slot": '{"bones": {"pelvis": "hip", "tail": "tail"}}',
    "number": '{"bones": {"pelvis": 3}}',
    "deep": "[" * 100000,
}


@pytest.mark.parametrize("kind", BROKEN)
def test_files_that_are_no_presets_are_refused(studio: Studio, tmp_path: Path, kind: str) -> None:
    studio.build_rig("Mixamo")
    path = tmp_path / f"{kind}.json"
    path.write_text(BROKEN[kind])
    before = dump()
    with pytest.raises(RuntimeError, match="is not a bone mapping preset"):
        bpy.ops.mmm.load_bone_preset(filepath=str(path))
    assert dump() == before
    # and one that lies among the artist's own is passed over
    folder = studio.extension.user_folder() / "presets"
    folder.mkdir(parents=True)
    shutil.copy(path, folder)
    studio.extension.module("ui.bone_mapping").forget_lookups()
    assert found(studio).draft.name == "Mixamo"


def test_presets_that_do_not_fit_are_refused_with_the_bones_they_want(studio: Studio, tmp_path: Path) -> None:
    studio.build_rig("Mixamo")
    assert bpy.ops.mmm.save_bone_preset(filepath=str(tmp_path / "hero.json")) == {"FINISHED"}
    studio.build_rig("SMPL-X")
    before = dump()
    with pytest.raises(RuntimeError, match="upperarm_l"):
        bpy.ops.mmm.use_bone_preset(name="Unreal mannequin")
    with pytest.raises(RuntimeError, match="does not fit"):
        bpy.ops.mmm.load_bone_preset(filepath=str(tmp_path / "hero.json"))
    with pytest.raises(RuntimeError, match="no preset is called"):
        bpy.ops.mmm.use_bone_preset(name="Nobody")
    assert dump() == before and not (studio.extension.user_folder() / "presets").exists()


def test_renamed_bones_are_missed_by_name(studio: Studio) -> None:
    rig, bones = studio.build_rig("SMPL-X")
    assert bpy.ops.mmm.use_bone_preset(name="SMPL-X") == {"FINISHED"}
    rig.data.bones[bones["left_knee"]].name = "shin of steel"
    problem = found(studio).problem
    assert bones["left_knee"] in problem and "gone" in problem and "Map Again" in problem
    assert bpy.ops.mmm.map_again() == {"FINISHED"}
    assert fields().left_knee == "shin of steel"


def test_a_library_override_remembers_its_mapping_and_a_linked_rig_is_refused(studio: Studio, tmp_path: Path) -> None:
    _, bones = studio.build_rig("Mixamo")
    bpy.context.object.name = "Hero"
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "library.blend"))
    bpy.ops.wm.read_homefile(use_empty=True)
    with bpy.data.libraries.load(str(tmp_path / "library.blend"), link=True) as (_, here):
        here.objects = ["Hero"]
    linked = here.objects[0]
    bpy.context.scene.collection.objects.link(linked)
    bpy.context.view_layer.objects.active = linked
    assert found(studio).draft.name == "Mixamo"
    for operator in ("map_again", "clear_mapping", "mirror_mapping", "load_bone_preset"):
        assert not getattr(bpy.ops.mmm, operator).poll()
    assert fields().head == bones["head"]
    before = dump()
    fields().head = bones["neck2"]
    assert dump() == before

    override = linked.override_create(remap_local_usages=True)
    override.override_library.is_system_override = False
    bpy.context.view_layer.objects.active = override
    fields().head = bones["neck2"]
    assert fields().head == bones["neck2"]
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "shot.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "shot.blend"))
    bpy.context.view_layer.objects.active = next(each for each in bpy.data.objects if each.override_library)
    assert fields().head == bones["neck2"]
