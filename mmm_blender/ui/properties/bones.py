"""What the artist sees of a bone mapping as properties: one field a slot, which reads and writes the mapping itself.

The mapping is kept on the armature as text; the fields hold nothing of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bpy
from bpy.props import IntProperty, PointerProperty, StringProperty

from ...animation.undo import APPLIED
from ...client.session import find_character
from ...extension_paths import presets_folder
from ...rig import slots
from ...rig.finding import presets
from ...rig.mapping import MAPPING_PROPERTY
from .. import bone_mapping


def _reader(slot: str) -> Callable[[Any], str]:
    def read(_owner: Any) -> str:
        armature = find_character(bpy.context.view_layer)
        return bone_mapping.bone_of(armature, slot) if armature is not None else ""

    return read


def _writer(slot: str) -> Callable[[Any, str], None]:
    def write(_owner: Any, bone: str) -> None:
        armature = find_character(bpy.context.view_layer)
        if armature is None:
            return
        try:
            bone_mapping.choose_bone(armature, slot, bone or None)
        except ValueError as error:  # a field cannot report; the panel greys it out before it comes to this
            print(f"MMM: {error}")

    return write


def _field(slot: str) -> Any:
    return StringProperty(
        name="Bone",
        description="Which bone of the armature is this part of the character",
        get=_reader(slot),
        set=_writer(slot),
        options={"SKIP_SAVE"},
    )


# one StringProperty a slot, named like it
MMM_Bones = type(
    "MMM_Bones",
    (bpy.types.PropertyGroup,),
    {
        "__module__": __name__,
        "__doc__": "Bones of the character by slot.",
        "__annotations__": {slot: _field(slot) for slot in slots.slot_parents()},
    },
)


def bones_of(scene: bpy.types.Scene) -> Any:
    """The fields of the character that is active in ``scene``."""
    return scene.mmm_bones  # type: ignore[attr-defined]


def register() -> None:
    bpy.utils.register_class(MMM_Bones)
    bpy.types.Scene.mmm_bones = PointerProperty(type=MMM_Bones)  # type: ignore[attr-defined,func-returns-value]
    memory: Any = StringProperty(  # type: ignore[func-returns-value]
        name="MMM Bone Mapping",
        description="Which bone is what, as JSON",
        options={"HIDDEN"},
        override={"LIBRARY_OVERRIDABLE"},
    )
    setattr(bpy.types.Object, MAPPING_PROPERTY, memory)
    count: Any = IntProperty(  # type: ignore[func-returns-value]
        name="MMM Applied",
        description="How often motions were applied",
        options={"HIDDEN"},
        override={"LIBRARY_OVERRIDABLE"},
    )
    setattr(bpy.types.Object, APPLIED, count)
    presets.folders.append(presets_folder())


def unregister() -> None:
    presets.folders.clear()
    bone_mapping.forget_lookups()
    delattr(bpy.types.Object, APPLIED)
    delattr(bpy.types.Object, MAPPING_PROPERTY)
    del bpy.types.Scene.mmm_bones  # type: ignore[attr-defined]
    bpy.utils.unregister_class(MMM_Bones)
