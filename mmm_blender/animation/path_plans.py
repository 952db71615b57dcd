"""From a curve and a prompt to the engine's question."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np

from .. import protocol
from ..coordinates import world_to_motion
from ..rig.finding.find_mapping import find_mapping
from ..rig.skeleton import read_rest
from ..translation import rpt_
from .here import root_moved
from .paths import curve_points, units_per_metre

SHORTEST = 0.3  # metres of motion; what is shorter is no way to go


def plan_path(
    armature: bpy.types.Object, curve: bpy.types.Object | None, prompt: str, speed: float
) -> dict[str, Any]:
    """The engine's params for going along ``curve``; ``speed`` in scene units a second, 0: as the motion goes.

    Raises ValueError, saying what to do, without a prompt, without a curve, or for one that leads nowhere.
    """
    # one that was deleted lives on as long as the setting points at it
    if curve is None or curve.type != "CURVE" or not curve.users_scene:
        raise ValueError(rpt_("Choose a curve that the character is to follow"))
    if not prompt:
        raise ValueError(rpt_("Type how the character goes, such as “a person walks forward”"))
    rest = read_rest(armature, find_mapping(armature))
    moved = root_moved(armature, rest)
    holder = np.array(armature.matrix_world) @ (np.eye(4) if moved is None else moved)
    units = units_per_metre(rest)
    points = world_to_motion(curve_points(curve), holder, rest.facing(), units)
    ground = points[:, [0, 2]]
    if np.linalg.norm(np.diff(ground, axis=0), axis=-1).sum() < SHORTEST:
        message = rpt_("The curve '{name}' has no length on the floor: draw a longer one, or scale it up")
        raise ValueError(message.format(name=curve.name))
    size = float(np.linalg.norm(holder[:3, 0])) * units
    return {"points": protocol.encode_array(ground), "prompt": prompt, "speed": speed / size if speed > 0 else None}
