"""Arms: collar bones, then upper arm and forearm as a limb of two bones, then the hand."""

from __future__ import annotations

import numpy as np

from ...coordinates import FloatArray
from .. import slots
from ..rotations import about, dot, normalize, rotate, swing
from . import feet, hands, hinges
from .fitted import Body
from .torso import chest_slot
from .twists import share_pronation, share_twist

ELBOW_TWIST = np.radians(150)  # twists beyond are noise
SHOULDERS = tuple(f"{side}_shoulder" for side in slots.SIDES)
HOLDS = 2  # how often an arm is bent to where its hand is held: a hinge may not let it go all the way at once
STRAIGHTEST = 0.9995  # share of its length up to which an arm is stretched for that


def turn_arms(body: Body) -> None:
    """Turns of collars, arms and hands. Needs those of the torso."""
    for side in slots.SIDES:
        _turn_arm(body, side, _spread(body, side))


def hold_hands(body: Body) -> None:
    """Bend arms once more, so that hands which touch are where the motion has them. Needs the whole body's turns."""
    rise = body.up * feet.floor_offset(body.rest, body.facing, body.scale)
    ahead = _shoulders_ahead(body)
    for side, weight in body.options.hands_held.items():
        shoulder, elbow, wrist = (f"{side}_{joint}" for joint in slots.ARM[1:])
        place, aimed = (body.points[wrist] + ahead) * body.scale + rise, body.positions()[wrist]
        goal = aimed + weight[:, None] * (place - aimed)
        for _ in range(HOLDS):
            found = body.positions()
            middle, end = _bend_to(found[shoulder], found[elbow], found[wrist], goal)
            arm = {elbow: (middle - found[shoulder]) / body.scale, wrist: (end - found[shoulder]) / body.scale}
            points = body.points | {joint: body.points[shoulder] + away for joint, away in arm.items()}
            for joint in (f"{side}_hand", f"{side}_thumb"):
                if joint in points:
                    points[joint] = points[joint] + points[wrist] - body.points[wrist]
            body.points = points
            _turn_arm(body, side, np.eye(3))


def hold_trunk(body: Body) -> None:
    """Move the hips over the ground, so that the shoulders are over their place. Needs the turns of torso and arms."""
    if not body.options.trunk_held:
        return
    found = body.positions()
    off = np.mean([body.points[joint] * body.scale - found[joint] for joint in SHOULDERS], axis=0)
    off = off + _shoulders_ahead(body) * body.scale
    body.hips = body.hips + off - dot(off, np.broadcast_to(body.up, off.shape))[:, None] * body.up


def _shoulders_ahead(body: Body) -> FloatArray:
    """(T, 3) from the motion's shoulders to their places, metres."""
    across = body.points["left_shoulder"] - body.points["right_shoulder"]
    return body.options.shoulders_ahead * normalize(np.cross(across, body.points["neck"] - body.points["spine1"]))


def _bend_to(start: FloatArray, middle: FloatArray, end: FloatArray, goal: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Middle and end (T, 3) of a limb whose end comes to its goal, bent in the plane it is bent in, turned along."""
    upper, lower = (np.linalg.norm(it, axis=-1, keepdims=True) for it in (middle - start, end - middle))
    away = goal - start
    length = np.linalg.norm(away, axis=-1, keepdims=True)
    length = np.clip(length, 1.001 * np.abs(upper - lower) + 1e-9, STRAIGHTEST * (upper + lower))
    line = normalize(away)
    turned = rotate(swing(normalize(end - start), line), middle - start)
    outwards = normalize(turned - line * dot(turned, line)[:, None])
    along = (upper**2 - lower**2 + length**2) / (2 * length)
    height = np.sqrt(np.maximum(upper**2 - along**2, 0.0))
    return start + line * along + outwards * height, start + line * length


def _turn_arm(body: Body, side: str, spread: FloatArray) -> None:
    points, rest, turns = body.points, body.rest, body.turns
    collar, shoulder, elbow, wrist = (f"{side}_{joint}" for joint in slots.ARM)
    chest = turns[chest_slot(rest)]
    rest_collar = body.still[shoulder] - body.still[collar]
    aimed = points[shoulder] - points[collar]
    turns[collar] = swing(rotate(chest, rest_collar), aimed) @ chest if body.options.move_collars else chest
    away = [points[shoulder] + rotate(spread, points[joint] - points[shoulder]) for joint in (elbow, wrist)]
    limb = hinges.turn_limb(
        parent=turns[collar] if collar in rest.heads else chest,
        rest=(rest.heads[shoulder], rest.heads[elbow], rest.heads[wrist]),
        motion=(points[shoulder], away[0], away[1]),
        bends_towards=body.facing[:, 2],
        twist_limit=ELBOW_TWIST,
        fps=body.fps,
    )
    share_twist(body, shoulder, elbow, limb)
    turns[elbow] = turns[wrist] = limb.lower
    if body.options.hands == "MOTION" and hands.are_shown(points):
        hand, thumb = (rotate(spread, points[f"{side}_{joint}"] - points[wrist]) for joint in ("hand", "thumb"))
        turns[wrist] = hands.turn_hand(rest, side, body.facing, limb.lower, hand, thumb)
        share_pronation(body, elbow, wrist)
    elif body.options.hands == "RELAXED":
        turns[wrist] = limb.lower @ hands.relaxed_hand(rest, side)


def _spread(body: Body, side: str) -> FloatArray:
    """Turn (T,3,3) that holds an arm further from the body, less so when it is raised."""
    if body.options.arm_spacing == 0.0:
        return np.eye(3)
    points, up = body.points, body.up
    ahead = rotate(body.turns["pelvis"], body.facing[:, 2])
    arm = normalize(points[f"{side}_elbow"] - points[f"{side}_shoulder"])
    hanging = np.clip(-dot(arm, np.broadcast_to(up, arm.shape)), 0.0, 1.0)
    sign = 1.0 if side == "left" else -1.0
    return about(normalize(ahead), sign * body.options.arm_spacing * hanging)
