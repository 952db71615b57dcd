"""Hands: as a motion shows them, or at ease, in line with the forearm and dropping a little.

The axes of a hand are the way it points, from the wrist to the knuckle of the middle finger, and the way to its thumb's
side, square to it, across the palm.
"""

from __future__ import annotations

import numpy as np

from ...coordinates import FloatArray
from .. import slots
from ..rotations import about, dot, frame, normalize, swing
from ..skeleton import RigRest
from .fingers import hand_axes
from .torso import Points

DROP = np.radians(12.0)  # how far a relaxed hand hangs towards its palm
ASIDE = 0.25  # share of its length by which a thumb stands off the hand's line, to say anything about its side


def are_shown(points: Points) -> bool:
    """Whether a motion says how its hands are turned."""
    return "left_hand" in points


def rest_frame(rest: RigRest, side: str, facing: FloatArray) -> FloatArray:
    """(3, 3) axes of a hand at rest as columns, armature space: along it, to the thumb's side, and across both.

    Along: to the middle finger's knuckle, to the middle of those known, or as the forearm goes. To the thumb's side:
    from the last finger's knuckle to the first, as the palm lies; else where the thumb is; else ahead, as in a T-pose
    with the palms down.
    """
    elbow, wrist = (rest.heads[f"{side}_{joint}"] for joint in ("elbow", "wrist"))
    knuckles = _knuckles(rest, side)
    middle = _middle(knuckles) if knuckles else wrist
    along = normalize(middle - wrist if np.linalg.norm(middle - wrist) > 0 else wrist - elbow)
    thumb = [rest.heads[slot] for slot in slots.finger_slots(side, "thumb") if slot in rest.heads]
    across = [*knuckles.values()][0] - [*knuckles.values()][-1] if len(knuckles) > 1 else np.zeros(3)
    for towards in (across, *(head - wrist for head in reversed(thumb)), facing[:, 2]):
        aside = towards - along * (towards @ along)
        if np.linalg.norm(aside) > ASIDE * np.linalg.norm(towards):
            return frame(along, aside)
    return frame(along, facing[:, 1])  # a hand that points ahead at rest


def length_of(rest: RigRest, side: str) -> float | None:
    """From the wrist to the knuckle of the middle finger, or None where no fingers are known."""
    knuckles = _knuckles(rest, side)
    return float(np.linalg.norm(_middle(knuckles) - rest.heads[f"{side}_wrist"])) if knuckles else None


def turn_hand(
    rest: RigRest, side: str, facing: FloatArray, forearm: FloatArray, hand: FloatArray, thumb: FloatArray
) -> FloatArray:
    """Turn (T, 3, 3) of a hand that points along ``hand`` (T, 3), its thumb's side towards ``thumb`` (T, 3).

    ``forearm`` (T, 3, 3): its turn, which a hand follows in what the motion does not show.
    """
    still = rest_frame(rest, side, facing)
    following = forearm @ still
    along = _where_shown(hand, following[..., 0], 0.0)
    aside = thumb - along * dot(thumb, along)[:, None]
    aside = _where_shown(aside, following[..., 1], ASIDE * np.linalg.norm(thumb, axis=-1))
    return frame(along, aside) @ still.T


def relaxed_hand(rest: RigRest, side: str) -> FloatArray:
    """(3, 3) turn, armature space, that takes the hand from its rest pose to a relaxed one, the forearm at rest.

    Where too few fingers are known to tell the palm, the hand is only brought in line.
    """
    elbow, wrist = (rest.heads[f"{side}_{joint}"] for joint in ("elbow", "wrist"))
    axes = hand_axes(rest, side)
    along = axes[1] if axes is not None else normalize(rest.tails[f"{side}_wrist"] - wrist)
    turn = swing(along, normalize(wrist - elbow))
    return turn if axes is None else about(turn @ axes[0], DROP) @ turn


def _knuckles(rest: RigRest, side: str) -> dict[str, FloatArray]:
    """Finger -> (3,) where it begins; without the thumb."""
    return {
        finger: rest.heads[f"{side}_{finger}1"]
        for finger in slots.FINGERS
        if finger != "thumb" and f"{side}_{finger}1" in rest.heads
    }


def _middle(knuckles: dict[str, FloatArray]) -> FloatArray:
    """(3,) that of the middle finger, or between all."""
    return np.asarray(knuckles.get("middle", np.mean([*knuckles.values()], 0)))


def _where_shown(directions: FloatArray, otherwise: FloatArray, least: FloatArray | float) -> FloatArray:
    """Unit vectors (T, 3) along ``directions``, or ``otherwise`` where they are no longer than ``least``."""
    length = np.linalg.norm(directions, axis=-1)
    return np.where((length > np.maximum(least, 1e-9))[:, None], normalize(directions), otherwise)
