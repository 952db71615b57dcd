"""The panel *Two Characters* of the tab MMM: what they do with each other, and the motions that came back."""

from __future__ import annotations

from typing import Any

import bpy

from ...client import pairs
from ...client.session import session
from ...registration import register_classes, unregister_classes
from ..properties.generate import settings_of
from ..properties.pairs import pair_settings_of
from .shared import EngineTab, draw_text


class MMM_PT_pairs(EngineTab, bpy.types.Panel):
    bl_idname = "MMM_PT_pairs"
    bl_label = "Two Characters"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout: Any = self.layout
        scene = context.scene
        assert scene is not None
        column = layout.column()
        column.use_property_split = True
        column.use_property_decorate = False
        chosen = pair_settings_of(scene)
        column.prop(chosen, "interaction")
        column.prop(chosen, "own")
        column.prop(settings_of(scene), "seed")
        layout.operator("mmm.interact", icon="COMMUNITY")
        if pairs.made and session.hint:
            draw_text(layout, context, session.hint, icon="INFO")
        for index, pair in enumerate(pairs.made):
            row = layout.row(align=True)
            row.label(text=f"{pair.name} · {pair.seed}", translate=False)
            row.operator("mmm.apply_pair", icon="CHECKMARK").index = index


CLASSES = (MMM_PT_pairs,)


def register() -> None:
    register_classes(CLASSES)


def unregister() -> None:
    unregister_classes(CLASSES)
