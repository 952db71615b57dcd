"""What becomes of the motions that came back: look at them, keep one as keyframes, let go of the others."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.props import BoolProperty, EnumProperty, IntProperty

from ..animation.here import apply_here, last_frame
from ..animation.shown.obstacles import MissError, Obstacle, covering_action
from ..client.session import Variation, find_character, session
from ..editing.apply import apply_edit
from ..editing.retelling import note_story
from ..redraw import redraw_panels
from ..target import selected_armatures, why_not_keyable
from ..translation import n_, rpt_
from ..ui import applied, ghost_overlay, heartbeat, last_miss
from ..ui.properties.apply import ApplyProperties
from ..ui.properties.generate import settings_of
from .asking import Status

NOTHING_CHOSEN = n_("Choose a motion from the results first")


class MMM_OT_discard(bpy.types.Operator):
    """Throw this motion away"""

    bl_idname = "mmm.discard"
    bl_label = "Discard Motion"

    result: IntProperty(  # type: ignore[valid-type]
        name="Motion", description="Which motion; 0 is the one shown", min=0, options={"SKIP_SAVE"}
    )

    def execute(self, _context: bpy.types.Context) -> Status:
        session.discard(self.result or session.chosen_id or 0)
        _show()
        return {"FINISHED"}


class MMM_OT_discard_all(bpy.types.Operator):
    """Throw all motions of the list away but those with a star; keyframes already applied stay"""

    bl_idname = "mmm.discard_all"
    bl_label = "Discard All Motions"

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        if not session.results:
            cls.poll_message_set(rpt_("There is nothing to discard"))
            return False
        return True

    def execute(self, _context: bpy.types.Context) -> Status:
        session.discard_all()
        _show()
        return {"FINISHED"}


class MMM_OT_apply(ApplyProperties, bpy.types.Operator):
    """Write the chosen motion as keyframes on the character"""

    bl_idname = "mmm.apply"
    bl_label = "Apply Motion"
    bl_options = {"REGISTER", "UNDO"}

    result: IntProperty(options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]
    despite: BoolProperty(  # type: ignore[valid-type]
        name="Anyway",
        description="Keep the keys also where constraints, drivers or locks keep them from being seen",
        options={"SKIP_SAVE"},
    )
    start_frame: IntProperty(  # type: ignore[valid-type]
        name="Start Frame", description="Frame of the first keyframe", subtype="TIME", options={"SKIP_SAVE"}
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        armature = find_character(context.view_layer)
        if not session.results:
            cls.poll_message_set(rpt_("There is no motion yet: generate one"))
        elif armature is None:
            cls.poll_message_set(rpt_("Select an armature, or add the MMM character"))
        elif reason := why_not_keyable(armature):
            cls.poll_message_set(reason)
        else:
            return True
        return False

    def execute(self, context: bpy.types.Context) -> Status:
        self._take_settings(context)
        armature, variation = find_character(context.view_layer), session.find(self.result)
        if armature is None or variation is None or context.scene is None:
            self.report({"ERROR"}, rpt_(NOTHING_CHOSEN))
            return {"CANCELLED"}
        told: list[Obstacle] = []
        last_miss.forget()
        try:
            if variation.edit is not None:
                return self._apply_edit(context.scene, variation)
            tell = told.append if self.despite else None
            action = apply_here(armature, variation.motion, context.scene, self, tell)
            if variation.name and self.target != "ACTIVE_ACTION":
                action.name = variation.name
            note_story(action, variation.motion, context.scene, self.start_frame)
        except ValueError as error:
            if isinstance(error, MissError):
                last_miss.remember(error.obstacle)
                redraw_panels()
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        applied.note(context.scene, variation)
        session.choose(None)
        _show()
        last = last_frame(variation.motion, context.scene, self.start_frame)
        message = rpt_("“{action}” on {armature}: frames {first} to {last}")
        message = message.format(action=action.name, armature=armature.name, first=self.start_frame, last=last)
        if self.target == "NLA_STRIP" and (above := covering_action(armature)):
            told.append(Obstacle(rpt_("the action “{above}” lies over it: push it down to see it").format(above=above)))
        self.report({"WARNING" if told else "INFO"}, "; ".join((message, *(each.text for each in told))))
        return {"FINISHED"}

    def _apply_edit(self, scene: bpy.types.Scene, variation: Variation) -> Status:
        """Write the span of an edit into the action it was made for. Raises ValueError, saying what to do."""
        edit = variation.edit
        assert edit is not None
        armature = edit.target.resolve()
        if armature is None:
            raise ValueError(rpt_("'{name}' is gone: undo, or discard this motion").format(name=edit.target.name))
        before = apply_edit(armature, variation.motion, scene, edit, self.lock_feet)
        applied.note(scene, variation)
        session.choose(None)
        _show()
        message = rpt_("Frames {first} to {last} of “{action}” changed").format(
            first=edit.span.first, last=edit.span.last, action=edit.action
        )
        if before is not None:
            message += rpt_("; as it was: “{before}”").format(before=before.name)
        self.report({"INFO"}, message)
        return {"FINISHED"}

    def _take_settings(self, context: bpy.types.Context) -> None:
        """What was not said is as the panel has it. Blender asks again with everything set on redo."""
        settings, said = settings_of(context.scene), self.properties.is_property_set  # type: ignore[arg-type]
        if not said("result"):
            self.result = session.chosen_id or 0
        if not said("start_frame"):
            variation = session.find(self.result)
            fixed = variation.start if variation is not None else None
            now = ghost_overlay.start_frame if ghost_overlay.ghost else context.scene.frame_current  # type: ignore[union-attr]
            self.start_frame = now if fixed is None else fixed
        for name in ApplyProperties.__annotations__:
            if not said(name):
                setattr(self, name, getattr(settings, name))


class MMM_OT_apply_to_selected(bpy.types.Operator):
    """Write motions as keyframes on all selected characters, each where it stands, from the current frame on"""

    bl_idname = "mmm.apply_to_selected"
    bl_label = "Apply to Selected"
    bl_options = {"REGISTER", "UNDO"}

    takes: EnumProperty(  # type: ignore[valid-type]
        name="Takes",
        description="Which motion each character gets",
        items=(
            ("SAME", "Same for All", "Every character gets the motion that is shown"),
            (
                "EACH",
                "One Take Each",
                "The shown one for the active character, the next takes of its prompt for the others",
            ),
        ),
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if session.chosen is None or session.chosen.edit is not None:
            cls.poll_message_set(NOTHING_CHOSEN)
        elif len(selected_armatures(context)) < 2:
            cls.poll_message_set(rpt_("Select several characters first"))
        else:
            return True
        return False

    def execute(self, context: bpy.types.Context) -> Status:
        scene, chosen = context.scene, session.chosen
        assert scene is not None and chosen is not None  # poll has seen to that
        armatures = selected_armatures(context)
        takes = [chosen] if self.takes == "SAME" else _takes_from(chosen)
        settings, done, problems = settings_of(scene), 0, []
        for number, armature in enumerate(armatures):
            take = takes[number % len(takes)]
            try:
                if reason := why_not_keyable(armature):
                    raise ValueError(reason)
                action = apply_here(armature, take.motion, scene, StartingAt(settings, scene.frame_current))
                note_story(action, take.motion, scene, scene.frame_current)
            except ValueError as error:
                problems.append(str(error))
                continue
            applied.note(scene, take)
            done += 1
        if problems:
            message = rpt_("{done} of {count} characters got their motion. {problem}")
            self.report(
                {"WARNING"} if done else {"ERROR"}, message.format(done=done, count=len(armatures), problem=problems[0])
            )
        else:
            self.report({"INFO"}, rpt_("{count} characters got their motion").format(count=done))
        if not done:
            return {"CANCELLED"}
        session.choose(None)
        _show()
        return {"FINISHED"}


class StartingAt:
    """The panel's settings with a start frame, as ``apply_here`` reads them."""

    def __init__(self, settings: Any, start_frame: int) -> None:
        self._settings, self.start_frame = settings, start_frame

    def __getattr__(self, name: str) -> Any:
        return getattr(self._settings, name)


def _takes_from(chosen: Variation) -> list[Variation]:
    """The takes of one prompt, ``chosen`` first."""
    takes = [v for v in session.results if v.edit is None and v.motion.prompt == chosen.motion.prompt]
    place = takes.index(chosen)
    return takes[place:] + takes[:place]


def _show() -> None:
    ghost_overlay.show()
    heartbeat.wake()
    redraw_panels()


CLASSES = (MMM_OT_discard, MMM_OT_discard_all, MMM_OT_apply, MMM_OT_apply_to_selected)
