"""What a batch is made of. Kept in the scene."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.props import PointerProperty, StringProperty

from ...translation import OWN_CONTEXT


class MMM_Batch(bpy.types.PropertyGroup):
    """The batch of one scene."""

    text: PointerProperty(  # type: ignore[valid-type]
        name="Lines",
        translation_context=OWN_CONTEXT,
        description=(
            "A prompt a line, or a table (CSV) with the columns prompt, seconds, seed, loop, name, mood, intensity"
        ),
        type=bpy.types.Text,
    )
    catalogue: StringProperty(  # type: ignore[valid-type]
        name="Catalog",
        description="Asset catalog the actions go into, like “Hero/Walks”; the file must be saved. Empty: none",
        default="MMM",
    )


def batch_of(scene: bpy.types.Scene) -> Any:
    """The batch kept in ``scene``."""
    return scene.mmm_batch  # type: ignore[attr-defined]


def register() -> None:
    """Give scenes a batch."""
    bpy.utils.register_class(MMM_Batch)
    bpy.types.Scene.mmm_batch = PointerProperty(type=MMM_Batch)  # type: ignore[attr-defined,func-returns-value]


def unregister() -> None:
    """Take it away."""
    del bpy.types.Scene.mmm_batch  # type: ignore[attr-defined]
    bpy.utils.unregister_class(MMM_Batch)
