"""The timer that keeps the session going, and what it must hear of Blender: file load, undo, saving.

Nothing here waits: a beat takes in what is there, tells regions to redraw, and measures itself.
"""

from __future__ import annotations

import time
import traceback
from collections import deque
from typing import Any

import bpy
from bpy.app.handlers import persistent

from ..client import batch, history
from ..client.session import session
from ..engine_install import installation
from ..redraw import fit_listeners, redraw_panels
from ..registration import WENT_WRONG
from ..translation import rpt_
from . import applied, ghost_overlay
from .preferences import read_settings
from .properties.generate import settings_of, typing_listeners

WORKING = 0.05  # seconds between beats while an answer is awaited
GHOSTING = 1 / 30  # ... while a ghost moves
IDLE = 1.0  # ... while the engine only stands ready, to notice when it dies

beat_times: deque[float] = deque(maxlen=1000)  # seconds the last beats took


def wake() -> None:
    """Beat now, and as often as needed from then on."""
    if bpy.app.timers.is_registered(beat):
        bpy.app.timers.unregister(beat)
    bpy.app.timers.register(beat, first_interval=0.0, persistent=True)


def start_early(context: bpy.types.Context) -> None:
    """Start the engine while a prompt is still being typed: importing PyTorch is most of what a first motion takes."""
    if not bpy.app.background and session.start_early(read_settings(context)):
        wake()


def beat() -> float | None:
    """One beat, a timer's function: seconds until the next, or None when there is nothing to wait for."""
    start = time.perf_counter()
    try:
        chosen = session.chosen_id
        if session.tick() or session.busy:
            redraw_panels()
        batching = batch.step()
        if session.chosen_id != chosen:
            ghost_overlay.show()
        moving = ghost_overlay.step()
    except Exception as error:  # a timer that raises is dropped by Blender, and with it the engine's answers
        traceback.print_exc()
        session.fail(rpt_(WENT_WRONG).format(error=error), offers_restart=True)
        moving = batching = False
    beat_times.append(time.perf_counter() - start)
    if moving:
        return GHOSTING
    if session.busy or batching:
        return WORKING
    return IDLE if session.engine_alive else None


@persistent
def _after_load(*_: Any) -> None:
    texts = [settings_of(scene).history for scene in bpy.data.scenes]
    session.history = history.read_text(next((text for text in texts if text), ""))
    if session.target is not None and session.target.resolve() is None:
        session.target = None  # the character of another file is nothing to be missed here
    ghost_overlay.show()
    wake()


@persistent
def _before_save(*_: Any) -> None:
    text = history.write_text(session.history)
    for index, scene in enumerate(scene for scene in bpy.data.scenes if scene.library is None):
        kept = text if index == 0 else ""
        if settings_of(scene).history != kept:
            settings_of(scene).history = kept


@persistent
def _after_undo(*_: Any) -> None:
    applied.read()
    ghost_overlay.touch()
    redraw_panels()


@persistent
def _after_change(_scene: bpy.types.Scene, depsgraph: bpy.types.Depsgraph | None = None, *_: Any) -> None:
    if session.chosen_id is not None and depsgraph is not None and depsgraph.id_type_updated("OBJECT"):
        ghost_overlay.touch()


HANDLERS: tuple[tuple[str, Any], ...] = (
    ("load_post", _after_load),
    ("save_pre", _before_save),
    ("undo_post", _after_undo),
    ("redo_post", _after_undo),
    ("depsgraph_update_post", _after_change),
)


def register() -> None:
    fit_listeners.append(wake)
    typing_listeners.append(start_early)
    installation.before_change.append(session.stop)
    for name, handler in HANDLERS:
        getattr(bpy.app.handlers, name).append(handler)


def unregister() -> None:
    if wake in fit_listeners:
        fit_listeners.remove(wake)
    if start_early in typing_listeners:
        typing_listeners.remove(start_early)
    if session.stop in installation.before_change:
        installation.before_change.remove(session.stop)
    for name, handler in HANDLERS:
        handlers = getattr(bpy.app.handlers, name)
        if handler in handlers:
            handlers.remove(handler)
    if bpy.app.timers.is_registered(beat):
        bpy.app.timers.unregister(beat)
    session.stop()
    session.discard_all()
    ghost_overlay.hide()
