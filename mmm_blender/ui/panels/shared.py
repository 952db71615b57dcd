"""What all panels of the tab share: where they stand, and text on as many lines as it needs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import bpy

from ...animation.shown.fixes import FIXES
from ...animation.shown.obstacles import Obstacle
from ...client.session import find_character, session
from ...translation import iface_, in_english
from ..preferences import read_settings

FONT = 0  # Blender's own
FONT_SIZE = 11  # points at interface scale 1
TEXT_MARGIN = 80  # pixels of the sidebar that text in a box does not get: edges and tabs
ICON = 24  # pixels that an icon takes of it
# What a line does not break within: a word, or in Chinese and Japanese, which have no spaces, a character with the
# marks that do not stand apart from it. With each comes the space in front of it.
_WIDE, _OPENING = r"\u3005-\u30ff\u3400-\u9fff\uff10-\uff5a", "（「『“〈《"
_CLOSING = "、。，：；！？）」』”〉》ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ"
WORD = re.compile(rf"(\s*)([{_OPENING}]*(?:[{_WIDE}][{_CLOSING}]*|[^\s{_WIDE}]+))")


class Tab:
    """Where all panels stand."""

    bl_space_type: Any = "VIEW_3D"
    bl_region_type: Any = "UI"
    bl_category = "MMM"


class EngineTab(Tab):
    """A panel that asks the engine: shown once there is one."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return context.scene is not None and not read_settings(context).problem


class CharacterTab(Tab):
    """A panel about the character: shown where there is one."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return find_character(context.view_layer) is not None


class AnimatedTab(Tab):
    """A panel about the character's keys: shown where it has animation."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        armature = find_character(context.view_layer)
        return armature is not None and armature.animation_data is not None


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
    """``text`` in lines no wider than ``room`` by ``text_width``; only one ``WORD`` may be wider."""
    lines: list[str] = []
    for space, word in WORD.findall(text):
        longer = lines[-1] + (" " if space else "") + word if lines else word
        if lines and text_width(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def draw_language(layout: Any) -> None:
    """A line below a prompt for those whose Blender speaks something else: prompts are English."""
    if not in_english():
        layout.label(text=iface_("Prompts are in English"), icon="INFO", translate=False)


def draw_run(layout: Any) -> bool:
    """How far the engine is with what it makes, and the way to stop it; False where it makes nothing."""
    run = session.run
    if run is None:
        return False
    layout.progress(factor=run.factor, type="BAR", text=run.label)
    layout.operator("mmm.cancel", text="Cancel", icon="X")
    return True
