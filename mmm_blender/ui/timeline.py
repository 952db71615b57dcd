"""Draws into timeline, Dope Sheet and Graph Editor what the next edit will change, and the prompts of a story.

Reads the scene, never writes it. If drawing fails once, it stops: an editor that raises at every redraw is no use.
"""

from __future__ import annotations

import traceback
from typing import Any

import bpy

from ..animation.directing.targets import PARTS
from ..client.session import find_character
from ..translation import iface_
from . import edit_view
from .bands import Band, Rectangle, edit_bands, pin_bands, place_bands, story_bands
from .panels.story import played_story
from .preferences import read_settings
from .properties.edit import edit_settings_of
from .properties.targets import read_pins

EDITORS = ("SpaceDopeSheetEditor", "SpaceGraphEditor")
FONT, TEXT_SIZE = 0, 11  # Blender's own font; points at interface scale 1
TEXT_COLOR = (1.0, 1.0, 1.0, 0.9)
SHADOW = (0.0, 0.0, 0.0, 0.9)
EDGE_ALPHA = 0.75  # opacity of a band's edges, at least

_handles: list[tuple[Any, Any]] = []  # space type, handle
_broken = False  # whether drawing failed


def bands_now(context: bpy.types.Context) -> list[Band]:
    """What there is to show; empty for most scenes, after a look at one pointer."""
    scene: Any = context.scene
    if scene is None or not edit_settings_of(scene).show_bands:
        return []
    armature = find_character(context.view_layer)
    if armature is None:
        return []
    pins = pin_bands(read_pins(scene, armature, whole=False), {part: iface_(name) for part, name in PARTS.items()})
    if armature.animation_data is None or armature.animation_data.action is None:
        return pins
    if read_settings(context).problem:
        return pins
    bands = story_bands(played_story(context)) + pins
    view = edit_view.look(context) if edit_view.is_shown() else None
    if view is not None and view.aim is not None:
        bands = edit_bands(view.aim) + bands
    return bands


def _draw() -> None:
    global _broken
    if _broken:
        return
    try:
        context = bpy.context
        region: Any = context.region
        bands = bands_now(context)
        if not bands or region is None:
            return
        _paint(context, region, bands)
    except Exception:
        traceback.print_exc()
        _broken = True


def _paint(context: bpy.types.Context, region: Any, bands: list[Band]) -> None:
    import blf  # neither is usable where Blender has no window

    scale = context.preferences.system.ui_scale if context.preferences else 1.0
    blf.size(FONT, TEXT_SIZE * scale)
    scene: Any = context.scene
    rectangles = place_bands(
        bands,
        lambda frame: float(region.view2d.view_to_region(frame, 0.0, clip=False)[0]),
        (region.width, region.height),
        scale,
        lambda text: float(blf.dimensions(FONT, text)[0]),
        bool(scene.timeline_markers),
    )
    _fill(rectangles, scale)
    blf.color(FONT, *TEXT_COLOR)
    blf.enable(FONT, blf.SHADOW)
    blf.shadow(FONT, 5, *SHADOW)
    for each in rectangles:
        if each.text:
            blf.position(FONT, *each.text_at, 0.0)
            blf.draw(FONT, each.text)
    blf.disable(FONT, blf.SHADOW)


def _fill(rectangles: list[Rectangle], scale: float) -> None:
    import gpu
    from gpu_extras.batch import batch_for_shader

    def add(left: float, bottom: float, right: float, top: float, color: Any) -> None:
        corners.extend([(left, bottom), (right, bottom), (right, top), (left, bottom), (right, top), (left, top)])
        colors.extend([color] * 6)

    corners: list[tuple[float, float]] = []
    colors: list[tuple[float, float, float, float]] = []
    for each in rectangles:
        edge = (*each.color[:3], max(each.color[3], EDGE_ALPHA))
        thin = max(scale, 1.0)
        add(each.left, each.bottom, each.right, each.top, each.color)
        add(each.left, each.bottom, each.left + thin, each.top, edge)
        add(each.right - thin, each.bottom, each.right, each.top, edge)
    shader = gpu.shader.from_builtin("FLAT_COLOR")
    batch = batch_for_shader(shader, "TRIS", {"pos": corners, "color": colors})
    gpu.state.blend_set("ALPHA")
    try:
        batch.draw(shader)
    finally:
        gpu.state.blend_set("NONE")


def register() -> None:
    global _broken
    _broken = False
    for name in EDITORS:
        space: Any = getattr(bpy.types, name)
        _handles.append((space, space.draw_handler_add(_draw, (), "WINDOW", "POST_PIXEL")))


def unregister() -> None:
    while _handles:
        space, handle = _handles.pop()
        space.draw_handler_remove(handle, "WINDOW")
    edit_view.stop()
