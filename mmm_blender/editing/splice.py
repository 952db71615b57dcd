"""Changed spans into the action a rig plays: keys outside stay bit by bit, the seams meet them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import bpy
import numpy as np

from .. import compat
from ..animation import actions
from ..animation.clock import Clock, clock_of
from ..animation.neighbours import nearest_rotations
from ..animation.played import bone_of_path, played_curves
from ..animation.shown.obstacles import check_curves, check_locks
from ..coordinates import FloatArray
from ..rig import rotations
from ..rig.pose import Pose
from ..scene import pose_bones
from ..translation import rpt_
from .keys import Keys, cut_behind, no_keys, read_keys, replace_span, write_keys
from .retiming import Retiming
from .selection import Part, Span, why_not_editable

DECAY = 0.2  # seconds in which what a seam lacks is made up
BEFORE_EDIT = " (before edit)"
NAME_BYTES = 63  # of a data-block on the older versions
IDENTITY = np.array([1.0, 0.0, 0.0, 0.0])
PLAIN = (".location", ".scale")  # channels that are no rotation


End = Literal["meet", "free", "close"]
Existing = dict[tuple[str, int], bpy.types.FCurve]


@dataclass(frozen=True)
class Piece:
    """A span to key, and what its ends do: meet the pose that is there, take the new one, or, at the very end of
    a loop, take the new pose that the first piece begins with.
    """

    span: Span
    start: End = "meet"
    end: End = "meet"


@dataclass(frozen=True)
class _Change:
    """Values (N,) to key on one f-curve; ``held``: the last step is not interpolated."""

    channel: actions.Channel
    held: bool
    piece: Piece


@dataclass(frozen=True)
class _Moves:
    """How keys move before anything is written."""

    clock: Clock
    retiming: Retiming | None

    def before(self, frame: float) -> float:
        """Where the action's ``frame`` of afterwards is before, in which its curves can be looked at."""
        if self.retiming is None:
            return float(frame)
        return float(self.clock.to_action(self.retiming.to_old(self.clock.to_scene(np.array(frame)))))


def splice_pose(
    armature: bpy.types.Object,
    pose: Pose,
    start: int,
    pieces: Sequence[Piece],
    bones_of: Callable[[Part], frozenset[str]],
    travels: bool = False,
    retiming: Retiming | None = None,
    cut: int | None = None,
) -> bpy.types.Action:
    """Key ``pieces`` of ``pose``, one row a scene frame from ``start`` on, into the action ``armature`` plays.

    Only the bones of each span's part, by ``bones_of``, get keys, on every frame of it. ``travels``: what closes a
    loop may end elsewhere than it began. ``retiming``: how all keys of the action move first. ``cut``: the scene frame
    behind which all keys of the action go first.
    All or nothing. Returns the action's copy from before, with a fake user.
    Raises ValueError, saying what to do, when the action cannot be written.
    """
    if reason := why_not_editable(armature):
        raise ValueError(reason)
    action = armature.animation_data.action  # type: ignore[union-attr]
    assert action is not None
    clock = clock_of(armature)
    existing: Existing = {(curve.data_path, curve.array_index): curve for curve in played_curves(armature)}
    moves = _Moves(clock, retiming)
    if retiming is not None or cut is not None:
        check_locks(list(existing.values()))
    changes: list[_Change] = []
    begun: dict[str, FloatArray] = {}  # path -> new value where the first piece begins
    for piece in pieces:
        rows = slice(piece.span.first - start, piece.span.last - start + 1)
        frames = np.arange(piece.span.first, piece.span.last + 1, dtype=np.float64)
        if rows.start < 0 or len(pose.rotations[rows]) != len(frames):
            raise ValueError(
                rpt_("The motion does not reach frame {frame}: generate it again").format(frame=piece.span.last)
            )
        bones = bones_of(piece.span.part)
        channels = actions.channels_of(armature, _part_of(pose, rows), (), clock.to_action(frames))
        channels = [channel for channel in channels if bone_of_path(channel.path) in bones]
        check_curves([existing[key] for c in channels if (key := (c.path, c.index)) in existing])
        changes += _meet_seams(armature, channels, existing, moves, pose.fps, piece, begun, travels)
    before = action.copy()
    try:
        before.name = _name_before(action.name)
        before.use_fake_user = True
        _write(armature, changes, existing, moves, None if cut is None else float(clock.to_action(np.array(cut))))
    except BaseException:
        bpy.data.actions.remove(before)
        raise
    action.update_tag()
    armature.update_tag(refresh={"TIME"})
    return before


def _part_of(pose: Pose, rows: slice) -> Pose:
    locations = {bone: values[rows] for bone, values in pose.locations.items()}
    sizes = {bone: values[rows] for bone, values in pose.sizes.items()}
    return replace(pose, rotations=pose.rotations[rows], locations=locations, sizes=sizes)


def seam_weights(count: int, decay: float) -> tuple[FloatArray, FloatArray]:
    """How much of the first and of the last seam's offset each of ``count`` frames gets, (count,) each.

    One at its own end, zero ``decay`` frames away or at the other end, whichever comes first.
    """
    away = np.minimum(np.arange(count) / max(min(decay, count - 1), 1e-9), 1.0)
    weight = 1.0 - away * away * (3.0 - 2.0 * away)
    return weight, weight[::-1]


def meet_vectors(values: FloatArray, start: FloatArray | None, end: FloatArray | None, decay: float) -> FloatArray:
    """``values`` (N, C) moved so that they begin with ``start`` (C,) and end with ``end`` (C,), where given."""
    first, last = seam_weights(len(values), decay)
    left = 0.0 if start is None else first[:, None] * (start - values[0])
    right = 0.0 if end is None else last[:, None] * (end - values[-1])
    return np.asarray(values + left + right)


def meet_quaternions(values: FloatArray, start: FloatArray | None, end: FloatArray | None, decay: float) -> FloatArray:
    """``values`` (N, 4) turned so that they begin with ``start`` (4,) and end with ``end`` (4,), up to sign, where
    given.
    """
    first, last = seam_weights(len(values), decay)
    for weight, wanted, row in ((first, start, 0), (last, end, -1)):
        if wanted is None:
            continue
        offset = rotations.to_quaternions(rotations.to_matrices(wanted) @ rotations.to_matrices(values[row]).T)
        turn = rotations.slerp(np.broadcast_to(IDENTITY, values.shape), np.broadcast_to(offset, values.shape), weight)
        turned = rotations.to_matrices(turn) @ rotations.to_matrices(values)
        values = rotations.continuous(rotations.to_quaternions(turned))
    return values


def _meet_seams(
    armature: bpy.types.Object,
    channels: list[actions.Channel],
    existing: Existing,
    moves: _Moves,
    fps: float,
    piece: Piece,
    begun: dict[str, FloatArray],
    travels: bool,
) -> list[_Change]:
    """``channels`` brought to the values wanted at both ends of their span; notes the first ones in ``begun``."""
    groups: dict[str, list[actions.Channel]] = {}
    for channel in channels:
        groups.setdefault(channel.path, []).append(channel)
    changes = []
    for path, group in groups.items():
        frames = group[0].frames
        # the whole property, also what is locked or driven and so has no channel: it is part of the rotation
        start, end = (_values_at(armature, path, existing, moves.before(frame)) for frame in frames[[0, -1]])
        values = np.repeat(start[None], len(frames), 0)
        for channel in group:
            values[:, channel.index] = channel.values
        if piece.end == "close" and path in begun:
            # rotations come round to the start; so do places, unless the character gets on
            end = values[-1] if travels and path.endswith("location") else begun[path]
        wanted = (None if piece.start == "free" else start, None if piece.end == "free" else end)
        values = _met(armature, path, values, wanted, start, DECAY * fps)
        # another half sphere or turn than the kept keys have beyond the span: no way in between
        jump = np.abs(end - values[-1]).max() > (1.0 if path.endswith("quaternion") else np.pi)
        held = bool(jump) and not path.endswith(PLAIN) and piece.end == "meet"
        for row, each, kind in ((0, start, piece.start), (-1, end, piece.end)):
            if kind == "meet":
                values[row] = each
        begun.setdefault(path, values[0])
        for channel in group:
            column = values[:, channel.index]
            fixed = actions.Channel(path, channel.index, channel.group, frames, column)
            changes.append(_Change(fixed, held, piece))
    return changes


def _met(
    armature: bpy.types.Object,
    path: str,
    values: FloatArray,
    wanted: tuple[FloatArray | None, FloatArray | None],
    near: FloatArray,
    decay: float,
) -> FloatArray:
    """``values`` (N, C) that begin and end as ``wanted``, where that is not None, on the branch nearest ``near``."""
    if path.endswith(PLAIN):
        return meet_vectors(values, *wanted, decay)
    mode = pose_bones(armature)[bone_of_path(path)].rotation_mode
    start, end = (None if each is None else actions.quaternions_of(mode, each[None])[0] for each in wanted)
    met = meet_quaternions(actions.quaternions_of(mode, values), start, end, decay)
    _, found = actions.rotation_channel(mode, met[:, None])
    return nearest_rotations(mode, found[:, 0], near)


def _values_at(
    armature: bpy.types.Object, path: str, existing: dict[tuple[str, int], bpy.types.FCurve], frame: float
) -> FloatArray:
    """The property's value (C,) at ``frame``: of its curves, and of the rig where there are none."""
    resolve: Any = armature.path_resolve
    values = np.array(resolve(path), np.float64)
    for index in range(len(values)):
        if curve := existing.get((path, index)):
            values[index] = curve.evaluate(frame)
    return values


def _slopes(curve: bpy.types.FCurve | None, first: float, last: float) -> tuple[float, float]:
    """Slope of the curve, per frame, just before frame ``first`` and just behind frame ``last``."""
    if curve is None or not len(curve.keyframe_points):
        return 0.0, 0.0
    reach = 0.05  # frames
    return (
        (curve.evaluate(first) - curve.evaluate(first - reach)) / reach,
        (curve.evaluate(last + reach) - curve.evaluate(last)) / reach,
    )


def _write(
    armature: bpy.types.Object, changes: Sequence[_Change], existing: Existing, moves: _Moves, cut: float | None
) -> None:
    """Write all changes, or take back what was written and raise. ``cut``: frame of the action behind which keys go."""
    old: dict[tuple[str, int], Keys] = {}
    planned: dict[tuple[str, int], tuple[str, Keys]] = {}
    if moves.retiming is not None:
        old = {key: read_keys(curve) for key, curve in existing.items()}
        planned = {key: ("", moves.retiming.move_keys(keys, moves.clock)) for key, keys in old.items()}
    if cut is not None:
        old = {key: read_keys(curve) for key, curve in existing.items()}
        planned = {
            key: ("", cut_behind(keys, cut, existing[key].evaluate(cut), _slopes(existing[key], cut, cut)[0]))
            for key, keys in old.items()
        }
    for change in changes:
        channel, piece = change.channel, change.piece
        key = (channel.path, channel.index)
        curve = existing.get(key)
        if key not in planned:
            old[key] = read_keys(curve) if curve is not None else no_keys()
        keys = planned[key][1] if key in planned else old[key]
        slopes = _slopes(curve, moves.before(channel.frames[0]), moves.before(channel.frames[-1]))
        met = (piece.start == "meet", piece.end == "meet")
        planned[key] = channel.group, replace_span(keys, channel.frames, channel.values, change.held, slopes, met)
    curves = compat.assigned_curves(armature)
    made: list[bpy.types.FCurve] = []
    try:
        for key, (group, keys) in planned.items():
            curve = existing.get(key)
            if curve is None:
                curve = compat.new_curve(curves, *key, group)
                made.append(curve)
            write_keys(curve, keys)
    except BaseException:
        for curve in made:
            curves.remove(curve)
        for key, keys in old.items():
            if key in existing:
                write_keys(existing[key], keys)
        raise


def _name_before(name: str) -> str:
    room = NAME_BYTES - len(BEFORE_EDIT.encode())
    return name.encode()[:room].decode(errors="ignore") + BEFORE_EDIT
