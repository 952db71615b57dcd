"""One picture that shows a whole motion: poses in tiles, and, if it travels, all along its path."""

from __future__ import annotations

import tempfile
from pathlib import Path

import bpy
import numpy as np

from ..coordinates import FloatArray
from ..files.whole import check_whole
from ..scene import scene_camera
from . import stage

COLUMNS, ROWS, TILE_SIZE = 4, 2, 320  # tiles across, tiles down, pixels of a tile
STRIP_TILE = 160  # pixels
STRIP_HEIGHT = 400  # pixels
TRAVEL = 0.8  # metres of extent from which the poses are also shown along the path
GAP = 4  # pixels between tiles


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
    rows = [_join(tiles[r * COLUMNS : (r + 1) * COLUMNS], axis=1) for r in range(ROWS)]
    if trail is not None:
        copies = [_freeze(scene, armature, int(frame)) for frame in frames]
        skins = [child for child in armature.children if child.type == "MESH"]
        for skin in skins:
            skin.hide_render = True
        stage.frame_points(camera, points.reshape(-1, 3), stage.choose_view(points), width / STRIP_HEIGHT)
        rows.append(_shoot(scene, width, STRIP_HEIGHT, title))
        for skin in skins:
            skin.hide_render = False
        for copy in (copy for group in copies for copy in group):
            bpy.data.meshes.remove(copy.data)  # type: ignore[arg-type]
        bpy.data.meshes.remove(trail.data)  # type: ignore[arg-type]
    render.resolution_x, render.resolution_y, camera.matrix_world = saved
    render.use_stamp = False
    _save(_join(rows, axis=0), out)


def render_strip(
    scene: bpy.types.Scene, points: FloatArray, title: str, count: int, view: stage.View | None = None
) -> FloatArray:
    """Evenly spaced poses side by side (H, W, 4), the first with ``title``, seen from ``view`` or as is best;
    ``points`` as of ``render_sheet``.
    """
    frames = np.linspace(scene.frame_start, scene.frame_end, count).round().astype(int)
    return _join(_shoot_poses(scene, points, frames, STRIP_TILE, title, view), axis=1)


def save_rows(rows: list[FloatArray], out: Path) -> None:
    """Store pictures (H, W, 4) of equal width below each other as one PNG, or JPEG where ``out`` ends in .jpg."""
    _save(_join(rows, axis=0), out)


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
        tiles.append(_shoot(scene, size, size, label))
    return tiles


def set_stamp(scene: bpy.types.Scene, text: str, size: int) -> None:
    """Burn ``text``, and nothing else, into the lower left of every render."""
    render = scene.render
    for name in (
        "date",
        "time",
        "render_time",
        "frame",
        "frame_range",
        "memory",
        "hostname",
        "camera",
        "lens",
        "scene",
        "marker",
        "filename",
        "sequencer_strip",
    ):
        setattr(render, f"use_stamp_{name}", False)
    render.use_stamp = bool(text)
    render.use_stamp_note, render.use_stamp_labels = True, False
    render.stamp_note_text = text
    render.stamp_font_size = size
    render.stamp_foreground, render.stamp_background = (1.0, 1.0, 1.0, 1.0), (0.0, 0.0, 0.0, 0.25)


def _shoot(scene: bpy.types.Scene, width: int, height: int, label: str) -> FloatArray:
    """Render the scene as it stands: (height, width, 4) floats, first row at the top."""
    render = scene.render
    render.resolution_x, render.resolution_y, render.resolution_percentage = width, height, 100
    render.image_settings.file_format = "PNG"
    set_stamp(scene, label, 18)
    with tempfile.TemporaryDirectory() as folder:
        render.filepath = str(Path(folder) / "shot.png")
        bpy.ops.render.render(write_still=True)
        check_whole(Path(render.filepath))
        image = bpy.data.images.load(render.filepath)
        pixels = np.empty(width * height * 4, np.float32)
        image.pixels.foreach_get(pixels)  # type: ignore[attr-defined]
        bpy.data.images.remove(image)
    return pixels.reshape(height, width, 4)[::-1]


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


def _join(pictures: list[FloatArray], axis: int) -> FloatArray:
    """Pictures (H, W, 4) side by side (axis 1) or stacked (axis 0), with a gap between."""
    gap_shape = list(pictures[0].shape)
    gap_shape[axis] = GAP
    gap = np.ones(gap_shape, np.float32)
    parts = [part for picture in pictures for part in (gap, picture)][1:]
    return np.concatenate(parts, axis)


def _save(picture: FloatArray, out: Path) -> None:
    height, width = picture.shape[:2]
    image = bpy.data.images.new("MMM Sheet", width, height)
    image.pixels.foreach_set(np.ascontiguousarray(picture[::-1], np.float32).ravel())  # type: ignore[attr-defined]
    image.filepath_raw, image.file_format = str(out), "JPEG" if out.suffix == ".jpg" else "PNG"
    image.save()
    bpy.data.images.remove(image)
