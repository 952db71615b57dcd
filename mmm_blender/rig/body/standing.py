"""Standing: the legs bent so that planted feet stay, feet are as high as they should be, none is underground.

Hips give way before knees: of a straight leg a few millimetres make many degrees at the knee, and a hip that moves by
them shows nothing. Every step changes ``hips``, ``ankles`` or ``legs`` of the body, and needs those before it.
"""

from __future__ import annotations

import numpy as np

from ...coordinates import FloatArray
from .. import slots
from ..proportions import beyond_wide
from ..rotations import about, dot, normalize, rotate, smooth
from . import feet, hinges
from .fitted import Body
from .soles import bend_toes, sole_depth
from .torso import bending_spine

SIDES = slots.SIDES
STRETCHED = 0.9995  # share of its length that a standing leg may stretch to before the hips give way
STRAIGHT_LEG = 0.01  # slack, as a share of its length, of a leg as good as straight
KEEPING = 0.1  # seconds over which the hips adapt to feet that are held
STAY, STAY_LEVEL = 0.2, 3.0  # weights, as those of legs: what the others have to outweigh before hips rise, and roll
MOST_ROLL = np.radians(6)
MOST_YAW = np.radians(30)  # by which wide hips turn less than the motion's over a foot that stands
TURNS = 5  # times that they do
STAY_AHEAD = 0.05  # weight, as that of a foot that stands: what it has to outweigh before hips turn less
MATTERS = 0.1  # slack, as a share of its length, of a leg for which where its foot is held matters as it is
LEAN = np.radians(2.0)  # of a leg for a foot that is held, from which on it counts more and more
BALANCINGS, HEAVIEST = 4, 100.0  # times that it is weighed anew, and by how much at most
LOWEST = 0.3  # share of a leg's length: lower hips make no more of where a foot is held
SUNK = 0.01  # metres below the floor from which a foot is as good as standing
RISING = 0.05  # seconds over which hips rise for feet that do not stand
SOFTLY = 0.03  # seconds over which legs give way to soles that are longer than their joints say
LEAST_STEEP = 0.5  # cosine, to the vertical, of the leg from where on rising does little for its length
SETTLING = 0.3  # seconds over which the hips' height adapts to the feet


def make_up_for_stretch(body: Body) -> None:
    """Lower the hips by what legs that their solver shortens are short of, so that feet near the ground stay."""
    if not body.rest.elastic:
        return
    short, weight = [], []
    for side in SIDES:
        hip, knee, ankle = body.rest_leg(side)
        plain = body.hip(side) + rotate(body.legs[side].upper, knee - hip) + rotate(body.legs[side].lower, ankle - knee)
        short.append(dot(body.ankle(side) - plain, body.up[None]))
        weight.append(feet.grounded(body.heights[f"{side}_foot"]))
    total = np.sum(weight, axis=0)
    needed = np.sum(np.multiply(weight, short), axis=0) / np.maximum(total, 1e-6) * np.minimum(total, 1.0)
    body.hips = body.hips - body.up * smooth(needed, KEEPING * body.fps)[:, None]


def settle_hips(body: Body) -> None:
    """Raise or lower the hips by what the feet on the ground need in common.

    Legs of other proportions, aimed alike, end at other heights; moving the hips bends no limb. Where no foot
    stands, as when a motion walks in place, feet that slide along the ground have the say.
    """
    free = 1.0 - np.minimum(np.sum([body.standing(side) for side in SIDES], axis=0), 1.0)
    sliding = {side: free * feet.grounded(body.heights[f"{side}_foot"]) for side in SIDES}
    standing = np.sum([np.maximum(body.standing(side), sliding[side]) for side in SIDES], axis=0)
    weight = np.stack(
        [np.maximum(_leg_weight(body, side), sliding[side] / (STRAIGHT_LEG + body.slack(side))) for side in SIDES]
    )
    # what the motion itself has below the floor is no matter of proportions
    sunk = {side: np.maximum(feet.TOE_ON_GROUND - body.heights[f"{side}_foot"], 0.0) * body.scale for side in SIDES}
    rises = np.stack([_rise(body, side, body.ankle(side)) - sliding[side] * sunk[side] for side in SIDES])
    needed = (weight * rises).sum(0) / np.maximum(weight.sum(0), 1e-6) * np.minimum(standing, 1.0)
    body.hips = body.hips + body.up * smooth(needed, SETTLING * body.fps)[:, None]


def turn_hips(body: Body) -> None:
    """Turn hips that are much further apart than people's less about the vertical than the motion's, over feet that
    stand: so far out, they would go further than the leg of a standing foot can follow.

    Weighted least squares over both feet, frame by frame, of where a foot is held against where its leg, aimed, ends.
    """
    share = min(2.0 * beyond_wide(body.rest.heads), 1.0)
    for _ in range(TURNS if share > 0.0 else 0):
        needed, weight = np.zeros(body.frames), np.full(body.frames, STAY_AHEAD)
        for side in SIDES:
            out = feet.level(body.hip(side) - body.hips, body.up)
            astray = feet.level(_held_ankle(body, side) - body.ankle(side), body.up)
            stands = body.standing(side)
            needed += stands * dot(np.cross(body.up, out), astray) / np.maximum(dot(out, out), 1e-12)
            weight += stands
        angle = smooth(share * needed / weight, KEEPING * body.fps)
        _turn_pelvis(body, body.up, np.clip(angle, -MOST_YAW, MOST_YAW))


def hold_ankles(body: Body) -> None:
    """Where the ankles should be, given where aiming alone brings them: feet that stand stay in place."""
    body.ankles = {side: _held_ankle(body, side) for side in SIDES}


def hold_rolled_feet(body: Body) -> None:
    """Move the ankles of feet that were rolled over the floor: rolling moved their toe joints, which are to stay."""
    for side in body.rest.soles:
        aimed, height = body.ankle(side), dot(body.ankles[side], body.up[None])
        body.ankles[side] = feet.level(aimed + _hold(body, side, aimed), body.up) + body.up * height[:, None]


def level_hips(body: Body) -> None:
    """Raise and roll the hips for the held feet; those in the air move along, none goes below the floor."""
    before = {side: body.hip(side) for side in SIDES}
    _level(body, {side: _above_floor(body, side, body.ankles[side]) for side in SIDES})
    _rise_with_free_feet(body, {side: _carried(body, side, before[side]) for side in SIDES})
    for side in SIDES:
        body.ankles[side] = _above_floor(body, side, _carried(body, side, before[side]))
        if side in body.rest.soles:
            # what of a sole lies behind the joint of toes that are bent up goes down with them
            bend_toes(body, side, body.ankles[side])
            body.ankles[side] = _above_floor(body, side, body.ankles[side])


def give_way(body: Body) -> None:
    """Lower the hips where a foot on the ground is out of reach."""
    drop = np.zeros(body.frames)
    for side in SIDES:
        upper, lower = body.longest_leg(side)
        gap = body.hip(side) - body.ankles[side]
        vertical = dot(gap, body.up[None])
        level = np.linalg.norm(gap - body.up * vertical[:, None], axis=-1)
        tall = np.sqrt(np.maximum((STRETCHED * (upper + lower)) ** 2 - level**2, 0.0))
        over = np.clip(vertical - tall, 0.0, 0.1 * (upper + lower))
        drop = np.maximum(drop, over * feet.grounded(body.heights[f"{side}_foot"]))
    if drop.max() > 0:
        body.hips = body.hips - body.up * feet.ease(drop, body.fps)[:, None]


def reach_ankles(body: Body) -> None:
    """Bend the legs so that they end where the ankles should be."""
    for side in SIDES:
        elastic = body.rest.elastic.get(f"{side}_leg")
        body.legs[side] = hinges.reach(body.legs[side], body.hip(side), body.rest_leg(side), body.ankles[side], elastic)


def _carried(body: Body, side: str, before: FloatArray) -> FloatArray:
    """Where an ankle (T, 3) should be that goes along, as far as its foot is free, with a hip that was ``before``."""
    return np.asarray(body.ankles[side] + (1.0 - body.standing(side))[:, None] * (body.hip(side) - before))


def _rise_with_free_feet(body: Body, wanted: dict[str, FloatArray]) -> None:
    """Raise the hips, where no foot stands, by what a foot would be below the floor with its ankle as ``wanted``
    (T, 3): faster than feet that stand have them raised, as in a landing, where a leg would be folded else.
    """
    free = smooth(1.0 - np.minimum(np.sum([body.standing(side) for side in SIDES], axis=0), 1.0), SOFTLY * body.fps)
    sunk = np.max([_sunk(body, side, place) for side, place in wanted.items()], axis=0) - SUNK * body.scale
    if sunk.max() > 0.0:
        body.hips = body.hips + body.up * (free * feet.ease(np.maximum(sunk, 0.0), body.fps, RISING))[:, None]


def _level(body: Body, wanted: dict[str, FloatArray]) -> None:
    """Raise and roll the hips so that the feet, where they are held, ask for legs as long as aimed.

    Of a straight leg a few millimetres make many degrees at the knee; a hip that gives way by them
    shows nothing. Weighted least squares over both legs, frame by frame, then averaged over time.
    """
    rises = []
    for side in SIDES:
        hip = body.hip(side)
        rises.append(-_longer(hip - body.ankle(side), hip - wanted[side], body.up))
    left, right = (_leg_weight(body, side) for side in SIDES)
    both, difference = left + right + STAY, left - right
    apart = left + right + STAY_LEVEL
    lift, tip = left * rises[0] + right * rises[1], left * rises[0] - right * rises[1]
    determinant = both * apart - difference**2
    rise = smooth((lift * apart - tip * difference) / determinant, KEEPING * body.fps)
    roll = smooth((both * tip - difference * lift) / determinant, KEEPING * body.fps)
    body.hips = body.hips + body.up * rise[:, None]
    _roll_pelvis(body, roll)


def _roll_pelvis(body: Body, rise: FloatArray) -> None:
    """Turn the pelvis so that the left hip rises by ``rise`` (T,) and the right one sinks by it."""
    rest = body.rest
    out = rest.heads["left_hip"] - rest.hip_centre()
    level = feet.level(rotate(body.turns["pelvis"], out), body.up)
    reach = np.maximum(np.linalg.norm(level, axis=-1), 0.5 * float(np.linalg.norm(out)))
    angle = np.clip(rise / reach, -MOST_ROLL, MOST_ROLL)
    _turn_pelvis(body, normalize(np.cross(level, body.up)), angle)


def _turn_pelvis(body: Body, axis: FloatArray, angle: FloatArray) -> None:
    """Turn the pelvis about ``axis`` (T, 3) or (3,) by ``angle`` (T,) radians; the spine above takes it up."""
    bending = bending_spine(body.rest)
    for slot in ("pelvis", *(slot for slot in slots.spine_of(body.rest.heads) if slot not in bending)):
        body.turns[slot] = about(axis, angle) @ body.turns[slot]
    for place, slot in enumerate(bending[:-1], 1):
        body.turns[slot] = about(axis, angle * (1 - place / len(bending))) @ body.turns[slot]


def _leg_weight(body: Body, side: str) -> FloatArray:
    """How much (T,) a leg has to say about where the hips are: much when it stands, or would be
    below the floor, and most when it is straight.
    """
    sunk = np.clip(_sunk(body, side, body.ankle(side)) / (SUNK * body.scale), 0.0, 1.0)
    return np.maximum(body.standing(side), sunk) / (STRAIGHT_LEG + body.slack(side))


def _held_ankle(body: Body, side: str) -> FloatArray:
    """Where the ankle (T, 3) should be, given where aiming alone brings it."""
    up, ankle_now = body.up, body.ankle(side)
    rise = body.standing(side) * _rise(body, side, ankle_now)
    held = ankle_now + _hold(body, side, ankle_now) + up * rise[:, None]
    # a foot on its way to where it will stand, or from there, rises or sinks instead of its leg bending
    arc = (1.0 - body.standing(side)) * _longer(body.hip(side) - ankle_now, body.hip(side) - held, up)
    return held + up * arc[:, None]


def _hold(body: Body, side: str, place: FloatArray) -> FloatArray:
    """How far over the floor (T, 3) to move an ankle at ``place`` (T, 3), so that its toe joint stays where it stands.

    A leg that would lean much for that counts with the fourth power of its lean (iteratively reweighted least squares):
    so a foot stands where neither the beginning nor the end of its stance asks for too much.
    """
    axes = body.facing[:, [0, 2]]
    ball = place + rotate(body.turns[f"{side}_ankle"], body.ball(side) - body.rest.heads[f"{side}_ankle"])
    path = ball @ axes
    tall = np.maximum(dot(body.hip(side) - place, body.up[None]), LOWEST * sum(body.longest_leg(side)))
    matters, weight = np.sqrt(MATTERS / (STRAIGHT_LEG + body.slack(side))), np.ones(body.frames)
    shift = feet.hold(path, body.contacts[side], body.fps, matters) - path
    for _ in range(BALANCINGS):
        lean = np.linalg.norm(shift, axis=-1) / tall / LEAN
        if lean.max() < 1.0:
            break
        weight = np.minimum(np.sqrt(weight * (1.0 + lean**4)), HEAVIEST)
        shift = feet.hold(path, body.contacts[side], body.fps, matters * weight) - path
    return np.asarray(shift @ axes.T)


def _longer(before: FloatArray, now: FloatArray, up: FloatArray) -> FloatArray:
    """How far (T,) to raise the lower end of a leg that became longer, from ankle to hip (T, 3), to undo that."""
    steep = np.maximum(dot(normalize(now), up[None]), LEAST_STEEP)
    return np.asarray((np.linalg.norm(now, axis=-1) - np.linalg.norm(before, axis=-1)) / steep)


def _above_floor(body: Body, side: str, place: FloatArray) -> FloatArray:
    """``place`` (T, 3) of an ankle, raised where ball or heel would be below the floor."""
    return place + body.up * np.maximum(_sunk(body, side, place), 0.0)[:, None]


def _sunk(body: Body, side: str, place: FloatArray) -> FloatArray:
    """How far (T,) the lowest of ball, heel and sole is below the floor with the ankle at ``place``."""
    up, rest, ankle = body.up, body.rest, f"{side}_ankle"
    ball = body.ball(side)
    heel = rest.heads[ankle] - up * ((rest.heads[ankle] - ball) @ up)
    points = (rotate(body.turns[ankle], point - rest.heads[ankle]) for point in (ball, heel))
    joints = float(ball @ up) - np.min([dot(place + point, up[None]) for point in points], axis=0)
    deeper = np.maximum(sole_depth(body, side, place) - np.maximum(joints, 0.0), 0.0)
    return np.maximum(joints, np.maximum(joints, 0.0) + feet.ease(deeper, body.fps, SOFTLY))


def _rise(body: Body, side: str, ankle_now: FloatArray) -> FloatArray:
    """How far (T,) the toe joint is below the height that the motion gives it."""
    rest, up = body.rest, body.up
    ankle, foot = f"{side}_ankle", f"{side}_foot"
    ball_rest = body.ball(side)
    ball = ankle_now + rotate(body.turns[ankle], ball_rest - rest.heads[ankle])
    height = np.maximum(body.heights[foot] - feet.TOE_ON_GROUND, 0.0) * body.scale
    return np.asarray(float(ball_rest @ up) + height - dot(ball, up[None]))
