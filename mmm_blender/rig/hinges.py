"""Aim a two-bone limb and take its twist from the plane of its elbow or knee.

A bent limb shows its twist: the plane through its three joints. A straight one does not, and the
plane of a nearly straight one is mostly noise. So the twist is measured against a reference that
always exists (the parent's turn, swung onto the upper bone), trusted as far as the limb is bent,
and carried through the straight frames from the bent ones on either side.
"""

from __future__ import annotations

import numpy as np

from ..coordinates import FloatArray
from .rotations import about, frame, normalize, rotate, swing

Joints = tuple[FloatArray, FloatArray, FloatArray]

STRAIGHT = np.sin(np.radians(10))  # sine of the bend below which the plane says nothing
BENT = np.sin(np.radians(35))  # ... and above which it is taken as it is
SMOOTHING = 3.0  # frames; width of the average over frames that are not fully trusted


def turn_limb(
    parent: FloatArray, rest: Joints, motion: Joints, bends_towards: FloatArray, twist_limit: float
) -> tuple[FloatArray, FloatArray]:
    """Turns (T,3,3) of the upper and the lower bone of a limb.

    ``parent``: turn (T,3,3) of the bone above. ``rest``: root, middle, end joint (3,) of the rest
    pose; ``motion``: the same, (T,3). ``bends_towards``: (3,) where the end moves when a straight
    rest limb bends. Twists beyond ``twist_limit`` radians are noise (an elbow bent backwards).
    """
    rest_upper, rest_lower = rest[1] - rest[0], rest[2] - rest[1]
    upper, lower = normalize(motion[1] - motion[0]), normalize(motion[2] - motion[1])
    rest_normal = _rest_normal(rest_upper, rest_lower, bends_towards)
    reference = rotate(swing(rotate(parent, rest_upper), upper) @ parent, rest_normal)
    measured = np.cross(upper, lower)
    angle = np.arctan2(
        np.sum(np.cross(reference, measured) * upper, -1), np.sum(reference * measured, -1)
    )
    bend = np.linalg.norm(measured, axis=-1)
    trust = np.clip((bend - STRAIGHT) / (BENT - STRAIGHT), 0.0, 1.0)
    trust = np.where(np.abs(angle) > twist_limit, 0.0, trust)
    normal = rotate(about(upper, fill_twist(angle, trust)), reference)
    return (
        frame(upper, normal) @ frame(rest_upper, rest_normal).T,
        frame(lower, normal) @ frame(rest_lower, rest_normal).T,
    )


def fill_twist(angle: FloatArray, trust: FloatArray) -> FloatArray:
    """Twist (T,) for every frame from measured ``angle`` (T,) and its ``trust`` (T,) in 0..1.

    Untrusted frames are interpolated from trusted neighbours; with none at all the twist is zero.
    """
    frames = np.arange(len(angle))
    sure = np.flatnonzero(trust > 0.05)
    if len(sure) == 0:
        return np.zeros_like(angle)
    filled = np.interp(frames, sure, np.unwrap(angle[sure]))
    reach = int(np.ceil(3 * SMOOTHING))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / SMOOTHING) ** 2)
    weight = np.maximum(trust, 1e-3)
    padded = np.pad(filled * weight, reach, mode="edge"), np.pad(weight, reach, mode="edge")
    smooth = np.convolve(padded[0], kernel, "valid") / np.convolve(padded[1], kernel, "valid")
    return np.asarray(smooth + trust * (filled - smooth))


def _rest_normal(upper: FloatArray, lower: FloatArray, bends_towards: FloatArray) -> FloatArray:
    """Unit normal (3,) of the bending plane in the rest pose; a straight limb shows none of its own."""
    bend = np.cross(normalize(upper), normalize(lower))
    expected = normalize(np.cross(upper, bends_towards))
    # a visible bend the right way is the rig's own hinge; anything less is modelling noise
    if np.linalg.norm(bend) > STRAIGHT and bend @ expected > 0:
        expected = normalize(bend)
    return normalize(expected - normalize(upper) * (expected @ normalize(upper)))
