"""The sidebar tab *MMM* of the 3D viewport. Draws what the session and the settings say; decides nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy

from ...animation.played import replaced_action
from ...animation.shown.obstacles import find_obstacle
from ...client.models import find_model
from ...client.session import State, Variation, find_character, session
from ...editing.by_hand.rate import other_rate
from ...editing.plans import can_go_on, keys_behind
from ...extension_paths import PACKAGE
from ...registration import register_classes, unregister_classes
from ...target import active_armature, selected_armatures, why_not_keyable
from ...translation import iface_, rpt_
from .. import ghost_overlay, last_miss, takes
from ..bone_mapping import look_up
from ..preferences import read_settings
from ..properties.generate import entry_of_action, settings_of
from .moods import draw_mood
from .shared import EngineTab, Tab, draw_language, draw_obstacle, draw_run, draw_text

HISTORY_SHOWN = 12  # prompts


class MMM_PT_character(Tab, bpy.types.Panel):
    bl_idname = "MMM_PT_character"
    bl_label = "Character"

    def draw(self, context: bpy.types.Context) -> None:
        layout: Any = self.layout
        armature = find_character(context.view_layer)
        if armature is None:
            lost = session.target
            text = (
                rpt_("'{name}' is gone: select an armature").format(name=lost.name)
                if lost is not None
                else rpt_("Select an armature, or start with ours:")
            )
            draw_text(layout, context, text)
            layout.operator("mmm.add_character", icon="ADD")
            return
        row = layout.row(align=True)
        draw_text(row, context, _describe_target(context, armature), icon="ARMATURE_DATA")
        row.operator("mmm.add_character", text="", icon="ADD")
        problem = why_not_keyable(armature) or look_up(armature).problem
        if problem:
            draw_text(layout.box(), context, problem, icon="ERROR")
        elif obstacle := find_obstacle(armature, context.scene, settings_of(context.scene).target):  # type: ignore[arg-type]
            draw_obstacle(layout, context, obstacle)
        if (rate := other_rate(armature, context.scene)) is not None:  # type: ignore[arg-type]
            text = iface_("Keyed at {fps:g} fps: Retime").format(fps=rate)
            layout.operator("mmm.retime_action", text=text, icon="TIME", translate=False)
        entry = entry_of_action(context)
        if entry is not None:
            row = layout.row(align=True)
            row.label(text=entry.prompt, icon="ACTION", translate=False)
            row.operator("mmm.reuse", text="", icon="LOOP_BACK").index = -1


def _describe_target(context: bpy.types.Context, armature: bpy.types.Object) -> str:
    """Which character motions are for, and why that one."""
    others = len([each for each in selected_armatures(context) if each != armature])
    if active_armature(context.view_layer) != armature:
        return iface_("{name}, last used").format(name=armature.name)
    if others:
        return iface_("{name}, active; {count} more selected").format(name=armature.name, count=others)
    return armature.name


class MMM_PT_generate(Tab, bpy.types.Panel):
    bl_idname = "MMM_PT_generate"
    bl_label = "Generate"

    def draw(self, context: bpy.types.Context) -> None:
        layout: Any = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        settings = settings_of(context.scene)  # type: ignore[arg-type]
        if not _draw_engine(layout, context):
            return
        _draw_licence(layout, context)
        prompt = layout.column()
        prompt.use_property_split = False
        prompt.scale_y = 1.2
        prompt.prop(settings, "prompt", text="", icon="TEXT", placeholder="a person walks forward", translate=False)
        draw_language(layout)
        draw_mood(layout, settings, "MMM_MT_mood")
        self._draw_start(layout, context)
        column = layout.column()
        row = column.row(heading="Duration")
        row.prop(settings, "duration", expand=True, text="Duration")
        if settings.duration == "SECONDS":
            column.prop(settings, "seconds")
        row = column.row(align=True)
        row.prop(settings, "seed")
        row.operator("mmm.random_seed", text="", icon="FILE_REFRESH")
        column.prop(settings, "variations")
        column.prop(settings, "quality")
        if not draw_run(layout):
            _draw_buttons(layout)
        if session.hint:
            draw_text(layout.box(), context, session.hint, icon="INFO")

    def _draw_start(self, layout: Any, context: bpy.types.Context) -> None:
        """Where a motion would go on from, and what it would take the place of."""
        armature, scene = find_character(context.view_layer), context.scene
        if armature is None or scene is None or not can_go_on(armature, scene):
            return
        settings, frame = settings_of(scene), scene.frame_current
        column = layout.column()
        column.use_property_split = False
        text = iface_("Go On from Frame {frame}").format(frame=frame)
        column.prop(settings, "go_on", text=text, translate=False)
        if settings.go_on and keys_behind(armature, frame):
            action = armature.animation_data.action.name  # type: ignore[union-attr]
            draw_text(column, context, iface_("Replaces “{action}” behind it").format(action=action), icon="BLANK1")


def _draw_buttons(layout: Any) -> None:
    row = layout.row(align=True)
    row.scale_y = 1.5
    row.operator("mmm.generate", text="Generate", icon="PLAY")
    row.operator("mmm.vary", text="", icon="FILE_REFRESH")


def _draw_licence(layout: Any, context: bpy.types.Context) -> None:
    """What the artist has to know before using a motion: a model whose licence rules out paid work says so."""
    model = find_model(Path(read_settings(context).weights))
    if model is not None and model.non_commercial:
        box = layout.box()
        box.label(text=iface_("{name}: not for commercial use").format(name=model.name), icon="ERROR", translate=False)
        draw_text(box, context, model.licence)


class MMM_PT_advanced(EngineTab, bpy.types.Panel):
    bl_idname = "MMM_PT_advanced"
    bl_label = "Advanced"
    bl_parent_id = "MMM_PT_generate"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout: Any = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        settings = settings_of(context.scene)  # type: ignore[arg-type]
        layout.prop(settings, "guidance")
        layout.prop(settings, "temperature")
        if session.model:
            layout.label(text=f"{session.model.get('name', '')} · {session.model.get('licence', '')}", translate=False)


class MMM_PT_results(Tab, bpy.types.Panel):
    bl_idname = "MMM_PT_results"
    bl_label = "Results"

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        return bool(session.results)

    def draw(self, context: bpy.types.Context) -> None:
        layout: Any = self.layout
        settings = settings_of(context.scene)  # type: ignore[arg-type]
        for prompt, variations in session.batches():
            column = layout.column(align=True)
            column.label(text=prompt or iface_("Without a prompt"), translate=False)
            for variation in variations:
                _draw_variation(column, variation)
        if ghost_overlay.message:
            draw_text(layout.box(), context, ghost_overlay.message, icon="ERROR")
        if last_miss.obstacle is not None:
            draw_obstacle(layout, context, last_miss.obstacle)
            layout.operator("mmm.apply", text="Apply Anyway").despite = True
        column = layout.column()
        column.use_property_split = True
        column.use_property_decorate = False
        if not _edit_is_chosen():  # an edit goes back to where it was taken from
            column.prop(settings, "target")
            if settings.target != "NEW_ACTION":
                row = column.row(align=True)
                row.prop(settings, "blend_in")
                row.prop(settings, "blend_out")
            column.prop(settings, "in_place")
        if session.chosen is not None and session.chosen.edit is None:
            begins = layout.column(align=True)
            text = iface_("Begins at frame {frame}").format(frame=ghost_overlay.start_frame)
            begins.label(text=text, icon="PINNED", translate=False)
            begins.operator("mmm.start_here", text="Start at Playhead")
        row = layout.row(align=True)
        row.scale_y = 1.5
        frame = ghost_overlay.start_frame if ghost_overlay.ghost else context.scene.frame_current  # type: ignore[union-attr]
        text = iface_("Apply at Frame {frame}").format(frame=frame)
        replaced = replaced_action(find_character(context.view_layer)) if settings.target == "NEW_ACTION" else None
        if replaced is not None:
            text = iface_("Replace “{action}” from Frame {frame}").format(action=replaced, frame=frame)
        if session.chosen and session.chosen.edit:
            span = session.chosen.edit.span
            text = iface_("Apply to Frames {first} to {last}").format(first=span.first, last=span.last)
        if session.chosen is None:
            row.label(text="Click a motion to apply it", icon="INFO")
        else:
            row.operator("mmm.apply", text=text, icon="CHECKMARK", translate=False)
        row.operator("mmm.discard_all", text="", icon="TRASH")
        several = selected_armatures(context)
        if len(several) > 1 and not _edit_is_chosen():
            row = layout.row(align=True)
            text = iface_("Same for All {count}").format(count=len(several))
            row.operator("mmm.apply_to_selected", text=text, translate=False).takes = "SAME"
            row.operator("mmm.apply_to_selected", text="One Take Each").takes = "EACH"


class MMM_PT_apply_options(Tab, bpy.types.Panel):
    bl_idname = "MMM_PT_apply_options"
    bl_label = "Apply Options"
    bl_parent_id = "MMM_PT_results"
    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        return not _edit_is_chosen()

    def draw(self, context: bpy.types.Context) -> None:
        layout: Any = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        settings = settings_of(context.scene)  # type: ignore[arg-type]
        layout.prop(settings, "start_at")
        if not settings.in_place:
            layout.prop(settings, "root")
        layout.prop(settings, "scale_by")
        layout.prop(settings, "fit_range")
        if settings.target != "ACTIVE_ACTION":
            layout.prop(settings, "mark_asset")


class MMM_PT_ghost(Tab, bpy.types.Panel):
    bl_idname = "MMM_PT_ghost"
    bl_label = "Ghost"
    bl_parent_id = "MMM_PT_results"
    bl_options = {"DEFAULT_CLOSED"}

    def draw_header(self, context: bpy.types.Context) -> None:
        layout: Any = self.layout
        layout.prop(settings_of(context.scene), "show_ghost", text="")  # type: ignore[arg-type]

    def draw(self, context: bpy.types.Context) -> None:
        layout: Any = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        settings = settings_of(context.scene)  # type: ignore[arg-type]
        layout.active = settings.show_ghost
        column = layout.column(heading="Show")
        column.prop(settings, "play_ghost")
        column.prop(settings, "ghost_in_front")
        column.prop(settings, "ghosts_apart")
        column.prop(settings, "ghost_paths")
        layout.prop(settings, "ghost_opacity")


class MMM_PT_history(Tab, bpy.types.Panel):
    bl_idname = "MMM_PT_history"
    bl_label = "History"
    bl_options = {"DEFAULT_CLOSED"}
    bl_order = 90  # below all that makes motions

    def draw(self, _context: bpy.types.Context) -> None:
        layout: Any = self.layout
        if not session.history:
            layout.label(text="Prompts appear here once used")
        column = layout.column(align=True)
        for index, entry in enumerate(session.history[:HISTORY_SHOWN]):
            row = column.row(align=True)
            row.label(text=entry.prompt, translate=False)
            row.label(text=str(entry.seed), translate=False)
            row.operator("mmm.reuse", text="", icon="LOOP_BACK").index = index


def _edit_is_chosen() -> bool:
    """Whether the chosen motion is for frames of an action."""
    return session.chosen is not None and session.chosen.edit is not None


def _draw_engine(layout: Any, context: bpy.types.Context) -> bool:
    """What is wrong with the engine, if anything; whether prompts make sense."""
    problem = read_settings(context).problem
    if problem:
        box = layout.box()
        draw_text(box, context, problem, icon="INFO")
        box.operator("preferences.addon_show", text="Open Preferences", icon="PREFERENCES").module = PACKAGE
        return False
    if session.state is State.FAILED:
        box = layout.box()
        draw_text(box, context, session.message, icon="ERROR")
        if session.offers_restart:
            box.operator("mmm.restart_engine", text="Restart Engine", icon="FILE_REFRESH")
    elif session.state is State.STARTING and session.run is None:
        layout.label(text="Starting the engine", icon="TIME")
    return True


def _draw_variation(layout: Any, variation: Variation) -> None:
    shown = variation in session.shown
    row = layout.row(align=True)
    row.template_icon(icon_value=takes.picture(variation), scale=2.0)
    column = row.column(align=True)
    top = column.row(align=True)
    icon = "ERROR" if variation.faults else "CHECKMARK" if variation.used else "HIDE_OFF" if shown else "HIDE_ON"
    text = takes.title(variation)
    show = top.operator("mmm.select_result", text=text, icon=icon, depress=shown, translate=False)
    show.result = variation.id
    star = "SOLO_ON" if variation.starred else "SOLO_OFF"
    top.operator("mmm.star", text="", icon=star, emboss=False).result = variation.id
    top.operator("mmm.rename_result", text="", icon="GREASEPENCIL", emboss=False).result = variation.id
    top.operator("mmm.discard", text="", icon="X").result = variation.id
    column.label(text=takes.describe(variation), translate=False)


CLASSES = (
    MMM_PT_character,
    MMM_PT_generate,
    MMM_PT_advanced,
    MMM_PT_results,
    MMM_PT_apply_options,
    MMM_PT_ghost,
    MMM_PT_history,
)


def register() -> None:
    register_classes(CLASSES)


def unregister() -> None:
    unregister_classes(CLASSES)
