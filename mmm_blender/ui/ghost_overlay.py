"""Shows the ghost of the chosen motion, and of those compared with it, over the 3D viewports.

Reads the scene, never writes it. A ghost begins at the frame where the playhead was when its motion was chosen; from
then on the playhead scrubs it, until ``pin`` lets it begin elsewhere.

``step``, called by the heartbeat, keeps the ghost up to date; the draw callback only uploads one frame. If
drawing fails once, the ghost goes away with a message: a viewport that raises at every redraw is no use.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Sequence
from typing import Any

import bpy

from ..animation.here import Footing, plan_ghost, read_footing
from ..client.session import find_character, session
from ..editing.apply import plan_edit_ghost
from ..ghost import Ghost, frame_at
from ..redraw import fit_listeners
from ..target import Target
from ..translation import rpt_
from . import ghost_drawing
from .properties.generate import settings_of

SETTLE = 0.2  # seconds without a change of the scene after which the ghost is computed anew

ghost: Ghost | None = None
message = ""  # why there is no ghost although a motion is chosen
others: tuple[Ghost, ...] = ()  # of the motions compared with it
start_frame = 1  # scene frame at which the ghost starts, and Apply would begin
frame = 0  # frame of the ghost that is shown

_target: Target | None = None
_tried: Target | None = None  # the character the ghost was last computed for, whatever came of it
_touched: float | None = None  # when the scene last changed; None: the ghost fits it
_job: _Job | None = None  # the ghost that is being computed
_started = 0.0  # when the ghost began to move
_pinned = False  # whether start_frame is the chosen motion's
_playhead: int | None = None  # where the playhead was last seen
_scrubbed = False  # whether it has moved since the motion was chosen
_footing: tuple[Target, Footing] | None = None  # where the character stands at start_frame
_handle: Any = None


class _Job:
    """Computes ghosts in a thread, which touches nothing of Blender."""

    def __init__(self, target: Target, compute: Sequence[Callable[[], Ghost]]) -> None:
        self.target = target
        self.ghosts: tuple[Ghost, ...] = ()
        self.error: Exception | None = None
        self._compute = compute
        self._thread = threading.Thread(target=self._run, name="mmm-ghost", daemon=True)
        self._thread.start()

    @property
    def done(self) -> bool:
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self.ghosts = tuple(compute() for compute in self._compute)
        except Exception as error:
            self.error = error


def show() -> None:
    """Show the chosen motion from the playhead on, or nothing when none is chosen."""
    global _pinned, _footing
    _pinned, _footing = False, None
    _begin()


def show_beside() -> None:
    """Show what is compared with the chosen motion as well; where that begins stays as it is."""
    _begin()


def pin(at: int) -> None:
    """Let the ghost begin at scene frame ``at``, where the playhead must be."""
    global start_frame, _pinned, _footing
    start_frame, _pinned, _footing = at, True, None
    _begin()


def _begin() -> None:
    global ghost, others, message, _touched, _started, _job, _scrubbed
    ghost, others, message, _touched, _job, _scrubbed = None, (), "", 0.0, None, False
    _started = time.monotonic()
    ghost_drawing.forget()


def touch() -> None:
    """The scene changed: compute the ghost anew once it rests."""
    global _touched
    _touched = time.monotonic()


def hide() -> None:
    """Take the ghost out of the viewports."""
    global ghost, others, message, _handle, _job
    ghost, others, message, _job = None, (), "", None
    ghost_drawing.forget()
    if _handle is not None:
        bpy.types.SpaceView3D.draw_handler_remove(_handle, "WINDOW")
        _handle = None


def step() -> bool:
    """Bring the ghost up to date; whether it moves, and wants the next step soon."""
    global frame, _touched
    scene, view_layer = _place()
    if session.chosen is None or scene is None or not settings_of(scene).show_ghost:
        if _handle is not None:
            hide()
            _touched = 0.0
            _redraw()
        return False
    playing = _is_playing()
    edit = session.chosen.edit
    _follow_playhead(scene, session.chosen.start if edit is None else edit.span.first)
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
    return not playing


def _follow_playhead(scene: bpy.types.Scene, first: int | None) -> None:
    """Where the ghost begins: at ``first``, or where the playhead is while nothing is pinned; and whether it moved."""
    global start_frame, _pinned, _playhead, _scrubbed
    now = scene.frame_current
    if not _pinned:
        start_frame, _pinned, _playhead = now if first is None else first, True, now
    if _playhead is not None and now != _playhead:
        _scrubbed = True
    _playhead = now


def _start_job(scene: bpy.types.Scene, armature: bpy.types.Object | None) -> None:
    """Begin to compute the ghosts of what is shown on their character, from the body Apply would key."""
    global _job, _tried, _footing
    _job, _tried = None, Target.of(armature) if armature else None
    chosen = session.chosen
    if chosen is None:
        return
    if armature is None:
        _give_up(rpt_("Select an armature to see the motion on it"))
        return
    target = Target.of(armature)
    try:
        if chosen.edit is None:
            if scene.frame_current == start_frame or _footing is None or _footing[0] != target:
                _footing = target, read_footing(armature)
            settings, footing = settings_of(scene), _footing[1]
            compute = [plan_ghost(armature, each.motion, scene, settings, footing) for each in session.shown]
        else:
            lock = settings_of(scene).lock_feet
            compute = [plan_edit_ghost(armature, chosen.motion, scene, chosen.edit, lock)]
        _job = _Job(target, compute)
    except ValueError as error:
        _give_up(str(error))
    except Exception as error:  # a rig we did not think of: no ghost, and Blender goes on
        _give_up(_excuse(error))


def _finish_job() -> None:
    """Show the ghosts that were computed, or say why there are none."""
    global ghost, others, message, _target, _handle, _job
    assert _job is not None
    job, _job = _job, None
    ghost_drawing.forget()
    if not job.ghosts:
        _give_up(str(job.error) if isinstance(job.error, ValueError) else _excuse(job.error))
        return
    (ghost, *beside), message, _target = job.ghosts, "", job.target
    others = tuple(beside)
    if _handle is None and not bpy.app.background:
        _handle = bpy.types.SpaceView3D.draw_handler_add(_draw, (), "WINDOW", "POST_VIEW")


def _give_up(reason: str) -> None:
    global ghost, others, message
    ghost, others, message = None, (), reason
    _redraw()


def _excuse(error: Exception | None) -> str:
    traceback.print_exception(error)
    return rpt_("The motion cannot be shown on this rig: {error}").format(error=error)


def frame_now(scene: bpy.types.Scene, playing: bool) -> int:
    """The ghost's frame: at the playhead while that plays or once it was moved, else by the ghost's own clock."""
    assert ghost is not None
    return _frame_of(ghost, scene, playing)


def _frame_of(figure: Ghost, scene: bpy.types.Scene, playing: bool) -> int:
    if playing or _scrubbed or not settings_of(scene).play_ghost:
        fps = scene.render.fps / scene.render.fps_base
        return frame_at((scene.frame_current - start_frame) / fps, figure, loops=False)
    return frame_at(time.monotonic() - _started, figure, loops=True)


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
        playing = _is_playing()
        figures = [(figure, _frame_of(figure, scene, playing)) for figure in (ghost, *others)]
        ghost_drawing.draw_ghosts(figures, armature, settings_of(scene))
    except Exception as error:
        traceback.print_exc()
        ghost, message = None, rpt_("The ghost cannot be drawn here: {error}").format(error=error)


def register() -> None:
    """The draw handler is added with the first ghost."""
    fit_listeners.append(touch)


def unregister() -> None:
    if touch in fit_listeners:
        fit_listeners.remove(touch)
    hide()
