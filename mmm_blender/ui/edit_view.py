"""What the next edit would change, for panel and timeline, remembered for a moment.

Blender tells nobody when keys are selected, so the keys have to be looked at; all of them, at every redraw of a
playing animation, would be felt. What was found is good for ``FRESH`` seconds, longer where looking takes long, and
the editors are drawn once more after that.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import bpy

from ..animation.shown.obstacles import KEEP_MODE, Obstacle, find_obstacle
from ..client.session import find_character
from ..editing.aim import Aim, Wish
from ..editing.kinds import KINDS
from ..editing.plans import find_aim
from ..editing.question import CONTEXT
from ..editing.selection import SOURCES, find_source, why_not_editable
from ..target import Target
from ..translation import iface_, n_, rpt_
from .bone_mapping import look_up
from .properties.edit import chosen_kind, edit_settings_of, read_wish

FRESH = 0.2  # seconds
TAB = "MMM"
SHARE = 0.05  # of the time may be spent with looking
PARTS = {
    "body": n_("whole body"),
    "upper": n_("upper body"),
    "arms": n_("both arms"),
    "left_arm": n_("left arm"),
    "right_arm": n_("right arm"),
    "lower": n_("lower body"),
}


@dataclass(frozen=True)
class View:
    """``aim`` of the next edit, or None, and it in words, or why there is none.

    ``obstacle``: what can be put right; ``source``: what says which frames are meant.
    """

    aim: Aim | None
    text: str
    obstacle: Obstacle | None = None
    source: str = ""


_shown = False  # whether the panel was open when it was last drawn
_kept: tuple[Any, float, View] | None = None  # what it was found for, how long it is good, and it
_drawn_again = False  # whether the editors are about to be drawn once more


def note_panel(shown: bool) -> None:
    """Remember whether the panel *Edit* is open: the timeline shows what will change only then."""
    global _shown
    changed, _shown = shown != _shown, shown
    if changed and not bpy.app.background and not bpy.app.timers.is_registered(_redraw):
        bpy.app.timers.register(_redraw, first_interval=0.0)


def is_shown() -> bool:
    """Whether the panel *Edit* is open in a sidebar that shows its tab."""
    manager = bpy.context.window_manager
    return _shown and any(
        region.type == "UI" and region.width > 1 and getattr(region, "active_panel_category", TAB) == TAB
        for window in (manager.windows if manager is not None else ())
        for area in window.screen.areas
        if area.type == "VIEW_3D"
        for region in area.regions
    )


def look(context: bpy.types.Context) -> View:
    """The next edit's aim as the panel is set."""
    global _kept, _drawn_again
    scene: Any = context.scene
    armature = find_character(context.view_layer)
    if armature is None or scene is None:
        return View(None, rpt_("Select an armature that has a motion"))
    settings = edit_settings_of(scene)
    wish = read_wish(settings, chosen_kind(settings))
    animation = armature.animation_data
    key = (
        Target.of(armature),
        wish,
        animation.action.name if animation and animation.action else "",
        scene.render.fps,
        scene.frame_current if wish.choices.get("frames_from") == "PLAYHEAD" or wish.kind == "in_between" else None,
        scene.use_preview_range,
        scene.frame_preview_start,
        scene.frame_preview_end,
    )
    now = time.monotonic()
    if _kept is not None and _kept[0] == key and now < _kept[1]:
        if not _drawn_again and not bpy.app.background:
            _drawn_again = True
            bpy.app.timers.register(_draw_again, first_interval=_kept[1] - now)
        return _kept[2]
    view = _look(armature, scene, wish)
    taken = time.monotonic() - now
    changed = _kept is not None and _kept[0][0] == key[0] and _kept[2] != view
    if changed and not bpy.app.background and not bpy.app.timers.is_registered(_redraw):
        # only the editor that is being drawn knows so far
        bpy.app.timers.register(_redraw, first_interval=0.0)
    _kept = key, now + max(FRESH, taken / SHARE), view
    return view


def _look(armature: bpy.types.Object, scene: bpy.types.Scene, wish: Wish) -> View:
    found = look_up(armature)
    if problem := why_not_editable(armature) or found.problem:
        return View(None, problem)
    obstacle = find_obstacle(armature, scene, "EDIT")
    if obstacle is not None and obstacle.fix != KEEP_MODE:
        return View(None, obstacle.text, obstacle)
    try:
        aim = find_aim(armature, found.draft.complete(), scene, wish)
    except ValueError as error:
        return View(None, str(error))
    context = CONTEXT * scene.render.fps / scene.render.fps_base
    if obstacle := obstacle and find_obstacle(armature, scene, "EDIT", (aim.first - context, aim.last + context)):
        return View(None, obstacle.text, obstacle)
    return View(aim, KINDS[wish.kind].tell(aim, iface_(PARTS[aim.part])), source=_source(armature, scene, wish))


def _source(armature: bpy.types.Object, scene: bpy.types.Scene, wish: Wish) -> str:
    """In words what says which frames are meant, where the kind of edit leaves that to the artist."""
    source = wish.choices.get("frames_from")
    if source == "AUTO":
        source = find_source(armature, scene)
        if wish.kind == "in_between" and source != "KEYS":
            source = "PLAYHEAD"
    return iface_(SOURCES[source]) if source else ""


def _draw_again() -> None:
    global _drawn_again
    _drawn_again = False
    manager = bpy.context.window_manager
    if _kept is None or manager is None:
        return
    seen = _kept[2]
    forget()
    for window in manager.windows:
        with bpy.context.temp_override(window=window):
            changed = look(bpy.context) != seen
        if changed:
            _redraw()


def _redraw() -> None:
    """Draw the editors anew that show what will change."""
    manager = bpy.context.window_manager
    for window in manager.windows if manager is not None else ():
        for area in window.screen.areas:
            if area.type in ("DOPESHEET_EDITOR", "GRAPH_EDITOR", "VIEW_3D"):
                area.tag_redraw()


def forget() -> None:
    """Look anew the next time."""
    global _kept
    _kept = None


def stop() -> None:
    """Forget all, and draw nothing again."""
    global _drawn_again
    forget()
    _drawn_again = False
    for timer in (_draw_again, _redraw):
        if bpy.app.timers.is_registered(timer):
            bpy.app.timers.unregister(timer)
