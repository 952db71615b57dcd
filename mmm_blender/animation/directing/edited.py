"""Targets of an edit: those on what it makes anew, in the world of the motion that the engine is shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np

from ...coordinates import FloatArray, world_to_motion
from ...rig.body.feet import floor_offset
from ...rig.skeleton import RigRest
from ...translation import iface_, rpt_
from ..paths import units_per_metre
from .targets import FPS, NEAR_ZERO, PARTS, Pin, check_pin, find_places, tell_targets

NAMED = 3  # frames of a message; more are told by number
_UPPER = frozenset({"left_hand", "right_hand", "head", "gaze"})
# Part of the body that changes -> what can be directed of it.
MOVED: dict[str, frozenset[str]] = {
    "body": frozenset(PARTS),
    "upper": _UPPER,
    "arms": frozenset({"left_hand", "right_hand"}),
    "left_arm": frozenset({"left_hand"}),
    "right_arm": frozenset({"right_hand"}),
    "lower": frozenset(PARTS) - _UPPER,
}


@dataclass(frozen=True)
class Changing:
    """What of an answer is made anew.

    Attributes:
        spans: (first, last) scene frames, in order; the poses on both stay where ``free`` does not say otherwise.
        free: whether the pose on the very first and on the very last frame changes too.
        endless: whether the last span goes on as far as the answer does.
        start: scene frame of the first row; step: scene frames a row.
        runs: (begin, stop) rows.
        part: of the body.
    """

    spans: tuple[tuple[int, int], ...]
    free: tuple[bool, bool]
    endless: bool
    start: int
    step: float
    runs: tuple[tuple[int, int], ...]
    part: str

    @property
    def first(self) -> int:
        """The first frame that the edit is about."""
        return self.spans[0][0]

    @property
    def last(self) -> int | None:
        """The last one; None without end."""
        return None if self.endless else self.spans[-1][1]

    def concerns(self, pin: Pin) -> bool:
        """Whether any frame of the target is one that the edit is about."""
        return pin.last >= self.first and (self.last is None or pin.first <= self.last)

    def changes(self, frame: int) -> bool:
        """Whether the pose on a scene frame is made anew."""
        if frame == self.first:
            return self.free[0]
        if self.last is not None and frame == self.last:
            return self.free[1]
        if self.endless and frame > self.spans[-1][0]:
            return True
        return any(first < frame < last for first, last in self.spans)

    def row_of(self, frame: int) -> int:
        """The row made anew that is nearest to a scene frame."""
        at = (frame - self.start) / self.step
        nearest = [int(np.clip(round(at), begin, stop - 1)) for begin, stop in self.runs]
        return min(nearest, key=lambda row: abs(row - at))


def aim_targets(
    pins: Iterable[Pin], armature: bpy.types.Object, rest: RigRest, scene: bpy.types.Scene, changing: Changing
) -> list[dict[str, Any]]:
    """The targets of an edit, as in docs/protocol.md; those on frames that it is not about are left out.

    The armature must be where it is at the first row that the engine is shown. Raises ValueError, naming the frames,
    for targets on what is kept.
    """
    concerned = [pin for pin in pins if changing.concerns(pin)]
    if not concerned:
        return []
    rows = []
    for pin in concerned:
        check_pin(pin, scene)
        if pin.part not in MOVED[changing.part]:
            message = rpt_(
                "The target '{name}' on frames {first} to {last} directs what stays, {part}: choose another part under "
                "Body, or remove the target"
            )
            part = iface_(PARTS[pin.part])
            raise ValueError(message.format(name=pin.place.name, first=pin.first, last=pin.last, part=part))
        rows.append(_rows(pin, changing))
    holder, facing, units = np.array(armature.matrix_world), rest.facing(), units_per_metre(rest)
    if abs(float(np.linalg.det(holder[:3, :3]))) < NEAR_ZERO**3:
        raise ValueError(rpt_("'{name}' is scaled to nothing: give it a size first").format(name=armature.name))
    floor = np.array([0.0, floor_offset(rest, facing, units) / units, 0.0])
    targets: list[dict[str, Any]] = []
    for pin, at in zip(concerned, rows, strict=True):
        start, fps = changing.start, changing.step * FPS
        world: FloatArray = find_places(pin, scene, at, start, fps)
        targets += tell_targets(pin.part, world_to_motion(world, holder, facing, units) - floor, at, start, fps)
    return targets


def _rows(pin: Pin, changing: Changing) -> list[int]:
    """The rows of a target. Raises ValueError with the frames of it that are kept."""
    first, last = max(pin.first, changing.first), pin.last if changing.last is None else min(pin.last, changing.last)
    inside = range(first, last + 1)
    kept = [frame for frame in inside if not changing.changes(frame)]
    before, behind = range(pin.first, first), range(last + 1, pin.last + 1)
    count = len(before) + len(kept) + len(behind)
    if not count:
        return sorted({changing.row_of(frame) for frame in inside})
    named = [*before[:NAMED], *kept[:NAMED], *behind[:NAMED]][:NAMED]
    frames = ", ".join(map(str, named))
    if count > len(named):
        frames = rpt_("{frames} and {count} more").format(frames=frames, count=count - len(named))
    message = rpt_("The target '{name}' lies on what stays, frame {frames}: move it in time, or change more")
    if count > 1:
        message = rpt_("The target '{name}' lies on what stays, frames {frames}: move it in time, or change more")
    raise ValueError(message.format(name=pin.place.name, frames=frames))
