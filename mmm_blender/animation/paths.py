"""A curve of the scene as the way a character goes: what is asked for it, and the motion put exactly on it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import bpy
import numpy as np

from .. import protocol
from ..coordinates import FloatArray, world_to_motion
from ..motion_file import Motion
from ..rig import canonical, skeleton
from ..rig.finding.find_mapping import find_mapping
from ..rig.skeleton import RigRest, read_rest
from ..translation import rpt_
from .played import root_moved

RESOLUTION = 24  # points between two control points of a curve
APART = 1e-6  # scene units; points nearer than that are one
SHORTEST = 0.3  # metres of motion; what is shorter is no way to go


def curve_points(curve: bpy.types.Object) -> FloatArray:
    """Points (N, 3) along the first spline of a curve object, world space, without bevel and modifiers.

    Raises ValueError for a curve without points.
    """
    assert isinstance(curve.data, bpy.types.Curve)
    data: Any = curve.data.copy()
    plain = bpy.data.objects.new(curve.name, data)
    try:
        data.bevel_depth = data.extrude = data.offset = 0.0
        data.bevel_object = data.taper_object = None
        data.resolution_u = max(data.resolution_u, RESOLUTION)
        for spline in data.splines:
            spline.resolution_u = max(spline.resolution_u, RESOLUTION)
        mesh: Any = plain.to_mesh()  # None for a curve without splines
        found = np.empty(len(mesh.vertices) * 3 if mesh else 0, np.float32)
        if mesh:
            mesh.vertices.foreach_get("co", found)
        joined = {(min(edge.vertices), max(edge.vertices)) for edge in mesh.edges} if mesh else set()
        plain.to_mesh_clear()
        closed = bool(data.splines) and (data.splines[0].use_cyclic_u)
    finally:
        bpy.data.objects.remove(plain)
        bpy.data.curves.remove(data)
    points = found.reshape(-1, 3).astype(np.float64)
    count = next((row + 1 for row in range(len(points)) if (row, row + 1) not in joined), 0)
    points = points[: max(count, 1)] if len(points) else points
    if len(points) < 2:
        raise ValueError(rpt_("The curve '{name}' has fewer than two points: draw one").format(name=curve.name))
    if closed:
        points = np.concatenate((points, points[:1]))
    apart = np.linalg.norm(np.diff(points, axis=0), axis=-1) > APART
    points = points[np.concatenate(([True], apart))]
    world = np.array(curve.matrix_world)
    return np.asarray(points @ world[:3, :3].T + world[:3, 3])


def is_on_path(motion: Motion) -> bool:
    """Whether the motion lies on a curve, and so in the character's own space, not where the character stands."""
    return motion.asked.get("method") == "path"


def put_on_path(motion: Motion, rest: RigRest) -> Motion:
    """The motion with its root moved so that on this rig it lies where the curve does.

    Rigs are fitted to the legs of a motion, whose length varies by a percent from one to the next; far from the
    origin a percent is a long way.
    """
    grown = skeleton.leg_length(motion.joints) * units_per_metre(rest) / rest.leg_length() - 1.0
    shift = np.asarray(motion.joints)[:, :1] * np.array([grown, 0.0, grown])
    return replace(motion, joints=motion.joints + shift)


def units_per_metre(rest: RigRest) -> float:
    """Armature units a metre of a motion by the canonical body becomes."""
    return rest.leg_length() / skeleton.leg_length(canonical.rest_joints()[None])


def plan_path(
    armature: bpy.types.Object,
    curve: bpy.types.Object | None,
    prompt: str,
    speed: float,
    stop: bool = False,
    facing: float | None = None,
) -> dict[str, Any]:
    """The engine's params for going along ``curve``; ``speed`` in scene units a second, 0: as the motion goes.

    ``stop``: it ends standing at the last point, for a second, ``facing`` so many degrees from +Z to the left in the
    character's motion space; None: along the curve.

    Raises ValueError, saying what to do, without a prompt, without a curve, or for one that leads nowhere.
    """
    # one that was deleted lives on as long as the setting points at it
    if curve is None or curve.type != "CURVE" or not curve.users_scene:
        raise ValueError(rpt_("Choose a curve that the character is to follow"))
    if not prompt:
        raise ValueError(rpt_("Type how the character goes, such as “a person walks forward”"))
    rest = read_rest(armature, find_mapping(armature))
    moved = root_moved(armature, rest)
    holder = np.array(armature.matrix_world) @ (np.eye(4) if moved is None else moved)
    units = units_per_metre(rest)
    points = world_to_motion(curve_points(curve), holder, rest.facing(), units)
    ground = points[:, [0, 2]]
    if np.linalg.norm(np.diff(ground, axis=0), axis=-1).sum() < SHORTEST:
        message = rpt_("The curve '{name}' has no length on the floor: draw a longer one, or scale it up")
        raise ValueError(message.format(name=curve.name))
    size = float(np.linalg.norm(holder[:3, 0])) * units
    return {
        "points": protocol.encode_array(ground),
        "prompt": prompt,
        "speed": speed / size if speed > 0 else None,
        "stop": stop,
        "facing": facing,
    }
