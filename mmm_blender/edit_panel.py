"""The panel *Edit* of the tab MMM: which part of the motion is selected, and what should happen in it."""

from __future__ import annotations

from typing import Any

import bpy

from . import overlay
from .operators.edit import selected_span
from .panels import draw_text
from .preferences import read_settings
from .properties import settings_of
from .registration import register_classes, unregister_classes
from .translation import iface_

PARTS = {"body": "whole body", "upper": "upper body", "lower": "lower body"}


class MMM_PT_edit(bpy.types.Panel):
    bl_idname = "MMM_PT_edit"
    bl_label = "Edit"
    bl_space_type: Any = "VIEW_3D"
    bl_region_type: Any = "UI"
    bl_category = "MMM"
    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        armature = overlay.find_character(context.view_layer)
        return armature is not None and armature.animation_data is not None and not read_settings(context).problem

    def draw(self, context: bpy.types.Context) -> None:
        layout: Any = self.layout
        settings = settings_of(context.scene)  # type: ignore[arg-type]
        try:
            span = selected_span(context)[1]
            text = iface_("Frames {first} to {last}, {part}").format(
                first=span.first, last=span.last, part=iface_(PARTS[span.part])
            )
        except ValueError as error:
            text = str(error)
        draw_text(layout, context, text, icon="KEYFRAME_HLT")
        layout.prop(settings, "edit_prompt", text="", icon="TEXT", placeholder=iface_("what fits in between"))
        row = layout.row(align=True)
        row.prop(settings, "seed")
        row.operator("mmm.random_seed", text="", icon="FILE_REFRESH")
        row = layout.row()
        row.scale_y = 1.5
        row.operator("mmm.regenerate", icon="PLAY")


CLASSES = (MMM_PT_edit,)


def register() -> None:
    register_classes(CLASSES)


def unregister() -> None:
    unregister_classes(CLASSES)
