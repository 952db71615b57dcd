"""The targets of a scene: which object says where which part of which character is to be, and when."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.props import CollectionProperty, EnumProperty, IntProperty, PointerProperty

from ...animation.directing.targets import PARTS, Pin
from ...redraw import redraw_timelines
from ...translation import OWN_CONTEXT, rpt_


class MMM_Target(bpy.types.PropertyGroup):
    """One target."""

    place: PointerProperty(  # type: ignore[valid-type]
        name="Place", description="The object that is where the part of the body should be", type=bpy.types.Object
    )
    character: PointerProperty(  # type: ignore[valid-type]
        name="Character", description="The armature that is directed", type=bpy.types.Object
    )
    part: EnumProperty(  # type: ignore[valid-type]
        name="Part",
        description="What of the body comes to the place; hands are meant by their wrists, feet by their balls, a seat "
        "is what is sat on",
        items=[(part, name, "") for part, name in PARTS.items()],
        default="right_hand",
        update=redraw_timelines,
    )
    first: IntProperty(  # type: ignore[valid-type]
        name="From",
        translation_context=OWN_CONTEXT,
        description="First frame on which it is there",
        subtype="TIME",
        update=redraw_timelines,
    )
    last: IntProperty(  # type: ignore[valid-type]
        name="To",
        translation_context=OWN_CONTEXT,
        description="Last frame on which it is there",
        subtype="TIME",
        update=redraw_timelines,
    )


class MMM_Targets(bpy.types.PropertyGroup):
    """All targets of one scene."""

    items: CollectionProperty(type=MMM_Target)  # type: ignore[valid-type]
    index: IntProperty(name="Target", description="The target that is chosen in the list", min=0)  # type: ignore[valid-type]


def targets_of(scene: bpy.types.Scene) -> Any:
    """The targets kept in ``scene``."""
    return scene.mmm_targets  # type: ignore[attr-defined]


def read_pins(scene: bpy.types.Scene, armature: bpy.types.Object, whole: bool = True) -> list[Pin]:
    """The targets of one character. Raises ValueError for one without its object, unless not asked for ``whole``."""
    pins = []
    for item in targets_of(scene).items:
        if item.character != armature:
            continue
        # one that was deleted lives on as long as a pointer holds it
        if item.place is not None and item.place.users_scene:
            pins.append(Pin(item.place, item.part, item.first, item.last))
        elif whole:
            raise ValueError(rpt_("A target has lost its object: choose another one, or remove the target"))
    return pins


def register() -> None:
    bpy.utils.register_class(MMM_Target)
    bpy.utils.register_class(MMM_Targets)
    bpy.types.Scene.mmm_targets = PointerProperty(type=MMM_Targets)  # type: ignore[attr-defined,func-returns-value]


def unregister() -> None:
    del bpy.types.Scene.mmm_targets  # type: ignore[attr-defined]
    bpy.utils.unregister_class(MMM_Targets)
    bpy.utils.unregister_class(MMM_Target)
