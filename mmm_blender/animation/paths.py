"""A curve of the scene as the way a character goes, and the motion put exactly on it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import bpy
import numpy as np

from ..coordinates import FloatArray
from ..motion_file import Motion
from ..rig import canonical, skeleton
from ..rig.skeleton import RigRest
from ..translation import rpt_

RESOLUTION = 24  # points between two control points of a curve
APART = 1e-6  # points nearer than that are one


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
