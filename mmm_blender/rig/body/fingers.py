"""Fingers: a hand at ease, since a motion of 22 joints says nothing of them."""

from __future__ import annotations

import numpy as np

from ...coordinates import FloatArray
from .. import slots
from ..rotations import normalize
from ..skeleton import RigRest

CURL = np.radians([22.0, 30.0, 18.0])  # a relaxed finger's bend at its joints, from the palm's plane
THUMB_CURL = np.radians([6.0, 12.0, 12.0])
MORE_TO_THE_LITTLE_FINGER = 0.12  # share by which each finger bends more than its neighbour
MOST_CURL = np.radians(50.0)


def relax_fingers(rest: RigRest) -> dict[str, FloatArray]:
    """Bone -> (4,) pose quaternion of the mapped finger bones; empty for hands without fingers.

    Bends what the rest pose has not bent already, about the line of the knuckles.
    """
    still: dict[str, FloatArray] = {}
    bone_of = dict(zip(rest.joints, rest.bones, strict=True))
    for side in slots.SIDES:
        hand = hand_axes(rest, side)
        if hand is None:
            continue
        hinge, ahead = hand
        for number, finger in enumerate(slots.FINGERS):
            chain = [slot for slot in slots.finger_slots(side, finger) if slot in rest.heads]
            curl = THUMB_CURL if finger == "thumb" else CURL * (1 + MORE_TO_THE_LITTLE_FINGER * (number - 1))
            before = np.asarray(ahead)
            for place, slot in enumerate(chain):
                following = chain[place + 1] if place + 1 < len(chain) else None
                end = rest.heads[following] if following else rest.tails[slot]
                along = normalize(end - rest.heads[slot])
                # how far the rest pose has closed it already; a thumb's first joint follows no such rule
                bent = np.arctan2(np.cross(before, along) @ hinge, before @ along)
                closed = 0.0 if finger == "thumb" and place == 0 else max(float(bent), 0.0)
                angle = float(np.clip(curl[place] - closed, 0.0, MOST_CURL))
                axis = rest.rotations[slot].T @ hinge
                still[bone_of[slot]] = np.concatenate([[np.cos(angle / 2)], np.sin(angle / 2) * axis])
                before = along
    return still


def hand_axes(rest: RigRest, side: str) -> tuple[FloatArray, FloatArray] | None:
    """Axis (3,) about which the fingers of a hand close, and the way the palm points; None when too few
    fingers are known.
    """
    roots = [f"{side}_{finger}1" for finger in slots.FINGERS[1:] if f"{side}_{finger}1" in rest.heads]
    if len(roots) < 2:
        return None
    wrist = rest.heads[f"{side}_wrist"]
    ahead = normalize(np.mean([rest.heads[root] for root in roots], 0) - wrist)
    across = rest.heads[roots[0]] - rest.heads[roots[-1]]
    across = across - ahead * (across @ ahead)
    if np.linalg.norm(across) < 1e-9:
        return None
    # with the palm down and the thumb ahead, left fingers point left: they close about the way back
    return normalize(across) * (-1.0 if side == "left" else 1.0), ahead
