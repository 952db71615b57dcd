"""Going along a curve."""

from __future__ import annotations

import bpy

from ..animation.directing.stands import find_facing
from ..animation.directing.targets import plan_direction
from ..animation.paths import plan_path
from ..client.session import find_character, session
from ..target import Target
from ..translation import rpt_
from ..ui.preferences import read_settings
from ..ui.properties.edit import edit_settings_of
from ..ui.properties.targets import read_pins
from .asking import Status, can_ask, check_prompt, sampling_of, start_watch, variation_params


class MMM_OT_follow_path(bpy.types.Operator):
    """Make a motion by the prompt that goes along the curve, from its first point to its last"""

    bl_idname = "mmm.follow_path"
    bl_label = "Follow Curve"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not can_ask(cls, context):
            return False
        if edit_settings_of(context.scene).path is None:  # type: ignore[arg-type]
            cls.poll_message_set(rpt_("Choose a curve that the character is to follow"))
            return False
        return True

    def execute(self, context: bpy.types.Context) -> Status:
        scene, armature = context.scene, find_character(context.view_layer)
        assert scene is not None and armature is not None  # poll has seen to that
        path = edit_settings_of(scene)
        try:
            look = path.path_facing if path.path_stop else None
            facing = None if look is None else find_facing(look, scene, armature)
            prompt = check_prompt(path.path_prompt)
            params = plan_path(armature, path.path, prompt, path.path_speed, path.path_stop, facing)
            params |= {**variation_params(scene), **sampling_of(scene)}
            # a curve lies in the character's own space, wherever the character stands
            direction = plan_direction(armature, scene, read_pins(scene, armature), at_character=False, seconds=None)
            session.ask("path", params, read_settings(context), Target.of(armature), direction=direction)
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        start_watch(context)
        return {"FINISHED"}


CLASSES = (MMM_OT_follow_path,)
