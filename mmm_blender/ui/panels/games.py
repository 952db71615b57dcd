"""The panel *For Games* of the tab MMM: actions as files for a game engine."""

from __future__ import annotations

from typing import Any

import bpy

from ...animation.shown.obstacles import find_obstacle
from ...client.session import find_character
from ...registration import register_classes, unregister_classes
from ..properties.games import games_of
from .shared import CharacterTab, draw_obstacle


class MMM_PT_games(CharacterTab, bpy.types.Panel):
    bl_idname = "MMM_PT_games"
    bl_label = "For Games"
    bl_options = {"DEFAULT_CLOSED"}
    bl_order = 60

    def draw(self, context: bpy.types.Context) -> None:
        layout: Any = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        wanted: Any = games_of(context.scene)  # type: ignore[arg-type]
        layout.prop(wanted, "engine")
        layout.prop(wanted, "actions")
        column = layout.column()
        for name in ("travel", *(["turns"] if wanted.travel == "ROOT" else []), "format", "files"):
            column.prop(wanted, name)
        if wanted.format == "FBX":
            column.prop(wanted, "axes")
        column.prop(wanted, "deform_only")
        column.prop(wanted, "with_mesh")
        column.prop(wanted, "own_rate")
        if wanted.own_rate:
            column.prop(wanted, "fps")
        layout.prop(wanted, "folder")
        armature = find_character(context.view_layer)
        if armature is not None and (obstacle := find_obstacle(armature, context.scene, "EXPORT")):  # type: ignore[arg-type]
            draw_obstacle(layout, context, obstacle)
        row = layout.row()
        row.scale_y = 1.5
        row.operator("mmm.export_for_game", text="Export", icon="EXPORT")


CLASSES = (MMM_PT_games,)


def register() -> None:
    """Show the panel."""
    register_classes(CLASSES)


def unregister() -> None:
    """Take it away."""
    unregister_classes(CLASSES)
