"""Loose bones: keyed by rotation and place so that they are where the body brings them, whatever carries them."""

from __future__ import annotations

import numpy as np

from ...coordinates import FloatArray
from ..rotations import rotate
from ..skeleton import LooseBone, RigRest
from .torso import Points, Turns


def place_bone(rest: RigRest, loose: LooseBone, turns: Turns, places: Points) -> tuple[FloatArray, FloatArray | None]:
    """Rotation (T, 3, 3) against rest as the bone sees it, and location (T, 3), None for a bone that is tied.

    ``turns``, ``places``: slot -> (T, 3, 3) and (T, 3), armature space, of all that carries it.
    """
    turn, carrier = turns[loose.slot], loose.carrier
    while carrier is not None and carrier not in turns:
        carrier = rest.parents[carrier]
    if loose.pole is None:
        place = places[loose.slot] + rotate(turn, loose.head - rest.heads[loose.slot])
    else:
        line = places[loose.pole.end] - places[loose.slot]
        place = places[loose.slot] + rotate(turn, loose.pole.across) + loose.pole.share * line
    above, carried = np.eye(3)[None], loose.head
    if carrier is not None:
        above = turns[carrier]
        carried = places[carrier] + rotate(above, loose.head - rest.heads[carrier])
    back = np.swapaxes(above, -1, -2)
    rotation = loose.axes.T @ (back @ turn) @ loose.axes
    if loose.location_axes is None:
        return rotation, None
    return rotation, rotate(back, place - carried) @ loose.location_axes
