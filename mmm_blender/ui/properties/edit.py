"""What the artist sets for edits, stories and paths. Kept in the scene, apart from the settings of *Generate*."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.props import BoolProperty, EnumProperty, FloatProperty, PointerProperty, StringProperty

from ...editing.aim import Wish
from ...editing.kinds import KINDS
from ...editing.plans import EditOptions
from ...redraw import redraw_timelines


def _is_curve(_settings: Any, candidate: bpy.types.Object) -> bool:
    return candidate.type == "CURVE"


class MMM_EditSettings(bpy.types.PropertyGroup):
    """Settings of the panels *Edit* and *Path*."""

    kind: EnumProperty(  # type: ignore[valid-type]
        name="Edit",
        description="What to do with the motion the character plays",
        items=[(name, label, text, icon, number) for number, (name, (label, text, icon)) in enumerate(KINDS.items())],
        update=redraw_timelines,
    )
    part: EnumProperty(  # type: ignore[valid-type]
        name="Body",
        description="Which part of the body changes",
        items=(
            ("AUTO", "Auto", "The part that the selected keys belong to"),
            ("BODY", "Whole", "All of the body"),
            ("UPPER", "Upper", "Spine, head and arms; the legs keep their keys"),
            ("LOWER", "Lower", "Hips and legs; the arms keep their keys"),
        ),
        update=redraw_timelines,
    )
    direction: EnumProperty(  # type: ignore[valid-type]
        name="Add",
        description="Where the motion gets longer",
        items=(("AFTER", "After", "Go on behind the last key"), ("BEFORE", "Before", "Begin before the first key")),
        update=redraw_timelines,
    )
    seconds: FloatProperty(  # type: ignore[valid-type]
        name="Length",
        description="How much motion is added",
        subtype="TIME_ABSOLUTE",
        unit="TIME_ABSOLUTE",
        default=2.0,
        min=0.2,
        max=30.0,
        soft_max=10.0,
        step=50,
        precision=1,
        update=redraw_timelines,
    )
    wrap: FloatProperty(  # type: ignore[valid-type]
        name="Across",
        description="How much changes where the end meets the start, half of it at either side",
        subtype="TIME_ABSOLUTE",
        unit="TIME_ABSOLUTE",
        default=1.0,
        min=0.2,
        max=10.0,
        step=10,
        precision=1,
        update=redraw_timelines,
    )
    travel: EnumProperty(  # type: ignore[valid-type]
        name="Travel",
        description="Whether the character gets on from one turn of the loop to the next",
        items=(
            ("AUTO", "Auto", "As the motion does"),
            ("STAY", "Stay", "End in the very place where it began"),
            ("TRAVEL", "Travel", "Go on, as in a walk: the character may end elsewhere"),
        ),
    )
    middle: FloatProperty(  # type: ignore[valid-type]
        name="Middle",
        description="How much of it is replaced; the same amount stays at either end",
        subtype="FACTOR",
        default=0.5,
        min=0.1,
        max=0.9,
        update=redraw_timelines,
    )
    strength: FloatProperty(  # type: ignore[valid-type]
        name="Strength",
        description="How much of the motion is made anew",
        subtype="FACTOR",
        default=0.3,
        min=0.05,
        max=1.0,
    )
    order: EnumProperty(  # type: ignore[valid-type]
        name="Change",
        description="Which part of the motion is made anew first",
        items=(
            ("least", "Least Sure", "What fits the prompt and the rest the least"),
            ("most", "Most Sure", "What is most as expected, for bolder changes"),
        ),
    )
    keep_copy: BoolProperty(  # type: ignore[valid-type]
        name="Keep Original",
        description="Leave the action as it was in the file, as “name (before edit)”",
        default=True,
    )
    show_bands: BoolProperty(  # type: ignore[valid-type]
        name="Show on Timeline",
        description="Show in the timeline, Dope Sheet and Graph Editor which frames will change",
        default=True,
        update=redraw_timelines,
    )
    path: PointerProperty(  # type: ignore[valid-type]
        name="Curve",
        description="The curve along which the character goes, from its first point to its last",
        type=bpy.types.Object,
        poll=_is_curve,
    )
    path_prompt: StringProperty(  # type: ignore[valid-type]
        name="Path Prompt",
        description="How the character goes along the curve",
        default="a person walks forward",
        options={"TEXTEDIT_UPDATE"},
    )
    path_speed: FloatProperty(  # type: ignore[valid-type]
        name="Speed",
        description="How fast the character goes; 0: as fast as such a motion usually is",
        unit="VELOCITY",
        default=0.0,
        min=0.0,
        max=20.0,
        soft_max=6.0,
    )


def edit_settings_of(scene: bpy.types.Scene) -> Any:
    """The settings of edits kept in ``scene``."""
    return scene.mmm_edit  # type: ignore[attr-defined]


def read_wish(settings: Any, kind: str) -> Wish:
    """What the settings say about the frames of an edit of ``kind``."""
    seconds = settings.wrap if kind == "LOOP" else settings.seconds
    return Wish(kind, settings.part, settings.direction == "BEFORE", seconds, settings.middle)  # type: ignore[arg-type]


def read_options(settings: Any) -> EditOptions:
    """What else the settings say about an edit."""
    return EditOptions(settings.strength, settings.order, settings.travel, settings.keep_copy)


def register() -> None:
    bpy.utils.register_class(MMM_EditSettings)
    bpy.types.Scene.mmm_edit = PointerProperty(type=MMM_EditSettings)  # type: ignore[attr-defined,func-returns-value]


def unregister() -> None:
    del bpy.types.Scene.mmm_edit  # type: ignore[attr-defined]
    bpy.utils.unregister_class(MMM_EditSettings)
