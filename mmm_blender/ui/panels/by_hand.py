"""The panel *By Hand*: what helps to go on keying."""

from __future__ import annotations

from typing import Any

import bpy

from ...registration import register_classes, unregister_classes
from .shared import AnimatedTab


class MMM_PT_by_hand(AnimatedTab, bpy.types.Panel):
    bl_idname = "MMM_PT_by_hand"
    bl_label = "By Hand"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, _context: bpy.types.Context) -> None:
        column: Any = self.layout.column()  # type: ignore[union-attr]
        column.operator("mmm.thin_keys", icon="IPO_BEZIER")
        column.operator("mmm.add_correction_layer", icon="NLA")
        column.operator("mmm.continue_strip", icon="FILE_REFRESH")


CLASSES = (MMM_PT_by_hand,)


def register() -> None:
    register_classes(CLASSES)


def unregister() -> None:
    unregister_classes(CLASSES)
