"""Bend a motion along a curve on the floor.

The way that the root went is straightened out of the motion and the curve put in its place, for
every point of the ground alike: a foot that stood still on the old way stands still on the new one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import InputError
from engine.filters import smooth
from engine.motion import rotations
from engine.motion.feet import LEGS, lock_feet, solve_two_bones

Array = NDArray[np.floating]

SPACING = 0.02
"""Metres between the points of a course."""
# The root's sway over a step is not the way it goes: deviations of these Gaussians, frames and metres.
SWAY_FRAMES, TANGENT_METRES = 7.0, 0.15
# How far, metres, beyond both ends a course goes straight on, for feet that are ahead or behind.
RUN_OUT = 1.5
# A foot is looked for on the stretch of the course that is this near to the root, metres.
REACH = 0.9
SHORTEST = 0.3  # metres of a course
# How many times the motion's own way a path may be long.
LEAST_STRIDE, LONGEST_STRIDE = 0.5, 2.0


@dataclass(frozen=True)
class Course:
    """A way over the ground at even spacing, with straight run-outs.

    Attributes:
        points: (N, 2) x, z.
        tangents: (N, 2) unit directions.
        length: metres without the run-outs; arc length 0 is where the first run-out ends.
    """

    points: Array
    tangents: Array
    length: float

    def at(self, arc: Array) -> tuple[Array, Array]:
        """Points and tangents, both (n, 2), at arc lengths (n,), clamped to the run-outs."""
        place = np.clip((arc + RUN_OUT) / SPACING, 0.0, len(self.points) - 1.001)
        left = place.astype(int)
        share = (place - left)[:, None]
        both = [(1 - share) * values[left] + share * values[left + 1] for values in (self.points, self.tangents)]
        return both[0], rotations.normalize(both[1])

    def project(self, points: Array, near: Array) -> tuple[Array, Array]:
        """Arc lengths and sideways distances (left of the way positive) of ground points (n, 2).

        Of the course only the stretch within REACH of the arc lengths `near` (n,) is looked at.
        """
        reach = int(REACH / SPACING)
        middle = np.round((near + RUN_OUT) / SPACING).astype(int)
        index = np.clip(middle[:, None] + np.arange(-reach, reach + 1), 0, len(self.points) - 1)
        distance = np.linalg.norm(self.points[index] - points[:, None], axis=-1)
        nearest = index[np.arange(len(points)), distance.argmin(axis=1)]
        offset = points - self.points[nearest]
        along = np.sum(offset * self.tangents[nearest], axis=-1)
        sideways = np.sum(offset * _left_of(self.tangents[nearest]), axis=-1)
        return nearest * SPACING - RUN_OUT + along, sideways


def make_course(points: Array) -> Course:
    """The course through ground points (N >= 2, 2). Raises InputError if it has no length."""
    points = np.asarray(points, dtype=np.float64)
    if points.ndim != 2 or points.shape[1] != 2 or len(points) < 2 or not np.isfinite(points).all():
        raise InputError("a path needs at least two points x, z with finite coordinates")
    arc = np.concatenate(([0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=-1))))
    length = float(arc[-1])
    if length < SHORTEST:
        raise InputError(f"the path is {length:.2f} m long: draw one of at least {SHORTEST:g} m")
    distinct = np.concatenate(([True], np.diff(arc) > 1e-9))
    even = np.arange(0.0, length, SPACING)
    inner = np.stack([np.interp(even, arc[distinct], points[distinct, axis]) for axis in (0, 1)], axis=-1)
    tangents = rotations.normalize(smooth(np.gradient(inner, axis=0), TANGENT_METRES / SPACING))
    steps = np.arange(1, int(RUN_OUT / SPACING) + 1)[:, None] * SPACING
    before, after = inner[0] - steps[::-1] * tangents[0], inner[-1] + steps * tangents[-1]
    ends = [np.repeat(tangents[[i]], len(steps), axis=0) for i in (0, -1)]
    return Course(np.concatenate((before, inner, after)), np.concatenate((ends[0], tangents, ends[1])), length)


def root_course(joints: Array) -> Course:
    """The way that the root of joints (T, 22, 3) goes, without its sway. InputError if it stays in place."""
    return make_course(_without_sway(joints))


def bend_along(joints: Array, points: Array) -> NDArray[np.float64]:
    """Lead a motion along a curve from its first to its last point.

    Args:
        joints: (T, 22, 3), metres, Y up, on the floor; a motion that goes somewhere.
        points: (N, 2) x, z of the curve, sampled finely where it bends.

    Returns joints (T, 22, 3) with bone lengths kept. Steps are lengthened or shortened so that the
    motion covers the curve. Raises InputError if it would have to be by more than a factor of two,
    for a curve without length and for a motion that stays in place.
    """
    joints = np.asarray(joints, dtype=np.float64)
    old, new = root_course(joints), make_course(points)
    stride = new.length / old.length
    if not LEAST_STRIDE <= stride <= LONGEST_STRIDE:
        raise InputError(
            f"the motion goes {old.length:.1f} m and the path is {new.length:.1f} m long: choose another "
            "duration or speed, or a prompt with a faster or slower gait"
        )
    near = _smooth_arc(joints)

    def lead(ground: Array) -> tuple[Array, Array]:
        arc, sideways = old.project(ground, near)
        _, before = old.at(arc)
        place, after = new.at(arc * stride)
        turn = _yaw_of(after) - _yaw_of(before)
        return place + sideways[:, None] * _left_of(after), rotations.about_y(turn)

    place, turn = lead(joints[:, 0][:, [0, 2]])
    bent = rotations.rotate(turn[:, None], joints - joints[:, :1]) + joints[:, :1]
    bent[..., [0, 2]] += (place - joints[:, 0][:, [0, 2]])[:, None]
    for hip, knee, ankle, toe in LEGS:
        place, turn = lead(joints[:, ankle][:, [0, 2]])
        wanted = np.stack((place[:, 0], joints[:, ankle, 1], place[:, 1]), axis=-1)
        bent[:, knee], bent[:, ankle] = solve_two_bones(bent[:, hip], bent[:, knee], bent[:, ankle], wanted)
        bent[:, toe] = bent[:, ankle] + rotations.rotate(turn, joints[:, toe] - joints[:, ankle])
    return lock_feet(bent)


def mean_distance(joints: Array, points: Array) -> float:
    """Mean distance in metres of the root (T, 22, 3) to the curve (N, 2), sway included."""
    course = make_course(points)
    inner = course.points[int(RUN_OUT / SPACING) : len(course.points) - int(RUN_OUT / SPACING)]
    gaps = np.linalg.norm(joints[:, 0][:, None, [0, 2]] - inner[None], axis=-1)
    return float(gaps.min(axis=1).mean())


def _without_sway(joints: Array) -> Array:
    """(T, 2) the smoothed ground path of the root; it begins and ends where the root does."""
    reach = round(4 * SWAY_FRAMES)
    padded = np.pad(joints[:, 0][:, [0, 2]], ((reach, reach), (0, 0)), mode="reflect", reflect_type="odd")
    return smooth(padded, SWAY_FRAMES)[reach:-reach]


def _smooth_arc(joints: Array) -> Array:
    """(T,) how far along its own course the root is at each frame."""
    steps = np.linalg.norm(np.diff(_without_sway(joints), axis=0), axis=-1)
    return np.concatenate(([0.0], np.cumsum(steps)))


def _left_of(tangents: Array) -> Array:
    """Ground directions (n, 2) a quarter turn to the left, seen from above (x to the left of z)."""
    return np.stack((tangents[:, 1], -tangents[:, 0]), axis=-1)


def _yaw_of(tangents: Array) -> Array:
    """(n,) rotation about the vertical that takes +Z onto ground directions (n, 2)."""
    return np.arctan2(tangents[:, 0], tangents[:, 1])
