"""Objects of the scene as places that parts of a character are to be at, in the motion's own world, and back.

A motion begins over the origin and faces +Z; here that is where the character stands when it is asked for. What comes
back is put there once, so that ghost and keys lie in the character's space and the targets stay where they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import bpy
import numpy as np
from mathutils import Vector

from ...coordinates import FloatArray, from_start, to_start, world_to_motion
from ...motion_file import Motion
from ...rig.finding.find_mapping import find_mapping
from ...rig.skeleton import read_rest
from ...translation import n_, rpt_
from ..apply import ApplyOptions, current_start
from ..paths import units_per_metre
from ..played import root_moved
from .surfaces import find_surface
from .touching import INTERACT

FPS = 20.0  # of the models' motions
NEAR_ZERO = 1e-6
SEAT = "seat"
BEHIND, FAR = -0.1, 0.9  # metres ahead and away from which on one does not just sit down on a seat
# Part -> how it is called, in the order of the menus; names as in docs/protocol.md.
PARTS: dict[str, str] = {
    "left_hand": n_("Left Hand"),
    "right_hand": n_("Right Hand"),
    "left_foot": n_("Left Foot"),
    "right_foot": n_("Right Foot"),
    "head": n_("Head"),
    "pelvis": n_("Hips"),
    "seat": n_("Seat"),
    "gaze": n_("Gaze"),
}


@dataclass(frozen=True)
class Pin:
    """A target of the scene: ``part`` is at ``place`` in the scene frames ``first`` to ``last``."""

    place: bpy.types.Object
    part: str
    first: int
    last: int


@dataclass(frozen=True)
class World:
    """Where a motion's own world, metres, lies in Blender's.

    ``holder`` (4, 4), ``facing`` (3, 3) and ``units`` as in coordinates; ``ground`` (x, z) and ``yaw`` (radians): where
    it begins in the character's motion space.
    """

    holder: FloatArray
    facing: FloatArray
    units: float
    ground: tuple[float, float]
    yaw: float

    def to_motion(self, points: FloatArray) -> FloatArray:
        """Points (..., 3) of Blender's world in that of the motion."""
        return to_start(world_to_motion(points, self.holder, self.facing, self.units), self.ground, self.yaw)


@dataclass(frozen=True)
class Direction:
    """What is asked of a motion that begins on the scene frame ``start``.

    ``targets`` as in docs/protocol.md; ``ground`` (x, z) and ``yaw`` (radians): where the motion's world begins in the
    character's own, motion space in metres.
    """

    targets: tuple[dict[str, Any], ...]
    start: int
    ground: tuple[float, float]
    yaw: float

    def placed(self, motion: Motion) -> Motion:
        """The motion in the character's own space."""
        joints = from_start(np.asarray(motion.joints, np.float64), self.ground, self.yaw)
        return replace(motion, joints=joints.astype(np.float32))


def plan_direction(
    armature: bpy.types.Object, scene: bpy.types.Scene, pins: Iterable[Pin], at_character: bool, seconds: float | None
) -> Direction | None:
    """The targets of a motion from the current frame on; None where there are no pins.

    Raises ValueError, saying what to do, for a target that is in another scene or nowhere, and for one in front of the
    motion or, where its length is given in ``seconds``, behind its end.
    """
    pins = list(pins)
    if not pins:
        return None
    start, fps = scene.frame_current, scene.render.fps / scene.render.fps_base
    for pin in pins:
        check_pin(pin, scene)
        _check_time(pin, start, None if seconds is None else start + seconds * fps)
    world = find_world(armature, at_character)
    targets = []
    for pin in pins:
        frames = _motion_frames(pin, start, fps)
        own = world.to_motion(find_places(pin, scene, frames, start, fps))
        targets += tell_targets(pin.part, own, frames, start, fps)
    return Direction(tuple(targets), start, world.ground, world.yaw)


def find_seat_doubt(direction: Direction | None) -> str:
    """What to do about a seat that the character does not stand before, its back to it; empty where there is none.

    One motion sits down where it stands: it would slide to that seat, or walk through it.
    """
    seats = [it["position"] for it in direction.targets if it["part"] == SEAT] if direction else []
    if not seats or (seats[0][2] < BEHIND and np.hypot(seats[0][0], seats[0][2]) < FAR):
        return ""
    message = rpt_(
        "The seat is {away:.1f} m away and not just behind the character: make a story whose first part stops "
        "before it (Stop At), its back to it, and sits down in the next"
    )
    return message.format(away=float(np.hypot(seats[0][0], seats[0][2])))


def find_world(armature: bpy.types.Object, at_character: bool) -> World:
    """The world of a motion that begins where the character stands, or where its rest pose does.

    Raises ValueError, saying what to do, for one without size.
    """
    rest = read_rest(armature, find_mapping(armature))
    moved = root_moved(armature, rest)
    holder = np.array(armature.matrix_world) @ (np.eye(4) if moved is None else moved)
    if abs(float(np.linalg.det(holder[:3, :3]))) < NEAR_ZERO**3:
        raise ValueError(rpt_("'{name}' is scaled to nothing: give it a size first").format(name=armature.name))
    units, facing = units_per_metre(rest), rest.facing()
    ground, yaw = (0.0, 0.0), 0.0
    if at_character:
        now = current_start(armature, rest, ApplyOptions())
        hips, ahead = now.hips @ facing / units, now.ahead @ facing
        ground, yaw = (float(hips[0]), float(hips[2])), float(np.arctan2(ahead[0], ahead[2]))
    return World(holder, facing, units, ground, yaw)


def is_placed(motion: Motion) -> bool:
    """Whether the motion has targets, stops or is one of two, and so lies in the character's own space."""
    parts = motion.asked.get("parts")
    stops = isinstance(parts, list) and any(isinstance(part, dict) and part.get("stop") for part in parts)
    return stops or bool(motion.asked.get("targets")) or motion.asked.get("method") == INTERACT


def check_pin(pin: Pin, scene: bpy.types.Scene) -> None:
    """Raises ValueError, saying what to do, for a target of another scene, or with frames in the wrong order."""
    name = pin.place.name
    check_place(pin.place, scene)
    if pin.last < pin.first:
        raise ValueError(rpt_("The target '{name}' ends before it begins: correct its frames").format(name=name))


def check_place(place: bpy.types.Object, scene: bpy.types.Scene) -> None:
    """Raises ValueError, saying what to do, for an object of another scene."""
    name = place.name
    if scene.objects.get(name) is not place and name not in scene.objects:
        raise ValueError(rpt_("The target '{name}' is not in this scene: remove it or link it here").format(name=name))


def _check_time(pin: Pin, start: int, end: float | None) -> None:
    """Raises ValueError for a target in front of a motion from ``start`` on, or behind its ``end``, scene frames."""
    name = pin.place.name
    if pin.first < start:
        message = rpt_("The target '{name}' is on frame {frame}, the motion begins on {start}: go to an earlier frame")
        raise ValueError(message.format(name=name, frame=pin.first, start=start))
    if end is not None and pin.last >= end:
        message = rpt_("The target '{name}' is on frame {frame}, behind the motion's end: make the motion longer")
        raise ValueError(message.format(name=name, frame=pin.last))


def _motion_frames(pin: Pin, start: int, fps: float) -> list[int]:
    """The frames of the motion within the pin's span; the nearest one at least."""
    first, last = ((frame - start) * FPS / fps for frame in (pin.first, pin.last))
    return list(range(round(first), max(round(first), int(np.floor(last + NEAR_ZERO))) + 1))


def find_places(pin: Pin, scene: bpy.types.Scene, frames: list[int], start: int, fps: float) -> FloatArray:
    """World places (N, 3) of the pin's object on these frames of the motion; raises ValueError where it has none.

    That of a seat is on the surface of the object, if it has one.
    """
    place = pin.place
    nowhere = rpt_("The target '{name}' has no finite place: check its scale and motion").format(name=place.name)
    try:
        above = find_surface(place) if pin.part == SEAT else Vector()
    except ArithmeticError as error:
        raise ValueError(nowhere) from error
    found = find_points(place, [above], scene, frames, start, fps)[:, 0]
    if not np.isfinite(found).all():
        raise ValueError(nowhere)
    return found


def find_points(
    place: bpy.types.Object, own: list[Vector], scene: bpy.types.Scene, frames: list[int], start: int, fps: float
) -> FloatArray:
    """World places (N, P, 3) of points of an object's own space on frames of a motion that begins on ``start``."""
    moves = place.animation_data is not None or place.parent is not None or len(place.constraints) > 0
    if not moves:
        found = np.tile(np.array([place.matrix_world @ point for point in own], np.float64), (len(frames), 1, 1))
    else:
        now, found = scene.frame_current, np.empty((len(frames), len(own), 3))
        try:
            for row, frame in enumerate(frames):
                at = start + frame * fps / FPS
                scene.frame_set(int(np.floor(at)), subframe=at - float(np.floor(at)))
                found[row] = [place.matrix_world @ point for point in own]
        finally:
            scene.frame_set(now)
    return found


def tell_targets(part: str, places: FloatArray, frames: list[int], start: int, fps: float) -> list[dict[str, Any]]:
    """As docs/protocol.md has them: places (N, 3) of a part on frames of the motion, one target where it stays.

    What is said of them is said in frames of the scene, where the motion begins on ``start`` and runs at ``fps``.
    """
    if np.ptp(places, axis=0).max() < NEAR_ZERO:
        places, groups = places[:1], [frames]
    else:
        groups = [[frame] for frame in frames]
    return [
        {
            "part": part,
            "position": [float(value) for value in place],
            "frames": group,
            "shown": {"start": start, "fps": fps},
        }
        for place, group in zip(places, groups, strict=True)
    ]
