"""Soles above the ground: feet longer than people's are rolled until neither tip nor heel is below the floor."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from ...coordinates import FloatArray
from ..rotations import about, dot, rotate, smooth, twist_angle
from . import feet
from .fitted import Body
from .pitch import LONG, heading, rest_heading

MOST_FOOT, MOST_TILT, MOST_TOES = np.radians([90, 25, 60])  # by which feet are rolled and tilted, and toes rolled
UNSEEN = 0.002  # metres of the motion that a sole may be below the floor before the leg is bent for it
NO_FLOOR = -10.0  # lengths of the leg: where none is asked for
STEADILY = 0.02  # seconds over which a foot's roll is averaged: where one end hinders the other it has corners
HALVINGS = 12  # of the angle at which both ends of a foot are equally low: some hundredths of a degree
AHEAD = 0.02  # share of the leg's length: what is nearer to the joint, seen from aside, rolls nowhere


def roll_long_feet(body: Body) -> None:
    """Roll feet much longer than people's before hips and ankles are placed by them.

    Their toe joints would otherwise be so far below the floor that the whole body rises for it.
    """
    for side, sole in body.rest.soles.items():
        level = feet.level(sole.points - body.rest.heads[f"{side}_ankle"], body.up)
        if np.linalg.norm(level, axis=-1).max() > LONG * body.rest.leg_length():
            _roll(body, side, body.ankle(side))


def roll_soles(body: Body) -> None:
    """Roll toes up, and then feet up or down, where they would be below the floor with the ankles as they are held."""
    for side in body.rest.soles:
        _roll(body, side, body.ankles[side])


def lift_toes(body: Body) -> None:
    """Bend toes up as far as the legs, as they have become, leave too little room for them."""
    for side in body.rest.soles:
        bend_toes(body, side, body.ankle(side))


def sole_depth(body: Body, side: str, place: FloatArray) -> FloatArray:
    """How far (T,) the deepest point of a sole is below its floor, beyond what nobody sees, with the ankle at ``place``
    (T, 3).
    """
    if side not in body.rest.soles:
        return np.full(len(place), -np.inf)
    turned = _turned(body, side, lambda turn, points: (body.up @ turn) @ points.T)
    heights = turned + dot(place, body.up[None])[:, None]
    return np.asarray((body.rest.soles[side].floor - heights).max(1) - UNSEEN * body.scale)


def _offsets(body: Body, side: str) -> FloatArray:
    """Where the points of a sole lie against the ankle (T, N, 3)."""
    return _turned(body, side, lambda turn, points: points @ np.swapaxes(turn, -1, -2))


def _turned(body: Body, side: str, shown: Callable[[FloatArray, FloatArray], FloatArray]) -> FloatArray:
    """What is ``shown`` (T, N, ...) of the points of a sole against the ankle, each turned by the bones that move it;
    ``shown`` takes turns (T, 3, 3) and points (N, 3).
    """
    rest, ankle, foot = body.rest, f"{side}_ankle", f"{side}_foot"
    sole, turn = rest.soles[side], body.turns[ankle]
    offsets = sole.points - rest.heads[ankle]
    found = shown(turn, offsets)
    toes, shins = (share.reshape(-1, *(1,) * (found.ndim - 2)) for share in (sole.toes, sole.shins))
    if foot in rest.heads:
        knuckle = rest.heads[foot] - rest.heads[ankle]
        toe = shown(turn, knuckle[None]) + shown(body.turns[foot], offsets - knuckle)
        found = found + toes * (toe - found)
    if sole.shins.any():
        found = found + shins * (shown(body.legs[side].lower, offsets) - found)
    return found


def _roll(body: Body, side: str, place: FloatArray) -> None:
    rest, up, ankle, foot = body.rest, body.up, f"{side}_ankle", f"{side}_foot"
    sole, turn = rest.soles[side], body.turns[ankle]
    still = rest_heading(rest, body.still, side, up)
    offsets, leg = sole.points - rest.heads[ankle], rest.leg_length()
    bend_toes(body, side, place)
    for ahead, here in _ways(body, side):
        left = np.cross(up, ahead)
        floors = np.where(here, sole.floor - dot(place, up[None])[:, None], NO_FLOOR * leg)
        # sideways first, which shows least; then the foot as a whole
        angle = np.zeros(body.frames)
        for rest_way, way, axis, most in (
            (np.cross(up, still), left, -ahead, MOST_TILT),
            (still, ahead, left, MOST_FOOT),
        ):
            angle = _between(_offsets(body, side), floors, way, up, offsets @ rest_way / leg, most, body.fps)
            angle = smooth(angle, STEADILY * body.fps)
            body.turns[ankle] = about(axis, -angle) @ body.turns[ankle]
        if foot in rest.heads:
            # toes go along with a foot that rolls up, as far as they were not bent up already
            bent = -twist_angle(body.toes[side] @ np.swapaxes(turn, -1, -2), left)
            body.toes[side] = about(left, -np.maximum(angle - np.maximum(bent, 0.0), 0.0)) @ body.toes[side]
            bend_toes(body, side, place)


def bend_toes(body: Body, side: str, place: FloatArray) -> None:
    """Bend toes up as far as their tips would be below the floor, from how the motion has them."""
    rest, up, ankle, foot = body.rest, body.up, f"{side}_ankle", f"{side}_foot"
    if foot not in rest.heads:
        return
    sole, leg = rest.soles[side], rest.leg_length()
    body.turns[foot] = body.toes.setdefault(side, body.turns[foot])
    toes = sole.toes > 0.5
    if not toes.any():
        return
    points, share = sole.points[toes] - rest.heads[foot], sole.toes[toes]
    knuckle = rotate(body.turns[ankle], rest.heads[foot] - rest.heads[ankle])
    floors = sole.floor[toes] - dot(place + knuckle, up[None])[:, None]
    # a point that the toes move in part must be lifted by them so much further
    floors = (floors - (1.0 - share) * ((up @ body.turns[ankle]) @ points.T)) / share
    along = points @ rest_heading(rest, body.still, side, up) / leg
    for ahead, here in _ways(body, side):
        # what of the toes lies behind their joint goes down as the tips go up
        lying = np.asarray(points @ np.swapaxes(body.turns[foot], -1, -2), np.float64)
        there = np.where(here, floors, NO_FLOOR * leg)
        lifted = np.maximum(_between(lying, there, ahead, up, along, MOST_TOES, body.fps, 0.0), 0.0)
        body.turns[foot] = about(np.cross(up, ahead), -lifted) @ body.turns[foot]


def _ways(body: Body, side: str) -> Iterator[tuple[FloatArray, NDArray[np.bool_]]]:
    """Ways (T, 3) over the floor in which a foot's tip lies, ahead of the foot and then behind, and in which frames
    (T, 1).

    What is eased from one to the other would turn the foot the wrong way round. A tip that the first way brought ahead,
    from behind, does not lie behind any more.
    """
    up, still = body.up, rest_heading(body.rest, body.still, side, body.up)
    ahead, back = heading(body.turns[f"{side}_ankle"], still, up)
    yield ahead, ~back[:, None]
    if back.any():
        ahead, still_back = heading(body.turns[f"{side}_ankle"], still, up)
        yield -ahead, (back & still_back)[:, None]


def _between(
    points: FloatArray,
    floors: FloatArray,
    way: FloatArray,
    up: FloatArray,
    along: FloatArray,
    most: float,
    fps: float,
    nearest: float = AHEAD,
) -> FloatArray:
    """By how much (T,) to turn a foot up at the end that lies along ``way`` (T, 3), so that neither end is too low.

    ``along`` (N,): how far along it each point lies at rest, in lengths of the leg; of those ahead all from ``nearest``
    on count. Where both ends are too low the ankle must rise: least where they are equally low.
    """
    front, back = along > nearest, along < -AHEAD
    least = np.where(front, _lift(points, floors, way, up), -most).max(1)
    greatest = np.where(back, -_lift(points, floors, -way, up), most).min(1)
    both = np.flatnonzero(least > greatest)
    if len(both):
        low, high = greatest[both], least[both]
        level, height = np.einsum("tni,ti->tn", points[both], way[both]), points[both] @ up
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            sunk = floors[both] - np.sin(middle)[:, None] * level - np.cos(middle)[:, None] * height
            rising = np.where(front, sunk, -np.inf).max(1) > np.where(back, sunk, -np.inf).max(1)
            low, high = np.where(rising, middle, low), np.where(rising, high, middle)
        least[both] = greatest[both] = middle
    angle = feet.ease(np.maximum(least, 0.0), fps) - feet.ease(np.maximum(-greatest, 0.0), fps)
    return np.clip(np.clip(angle, least, greatest), -most, most)


def _lift(points: FloatArray, floors: FloatArray, ahead: FloatArray, up: FloatArray) -> FloatArray:
    """By how much (T, N) radians each point must rise about its joint to be at its floor; below 0: may sink.

    ``points`` (T, N, 3) and ``floors`` (T, N) against the joint, ``ahead`` (T, 3) the way in which they lie at rest.
    """
    level, height = np.einsum("tni,ti->tn", points, ahead), points @ up
    length = np.maximum(np.hypot(level, height), 1e-9)
    wanted = np.arcsin(np.clip(floors / length, -1.0, 1.0))
    now = np.arctan2(height, level)
    lift = np.where((height > floors) & (now < -np.pi / 2), 0.0, wanted - now)
    return np.clip(lift, -MOST_FOOT, MOST_FOOT)
