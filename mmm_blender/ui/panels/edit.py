"""The panel *Edit* of the tab MMM: what to change of the motion that is played, and how."""

from __future__ import annotations

from typing import Any

import bpy

from ...client.session import find_character
from ...editing.aim import Aim
from ...editing.kinds import KINDS
from ...editing.kinds.kind import HOLD
from ...registration import register_classes, unregister_classes
from ...translation import iface_
from .. import edit_view
from ..preferences import read_settings
from ..properties.edit import chosen_kind, edit_settings_of
from ..properties.generate import settings_of
from ..properties.targets import read_pins
from .shared import AnimatedTab, draw_language, draw_obstacle, draw_text


class MMM_PT_edit(AnimatedTab, bpy.types.Panel):
    bl_idname = "MMM_PT_edit"
    bl_label = "Edit"
    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return super().poll(context) and not read_settings(context).problem

    def draw_header(self, _context: bpy.types.Context) -> None:
        edit_view.note_panel(False)  # drawn before the panel, which is drawn only while it is open

    def draw(self, context: bpy.types.Context) -> None:
        edit_view.note_panel(True)
        layout: Any = self.layout
        scene: Any = context.scene
        settings, edit = settings_of(scene), edit_settings_of(scene)
        layout.prop(edit, "kind", text="")
        view = edit_view.look(context)
        if view.obstacle is not None:
            draw_obstacle(layout, context, view.obstacle)
        else:
            text = f"{view.source}: {view.text}" if view.source else view.text
            draw_text(layout, context, text, icon="ERROR" if view.aim is None else "KEYFRAME_HLT")
        if view.aim is not None:
            _draw_targets(layout, context, view.aim)
        layout.prop(settings, "edit_prompt", text="", icon="TEXT", placeholder=iface_("what fits in between"))
        draw_language(layout)
        column = layout.column()
        column.use_property_split = True
        column.use_property_decorate = False
        kind = chosen_kind(edit)
        for setting in kind.settings:
            if setting == HOLD:
                column.label(text="Stay in Place", icon="PINNED")
            if setting.side_by_side:
                _draw_enum(column, edit, setting.name)
            else:
                column.prop(edit, setting.name)
        row = column.row(align=True)
        row.prop(settings, "seed")
        row.operator("mmm.random_seed", text="", icon="FILE_REFRESH")
        column.prop(settings, "variations")
        column.prop(edit, "keep_copy")
        column.prop(edit, "show_bands")
        row = layout.row()
        row.scale_y = 1.5
        row.enabled = view.aim is not None
        row.operator("mmm.edit", text=iface_(kind.label), icon="PLAY", translate=False).kind = kind.identifier


def _draw_targets(layout: Any, context: bpy.types.Context, aim: Aim) -> None:
    """How many targets the edit minds, where there are any on its frames."""
    armature, scene = find_character(context.view_layer), context.scene
    pins = read_pins(scene, armature, whole=False) if armature is not None and scene is not None else []
    count = sum(pin.last >= aim.first and pin.first <= aim.last for pin in pins)
    if not count:
        return
    text = iface_("Minds 1 target") if count == 1 else iface_("Minds {count} targets").format(count=count)
    if not KINDS[aim.wish.kind].directed:
        text = iface_("Minds no targets")
    layout.label(text=text, icon="EMPTY_AXIS", translate=False)


def _draw_enum(layout: Any, owner: Any, name: str) -> None:
    """The choices side by side over the whole width: a sidebar is narrow."""
    row = layout.row()
    row.use_property_split = False
    row.prop(owner, name, expand=True)


CLASSES = (MMM_PT_edit,)


def register() -> None:
    register_classes(CLASSES)


def unregister() -> None:
    unregister_classes(CLASSES)
