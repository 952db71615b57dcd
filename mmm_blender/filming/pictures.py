"""Pictures: rendered quickly and legibly on any machine, and put together."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from ..coordinates import FloatArray
from ..files.whole import check_whole

GAP = 4  # pixels between tiles
QUALITY = 70  # of a JPEG, of 100; PNG is lossless
# What Blender can burn into a picture of itself, besides a note.
STAMPS = tuple(
    f"use_stamp_{name}"
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
    )
)


def set_look(scene: bpy.types.Scene, quick: bool = False) -> None:
    """Workbench with material colours and shadows: readable and fast on any machine.

    ``quick`` leaves out the costly smoothing, for video.
    """
    render: Any = scene.render
    render.engine = "BLENDER_WORKBENCH"
    settings: Any = scene.view_settings
    settings.view_transform = "Standard"
    display: Any = scene.display
    display.render_aa = "FXAA" if quick else "8"
    display.shadow_shift = 0.2
    display.light_direction = (0.35, 0.4, 0.85)
    shading = display.shading
    shading.light, shading.color_type = "STUDIO", "MATERIAL"
    shading.show_cavity, shading.cavity_type = not quick, "WORLD"
    shading.show_shadows, shading.shadow_intensity = True, 0.45


def set_stamp(scene: bpy.types.Scene, text: str, size: int) -> None:
    """Burn ``text``, and nothing else, into the lower left of every render."""
    render = scene.render
    for name in STAMPS:
        setattr(render, name, False)
    render.use_stamp = bool(text)
    render.use_stamp_note, render.use_stamp_labels = True, False
    render.stamp_note_text = text
    render.stamp_font_size = size
    render.stamp_foreground, render.stamp_background = (1.0, 1.0, 1.0, 1.0), (0.0, 0.0, 0.0, 0.25)


def shoot(scene: bpy.types.Scene, width: int, height: int, label: str) -> FloatArray:
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


def join(pictures: list[FloatArray], axis: int) -> FloatArray:
    """Pictures (H, W, 4) side by side (axis 1) or stacked (axis 0), with a gap between."""
    gap_shape = list(pictures[0].shape)
    gap_shape[axis] = GAP
    gap = np.ones(gap_shape, np.float32)
    parts = [part for picture in pictures for part in (gap, picture)][1:]
    return np.concatenate(parts, axis)


def save(picture: FloatArray, out: Path) -> None:
    """Store a picture (H, W, 4), first row at the top, as PNG, or JPEG where ``out`` ends in .jpg."""
    height, width = picture.shape[:2]
    image = bpy.data.images.new("MMM Sheet", width, height)
    image.pixels.foreach_set(np.ascontiguousarray(picture[::-1], np.float32).ravel())  # type: ignore[attr-defined]
    image.filepath_raw, image.file_format = str(out), "JPEG" if out.suffix == ".jpg" else "PNG"
    image.save(quality=QUALITY)
    bpy.data.images.remove(image)
