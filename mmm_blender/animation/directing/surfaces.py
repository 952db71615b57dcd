"""What of an object one sits on: its middle, as high as it is there when seen from above."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np
from mathutils import Vector
from mathutils.bvhtree import BVHTree

from ...coordinates import FloatArray

# Shares of the object's length and depth, from its middle, at which it is looked down at: slats have gaps.
LOOKS = (-0.15, -0.05, 0.05, 0.15)
DOWN = Vector((0.0, 0.0, -1.0))
# The determinant of a matrix that is scaled to nothing, and Blender units that are believed.
NO_VOLUME, FARTHEST = 1e-12, 1e6


def find_surface(place: bpy.types.Object) -> Vector:
    """The point of an object, in its own space, that is sat on: in the middle of its bounding box, at the height that
    most looks down on it find. The origin where it has no surface, as empties have none, or is scaled to nothing.

    Raises ArithmeticError for one that is nowhere or infinitely large.
    """
    world = place.matrix_world
    shown: Any = place.evaluated_get(bpy.context.evaluated_depsgraph_get())
    try:
        mesh = shown.to_mesh()
    except RuntimeError:  # what it says of an object that has none
        return Vector()
    points = np.array([vertex.co for vertex in mesh.vertices] if mesh else [], np.float64).reshape(-1, 3)
    faces = [tuple(face.vertices) for face in mesh.polygons] if mesh else []
    shown.to_mesh_clear()
    if not faces:
        return Vector()
    matrix = np.array(world, np.float64)
    low, high = points.min(axis=0), points.max(axis=0)
    placed = points @ matrix[:3, :3].T + matrix[:3, 3]
    if not np.abs(placed).max() < FARTHEST:
        raise ArithmeticError("an object without a finite surface")
    if abs(np.linalg.det(matrix[:3, :3])) < NO_VOLUME:
        return Vector()
    middle = (low + high) / 2 @ matrix[:3, :3].T + matrix[:3, 3]
    return world.inverted() @ Vector(
        (middle[0], middle[1], _height(placed, faces, middle, matrix[:3, :3] * (high - low)))
    )


def _height(points: FloatArray, faces: list[tuple[int, ...]], middle: FloatArray, sides: FloatArray) -> float:
    """The height of a surface with sides (3, 3), one a column, around its middle (3,)."""
    across = sides[:, np.argsort(np.abs(sides[2]) / np.linalg.norm(sides, axis=0).clip(1e-9))[:2]]
    tree: Any = BVHTree.FromPolygons(points.tolist(), faces)
    top = points[:, 2].max() + 1.0
    grounds = [middle[:2] + across[:2] @ (one, two) for one in LOOKS for two in LOOKS]
    found = [tree.ray_cast(Vector((*ground, top)), DOWN)[0] for ground in grounds]
    heights = [point.z for point in found if point is not None]
    return float(np.median(heights)) if heights else float(points[:, 2].max())
