"""The rows *Mood* and *Intensity*, which offer what the loaded model has."""

from __future__ import annotations

from typing import Any

import bpy

from ...client.session import session
from ...registration import register_classes, unregister_classes
from ...translation import iface_
from ..properties.generate import settings_of
from ..properties.moods import NONE, shows_mood
from ..properties.story import story_of


def draw_mood(layout: Any, has_mood: Any, menu: str) -> None:
    """Both rows, of what has the properties; nothing where the model has no moods."""
    if not shows_mood(has_mood):
        return
    split = layout.split(factor=0.4)
    label = split.row()
    label.alignment = "RIGHT"
    label.label(text="Mood")
    split.menu(menu, text=_name_of(has_mood), translate=False)
    if has_mood.mood != NONE:
        layout.prop(has_mood, "intensity")


def _name_of(has_mood: Any) -> str:
    return iface_(has_mood.bl_rna.properties["mood"].enum_items[has_mood.mood].name)


def _draw_choices(layout: Any, has_mood: Any) -> None:
    for mood in (NONE, *session.moods):
        layout.prop_enum(has_mood, "mood", mood)


class MMM_MT_mood(bpy.types.Menu):
    bl_idname = "MMM_MT_mood"
    bl_label = "Mood"

    def draw(self, context: bpy.types.Context) -> None:
        _draw_choices(self.layout, settings_of(context.scene))  # type: ignore[arg-type]


class MMM_MT_part_mood(bpy.types.Menu):
    bl_idname = "MMM_MT_part_mood"
    bl_label = "Mood"

    def draw(self, context: bpy.types.Context) -> None:
        story = story_of(context.scene)  # type: ignore[arg-type]
        if story.index < len(story.parts):
            _draw_choices(self.layout, story.parts[story.index])


CLASSES = (MMM_MT_mood, MMM_MT_part_mood)


def register() -> None:
    register_classes(CLASSES)


def unregister() -> None:
    unregister_classes(CLASSES)
