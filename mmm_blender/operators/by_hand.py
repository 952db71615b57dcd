"""Going on by hand: fewer keys, a layer for corrections, a loop that goes on, another frame rate."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.props import FloatProperty

from ..client.session import find_character
from ..editing.by_hand.correction import add_correction_layer
from ..editing.by_hand.looped_strip import continue_strip, find_looped_strip
from ..editing.by_hand.rate import other_rate, retime_action
from ..editing.by_hand.thinning import thin_keys
from ..editing.selection import why_not_editable
from ..translation import OWN_CONTEXT, rpt_
from ..ui.properties.generate import settings_of
from .asking import Status


def _can_change(operator: Any, context: bpy.types.Context) -> bool:
    armature = find_character(context.view_layer)
    reason = rpt_("Select an armature that has a motion") if armature is None else why_not_editable(armature)
    if reason:
        operator.poll_message_set(reason)
    return not reason


class MMM_OT_thin_keys(bpy.types.Operator):
    """Leave keys where poses matter, on smooth curves: a fix of two keys is then a curve and not a spike"""

    bl_idname = "mmm.thin_keys"
    bl_label = "Thin Keys"
    bl_options = {"REGISTER", "UNDO"}

    tolerance: FloatProperty(  # type: ignore[valid-type]
        name="Error",
        translation_context=OWN_CONTEXT,
        description="How far anything may come from where it was; keys on contacts and extremes stay in any case",
        subtype="DISTANCE",
        unit="LENGTH",
        default=0.02,
        min=0.0,
        soft_max=0.1,
        step=1,
        precision=3,
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return _can_change(cls, context)

    def execute(self, context: bpy.types.Context) -> Status:
        armature, scene = find_character(context.view_layer), context.scene
        assert armature is not None and scene is not None  # poll has seen to that
        try:
            done = thin_keys(armature, scene, self.tolerance)
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        message = rpt_("{before} keys became {after}; nothing is more than {error} from where it was")
        length = bpy.utils.units.to_string("METRIC", "LENGTH", done.error, precision=4)
        self.report({"INFO"}, message.format(before=done.before, after=done.after, error=length))
        return {"FINISHED"}


class MMM_OT_add_correction_layer(bpy.types.Operator):
    """Put an additive NLA strip on top of the motion, ready to key: what is below stays as it is"""

    bl_idname = "mmm.add_correction_layer"
    bl_label = "Add Correction Layer"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if find_character(context.view_layer) is None:
            cls.poll_message_set(rpt_("Select an armature that has a motion"))
            return False
        return True

    def execute(self, context: bpy.types.Context) -> Status:
        armature = find_character(context.view_layer)
        assert armature is not None  # poll has seen to that
        try:
            strip = add_correction_layer(armature)
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        self.report(
            {"INFO"}, rpt_("“{name}”: key the correction; Tab in the NLA Editor leaves it").format(name=strip.name)
        )
        return {"FINISHED"}


class MMM_OT_continue_strip(bpy.types.Operator):
    """Let each round of the repeated NLA strip at the playhead begin where the last one ended; the next motion too"""

    bl_idname = "mmm.continue_strip"
    bl_label = "Continue From Here"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        armature, scene = find_character(context.view_layer), context.scene
        if armature is None or scene is None or find_looped_strip(armature, scene.frame_current) is None:
            cls.poll_message_set(rpt_("Put the playhead on or behind an NLA strip whose Repeat is more than 1"))
            return False
        return True

    def execute(self, context: bpy.types.Context) -> Status:
        armature, scene = find_character(context.view_layer), context.scene
        assert armature is not None and scene is not None  # poll has seen to that
        strip = find_looped_strip(armature, scene.frame_current)
        try:
            done = continue_strip(armature, scene, strip)
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        settings = settings_of(scene)
        settings.target, settings.start_at = "NLA_STRIP", "CHARACTER"
        way = bpy.utils.units.to_string("METRIC", "LENGTH", done.distance, precision=3)
        message = rpt_("“{name}”: {rounds:g} rounds go on from each other, {way} in all; the next motion begins there")
        self.report({"INFO"}, message.format(name=done.strip.name, rounds=round(done.rounds, 2), way=way))
        return {"FINISHED"}


class MMM_OT_retime_action(bpy.types.Operator):
    """Move the keys of the action so that it takes as long at the scene's frame rate as it did at its own"""

    bl_idname = "mmm.retime_action"
    bl_label = "Retime to Scene"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not _can_change(cls, context):
            return False
        armature = find_character(context.view_layer)
        if armature is None or context.scene is None or other_rate(armature, context.scene) is None:
            cls.poll_message_set(rpt_("The action was keyed for the frame rate that the scene has"))
            return False
        return True

    def execute(self, context: bpy.types.Context) -> Status:
        armature, scene = find_character(context.view_layer), context.scene
        assert armature is not None and scene is not None  # poll has seen to that
        try:
            action = retime_action(armature, scene)
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        fps = scene.render.fps / scene.render.fps_base
        self.report(
            {"INFO"}, rpt_("“{action}” is now keyed at {fps:g} frames a second").format(action=action.name, fps=fps)
        )
        return {"FINISHED"}


CLASSES = (MMM_OT_thin_keys, MMM_OT_add_correction_layer, MMM_OT_continue_strip, MMM_OT_retime_action)
