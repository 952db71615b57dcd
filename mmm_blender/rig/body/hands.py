"""Hands at ease: in line with the forearm, dropping a little."""

from __future__ import annotations

import numpy as np

from ...coordinates import FloatArray
from ..rotations import about, normalize, swing
from ..skeleton import RigRest
from .fingers import hand_axes

DROP = np.radians(12.0)  # how far a relaxed hand hangs towards its palm


def relaxed_hand(rest: RigRest, side: str) -> FloatArray:
    """(3, 3) turn, armature space, that takes the hand from its rest pose to a relaxed one, the forearm at rest.

    Where too few fingers are known to tell the palm, the hand is only brought in line.
    """
    elbow, wrist = (rest.heads[f"{side}_{joint}"] for joint in ("elbow", "wrist"))
    axes = hand_axes(rest, side)
    along = axes[1] if axes is not None else normalize(rest.tails[f"{side}_wrist"] - wrist)
    turn = swing(along, normalize(wrist - elbow))
    return turn if axes is None else about(turn @ axes[0], DROP) @ turn
