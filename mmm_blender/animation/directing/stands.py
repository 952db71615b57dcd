"""Objects of the scene as places where somebody comes to stand, facing along their -Y axis as characters do."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np
from mathutils import Vector

from ...coordinates import FloatArray
from ...translation import rpt_
from .targets import FPS, Direction, Pin, World, check_place, find_points, find_world, plan_direction

AHEAD = Vector((0.0, -1.0, 0.0))
# A direction whose share along the ground is smaller points up or down.
FLAT = 0.1
STANDS = 1.0  # seconds that are stood at a place


def check_stand(place: bpy.types.Object, scene: bpy.types.Scene) -> None:
    """Raises ValueError, saying what to do, for an object that was deleted or is in another scene."""
    # one that was deleted lives on as long as a pointer holds it
    if not place.users_scene:
        raise ValueError(rpt_("The object to stop at is gone: choose another one, or none"))
    check_place(place, scene)


def find_stand(
    place: bpy.types.Object, scene: bpy.types.Scene, world: World, seconds: float, start: int
) -> tuple[tuple[float, float], float]:
    """Place x, z in metres and degrees from +Z to the left, in the world of a motion that begins on the scene frame
    ``start``, of an object so many seconds later. Raises ValueError, saying what to do.
    """
    check_stand(place, scene)
    fps = scene.render.fps / scene.render.fps_base
    points = find_points(place, [Vector(), AHEAD], scene, [round(seconds * FPS)], start, fps)[0]
    where, ahead = world.to_motion(points)
    return (float(where[0]), float(where[2])), _degrees(ahead - where, place)


def _degrees(ahead: FloatArray, place: bpy.types.Object) -> float:
    if not np.isfinite(ahead).all():
        message = rpt_("The target '{name}' has no finite place: check its scale and motion")
        raise ValueError(message.format(name=place.name))
    if np.linalg.norm(ahead[[0, 2]]) <= FLAT * np.linalg.norm(ahead):
        message = rpt_("'{name}' says no way to face: turn it so that its -Y axis lies along the floor")
        raise ValueError(message.format(name=place.name))
    return float(np.degrees(np.arctan2(ahead[0], ahead[2])))


def find_facing(place: bpy.types.Object, scene: bpy.types.Scene, armature: bpy.types.Object) -> float:
    """Degrees from +Z to the left, in a character's own motion space, that an object faces now. Raises ValueError."""
    return find_stand(place, scene, find_world(armature, at_character=False), 0.0, scene.frame_current)[1]


def plan_story(
    armature: bpy.types.Object,
    scene: bpy.types.Scene,
    parts: list[dict[str, Any]],
    places: list[bpy.types.Object | None],
    pins: list[Pin],
    at_character: bool,
) -> tuple[list[dict[str, Any]], Direction | None]:
    """The parts of a story from the current frame on as the protocol has them, those that end standing at one of the
    ``places`` with their stop; and its direction, None where nothing of it has a place.

    A part stands for its last second. Raises ValueError, saying what to do.
    """
    lengths = [part["seconds"] for part in parts]
    direction = plan_direction(armature, scene, pins, at_character, None if None in lengths else sum(lengths))
    if not any(places):
        return parts, direction
    world, start, begun, told = find_world(armature, at_character), scene.frame_current, 0.0, []
    for number, (part, place) in enumerate(zip(parts, places, strict=True), start=1):
        if place is not None:
            if part["seconds"] is None:
                message = rpt_("Part {number} stops at a place: set its seconds, the last of which it stands there")
                raise ValueError(message.format(number=number))
            arrive = part["seconds"] - STANDS
            where, facing = find_stand(place, scene, world, begun + max(0.0, arrive), start)
            part = part | {"seconds": None, "stop": {"place": list(where), "arrive": arrive, "facing": facing}}
        told.append(part)
        begun += lengths[number - 1] or 0.0
    return told, direction or Direction((), start, world.ground, world.yaw)
