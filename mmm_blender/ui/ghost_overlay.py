"""Draws the ghost of the chosen motion over the 3D viewports. Reads the scene, never writes it.

``step``, called by the heartbeat, keeps the ghost up to date; the draw callback only uploads one frame. If
drawing fails once, the ghost goes away with a message: a viewport that raises at every redraw is no use.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix

from ..animation.here import plan_ghost
from ..client.session import find_character, session
from ..editing.apply import plan_edit_ghost
from ..ghost import Ghost, frame_at, shade
from ..redraw import fit_listeners
from ..target import Target
from ..translation import rpt_
from .properties.generate import settings_of

SETTLE = 0.2  # seconds without a change of the scene after which the ghost is computed anew

# squeezes depth into its nearer half, where nothing else is that lies farther off than twice the clip start:
# in front of everything, while the figure still hides its own back
IN_FRONT = Matrix(((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 0.5, -0.5), (0, 0, 0, 1)))

ghost: Ghost | None = None
message = ""  # why there is no ghost although a motion is chosen
start_frame = 1  # scene frame at which the ghost starts, and Apply would begin
frame = 0  # frame of the ghost that is shown

_target: Target | None = None
_tried: Target | None = None  # the character the ghost was last computed for, whatever came of it
_touched: float | None = None  # when the scene last changed; None: the ghost fits it
_job: _Job | None = None  # the ghost that is being computed
_started = 0.0  # when the ghost began to move
_handle: Any = None
_cache: dict[str, Any] = {}  # GPU batches of the frame shown


class _Job:
    """Computes a ghost in a thread, which touches nothing of Blender."""

    def __init__(self, target: Target, compute: Callable[[], Ghost]) -> None:
        self.target = target
        self.ghost: Ghost | None = None
        self.error: Exception | None = None
        self._compute = compute
        self._thread = threading.Thread(target=self._run, name="mmm-ghost", daemon=True)
        self._thread.start()

    @property
    def done(self) -> bool:
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self.ghost = self._compute()
        except Exception as error:
            self.error = error


def show() -> None:
    """Show the chosen motion from its start, or nothing when none is chosen."""
    global ghost, message, _touched, _started, _job
    ghost, message, _touched, _job = None, "", 0.0, None
    _started = time.monotonic()
    _cache.clear()


def touch() -> None:
    """The scene changed: compute the ghost anew once it rests."""
    global _touched
    _touched = time.monotonic()


def hide() -> None:
    """Take the ghost out of the viewports."""
    global ghost, message, _handle, _job
    ghost, message, _job = None, "", None
    _cache.clear()
    if _handle is not None:
        bpy.types.SpaceView3D.draw_handler_remove(_handle, "WINDOW")
        _handle = None


def step() -> bool:
    """Bring the ghost up to date; whether it moves, and wants the next step soon."""
    global frame, start_frame, _touched
    scene, view_layer = _place()
    if session.chosen is None or scene is None or not settings_of(scene).show_ghost:
        if _handle is not None:
            hide()
            _touched = 0.0
            _redraw()
        return False
    playing = _is_playing()
    edit = session.chosen.edit
    wanted = scene.frame_current if edit is None else edit.span.first
    if (not playing or edit is not None) and start_frame != wanted:
        start_frame = wanted
        touch()
    character = find_character(view_layer) if edit is None else edit.target.resolve()
    if (Target.of(character) if character else None) != _tried:
        _touched = 0.0
    if _touched is not None and time.monotonic() - _touched > SETTLE and not (playing and ghost is not None):
        _touched = None
        _start_job(scene, character)
    if _job is not None and _job.done:
        _finish_job()
        _redraw()
    if ghost is None:
        return _touched is not None or _job is not None
    shown = frame_now(scene, playing)
    if shown != frame:
        frame = shown
        if not playing:
            _redraw()
    return not playing and (settings_of(scene).play_ghost or _touched is not None or _job is not None)


def _start_job(scene: bpy.types.Scene, armature: bpy.types.Object | None) -> None:
    """Begin to compute the ghost of the chosen motion on its character, from the body Apply would key."""
    global _job, _tried
    _job, _tried = None, Target.of(armature) if armature else None
    chosen = session.chosen
    if chosen is None:
        return
    if armature is None:
        _give_up(rpt_("Select an armature to see the motion on it"))
        return
    try:
        if chosen.edit is None:
            compute = plan_ghost(armature, chosen.motion, scene, settings_of(scene))
        else:
            compute = plan_edit_ghost(armature, chosen.motion, scene, chosen.edit, settings_of(scene).lock_feet)
        _job = _Job(Target.of(armature), compute)
    except ValueError as error:
        _give_up(str(error))
    except Exception as error:  # a rig we did not think of: no ghost, and Blender goes on
        _give_up(_excuse(error))


def _finish_job() -> None:
    """Show the ghost that was computed, or say why there is none."""
    global ghost, message, _target, _handle, _job
    assert _job is not None
    job, _job = _job, None
    _cache.clear()
    if job.ghost is None:
        _give_up(str(job.error) if isinstance(job.error, ValueError) else _excuse(job.error))
        return
    ghost, message, _target = job.ghost, "", job.target
    if _handle is None and not bpy.app.background:
        _handle = bpy.types.SpaceView3D.draw_handler_add(_draw, (), "WINDOW", "POST_VIEW")


def _give_up(reason: str) -> None:
    global ghost, message
    ghost, message = None, reason
    _redraw()


def _excuse(error: Exception | None) -> str:
    traceback.print_exception(error)
    return rpt_("The motion cannot be shown on this rig: {error}").format(error=error)


def frame_now(scene: bpy.types.Scene, playing: bool) -> int:
    """The ghost's frame: in step with the scene while that plays, else by the ghost's own clock."""
    assert ghost is not None
    if playing:
        fps = scene.render.fps / scene.render.fps_base
        return frame_at((scene.frame_current - start_frame) / fps, ghost, loops=False)
    if not settings_of(scene).play_ghost:
        return 0
    return frame_at(time.monotonic() - _started, ghost, loops=True)


def _place() -> tuple[bpy.types.Scene | None, bpy.types.ViewLayer | None]:
    """The scene and view layer the artist looks at; timers have no window of their own."""
    manager = bpy.context.window_manager
    windows = list(manager.windows) if manager else []
    if windows:
        return windows[0].scene, windows[0].view_layer
    return bpy.context.scene, bpy.context.view_layer


def _is_playing() -> bool:
    manager = bpy.context.window_manager
    return any(window.screen.is_animation_playing for window in manager.windows) if manager else False


def _redraw() -> None:
    manager = bpy.context.window_manager
    for window in manager.windows if manager else ():
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                area.tag_redraw()


def _draw() -> None:
    global ghost, message
    context = bpy.context
    scene = context.scene
    if ghost is None or _target is None or scene is None:
        return
    armature = _target.resolve()
    space: Any = context.space_data
    if armature is None or armature.name not in scene.objects or not space.overlay.show_overlays:
        return
    try:
        _draw_ghost(ghost, armature, settings_of(scene))
    except Exception as error:
        traceback.print_exc()
        ghost, message = None, rpt_("The ghost cannot be drawn here: {error}").format(error=error)


def _draw_ghost(figure: Ghost, armature: bpy.types.Object, settings: Any) -> None:
    import gpu  # not usable where Blender has no window, so only here
    from gpu_extras.batch import batch_for_shader

    key = (id(figure), frame, settings.ghost_opacity)
    if _cache.get("key") != key:
        triangles: Any = figure.triangles().astype(np.int32)
        _cache["shader"] = gpu.shader.from_builtin("SMOOTH_COLOR")
        _cache["body"] = batch_for_shader(
            _cache["shader"],
            "TRIS",
            body_arrays(figure, frame, armature, settings.ghost_opacity),
            indices=triangles,
        )
        _cache["lines"] = gpu.shader.from_builtin("POLYLINE_UNIFORM_COLOR")
        paths: list[tuple[Any, Any]] = [(points.astype(np.float32), color) for points, color in figure.paths]
        _cache["paths"] = [
            (batch_for_shader(_cache["lines"], "LINE_STRIP", {"pos": points}), color) for points, color in paths
        ]
        _cache["key"] = key
    gpu.matrix.push()
    gpu.matrix.push_projection()
    gpu.matrix.multiply_matrix(armature.matrix_world if figure.world is None else Matrix(figure.world.tolist()))
    if settings.ghost_in_front:
        gpu.matrix.load_projection_matrix(IN_FRONT @ gpu.matrix.get_projection_matrix())
    gpu.state.blend_set("ALPHA")
    gpu.state.depth_test_set("LESS_EQUAL")
    try:
        if settings.ghost_paths:
            gpu.state.depth_mask_set(False)
            _cache["lines"].bind()
            viewport: Any = gpu.state.viewport_get()  # type: ignore[func-returns-value]
            _cache["lines"].uniform_float("viewportSize", viewport[2:])
            _cache["lines"].uniform_float("lineWidth", 2.0)
            for batch, color in _cache["paths"]:
                _cache["lines"].uniform_float("color", (*color, 0.8))
                batch.draw(_cache["lines"])
        # depth first, then colour: the figure is seen through, but its own far side is not
        gpu.state.depth_mask_set(True)
        gpu.state.color_mask_set(False, False, False, False)
        _cache["body"].draw(_cache["shader"])
        gpu.state.color_mask_set(True, True, True, True)
        _cache["body"].draw(_cache["shader"])
    finally:
        gpu.state.color_mask_set(True, True, True, True)
        gpu.state.depth_mask_set(False)
        gpu.state.depth_test_set("NONE")
        gpu.state.blend_set("NONE")
        gpu.matrix.pop_projection()
        gpu.matrix.pop()


def body_arrays(figure: Ghost, at: int, armature: bpy.types.Object, opacity: float) -> dict[str, Any]:
    """Vertex arrays of the figure for the GPU: ``pos`` (V, 3) in armature space and ``color`` (V, 4)."""
    vertices, normals = figure.mesh(at)
    lit = shade(normals, figure.vertex_colors(), np.array(armature.matrix_world.to_3x3()))
    alpha = np.full((len(lit), 1), opacity)
    return {"pos": vertices.astype(np.float32), "color": np.concatenate([lit, alpha], 1).astype(np.float32)}


def register() -> None:
    """The draw handler is added with the first ghost."""
    fit_listeners.append(touch)


def unregister() -> None:
    if touch in fit_listeners:
        fit_listeners.remove(touch)
    hide()
