"""A stage for one performance: floor tiles, lights, and a camera that frames the whole path."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np
from mathutils import Matrix

from ..coordinates import FloatArray
from ..materials import simple_material
from ..palette import BACKGROUND, FLOOR, TRAIL

TILE = 0.5  # metres, a square of the floor
MARGIN = 2.5  # metres of floor around the path
BODY_REACH = 0.16  # metres of flesh around a joint
ELEVATION = np.radians(16)


@dataclass(frozen=True)
class View:
    """Where to look from: unit axes of the camera in world space, each (3,)."""

    right: FloatArray
    up: FloatArray
    back: FloatArray

    @staticmethod
    def towards(azimuth: float, elevation: float = ELEVATION) -> View:
        """Camera standing at ``azimuth`` radians (0: on -Y, where the character looks; + to its left)."""
        back = np.array([np.sin(azimuth) * np.cos(elevation), -np.cos(azimuth) * np.cos(elevation), np.sin(elevation)])
        right = np.cross([0.0, 0.0, 1.0], back)
        right /= np.linalg.norm(right)
        return View(right, np.cross(back, right), back)


def choose_view(points: FloatArray) -> View:
    """Three-quarter view of joints (T, J, 3), world space: travel runs across the picture."""
    path = points[:, 0, :2]
    travel = path[-1] - path[0]
    if np.linalg.norm(travel) < 0.8:
        return View.towards(np.radians(32))
    heading = np.arctan2(travel[0], -travel[1])
    sides = (heading + np.radians(62), heading - np.radians(62))
    # of the two sides the one nearer to where the character looks at the start
    return View.towards(min(sides, key=lambda angle: abs(np.angle(np.exp(1j * angle)))))


def set_stage(scene: bpy.types.Scene, points: FloatArray, view: View | None = None) -> bpy.types.Object:
    """Add floor, lights and camera for joints (T, J, 3), world space; returns the camera, which looks along
    ``view`` or as is best.
    """
    add_floor(scene, points)
    add_lights(scene)
    camera = bpy.data.objects.new("MMM Camera", bpy.data.cameras.new("MMM Camera"))
    scene.collection.objects.link(camera)
    scene.camera = camera
    render = scene.render
    frame_points(camera, points.reshape(-1, 3), view or choose_view(points), render.resolution_x / render.resolution_y)
    return camera


def add_floor(scene: bpy.types.Scene, points: FloatArray) -> bpy.types.Object:
    """A checkered floor at z = 0, tiles of ``TILE`` metres on the world's grid, around the path."""
    low = np.floor((points[..., :2].min((0, 1)) - MARGIN) / TILE).astype(int)
    high = np.ceil((points[..., :2].max((0, 1)) + MARGIN) / TILE).astype(int)
    columns, rows = high - low
    x, y = np.meshgrid(np.arange(columns + 1) + low[0], np.arange(rows + 1) + low[1], indexing="ij")
    vertices = np.stack([x * TILE, y * TILE, np.zeros_like(x, float)], -1).reshape(-1, 3)
    i, j = (grid.ravel() for grid in np.meshgrid(np.arange(columns), np.arange(rows), indexing="ij"))
    corner = i * (rows + 1) + j
    faces = np.stack([corner, corner + rows + 1, corner + rows + 2, corner + 1], -1)
    mesh = bpy.data.meshes.new("MMM Floor")
    mesh.from_pydata(vertices.tolist(), [], faces.tolist())
    for index, color in enumerate(FLOOR):
        mesh.materials.append(simple_material(f"MMM Floor {index + 1}", color))
    mesh.polygons.foreach_set("material_index", (i + low[0] + j + low[1]) % 2)
    floor = bpy.data.objects.new("MMM Floor", mesh)
    scene.collection.objects.link(floor)
    floor.hide_select = True
    return floor


def add_trail(scene: bpy.types.Scene, points: FloatArray, width: float = 0.035) -> bpy.types.Object:
    """A ribbon on the floor under the root's path; ``points`` (T, J, 3), world space."""
    path = points[:, 0, :2].astype(float)
    along = np.gradient(path, axis=0)
    along /= np.maximum(np.linalg.norm(along, axis=-1, keepdims=True), 1e-6)
    aside = np.stack([-along[:, 1], along[:, 0]], -1) * width / 2
    flat = np.concatenate([path + aside, path - aside])
    vertices = np.concatenate([flat, np.full((len(flat), 1), 0.004)], -1)
    count = len(path)
    quads = [(k, k + count, k + count + 1, k + 1) for k in range(count - 1)]
    mesh = bpy.data.meshes.new("MMM Trail")
    mesh.from_pydata(vertices.tolist(), [], quads)
    mesh.materials.append(simple_material("MMM Trail", TRAIL))
    trail = bpy.data.objects.new("MMM Trail", mesh)
    scene.collection.objects.link(trail)
    return trail


def add_lights(scene: bpy.types.Scene) -> None:
    """A warm key and a cool fill sun; Workbench ignores them, EEVEE and Cycles do not."""
    for label, energy, color, azimuth, height in (
        ("MMM Key", 3.0, (1.0, 0.95, 0.88), np.radians(40), np.radians(50)),
        ("MMM Fill", 1.0, (0.85, 0.92, 1.0), np.radians(-60), np.radians(25)),
    ):
        light = bpy.data.lights.new(label, "SUN")
        light.energy, light.color, light.angle = energy, color, 0.1  # type: ignore[attr-defined]
        sun = bpy.data.objects.new(label, light)
        _place(sun, View.towards(azimuth, height), np.array([0.0, 0.0, 4.0]))
        scene.collection.objects.link(sun)
    world = bpy.data.worlds.new("MMM World")
    world.color = BACKGROUND
    scene.world = world


def frame_points(camera: bpy.types.Object, points: FloatArray, view: View, aspect: float) -> None:
    """Move ``camera`` along ``view`` until all ``points`` (N, 3), with flesh on, are in the picture."""
    data = camera.data
    data.lens, data.sensor_width, data.sensor_fit = 50.0, 36.0, "HORIZONTAL"  # type: ignore[union-attr]
    axes = np.stack([view.right, view.up, view.back], -1)
    x, y, z = (points @ axes).T
    tangent = np.array([0.36, 0.36 / aspect]) * 0.96
    # a point stays in the picture when |x - centre| + reach <= tangent * (distance - z)
    above, below = (
        np.array([(side * across + BODY_REACH + t * z).max() for across, t in zip((x, y), tangent, strict=True)])
        for side in (1, -1)
    )
    distance = ((above + below) / (2 * tangent)).max()
    centre = (above - below) / 2
    _place(camera, view, axes @ np.array([*centre, distance]))


def set_viewports(camera_view: bool = True) -> None:
    """Make every 3D viewport of the file open with the same look, through the camera."""
    for screen in bpy.data.screens:
        for area in screen.areas:
            if area.type != "VIEW_3D":
                continue
            space = area.spaces[0]
            space.shading.type, space.shading.color_type = "SOLID", "MATERIAL"  # type: ignore[attr-defined]
            space.shading.show_shadows = True  # type: ignore[attr-defined]
            if camera_view:
                space.region_3d.view_perspective = "CAMERA"  # type: ignore[attr-defined]


def _place(item: bpy.types.Object, view: View, location: FloatArray) -> None:
    matrix = np.eye(4)
    matrix[:3, :3] = np.stack([view.right, view.up, view.back], -1)
    matrix[:3, 3] = location
    item.matrix_world = Matrix(matrix.tolist())
