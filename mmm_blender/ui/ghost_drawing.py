"""Ghosts on the GPU: figures seen through, each tinted and outlined in a colour of its own, and their feet's paths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix

from ..ghost import Ghost, shade
from ..palette import GHOST_TINT, GHOST_TINTS

# squeezes depth into its nearer half, where nothing else is that lies farther off than twice the clip start:
# in front of everything, while the figure still hides its own back
IN_FRONT = Matrix(((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 0.5, -0.5), (0, 0, 0, 1)))
APART = 0.75  # between figures side by side, as a share of their height

_cache: dict[int, tuple[Any, dict[str, Any]]] = {}  # place in the row -> what its batches were made for, and they


def forget() -> None:
    """Make all batches anew the next time."""
    _cache.clear()


def draw_ghosts(ghosts: Sequence[tuple[Ghost, int]], armature: bpy.types.Object, settings: Any) -> None:
    """Draw figures, each at its frame; the first stands where it would be applied."""
    for place, (figure, frame) in enumerate(ghosts):
        world = armature.matrix_world if figure.world is None else Matrix(figure.world.tolist())
        apart = APART * figure.height * place if settings.ghosts_apart else 0.0
        aside = Matrix.Translation((apart * world.to_scale().x, 0.0, 0.0))
        _draw(place, figure, frame, aside @ world, armature, settings)


def body_arrays(figure: Ghost, at: int, armature: bpy.types.Object, opacity: float, place: int = 0) -> dict[str, Any]:
    """Vertex arrays of the figure for the GPU: ``pos`` (V, 3) in armature space and ``color`` (V, 4)."""
    vertices, normals = figure.mesh(at)
    colors = figure.vertex_colors(GHOST_TINTS[place % len(GHOST_TINTS)], GHOST_TINT)
    lit = shade(normals, colors, np.array(armature.matrix_world.to_3x3()))
    alpha = np.full((len(lit), 1), opacity)
    return {"pos": vertices.astype(np.float32), "color": np.concatenate([lit, alpha], 1).astype(np.float32)}


def _draw(place: int, figure: Ghost, frame: int, world: Matrix, armature: bpy.types.Object, settings: Any) -> None:
    import gpu  # not usable where Blender has no window, so only here

    batches = _batches(place, figure, frame, armature, settings)
    tint = GHOST_TINTS[place % len(GHOST_TINTS)]
    gpu.matrix.push()
    gpu.matrix.push_projection()
    gpu.matrix.multiply_matrix(world)
    if settings.ghost_in_front:
        gpu.matrix.load_projection_matrix(IN_FRONT @ gpu.matrix.get_projection_matrix())
    gpu.state.blend_set("ALPHA")
    gpu.state.depth_test_set("LESS_EQUAL")
    try:
        if settings.ghost_paths:
            gpu.state.depth_mask_set(False)
            lines = batches["lines"]
            lines.bind()
            viewport: Any = gpu.state.viewport_get()  # type: ignore[func-returns-value]
            lines.uniform_float("viewportSize", viewport[2:])
            lines.uniform_float("lineWidth", 2.0)
            for batch, color in batches["paths"]:
                lines.uniform_float("color", (*color, 0.8))
                batch.draw(lines)
        # depth first, then colour: the figure is seen through, but its own far side is not
        gpu.state.depth_mask_set(True)
        gpu.state.color_mask_set(False, False, False, False)
        batches["body"].draw(batches["smooth"])
        gpu.state.color_mask_set(True, True, True, True)
        batches["body"].draw(batches["smooth"])
        # the inside of a thicker figure, of which the figure itself leaves only the rim
        gpu.state.face_culling_set("FRONT")
        batches["plain"].bind()
        batches["plain"].uniform_float("color", (*tint, 0.9))
        batches["hull"].draw(batches["plain"])
    finally:
        gpu.state.face_culling_set("NONE")
        gpu.state.color_mask_set(True, True, True, True)
        gpu.state.depth_mask_set(False)
        gpu.state.depth_test_set("NONE")
        gpu.state.blend_set("NONE")
        gpu.matrix.pop_projection()
        gpu.matrix.pop()


def _batches(place: int, figure: Ghost, frame: int, armature: bpy.types.Object, settings: Any) -> dict[str, Any]:
    import gpu  # not usable where Blender has no window, so only here
    from gpu_extras.batch import batch_for_shader

    key = (id(figure), frame, settings.ghost_opacity)
    if place in _cache and _cache[place][0] == key:
        return _cache[place][1]
    triangles: Any = figure.triangles().astype(np.int32)
    smooth, plain, lines = (
        gpu.shader.from_builtin(name) for name in ("SMOOTH_COLOR", "UNIFORM_COLOR", "POLYLINE_UNIFORM_COLOR")
    )
    body = body_arrays(figure, frame, armature, settings.ghost_opacity, place)
    hull: Any = {"pos": figure.hull(frame).astype(np.float32)}
    paths: list[tuple[Any, Any]] = [(points.astype(np.float32), color) for points, color in figure.paths]
    made = {
        "smooth": smooth,
        "plain": plain,
        "lines": lines,
        "body": batch_for_shader(smooth, "TRIS", body, indices=triangles),
        "hull": batch_for_shader(plain, "TRIS", hull, indices=triangles),
        "paths": [(batch_for_shader(lines, "LINE_STRIP", {"pos": points}), color) for points, color in paths],
    }
    _cache[place] = (key, made)
    return made
