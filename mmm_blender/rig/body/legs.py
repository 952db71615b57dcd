"""Legs and feet as the motion has them, before anything is held to the ground."""

from __future__ import annotations

import numpy as np

from .. import slots
from ..rotations import dot, frame, normalize, rotate, slerp_matrices, smooth
from . import feet, hinges
from .fitted import Body
from .pitch import calm_foot
from .twists import share_twist

SIDES = slots.SIDES
KNEE_TWIST = np.radians(100)  # twists beyond are noise
FOOT_ROLL = 0.05  # seconds over which a foot turns from the shin's business to the ground's
STEADYING = 0.04  # seconds over which a standing foot's tremble is averaged


def find_contacts(body: Body) -> None:
    """Which foot stands when."""
    for side in SIDES:
        toe = body.points[f"{side}_foot"] @ body.facing
        toe[:, 1] = body.heights[f"{side}_foot"]
        body.contacts[side] = feet.contact_weights(toe, body.fps)


def steady_feet(body: Body) -> None:
    """Average how standing feet lie: ankle and toe joint are near each other, and tremble. Needs the contacts."""
    for side in SIDES:
        ankle, foot = f"{side}_ankle", f"{side}_foot"
        aimed = body.points[foot] - body.points[ankle]
        calm = body.standing(side)[:, None] * (smooth(aimed, STEADYING * body.fps) - aimed)
        body.points[foot] = body.points[foot] + calm
        body.heights[foot] = body.heights[foot] + calm @ body.up


def aim_legs(body: Body) -> None:
    """Thighs and shins as limbs of two bones. Needs the turn of the pelvis."""
    for side in SIDES:
        hip, knee, ankle = (f"{side}_{joint}" for joint in slots.LEG[:3])
        limb = hinges.turn_limb(
            parent=body.turns["pelvis"],
            rest=body.rest_leg(side),
            motion=(body.points[hip], body.points[knee], body.points[ankle]),
            bends_towards=-body.facing[:, 2],
            twist_limit=KNEE_TWIST,
            fps=body.fps,
            hinge=body.rest.hinges.get(f"{side}_leg"),
        )
        body.legs[side] = limb
        body.turns[hip], body.turns[knee] = limb.upper, limb.lower


def turn_feet(body: Body) -> None:
    """Turns of feet and toes. Needs the legs."""
    for side in SIDES:
        _turn_foot(body, side)


def _turn_foot(body: Body, side: str) -> None:
    """On the ground the sole lies level across; in the air the foot rolls with the shin."""
    points, rest, up = body.points, body.rest, body.up
    shin = body.legs[side].lower
    ankle, foot = f"{side}_ankle", f"{side}_foot"
    aimed = points[foot] - points[ankle]
    # a foot that points down has no sole to lay flat, and its heading is noise
    ahead = aimed - up * (aimed @ up)[:, None]
    length = np.linalg.norm(ahead, axis=-1) / np.linalg.norm(aimed, axis=-1)
    pointing = np.clip((length - 0.35) / 0.35, 0.0, 1.0)
    on_ground = smooth(feet.grounded(body.heights[foot]) * pointing, FOOT_ROLL * body.fps)
    level = np.cross(up, normalize(aimed))
    across = rotate(shin, body.facing[:, 0])
    # a sole turned up (kneeling, upside down) is not laid flat
    weight = (on_ground * np.clip(2 * dot(level, across), 0.0, 1.0))[:, None]
    sideways = normalize(across * (1.02 - weight) + level * weight)
    flat = feet.flat_foot(rest, body.still, side, up)
    turn = frame(aimed, sideways) @ frame(flat, np.cross(up, flat)).T
    if body.options.lock_feet:
        height = (body.heights[ankle] - feet.standing_ankle(body.still, up)) * body.scale
        turn = calm_foot(turn, height, rest, body.still, side, up)
    # heel up, toes still on the ground: the toes stay flat
    toes = frame(ahead, np.cross(up, ahead)) @ frame(feet.level(flat, up), np.cross(up, flat)).T
    if body.options.feet == "REST":
        body.turns[ankle] = body.turns[foot] = slerp_matrices(shin, toes, on_ground)
        return
    body.turns[ankle] = turn
    heel_up = np.clip((body.heights[ankle] - body.heights[foot] - 0.06) / 0.04, 0.0, 1.0)
    body.turns[foot] = slerp_matrices(turn, toes, on_ground * heel_up)


def turn_legs(body: Body) -> None:
    """Turns of thighs, their twist bones and shins, of the legs as they have become."""
    for side in SIDES:
        share_twist(body, f"{side}_hip", f"{side}_knee", body.legs[side])
        body.turns[f"{side}_knee"] = body.legs[side].lower
