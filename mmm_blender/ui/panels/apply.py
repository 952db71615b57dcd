"""The rarer options of *Apply*: what of the body moves how, and how densely it is keyed."""

from __future__ import annotations

from typing import Any

import bpy

from ...registration import register_classes, unregister_classes
from ..properties.generate import settings_of
from .shared import Tab


class _Options(Tab):
    bl_parent_id = "MMM_PT_apply_options"
    bl_options: Any = {"DEFAULT_CLOSED"}
    layout: Any

    def start(self, context: bpy.types.Context) -> tuple[Any, Any]:
        """The layout to draw on, and the settings."""
        self.layout.use_property_split = True
        self.layout.use_property_decorate = False
        return self.layout, settings_of(context.scene)  # type: ignore[arg-type]


class MMM_PT_apply_body(_Options, bpy.types.Panel):
    bl_idname = "MMM_PT_apply_body"
    bl_label = "Body"

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = self.start(context)
        column = layout.column()
        column.prop(settings, "lock_feet")
        column.prop(settings, "feet")
        column = layout.column()
        column.prop(settings, "hands")
        column.prop(settings, "relax_fingers")
        column = layout.column()
        column.prop(settings, "move_collars")
        column.prop(settings, "arm_spacing")


class MMM_PT_apply_keys(_Options, bpy.types.Panel):
    bl_idname = "MMM_PT_apply_keys"
    bl_label = "Keys"

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = self.start(context)
        layout.prop(settings, "keys_on")
        layout.prop(settings, "key_every")
        layout.prop(settings, "tolerance")


CLASSES = (MMM_PT_apply_body, MMM_PT_apply_keys)


def register() -> None:
    register_classes(CLASSES)


def unregister() -> None:
    unregister_classes(CLASSES)
