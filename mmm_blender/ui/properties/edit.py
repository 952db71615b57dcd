"""What the artist sets for edits, stories and paths. Kept in the scene, apart from the settings of *Generate*."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.props import BoolProperty, EnumProperty, FloatProperty, PointerProperty, StringProperty

from ...editing.aim import Wish
from ...editing.kinds import KINDS
from ...editing.kinds.kind import EditKind
from ...editing.plans import EditOptions
from ...redraw import redraw_timelines

WALKING = 1.3  # metres a second


def _is_curve(_settings: Any, candidate: bpy.types.Object) -> bool:
    return candidate.type == "CURVE"


# What is stored is the speed alone, 0 for Auto.
def _get_pace(settings: Any) -> int:
    return int(settings.path_speed > 0.0)


def _set_pace(settings: Any, pace: int) -> None:
    settings.path_speed = settings.path_speed or WALKING if pace else 0.0


class MMM_EditSettings(bpy.types.PropertyGroup):
    """Settings of the panels *Edit* and *Path*."""

    kind: EnumProperty(  # type: ignore[valid-type]
        name="Edit",
        description="What to do with the motion the character plays",
        items=[(kind.identifier, kind.label, kind.tip, kind.icon, kind.number) for kind in KINDS.values()],
        update=redraw_timelines,
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
    path_pace: EnumProperty(  # type: ignore[valid-type]
        name="Speed",
        description="How fast the character goes",
        items=(
            ("AUTO", "Auto", "As fast as such a motion usually is"),
            ("SPEED", "Set", "As fast as you say"),
        ),
        get=_get_pace,
        set=_set_pace,
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
    path_stop: BoolProperty(  # type: ignore[valid-type]
        name="Stop at the End",
        description="Slow down, stop at the last point and stand there for a second; else it ends in mid-stride",
        default=False,
    )
    path_facing: PointerProperty(  # type: ignore[valid-type]
        name="Facing",
        description="The object along whose -Y axis one looks at the end; none: along the curve",
        type=bpy.types.Object,
    )


# What kinds of edits have to set stands in their own files.
MMM_EditSettings.__annotations__ |= {
    setting.name: setting.property for kind in KINDS.values() for setting in kind.settings
}


def edit_settings_of(scene: bpy.types.Scene) -> Any:
    """The settings of edits kept in ``scene``."""
    return scene.mmm_edit  # type: ignore[attr-defined]


def chosen_kind(settings: Any) -> EditKind:
    """The kind of edit that is chosen in the panel."""
    return KINDS[settings.kind.lower()]


def read_wish(settings: Any, kind: EditKind) -> Wish:
    """What the settings say about an edit of ``kind``."""
    return kind.wish(**{setting.name: getattr(settings, setting.name) for setting in kind.settings})


def read_options(settings: Any) -> EditOptions:
    """What else the settings say about an edit."""
    return EditOptions(settings.keep_copy)


def register() -> None:
    bpy.utils.register_class(MMM_EditSettings)
    bpy.types.Scene.mmm_edit = PointerProperty(type=MMM_EditSettings)  # type: ignore[attr-defined,func-returns-value]


def unregister() -> None:
    del bpy.types.Scene.mmm_edit  # type: ignore[attr-defined]
    bpy.utils.unregister_class(MMM_EditSettings)
