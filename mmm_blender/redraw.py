"""Drawing anew what a change shows in, and telling those who have to work it out anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bpy

# called when a setting changed that decides how a motion is keyed; who shows such a motion listens here
fit_listeners: list[Callable[[], Any]] = []


def fit_anew(_owner: Any, _context: bpy.types.Context) -> None:
    """The update callback of settings that decide how a motion is keyed."""
    for listener in fit_listeners:
        listener()


def redraw_timelines(_settings: Any, context: bpy.types.Context) -> None:
    """The update callback of settings that the timeline, the Dope Sheet and the Graph Editor show."""
    for window in context.window_manager.windows if context.window_manager else ():
        for area in window.screen.areas:
            if area.type in ("DOPESHEET_EDITOR", "GRAPH_EDITOR"):
                area.tag_redraw()


def redraw_viewports(_settings: Any, context: bpy.types.Context) -> None:
    """The update callback of settings that the 3D viewports show."""
    for window in context.window_manager.windows if context.window_manager else ():
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                area.tag_redraw()


def redraw_panels() -> None:
    """Redraw the sidebars of the 3D viewports of all windows."""
    manager = bpy.context.window_manager
    for window in manager.windows if manager else ():
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                for region in area.regions:
                    if region.type == "UI":
                        region.tag_redraw()
