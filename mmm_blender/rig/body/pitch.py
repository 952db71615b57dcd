"""How steep feet are that are much longer than people's: less the nearer they are to the floor, and back again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...coordinates import FloatArray
from ..rotations import about, dot, normalize, rotate
from ..skeleton import RigRest
from . import feet
from .torso import Points

# shares of the leg's length that feet reach ahead of the ankle: people's, and those that are long beside it
PEOPLES, LONG = 0.25, 0.4
BALL = 0.16  # share of the leg's length that people's toe joints lie ahead of the ankle
OVER = np.radians([120.0, 160.0])  # pitch of a foot between pointing down and lying on its back, as of one who kneels
RISING = 0.1  # radians a radian that a calmed foot goes on beyond upright: else there were no way back
ASIDE = 0.35  # cosine of how far a foot lies on its side, from which on it is no matter of pitch
HALVINGS = 24  # of the half turn in which the way back is looked for: some hundred thousandths of a degree


def rest_heading(rest: RigRest, still: Points, side: str, up: FloatArray) -> FloatArray:
    """Which way (3,) over the floor a foot points at rest; ``still``: see ``RigRest.standing``."""
    flat = feet.level(feet.flat_foot(rest, still, side, up), up)
    return np.asarray(flat / np.linalg.norm(flat))


def heading(turn: FloatArray, still: FloatArray, up: FloatArray) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Which way (T, 3) over the floor a foot is headed that is turned by ``turn`` (T, 3, 3) and points ``still`` (3,)
    at rest, and whether (T,) its tip points back from there, as of one who kneels.

    Where a foot leans that points up or down says nothing of that, and which way across it is: that has the say then.
    """
    now, ahead = rotate(turn, still), np.cross(rotate(turn, np.cross(up, still)), up)
    back = dot(ahead, now) < 0.0
    return normalize(ahead + np.where(back[:, None], -1.0, 1.0) * feet.level(now, up)), back


def stiff_reach(rest: RigRest, still: Points, side: str, up: FloatArray) -> float:
    """How far ahead of the ankle, armature units, a foot reaches without what its toes can bend up, or a person's with
    that toe joint; 0 where its sole is not known.

    Toes whose mesh begins behind their joint would bend that into the floor: as far ahead they are as good as stiff.
    """
    if side not in rest.soles:
        return 0.0
    sole, foot, ankle = rest.soles[side], f"{side}_foot", f"{side}_ankle"
    way = rest_heading(rest, still, side, up)
    ahead, toes = (sole.points - rest.heads[ankle]) @ way, sole.toes > 0.5
    if foot not in rest.heads or not toes.any():
        return float(ahead.max())
    joint = float((rest.heads[foot] - rest.heads[ankle]) @ way)
    bending = min(float(ahead[toes].max()), joint + 2.0 * max(joint - float(ahead[toes].min()), 0.0))
    return max(bending, float(ahead[~toes].max(initial=0.0)), joint * PEOPLES / BALL)


def calm_foot(
    turn: FloatArray,
    height: FloatArray,
    rest: RigRest,
    still: Points,
    side: str,
    up: FloatArray,
    back: bool = False,
) -> FloatArray:
    """``turn`` (T, 3, 3) of a foot that is much longer than people's, pitched less the nearer it is to the floor.

    So its tip rises and falls as far as a person's, in lengths of the leg; pitched as a person's it would be below the
    floor by half its length. ``height``: (T,) armature units that the ankle is higher than when it stands. ``back``:
    from calmed turns to those of the motion.
    """
    leg = rest.leg_length()
    reach = stiff_reach(rest, still, side, up) / leg
    if reach <= LONG:
        return turn
    near = np.clip(2.0 * (1.0 - np.maximum(height, 0.0) / leg / reach), 0.0, 1.0)
    way = rest_heading(rest, still, side, up)
    across, now = rotate(turn, np.cross(up, way)), rotate(turn, way)
    level = np.cross(across, up)
    ahead, steady = normalize(level), np.linalg.norm(level, axis=-1)
    near = near * np.clip((steady - ASIDE) / ASIDE, 0.0, 1.0)
    # about its own axis from side to side, which stays as it is
    pitch = np.arctan2(dot(now, np.cross(ahead, across)), dot(now, ahead))
    wanted = (_steeper if back else _calmer)(pitch, near, PEOPLES / reach)
    return np.asarray(about(across, pitch - wanted) @ turn)


def _calmer(pitch: FloatArray, near: FloatArray, share: float) -> FloatArray:
    """``pitch`` (T,), -pi to pi, with ``share`` of its sine as far as the foot is ``near`` (T,) the floor.

    A foot that points back, as of one who kneels, comes nearer to lying on its back likewise.
    """
    steep = np.abs(pitch)
    less = np.arcsin(share * np.sin(np.minimum(steep, np.pi / 2))) + RISING * np.maximum(steep - np.pi / 2, 0.0)
    past = np.clip((steep - OVER[0]) / np.ptp(OVER), 0.0, 1.0)
    lying = np.pi - np.arcsin(np.clip(share * np.sin(steep), -1.0, 1.0))
    less = less + past**2 * (3.0 - 2.0 * past) * (lying - less)
    return np.asarray(np.sign(pitch) * (steep + near * (less - steep)))


def _steeper(calmed: FloatArray, near: FloatArray, share: float) -> FloatArray:
    """The pitch (T,) that ``_calmer`` makes ``calmed`` (T,): it grows with it, so half of what is left is left out."""
    low, high = np.zeros_like(calmed), np.full_like(calmed, np.pi)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        below = _calmer(middle, near, share) < np.abs(calmed)
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.asarray(np.sign(calmed) * (low + high) / 2)
