"""Twist bones: they share the twist of the limb they lie along, or that of the hand at its end."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...coordinates import FloatArray
from .. import slots
from ..rotations import about, normalize, rotate, twist_angle, within_reach
from .fitted import Body
from .hinges import Limb

PRONATION_SHARE = 0.5  # of a hand's turn about the forearm that a forearm of one bone makes with it
MOST_PRONATION = np.radians(120)  # radians from which a turn about the forearm is noise


def share_twist(body: Body, joint: str, following: str, limb: Limb) -> None:
    """Turns of a limb's upper bone and of the twist bones along it."""
    if not _twist_bones(body, joint):
        body.turns[joint] = limb.upper
        return
    # beside: the bone carries what hangs on it, each twist bone has its share
    _share_along(body, joint, following, limb.twisted, 1.0)


def share_pronation(body: Body, elbow: str, wrist: str) -> None:
    """Turns of a forearm and of the twist bones along it, for a hand that turns about it.

    Needs the hand's turn and the forearm's as its hinge has it, which twist bones leave as it is.
    """
    lower = body.turns[elbow]
    along = rotate(lower, normalize(body.rest.heads[wrist] - body.rest.heads[elbow]))
    angle = within_reach(twist_angle(body.turns[wrist] @ np.swapaxes(lower, -1, -2), along), MOST_PRONATION)

    def twisted(share: float) -> FloatArray:
        return about(along, share * angle) @ lower

    if _twist_bones(body, elbow):
        _share_along(body, elbow, wrist, twisted, 0.0)
    else:
        body.turns[elbow] = twisted(PRONATION_SHARE)


def _twist_bones(body: Body, joint: str) -> list[str]:
    return [slot for slot in slots.twist_slots(joint) if slot in body.rest.heads]


def _share_along(body: Body, joint: str, following: str, twisted: Callable[[float], FloatArray], own: float) -> None:
    """Turns of the bone of ``joint``, which takes its ``own`` share of a twist, and of the twist bones along it."""
    rest, twists = body.rest, _twist_bones(body, joint)
    along = rest.heads[following] - rest.heads[joint]
    chain, above = set(), rest.parents[following]
    while above is not None and above != joint:
        chain.add(above)
        above = rest.parents[above]
    in_line = [slot for slot in twists if slot in chain]
    # in line: the bone itself stays untwisted and hands the twist down
    body.turns[joint] = twisted(0.0 if in_line else own)
    for place, slot in enumerate(in_line, 1):
        body.turns[slot] = twisted(place / len(in_line))
    beside = [slot for slot in twists if slot not in chain]
    for place, slot in enumerate(beside, 1):
        share = float((rest.heads[slot] - rest.heads[joint]) @ along / (along @ along))
        even = place / (len(beside) + 1)
        # bones that all sit at the joint say nothing about their place: spread them evenly
        body.turns[slot] = twisted(share if 0.05 < share < 1.0 else even)
