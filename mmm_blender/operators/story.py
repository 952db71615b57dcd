"""The list of prompts: edit it, tell it as one motion, tell one part anew, and to and from the timeline's markers."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.props import EnumProperty, IntProperty

from ..animation.directing.stands import plan_story
from ..client.session import find_character, session
from ..editing.retelling import plan_retelling
from ..editing.story_strips import read_story
from ..target import Target
from ..translation import rpt_
from ..ui.preferences import read_settings
from ..ui.properties.edit import edit_settings_of, read_options
from ..ui.properties.generate import settings_of
from ..ui.properties.moods import NONE
from ..ui.properties.story import (
    add_lines,
    add_part,
    markers_from_parts,
    parts_from_markers,
    read_parts,
    read_stops,
    story_of,
)
from ..ui.properties.targets import read_pins
from .asking import Status, can_ask, check_prompt, sampling_of, start_watch, variation_params


class MMM_OT_tell_story(bpy.types.Operator):
    """Make one continuous motion of all prompts of the story; Blender stays free meanwhile"""

    bl_idname = "mmm.tell_story"
    bl_label = "Generate Story"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not can_ask(cls, context):
            return False
        try:
            read_parts(story_of(context.scene))  # type: ignore[arg-type]
        except ValueError as error:
            cls.poll_message_set(str(error))
            return False
        return True

    def execute(self, context: bpy.types.Context) -> Status:
        scene, armature = context.scene, find_character(context.view_layer)
        assert scene is not None and armature is not None  # poll has seen to that
        try:
            parts = read_parts(story_of(scene))
            at_character = settings_of(scene).start_at == "CHARACTER"
            stops, pins = read_stops(story_of(scene)), read_pins(scene, armature)
            parts, direction = plan_story(armature, scene, parts, stops, pins, at_character)
            params = {"parts": parts, **variation_params(scene), **sampling_of(scene)}
            session.ask("story", params, read_settings(context), Target.of(armature), direction=direction)
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        start_watch(context)
        return {"FINISHED"}


class MMM_OT_retell_part(bpy.types.Operator):
    """Make one part of the applied story anew by its prompt in the list, with its transitions; the rest stays"""

    bl_idname = "mmm.retell_part"
    bl_label = "Regenerate Part"

    index: IntProperty(  # type: ignore[valid-type]
        name="Part",
        description="Which part, counted from 0; -1 is the one chosen in the list",
        default=-1,
        min=-1,
        options={"SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return can_ask(cls, context)

    def execute(self, context: bpy.types.Context) -> Status:
        scene, armature = context.scene, find_character(context.view_layer)
        assert scene is not None and armature is not None  # poll has seen to that
        story = story_of(scene)
        index = story.index if self.index < 0 else self.index
        try:
            parts = read_parts(story)
            if index >= len(parts):
                raise ValueError(rpt_("Choose a part of the story in the list first"))
            prompt = check_prompt(parts[index]["prompt"])
            options = read_options(edit_settings_of(scene))
            edit, params = plan_retelling(armature, scene, index, len(parts), options, read_pins(scene, armature))
            mood = {name: parts[index][name] for name in ("mood", "intensity") if name in parts[index]}
            params |= {"prompt": prompt, **mood, **variation_params(scene), **sampling_of(scene)}
            session.edit(edit, params, read_settings(context))
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        start_watch(context)
        return {"FINISHED"}


class _ListOperator(bpy.types.Operator):
    bl_options = {"REGISTER", "UNDO", "INTERNAL"}


class _ChosenOperator(_ListOperator):
    """What changes the prompt that is chosen in the list."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if context.scene is None or story_of(context.scene).index >= len(story_of(context.scene).parts):
            cls.poll_message_set(rpt_("The story is empty: add a prompt"))
            return False
        return True


class MMM_OT_story_add(_ListOperator):
    """Add a prompt behind the chosen one"""

    bl_idname = "mmm.story_add"
    bl_label = "Add Prompt"

    def execute(self, context: bpy.types.Context) -> Status:
        story = story_of(context.scene)  # type: ignore[arg-type]
        add_part(story, "", None, story.index + 1 if len(story.parts) else None)
        return {"FINISHED"}


class MMM_OT_story_duplicate(_ChosenOperator):
    """Add a copy of the chosen prompt behind it"""

    bl_idname = "mmm.story_duplicate"
    bl_label = "Duplicate Prompt"

    def execute(self, context: bpy.types.Context) -> Status:
        story = story_of(context.scene)  # type: ignore[arg-type]
        part = story.parts[story.index]
        prompt, seconds = part.prompt, part.seconds if part.duration == "SECONDS" else None
        mood = None if part.mood == NONE else part.mood
        add_part(story, prompt, seconds, story.index + 1, mood, part.intensity)
        return {"FINISHED"}


class MMM_OT_story_remove(_ChosenOperator):
    """Remove the chosen prompt from the list; keyframes already applied stay"""

    bl_idname = "mmm.story_remove"
    bl_label = "Remove Prompt"

    def execute(self, context: bpy.types.Context) -> Status:
        story = story_of(context.scene)  # type: ignore[arg-type]
        story.parts.remove(story.index)
        story.index = max(min(story.index, len(story.parts) - 1), 0)
        return {"FINISHED"}


class MMM_OT_story_move(_ChosenOperator):
    """Move the chosen prompt up or down"""

    bl_idname = "mmm.story_move"
    bl_label = "Move Prompt"

    direction: EnumProperty(  # type: ignore[valid-type]
        name="Direction",
        description="Whether the prompt is told earlier or later",
        items=(("UP", "Up", "Earlier"), ("DOWN", "Down", "Later")),
        options={"SKIP_SAVE"},
    )

    def execute(self, context: bpy.types.Context) -> Status:
        story = story_of(context.scene)  # type: ignore[arg-type]
        place = story.index + (-1 if self.direction == "UP" else 1)
        if not 0 <= place < len(story.parts):
            return {"CANCELLED"}
        story.parts.move(story.index, place)
        story.index = place
        return {"FINISHED"}


class MMM_OT_story_paste(_ListOperator):
    """Add the lines of the clipboard behind the chosen prompt: one prompt a line, or a table with lengths"""

    bl_idname = "mmm.story_paste"
    bl_label = "Paste Prompts"

    def execute(self, context: bpy.types.Context) -> Status:
        manager: Any = context.window_manager
        story = story_of(context.scene)  # type: ignore[arg-type]
        try:
            count = add_lines(story, manager.clipboard)
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        self.report({"INFO"}, rpt_("{count} lines").format(count=count))
        return {"FINISHED"}


class MMM_OT_story_from_markers(_ListOperator):
    """Make the list of the timeline's markers: each name is a prompt and lasts until the next marker"""

    bl_idname = "mmm.story_from_markers"
    bl_label = "Prompts from Markers"

    def execute(self, context: bpy.types.Context) -> Status:
        assert context.scene is not None
        try:
            parts_from_markers(context.scene)
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        return {"FINISHED"}


class MMM_OT_story_to_markers(_ListOperator):
    """Add a marker where each prompt begins, in the applied story or from the current frame on"""

    bl_idname = "mmm.story_to_markers"
    bl_label = "Markers from Prompts"

    def execute(self, context: bpy.types.Context) -> Status:
        assert context.scene is not None
        armature = find_character(context.view_layer)
        animation = armature.animation_data if armature is not None else None
        try:
            count = markers_from_parts(context.scene, read_story(animation.action if animation else None))
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        self.report({"INFO"}, rpt_("{count} markers").format(count=count))
        return {"FINISHED"}


CLASSES = (
    MMM_OT_tell_story,
    MMM_OT_retell_part,
    MMM_OT_story_add,
    MMM_OT_story_duplicate,
    MMM_OT_story_remove,
    MMM_OT_story_move,
    MMM_OT_story_paste,
    MMM_OT_story_from_markers,
    MMM_OT_story_to_markers,
)
