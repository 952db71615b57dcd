"""One picture of a story: each part through its camera, at its middle, with its words."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from ..files.whole import written_whole
from .pictures import STAMPS, join, save, set_look, shoot
from .seen import Part

COLUMNS = 3
WIDTH = 480  # pixels of a part
KEPT = (
    "engine",
    "filepath",
    "use_stamp",
    "use_stamp_note",
    "use_stamp_labels",
    "stamp_note_text",
    "stamp_font_size",
    "resolution_x",
    "resolution_y",
    "resolution_percentage",
    "use_compositing",
    "use_sequencer",
    *STAMPS,
)


def render_storyboard(
    scene: bpy.types.Scene, parts: Sequence[Part], cameras: Sequence[bpy.types.Object], out: Path
) -> None:
    """Write the sheet as PNG. The scene's settings, camera and frame are as before.

    Raises OSError when the file cannot be written, RuntimeError when Blender cannot render.
    """
    aspect = aspect_of(scene)
    height = round(WIDTH / aspect)
    tiles = []
    with _as_it_was(scene):
        set_look(scene)
        scene.render.use_sequencer = scene.render.use_compositing = False
        for number, (part, camera) in enumerate(zip(parts, cameras, strict=True), start=1):
            scene.camera = camera
            scene.frame_set((part.first + part.last) // 2)
            scene.camera = camera  # a marker may have bound another
            tiles.append(shoot(scene, WIDTH, height, f"{number}  {part.prompt}"))
    while len(tiles) % min(COLUMNS, len(parts)):
        tiles.append(np.ones_like(tiles[0]))
    across = min(COLUMNS, len(parts))
    rows = [join(tiles[start : start + across], axis=1) for start in range(0, len(tiles), across)]
    with written_whole(out) as unfinished:
        save(join(rows, axis=0), unfinished)


def aspect_of(scene: bpy.types.Scene) -> float:
    """Width of the scene's picture by its height."""
    render = scene.render
    return render.resolution_x * render.pixel_aspect_x / (render.resolution_y * render.pixel_aspect_y)


@contextlib.contextmanager
def _as_it_was(scene: bpy.types.Scene) -> Iterator[None]:
    render: Any = scene.render
    kept = {name: getattr(render, name) for name in KEPT}
    colors = tuple(render.stamp_foreground), tuple(render.stamp_background)
    file_format = render.image_settings.file_format
    display: Any = scene.display
    looks = [(each, _values(each)) for each in (scene.view_settings, display, display.shading)]
    images = {each.as_pointer() for each in bpy.data.images}
    camera, frame = scene.camera, (scene.frame_current, scene.frame_subframe)
    try:
        yield
    finally:
        for name, value in kept.items():
            setattr(render, name, value)
        render.stamp_foreground, render.stamp_background = colors
        render.image_settings.file_format = file_format
        for owner, values in looks:
            for name, value in values.items():
                with contextlib.suppress(TypeError, AttributeError):  # a choice that the other settings do not offer
                    setattr(owner, name, value)
        for each in [each for each in bpy.data.images if each.as_pointer() not in images]:
            bpy.data.images.remove(each)  # Blender's "Render Result"
        scene.frame_set(frame[0], subframe=frame[1])
        scene.camera = camera


def _values(owner: Any) -> dict[str, Any]:
    """What of a group of settings can be set: names and values."""
    names = [each.identifier for each in owner.bl_rna.properties if not each.is_readonly and each.type != "POINTER"]
    values = {name: getattr(owner, name) for name in names}
    return {
        name: tuple(value) if hasattr(value, "__len__") and not isinstance(value, str) else value
        for name, value in values.items()
    }
