"""What all panels of the tab share: where they stand, and text on as many lines as it needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bpy

from ...animation.shown.fixes import FIXES
from ...animation.shown.obstacles import Obstacle
from ...translation import iface_

FONT = 0  # Blender's own
FONT_SIZE = 11  # points at interface scale 1
TEXT_MARGIN = 80  # pixels of the sidebar that text in a box does not get: edges and tabs
ICON = 24  # pixels that an icon takes of it


class Tab:
    bl_space_type: Any = "VIEW_3D"
    bl_region_type: Any = "UI"
    bl_category = "MMM"


def draw_text(layout: Any, context: bpy.types.Context, text: str, icon: str = "NONE") -> None:
    """``text`` on as many lines as the sidebar's width asks for."""
    import blf  # not usable where Blender has no window

    scale = context.preferences.system.ui_scale if context.preferences else 1.0
    room = (context.region.width if context.region else 250) - (TEXT_MARGIN + (ICON if icon != "NONE" else 0)) * scale
    blf.size(FONT, FONT_SIZE * scale)
    column = layout.column(align=True)
    column.scale_y = 0.8
    for number, line in enumerate(wrap(text, room, lambda part: float(blf.dimensions(FONT, part)[0]))):
        # the following lines start below the first one's text, not below its icon
        shown = "BLANK1" if number and icon != "NONE" else icon
        column.label(text=line, icon=shown, translate=False)


def draw_obstacle(layout: Any, context: bpy.types.Context, obstacle: Obstacle) -> None:
    """What is not as it seems, and below it the button that puts it right, where there is one."""
    box = layout.box()
    draw_text(box, context, obstacle.text, icon="ERROR")
    if obstacle.fix:
        button = box.operator("mmm.put_right", text=iface_(FIXES[obstacle.fix].label), icon="CHECKMARK")
        button.fix, button.bones = obstacle.fix, "\n".join(obstacle.bones)


def wrap(text: str, room: float, text_width: Callable[[str], float]) -> list[str]:
    """``text`` in lines no wider than ``room`` by ``text_width``; only a single word may be wider."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
