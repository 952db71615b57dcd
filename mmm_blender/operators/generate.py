"""Asking for motions: generate, cancel, again with another seed, and what the history offers."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import bpy
from bpy.props import IntProperty

from ..animation.directing.targets import find_seat_doubt, plan_direction
from ..client import history
from ..client.history import Entry
from ..client.session import find_character, session
from ..editing.plans import can_go_on, plan_going_on
from ..redraw import redraw_panels
from ..target import Target, selected_armatures
from ..translation import rpt_
from ..ui import heartbeat
from ..ui.preferences import read_settings
from ..ui.properties.edit import edit_settings_of, read_options
from ..ui.properties.generate import MAX_SEED, MAX_VARIATIONS, entry_of_action, read_entry, settings_of, write_entry
from ..ui.properties.targets import read_pins
from .asking import Status, start_watch


class MMM_OT_generate(bpy.types.Operator):
    """Make motions from the prompt; Blender stays free meanwhile"""

    bl_idname = "mmm.generate"
    bl_label = "Generate Motion"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return _can_generate(cls, context)

    def execute(self, context: bpy.types.Context) -> Status:
        return _generate(self, context, read_entry(settings_of(_scene(context))))


class MMM_OT_vary(bpy.types.Operator):
    """Make motions from the same prompt with a new seed"""

    bl_idname = "mmm.vary"
    bl_label = "Vary Motion"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return _can_generate(cls, context)

    def execute(self, context: bpy.types.Context) -> Status:
        settings = settings_of(_scene(context))
        entry = replace(read_entry(settings), seed=new_seed())
        settings.seed = entry.seed
        return _generate(self, context, entry)


class MMM_OT_restart_engine(bpy.types.Operator):
    """Stop the engine, whatever it does, and start a new one"""

    bl_idname = "mmm.restart_engine"
    bl_label = "Restart Engine"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        problem = read_settings(context).problem
        if problem:
            cls.poll_message_set(problem)
        return not problem

    def execute(self, context: bpy.types.Context) -> Status:
        session.restart(read_settings(context))
        heartbeat.wake()
        redraw_panels()
        return {"FINISHED"}


class MMM_OT_random_seed(bpy.types.Operator):
    """Roll another seed"""

    bl_idname = "mmm.random_seed"
    bl_label = "Random Seed"
    bl_options = {"REGISTER", "UNDO"}

    def execute(self, context: bpy.types.Context) -> Status:
        settings_of(_scene(context)).seed = new_seed()
        return {"FINISHED"}


class MMM_OT_reuse(bpy.types.Operator):
    """Put this prompt with its seed and settings back into the panel"""

    bl_idname = "mmm.reuse"
    bl_label = "Reuse Prompt"
    bl_options = {"REGISTER", "UNDO"}

    index: IntProperty(  # type: ignore[valid-type]
        name="Entry",
        description="Place in the history; -1 is the prompt of the character's current action",
        default=-1,
        min=-1,
        max=history.LENGTH,
        options={"SKIP_SAVE"},
    )

    def execute(self, context: bpy.types.Context) -> Status:
        entry = entry_of_action(context) if self.index < 0 else _from_history(self.index)
        if entry is None:
            self.report({"ERROR"}, rpt_("There is no prompt to reuse: generate a motion first"))
            return {"CANCELLED"}
        write_entry(settings_of(_scene(context)), entry)
        return {"FINISHED"}


def new_seed() -> int:
    return random.SystemRandom().randint(0, MAX_SEED)


def _from_history(index: int) -> Entry | None:
    return session.history[index] if index < len(session.history) else None


def _can_generate(operator: Any, context: bpy.types.Context) -> bool:
    if context.scene is None:
        return False
    try:
        read_entry(settings_of(context.scene))
    except ValueError as error:
        operator.poll_message_set(str(error))
        return False
    if session.run is not None:
        operator.poll_message_set(rpt_("A motion is being made: wait for it or cancel"))
        return False
    problem = read_settings(context).problem
    if problem:
        operator.poll_message_set(problem)
        return False
    return True


def _generate(operator: bpy.types.Operator, context: bpy.types.Context, entry: Entry) -> Status:
    armature, scene = find_character(context.view_layer), _scene(context)
    # with several characters selected there is a take for each
    several = min(len(selected_armatures(context)), MAX_VARIATIONS)
    entry = replace(entry, samples=max(entry.samples, several))
    try:
        if armature is not None and settings_of(scene).go_on and can_go_on(armature, scene):
            options, pins = read_options(edit_settings_of(scene)), read_pins(scene, armature)
            edit, params = plan_going_on(armature, scene, entry.seconds, options, pins)
            asked = {name: value for name, value in entry.params().items() if name != "seconds"}
            session.edit(edit, asked | params, read_settings(context), entry)
        else:
            direction = None
            if armature is not None:
                at_character = settings_of(scene).start_at == "CHARACTER"
                direction = plan_direction(armature, scene, read_pins(scene, armature), at_character, entry.seconds)
            if doubt := find_seat_doubt(direction):
                operator.report({"WARNING"}, doubt)
            target = Target.of(armature) if armature else None
            session.generate(entry, read_settings(context), target, direction)
    except ValueError as error:
        operator.report({"ERROR"}, str(error))
        return {"CANCELLED"}
    start_watch(context)
    return {"FINISHED"}


def _scene(context: bpy.types.Context) -> bpy.types.Scene:
    assert context.scene is not None
    return context.scene


CLASSES = (MMM_OT_generate, MMM_OT_vary, MMM_OT_restart_engine, MMM_OT_random_seed, MMM_OT_reuse)
