"""Adding and removing targets."""

from __future__ import annotations

import bpy
from bpy.props import EnumProperty

from ...animation.directing.targets import PARTS
from ...client.session import find_character
from ...redraw import redraw_timelines
from ...translation import rpt_
from ...ui.properties.targets import targets_of
from ..asking import Status

SIZE = 0.06  # metres of an empty's arms


class MMM_OT_add_target(bpy.types.Operator):
    """Add an empty at the 3D cursor: on the current frame, the chosen part of the body is to be there"""

    bl_idname = "mmm.add_target"
    bl_label = "Add Target"
    bl_options = {"REGISTER", "UNDO"}

    part: EnumProperty(  # type: ignore[valid-type]
        name="Part",
        description="What of the body comes to the place",
        items=[(part, name, "") for part, name in PARTS.items()],
        default="right_hand",
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if find_character(context.view_layer) is None:
            cls.poll_message_set(rpt_("Select the armature that is directed"))
        elif context.collection is None or context.collection.library is not None:
            cls.poll_message_set(rpt_("The active collection is linked from another file: choose one of this file"))
        else:
            return True
        return False

    def execute(self, context: bpy.types.Context) -> Status:
        armature, scene = find_character(context.view_layer), context.scene
        assert armature is not None and scene is not None and context.collection is not None
        name = f"{armature.name} {PARTS[self.part]}"
        empty = bpy.data.objects.new(name, None)
        empty.empty_display_type = "SPHERE"
        empty.empty_display_size = SIZE / max(scene.unit_settings.scale_length, 1e-6)
        empty.location = scene.cursor.location
        context.collection.objects.link(empty)
        targets = targets_of(scene)
        item = targets.items.add()
        item.place, item.character, item.part = empty, armature, self.part
        item.first = item.last = scene.frame_current
        targets.index = len(targets.items) - 1
        self.report({"INFO"}, rpt_("Added {name}").format(name=empty.name))
        return {"FINISHED"}


class MMM_OT_remove_target(bpy.types.Operator):
    """Take the chosen target out of the list; its object stays"""

    bl_idname = "mmm.remove_target"
    bl_label = "Remove Target"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if context.scene is None or targets_of(context.scene).index >= len(targets_of(context.scene).items):
            cls.poll_message_set(rpt_("There is no target to remove"))
            return False
        return True

    def execute(self, context: bpy.types.Context) -> Status:
        assert context.scene is not None
        targets = targets_of(context.scene)
        targets.items.remove(targets.index)
        targets.index = max(0, min(targets.index, len(targets.items) - 1))
        redraw_timelines(None, context)
        return {"FINISHED"}


CLASSES = (MMM_OT_add_target, MMM_OT_remove_target)
