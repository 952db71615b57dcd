"""A new motion that goes on from where the character is in the action that it plays."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np

from ..animation.played import keyed_range
from ..rig.finding.find_mapping import find_mapping
from ..rig.sampling import FPS
from .edit import Edit
from .kinds import KINDS
from .kinds.extend import AS_LONG_AS_USUAL
from .plans import EditOptions, find_aim, plan_edit
from .selection import why_not_editable

FEWEST_ROWS = 3  # of the engine's, before the playhead: fewer tell no speed


def can_go_on(armature: bpy.types.Object, scene: bpy.types.Scene) -> bool:
    """Whether the playhead stands inside or at the end of an action that a new motion can go on from."""
    if why_not_editable(armature):
        return False
    try:
        start, end = keyed_range(armature)
    except ValueError:
        return False
    lead = FEWEST_ROWS * scene.render.fps / scene.render.fps_base / FPS
    return start + lead <= scene.frame_current <= np.ceil(end)


def keys_behind(armature: bpy.types.Object, frame: int) -> bool:
    """Whether going on from ``frame`` replaces keys."""
    return keyed_range(armature)[1] > frame


def plan_going_on(
    armature: bpy.types.Object, scene: bpy.types.Scene, seconds: float | None, options: EditOptions
) -> tuple[Edit, dict[str, Any]]:
    """The edit that makes ``seconds`` of motion from the current frame on, and its params, like ``plan_edit``.

    ``seconds`` None: as long as such a motion usually takes. Raises ValueError, saying what to do.
    """
    wish = KINDS["extend"].wish(direction="HERE", seconds=AS_LONG_AS_USUAL if seconds is None else seconds)
    return plan_edit(armature, scene, find_aim(armature, find_mapping(armature), scene, wish), options)
