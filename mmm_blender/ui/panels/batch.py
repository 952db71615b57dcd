"""The panel *Batch* of the tab MMM: many prompts to many actions for the Asset Browser."""

from __future__ import annotations

from typing import Any

import bpy

from ...client import batch
from ...registration import register_classes, unregister_classes
from ...translation import iface_
from ..properties.batch import batch_of
from .shared import EngineTab, draw_language, draw_text


class MMM_PT_batch(EngineTab, bpy.types.Panel):
    bl_idname = "MMM_PT_batch"
    bl_label = "Batch"
    bl_options = {"DEFAULT_CLOSED"}
    bl_order = 50

    def draw(self, context: bpy.types.Context) -> None:
        layout: Any = self.layout
        wanted, made = batch_of(context.scene), batch.batch  # type: ignore[arg-type]
        row = layout.row(align=True)
        row.operator("mmm.batch_paste", text="Paste Lines", icon="PASTEDOWN")
        row.operator("mmm.batch_open", text="", icon="FILE_FOLDER")
        layout.prop(wanted, "text")
        draw_language(layout)
        layout.prop(wanted, "catalogue")
        if wanted.catalogue and not bpy.data.filepath:
            draw_text(layout, context, iface_("Save the file first to have a catalog"), icon="INFO")
        if made is not None and made.running:
            layout.progress(factor=made.factor, type="BAR", text=made.label)
            layout.operator("mmm.batch_cancel", text="Cancel", icon="X")
            return
        row = layout.row()
        row.scale_y = 1.5
        row.operator("mmm.batch", text="Make Batch", icon="PLAY")
        if made is not None:
            draw_text(layout.box(), context, made.outcome, icon="INFO")


CLASSES = (MMM_PT_batch,)


def register() -> None:
    """Show the panel."""
    register_classes(CLASSES)


def unregister() -> None:
    """Take it away."""
    unregister_classes(CLASSES)
