"""The one installation job of this Blender: started by operators, drawn by the preferences, fed by a timer."""

from __future__ import annotations

from collections.abc import Callable

import bpy

from .job import Finished, Job

TICK_SECONDS = 0.2  # between two looks at the job
# How long a disabled extension waits for its job to let go of the files.
_LAST_SECONDS = 2.0

# Called before a job changes the engine's files: whatever runs the engine lets go of it here.
before_change: list[Callable[[], None]] = []

_job: Job | None = None
_then: Callable[[Finished], None] | None = None


def current_job() -> Job | None:
    """The job that runs, or the last one, with how it ended; None if there was none."""
    return _job


def is_running() -> bool:
    """A job is under way."""
    return _job is not None and _job.finished is None


def start_job(job: Job, changes_engine: bool, then: Callable[[Finished], None] | None = None) -> None:
    """Start ``job`` and watch it; ``then`` is called in the main thread when it has ended.

    Raises RuntimeError while another one runs.
    """
    global _job, _then
    if is_running():
        raise RuntimeError("a job is under way")
    if changes_engine:
        for callback in before_change:
            callback()
    _job, _then = job, then
    job.start()
    if not bpy.app.timers.is_registered(tick):
        bpy.app.timers.register(tick, first_interval=TICK_SECONDS, persistent=True)


def cancel_job() -> None:
    """Ask the job that runs to end."""
    if _job is not None:
        _job.cancel()


def tick() -> float | None:
    """Take in what the job reported and redraw; a timer's function: the next interval, None at the end."""
    if _job is None:
        return None
    if _job.poll():
        if _job.finished is not None and _then is not None:
            _then(_job.finished)
        _redraw()
    return TICK_SECONDS if is_running() else None


def _redraw() -> None:
    manager = bpy.context.window_manager
    for window in manager.windows if manager else ():
        for area in window.screen.areas:
            if area.type in {"PREFERENCES", "VIEW_3D"}:
                area.tag_redraw()


def register() -> None:
    """Nothing to do: the timer starts with a job."""


def unregister() -> None:
    global _job, _then
    if bpy.app.timers.is_registered(tick):
        bpy.app.timers.unregister(tick)
    if _job is not None:
        _job.cancel()
        _job.join(_LAST_SECONDS)
    _job = _then = None
