"""What the options of *Apply* do to the keys and the pose, each against the motion without it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import motions
import numpy as np
import pytest

from mmm_blender import character, compat, palette
from mmm_blender.animation import asset_preview, baking
from mmm_blender.animation.apply import ApplyOptions, apply_motion
from mmm_blender.headless.rigs import measured_rigs
from mmm_blender.motion_file import Motion, read_motion
from mmm_blender.rig import canonical, skeleton, slots
from mmm_blender.rig.finding import presets
from mmm_blender.rig.finding.find_mapping import find_mapping
from mmm_blender.rig.mapping import MMM_CHARACTER, RigMapping

MOTIONS = Path(__file__).parents[1] / "motions"
ORDERS = ("XYZ", "XZY", "YXZ", "YZX", "ZXY", "ZYX")


@pytest.fixture
def walk() -> Motion:
    return read_motion(MOTIONS / "walk.npz")


def matrices(armature: bpy.types.Object, scene: bpy.types.Scene, bones: list[str]) -> np.ndarray:
    """(T, bones, 4, 4) of pose bones over the scene's frames, armature space."""
    rows = []
    for frame in range(scene.frame_start, scene.frame_end + 1):
        scene.frame_set(frame)
        rows.append([np.array(armature.pose.bones[bone].matrix) for bone in bones])
    return np.array(rows)


def turns(armature: bpy.types.Object, scene: bpy.types.Scene, bone: str) -> np.ndarray:
    """(T, 3, 3) from the rest pose to the pose of one bone, armature space."""
    rest = np.array(armature.data.bones[bone].matrix_local)[:3, :3]
    return matrices(armature, scene, [bone])[:, 0, :3, :3] @ rest.T


def degrees_between(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    cosine = (np.trace(np.swapaxes(a, -1, -2) @ b, axis1=-2, axis2=-1) - 1) / 2
    return np.degrees(np.arccos(np.clip(cosine, -1, 1)))


def play(
    preset: str, motion: Motion, scene: bpy.types.Scene, **options: Any
) -> tuple[bpy.types.Object, dict[str, str]]:
    scene.render.fps = 20
    armature, bones = measured_rigs.build_named_rig(preset, "A")
    apply_motion(armature, find_mapping(armature), motion, scene, ApplyOptions(**options))
    return armature, bones


def test_hands_keep_their_rest_or_relax(empty_scene: bpy.types.Scene, walk: Motion) -> None:
    for hands in ("REST", "RELAXED"):
        armature, bones = play("SMPL-X", walk, empty_scene, hands=hands)
        for side in slots.SIDES:
            forearm, hand = (turns(armature, empty_scene, bones[f"{side}_{joint}"]) for joint in ("elbow", "wrist"))
            bend = degrees_between(forearm, hand)
            assert bend.max() < 0.1 if hands == "REST" else 5.0 < bend.min() <= bend.max() < 30.0
            if hands == "RELAXED":  # towards the palm, which looks inwards beside the body
                wrist = armature.pose.bones[bones[f"{side}_wrist"]]
                along = np.array(wrist.vector) / wrist.length
                line = np.array(armature.pose.bones[bones[f"{side}_elbow"]].vector.normalized())
                assert (along - line) @ [(-1.0 if side == "left" else 1.0), 0, 0] > 0.05


def test_feet_keep_their_rest_to_the_shin_in_the_air(empty_scene: bpy.types.Scene) -> None:
    kick = read_motion(MOTIONS / "kick.npz")
    raised = kick.joints[:, [10, 11], 1]
    foot = int(raised.max(0).argmax())
    side = slots.SIDES[foot]
    in_air = raised[:, foot] > 0.3
    assert in_air.sum() > 3
    bend = {}
    for feet in ("MOTION", "REST"):
        armature, bones = play("SMPL-X", kick, empty_scene, feet=feet)
        shin, turned = (turns(armature, empty_scene, bones[f"{side}_{joint}"]) for joint in ("knee", "ankle"))
        bend[feet] = degrees_between(shin, turned)[in_air]
        toes = matrices(armature, empty_scene, [bones["left_foot"], bones["right_foot"]])[..., 2, 3]
        assert toes.min() > -0.005, "no foot goes through the floor"
    assert bend["REST"].max() < 1.5 and bend["MOTION"].max() > 5.0  # where it stood still draws the leg a little


def test_collar_bones_move_or_stay_with_the_chest(empty_scene: bpy.types.Scene) -> None:
    wave = read_motion(MOTIONS / "wave.npz")
    for moves in (True, False):
        armature, bones = play("SMPL-X", wave, empty_scene, move_collars=moves)
        chest, collar = (turns(armature, empty_scene, bones[slot]) for slot in ("spine3", "right_collar"))
        bend = degrees_between(chest, collar)
        assert bend.max() > 3.0 if moves else bend.max() < 0.3  # what single precision leaves


def test_the_way_fits_legs_or_height(empty_scene: bpy.types.Scene, walk: Motion) -> None:
    def way(scale_by: str) -> float:
        armature, bones = measured_rigs.build_named_rig("SMPL")
        bpy.ops.object.mode_set(mode="EDIT")
        raised = [bone for bone in armature.data.edit_bones if not bone.name.endswith(("Hip", "Knee", "Ankle", "Foot"))]
        for bone in raised:  # a long trunk on the same legs
            for end in ("head", "tail"):
                point = getattr(bone, end)
                point.z += 0.3 * max(point.z - 0.95, 0.0) / 0.5
        bpy.ops.object.mode_set(mode="OBJECT")
        apply_motion(armature, find_mapping(armature), walk, empty_scene, ApplyOptions(scale_by=scale_by))
        path = matrices(armature, empty_scene, [bones["pelvis"]])[:, 0, :2, 3]
        return float(np.linalg.norm(path[-1] - path[0]))

    legs, height = way("LEGS"), way("HEIGHT")
    assert 1.08 < height / legs < 1.5


@pytest.mark.parametrize("mode", ["QUATERNION", "AXIS_ANGLE", *ORDERS])
def test_every_rotation_mode_plays_the_same(empty_scene: bpy.types.Scene, mode: str) -> None:
    roll = read_motion(MOTIONS / "roll.npz")
    empty_scene.render.fps = 20
    found = {}
    for each in ("QUATERNION", mode):
        armature = character.add_character(empty_scene.collection)
        for bone in armature.pose.bones:
            bone.rotation_mode = each
        action = apply_motion(armature, MMM_CHARACTER, roll, empty_scene)
        found[each] = matrices(armature, empty_scene, list(MMM_CHARACTER.bones.values()))
        assert {bone.rotation_mode for bone in armature.pose.bones} == {each}
        channel = {"QUATERNION": "rotation_quaternion", "AXIS_ANGLE": "rotation_axis_angle"}.get(each, "rotation_euler")
        keyed = {c.data_path.rpartition(".")[2] for c in compat.curves_of(action)} - {"location"}
        assert keyed == {channel}
        if channel == "rotation_euler":  # unwrapped: no curve jumps by a whole turn
            for curve in compat.curves_of(action):
                if curve.data_path.endswith(channel):
                    values = np.array([key.co[1] for key in curve.keyframe_points])
                    assert np.abs(np.diff(values)).max() < np.pi
    assert np.abs(found[mode] - found["QUATERNION"]).max() < 1e-4


def test_a_strip_fades_in_over_what_lies_below(empty_scene: bpy.types.Scene, walk: Motion) -> None:
    empty_scene.render.fps = 20
    armature = character.add_character(empty_scene.collection)
    apply_motion(armature, MMM_CHARACTER, walk, empty_scene, ApplyOptions(target="NLA_STRIP", start_frame=1))
    kick = read_motion(MOTIONS / "kick.npz")
    below = matrices(armature, empty_scene, ["hand.R"])
    apply_motion(
        armature,
        MMM_CHARACTER,
        kick,
        empty_scene,
        ApplyOptions(target="NLA_STRIP", start_frame=21, blend_in=10, set_frame_range=False),
    )
    strip = armature.animation_data.nla_tracks[-1].strips[0]
    assert strip.blend_in == 10
    now = matrices(armature, empty_scene, ["hand.R"])
    off = np.linalg.norm((now - below)[:, 0, :3, 3], axis=-1)
    assert off[:20].max() < 1e-5, "before the strip nothing changes"
    assert off[20] < 0.02 < off[30], "it begins where the one below is, and then has taken over"


def test_an_asset_has_a_picture_and_the_prompt(empty_scene: bpy.types.Scene, walk: Motion, tmp_path: Path) -> None:
    armature = character.add_character(empty_scene.collection)
    action = apply_motion(armature, MMM_CHARACTER, walk, empty_scene, ApplyOptions(mark_asset=True))
    plain = apply_motion(armature, MMM_CHARACTER, walk, empty_scene)
    assert plain.asset_data is None
    name = action.name
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "asset.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "asset.blend"))
    action = bpy.data.actions[name]
    assert action.asset_data.description == walk.prompt and [tag.name for tag in action.asset_data.tags] == ["MMM"]
    size = asset_preview.SIZE
    assert tuple(action.preview.image_size) == (size, size)
    picture = np.array(action.preview.image_pixels_float).reshape(size, size, 4)
    assert 0.05 < (picture[..., 3] > 0.5).mean() < 0.6
    assert np.abs(picture[0, :, 3]).max() == 0 and np.abs(picture[-1, :, 3]).max() == 0, "nothing is cut off"


def test_an_assets_picture_has_the_ghosts_left_and_right() -> None:
    picture = asset_preview.draw_poses(canonical.rest_joints()[None])
    # seen from ahead: its left hand is what reaches farthest to the right
    for side, other, column in (("left", "right", -1), ("right", "left", 0)):
        drawn = np.flatnonzero((picture[..., 3] > 0.5).any(0))[column]
        hand = picture[:, drawn][picture[:, drawn, 3] > 0.5][:, :3].mean(0)
        near, far = (np.linalg.norm(hand - palette.SIDE_COLORS[name]) for name in (side, other))
        assert near < 0.5 * far, f"the {side} hand is painted like the {other} one"


def test_an_assets_picture_shows_where_the_head_looks() -> None:
    away = motions.looking_joints(-1.0)[20:21]  # to the right, which is left in the picture
    plain, told = (asset_preview.draw_poses(joints)[..., 3] > 0.5 for joints in (away[:, :22], away))
    rows = slice(asset_preview.SIZE * 17 // 20, None)  # above the shoulders
    left = [np.flatnonzero(picture[rows].any(0))[0] for picture in (plain, told)]
    right = [np.flatnonzero(picture[rows].any(0))[-1] for picture in (plain, told)]
    assert left[1] < left[0] and right[1] == right[0]


@pytest.mark.parametrize("count", range(1, 7))
def test_spines_and_necks_of_any_number_share_the_bend(empty_scene: bpy.types.Scene, count: int) -> None:
    sit = read_motion(MOTIONS / "sit.npz")
    necks = slots.NECK[: (count + 1) // 2]
    wanted = ["pelvis", *slots.SPINE[:count], *necks, "head"]
    wanted += [f"{side}_{joint}" for side in slots.SIDES for joint in (*slots.LEG, *slots.ARM)]
    ends = measured_rigs.bone_ends(measured_rigs.joint_places(wanted, "T"))
    armature = measured_rigs.build_armature("Spine", ends, measured_rigs.parents_of({slot: slot for slot in wanted}))
    empty_scene.render.fps = 20
    apply_motion(armature, RigMapping("By Hand", {slot: slot for slot in wanted}), sit, empty_scene)
    chain = ["pelvis", *slots.SPINE[:count]]
    steps = [
        degrees_between(turns(armature, empty_scene, a), turns(armature, empty_scene, b))
        for a, b in zip(chain, chain[1:], strict=False)
    ]
    whole = degrees_between(turns(armature, empty_scene, chain[0]), turns(armature, empty_scene, chain[-1]))
    at = int(whole.argmax())
    shares = np.array([step[at] for step in steps]) / whole[at]
    assert whole[at] > 10.0 and shares.min() > 0.1
    throat = [*necks, "head"] if len(necks) > 1 else []
    for above, below in zip(throat[1:-1], throat, strict=False):
        assert degrees_between(turns(armature, empty_scene, above), turns(armature, empty_scene, below)).max() > 0.5


def test_twist_is_spread_over_the_twist_bones(empty_scene: bpy.types.Scene) -> None:
    """Beside the forearm each of two bones has its share of the hand's twist; keys lie on all of them."""
    wave = read_motion(MOTIONS / "wave.npz")
    armature, bones = play("Unreal mannequin", wave, empty_scene)
    upper = turns(armature, empty_scene, bones["right_shoulder"])
    first, second = (turns(armature, empty_scene, bones[f"right_shoulder_twist{n}"]) for n in (1, 2))
    collar = turns(armature, empty_scene, bones["right_collar"])
    rest = np.array(armature.data.bones[bones["right_shoulder"]].vector.normalized())

    def twist(turn: np.ndarray) -> np.ndarray:
        """Degrees by which a bone is turned about itself against the untwisted way of aiming it."""
        from mmm_blender.rig.rotations import swing

        aimed = turn @ rest
        untwisted = swing(collar @ rest, aimed) @ collar
        return degrees_between(untwisted, turn)

    full, one, two = twist(upper), twist(first), twist(second)
    at = int(full.argmax())
    assert full[at] > 15.0 and one[at] < two[at] < full[at] + 0.5
    assert 0.1 < one[at] / full[at] < 0.7


@pytest.mark.parametrize("controls", ["FK", "IK"])
def test_keys_on_the_deforming_bones_play_the_same_and_controls_take_over_again(
    empty_scene: bpy.types.Scene, walk: Motion, controls: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bpy.ops.preferences.addon_enable(module="rigify")
    rig = measured_rigs.build_rigify("basic", True)
    mapping = presets.match_preset(skeleton.read_skeleton(rig), f"Rigify ({controls} controls)")
    assert mapping is not None
    empty_scene.render.fps = 20
    short = Motion(walk.joints[:25], walk.fps, walk.prompt, walk.seed, walk.model)
    names = [bone.name for bone in rig.data.bones if bone.use_deform]
    rest = matrices(rig, empty_scene, names)[0]
    switches = {each: rig.pose.bones[each.bone][each.property] for each in mapping.switches}

    def held() -> list[tuple[str, str, float]]:
        return [(name, each.type, each.influence) for name in names for each in rig.pose.bones[name].constraints]

    before = held()

    def baked() -> bpy.types.Action:
        return apply_motion(rig, mapping, short, empty_scene, ApplyOptions(keys_on="DEFORM"))

    untouched = measured_rigs.fingerprint(rig), [bone.matrix_basis.copy() for bone in rig.pose.bones]
    with monkeypatch.context() as broken:
        broken.setattr(baking, "_bone_channels", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            baked()
    assert (measured_rigs.fingerprint(rig), [bone.matrix_basis for bone in rig.pose.bones]) == untouched
    assert not bpy.data.actions and baking.RELEASED_PROPERTY not in rig and rig.animation_data.action is None

    action = baked()
    assert {curve.data_path.split('"')[1] for curve in compat.curves_of(action)} == set(names)
    assert {each: rig.pose.bones[each.bone][each.property] for each in mapping.switches} == switches
    assert len(bpy.data.actions) == 1
    on_bones = matrices(rig, empty_scene, names)
    assert np.abs(on_bones - rest).max() > 0.3
    apply_motion(rig, mapping, short, empty_scene)
    on_controls = matrices(rig, empty_scene, names)
    off = np.abs(on_bones - on_controls)
    # IK stretches limbs a little, which shears, and channels know no shear; FK is exact
    assert off[..., :3, 3].max() < (1e-4 if controls == "FK" else 0.01)
    assert off[..., :3, :3].max() < (1e-4 if controls == "FK" else 0.05)
    # with the control action the constraints hold again, as they did at first
    assert held() == before


def test_rigs_without_controls_are_keyed_the_same_either_way(empty_scene: bpy.types.Scene, walk: Motion) -> None:
    armature = character.add_character(empty_scene.collection)
    kept = []
    for keys_on in ("CONTROLS", "DEFORM"):
        action = apply_motion(armature, MMM_CHARACTER, walk, empty_scene, ApplyOptions(keys_on=keys_on))
        kept.append({(c.data_path, c.array_index, len(c.keyframe_points)) for c in compat.curves_of(action)})
    assert kept[0] == kept[1]
