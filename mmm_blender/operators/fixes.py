"""Putting right what keeps a motion from being seen as it is."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.props import EnumProperty, StringProperty

from ..animation.shown.fixes import FIXES, apply_fix
from ..client.session import find_character
from ..redraw import redraw_panels
from ..translation import rpt_
from ..ui import edit_view, ghost_overlay, last_miss
from .asking import Status
from .needs import NeedsKeyable


class MMM_OT_put_right(NeedsKeyable, bpy.types.Operator):
    """Put right what the message beside this button says"""

    bl_idname = "mmm.put_right"
    bl_label = "Put Right"
    bl_options = {"REGISTER", "UNDO"}

    fix: EnumProperty(  # type: ignore[valid-type]
        name="Fix",
        description="What to do",
        items=[(name, fix.label, fix.tip) for name, fix in FIXES.items()],
        options={"SKIP_SAVE"},
    )

    bones: StringProperty(  # type: ignore[valid-type]
        name="Bones",
        description="The bones that it is about, a line each",
        options={"SKIP_SAVE", "HIDDEN"},
    )

    @classmethod
    def description(cls, _context: bpy.types.Context, properties: Any) -> str:
        return rpt_(FIXES[properties.fix].tip)

    def execute(self, context: bpy.types.Context) -> Status:
        armature = find_character(context.view_layer)
        assert armature is not None and context.scene is not None  # poll has seen to that
        try:
            apply_fix(armature, context.scene, self.fix, self.bones.splitlines())
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        last_miss.forget()
        edit_view.forget()
        ghost_overlay.touch()
        redraw_panels()
        return {"FINISHED"}


CLASSES = (MMM_OT_put_right,)
