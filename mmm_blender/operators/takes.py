"""The list of results: compare, name, star, and where the shown motion begins."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.props import BoolProperty, IntProperty, StringProperty

from ..client.session import session
from ..redraw import redraw_panels
from ..translation import rpt_
from ..ui import ghost_overlay, heartbeat
from .asking import Status


class MMM_OT_select_result(bpy.types.Operator):
    """Show this motion as a ghost in the viewport; Shift-click shows it beside the others, or no longer"""

    bl_idname = "mmm.select_result"
    bl_label = "Show Motion"

    result: IntProperty(name="Motion", description="Which motion", options={"SKIP_SAVE"})  # type: ignore[valid-type]
    extend: BoolProperty(  # type: ignore[valid-type]
        name="Beside", description="Show it beside what is shown, or take it away there", options={"SKIP_SAVE"}
    )

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Status:
        self.extend = event.shift
        return self.execute(context)

    def execute(self, _context: bpy.types.Context) -> Status:
        try:
            if self.extend:
                session.compare(self.result)
                ghost_overlay.show_beside()
            elif [each.id for each in session.shown] != [self.result]:
                before = session.chosen
                session.choose(self.result)
                # one take after the other begins at the same frame
                alike = before is not None and session.chosen is not None and before.edit == session.chosen.edit
                (ghost_overlay.show_beside if alike else ghost_overlay.show)()
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        heartbeat.wake()
        redraw_panels()
        return {"FINISHED"}


class MMM_OT_start_here(bpy.types.Operator):
    """Let the shown motion begin at the current frame, where the character stands then"""

    bl_idname = "mmm.start_here"
    bl_label = "Start at Playhead"

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        chosen = session.chosen
        if chosen is None:
            cls.poll_message_set(rpt_("Click a motion in the list first"))
        elif chosen.edit is not None:
            cls.poll_message_set(rpt_("An edit begins where its selection begins"))
        else:
            return True
        return False

    def execute(self, context: bpy.types.Context) -> Status:
        assert context.scene is not None
        ghost_overlay.pin(context.scene.frame_current)
        heartbeat.wake()
        redraw_panels()
        return {"FINISHED"}


class MMM_OT_star(bpy.types.Operator):
    """Keep this motion when the others are discarded"""

    bl_idname = "mmm.star"
    bl_label = "Star Motion"

    result: IntProperty(name="Motion", description="Which motion", options={"SKIP_SAVE"})  # type: ignore[valid-type]

    def execute(self, _context: bpy.types.Context) -> Status:
        variation = session.find(self.result)
        if variation is None:
            self.report({"ERROR"}, rpt_("That motion is no longer in the list: generate it again"))
            return {"CANCELLED"}
        variation.starred = not variation.starred
        redraw_panels()
        return {"FINISHED"}


class MMM_OT_rename_result(bpy.types.Operator):
    """Give this motion a name; the action made of it gets it too"""

    bl_idname = "mmm.rename_result"
    bl_label = "Rename Motion"

    result: IntProperty(options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]
    name: StringProperty(  # type: ignore[valid-type]
        name="Name", description="Empty: its length and seed again", maxlen=60, options={"SKIP_SAVE"}
    )

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Status:
        variation = session.find(self.result)
        self.name = variation.name if variation is not None else ""
        manager: Any = context.window_manager
        return set(manager.invoke_props_dialog(self))

    def execute(self, _context: bpy.types.Context) -> Status:
        variation = session.find(self.result)
        if variation is None:
            self.report({"ERROR"}, rpt_("That motion is no longer in the list: generate it again"))
            return {"CANCELLED"}
        variation.name = " ".join(self.name.split())
        redraw_panels()
        return {"FINISHED"}


CLASSES = (MMM_OT_select_result, MMM_OT_start_here, MMM_OT_star, MMM_OT_rename_result)
