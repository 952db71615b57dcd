"""Adding the MMM character, and the menu entries."""

from __future__ import annotations

from typing import Any

import bpy

from ..character import add_character
from ..translation import rpt_
from .asking import Status


class MMM_OT_add_character(bpy.types.Operator):
    """Add a mannequin with a rig, ready for generated motions, at the 3D cursor"""

    bl_idname = "mmm.add_character"
    bl_label = "Add MMM Character"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if context.mode != "OBJECT":
            cls.poll_message_set(rpt_("Go to Object Mode first (Tab)"))
            return False
        if context.collection is None or context.collection.library is not None:
            cls.poll_message_set(rpt_("The active collection is linked from another file: choose one of this file"))
            return False
        return True

    def execute(self, context: bpy.types.Context) -> Status:
        assert context.scene is not None and context.collection is not None and context.view_layer is not None
        try:
            armature = add_character(context.collection)
        except RuntimeError as error:  # the collection is hidden or excluded from the view layer
            self.report({"ERROR"}, rpt_("The character cannot be added here: {error}").format(error=error))
            return {"CANCELLED"}
        armature.location = context.scene.cursor.location
        for chosen in context.selected_objects:
            chosen.select_set(False)
        armature.select_set(True)
        context.view_layer.objects.active = armature
        self.report({"INFO"}, rpt_("Added {name}").format(name=armature.name))
        return {"FINISHED"}


def draw_in_add_menu(menu: Any, _context: bpy.types.Context) -> None:
    menu.layout.operator(MMM_OT_add_character.bl_idname, text="MMM Character", icon="OUTLINER_OB_ARMATURE")


def draw_in_object_menu(menu: Any, _context: bpy.types.Context) -> None:
    menu.layout.separator()
    menu.layout.operator("mmm.generate", icon="ARMATURE_DATA")
    menu.layout.operator("mmm.apply")


MENUS = (
    ("VIEW3D_MT_armature_add", draw_in_add_menu),
    ("VIEW3D_MT_object_animation", draw_in_object_menu),
)


def register_menus() -> None:
    for name, draw in MENUS:
        getattr(bpy.types, name).append(draw)


def unregister_menus() -> None:
    for name, draw in MENUS:
        getattr(bpy.types, name).remove(draw)


CLASSES = (MMM_OT_add_character,)
