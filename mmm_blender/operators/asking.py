"""What all that asks the engine shares: whether it can be asked, watching it, and giving up."""

from __future__ import annotations

from typing import Any

import bpy

from ..client.session import State, find_character, session
from ..redraw import redraw_panels
from ..translation import rpt_
from ..ui import heartbeat
from ..ui.preferences import read_settings
from ..ui.properties.generate import MAX_PROMPT, STEPS, settings_of

Status = set[Any]  # what an operator returns


class MMM_OT_cancel(bpy.types.Operator):
    """Stop making the motion (Esc)"""

    bl_idname = "mmm.cancel"
    bl_label = "Cancel Generating"

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        if session.run is None:
            cls.poll_message_set(rpt_("Nothing is being made"))
            return False
        return True

    def execute(self, _context: bpy.types.Context) -> Status:
        session.cancel()
        redraw_panels()
        return {"FINISHED"}


class MMM_OT_watch(bpy.types.Operator):
    """Watch for Esc while a motion is made, and report the end in the status bar"""

    bl_idname = "mmm.watch"
    bl_label = "Watch Generating"
    bl_options = {"INTERNAL"}

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Status:
        manager: Any = context.window_manager
        self._timer = manager.event_timer_add(0.1, window=context.window)
        manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> Status:
        if session.run is not None:
            if event.type != "ESC" or event.value != "PRESS":
                return {"PASS_THROUGH"}
            session.cancel()
            redraw_panels()
            self._leave(context)
            return {"FINISHED"}
        self._leave(context)
        return {"FINISHED", "PASS_THROUGH"}

    def cancel(self, context: bpy.types.Context) -> None:
        self._leave(context)

    def _leave(self, context: bpy.types.Context) -> None:
        manager: Any = context.window_manager
        manager.event_timer_remove(self._timer)
        if session.state is State.FAILED:
            self.report({"ERROR"}, session.message)
        elif session.outcome:
            self.report({"INFO"}, session.outcome)


def start_watch(context: bpy.types.Context) -> None:
    """Let the timer beat and Esc cancel while the engine is at work."""
    heartbeat.wake()
    redraw_panels()
    if context.window is not None and not bpy.app.background:
        watch: Any = bpy.ops.mmm.watch  # type: ignore[attr-defined]
        watch("INVOKE_DEFAULT")


def can_ask(operator: Any, context: bpy.types.Context) -> bool:
    """Whether something can be asked of the engine for a character, else the operator gets the reason."""
    if context.scene is None:
        return False
    if find_character(context.view_layer) is None:
        operator.poll_message_set(rpt_("Select an armature, or add the MMM character"))
    elif session.run is not None:
        operator.poll_message_set(rpt_("A motion is being made: wait for it or cancel"))
    elif problem := read_settings(context).problem:
        operator.poll_message_set(problem)
    else:
        return True
    return False


def check_prompt(text: str) -> str:
    """``text`` on one line. Raises ValueError when it is too long."""
    prompt = " ".join(text.split())
    if len(prompt) > MAX_PROMPT:
        message = rpt_("The prompt has {count} characters, the limit is {limit}: shorten it")
        raise ValueError(message.format(count=len(prompt), limit=MAX_PROMPT))
    return prompt


def sampling_of(scene: bpy.types.Scene) -> dict[str, Any]:
    """How carefully the engine works, as the protocol has it: what the artist has changed.

    The rest is left to the engine, whose defaults for edits follow the prompt less than those for new motions.
    """
    settings = settings_of(scene)
    chosen = {
        "quality": ("steps", STEPS[settings.quality]),
        "guidance": ("guidance", round(settings.guidance, 4)),
        "temperature": ("temperature", round(settings.temperature, 4)),
    }
    return {param: value for name, (param, value) in chosen.items() if settings.is_property_set(name)}


def variation_params(scene: bpy.types.Scene) -> dict[str, Any]:
    """How many motions to make, and the seed of the first."""
    settings = settings_of(scene)
    return {"seed": settings.seed, "samples": settings.variations}


CLASSES = (MMM_OT_cancel, MMM_OT_watch)
