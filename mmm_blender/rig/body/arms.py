"""Arms: collar bones, then upper arm and forearm as a limb of two bones, then the hand."""

from __future__ import annotations

import numpy as np

from ...coordinates import FloatArray
from .. import slots
from ..rotations import about, dot, normalize, rotate, swing
from . import hands, hinges
from .fitted import Body
from .torso import chest_slot
from .twists import share_pronation, share_twist

ELBOW_TWIST = np.radians(150)  # twists beyond are noise


def turn_arms(body: Body) -> None:
    """Turns of collars, arms and hands. Needs those of the torso."""
    for side in slots.SIDES:
        _turn_arm(body, side)


def _turn_arm(body: Body, side: str) -> None:
    points, rest, turns = body.points, body.rest, body.turns
    collar, shoulder, elbow, wrist = (f"{side}_{joint}" for joint in slots.ARM)
    chest = turns[chest_slot(rest)]
    rest_collar = body.still[shoulder] - body.still[collar]
    aimed = points[shoulder] - points[collar]
    turns[collar] = swing(rotate(chest, rest_collar), aimed) @ chest if body.options.move_collars else chest
    spread = _spread(body, side)
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
