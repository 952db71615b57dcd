"""Changing a part of the motion a rig plays, and the menu entries where its keys are selected."""

from __future__ import annotations

from typing import Any

import bpy

from .. import overlay
from ..animation.editing import plan_edit
from ..preferences import read_settings
from ..properties import MAX_PROMPT, STEPS, settings_of
from ..rig.mapping import find_mapping
from ..selection import Span, find_span
from ..session import session
from ..translation import rpt_
from .generate import start_watch

Status = set[Any]


class MMM_OT_regenerate(bpy.types.Operator):
    """Make the selected part of the motion anew, by the prompt of the Edit panel; what is around it stays"""

    bl_idname = "mmm.regenerate"
    bl_label = "Regenerate Selection"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if context.scene is None:
            return False
        if overlay.find_character(context.view_layer) is None:
            cls.poll_message_set("Select an armature that has a motion")
        elif session.run is not None:
            cls.poll_message_set("A motion is being made: wait for it or cancel")
        elif problem := read_settings(context).problem:
            cls.poll_message_set(problem)
        else:
            return True
        return False

    def execute(self, context: bpy.types.Context) -> Status:
        scene = context.scene
        assert scene is not None
        settings = settings_of(scene)
        prompt = " ".join(settings.edit_prompt.split())
        try:
            if len(prompt) > MAX_PROMPT:
                message = rpt_("The prompt has {count} characters, the limit is {limit}: shorten it")
                raise ValueError(message.format(count=len(prompt), limit=MAX_PROMPT))
            armature, span = selected_span(context)
            edit, params = plan_edit(armature, scene, span)
            params |= {
                "prompt": prompt, "seed": settings.seed, "steps": STEPS[settings.quality],
                "guidance": round(settings.guidance, 4), "temperature": round(settings.temperature, 4),
            }  # fmt: skip
            session.edit(edit, params, read_settings(context))
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        start_watch(context)
        return {"FINISHED"}


def selected_span(context: bpy.types.Context) -> tuple[bpy.types.Object, Span]:
    """The character and what of its motion is selected. Raises ValueError, saying what to do."""
    armature = overlay.find_character(context.view_layer)
    if armature is None or context.scene is None:
        raise ValueError(rpt_("Select an armature that has a motion"))
    return armature, find_span(armature, find_mapping(armature), context.scene)


def draw_in_key_menu(menu: Any, _context: bpy.types.Context) -> None:
    menu.layout.separator()
    menu.layout.operator(MMM_OT_regenerate.bl_idname, icon="FILE_REFRESH")


# Dope Sheet, Graph Editor, and the timeline: it has no menu for keys, but one for markers, up to 4.5 of its own
MENUS = ("DOPESHEET_MT_key", "GRAPH_MT_key", "DOPESHEET_MT_marker", "TIME_MT_marker")


def register_menus() -> None:
    for name in MENUS:
        if menu := getattr(bpy.types, name, None):
            menu.append(draw_in_key_menu)


def unregister_menus() -> None:
    for name in MENUS:
        if menu := getattr(bpy.types, name, None):
            menu.remove(draw_in_key_menu)


CLASSES = (MMM_OT_regenerate,)
