"""Changing a part of an action: what is selected, seams, and keys outside that stay bit by bit."""

from __future__ import annotations

from typing import Any

import bpy
import motions
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmm_blender import character, compat
from mmm_blender.animation import actions
from mmm_blender.animation.played import played_curves
from mmm_blender.editing import splice
from mmm_blender.editing.aim import Aim
from mmm_blender.editing.apply import apply_edit
from mmm_blender.editing.keys import ATTRIBUTES, Keys, read_keys, replace_span
from mmm_blender.editing.kinds import KINDS
from mmm_blender.editing.plans import plan_edit
from mmm_blender.editing.selection import Span, find_span, part_of_slot
from mmm_blender.motion_file import Motion
from mmm_blender.protocol import decode_array
from mmm_blender.rig.mapping import MMM_CHARACTER
from mmm_blender.rig.rotations import to_eulers, to_matrices

BONES = ("pelvis", "spine1", "thigh.L", "thigh.R", "shin.R", "upper_arm.L", "forearm.R", "head")


@pytest.fixture
def posed(empty_scene: bpy.types.Scene) -> bpy.types.Object:
    """Our character with a few bones keyed by hand, far apart, with handles and interpolations of all kinds."""
    armature = character.add_character(empty_scene.collection)
    draw = np.random.default_rng(5)
    action = bpy.data.actions.new("By hand")
    curves = compat.new_curves(action, armature)
    compat.assign_action(armature, action)
    armature.pose.bones["head"].rotation_mode = "XZY"
    for bone in BONES:
        euler = bone == "head"
        path = f'pose.bones["{bone}"].' + ("rotation_euler" if euler else "rotation_quaternion")
        for index in range(3 if euler else 4):
            curve = compat.new_curve(curves, path, index, bone)
            for frame in (1, 13, 30, 44, 60, 85, 100):
                value = draw.normal(0, 0.15) + (1.0 if index == 0 and not euler else 0.0)
                key = curve.keyframe_points.insert(frame, value)
                key.handle_left_type = key.handle_right_type = str(draw.choice(["FREE", "AUTO_CLAMPED", "ALIGNED"]))
                key.interpolation = str(draw.choice(["BEZIER", "LINEAR", "CONSTANT", "BOUNCE"]))
                key.handle_left[1] += draw.normal(0, 0.1)
                key.select_control_point = False
            curve.update()
    curve = compat.new_curve(curves, 'pose.bones["pelvis"].location', 1, "pelvis")
    for frame, height in ((1, 0.0), (44, -0.1), (100, 0.02)):
        curve.keyframe_points.insert(frame, height)
    curve.update()
    return armature


def all_keys(armature: bpy.types.Object) -> dict[tuple[str, int], Keys]:
    return {(curve.data_path, curve.array_index): read_keys(curve) for curve in played_curves(armature)}


def rows_outside(keys: Keys, span: Span) -> dict[str, bytes]:
    outside = (keys.frames < span.first) | (keys.frames > span.last)
    return {name: values.tobytes() for name, values in keys.take(outside).items()}


def altered(joints: np.ndarray, rows: slice, part: str) -> np.ndarray:
    """What an engine may answer: the sampled joints, in the span with arms or all joints of another motion."""
    answer = np.array(joints, np.float64)
    count = len(answer[rows])
    other = motions.walking_joints(count, count=answer.shape[1])
    offsets = other - other[:, :1]
    ramp = np.sin(np.linspace(0, np.pi, count))[:, None, None]
    first = 13 if part == "upper" else 1
    own = answer[rows] - answer[rows][:, :1]
    answer[rows][:, first:] += (ramp * (offsets - own))[:, first:]
    return answer


def regenerate(armature: bpy.types.Object, scene: bpy.types.Scene, span: Span) -> bpy.types.Action:
    edit, params = plan_edit(armature, scene, Aim(KINDS["regenerate"].wish(), (span,)))
    joints = decode_array(params["motion"])
    answer = altered(joints, slice(params["start"], params["stop"]), span.part)
    before = apply_edit(armature, Motion.from_request(answer, 20.0, {"prompt": "", "seed": 1}), scene, edit)
    assert before is not None
    return before


@pytest.mark.parametrize("fps", [20, 24, 60])
@pytest.mark.parametrize("part", ["body", "upper", "lower"])
def test_only_the_span_changes(posed: bpy.types.Object, part: Any, fps: int) -> None:
    scene = bpy.context.scene
    scene.render.fps = fps
    span = Span(30, 71, part)  # 30 has keys, 71 has none
    before = all_keys(posed)
    poses = {frame: pose_at(posed, frame) for frame in (30, 71)}
    step = max(largest_steps(posed, range(30, 71)).values())
    scene.frame_set(9)
    backup = regenerate(posed, scene, span)
    after = all_keys(posed)
    assert scene.frame_current == 9
    assert backup.name == "By hand (before edit)" and backup.use_fake_user
    changed = set()
    for path, keys in before.items():
        assert rows_outside(after[path], span) == rows_outside(keys, span), path
        if any(after[path].rows[name].tobytes() != keys.rows[name].tobytes() for name in ATTRIBUTES):
            changed.add(path[0].split('"')[1])
            assert np.array_equal(
                after[path].frames[(after[path].frames >= 30) & (after[path].frames <= 71)], np.arange(30, 72)
            )
    changed |= {path[0].split('"')[1] for path in after.keys() - before.keys()}
    slots = {bone: slot for slot, bone in MMM_CHARACTER.bones.items()}
    assert changed and all(part == "body" or part_of_slot(slots[bone]) == part for bone in changed)
    for path, keys in after.items():
        if path not in before:
            assert set(keys.frames) == set(range(30, 72))
    for frame, pose in poses.items():
        np.testing.assert_allclose(pose_at(posed, frame), pose, atol=1e-5)
    assert max(largest_steps(posed, range(28, 74)).values()) < max(2 * step, 0.6), "a pop"
    # and the copy is what was there
    compat.assign_action(posed, backup)
    for path, keys in all_keys(posed).items():
        assert all(keys.rows[name].tobytes() == before[path].rows[name].tobytes() for name in ATTRIBUTES)


def pose_at(armature: bpy.types.Object, frame: int) -> np.ndarray:
    bpy.context.scene.frame_set(frame)
    return np.array([np.array(bone.matrix) for bone in armature.pose.bones])


def largest_steps(armature: bpy.types.Object, frames: range) -> dict[str, float]:
    """Bone -> the largest angle, radians, it turns in one of the frames."""
    poses = np.array([pose_at(armature, frame)[:, :3, :3] for frame in frames])
    turns = poses[1:] @ np.swapaxes(poses[:-1], -1, -2)
    angles = np.arccos(np.clip((np.trace(turns, axis1=-2, axis2=-1) - 1) / 2, -1, 1))
    return dict(zip((bone.name for bone in armature.pose.bones), angles.max(0), strict=True))


def test_outside_the_span_the_pose_stays_where_the_span_begins_on_keys(posed: bpy.types.Object) -> None:
    frames = [*range(1, 30), *range(61, 101)]
    before = [pose_at(posed, frame) for frame in frames]
    regenerate(posed, bpy.context.scene, Span(30, 60))
    # the pelvis' height has its keys at 44 only, so its segments are cut
    rows = [index for index, bone in enumerate(posed.pose.bones) if bone.name != "pelvis"]
    for frame, pose in zip(frames, before, strict=True):
        found = pose_at(posed, frame)
        np.testing.assert_allclose(found[rows][:, :3, :3], pose[rows][:, :3, :3], atol=2e-5, err_msg=str(frame))


def test_a_failure_leaves_nothing(posed: bpy.types.Object) -> None:
    before, actions = all_keys(posed), set(bpy.data.actions)
    curve = next(curve for curve in played_curves(posed) if '"shin.R"' in curve.data_path)
    curve.lock = True
    with pytest.raises(ValueError, match="locked"):
        regenerate(posed, bpy.context.scene, Span(30, 60))
    assert set(bpy.data.actions) == actions
    now = all_keys(posed)
    assert now.keys() == before.keys()
    assert all(now[p].rows[n].tobytes() == before[p].rows[n].tobytes() for p in now for n in ATTRIBUTES)


def test_a_failure_while_writing_is_taken_back(posed: bpy.types.Object, monkeypatch: pytest.MonkeyPatch) -> None:
    before, actions = all_keys(posed), set(bpy.data.actions)
    written = []
    write = splice.write_keys

    def failing(curve: bpy.types.FCurve, keys: Keys) -> None:
        written.append(curve.data_path)
        if len(written) == 30:
            raise MemoryError("full")
        write(curve, keys)

    monkeypatch.setattr(splice, "write_keys", failing)
    with pytest.raises(MemoryError):
        regenerate(posed, bpy.context.scene, Span(30, 60))
    now = all_keys(posed)
    assert set(bpy.data.actions) == actions and now.keys() == before.keys()
    assert all(now[p].rows[n].tobytes() == before[p].rows[n].tobytes() for p in now for n in ATTRIBUTES)


def test_what_is_selected(posed: bpy.types.Object) -> None:
    scene = bpy.context.scene

    def select(bones: tuple[str, ...], *frames: float) -> None:
        for curve in played_curves(posed):
            for key in curve.keyframe_points:
                key.select_control_point = curve.data_path.split('"')[1] in bones and key.co[0] in frames

    def span() -> Span:
        return find_span(posed, MMM_CHARACTER, scene)

    select((), 1)
    with pytest.raises(ValueError, match="Nothing is selected"):
        span()
    select(BONES, 30)
    with pytest.raises(ValueError, match="Only frame 30"):
        span()
    select(BONES, 30, 60)
    assert span() == Span(30, 60, "body")
    select(("upper_arm.L", "head"), 13, 30, 85)
    assert span() == Span(13, 85, "upper")
    select(("thigh.L", "pelvis"), 13, 30)
    assert span() == Span(13, 30, "lower")
    select((), 1)
    for frame in (20, 40):
        scene.timeline_markers.new("m", frame=frame).select = True
    assert span() == Span(20, 40, "body")
    scene.use_preview_range, scene.frame_preview_start, scene.frame_preview_end = True, 50, 120
    with pytest.raises(ValueError, match="50 to 120 reach beyond the action, which has keys from 1 to 100"):
        span()
    scene.frame_preview_end = 70
    assert span() == Span(50, 70, "body")
    posed.animation_data_clear()
    with pytest.raises(ValueError, match="no action with keys"):
        span()


@settings(max_examples=200, deadline=None)
@given(
    frames=st.lists(st.integers(0, 400), min_size=0, max_size=12, unique=True),
    first=st.integers(0, 90),
    count=st.integers(2, 30),
    seed=st.integers(0, 99),
    held=st.booleans(),
)
def test_kept_keys_are_the_same_bits(frames: list[int], first: int, count: int, seed: int, held: bool) -> None:
    draw = np.random.default_rng(seed)
    rows = {name: draw.integers(0, 2, (len(frames), size)).astype(kind) for name, (size, kind) in ATTRIBUTES.items()}
    rows["co"] = np.stack([np.sort(frames) / 4, draw.normal(size=len(frames))], -1).astype(np.float32)
    keys, span = Keys(rows), np.arange(first, first + count, dtype=float)
    found = replace_span(keys, span, draw.normal(size=count), held, (0.1, -0.2))
    inside = (found.frames >= span[0] - 0.01) & (found.frames <= span[-1] + 0.01)
    outside = (keys.frames < span[0] - 0.01) | (keys.frames > span[-1] + 0.01)
    assert inside.sum() == count and (np.diff(found.frames) > 0).all()
    for name, values in keys.take(outside).items():
        assert found.take(~inside)[name].tobytes() == values.tobytes()


@settings(max_examples=100, deadline=None)
@given(count=st.integers(2, 40), seed=st.integers(0, 999), decay=st.floats(0.5, 20))
def test_seams_meet_and_the_middle_stays(count: int, seed: int, decay: float) -> None:
    draw = np.random.default_rng(seed)
    values = draw.normal(size=(count, 4))
    values /= np.linalg.norm(values, axis=-1, keepdims=True)
    start, end = (each / np.linalg.norm(each) for each in draw.normal(size=(2, 4)))
    found = splice.meet_quaternions(values, start, end, decay)
    assert abs(found[0] @ start) > 1 - 1e-9 and abs(found[-1] @ end) > 1 - 1e-9
    middle = (np.arange(count) > decay) & (np.arange(count)[::-1] > decay)
    assert (np.abs((found * values).sum(-1))[middle] > 1 - 1e-9).all()
    moved = splice.meet_vectors(values, start, end, decay)
    np.testing.assert_allclose(moved[[0, -1]], [start, end], atol=1e-12)
    np.testing.assert_allclose(moved[middle], values[middle], atol=1e-12)


def test_eulers_go_on_from_where_the_kept_ones_are() -> None:
    angles = np.cumsum(np.random.default_rng(0).normal(0, 0.1, (30, 3)), 0)
    for order in ("XYZ", "XZY", "ZXY", "YXZ"):
        middle = "XYZ".index(order[1])
        start = angles[0] + np.pi
        start[middle] = np.pi - angles[0, middle] + 2 * np.pi
        found = actions.nearest_angles(angles, order, start)
        np.testing.assert_allclose(found[0], start, atol=1e-9)
        np.testing.assert_allclose(np.diff(found, axis=0) ** 2, np.diff(angles, axis=0) ** 2, atol=1e-9)
        quaternions = actions.quaternions_of(order, found)
        again = to_eulers(to_matrices(actions.quaternions_of(order, angles)), order)
        np.testing.assert_allclose(
            to_matrices(quaternions), to_matrices(actions.quaternions_of(order, again)), atol=1e-9
        )
