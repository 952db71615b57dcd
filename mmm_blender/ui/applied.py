"""Which motions of the list were applied. Kept in the scene, so that a step back takes the tick back as well."""

from __future__ import annotations

import bpy

from ..client.session import Variation, session
from .properties.generate import settings_of


def note(scene: bpy.types.Scene, variation: Variation) -> None:
    """Tick ``variation`` as applied."""
    variation.used = True
    used = ",".join(str(each.id) for each in session.results if each.used)
    settings_of(scene).applied = f"{session.token}:{used}"


def read() -> None:
    """Tick what the scenes say; numbers of another session of Blender mean nothing in this one."""
    told = (settings_of(scene).applied.partition(":") for scene in bpy.data.scenes)
    used = {number for token, _, numbers in told if token == session.token for number in numbers.split(",")}
    for variation in session.results:
        variation.used = str(variation.id) in used
