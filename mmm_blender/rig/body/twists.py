"""Twist bones: they share the twist of the limb they lie along."""

from __future__ import annotations

from .. import slots
from .fitted import Body
from .hinges import Limb


def share_twist(body: Body, joint: str, following: str, limb: Limb) -> None:
    """Turns of a limb's upper bone and of the twist bones along it."""
    rest = body.rest
    twists = [slot for slot in slots.twist_slots(joint) if slot in rest.heads]
    if not twists:
        body.turns[joint] = limb.upper
        return
    along = rest.heads[following] - rest.heads[joint]
    chain, above = set(), rest.parents[following]
    while above is not None and above != joint:
        chain.add(above)
        above = rest.parents[above]
    in_line = [slot for slot in twists if slot in chain]
    # in line: the bone itself stays untwisted and hands the twist down; beside: each has its share
    body.turns[joint] = limb.twisted(0.0 if in_line else 1.0)
    for place, slot in enumerate(in_line, 1):
        body.turns[slot] = limb.twisted(place / len(in_line))
    beside = [slot for slot in twists if slot not in chain]
    for place, slot in enumerate(beside, 1):
        share = float((rest.heads[slot] - rest.heads[joint]) @ along / (along @ along))
        even = place / (len(beside) + 1)
        # bones that all sit at the joint say nothing about their place: spread them evenly
        body.turns[slot] = limb.twisted(share if 0.05 < share < 1.0 else even)
