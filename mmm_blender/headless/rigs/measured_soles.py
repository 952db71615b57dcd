"""How deep the soles that Blender shows are: of the meshes as they are deformed, else of the tips of toe bones."""

from __future__ import annotations

import bpy
import numpy as np

from ...coordinates import FloatArray
from ...rig import foot_meshes
from ...rig.mapping import RigMapping
from ...rig.skeleton import RigRest
from ...scene import current_view_layer

# side -> mesh and the rows of its vertices that are foot
Feet = dict[str, list[tuple[bpy.types.Object, foot_meshes.Rows]]]


def find_feet(armature: bpy.types.Object, rest: RigRest, mapping: RigMapping) -> Feet:
    """All vertices that move with a foot, wherever they are."""
    bones = foot_meshes.foot_bones(armature, rest, mapping)
    found: Feet = {}
    for side in ("left", "right"):
        for item in foot_meshes.meshes_of(armature):
            rows = np.arange(len(item.data.vertices))  # type: ignore[union-attr]
            rows, *_ = foot_meshes.foot_weights(item, rows, bones[f"{side}_ankle"], bones.get(f"{side}_foot", set()))
            if len(rows):
                found.setdefault(side, []).append((item, rows))
    return found


def lowest_height(armature: bpy.types.Object, feet: Feet, side: str, up: FloatArray) -> float:
    """Height, armature space, of a foot's lowest vertex in the pose that Blender now shows."""
    graph = bpy.context.evaluated_depsgraph_get()
    heights = []
    back = np.linalg.inv(np.array(armature.matrix_world))
    for item, rows in feet[side]:
        shown = item.evaluated_get(graph)
        mesh: bpy.types.Mesh = shown.data  # type: ignore[assignment]
        points = np.empty(len(mesh.vertices) * 3, np.float32)
        mesh.vertices.foreach_get("co", points)
        matrix = back @ np.array(shown.matrix_world)
        heights.append(float(((points.reshape(-1, 3)[rows] @ matrix[:3, :3].T + matrix[:3, 3]) @ up).min()))
    return min(heights)


def rest_heights(armature: bpy.types.Object, feet: Feet, up: FloatArray) -> dict[str, float]:
    """Side -> height of the lowest vertex of that foot in the rest pose."""
    data: bpy.types.Armature = armature.data  # type: ignore[assignment]
    before = data.pose_position
    data.pose_position = "REST"
    current_view_layer().update()
    try:
        return {side: lowest_height(armature, feet, side, up) for side in feet}
    finally:
        data.pose_position = before
        current_view_layer().update()
