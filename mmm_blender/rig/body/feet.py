"""Feet on the ground (foot contact and foot locking): when they stand, where they are held, how far hips give way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...coordinates import FloatArray
from ..resampling import solve_tridiagonal
from ..rotations import rotate, smooth, swing
from ..skeleton import RigRest
from ..slots import SIDES
from .torso import Points

TOE_ON_GROUND = 0.01  # height of the toe joint of a standing foot, metres (HumanML3D's floor)
RAISED = (0.05, 0.14)  # metres: a toe joint below the first is on the ground, above the second not


@dataclass(frozen=True)
class ContactRule:
    """When a foot stands (foot contact), and how it is held; the source's toe joint decides.

    Attributes:
        low, high: metres above the floor, toe heights up to which a contact is sure and from which there is none.
        slow, fast: metres a second over the floor, likewise: a slide is slower than a step.
        return_planted, return_free: per second squared, how strongly a foot is drawn back to where it was aimed
            while it stands and while it is in the air.
        stiff: without unit, by how much more a step counts that stands than one through the air.
        blend: seconds over which a contact sets in.
        shortest: seconds; what lasts less is no contact.
    """

    low: float = 0.05
    high: float = 0.09
    slow: float = 0.15
    fast: float = 0.4
    return_planted: float = 1.0
    return_free: float = 25.0
    stiff: float = 1.5
    blend: float = 0.03
    shortest: float = 0.1


CONTACT = ContactRule()


def contact_weights(toe: FloatArray, fps: float, rule: ContactRule = CONTACT) -> FloatArray:
    """(T-1,) how surely a toe (T, 3), motion space, stands between two frames, 0..1."""
    height = np.maximum(toe[1:, 1], toe[:-1, 1])
    speed = np.linalg.norm(np.diff(toe[:, [0, 2]], axis=0), axis=-1) * fps
    low = np.clip((rule.high - height) / (rule.high - rule.low), 0.0, 1.0)
    slow = np.clip((rule.fast - speed) / (rule.fast - rule.slow), 0.0, 1.0)
    return smooth(_lasting(low * slow, rule.shortest * fps), rule.blend * fps)


def _lasting(contact: FloatArray, frames: float) -> FloatArray:
    """``contact`` (T,) without what is shorter than ``frames``: a foot that turns round is slow for a moment."""
    reach = int(round(frames / 2))
    if reach < 1:
        return contact
    lowest = np.lib.stride_tricks.sliding_window_view(np.pad(contact, reach, mode="edge"), 2 * reach + 1).min(-1)
    return np.lib.stride_tricks.sliding_window_view(np.pad(lowest, reach, mode="edge"), 2 * reach + 1).max(-1)


def grounded(height: FloatArray) -> FloatArray:
    """(T,) 0..1 how much a foot with its toe joint at ``height`` (T,) metres belongs to the ground."""
    low, high = RAISED
    return np.asarray(np.clip((high - height) / (high - low), 0.0, 1.0))


def hold(
    path: FloatArray, contact: FloatArray, fps: float, matters: FloatArray | float = 1.0, rule: ContactRule = CONTACT
) -> FloatArray:
    """``path`` (T, 2) over the floor, still where ``contact`` (T-1,) says so.

    The least-squares path whose steps are (1 - contact) times those given, and which stays near the
    given one with a strength that depends on contact and, while it stands, on how much it ``matters``
    (T,): where a straight leg stands shows more than where a bent one does.
    """
    planted = np.concatenate((contact[:1], np.maximum(contact[1:], contact[:-1]), contact[-1:]))
    pull = (matters * rule.return_planted * planted + rule.return_free * (1.0 - planted)) / fps**2
    stiff = 1.0 + rule.stiff * contact
    wanted = (stiff * (1.0 - contact))[:, None] * np.diff(path, axis=0)
    middle = pull + np.append(stiff, 0.0) + np.append(0.0, stiff)
    right = pull[:, None] * path
    right[1:] += wanted
    right[:-1] -= wanted
    return solve_tridiagonal(np.append(0.0, -stiff), middle, np.append(-stiff, 0.0), right)


def ball_of(rest: RigRest, still: Points, side: str, scale: float, up: FloatArray) -> FloatArray:
    """The rig's toe joint (3,) at rest; for feet of one bone, where it would be."""
    ankle, foot = f"{side}_ankle", f"{side}_foot"
    if foot in rest.heads:
        return np.asarray(rest.heads[foot])
    offset = (still[foot] - still[ankle]) * scale
    bone = rest.tails[ankle] - rest.heads[ankle]
    own = level(bone, up)
    if np.linalg.norm(own) > 0.3 * np.linalg.norm(bone):
        offset = rotate(swing(level(offset, up), own), offset)
    return np.asarray(rest.heads[ankle] + offset)


def flat_foot(rest: RigRest, still: Points, side: str, up: FloatArray) -> FloatArray:
    """Ankle to toe joint (3,), metres, of the canonical foot standing flat, turned out as the rig's own:
    so flat stays flat on any rig.
    """
    ankle, foot = f"{side}_ankle", f"{side}_foot"
    flat = still[foot] - still[ankle]
    own = ball_of(rest, still, side, 1.0, up) - rest.heads[ankle]
    if np.linalg.norm(level(own, up)) > 0.3 * np.linalg.norm(own):
        flat = rotate(swing(level(flat, up), level(own, up)), flat)
    return np.asarray(flat)


def floor_offset(rest: RigRest, facing: FloatArray, scale: float) -> float:
    """How much higher the rig's ankles stand above its origin than the motion's do."""
    up, still = facing[:, 1], rest.standing(facing)
    ankles = [rest.heads[f"{side}_ankle"] @ up for side in SIDES]
    return float(np.mean(ankles)) - standing_ankle(still, up) * scale


def standing_ankle(still: Points, up: FloatArray) -> float:
    """Height in metres of the ankle of a motion's foot that stands flat; ``still``: the canonical standing body."""
    return TOE_ON_GROUND + float(still["left_ankle"] @ up - still["left_foot"] @ up)


def level(direction: FloatArray, up: FloatArray) -> FloatArray:
    """Horizontal part of ``direction`` (..., 3)."""
    return np.asarray(direction - (direction @ up)[..., None] * up)


def ease(values: FloatArray, fps: float, seconds: float = 0.08) -> FloatArray:
    """The smallest smooth curve (T,) that stays above ``values`` (T,), roughly: a maximum, averaged."""
    reach = max(int(round(2 * seconds * fps)), 1)
    padded = np.pad(values, reach, mode="edge")
    highest = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).max(-1)
    return np.maximum(smooth(highest, seconds * fps), values)
