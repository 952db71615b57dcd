"""A looped NLA strip that goes on: each round begins where the one before has brought the character.

Blender plays the rounds of a strip all from the same place. Here they become one action, in which what carries the
character (the object, a root bone, or the hips and the controls of limbs) is moved and turned from round to round.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np

from ... import compat
from ...animation import actions
from ...animation.actions import Channel
from ...animation.played import bone_of_path
from ...animation.shown.obstacles import covering_action
from ...coordinates import FloatArray
from ...rig import rotations
from ...rig.finding.find_mapping import find_mapping
from ...rig.skeleton import RigRest, read_rest
from ...scene import pose_bones
from ...translation import n_, rpt_

SEEN = ("pelvis", "head", "left_ankle", "right_ankle", "left_wrist", "right_wrist")
OFF = 0.02  # of a leg's length: a round that lies farther from where it is to go on does not show it
GOES = 0.02  # of a leg's length, or radians: a round that brings the character less far goes nowhere
ALMOST = 1e-4
MOST_ROUNDS = 1000
GOES_ON = n_("{name} (goes on)")
TRANSFORMS = ("location", "rotation_euler", "rotation_quaternion", "rotation_axis_angle")


@dataclass(frozen=True)
class Continued:
    """``distance``: from the first frame of all rounds to the last, in the scene's units."""

    strip: bpy.types.NlaStrip
    rounds: float
    distance: float


@dataclass(frozen=True)
class _Round:
    """One round of a strip as it is seen, rows a frame of the action apart.

    Attributes:
        frames: (T,) of the action, from the strip's first to its last.
        world: (T, 4, 4) of the object.
        basis: (T, 4, 4) of the object's own transform.
        bases: bone -> (T, 4, 4) of its own transform.
        poses: bone -> (T, 4, 4) in armature space.
    """

    frames: FloatArray
    world: FloatArray
    basis: FloatArray
    bases: dict[str, FloatArray]
    poses: dict[str, FloatArray]


def find_looped_strip(armature: bpy.types.Object, frame: float) -> bpy.types.NlaStrip | None:
    """The repeated strip that plays at a scene frame, the uppermost; else the one that ended last before it."""
    animation = armature.animation_data
    if animation is None:
        return None
    strips = [
        (not (track.mute or strip.mute), min(strip.frame_end, frame), level, strip)
        for level, track in enumerate(animation.nla_tracks)
        for strip in track.strips
        if strip.action is not None and strip.repeat > 1.0 + ALMOST and strip.frame_start <= frame
    ]
    return max(strips, key=lambda each: each[:3])[3] if strips else None


def continue_strip(armature: bpy.types.Object, scene: bpy.types.Scene, strip: Any) -> Continued:
    """Let the rounds of ``strip`` go on from each other; it plays an action of all of them then, once.

    The action that it played stays in the file. All or nothing. Raises ValueError, saying what to do.
    """
    _check(armature, strip)
    rest = read_rest(armature, find_mapping(armature).for_sampling())
    slot, old, repeat = getattr(strip, "action_slot", None), strip.action, float(strip.repeat)
    span = float(strip.action_frame_start), float(strip.action_frame_end)
    curves = list(compat.curves_of(old, slot))
    with _alone(armature, scene, strip):
        rounds = math.ceil(repeat - ALMOST)
        with _once(strip):
            seen = _watch(armature, scene, strip, rest, curves)
            step = _step(seen, rest, bool(strip.use_reverse))
            leg = rest.leg_length()
            if np.linalg.norm(step[:3, 3]) < GOES * leg and abs(_yaw(step, rest.facing()[:, 1])) < GOES:
                text = rpt_("The strip '{name}' ends where it begins: its rounds go on from each other already")
                raise ValueError(text.format(name=strip.name))
            powers = [np.linalg.matrix_power(step, number) for number in range(rounds)]
            if strip.use_reverse:  # played from the last to the first
                powers = powers[::-1]
            _go_to(scene, _scene_frame(strip, seen.frames[0]))
            carried = _carried(armature, seen, curves, powers)
        made = bpy.data.actions.new(rpt_(GOES_ON).format(name=old.name))
        made.use_fake_user = True
        try:
            length = span[1] - span[0]
            moved = {(channel.path, channel.index) for channel in carried}
            target = compat.new_curves(made, armature)
            actions.write_channels(target, carried)
            _copy_rounds(target, [each for each in curves if _key(each) not in moved], span, rounds)
            for name in ("mmm_request", "mmm_fps"):
                if name in old:
                    made[name] = old[name]
            play = span[0], span[0] + repeat * length
            if strip.use_reverse:
                play = span[0] + (rounds - repeat) * length, span[0] + rounds * length
            end = float(strip.frame_end)
            old.use_fake_user = True
            _play(strip, made, None, play, 1.0)
            if abs(float(strip.frame_end) - end) > ALMOST * max(1.0, abs(end)):
                raise ValueError(rpt_("The strip '{name}' has no room in its track").format(name=strip.name))
            _check_rounds(armature, scene, strip, seen, rest, step, repeat)
        except BaseException:
            if strip.action == made:
                _play(strip, old, slot, span, repeat)
            bpy.data.actions.remove(made)
            raise
    whole = np.linalg.matrix_power(step, rounds)[:3, 3]
    size = float(np.linalg.norm(seen.world[0, :3, :3] @ whole))
    return Continued(strip, repeat, size * repeat / rounds)


def _check(armature: bpy.types.Object, strip: Any) -> None:
    """Raises ValueError for a strip that is not seen as it is."""
    animation = armature.animation_data
    assert animation is not None  # it has the strip
    track = next(track for track in animation.nla_tracks if strip in list(track.strips))
    named = {"name": armature.name, "strip": strip.name, "action": covering_action(armature)}
    if animation.use_tweak_mode:
        text = rpt_("'{name}' is tweaking an NLA strip: leave tweak mode first (Tab in the NLA)")
    elif not animation.use_nla:
        text = rpt_("NLA strips of '{name}' are turned off, so nothing is seen of them: turn them on (NLA editor)")
    elif strip.mute or track.mute:
        text = rpt_("The strip '{strip}' or its track is muted, so nothing is seen of it: unmute it (NLA editor)")
    elif strip.blend_type != "REPLACE" or strip.use_animated_influence or strip.use_animated_time:
        text = rpt_("The strip '{strip}' is mixed with others or animated itself: set it to Replace, without curves")
    elif named["action"]:
        text = rpt_("The action '{action}' lies over the strips: push it down, or take it off the character")
    elif strip.repeat > MOST_ROUNDS:
        text = rpt_("The strip '{strip}' is repeated too often: repeat it 1000 times at most")
    else:
        return
    raise ValueError(text.format(**named))


@contextmanager
def _alone(armature: bpy.types.Object, scene: bpy.types.Scene, strip: Any) -> Iterator[None]:
    """Meanwhile nothing but the strip is seen of the NLA, at full strength; then the frame is what it was."""
    animation = armature.animation_data
    assert animation is not None
    track = next(track for track in animation.nla_tracks if strip in list(track.strips))
    now = scene.frame_current, scene.frame_subframe
    solo = [each.is_solo for each in animation.nla_tracks]
    muted = [(other, other.mute) for other in track.strips if other != strip]
    fades = strip.use_auto_blend, strip.blend_in, strip.blend_out
    track.is_solo = True
    for other, _ in muted:
        other.mute = True
    strip.use_auto_blend, strip.blend_in, strip.blend_out = False, 0.0, 0.0
    try:
        yield
    finally:
        strip.use_auto_blend, strip.blend_in, strip.blend_out = fades
        for other, mute in muted:
            other.mute = mute
        track.is_solo = False
        for each, was in zip(animation.nla_tracks, solo, strict=True):
            if was:
                each.is_solo = True
        scene.frame_set(now[0], subframe=now[1])


@contextmanager
def _once(strip: Any) -> Iterator[None]:
    """Meanwhile the strip is played once, so that its last frame is seen and not the first of the next round."""
    repeat = strip.repeat
    strip.repeat = 1.0
    try:
        yield
    finally:
        strip.repeat = repeat


def _watch(armature: bpy.types.Object, scene: bpy.types.Scene, strip: Any, rest: RigRest, curves: Any) -> _Round:
    """The round that the strip plays."""
    first, last = float(strip.action_frame_start), float(strip.action_frame_end)
    frames = np.append(first + np.arange(math.ceil(last - first - ALMOST)), last)
    keyed = {bone_of_path(curve.data_path) for curve in curves} & set(pose_bones(armature).keys())
    bones = [pose_bones(armature)[name] for name in sorted(keyed | set(_seen_bones(rest)))]
    world, basis = np.empty((len(frames), 4, 4)), np.empty((len(frames), 4, 4))
    bases = {bone.name: np.empty((len(frames), 4, 4)) for bone in bones}
    poses = {bone.name: np.empty((len(frames), 4, 4)) for bone in bones}
    for row, frame in enumerate(frames):
        _go_to(scene, _scene_frame(strip, frame))
        world[row], basis[row] = np.array(armature.matrix_world), np.array(armature.matrix_basis)
        for bone in bones:
            bases[bone.name][row], poses[bone.name][row] = np.array(bone.matrix_basis), np.array(bone.matrix)
    return _Round(frames, world, basis, bases, poses)


def _scene_frame(strip: Any, frame: float) -> float:
    """Where a frame of the action is seen in the first round."""
    past = strip.action_frame_end - frame if strip.use_reverse else frame - strip.action_frame_start
    return float(strip.frame_start + past * strip.scale)


def _go_to(scene: bpy.types.Scene, frame: float) -> None:
    whole = math.floor(frame + 1e-6)
    scene.frame_set(whole, subframe=min(max(frame - whole, 0.0), 0.9999))


def _seen_bones(rest: RigRest) -> list[str]:
    return [bone for slot, bone in zip(rest.joints, rest.bones, strict=True) if slot in SEEN]


def _step(seen: _Round, rest: RigRest, reverse: bool) -> FloatArray:
    """(4, 4) over the floor from the begin of a round to its end, as it is played, in the armature's space at its
    first row.
    """
    hips = np.linalg.inv(seen.world[0]) @ seen.world @ seen.poses[rest.bones[rest.joints.index("pelvis")]]
    start, end = (hips[-1], hips[0]) if reverse else (hips[0], hips[-1])
    up = rest.facing()[:, 1]
    turned = np.eye(4)
    turned[:3, :3] = _rotation(end) @ _rotation(start).T
    step = np.eye(4)
    step[:3, :3] = rotations.about(up, np.array(_yaw(turned, up)))
    way = end[:3, 3] - step[:3, :3] @ start[:3, 3]
    step[:3, 3] = way - up * (way @ up)
    return step


def _rotation(matrix: FloatArray) -> FloatArray:
    return np.asarray(matrix[:3, :3] / np.linalg.norm(matrix[:3, :3], axis=0))


def _yaw(matrix: FloatArray, up: FloatArray) -> float:
    """Radians by which a (4, 4) turns about ``up``."""
    quaternion = rotations.to_quaternions(matrix[None, :3, :3])[0]
    angle = 2.0 * np.arctan2(quaternion[1:] @ up, quaternion[0])
    return float((angle + np.pi) % (2 * np.pi) - np.pi)


def _carried(
    armature: bpy.types.Object, seen: _Round, curves: list[bpy.types.FCurve], powers: list[FloatArray]
) -> list[Channel]:
    """What carries the character, keyed at every frame of all rounds."""
    length = seen.frames[-1] - seen.frames[0]
    times = [(seen.frames if last else seen.frames[:-1]) + number * length for number, last in _numbered(len(powers))]
    frames = np.concatenate(times)
    found: list[Channel] = []
    moves = {
        curve.data_path for curve in curves if np.ptp([key.co[1] for key in curve.keyframe_points] or [0]) > ALMOST
    }
    if moves & set(TRANSFORMS):
        back = np.linalg.inv(seen.basis[0])
        for path, values in actions.object_channels(armature, _rounds(powers, back @ seen.basis, np.eye(4))):
            found += [
                Channel(path, index, actions.OBJECT_GROUP, frames, values[:, index]) for index in range(values.shape[1])
            ]
        return found
    bones = pose_bones(armature)
    keyed = {bone_of_path(path) for path in {curve.data_path for curve in curves} if path.endswith(TRANSFORMS)}
    for name in sorted(keyed & set(seen.bases)):
        bone = bones[name]
        if keyed & {parent.name for parent in bone.parent_recursive}:
            continue  # comes along
        above = seen.poses[name][0] @ np.linalg.inv(seen.bases[name][0])
        placed = _rounds(powers, above @ seen.bases[name], above)
        turns = placed[:, :3, :3] / np.linalg.norm(placed[:, :3, :3], axis=1, keepdims=True)
        quaternions = rotations.continuous(rotations.to_quaternions(turns)[:, None])
        path, values = actions.rotation_channel(bone.rotation_mode, quaternions)
        start = actions.bone_path(name)
        for own, rows, locks in (
            ("location", placed[:, :3, 3], list(bone.lock_location)),
            (path, values[:, 0], actions.rotation_locks(bone, values.shape[-1])),
        ):
            found += [
                Channel(f"{start}.{own}", index, name, frames, rows[:, index])
                for index in range(rows.shape[1])
                if not locks[index]
            ]
    return found


def _numbered(count: int) -> list[tuple[int, bool]]:
    """The rounds, and which of them is the last."""
    return [(number, number == count - 1) for number in range(count)]


def _rounds(powers: list[FloatArray], placed: FloatArray, above: FloatArray) -> FloatArray:
    """(N, 4, 4) own transforms below ``above`` of what is ``placed`` (T, 4, 4) in one round, moved by the powers."""
    back = np.linalg.inv(above)
    return np.concatenate(
        [back @ powers[number] @ (placed if last else placed[:-1]) for number, last in _numbered(len(powers))]
    )


def _key(curve: bpy.types.FCurve) -> tuple[str, int]:
    return curve.data_path, curve.array_index


def _copy_rounds(target: Any, curves: list[bpy.types.FCurve], span: tuple[float, float], rounds: int) -> None:
    """Add ``curves`` to ``target``, the keys within ``span`` once for each round."""
    length = span[1] - span[0]
    for curve in curves:
        count = len(curve.keyframe_points)
        fields = {name: np.empty(count * size, kind) for name, (size, kind) in compat.POINT_FIELDS.items()}
        for name, numbers in fields.items():
            curve.keyframe_points.foreach_get(name, numbers)
        at = fields["co"][::2]
        inside = np.flatnonzero((at > span[0] - actions.SAME_FRAME) & (at < span[1] + actions.SAME_FRAME))
        if not len(inside):
            inside = np.arange(min(count, 1))
        # the first key of a round takes the place of the last of the one before
        early = inside[at[inside] < span[1] - actions.SAME_FRAME] if len(inside) > 1 else inside
        picks = [(number, inside if last else early) for number, last in _numbered(rounds)]
        made = compat.new_curve(target, curve.data_path, curve.array_index, curve.group.name if curve.group else "")
        points = made.keyframe_points
        points.add(sum(len(rows) for _, rows in picks))
        for name, numbers in fields.items():
            size = compat.POINT_FIELDS[name][0]
            table = numbers.reshape(-1, size)
            parts = []
            for number, rows in picks:
                part = table[rows].copy()
                if name in ("co", "handle_left", "handle_right"):
                    part[:, 0] += number * length
                parts.append(part)
            points.foreach_set(name, np.concatenate(parts).ravel())
        made.update()


def _play(strip: Any, action: bpy.types.Action, slot: Any, span: tuple[float, float], repeat: float) -> None:
    strip.repeat = 1.0
    strip.action = action
    if compat.HAS_SLOTS:
        strip.action_slot = slot or compat.slots_of(action)[0]
    strip.action_frame_start, strip.action_frame_end = span
    strip.action_frame_start = span[0]  # not beyond the end that it had before
    strip.repeat = repeat


def _check_rounds(
    armature: bpy.types.Object,
    scene: bpy.types.Scene,
    strip: Any,
    seen: _Round,
    rest: RigRest,
    step: FloatArray,
    repeat: float,
) -> None:
    """Raises ValueError where the second or the last full round is not the first, farther on."""
    bones, own = pose_bones(armature), np.linalg.inv(seen.world[0])
    length = (seen.frames[-1] - seen.frames[0]) * strip.scale
    worst, names = 0.0, _seen_bones(rest)
    for number in {1, math.floor(repeat + ALMOST) - 1}:
        for row in {len(seen.frames) // 3, 2 * len(seen.frames) // 3}:
            past = seen.frames[-1] - seen.frames[row] if strip.use_reverse else seen.frames[row] - seen.frames[0]
            at = strip.frame_start + number * length + past * strip.scale
            if number < 1 or at > strip.frame_end:
                continue
            _go_to(scene, at)
            moved = np.linalg.matrix_power(step, number)
            for name in names:
                now = own @ np.array(armature.matrix_world) @ np.array(bones[name].matrix)
                was = moved @ own @ seen.world[row] @ seen.poses[name][row]
                worst = max(worst, float(np.linalg.norm(now[:3, 3] - was[:3, 3])))
    if worst > OFF * rest.leg_length():
        text = rpt_(
            "The rounds of '{name}' cannot go on from each other: not all of '{rig}' comes along; move it by its "
            "root bone or as an object"
        )
        raise ValueError(text.format(name=strip.name, rig=armature.name))
