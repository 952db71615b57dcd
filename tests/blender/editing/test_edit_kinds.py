"""Every kind of edit on a rig: what it asks, which keys it writes, and that what it does not mean stays."""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import bpy
import motions
import numpy as np
import pytest
from edits import all_keys, ask, pose_at, same_outside, select, write

from engine.requests.kinds import KINDS as ENGINE_KINDS
from engine.requests.params import Params
from mmm_blender import character, compat
from mmm_blender.animation.apply import ApplyOptions, apply_motion
from mmm_blender.animation.played import keyed_range, played_curves
from mmm_blender.editing.aim import Aim
from mmm_blender.editing.keys import ATTRIBUTES
from mmm_blender.editing.kinds import KINDS
from mmm_blender.editing.plans import find_aim
from mmm_blender.editing.selection import Span, bones_of_part
from mmm_blender.editing.story_strips import Strip, read_story, write_story
from mmm_blender.motion_file import Motion
from mmm_blender.protocol import decode_array
from mmm_blender.rig.mapping import MMM_CHARACTER

ROOT = Path(__file__).parents[3]
FPS = 24
FIRST = 7  # an action need not begin at 1


@pytest.fixture
def walker(empty_scene: bpy.types.Scene) -> bpy.types.Object:
    """Our character walking for three seconds: keys from 7 to 78 at 24 fps."""
    empty_scene.render.fps = FPS
    armature = character.add_character(empty_scene.collection)
    walk = Motion(motions.walking_joints(60).astype(np.float32), 20.0, "walk")
    apply_motion(armature, MMM_CHARACTER, walk, empty_scene, ApplyOptions(start_frame=FIRST))
    select(armature, ())
    return armature


def aim(armature: bpy.types.Object, kind: str, **choices: Any) -> Aim:
    return find_aim(armature, MMM_CHARACTER, bpy.context.scene, KINDS[kind].wish(**choices))


def bowed(joints: np.ndarray, rows: slice) -> np.ndarray:
    """The joints with the arms and head leaning forward through ``rows``, most in their middle."""
    answer = np.array(joints, np.float64)
    count = len(answer[rows])
    ramp = np.sin(np.pi * (np.arange(count) + 1) / (count + 1))[:, None]
    answer[rows][:, 12:, 2] += 0.15 * ramp
    return answer


def test_in_between_takes_the_keys_around_the_playhead(walker: bpy.types.Object) -> None:
    for curve in played_curves(walker):
        for key in reversed(curve.keyframe_points):
            if 20 < round(key.co[0]) < 50:
                curve.keyframe_points.remove(key)
    bpy.context.scene.frame_set(33)
    found = aim(walker, "in_between")
    assert found.spans == (Span(20, 50),)
    select(walker, (12, 60))
    assert aim(walker, "in_between", part="UPPER").spans == (Span(12, 60, "upper"),)
    select(walker, ())
    before, poses = all_keys(walker), [pose_at(walker, frame) for frame in (20, 50)]
    edit, params = ask(walker, found)
    joints = decode_array(params["motion"])
    assert params["part"] == "body" and params["kind"] == "in_between"
    # 13 frames of context before frame 20 are all there are; rows are 1.2 frames apart
    assert (params["start"], params["stop"]) == (11, 36) and edit.start == FIRST
    write(walker, edit, bowed(joints, slice(11, 36)))
    same_outside(before, all_keys(walker), found.spans)
    for frame, pose in zip((20, 50), poses, strict=True):
        np.testing.assert_allclose(pose_at(walker, frame), pose, atol=1e-5)
    select(walker, ())
    bpy.context.scene.frame_set(FIRST - 1)
    with pytest.raises(ValueError, match="no two keys"):
        aim(walker, "in_between")


def test_the_middle_is_half_of_what_is_selected_or_of_all(walker: bpy.types.Object) -> None:
    start, end = keyed_range(walker)
    (span,) = aim(walker, "middle").spans
    assert (start, end) == (7, 77) and (span.first, span.last) == (25, 59)
    select(walker, range(20, 61))
    assert aim(walker, "middle", middle=0.25, part="LOWER").spans == (Span(35, 45, "lower"),)


def test_pinned_keys_stay_while_all_around_them_changes(walker: bpy.types.Object) -> None:
    select(walker, (30, 31, 55))
    found = aim(walker, "pin")
    assert found.spans == (Span(7, 30), Span(31, 55), Span(55, 77)) and found.free == (True, True)
    poses = {frame: pose_at(walker, frame) for frame in (30, 31, 55)}
    elsewhere = pose_at(walker, 44), pose_at(walker, 7)
    edit, params = ask(walker, found)
    joints = decode_array(params["motion"])
    masked = np.zeros(len(joints), bool)
    (span,) = params["mask"]
    masked[span["start"] : span["stop"]] = True
    masked[params["frames"]] = False
    # rows beside a pin that no row lies on are kept both
    assert masked[0] and masked[-1]
    assert not masked[[19, 20, 40]].any() and masked.sum() == len(masked) - 3
    answer = np.where(masked[:, None, None], bowed(joints, slice(None)), joints)
    before = write(walker, edit, answer)
    assert before is not None and before.use_fake_user
    for frame, pose in poses.items():
        np.testing.assert_allclose(pose_at(walker, frame), pose, atol=1e-5, err_msg=str(frame))
    assert np.abs(pose_at(walker, 44) - elsewhere[0]).max() > 0.05
    assert np.abs(pose_at(walker, 7) - elsewhere[1]).max() > 1e-3, "nothing holds the first pose"
    select(walker, ())
    with pytest.raises(ValueError, match="No keys are selected to be kept"):
        aim(walker, "pin")


@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize("fps", [24, 30])
def test_extending_adds_keys_and_touches_none(walker: bpy.types.Object, before: bool, fps: int) -> None:
    scene = bpy.context.scene
    scene.render.fps, scene.frame_end = fps, 60
    found = aim(walker, "extend", direction="BEFORE" if before else "AFTER", seconds=1.0)
    assert found.spans == ((Span(7 - fps, 7),) if before else (Span(77, 77 + fps),))
    keys, pose = all_keys(walker), pose_at(walker, 7 if before else 77)
    edit, params = ask(walker, found)
    joints = decode_array(params["motion"])
    added = params["before"] + params["after"]
    assert params["kind"] == "extend" and min(params["before"], params["after"]) == 0
    assert 19 <= added <= 21
    # an engine that goes on with the steps of the end it was shown
    step = joints[1, :1] - joints[0, :1]
    way = np.arange(1, added + 1)[:, None, None] * step
    parts = (joints[:1] - way[::-1], joints) if before else (joints, joints[-1:] + way)
    write(walker, edit, np.concatenate(parts))
    now = all_keys(walker)
    same_outside(keys, now, found.spans)
    assert keyed_range(walker) == ((7 - fps, 77) if before else (7, 77 + fps))
    np.testing.assert_allclose(pose_at(walker, 7 if before else 77), pose, atol=1e-5)
    ends = (7 - fps, 7) if before else (77, 77 + fps)
    travelled = pose_at(walker, ends[1])[0, :3, 3] - pose_at(walker, ends[0])[0, :3, 3]
    assert abs(np.linalg.norm(travelled[:2]) - 1.2 * fps / FPS) < 0.15, "the action's own speed"
    assert scene.frame_end == (60 if before else 77 + fps)


def test_varied_pieces_are_found_in_the_answer(walker: bpy.types.Object) -> None:
    found = aim(walker, "vary", strength=0.25, order="most")
    edit, params = ask(walker, found)
    assert params["kind"] == "vary" and (params["strength"], params["order"]) == (0.25, "most")
    joints = decode_array(params["motion"])
    assert params["part"] == "body"
    with pytest.raises(ValueError, match="Nothing changed"):
        write(walker, edit, joints, mask=[])
    answer = bowed(joints, slice(20, 32))
    keys = all_keys(walker)
    write(walker, edit, answer, mask=[{"part": "upper", "start": 20, "stop": 32}])
    # from the row before the first changed one to the one after the last: 7 + 19 * 1.2 and 7 + 32 * 1.2
    span = Span(29, 46, "upper")
    now = all_keys(walker)
    same_outside(keys, now, (span,))
    values = {path: (keys[path].rows["co"].tobytes(), now[path].rows["co"].tobytes()) for path in now}
    changed = {path.split('"')[1] for (path, _), (then, new) in values.items() if then != new}
    assert "upper_arm.L" in changed and not changed & {"pelvis", "thigh.L", "foot.R"}


def test_varied_legs_leave_the_keys_of_what_they_carry(walker: bpy.types.Object) -> None:
    """The pelvis takes the upper body's joints along, whose own keys stay bit by bit."""
    edit, params = ask(walker, aim(walker, "vary", part="LOWER", strength=0.5))
    assert params["part"] == "lower"
    answer = decode_array(params["motion"]).copy()
    answer[20:32, :, 1] -= 0.05
    keys, pose = all_keys(walker), pose_at(walker, 38)
    write(walker, edit, answer, mask=[{"part": "lower", "start": 20, "stop": 32}])
    upper = bones_of_part(MMM_CHARACTER, "upper")
    for path, now in all_keys(walker).items():
        bone = path[0].split('"')[1]
        same = all(now.rows[name].tobytes() == keys[path].rows[name].tobytes() for name in ATTRIBUTES)
        assert same or bone not in upper, path
    assert np.abs(pose_at(walker, 38) - pose).max() > 0.02


@pytest.mark.parametrize("travel", [False, True])
def test_a_loop_ends_as_it_begins(walker: bpy.types.Object, travel: bool) -> None:
    scene = bpy.context.scene
    found = aim(walker, "loop", wrap=1.0, travel="TRAVEL" if travel else "STAY")
    assert found.spans == (Span(7, 19), Span(65, 77))
    keys, middle = all_keys(walker), pose_at(walker, 40)
    edit, params = ask(walker, found)
    joints = decode_array(params["motion"])
    # 70 frames are 58.3 rows: the rows are spread so that 58 of them are one turn
    assert len(joints) == 58 and params["span"] == 20 and params["travel"] is travel
    assert abs(edit.fps - 58 / 70 * 24) < 1e-9
    answer = bowed(joints, slice(0, 10))
    if not travel:
        answer[:, :, 2] -= (answer[:, :1, 2] - answer[:1, :1, 2]) * np.linspace(0, 1, 58)[:, None] ** 8
    write(walker, edit, answer, travel=travel)
    now = all_keys(walker)
    same_outside(keys, now, found.spans)
    np.testing.assert_allclose(pose_at(walker, 40), middle, atol=1e-5)
    first, last = pose_at(walker, 7), pose_at(walker, 77)
    np.testing.assert_allclose(first[:, :3, :3], last[:, :3, :3], atol=2e-4)
    shift = (last - first)[:, :3, 3]
    np.testing.assert_allclose(shift, np.broadcast_to(shift[0], shift.shape), atol=2e-3)
    assert (np.linalg.norm(shift[0]) > 2.0) == travel
    assert scene.frame_current == 77


def test_an_object_that_travels_keeps_its_keys(walker: bpy.types.Object) -> None:
    """A platform carries the character along: the body is changed on it, where it is seen."""
    scene = bpy.context.scene
    carrier = bpy.data.objects.new("carrier", None)
    scene.collection.objects.link(carrier)
    walker.parent = carrier
    for frame, turn in ((7, 0.0), (77, 1.2)):
        carrier.location, carrier.rotation_euler = (frame / 20, 0.0, 0.0), (0.0, 0.0, turn)
        carrier.keyframe_insert("location", frame=frame)
        carrier.keyframe_insert("rotation_euler", frame=frame)
    found = Aim(KINDS["regenerate"].wish(), (Span(25, 60),))
    poses = {frame: pose_at(walker, frame) for frame in range(20, 66)}
    edit, params = ask(walker, found)
    assert edit.world is not None and len(edit.stands) == 60 - FIRST + 1
    joints = decode_array(params["motion"])
    # sampled, sent and answered unchanged: the character is seen to do the same
    write(walker, edit, joints.astype(np.float64))
    for frame, pose in poses.items():
        found_pose = pose_at(walker, frame)
        gap = np.linalg.norm(found_pose[:, :3, 3] - pose[:, :3, 3], axis=-1).max()
        assert gap < 0.03, (frame, gap)


def test_a_root_bone_that_travels_keeps_its_keys(empty_scene: bpy.types.Scene) -> None:
    from mmm_blender.headless.rigs import measured_rigs
    from mmm_blender.rig.finding.find_mapping import find_mapping

    armature, bones = measured_rigs.build_named_rig("SMPL-X")
    mapping = find_mapping(armature)
    empty_scene.render.fps = 30
    walk = Motion(motions.walking_joints(60).astype(np.float32), 20.0, "walk")
    apply_motion(armature, mapping, walk, empty_scene, ApplyOptions(start_frame=1, root="ROOT_BONE"))
    poses = {frame: pose_at(armature, frame) for frame in range(20, 70, 5)}
    keys = all_keys(armature)
    span = Span(25, 60)
    edit, params = ask(armature, Aim(KINDS["regenerate"].wish(), (span,)))
    assert len(edit.stands) > 1 and edit.world is None
    write(armature, edit, decode_array(params["motion"]).astype(np.float64))
    now = all_keys(armature)
    root = [path for path in keys if f'"{bones["root"]}"' in path[0]]
    assert root and all(now[p].rows[n].tobytes() == keys[p].rows[n].tobytes() for p in root for n in ATTRIBUTES)
    rows = [index for index, bone in enumerate(armature.pose.bones) if bone.name in bones.values()]
    for frame, pose in poses.items():
        gap = np.linalg.norm(pose_at(armature, frame)[rows, :3, 3] - pose[rows, :3, 3], axis=-1).max()
        assert gap < 0.03, (frame, gap)


def test_a_tweaked_strip_is_edited_in_scene_time(walker: bpy.types.Object) -> None:
    animation = walker.animation_data
    action = animation.action
    track = animation.nla_tracks.new()
    strip = track.strips.new("walk", 107, action)
    compat.assign_strip_slot(strip, action)
    animation.action = None
    animation.nla_tracks.active, track.select, strip.select = track, True, True
    animation.use_tweak_mode = True
    assert animation.use_tweak_mode and animation.action == action
    assert keyed_range(walker) == (107, 177)
    keys = all_keys(walker)
    select(walker, range(30, 51))  # in the action's own time
    found = aim(walker, "regenerate")
    assert found.spans == (Span(130, 150),)
    poses = [pose_at(walker, frame) for frame in (130, 150)]
    edit, params = ask(walker, found)
    joints = decode_array(params["motion"])
    write(walker, edit, bowed(joints, slice(params["start"], params["stop"])))
    same_outside(keys, all_keys(walker), (Span(30, 50),))
    for frame, pose in zip((130, 150), poses, strict=True):
        np.testing.assert_allclose(pose_at(walker, frame), pose, atol=1e-5)
    strip.blend_type = "ADD"
    with pytest.raises(ValueError, match="is blended"):
        ask(walker, found)


def test_cycles_go_on_and_other_modifiers_are_named(walker: bpy.types.Object) -> None:
    for curve in played_curves(walker):
        curve.modifiers.new("CYCLES")
    found = Aim(KINDS["regenerate"].wish(), (Span(25, 60),))
    edit, params = ask(walker, found)
    joints = decode_array(params["motion"])
    keys, beyond = all_keys(walker), pose_at(walker, 100)
    write(walker, edit, bowed(joints, slice(16, 40)))
    same_outside(keys, all_keys(walker), found.spans)
    assert all(len(curve.modifiers) == 1 for curve in played_curves(walker))
    np.testing.assert_allclose(pose_at(walker, 80), pose_at(walker, 10), atol=1e-4)
    assert np.abs(pose_at(walker, 110) - beyond).max() > 0.01
    noisy = next(curve for curve in played_curves(walker) if '"head"' in curve.data_path)
    noisy.modifiers.new("NOISE")
    before = all_keys(walker)
    edit, params = ask(walker, found)
    with pytest.raises(ValueError, match="modifier of type NOISE"):
        write(walker, edit, joints)
    assert all(all_keys(walker)[p].rows["co"].tobytes() == before[p].rows["co"].tobytes() for p in before)


def test_another_slot_of_the_action_is_not_touched(walker: bpy.types.Object) -> None:
    action = walker.animation_data.action
    other = character.add_character(bpy.context.scene.collection, "Other")
    slot = action.slots.new(id_type="OBJECT", name="Other")
    compat.assign_action(other, action, slot)
    curve = compat.new_curve(compat.assigned_curves(other), 'pose.bones["head"].location', 0, "head")
    curve.keyframe_points.insert(30, 0.5)
    curve.keyframe_points.insert(500, 0.7)
    assert keyed_range(walker) == (7, 77) and keyed_range(other) == (30, 500)
    edit, params = ask(walker, Aim(KINDS["regenerate"].wish(), (Span(25, 60),)))
    write(walker, edit, bowed(decode_array(params["motion"]), slice(16, 40)))
    assert [tuple(key.co) for key in played_curves(other)[0].keyframe_points] == [(30, 0.5), (500, pytest.approx(0.7))]
    assert len(played_curves(other)) == 1


def test_the_original_need_not_be_kept(walker: bpy.types.Object) -> None:
    edit, params = ask(walker, Aim(KINDS["regenerate"].wish(), (Span(25, 60),)), keep_copy=False)
    actions = set(bpy.data.actions)
    assert write(walker, edit, bowed(decode_array(params["motion"]), slice(16, 40))) is None
    assert set(bpy.data.actions) == actions


def test_bad_input_says_what_to_do(walker: bpy.types.Object) -> None:
    scene = bpy.context.scene
    keys = all_keys(walker)

    def refused(match: str, kind: str) -> None:
        with pytest.raises(ValueError, match=match):
            ask(walker, aim(walker, kind))

    refused("Nothing is selected", "regenerate")
    select(walker, (30,))
    refused("Only frame 30", "regenerate")
    select(walker, (30, 31))
    refused("too short to change: 4 frames", "regenerate")
    refused("no two keys with frames between", "in_between")
    scene.use_preview_range, scene.frame_preview_start, scene.frame_preview_end = True, 50, 400
    select(walker, ())
    refused("reach beyond the action", "regenerate")
    refused("reach beyond the action", "loop")
    scene.frame_preview_start, scene.frame_preview_end = 50, 60
    refused("too short for a loop", "loop")
    scene.use_preview_range = False
    walker.animation_data.action_influence = 0.5
    walker.animation_data.nla_tracks.new()
    refused("mixed with NLA strips", "vary")
    walker.animation_data.action_influence = 1.0
    curve = next(curve for curve in played_curves(walker) if '"spine1"' in curve.data_path)
    curve.mute = True
    found = aim(walker, "middle")
    edit, params = ask(walker, found)
    with pytest.raises(ValueError, match="muted"):
        write(walker, edit, decode_array(params["motion"]))
    curve.mute = False
    walker.animation_data.action.name = "Renamed"
    with pytest.raises(ValueError, match="no longer plays"):
        write(walker, replace(edit, action="walk"), decode_array(params["motion"]))
    now = all_keys(walker)
    assert now.keys() == keys.keys() and scene.frame_current == 1
    assert all(
        now[p].rows[n].tobytes() == keys[p].rows[n].tobytes()
        for p in now
        for n in ATTRIBUTES
        if not n.startswith("select")
    )
    for curve in played_curves(walker):
        while len(curve.keyframe_points):
            curve.keyframe_points.remove(curve.keyframe_points[0])
    refused("no action with keys", "extend")


def test_a_linked_action_is_refused(walker: bpy.types.Object, tmp_path: Path) -> None:
    library = tmp_path / "walks.blend"
    bpy.data.libraries.write(str(library), {walker.animation_data.action})
    with bpy.data.libraries.load(str(library), link=True) as (there, here):
        here.actions = list(there.actions)
    compat.assign_action(walker, here.actions[0])
    actions = set(bpy.data.actions)
    for kind in ("middle", "extend", "vary", "loop"):
        with pytest.raises(ValueError, match="linked from another file: make it local"):
            ask(walker, aim(walker, kind))
    assert set(bpy.data.actions) == actions


@pytest.mark.parametrize("stretch", [1.5, 0.6])
def test_retime_spreads_a_span_and_moves_what_is_behind(walker: bpy.types.Object, stretch: float) -> None:
    scene = bpy.context.scene
    prop = walker.pose.bones["head"]
    for frame, value in ((10, 0.0), (42, 1.0), (70, 2.0)):  # a channel that no mapping knows
        prop["mood"] = value
        prop.keyframe_insert('["mood"]', frame=frame)
    write_story(walker.animation_data.action, [Strip("walk", 7, 50), Strip("stop", 50, 78)])
    select(walker, range(25, 61))
    found = aim(walker, "retime", stretch=stretch)
    assert found.spans == (Span(25, 60),)
    before, poses = all_keys(walker), {frame: pose_at(walker, frame) for frame in (20, 25, 60, 66, 77)}
    midst = pose_at(walker, 42)
    edit, params = ask(walker, found)
    until = 25 + round(35 * stretch)
    moved = until - 60
    assert edit.span == Span(25, until) and params["kind"] == "retime"
    shown = decode_array(params["motion"])
    start, stop, length = (params[name] for name in ("start", "stop", "length"))
    assert (start, stop - start) == (16, 29) and length == np.ceil((until - 7) / 1.2) - 16
    at = np.concatenate(
        (
            np.arange(start),
            start - 1 + np.arange(1, length + 1) * (stop - start + 1) / (length + 1),
            np.arange(stop, len(shown)),
        )
    )
    rows = np.floor(at).astype(int)
    share = (at - rows)[:, None, None]
    answer = shown[rows] * (1 - share) + shown[np.minimum(rows + 1, len(shown) - 1)] * share
    write(walker, edit, answer)
    after = all_keys(walker)
    for path, keys in before.items():
        first = keys.frames < 24.9
        assert after[path].take(after[path].frames < 24.9)["co"].tobytes() == keys.take(first)["co"].tobytes(), path
        behind = keys.take(keys.frames > 60.1)["co"]
        assert np.array_equal(after[path].take(after[path].frames > until + 0.1)["co"], behind + [[moved, 0]]), path
    for frame, pose in poses.items():
        now = pose_at(walker, frame + moved if frame > 30 else frame)
        assert np.abs(now - pose).max() < 1e-4, frame
    mood = after['pose.bones["head"]["mood"]', 0].frames
    assert mood == pytest.approx([10, 25 + 17 * (until - 25) / 35, 70 + moved], abs=1e-3)
    assert [(strip.first, strip.last) for strip in read_story(walker.animation_data.action)] == [
        (7, round(25 + 25 * (until - 25) / 35)),
        (round(25 + 25 * (until - 25) / 35), 78 + moved),
    ]
    assert keyed_range(walker)[1] == 77 + moved and scene.frame_end >= 77 + moved
    # in its midst the walk is where it was, only at another time
    assert np.abs(pose_at(walker, round(float(edit.retiming.to_new(42)))) - midst).max() < 0.1


def test_retime_says_what_it_cannot_do(walker: bpy.types.Object) -> None:
    select(walker, range(25, 61))
    with pytest.raises(ValueError, match="stay as long"):
        ask(walker, aim(walker, "retime", stretch=1.0))
    select(walker, range(25, 29))
    with pytest.raises(ValueError, match="too short to change"):
        ask(walker, aim(walker, "retime", stretch=2.0))
    select(walker, range(25, 61))
    prop = walker.pose.bones["head"]
    prop["mood"] = 1.0
    prop.keyframe_insert('["mood"]', frame=70)
    curve = next(curve for curve in played_curves(walker) if "mood" in curve.data_path)
    edit, params = ask(walker, aim(walker, "retime", stretch=1.5))
    curve.lock = True
    before, actions = all_keys(walker), set(bpy.data.actions)
    shown = decode_array(params["motion"])
    answer = np.concatenate((shown, np.repeat(shown[-1:], params["length"] - params["stop"] + params["start"], 0)))
    with pytest.raises(ValueError, match="mood.* is locked"):
        write(walker, edit, answer)
    now = all_keys(walker)
    assert all(now[path].rows["co"].tobytes() == keys.rows["co"].tobytes() for path, keys in before.items())
    assert set(bpy.data.actions) == actions


def test_kinds_bear_the_same_names_everywhere() -> None:
    editor = ast.parse((ROOT / "engine/editing/editor.py").read_text("utf-8"))
    methods = {node.name for node in ast.walk(editor) if isinstance(node, ast.FunctionDef)}
    protocol, guide = ((ROOT / "docs" / name).read_text("utf-8") for name in ("protocol.md", "guide.md"))
    assert set(KINDS) == set(ENGINE_KINDS) - {"inpaint"}, "any mask is for scripts only"
    for kind in KINDS.values():
        assert kind.name in methods and f"| `{kind.name}` |" in protocol and f"| {kind.label} |" in guide, kind.name


def test_what_saved_files_hold_of_a_kind_stays() -> None:
    numbers = {kind.identifier: kind.number for kind in KINDS.values()}
    assert list(numbers.values()) == list(range(len(numbers))), "menus show them in this order"
    held = ("REGENERATE", "IN_BETWEEN", "MIDDLE", "PIN", "EXTEND", "VARY", "LOOP")  # of version 0.2
    assert [numbers[name] for name in held] == list(range(7))


@pytest.mark.parametrize("name", KINDS)
def test_what_is_asked_is_what_the_engine_takes(walker: bpy.types.Object, name: str) -> None:
    select(walker, (25, 40, 60))
    edit, params = ask(walker, aim(walker, name))
    asked = json.loads(json.dumps({key: value for key, value in params.items() if key not in ("motion", "kind")}))
    assert params["kind"] == edit.kind == name and set(asked) <= set(ENGINE_KINDS[name].PARAMS)
    assert ENGINE_KINDS[name].read(Params(asked))
