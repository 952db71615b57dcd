"""Hinges (two-bone limbs, analytic two-bone IK): aim a limb, take its twist from the plane of its elbow or knee,
and reach with it.

A bent limb shows its twist: the plane through its three joints. A straight one does not, and the
plane of a nearly straight one is mostly noise. So the twist is measured against a reference that
always exists (the parent's turn, swung onto the upper bone), trusted as far as the limb is bent,
and carried through the straight frames from the bent ones on either side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...coordinates import FloatArray
from ..elasticity import Elasticity
from ..rotations import about, dot, frame, normalize, rotate, smooth, swing

Joints = tuple[FloatArray, FloatArray, FloatArray]

STRAIGHT = np.sin(np.radians(10))  # sine of the bend below which the plane says nothing
BENT = np.sin(np.radians(35))  # ... and above which it is taken as it is
SMOOTHING = 0.15  # seconds; width of the average over frames that are not fully trusted
NEAR_LIMIT = 0.5  # share of its limit from which a twist is doubted more and more
AHEAD = np.radians(85)  # twists nearer than this to the one measured bend a limb forwards
LEAST_BEND = np.radians(1.0)  # a limb never quite straightens, so that its hinge stays defined
REACH = 0.9998  # share of its length that a limb can stretch to


@dataclass(frozen=True)
class Limb:
    """Turns of a limb's two bones, armature space.

    ``swung`` (T,3,3): the upper bone's turn without its ``twist`` (T,) radians about ``axis`` (T,3). ``hinge``: (3,)
    the only axis, at rest, that the lower one turns about against the upper one; None where it is free.
    """

    upper: FloatArray
    lower: FloatArray
    swung: FloatArray
    twist: FloatArray
    axis: FloatArray
    hinge: FloatArray | None = None

    def twisted(self, share: float) -> FloatArray:
        """Turn (T,3,3) of a bone along the upper one that takes ``share`` of its twist."""
        return about(self.axis, share * self.twist) @ self.swung


def turn_limb(
    parent: FloatArray,
    rest: Joints,
    motion: Joints,
    bends_towards: FloatArray,
    twist_limit: float,
    fps: float,
    hinge: FloatArray | None = None,
) -> Limb:
    """Turn a limb as the motion's joints lie.

    ``parent``: turn (T,3,3) of the bone above. ``rest``: root, middle, end joint (3,) of the rest
    pose; ``motion``: the same, (T,3). ``bends_towards``: (3,) where the end moves when a straight
    rest limb bends. Twists beyond ``twist_limit`` radians are noise (an elbow bent backwards); a
    limb that still bends backwards is held straight. ``hinge``: (3,) the only axis, at rest, that the
    rig lets it bend about, None where it may bend about any.
    """
    rest_upper, rest_lower = rest[1] - rest[0], rest[2] - rest[1]
    upper, lower = normalize(motion[1] - motion[0]), normalize(motion[2] - motion[1])
    axle = rest_normal(rest_upper, rest_lower, bends_towards)
    if hinge is not None:
        axle = normalize(hinge - normalize(rest_upper) * (hinge @ normalize(rest_upper)))
    swung = swing(rotate(parent, rest_upper), upper) @ parent
    reference = rotate(swung, axle)
    measured = np.cross(upper, lower)
    angle = np.arctan2(dot(np.cross(reference, measured), upper), dot(reference, measured))
    bend = np.linalg.norm(measured, axis=-1)
    shown = np.clip((bend - STRAIGHT) / (BENT - STRAIGHT), 0.0, 1.0)
    trust = shown * np.clip((twist_limit - np.abs(angle)) / (NEAR_LIMIT * twist_limit), 0.0, 1.0)
    twist = fill_twist(angle, trust, SMOOTHING * fps)
    # however much is doubted, a limb that is plainly bent is not bent backwards: that would be held straight
    widest = AHEAD / np.maximum(shown, 1e-3)
    twist = np.clip(twist, angle - widest, angle + widest)
    normal = rotate(about(upper, twist), reference)
    # the bend about the hinge; what lies across it stays, what goes backwards does not
    ahead, aside = np.cross(normal, upper), dot(lower, normal)
    bent = np.arctan2(dot(lower, ahead), dot(lower, upper))
    angle = np.maximum(bent, LEAST_BEND)
    # held straight, it points where its end is: both bones give way, the longer one less
    lengths = [np.linalg.norm(b - a, axis=-1) for a, b in zip(motion, motion[1:], strict=False)]
    back = (angle - bent) * lengths[1] / np.maximum(lengths[0] + lengths[1], 1e-9)
    angle = angle - back
    flat = np.cos(angle)[:, None] * upper + np.sin(angle)[:, None] * ahead
    lower = normalize(flat * np.sqrt(np.maximum(1 - aside**2, 0.0))[:, None] + normal * aside[:, None])
    if hinge is not None:
        turned = frame(upper, normal) @ frame(rest_upper, axle).T
        bend = about(hinge, _bend(hinge, turned, rest, lower))
        # a hinge that lies askew lets the lower bone point aside: both give way, so that the end is where it should be
        long, short = (float(np.linalg.norm(bone)) for bone in (rest_upper, rest_lower))
        shown = rotate(turned, rest_upper + rotate(bend, rest_lower))
        tilt = swing(shown, long * upper + short * lower)
        return Limb(tilt @ turned, tilt @ turned @ bend, tilt @ swung, twist, rotate(tilt, upper), hinge)
    tilt = about(normal, -back)
    upper = rotate(tilt, upper)
    return Limb(
        frame(upper, normal) @ frame(rest_upper, axle).T,
        frame(lower, normal) @ frame(rest_lower, axle).T,
        tilt @ swung,
        twist,
        upper,
    )


def reach(limb: Limb, start: FloatArray, rest: Joints, wanted: FloatArray, elastic: Elasticity | None = None) -> Limb:
    """Bend ``limb`` so that its end comes to ``wanted`` (T,3); it starts at ``start`` (T,3).

    Analytic two-bone inverse kinematics in the limb's own bending plane, turned along with the line
    from start to end. What is out of reach is approached as far as it goes. ``elastic``: how the
    bones' lengths change as the limb bends.
    """
    if limb.hinge is not None:
        return _reach_about(limb, limb.hinge, start, rest, wanted)
    upper, lower = rotate(limb.upper, rest[1] - rest[0]), rotate(limb.lower, rest[2] - rest[1])
    lengths = np.linalg.norm(np.diff(rest, axis=0), axis=-1)[None]
    line = normalize(wanted - start)
    distance = np.linalg.norm(wanted - start, axis=-1, keepdims=True)
    if elastic is not None:
        shares = elastic.reaching(distance[:, 0], float(lengths[0, 0]), float(lengths[0, 1]))
        upper, lower = upper * shares[:, :1], lower * shares[:, 1:]
        lengths = lengths * shares
    long, short = lengths[:, :1], lengths[:, 1:]
    distance = np.clip(distance, abs(long - short) * 1.001 + 1e-9, (long + short) * REACH)
    turned = swing(upper + lower, line)
    outwards = rotate(turned, upper)
    outwards = normalize(outwards - line * dot(outwards, line)[:, None])
    along = (long**2 - short**2 + distance**2) / (2 * distance)
    knee = line * along + outwards * np.sqrt(np.maximum(long**2 - along**2, 0.0))
    above, below = (rotate(turned, part) for part in (upper, lower))
    bent = swing(above, knee) @ turned
    return Limb(
        bent @ limb.upper,
        swing(below, line * distance - knee) @ turned @ limb.lower,
        bent @ limb.swung,
        limb.twist,
        normalize(knee),
    )


def _reach_about(limb: Limb, hinge: FloatArray, start: FloatArray, rest: Joints, wanted: FloatArray) -> Limb:
    """``reach`` by bending about ``hinge`` (3,) alone, whose plane need not hold the limb."""
    upper, lower = rest[1] - rest[0], rest[2] - rest[1]
    distance = np.linalg.norm(wanted - start, axis=-1)
    steady, widest, straight = _extension(hinge, upper, lower)
    inner = (distance**2 - upper @ upper - lower @ lower) / 2
    angle = straight + np.arccos(np.clip((inner - steady) / widest, -1.0, REACH))
    bend = about(hinge, angle)
    turned = swing(rotate(limb.upper, upper + rotate(bend, lower)), wanted - start)
    above = turned @ limb.upper
    return Limb(above, above @ bend, turned @ limb.swung, limb.twist, normalize(rotate(above, upper)), hinge)


def _bend(hinge: FloatArray, turned: FloatArray, rest: Joints, lower: FloatArray) -> FloatArray:
    """Radians (T,) about ``hinge`` that bring the lower bone, below an upper one ``turned`` (T,3,3), nearest to point
    along ``lower`` (T,3); never back beyond straight.
    """
    wanted, still = rotate(np.swapaxes(turned, -1, -2), lower), rest[2] - rest[1]
    angle = np.arctan2(wanted @ np.cross(hinge, still), wanted @ (still - hinge * (hinge @ still)))
    _, _, straight = _extension(hinge, rest[1] - rest[0], still)
    return np.asarray(np.maximum(angle, straight + LEAST_BEND))


def _extension(hinge: FloatArray, upper: FloatArray, lower: FloatArray) -> tuple[float, float, float]:
    """How a limb's length depends on its bend: upper . lower = first + second cos(bend - third)."""
    along = hinge * (hinge @ lower)
    near, far = float(upper @ (lower - along)), float(upper @ np.cross(hinge, lower))
    return float(upper @ along), float(np.hypot(near, far)), float(np.arctan2(far, near))


def fill_twist(angle: FloatArray, trust: FloatArray, width: float = 3.0) -> FloatArray:
    """Twist (T,) for every frame from measured ``angle`` (T,) and its ``trust`` (T,) in 0..1.

    Untrusted frames are interpolated from trusted neighbours; with none at all the twist is zero.
    ``width``: frames that the average over doubtful frames reaches to.
    """
    frames = np.arange(len(angle))
    sure = np.flatnonzero(trust > 0.05)
    if len(sure) == 0:
        return np.zeros_like(angle)
    filled = np.interp(frames, sure, angle[sure])
    weight = np.maximum(trust, 1e-3)
    average = smooth(filled * weight, width) / smooth(weight, width)
    return np.asarray(average + trust * (filled - average))


def rest_normal(upper: FloatArray, lower: FloatArray, bends_towards: FloatArray) -> FloatArray:
    """Unit normal (3,) of the bending plane in the rest pose; a straight limb shows none of its own."""
    bend = np.cross(normalize(upper), normalize(lower))
    expected = normalize(np.cross(upper, bends_towards))
    # a visible bend the right way is the rig's own hinge; anything less is modelling noise
    if np.linalg.norm(bend) > STRAIGHT and bend @ expected > 0:
        expected = normalize(bend)
    return normalize(expected - normalize(upper) * (expected @ normalize(upper)))
