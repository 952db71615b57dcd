"""Changing a part of the motion a rig plays, and the menu entries where its keys are selected."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.props import EnumProperty

from ..client.session import find_character, session
from ..editing.aim import Aim
from ..editing.kinds import KINDS
from ..editing.plans import find_aim, plan_edit
from ..rig.finding.find_mapping import find_mapping
from ..translation import rpt_
from ..ui.preferences import read_settings
from ..ui.properties.edit import edit_settings_of, read_options, read_wish
from ..ui.properties.generate import settings_of
from ..ui.properties.targets import read_pins
from .asking import Status, can_ask, check_prompt, sampling_of, start_watch, variation_params


class MMM_OT_edit(bpy.types.Operator):
    """Change a part of the motion, by the settings of the Edit panel; what is around it stays"""

    bl_idname = "mmm.edit"
    bl_label = "Edit Motion"

    kind: EnumProperty(  # type: ignore[valid-type]
        name="Edit",
        description="What to do with the motion the character plays",
        items=[(kind.identifier, kind.label, kind.tip) for kind in KINDS.values()],
        options={"SKIP_SAVE"},
    )

    @classmethod
    def description(cls, _context: bpy.types.Context, properties: Any) -> str:
        return rpt_(KINDS[properties.kind.lower()].tip)

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return can_ask(cls, context)

    def execute(self, context: bpy.types.Context) -> Status:
        scene = context.scene
        assert scene is not None
        try:
            prompt = check_prompt(settings_of(scene).edit_prompt)
            armature, aim = aim_of(context, self.kind)
            options, pins = read_options(edit_settings_of(scene)), read_pins(scene, armature)
            edit, params = plan_edit(armature, scene, aim, options, pins)
            params |= {"prompt": prompt, **variation_params(scene), **sampling_of(scene)}
            session.edit(edit, params, read_settings(context))
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        start_watch(context)
        return {"FINISHED"}


def aim_of(context: bpy.types.Context, kind: str) -> tuple[bpy.types.Object, Aim]:
    """The character and what an edit would change. Raises ValueError, saying what to do."""
    armature = find_character(context.view_layer)
    if armature is None or context.scene is None:
        raise ValueError(rpt_("Select an armature that has a motion"))
    wish = read_wish(edit_settings_of(context.scene), KINDS[kind.lower()])
    return armature, find_aim(armature, find_mapping(armature), context.scene, wish)


class MMM_MT_edit(bpy.types.Menu):
    bl_idname = "MMM_MT_edit"
    bl_label = "Edit Motion"

    def draw(self, _context: bpy.types.Context) -> None:
        layout: Any = self.layout
        for kind in KINDS.values():
            layout.operator("mmm.edit", text=kind.label, icon=kind.icon).kind = kind.identifier


def draw_in_menu(menu: Any, _context: bpy.types.Context) -> None:
    menu.layout.separator()
    menu.layout.menu(MMM_MT_edit.bl_idname, icon="ARMATURE_DATA")


# Dope Sheet, Graph Editor, and the timeline: it has no menu for keys, but one for markers, up to 4.5 of its own
MENUS = (
    "DOPESHEET_MT_key",
    "GRAPH_MT_key",
    "DOPESHEET_MT_marker",
    "TIME_MT_marker",
    "DOPESHEET_MT_context_menu",
    "GRAPH_MT_context_menu",
)


def register_menus() -> None:
    for name in MENUS:
        if menu := getattr(bpy.types, name, None):
            menu.append(draw_in_menu)


def unregister_menus() -> None:
    for name in MENUS:
        if menu := getattr(bpy.types, name, None):
            menu.remove(draw_in_menu)


CLASSES = (MMM_OT_edit, MMM_MT_edit)
