"""One picture that shows a whole motion: poses in tiles, and, if it travels, all along its path."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np

from ..coordinates import FloatArray
from ..filming.pictures import GAP, join, save, shoot
from ..scene import scene_camera
from . import stage

COLUMNS, ROWS, TILE_SIZE = 4, 2, 320  # tiles across, tiles down, pixels of a tile
STRIP_TILE = 160  # pixels
STRIP_HEIGHT = 400  # pixels
TRAVEL = 0.8  # metres of extent from which the poses are also shown along the path


def render_sheet(scene: bpy.types.Scene, armature: bpy.types.Object, points: FloatArray, out: Path, title: str) -> None:
    """Render ``armature`` (posed by its action) at evenly spaced frames into one PNG.

    ``points`` (T, J, 3): its joints in world space, one row per frame of the scene. Restores the
    scene's camera and resolution.
    """
    frames = np.linspace(scene.frame_start, scene.frame_end, COLUMNS * ROWS).round().astype(int)
    render, camera = scene.render, scene_camera(scene)
    saved = render.resolution_x, render.resolution_y, camera.matrix_world.copy()
    width = COLUMNS * TILE_SIZE + (COLUMNS - 1) * GAP
    rows = []
    travels = bool(np.linalg.norm(np.ptp(points[:, 0, :2], axis=0)) > TRAVEL)
    trail = stage.add_trail(scene, points) if travels else None
    tiles = _shoot_poses(scene, points, frames, TILE_SIZE)
    rows = [join(tiles[r * COLUMNS : (r + 1) * COLUMNS], axis=1) for r in range(ROWS)]
    if trail is not None:
        copies = [_freeze(scene, armature, int(frame)) for frame in frames]
        skins = [child for child in armature.children if child.type == "MESH"]
        for skin in skins:
            skin.hide_render = True
        stage.frame_points(camera, points.reshape(-1, 3), stage.choose_view(points), width / STRIP_HEIGHT)
        rows.append(shoot(scene, width, STRIP_HEIGHT, title))
        for skin in skins:
            skin.hide_render = False
        for copy in (copy for group in copies for copy in group):
            bpy.data.meshes.remove(copy.data)  # type: ignore[arg-type]
        bpy.data.meshes.remove(trail.data)  # type: ignore[arg-type]
    render.resolution_x, render.resolution_y, camera.matrix_world = saved
    render.use_stamp = False
    save(join(rows, axis=0), out)


def render_strip(
    scene: bpy.types.Scene, points: FloatArray, title: str, shares: FloatArray, view: stage.View | None = None
) -> FloatArray:
    """Poses side by side (H, W, 4), the first with ``title``, seen from ``view`` or as is best; ``shares`` (N,): when,
    from 0 at the first frame to 1 at the last; ``points`` as of ``render_sheet``.
    """
    frames = (scene.frame_start + shares * (scene.frame_end - scene.frame_start)).round().astype(int)
    return join(_shoot_poses(scene, points, frames, STRIP_TILE, title, view), axis=1)


def save_rows(rows: list[FloatArray], out: Path) -> None:
    """Store pictures (H, W, 4) of equal width below each other as one PNG, or JPEG where ``out`` ends in .jpg."""
    save(join(rows, axis=0), out)


def _shoot_poses(
    scene: bpy.types.Scene,
    points: FloatArray,
    frames: FloatArray,
    size: int,
    title: str = "",
    view: stage.View | None = None,
) -> list[FloatArray]:
    """A square picture of each of ``frames``, framed alike around the widest pose, so that sizes compare."""
    view, camera, render = view or stage.choose_view(points), scene_camera(scene), scene.render
    around = (points - points[:, :1] * [1.0, 1.0, 0.0]).reshape(-1, 3)
    tiles: list[FloatArray] = []
    for frame in frames:
        scene.frame_set(int(frame))
        stage.frame_points(camera, around, view, 1.0)
        camera.location.x += points[frame - scene.frame_start, 0, 0]
        camera.location.y += points[frame - scene.frame_start, 0, 1]
        seconds = (frame - scene.frame_start) * render.fps_base / render.fps
        label = title if title and not tiles else f"{seconds:.1f} s"
        tiles.append(shoot(scene, size, size, label))
    return tiles


def _freeze(scene: bpy.types.Scene, armature: bpy.types.Object, frame: int) -> list[bpy.types.Object]:
    """Copies of the armature's skins, frozen as they look at ``frame``."""
    scene.frame_set(frame)
    depsgraph = bpy.context.evaluated_depsgraph_get()
    copies = []
    for skin in (child for child in armature.children if child.type == "MESH"):
        mesh = bpy.data.meshes.new_from_object(skin.evaluated_get(depsgraph))
        copy = bpy.data.objects.new(f"{skin.name} {frame}", mesh)
        copy.matrix_world = skin.matrix_world.copy()
        scene.collection.objects.link(copy)
        copies.append(copy)
    return copies
