"""The panel *Targets* of the tab MMM: where parts of the body are to be, and when."""

from __future__ import annotations

from typing import Any

import bpy

from ...registration import register_classes, unregister_classes
from ...translation import iface_
from ..properties.targets import targets_of
from .shared import EngineTab


class MMM_UL_targets(bpy.types.UIList):
    bl_idname = "MMM_UL_targets"

    def draw_item(
        self,
        context: bpy.types.Context,
        layout: Any,
        data: Any,
        item: Any,
        icon: int | None,
        active_data: Any,
        active_property: str | None,
        index: int | None = 0,
        flt_flag: int | None = 0,
    ) -> None:
        row = layout.row(align=True)
        row.prop(item, "part", text="", emboss=False)
        lost = item.place is None or not item.place.users_scene
        row.label(text=iface_("lost") if lost else item.place.name, icon="ERROR" if lost else "NONE", translate=False)
        times = row.row(align=True)
        times.ui_units_x = 3.6
        text = f"{item.first}" if item.first == item.last else f"{item.first}-{item.last}"
        times.label(text=text, translate=False)


class MMM_PT_targets(EngineTab, bpy.types.Panel):
    bl_idname = "MMM_PT_targets"
    bl_label = "Targets"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout: Any = self.layout
        targets = targets_of(context.scene)  # type: ignore[arg-type]
        row = layout.row()
        row.template_list("MMM_UL_targets", "", targets, "items", targets, "index", rows=3)
        column = row.column(align=True)
        column.operator_menu_enum("mmm.add_target", "part", text="", icon="ADD")
        column.operator("mmm.remove_target", text="", icon="REMOVE")
        if targets.index < len(targets.items):
            item = targets.items[targets.index]
            column = layout.column()
            column.use_property_split = True
            column.use_property_decorate = False
            column.prop(item, "part")
            column.prop(item, "place")
            column.prop(item, "character")
            span = column.column(align=True)
            span.prop(item, "first")
            span.prop(item, "last")


CLASSES = (MMM_UL_targets, MMM_PT_targets)


def register() -> None:
    register_classes(CLASSES)


def unregister() -> None:
    unregister_classes(CLASSES)
