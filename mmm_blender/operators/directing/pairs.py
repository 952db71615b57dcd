"""Two characters who do something with each other."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.props import IntProperty

from ...animation.directing.interactions import find_table
from ...animation.directing.pairs import apply_pair, plan_pair
from ...animation.directing.touching import INTERACT
from ...animation.here import last_frame
from ...client import pairs
from ...client.session import session
from ...redraw import redraw_panels
from ...target import Target, selected_armatures, why_not_keyable
from ...translation import rpt_
from ...ui.preferences import read_settings
from ...ui.properties.generate import settings_of
from ...ui.properties.pairs import pair_settings_of
from ..asking import Status, can_ask, sampling_of, start_watch, variation_params
from ..results import StartingAt


class MMM_OT_interact(bpy.types.Operator):
    """Make motions of the two selected characters, who meet in time and space; the active one has the first role"""

    bl_idname = "mmm.interact"
    bl_label = "Generate Interaction"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not can_ask(cls, context):
            return False
        chosen = selected_armatures(context)
        if len(chosen) != 2:
            cls.poll_message_set(rpt_("Select two characters, the one with the first role last"))
            return False
        for armature in chosen:
            if reason := why_not_keyable(armature):
                cls.poll_message_set(reason)
                return False
        return True

    def execute(self, context: bpy.types.Context) -> Status:
        scene = context.scene
        assert scene is not None  # poll has seen to that
        chosen = pair_settings_of(scene)
        name = chosen.interaction.strip()
        first, second = selected_armatures(context)
        try:
            definition = find_table(name, bpy.path.abspath(chosen.own))
            plan = plan_pair(first, second, scene, settings_of(scene).start_at == "CHARACTER")
            params = {"definition": definition, **plan.params, **variation_params(scene), **sampling_of(scene)}
            session.ask(INTERACT, params, read_settings(context), Target.of(first), pairs.taker(name, plan))
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        start_watch(context)
        return {"FINISHED"}


class MMM_OT_apply_pair(bpy.types.Operator):
    """Write the motions as keyframes on both characters, in one step"""

    bl_idname = "mmm.apply_pair"
    bl_label = "Apply to Both"
    bl_options = {"REGISTER", "UNDO"}

    index: IntProperty(  # type: ignore[valid-type]
        name="Pair", description="Which of the pairs of motions; 0 is the newest", min=0, options={"SKIP_SAVE"}
    )

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        if not pairs.made:
            cls.poll_message_set(rpt_("There is no interaction yet: generate one"))
        return bool(pairs.made)

    def execute(self, context: bpy.types.Context) -> Status:
        scene = context.scene
        if scene is None or self.index >= len(pairs.made):
            self.report({"ERROR"}, rpt_("There is no interaction yet: generate one"))
            return {"CANCELLED"}
        pair = pairs.made[self.index]
        try:
            apply_pair(pair, scene, PairSettings(settings_of(scene), pair.plan.start))
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        redraw_panels()
        first, last = pair.plan.start, last_frame(pair.motions[0], scene, pair.plan.start)
        names = (pair.plan.first.target.name, pair.plan.second.target.name)
        message = rpt_("“{interaction}” on {one} and {two}: frames {first} to {last}")
        self.report({"INFO"}, message.format(interaction=pair.name, one=names[0], two=names[1], first=first, last=last))
        return {"FINISHED"}


class PairSettings(StartingAt):
    """The panel's settings with a start frame; who shakes hands does not stay in place."""

    def __init__(self, settings: Any, start_frame: int) -> None:
        super().__init__(settings, start_frame)
        self.in_place = False


CLASSES = (MMM_OT_interact, MMM_OT_apply_pair)
