"""What of a body gives way: its degrees of freedom on each frame, and the joints that they make.

A change (T, D) of a motion moves the pelvis, bends the trunk, swings the upper arms, bends the elbows and puts the feet
elsewhere; bones keep their lengths, legs follow pelvis and feet, hands their forearms.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.filters import smooth
from engine.interaction.bodies import trunk_axes
from engine.motion import rotations
from engine.motion.contacts import contact_weights
from engine.motion.feet import LEGS, solve_two_bones
from engine.motion.reaching.posture import STRETCH, carry_body, turn_of
from engine.motion.reaching.reach import ARMS
from engine.motion.skeleton import skeleton_of

Array = NDArray[np.floating]

SHIFT, BEND = slice(0, 3), slice(3, 6)
SWINGS, ELBOWS = (slice(6, 9), slice(10, 13)), (9, 13)
FEET = (slice(14, 17), slice(17, 20))
FREEDOMS = 20
# Change of each freedom that weighs one: metres, radians.
SCALES = np.array([0.2, 0.06, 0.2] + [0.15] * 3 + [0.6] * 3 + [0.8] + [0.6] * 3 + [0.8] + [0.10] * 6)
METRES = np.array([True] * 3 + [False] * 11 + [True] * 6)  # the others are radians
BODY = np.array([True] * 6 + [False] * 8 + [True] * 6)  # what is as slow as a body; arms are quicker
LOWEST = 0.025  # metres over the floor that the toes of a take usually are at most where they stand
EASE = 2.0  # frames over which the axis of an elbow is averaged
STRAIGHT = 0.15  # sine of the angle of an elbow below which its axis is that of an elbow at ease
# Radians that an elbow is bent at least and at most.
LEAST_BENT, MOST_BENT = 0.1, 2.55


@dataclass(frozen=True)
class Articulation:
    """A motion whose body can give way.

    Attributes:
        base: (T, J, 3) metres
        hinges: (T, 2, 3) unit axes about which the elbows bend; bends: (T, 2) radians that they are bent
        standing: (T - 1, 2) 0..1, how surely each foot stands between two frames
        clearance: (T, 2) metres of each foot over where it would be on the floor
        legs: (T, 2) metres from hip to ankle up to which a leg may be stretched
    """

    base: Array
    hinges: Array
    bends: Array
    standing: Array
    clearance: Array
    legs: Array

    @classmethod
    def of(cls, joints: Array, size: float) -> Articulation:
        """Of the motion (T, J, 3) of a body of that size."""
        axes = trunk_axes(joints)
        hinges, bends = [], []
        for shoulder, elbow, wrist in ARMS:
            upper = rotations.normalize(joints[:, elbow] - joints[:, shoulder])
            fore = rotations.normalize(joints[:, wrist] - joints[:, elbow])
            # An arm that is almost straight does not say how it bends: then as one that hangs at ease does.
            ease = rotations.cross(upper, axes[:, 2])
            axis = smooth(rotations.cross(upper, fore) + STRAIGHT * ease, EASE)
            axis = axis - upper * (axis * upper).sum(axis=-1, keepdims=True)
            hinges.append(rotations.normalize(axis))
            bends.append(np.arccos(np.clip((upper * fore).sum(axis=-1), -1.0, 1.0)))
        # Thick soles are no flight.
        raised = max(0.0, float(np.percentile(joints[:, [toe for *_, toe in LEGS], 1].min(axis=1), 10)) - LOWEST * size)
        standing, clearance, legs = [], [], []
        for hip, knee, ankle, toe in LEGS:
            standing.append(
                contact_weights((joints[:, toe] - [0.0, raised, 0.0]) / size) if len(joints) > 1 else np.zeros(0)
            )
            clearance.append(np.maximum(0.0, joints[:, toe, 1] - raised - LOWEST * size))
            bones = np.linalg.norm(joints[:, [knee, ankle]] - joints[:, [hip, knee]], axis=-1).sum(axis=-1)
            legs.append(np.maximum(STRETCH * bones, np.linalg.norm(joints[:, ankle] - joints[:, hip], axis=-1)))
        stacked = (np.stack(it, axis=1) for it in (hinges, bends, standing, clearance, legs))
        return cls(joints, *stacked)

    def posed(self, change: Array) -> Array:
        """Joints (T, J, 3) after a change (T, D)."""
        return _pose(self.base, self.hinges, change)

    def slopes(self, change: Array, now: Array, step: float = 1e-5) -> Array:
        """(T, J, 3, D) by how much the joints `now` (T, J, 3) move with each freedom."""
        frames = len(change)
        tried = np.repeat(change[None], FREEDOMS, axis=0)
        tried[np.arange(FREEDOMS), :, np.arange(FREEDOMS)] += step
        base = np.tile(self.base, (FREEDOMS, 1, 1))
        moved = _pose(base, np.tile(self.hinges, (FREEDOMS, 1, 1)), tried.reshape(-1, FREEDOMS))
        moved = moved.reshape(FREEDOMS, frames, *now.shape[1:])
        return np.moveaxis((moved - now) / step, 0, -1)


def _pose(base: Array, hinges: Array, change: Array) -> Array:
    names = skeleton_of(base.shape[1]).joint_names
    parents = skeleton_of(base.shape[1]).parents
    trunk = [joint for joint in range(len(names)) if joint not in {0, 3, *[it for leg in LEGS for it in leg]}]
    # Arms first, in the pose that they are in: what carries them turns them along.
    bent = base.copy()
    for side, (shoulder, elbow, wrist) in enumerate(ARMS):
        swing = turn_of(change[:, SWINGS[side]])
        flex = turn_of(change[:, [ELBOWS[side]]] * hinges[:, side])
        hand = [joint for joint, parent in enumerate(parents) if parent == wrist]
        moved = base[:, [elbow]] + rotations.rotate(flex[:, None], base[:, [wrist, *hand]] - base[:, [elbow]])
        arm = np.concatenate((base[:, [elbow]], moved), axis=1)
        bent[:, [elbow, wrist, *hand]] = base[:, [shoulder]] + rotations.rotate(
            swing[:, None], arm - base[:, [shoulder]]
        )
    posed = carry_body(bent, trunk, change[:, SHIFT], change[:, BEND])
    for side, (hip, knee, ankle, toe) in enumerate(LEGS):
        wanted = base[:, ankle] + change[:, FEET[side]]
        posed[:, knee], posed[:, ankle] = solve_two_bones(posed[:, hip], posed[:, knee], posed[:, ankle], wanted)
        posed[:, toe] = posed[:, ankle] + base[:, toe] - base[:, ankle]
    return posed
