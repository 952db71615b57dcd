"""Two characters in one world: motions in the space of each, and actions on both or on none."""

from __future__ import annotations

from math import radians
from types import SimpleNamespace

import bpy
import motions
import numpy as np
import pytest
import unseen

from engine.interaction.bodies import measure_crossing
from engine.interaction.build import BONES, rebuild
from engine.interaction.contacts import MISSED, contact_frames, lateness_of, miss_of
from engine.interaction.placing import place_pair
from engine.interaction.settling import settle
from engine.requests.interact import InteractRequest
from engine.requests.interactions import find_interaction
from engine.requests.proportions import Proportions
from mmm_blender import character
from mmm_blender.animation.directing.builds import as_person, measure_build
from mmm_blender.animation.directing.interactions import find_table, read_interactions
from mmm_blender.animation.directing.pairs import Pair, apply_pair, plan_pair
from mmm_blender.headless.rigs.played_pairs import play_pair
from mmm_blender.motion_file import Motion
from mmm_blender.rig import canonical
from mmm_blender.rig.finding.find_mapping import find_mapping
from mmm_blender.rig.pose import RetargetOptions
from mmm_blender.rig.retarget import find_body
from mmm_blender.rig.skeleton import read_rest

SETTINGS = {
    "target": "NEW_ACTION",
    "in_place": False,
    "root": "PELVIS",
    "lock_feet": True,
    "feet": "MOTION",
    "hands": "MOTION",
    "relax_fingers": True,
    "move_collars": True,
    "arm_spacing": 0.0,
    "scale_by": "LEGS",
    "start_at": "CHARACTER",
    "key_every": 1,
    "tolerance": 0.0,
    "blend_in": 0.0,
    "blend_out": 0.0,
    "mark_asset": False,
    "keys_on": "CONTROLS",
    "fit_range": False,
    "start_frame": 5,
}
SIZE = 0.7  # of the second character
INSIDE = 0.03  # metres that two may be in each other
BESIDE, AHEAD = 0.4, 1.5  # metres from the first one


@pytest.fixture
def two(empty_scene: bpy.types.Scene) -> tuple[bpy.types.Object, bpy.types.Object]:
    first = character.add_character(empty_scene.collection)
    second = character.add_character(empty_scene.collection)
    first.location, first.rotation_euler.z = (2.0, -1.0, 0.3), radians(50)
    second.location, second.scale = (-4.0, 3.0, 0.3), (SIZE, SIZE, SIZE)
    empty_scene.frame_set(5)
    bpy.context.view_layer.update()
    return first, second


def make_pair(scene: bpy.types.Scene, two: tuple[bpy.types.Object, bpy.types.Object]) -> Pair:
    """Both wave: the second one at its size, turned to the first."""
    plan = plan_pair(*two, scene, at_character=True)
    assert plan.sizes == pytest.approx([1.0, SIZE], abs=1e-3)
    a = motions.waving_joints()
    b = a * SIZE * [-1.0, 1.0, -1.0] + [BESIDE, 0.0, AHEAD]
    asked = {"method": "interact", "prompt": "a person waves", "seed": 3, "model": "formula"}
    made = [Motion.from_request(joints.astype(np.float32), 20.0, asked) for joints in (a, b)]
    return Pair("wave to each other", 3, plan, plan.placed(made))


def head_of(armature: bpy.types.Object, bone: str) -> np.ndarray:
    return np.array(armature.matrix_world @ armature.pose.bones[bone].head)


def test_both_are_where_they_should_be_to_each_other(empty_scene, two):
    first, second = two
    apply_pair(make_pair(empty_scene, two), empty_scene, SimpleNamespace(**SETTINGS))
    assert first.animation_data.action != second.animation_data.action
    assert int(first.animation_data.action.frame_range[0]) == int(second.animation_data.action.frame_range[0]) == 5
    # In the first one's own space: left is +X, ahead is -Y.
    own = np.linalg.inv(np.array(first.matrix_world))
    for frame in (5, 30, 60):
        empty_scene.frame_set(frame)
        hips = [np.append(head_of(each, "pelvis"), 1.0) @ own.T for each in two]
        between = (hips[1] - hips[0])[:2]
        assert between == pytest.approx([BESIDE, -AHEAD], abs=0.02), frame
    # Both stand on the floor of the first.
    assert head_of(second, "foot.L")[2] - 0.3 == pytest.approx(SIZE * (head_of(first, "foot.L")[2] - 0.3), abs=0.02)


@pytest.mark.parametrize(
    ("names", "name"),
    [
        (("character_creator", "kenney_human"), "shake hands"),
        (("sumerian_wes", "quaternius_male_suit"), "pat on the shoulder"),
        (("mmd", "cesium_man"), "punch in the stomach"),
        (("kenney_human", "quaternius_male_suit"), "punch in the face"),
    ],
)
def test_characters_touch_on_rigs_of_other_proportions(empty_scene, names, name):
    """The engine counts with the rigs' builds, and what is left of them arms make up for where hands touch."""
    two = unseen.build(names[0]), unseen.build(names[1])
    two[0].location, two[0].rotation_euler.z = (1.0, 2.0, 0.0), radians(40)
    two[1].scale = two[1].scale * 0.9
    empty_scene.frame_set(5)
    bpy.context.view_layer.update()
    plan = plan_pair(*two, empty_scene, at_character=True)
    interaction = find_interaction(name)
    shapes = [Proportions(**built) for built in plan.params["proportions"]]
    sizes = (plan.sizes[0], plan.sizes[1])
    waving = motions.waving_joints(round(interaction.seconds * 20))
    takes = [rebuild(waving, shape) * size for shape, size in zip(shapes, sizes, strict=True)]
    contacts = [(contact, contact_frames(contact, len(waving))) for contact in interaction.contacts]
    spans = [span for _, span in contacts]
    a, b, _ = place_pair(interaction, *takes, spans, sizes)
    made = settle(interaction, (a, b), spans, sizes)
    assert max(miss_of(contact, made, span, sizes) for contact, span in contacts) < 0.01
    asked = InteractRequest(interaction, 0, sizes, proportions=(shapes[0], shapes[1]))
    found = [
        Motion.from_request(joints.astype(np.float32), 20.0, asked.record("formula", role))
        for role, joints in zip("ab", made, strict=True)
    ]
    shown = play_pair(Pair(name, 0, plan, plan.placed(found)), SimpleNamespace(**SETTINGS))
    pair = shown["a"], shown["b"]
    assert max(miss_of(contact, pair, span, sizes) for contact, span in contacts) < MISSED
    assert max(abs(lateness_of(contact, pair, span, sizes)) for contact, span in contacts) < 0.11
    assert measure_crossing(*pair, sizes).depth.max() < INSIDE


@pytest.mark.parametrize("name", ["kenney_human", "quaternius_male_suit"])
def test_a_build_is_measured_in_a_persons_pose(empty_scene, name):
    """A rig at rest may lean, and carry its shoulders elsewhere than retargeting brings them."""
    armature = unseen.build(name)
    rest = read_rest(armature, find_mapping(armature))
    built = measure_build(rest)
    joints = np.repeat(canonical.rest_joints(canonical.ALL_JOINTS)[None], 2, axis=0)
    made = rebuild(joints, Proportions(**built))
    body = find_body(joints, 20.0, rest, RetargetOptions(lock_feet=False))
    hips = canonical.by_name(joints[0])["left_hip"] * [0.0, 1.0, 1.0] + [0.0, built["ankles"], 0.0]
    for slot in ("left_shoulder", "right_shoulder", "neck", "head"):
        place = (body.positions()[slot] - body.hips)[0] @ body.facing / body.scale + hips
        assert made[0, canonical.INDEX[slot]] == pytest.approx(place, abs=0.02), slot
    plain = {key: value for key, value in built.items() if key in BONES}
    assert as_person(made, built) == pytest.approx(rebuild(joints, Proportions(**plain)), abs=0.005)


def test_where_the_second_cannot_be_keyed_the_first_is_left_alone(empty_scene, two):
    first, second = two
    pair = make_pair(empty_scene, two)
    guard = second.pose.bones["pelvis"].constraints.new("LIMIT_LOCATION")
    guard.use_min_x = guard.use_max_x = True
    before, span = set(bpy.data.actions), (empty_scene.frame_start, empty_scene.frame_end)
    with pytest.raises(ValueError, match="show the motion"):
        apply_pair(pair, empty_scene, SimpleNamespace(**SETTINGS))
    assert set(bpy.data.actions) == before
    assert first.animation_data is None or first.animation_data.action is None
    assert (empty_scene.frame_start, empty_scene.frame_end) == span


def test_a_character_that_is_gone_is_named(empty_scene, two):
    pair = make_pair(empty_scene, two)
    bpy.data.objects.remove(two[1])
    with pytest.raises(ValueError, match="is gone"):
        apply_pair(pair, empty_scene, SimpleNamespace(**SETTINGS))
    assert not bpy.data.actions


def test_a_character_without_size_is_refused(empty_scene, two):
    two[1].scale = (0.0, 0.0, 0.0)
    bpy.context.view_layer.update()
    with pytest.raises(ValueError, match="scaled to zero"):
        plan_pair(*two, empty_scene, at_character=True)


def test_ones_own_interactions_stand_beside_the_others(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text('[[interaction]]\nname = "bow to each other"\nseconds = 3.0\n', encoding="utf-8")
    found = read_interactions(str(path))
    assert next(iter(found)) == "bow to each other" and "shake hands" in found and len(found) > 20
    assert find_table("bow to each other", str(path)) == {"name": "bow to each other", "seconds": 3.0}
    with pytest.raises(ValueError, match="no interaction"):
        find_table("bow to each other")


@pytest.mark.parametrize("text", ["interaction = 3", "[[interaction", "[[interaction]]\nname = 2020-01-01", "\x00"])
def test_a_file_that_is_none_is_told_in_one_line(tmp_path, text):
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="no file of interactions") as refused:
        read_interactions(str(path))
    assert "\n" not in str(refused.value)
    with pytest.raises(ValueError, match="no such file"):
        read_interactions(str(tmp_path / "other.toml"))
