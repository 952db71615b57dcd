"""The panel *Training Data* of the tab MMM: one's own actions for fine-tuning the engine."""

from __future__ import annotations

from typing import Any

import bpy

from ...animation.shown.obstacles import find_obstacle
from ...client.session import find_character
from ...registration import register_classes, unregister_classes
from ...translation import iface_, n_
from ..preferences import read_preferences
from .shared import CharacterTab, draw_obstacle, draw_text


class MMM_PT_training(CharacterTab, bpy.types.Panel):
    bl_idname = "MMM_PT_training"
    bl_label = "Training Data"
    bl_options = {"DEFAULT_CLOSED"}
    bl_order = 100

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        preferences = read_preferences(context)
        return bool(preferences and preferences.show_training) and super().poll(context)

    def draw(self, context: bpy.types.Context) -> None:
        layout: Any = self.layout
        draw_text(layout, context, iface_("Teach the engine your own moves: save actions, describe them, train"))
        armature = find_character(context.view_layer)
        if armature is not None and (obstacle := find_obstacle(armature, context.scene, "EXPORT")):  # type: ignore[arg-type]
            draw_obstacle(layout, context, obstacle)
        column = layout.column(align=True)
        for which, text in (
            ("CURRENT", n_("Current Action")),
            ("STRIPS", n_("Selected Strips")),
            ("ALL", n_("All Actions")),
        ):
            column.operator("mmm.export_training_data", text=iface_(text), icon="EXPORT").which = which


CLASSES = (MMM_PT_training,)


def register() -> None:
    register_classes(CLASSES)


def unregister() -> None:
    unregister_classes(CLASSES)
