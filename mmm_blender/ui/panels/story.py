"""The panels *Story* and *Path* of the tab MMM: many prompts as one motion, and a motion along a curve."""

from __future__ import annotations

from typing import Any

import bpy

from ...client.session import find_character
from ...editing.story_strips import Strip, read_story
from ...registration import register_classes, unregister_classes
from ...translation import iface_
from ..properties.edit import edit_settings_of
from ..properties.generate import settings_of
from ..properties.story import story_of
from .moods import draw_mood
from .shared import EngineTab, draw_language, draw_run, draw_text


class MMM_UL_story(bpy.types.UIList):
    bl_idname = "MMM_UL_story"

    def draw_item(
        self,
        context: bpy.types.Context,
        layout: Any,
        data: Any,
        item: Any,
        icon: int | None,
        active_data: Any,
        active_property: str | None,
        index: int | None = 0,
        flt_flag: int | None = 0,
    ) -> None:
        index = index or 0
        row = layout.row(align=True)
        row.prop(item, "prompt", text="", emboss=False, placeholder=iface_("what happens"))
        times = row.row(align=True)
        times.ui_units_x = 2.8
        if item.duration == "SECONDS":
            times.prop(item, "seconds", text="", emboss=False)
        else:
            times.label(text="Auto")
        strips = played_story(context)
        if len(strips) == len(story_of(context.scene).parts):  # type: ignore[arg-type]
            changed = strips[index].prompt != " ".join(item.prompt.split())
            shown = "FILE_REFRESH" if changed else "CHECKMARK"
            row.operator("mmm.retell_part", text="", icon=shown, emboss=changed).index = index


class MMM_PT_story(EngineTab, bpy.types.Panel):
    bl_idname = "MMM_PT_story"
    bl_label = "Story"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout: Any = self.layout
        story = story_of(context.scene)  # type: ignore[arg-type]
        row = layout.row()
        row.template_list("MMM_UL_story", "", story, "parts", story, "index", rows=4)
        column = row.column(align=True)
        column.operator("mmm.story_add", text="", icon="ADD")
        column.operator("mmm.story_remove", text="", icon="REMOVE")
        column.operator("mmm.story_duplicate", text="", icon="DUPLICATE")
        column.separator()
        column.operator("mmm.story_move", text="", icon="TRIA_UP").direction = "UP"
        column.operator("mmm.story_move", text="", icon="TRIA_DOWN").direction = "DOWN"
        if story.index < len(story.parts):
            part = story.parts[story.index]
            layout.prop(part, "prompt", text="", icon="TEXT", placeholder=iface_("what happens"))
            draw_language(layout)
            column = layout.column()
            column.use_property_split = True
            column.use_property_decorate = False
            row = column.row()
            row.prop(part, "duration", expand=True)
            if part.duration == "SECONDS":
                column.prop(part, "seconds")
            draw_mood(column, part, "MMM_MT_part_mood")
            column.prop(part, "stop")
            column.prop(part, "shot")
        row = layout.row(align=True)
        row.operator("mmm.story_paste", text="Paste", icon="PASTEDOWN")
        row.operator("mmm.story_from_markers", text="From Markers", icon="MARKER_HLT")
        row.operator("mmm.story_to_markers", text="To Markers", icon="MARKER")
        _draw_seed(layout, context)
        strips = played_story(context)
        if strips and len(strips) != len(story.parts) and len(story.parts):
            text = iface_("The applied story has {count} parts: generate this one anew").format(count=len(strips))
            draw_text(layout, context, text, icon="INFO")
        _draw_ask(layout, "mmm.tell_story", iface_("Generate Story"))
        if strips:
            layout.prop(story, "partner")
            row = layout.row(align=True)
            row.operator("mmm.film_story", text="Add Cameras", icon="CAMERA_DATA")
            row.operator("mmm.storyboard", text="Storyboard", icon="IMAGE_DATA")


class MMM_PT_path(EngineTab, bpy.types.Panel):
    bl_idname = "MMM_PT_path"
    bl_label = "Path"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout: Any = self.layout
        path = edit_settings_of(context.scene)  # type: ignore[arg-type]
        layout.prop(path, "path_prompt", text="", icon="TEXT")
        draw_language(layout)
        column = layout.column()
        column.use_property_split = True
        column.use_property_decorate = False
        column.prop(path, "path")
        row = column.row()
        row.prop(path, "path_pace", expand=True)
        if path.path_speed > 0.0:
            column.prop(path, "path_speed")
        column.prop(path, "path_stop")
        if path.path_stop:
            column.prop(path, "path_facing")
        _draw_seed(layout, context)
        _draw_ask(layout, "mmm.follow_path", iface_("Follow Curve"))


def played_story(context: bpy.types.Context) -> tuple[Strip, ...]:
    """The strips of the action that the character plays."""
    armature = find_character(context.view_layer)
    animation = armature.animation_data if armature is not None else None
    return read_story(animation.action if animation is not None else None)


def _draw_seed(layout: Any, context: bpy.types.Context) -> None:
    row = layout.row(align=True)
    row.prop(settings_of(context.scene), "seed")  # type: ignore[arg-type]
    row.operator("mmm.random_seed", text="", icon="FILE_REFRESH")
    layout.prop(settings_of(context.scene), "variations")  # type: ignore[arg-type]


def _draw_ask(layout: Any, operator: str, text: str) -> None:
    """The button, or how far the engine is."""
    if draw_run(layout):
        return
    row = layout.row()
    row.scale_y = 1.5
    row.operator(operator, text=text, icon="PLAY", translate=False)


CLASSES = (MMM_UL_story, MMM_PT_story, MMM_PT_path)


def register() -> None:
    register_classes(CLASSES)


def unregister() -> None:
    unregister_classes(CLASSES)
