"""The panel *Bone Mapping* of the tab MMM: which bone is what, part by part, and where to correct it."""

from __future__ import annotations

from typing import Any

import bpy

from ...client.session import find_character
from ...extension_paths import presets_folder
from ...registration import register_classes, unregister_classes
from ...rig import slots
from ...rig.finding import presets
from ...rig.mapping import MappingDraft
from ...target import why_not_keyable
from ...translation import iface_, n_
from ..bone_mapping import FoundMapping, look_up
from ..properties.bones import bones_of
from .shared import CharacterTab, draw_text

SURE, LIKELY = 0.8, 0.5  # from these confidences (0 to 1) on
NO_MAPPING = n_("No Mapping")
NAMED, FOUND, DECIDED = "by preset", "automatic", "by hand"


def _side(side: str, chain: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{side}_{joint}" for joint in chain)


def _fingers(side: str) -> tuple[str, ...]:
    return tuple(slot for finger in slots.FINGERS for slot in slots.finger_slots(side, finger))


# part of the body -> its slots
PARTS: dict[str, tuple[str, ...]] = {
    n_("Torso"): ("root", "pelvis", *slots.SPINE, *slots.NECK, "head"),
    n_("Left Arm"): _side("left", slots.ARM),
    n_("Right Arm"): _side("right", slots.ARM),
    n_("Left Leg"): _side("left", slots.LEG),
    n_("Right Leg"): _side("right", slots.LEG),
}
# the same for what few rigs need to be looked at for
MORE_PARTS: dict[str, tuple[str, ...]] = {
    n_("Left Fingers"): _fingers("left"),
    n_("Right Fingers"): _fingers("right"),
    n_("Twist Bones"): tuple(
        slot for side in slots.SIDES for joint in slots.TWISTED for slot in slots.twist_slots(f"{side}_{joint}")
    ),
}


def source_of(draft: MappingDraft, slot: str) -> str:
    """Where the bone of a slot comes from."""
    if slot in draft.by_hand:
        return DECIDED
    return FOUND if slot in draft.confidence else NAMED


def icon_of(draft: MappingDraft, slot: str) -> str:
    """How a row is marked: by hand, sure, likely, unlikely, or missing."""
    if slot not in draft.bones:
        return "ERROR" if slot in slots.REQUIRED else "BLANK1"
    if source_of(draft, slot) == DECIDED:
        return "VIEW_PAN"
    confidence = draft.confidence_of(slot)
    return "CHECKMARK" if confidence >= SURE else "QUESTION" if confidence >= LIKELY else "ERROR"


def offered(names: tuple[str, ...], draft: MappingDraft) -> list[str]:
    """Optional slots to show: those with a bone, and the next free one of a chain (spine, neck, fingers, twists)."""
    shown = []
    for slot in names:
        if slot in slots.REQUIRED:
            continue
        number = int(slot[-1]) if slot[-1].isdigit() else 1
        before = slot[:-1] + str(number - 1) if number > 2 or slot[:-1] + "1" in slots.slot_parents() else slot[:-1]
        if slot in draft.bones or number == 1 or before in draft.bones:
            shown.append(slot)
    return shown


class MMM_MT_bone_presets(bpy.types.Menu):
    bl_idname = "MMM_MT_bone_presets"
    bl_label = "Bone Presets"

    def draw(self, context: bpy.types.Context) -> None:
        layout: Any = self.layout
        layout.operator("mmm.use_bone_preset", text="By Shape and Names", icon="VIEWZOOM").name = ""
        layout.separator()
        own = [preset["name"] for preset in presets.load_presets() if preset.get("own")]
        for name in [*own, *sorted(set(presets.preset_names()) - set(own))]:
            icon = "USER" if name in own else "PRESET"
            layout.operator("mmm.use_bone_preset", text=name, icon=icon, translate=False).name = name
        for path in presets.own_files():
            if path.stem not in own:
                text = iface_("{file} is not a preset").format(file=path.name)
                layout.label(text=text, icon="ERROR", translate=False)
        layout.separator()
        layout.operator("mmm.save_bone_preset", icon="FILE_TICK")
        layout.operator("mmm.load_bone_preset", icon="FILEBROWSER")
        if presets_folder().is_dir():
            row = layout.operator("wm.path_open", text="Open Folder of Your Presets", icon="FILE_FOLDER")
            row.filepath = str(presets_folder())


class MMM_PT_bone_mapping(CharacterTab, bpy.types.Panel):
    bl_idname = "MMM_PT_bone_mapping"
    bl_label = "Bone Mapping"
    bl_parent_id = "MMM_PT_character"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout: Any = self.layout
        armature = find_character(context.view_layer)
        if armature is None:
            return
        found = look_up(armature)
        layout.enabled = why_not_keyable(armature) is None
        self._draw_source(layout, context, found)
        for part, names in PARTS.items():
            _draw_part(layout, context, armature, found.draft, part, names, closed=False)
        for part, names in MORE_PARTS.items():
            _draw_part(layout, context, armature, found.draft, part, names, closed=True)

    def _draw_source(self, layout: Any, context: bpy.types.Context, found: FoundMapping) -> None:
        draft = found.draft
        row = layout.row(align=True)
        row.menu("MMM_MT_bone_presets", text=iface_(draft.name or NO_MAPPING), icon="PRESET", translate=False)
        row.operator("mmm.map_again", text="", icon="FILE_REFRESH")
        row.operator("mmm.mirror_mapping", text="", icon="MOD_MIRROR")
        row.operator("mmm.clear_mapping", text="", icon="X")
        words = [iface_("{count} bones").format(count=len(draft.bones))]
        if by_hand := len(draft.by_hand & set(draft.bones)):
            words.append(iface_("{count} by hand").format(count=by_hand))
        if found.remembered:
            words.append(iface_("remembered"))
        if draft.limbs:
            words.append(iface_("IK controls"))
        if draft.switches:
            words.append(iface_("{count} switches keyed").format(count=len(draft.switches)))
        draw_text(layout, context, ", ".join(words))
        if found.doubts:
            draw_text(layout, context, found.doubts[0], icon="QUESTION")


def _draw_part(
    layout: Any,
    context: bpy.types.Context,
    armature: bpy.types.Object,
    draft: MappingDraft,
    part: str,
    names: tuple[str, ...],
    closed: bool,
) -> None:
    """A part of the body: its required bones, and the others behind an arrow of their own."""
    header, body = layout.panel(f"mmm_{part}", default_closed=closed)
    required = [slot for slot in names if slot in slots.REQUIRED]
    header.label(
        text=iface_(part),
        icon="ERROR" if any(slot not in draft.bones for slot in required) else "NONE",
        translate=False,
    )
    if body is None:
        return
    column = body.column(align=True)
    for slot in required:
        _draw_row(column, context, armature, draft, slot)
    optional = offered(names, draft)
    if not required:
        for slot in optional:
            _draw_row(column, context, armature, draft, slot)
        return
    header, more = body.panel(f"mmm_{part}_more", default_closed=True)
    count = sum(slot in draft.bones for slot in optional)
    header.label(text=iface_("{count} more").format(count=count), translate=False)
    if more is not None:
        column = more.column(align=True)
        for slot in optional:
            _draw_row(column, context, armature, draft, slot)


def _draw_row(
    column: Any, context: bpy.types.Context, armature: bpy.types.Object, draft: MappingDraft, slot: str
) -> None:
    """One slot: what it is and how sure, which bone, and the button that takes the selected one."""
    row = column.row(align=True)
    split = row.split(factor=0.5, align=True)
    name = split.row(align=True)
    name.alignment = "LEFT"
    word = slots.bone_word(slot)
    text = word[:1].upper() + word[1:]
    if slot in draft.bones and source_of(draft, slot) == FOUND:
        text += f" {draft.confidence_of(slot):.0%}"
    icon = icon_of(draft, slot)
    name.operator("mmm.select_mapped_bone", text=text, icon=icon, emboss=False, translate=False).slot = slot
    field = split.row(align=True)
    field.prop_search(bones_of(context.scene), slot, armature.data, "bones", text="", icon="NONE")  # type: ignore[arg-type]
    field.operator("mmm.use_selected_bone", text="", icon="EYEDROPPER").slot = slot


CLASSES = (MMM_MT_bone_presets, MMM_PT_bone_mapping)


def register() -> None:
    register_classes(CLASSES)


def unregister() -> None:
    unregister_classes(CLASSES)
