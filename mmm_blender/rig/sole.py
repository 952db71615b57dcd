"""What of a foot touches the ground: the lowest points of its mesh, or the tip of its toe bone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..coordinates import FloatArray

PITCHES = np.radians(np.arange(-90, 136, 15))  # of the foot, at which its lowest points are looked for
ROLLS = np.radians(np.arange(-75, 76, 15))
SHARES = (0.0, 0.25, 0.5, 0.75, 1.01)  # of the toes, from each to the next the lowest points are looked for
MIXED = 0.1  # share of the shin from which on points move otherwise than the foot they are on
LONGEST_TIP = 1.2  # share of the way from ankle to toe joint: importers draw longer tails at random
LEVEL_TIP = 0.5  # share of a toe bone's length that lies level, for its tail to be its tip


@dataclass(frozen=True)
class Sole:
    """Points of one foot at rest.

    Attributes:
        points: (N, 3), armature space.
        toes: (N,) share, 0 to 1, of the foot's part by which each moves with the toe joint, and for the rest with the
            ankle.
        shins: (N,) share, 0 to 1, by which each moves with the leg above the ankle instead of the foot.
        floor: (N,) the height, in the armature's direction of up, below which each is underground.
    """

    points: FloatArray
    toes: FloatArray
    shins: FloatArray
    floor: FloatArray


def sole_of_mesh(points: FloatArray, toes: FloatArray, shins: FloatArray, facing: FloatArray) -> Sole:
    """The lowest ones of a foot's vertices ``points`` (N, 3), however it is turned.

    ``toes``, ``shins`` (N,): see ``Sole``. The lowest of all at rest is the floor. ``facing``: (3, 3) armature axes of
    left, up and ahead, as columns.
    """
    pitch, roll = (angle.ravel() for angle in np.meshgrid(PITCHES, ROLLS))
    down = np.stack([np.sin(roll) * np.cos(pitch), -np.cos(roll) * np.cos(pitch), np.sin(pitch)], -1) @ facing.T
    found: list[FloatArray] = []
    firm = shins < MIXED
    groups = [firm & (toes >= least) & (toes < most) for least, most in zip(SHARES, SHARES[1:], strict=False)]
    for rows in map(np.flatnonzero, (*groups, ~firm)):
        if len(rows):
            found.append(rows[np.unique((points[rows] @ down.T).argmax(0))])
    rows = np.concatenate(found)
    floor = float((points @ facing[:, 1]).min())
    return Sole(points[rows], toes[rows], shins[rows], np.full(len(rows), floor))


def sole_of_bone(ankle: FloatArray, head: FloatArray, tail: FloatArray, up: FloatArray) -> Sole | None:
    """The tip of a toe bone from ``head`` to ``tail`` (3,), where it is drawn like one; its floor is where it rests."""
    along, foot = tail - head, float(np.linalg.norm(head - ankle))
    length = float(np.linalg.norm(along))
    if not 1e-6 * foot < length < LONGEST_TIP * foot or np.linalg.norm(along - up * (along @ up)) < LEVEL_TIP * length:
        return None
    return Sole(tail[None], np.ones(1), np.zeros(1), np.array([tail @ up]))
