"""Which bone is what: find it again, correct it by hand, presets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy
from bpy.props import BoolProperty, StringProperty

from .. import compat
from ..client.session import find_character
from ..extension_paths import presets_folder
from ..redraw import redraw_panels
from ..rig import slots
from ..translation import rpt_
from ..ui import bone_mapping, ghost_overlay, heartbeat
from .asking import Status
from .needs import NeedsKeyable


class MMM_OT_map_again(NeedsKeyable, bpy.types.Operator):
    """Forget the mapping of this armature and find its bones anew"""

    bl_idname = "mmm.map_again"
    bl_label = "Map Again"
    bl_options = {"UNDO"}

    def execute(self, context: bpy.types.Context) -> Status:
        return _change(self, context, lambda armature: _told(bone_mapping.map_again(armature)))


class MMM_OT_use_bone_preset(NeedsKeyable, bpy.types.Operator):
    """Map the bones by a preset"""

    bl_idname = "mmm.use_bone_preset"
    bl_label = "Use Bone Preset"
    bl_options = {"UNDO"}

    name: StringProperty(  # type: ignore[valid-type]
        name="Preset", description="Name of the preset; empty: by shape and names alone", options={"SKIP_SAVE"}
    )

    def execute(self, context: bpy.types.Context) -> Status:
        if not self.name:
            return _change(self, context, lambda armature: _told(bone_mapping.map_by_shape(armature)))
        return _change(self, context, lambda armature: _told(bone_mapping.use_preset(armature, self.name)))


class MMM_OT_use_selected_bone(NeedsKeyable, bpy.types.Operator):
    """Take the bone that is selected in Pose Mode"""

    bl_idname = "mmm.use_selected_bone"
    bl_label = "Use Selected Bone"
    bl_options = {"UNDO"}

    slot: StringProperty(  # type: ignore[valid-type]
        name="Slot", description="What the bone is, such as left_knee", options={"SKIP_SAVE"}
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not super().poll(context):
            return False
        armature = find_character(context.view_layer)
        if armature is None or armature.mode != "POSE" or armature.data.bones.active is None:  # type: ignore[union-attr]
            cls.poll_message_set(rpt_("Enter Pose Mode and select the bone first"))
            return False
        return True

    def execute(self, context: bpy.types.Context) -> Status:
        def use(armature: Any) -> str:
            bone = armature.data.bones.active.name
            bone_mapping.choose_bone(armature, _known(self.slot), bone)
            return rpt_("'{bone}' is the {slot}").format(bone=bone, slot=slots.label(self.slot))

        return _change(self, context, use)


class MMM_OT_select_mapped_bone(NeedsKeyable, bpy.types.Operator):
    """Select the bone of this row, to see which one it is"""

    bl_idname = "mmm.select_mapped_bone"
    bl_label = "Select Mapped Bone"
    bl_options = {"UNDO"}

    slot: StringProperty(  # type: ignore[valid-type]
        name="Slot", description="What the bone is, such as left_knee", options={"SKIP_SAVE"}
    )

    def execute(self, context: bpy.types.Context) -> Status:
        def select(armature: Any) -> str:
            bone = bone_mapping.bone_of(armature, _known(self.slot))
            if not bone:
                message = rpt_("No bone is mapped to the {slot} yet").format(slot=slots.label(self.slot))
                raise ValueError(message)
            if bone not in armature.data.bones:
                raise ValueError(rpt_("'{rig}' has no bone '{bone}'").format(rig=armature.name, bone=bone))
            compat.select_bone(armature, bone)
            return "" if armature.mode == "POSE" else rpt_("'{bone}': seen in Pose Mode").format(bone=bone)

        return _change(self, context, select)


class MMM_OT_mirror_mapping(NeedsKeyable, bpy.types.Operator):
    """Map the other side like the one that is mapped already"""

    bl_idname = "mmm.mirror_mapping"
    bl_label = "Mirror Mapping"
    bl_options = {"UNDO"}

    def execute(self, context: bpy.types.Context) -> Status:
        def mirror(armature: Any) -> str:
            return rpt_("{count} bones of the other side mapped").format(count=bone_mapping.mirror_mapping(armature))

        return _change(self, context, mirror)


class MMM_OT_clear_mapping(NeedsKeyable, bpy.types.Operator):
    """Start from an empty mapping, to choose every bone yourself"""

    bl_idname = "mmm.clear_mapping"
    bl_label = "Clear Mapping"
    bl_options = {"UNDO"}

    def execute(self, context: bpy.types.Context) -> Status:
        return _change(self, context, bone_mapping.clear_mapping)


class _PresetFile(NeedsKeyable):
    filepath: StringProperty(subtype="FILE_PATH", options={"SKIP_SAVE"})  # type: ignore[valid-type]
    filter_glob: StringProperty(default="*.json", options={"HIDDEN"})  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Status:
        folder = presets_folder()
        folder.mkdir(parents=True, exist_ok=True)
        armature = find_character(context.view_layer)
        name = bpy.path.clean_name(armature.name) if armature is not None else "mapping"
        self.filepath = str(folder / f"{name}.json")
        manager: Any = context.window_manager
        manager.fileselect_add(self)
        return {"RUNNING_MODAL"}


class MMM_OT_save_bone_preset(_PresetFile, bpy.types.Operator):
    """Save this mapping as a preset file, for other characters and to share"""

    bl_idname = "mmm.save_bone_preset"
    bl_label = "Save Bone Preset"

    check_existing: BoolProperty(default=True, options={"HIDDEN"})  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> Status:
        def save(armature: Any) -> str:
            path = bone_mapping.save_preset(armature, _path(self.filepath))
            return rpt_("Saved {file}").format(file=path)

        return _change(self, context, save)


class MMM_OT_load_bone_preset(_PresetFile, bpy.types.Operator):
    """Map the bones by a preset file"""

    bl_idname = "mmm.load_bone_preset"
    bl_label = "Load Bone Preset"
    bl_options = {"UNDO"}

    keep: BoolProperty(  # type: ignore[valid-type]
        name="Keep in Menu",
        description="Copy the file to your presets, so that it is offered from now on",
        default=True,
    )

    def execute(self, context: bpy.types.Context) -> Status:
        def load(armature: Any) -> str:
            return _told(bone_mapping.load_preset(armature, _path(self.filepath), self.keep))

        return _change(self, context, load)


def _change(operator: bpy.types.Operator, context: bpy.types.Context, change: Callable[[Any], str | None]) -> Status:
    """Do ``change`` to the character; report what it says, or why it was not to be."""
    armature = find_character(context.view_layer)
    if armature is None:
        operator.report({"ERROR"}, rpt_("Select an armature first"))
        return {"CANCELLED"}
    try:
        message = change(armature)
    except ValueError as error:
        operator.report({"ERROR"}, str(error))
        return {"CANCELLED"}
    if message:
        operator.report({"INFO"}, message)
    ghost_overlay.touch()
    heartbeat.wake()
    redraw_panels()
    return {"FINISHED"}


def _told(mapping: Any) -> str:
    return rpt_("{name}: {count} bones mapped").format(name=mapping.name, count=len(mapping.bones))


def _known(slot: str) -> str:
    if slot not in slots.slot_parents():
        raise ValueError(rpt_("'{slot}' is no slot of a mapping").format(slot=slot))
    return slot


def _path(text: str) -> Path:
    if not Path(text).stem:
        raise ValueError(rpt_("Name a file first"))
    return Path(bpy.path.abspath(text))


CLASSES = (
    MMM_OT_map_again,
    MMM_OT_use_bone_preset,
    MMM_OT_use_selected_bone,
    MMM_OT_select_mapped_bone,
    MMM_OT_mirror_mapping,
    MMM_OT_clear_mapping,
    MMM_OT_save_bone_preset,
    MMM_OT_load_bone_preset,
)
