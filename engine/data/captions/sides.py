"""Sentences that name no side are told of right-handed motions alone.

Every clip has a mirrored twin. "Waves" would be true of both, and tokens that are filled in parallel, before they have
seen each other, would then be half of a right and half of a left wave. People who do not say a side mean the right one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.predicates import body

Side = Literal["left", "right"]
# How much rarer a left-handed motion is drawn if all that is said of it names no side.
UNNAMED_WEIGHT = 0.35
_NAMES_SIDE = re.compile(
    r"\b(left|right|lefts|rights|left-\w+|right-\w+|\w*clockwise|both|other|each)\b", re.IGNORECASE
)
# What one side has to be ahead of the other by: a wrist's place in the chest's frame and how it wanders, in metres,
# and a foot's height over the other's.
_ARM_LIFT, _ARM_RANGE, _FOOT_LIFT = 0.16, 0.12, 0.2


def leading_side(joints: NDArray[np.floating]) -> Side | None:
    """Which side's arm or leg does what (T, J >= 22, 3) joints show; None where both do alike.

    A leg leads that is lifted clearly higher than the other (kicks, hops), else an arm that is held further from
    hanging, or moves further, than the other.
    """
    feet = {side: float(np.percentile(joints[:, body.ANKLE[side], 1], 95)) for side in body.SIDES}
    if abs(feet["left"] - feet["right"]) > _FOOT_LIFT:
        return "left" if feet["left"] > feet["right"] else "right"
    wrists = {side: body.in_chest(joints, joints[:, body.WRIST[side]]) for side in body.SIDES}
    lifted = {side: np.percentile(wrists[side][:, 1] + np.maximum(wrists[side][:, 2], 0.0), 80) for side in body.SIDES}
    ranged = {side: np.linalg.norm(np.std(wrists[side], axis=0)) for side in body.SIDES}
    lead = float((lifted["left"] - lifted["right"]) / _ARM_LIFT + (ranged["left"] - ranged["right"]) / _ARM_RANGE)
    if abs(lead) < 1.0:
        return None
    return "left" if lead > 0.0 else "right"


def names_side(caption: str) -> bool:
    """Whether a sentence says left, right, both, or which way round."""
    return _NAMES_SIDE.search(caption) is not None


def tell_of_right_handers(
    captions: Sequence[str], joints: NDArray[np.floating], side: str = ""
) -> tuple[list[str], float]:
    """The captions that are told of a clip (T, J, 3) in training, and by how much to weigh it.

    Of a motion of the left, which `side` says or else `joints` show, those that name a side; if none does, all of them
    and a lower weight.
    """
    named = [caption for caption in captions if names_side(caption)]
    if len(named) == len(captions) or (side or leading_side(joints)) != "left":
        return list(captions), 1.0
    return (named, 1.0) if named else (list(captions), UNNAMED_WEIGHT)
