"""The bones of rigs: presets, the automatic mapper on random rigs, and what it must refuse."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import bpy
import pytest
import unseen

from mmm_blender import character
from mmm_blender.headless.rigs import measured_rigs
from mmm_blender.headless.rigs.random_rigs import RIGS, build_random_rig
from mmm_blender.rig import skeleton, slots
from mmm_blender.rig.finding import automatic, doubts, presets
from mmm_blender.rig.finding.find_mapping import find_mapping
from mmm_blender.rig.mapping import MMM_CHARACTER, RigMapping, remember_mapping

BUILDABLE = sorted(preset["name"] for preset in presets.load_presets() if not {"controls", "requires"} & set(preset))


def required(bones: dict[str, str]) -> dict[str, str]:
    return {slot: bones[slot] for slot in slots.REQUIRED}


@pytest.mark.parametrize("seed", range(RIGS))
def test_random_rigs_are_mapped_by_shape_alone(empty_scene: bpy.types.Scene, seed: int) -> None:
    armature, bones = build_random_rig(seed)
    found = automatic.find_bones(skeleton.read_skeleton(armature))
    assert required(dict(found.bones)) == required(bones)
    assert all(0.0 < found.confidence_of(slot) <= 1.0 for slot in found.bones)


@pytest.mark.parametrize("name", BUILDABLE)
@pytest.mark.parametrize("rest", ["T", "A"])
def test_named_rigs_with_and_without_their_preset(empty_scene: bpy.types.Scene, name: str, rest: str) -> None:
    armature, bones = measured_rigs.build_named_rig(name, rest)
    rig = skeleton.read_skeleton(armature)
    chosen = presets.match_preset(rig, name)
    assert chosen is not None and dict(chosen.bones) == bones
    assert required(dict(find_mapping(armature).bones)) == required(bones)
    assert required(dict(automatic.find_bones(rig).bones)) == required(bones)


def test_any_mixamo_prefix(empty_scene: bpy.types.Scene) -> None:
    armature, _ = measured_rigs.build_named_rig("Mixamo")
    for bone in armature.data.bones:
        bone.name = f"mixamorig7:{bone.name}"
    mapping = find_mapping(armature)
    assert mapping.name == "Mixamo" and mapping.bones["left_knee"] == "mixamorig7:LeftLeg"


def test_rigify_rigs(empty_scene: bpy.types.Scene) -> None:
    bpy.ops.preferences.addon_enable(module="rigify")
    metarig = measured_rigs.build_rigify("basic", False)
    by_preset = find_mapping(metarig)
    assert by_preset.name == "Rigify metarig"
    by_shape = automatic.find_bones(skeleton.read_skeleton(metarig))
    assert required(dict(by_shape.bones)) == required(dict(by_preset.bones))
    mapping = find_mapping(measured_rigs.build_rigify("basic", True))
    assert mapping.name == "Rigify (FK controls)" and mapping.controls
    assert {switch.property for switch in mapping.switches} >= {"IK_FK", "head_follow"}


def test_a_mapping_of_controls_comes_back_from_its_preset_file(empty_scene: bpy.types.Scene, tmp_path: Path) -> None:
    bpy.ops.preferences.addon_enable(module="rigify")
    rig = skeleton.read_skeleton(measured_rigs.build_rigify("basic", True))
    mapping = presets.match_preset(rig, "Rigify (IK controls)")
    assert mapping is not None and mapping.limbs and mapping.switches and mapping.sampled
    path = tmp_path / "mine.json"
    path.write_text(presets.preset_text(mapping), encoding="utf-8")
    again = presets.fit_preset(presets.read_preset(path), rig)
    assert again == replace(mapping, name="mine")


def test_controls_are_found_without_a_preset(empty_scene: bpy.types.Scene) -> None:
    bpy.ops.preferences.addon_enable(module="rigify")
    rig = measured_rigs.build_rigify("basic", True)
    preset = find_mapping(rig)
    for bone in rig.data.bones:
        bone.name = bone.name.replace("ORG", "X").replace("DEF", "Y").replace("fk", "v").replace("ik", "w")
    assert presets.match_preset(skeleton.read_skeleton(rig)) is None
    found = find_mapping(rig)
    assert found.controls and found.sampled["left_knee"] == "X-shin.L"
    renamed = {slot: bone.replace("fk", "v").replace("ik", "w") for slot, bone in required(dict(preset.bones)).items()}
    assert required(dict(found.bones)) == renamed
    key = {(switch.bone, switch.property): switch.value for switch in preset.switches}
    assert {(switch.bone, switch.property): switch.value for switch in found.switches} == key
    for bone in rig.pose.bones:
        bone.custom_shape = None
    with pytest.raises(ValueError, match="no controls to key for"):
        find_mapping(rig)


def test_names_that_say_another_bone_are_not_believed(empty_scene: bpy.types.Scene) -> None:
    """Hip called knee, knee called ankle, ankle called hip: the legs are denied rather than guessed."""
    armature, bones = measured_rigs.build_named_rig("SMPL-X")
    for side in slots.SIDES:
        names = [bones[f"{side}_{joint}"] for joint in ("hip", "knee", "ankle")]
        for index, name in enumerate(names):
            armature.data.bones[name].name = f"turning {index}"
        for index in range(3):
            armature.data.bones[f"turning {index}"].name = names[(index + 1) % 3]
    with pytest.raises(ValueError, match="no legs") as caught:
        automatic.find_bones(skeleton.read_skeleton(armature))
    assert "\n" not in str(caught.value)


def test_bones_that_constraints_hold_are_not_keyed_in_vain(empty_scene: bpy.types.Scene) -> None:
    armature, bones = build_random_rig(3)
    other, _ = build_random_rig(4)
    for slot in slots.REQUIRED:
        constraint = armature.pose.bones[bones[slot]].constraints.new("COPY_TRANSFORMS")
        constraint.target = other
    with pytest.raises(ValueError, match="FK controls in Bone Mapping"):
        find_mapping(armature)
    for bone in armature.pose.bones:
        for constraint in bone.constraints:
            constraint.mute = True
    assert required(dict(find_mapping(armature).bones)) == required(bones)


@pytest.mark.parametrize("sides", [slots.SIDES, slots.SIDES[:1]])
def test_names_that_go_round_in_a_circle_do_not_mislead(empty_scene: bpy.types.Scene, sides: tuple[str, ...]) -> None:
    """Thigh called shin, shin called foot, foot called thigh: found by shape or refused, never believed."""
    armature, bones = measured_rigs.build_named_rig("SMPL-X")
    legs = {
        side: [armature.data.bones[bones[f"{side}_{joint}"]] for joint in ("hip", "knee", "ankle")] for side in sides
    }
    for leg in legs.values():
        names = [bone.name for bone in leg]
        for bone in leg:
            bone.name = f"{bone.name}_"
        for bone, name in zip(leg, names[1:] + names[:1], strict=True):
            bone.name = name
    try:
        mapping = find_mapping(armature)
    except ValueError:
        with pytest.raises(ValueError, match="Bone Mapping"):
            find_mapping(armature)
        return
    for side, leg in legs.items():
        assert [mapping.bones[f"{side}_{joint}"] for joint in ("hip", "knee", "ankle")] == [bone.name for bone in leg]


@pytest.mark.parametrize("animal", ["horse", "cat", "wolf", "shark", "bird"])
def test_animals_are_refused(empty_scene: bpy.types.Scene, animal: str) -> None:
    bpy.ops.preferences.addon_enable(module="rigify")
    operator = f"armature_{animal}_metarig_add"
    getattr(bpy.ops.object, operator)()
    with pytest.raises(ValueError, match="Bone Mapping"):
        find_mapping(bpy.context.object)


def without(*ending: str) -> bpy.types.Object:
    armature, bones = measured_rigs.build_named_rig("SMPL-X")
    bpy.ops.object.mode_set(mode="EDIT")
    for slot, bone in bones.items():
        if slot.endswith(ending):
            armature.data.edit_bones.remove(armature.data.edit_bones[bone])
    bpy.ops.object.mode_set(mode="OBJECT")
    return armature


def test_missing_parts_are_named(empty_scene: bpy.types.Scene) -> None:
    with pytest.raises(ValueError, match="legs"):
        find_mapping(without("hip", "knee", "ankle", "foot"))


def test_missing_arms_are_named(empty_scene: bpy.types.Scene) -> None:
    fingers = tuple(f"{finger}{number}" for finger in slots.FINGERS for number in (1, 2, 3))
    with pytest.raises(ValueError, match="arms"):
        find_mapping(without("collar", "shoulder", "elbow", "wrist", *fingers))


def test_unfit_objects_are_refused_in_one_line(empty_scene: bpy.types.Scene) -> None:
    armature = character.add_character(empty_scene.collection)
    cases: list[tuple[object, str]] = [(None, "select one"), (armature.children[0], "not an armature")]
    empty = bpy.data.objects.new("Empty", bpy.data.armatures.new("Empty"))
    cases.append((empty, "no bones"))
    for value, words in cases:
        with pytest.raises(ValueError, match=words):
            find_mapping(value)
    for scale, words in (((1, 1, -1), "negative scale"), ((1, 1, 2), "unevenly"), ((0, 0, 0), "zero")):
        armature.scale = scale
        bpy.context.view_layer.update()
        with pytest.raises(ValueError, match=words) as caught:
            find_mapping(armature)
        assert "\n" not in str(caught.value)
    armature.scale = (1, 1, 1)
    bpy.context.view_layer.update()
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    with pytest.raises(ValueError, match="Edit Mode"):
        find_mapping(armature)
    bpy.ops.object.mode_set(mode="OBJECT")


def test_a_limb_without_length_is_refused(empty_scene: bpy.types.Scene) -> None:
    armature = character.add_character(empty_scene.collection)
    rig = skeleton.read_skeleton(armature)
    rig.heads[rig.index("shin.L")] = rig.heads[rig.index("thigh.L")]
    with pytest.raises(ValueError, match="same point"):
        skeleton.fit_mapping(rig, MMM_CHARACTER)


def test_mappings_survive_json_and_correction(empty_scene: bpy.types.Scene, tmp_path: Path) -> None:
    armature = character.add_character(empty_scene.collection)
    mapping = find_mapping(armature)
    assert RigMapping.from_json(mapping.to_json()) == mapping
    corrected = mapping.with_bone("head", None)
    assert "head" not in corrected.bones
    remember_mapping(armature, corrected)
    assert find_mapping(armature) == corrected
    assert "head" in find_mapping(armature, use_remembered=False).bones
    with pytest.raises(ValueError, match="left_knee"):
        mapping.with_bone("left_knee", None)
    with pytest.raises(ValueError, match="not a rig mapping"):
        RigMapping.from_json("{}")
    with pytest.raises(ValueError, match="unknown joints"):
        RigMapping("x", {**MMM_CHARACTER.bones, "tail": "tail"})


def parts_wrong(found: dict[str, str], right: dict[str, str]) -> dict[str, tuple[str | None, str | None]]:
    wanted = {slot for slot in {*found, *right} if "twist" not in slot}
    return {slot: (found.get(slot), right.get(slot)) for slot in wanted if found.get(slot) != right.get(slot)}


@pytest.mark.parametrize("name", sorted(set(unseen.NAMES) - unseen.REFUSED))
def test_rigs_nobody_tried_are_mapped(empty_scene: bpy.types.Scene, name: str) -> None:
    right = unseen.right_bones(name)
    armature = unseen.build(name)
    mapping = find_mapping(armature)
    assert parts_wrong(dict(mapping.bones), right) == {}
    twists = [bone for slot, bone in mapping.bones.items() if "twist" in slot]
    assert all(any(word in bone.lower() for word in ("twist", "roll", "mid", "forearm", "捩")) for bone in twists)
    by_shape = required(dict(automatic.find_bones(skeleton.read_skeleton(armature)).bones))
    by_shape.pop("pelvis"), right.pop("pelvis")  # of several that carry the body, shape takes the nearest
    assert by_shape == {slot: right[slot] for slot in by_shape}


def test_a_rig_of_three_roots_is_refused(empty_scene: bpy.types.Scene) -> None:
    """Bones named after the joint where they end, hips and shoulders in one point, no hands."""
    with pytest.raises(ValueError, match="Bone Mapping") as caught:
        find_mapping(unseen.build("mpfb_openpose"))
    assert "\n" not in str(caught.value)


def test_marks_of_ends_are_no_bones(empty_scene: bpy.types.Scene) -> None:
    """A leg whose ankle is only marked is refused with what it lacks; fingers end before their marks."""
    armature = unseen.build("quaternius_robot")
    bpy.ops.object.mode_set(mode="EDIT")
    for side in "LR":
        for bone in ("Foot.{}_end", "Foot.{}"):
            armature.data.edit_bones.remove(armature.data.edit_bones[bone.format(side)])
    bpy.ops.object.mode_set(mode="OBJECT")
    with pytest.raises(ValueError, match="lacks the bones of the left foot, right foot"):
        find_mapping(armature)


def test_a_finger_is_no_hand(empty_scene: bpy.types.Scene) -> None:
    armature = unseen.build("kenney_human")
    bpy.ops.object.mode_set(mode="EDIT")
    for side in ("Left", "Right"):
        armature.data.edit_bones.remove(armature.data.edit_bones[f"{side}Hand"])
    bpy.ops.object.mode_set(mode="OBJECT")
    with pytest.raises(ValueError, match="lacks the bones of the left hand, right hand"):
        find_mapping(armature)


def test_a_preset_that_knows_half_is_filled_up(empty_scene: bpy.types.Scene) -> None:
    """Mixamo's names with other toes, one more spine bone and twist bones."""
    armature, bones = measured_rigs.build_named_rig("Unreal mannequin")
    mixamo, names = measured_rigs.build_named_rig("Mixamo")
    known = {slot: name for slot, name in names.items() if slot in bones and not slot.endswith("foot")}
    bpy.data.objects.remove(mixamo)
    for slot, bone in bones.items():
        armature.data.bones[bone].name = known.get(slot, f"other {bone}")
    mapping = find_mapping(armature)
    assert mapping.name == "Mixamo"
    assert mapping.bones["left_foot"] == "other ball_l" and mapping.bones["spine5"] == "other spine_05"
    assert {f"left_{joint}_twist1" for joint in ("shoulder", "elbow", "hip", "knee")} <= set(mapping.bones)
    assert all(mapping.bones[slot] == known[slot] for slot in slots.REQUIRED)


def test_hips_like_a_persons_raise_no_doubt(empty_scene: bpy.types.Scene) -> None:
    armature, _ = measured_rigs.build_named_rig("Mixamo")
    assert doubts.find_doubts(skeleton.read_skeleton(armature), find_mapping(armature)) == []


def test_legs_that_do_not_hang_under_the_pelvis_are_doubted(empty_scene: bpy.types.Scene) -> None:
    armature = unseen.build("quaternius_robot")
    rig, mapping = skeleton.read_skeleton(armature), find_mapping(armature)
    assert doubts.find_doubts(rig, mapping) == []  # its feet hang on the root, and are put where they belong
    misled = mapping.with_bone("pelvis", "Hips")
    assert [line for line in doubts.find_doubts(rig, misled) if "left thigh" in line and "hips" in line]
