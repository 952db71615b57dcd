"""What two characters are to do with each other. Kept in the scene."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import bpy
from bpy.props import PointerProperty, StringProperty

from ...animation.directing.interactions import read_interactions


def _names(settings: Any, _context: bpy.types.Context, _typed: str) -> Iterable[str]:
    """The interactions to choose from; those of the extension alone where the artist's file is none."""
    try:
        return list(read_interactions(bpy.path.abspath(settings.own)))
    except ValueError:
        return list(read_interactions())


class MMM_Pair(bpy.types.PropertyGroup):
    """The interaction of one scene."""

    interaction: StringProperty(  # type: ignore[valid-type]
        name="Interaction",
        description="What the two do with each other; the active character has the first role",
        default="shake hands",
        search=_names,
    )
    own: StringProperty(  # type: ignore[valid-type]
        name="Own File",
        description="A TOML file with interactions of your own, in the form of those that come with the extension",
        subtype="FILE_PATH",
    )


def pair_settings_of(scene: bpy.types.Scene) -> Any:
    """The settings kept in ``scene``."""
    return scene.mmm_pair  # type: ignore[attr-defined]


def register() -> None:
    bpy.utils.register_class(MMM_Pair)
    bpy.types.Scene.mmm_pair = PointerProperty(type=MMM_Pair)  # type: ignore[attr-defined,func-returns-value]


def unregister() -> None:
    del bpy.types.Scene.mmm_pair  # type: ignore[attr-defined]
    bpy.utils.unregister_class(MMM_Pair)
