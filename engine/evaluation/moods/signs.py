"""Physical signs of moods: numbers of a motion that change with how somebody bears himself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.predicates.body import (
    ANKLE,
    CHEST,
    COLLAR,
    HIP,
    NECK,
    PELVIS,
    SHOULDER,
    SIDES,
    STANDING_PELVIS,
    WRIST,
    Array,
    forward,
    in_chest,
    knee_bend,
    leftward,
    speed,
    torso_pitch,
    torso_tilt,
)
from engine.predicates.head import head_pitch

# Degrees of the spine's tilt up to which the trunk tells how somebody bears himself, and not what he does.
UPRIGHT = 50.0


@dataclass(frozen=True)
class Sign:
    """A number of a motion.

    Attributes:
        unit: of it, as a table says it
        seen: so much of a change is seen by the eye; of a `ratio`, as a share of what it was
    """

    measure: Callable[[Array], float]
    unit: str
    seen: float
    ratio: bool = False

    def change(self, mood: Array, neutral: Array) -> float:
        """How much a motion (T, J, 3) on the uniform body differs from another."""
        here, there = self.measure(mood), self.measure(neutral)
        return here / max(there, 1e-6) - 1.0 if self.ratio else here - there


def _upright(joints: Array, values: Array) -> float:
    """Mean of values (T,) while the trunk is upright."""
    upright = torso_tilt(joints) < UPRIGHT
    return float(values[upright].mean()) if upright.any() else float(values.mean())


def _bend(joints: Array) -> float:
    return _upright(joints, torso_pitch(joints))


def _head(joints: Array) -> float:
    return _upright(joints, head_pitch(joints))


def _knees(joints: Array) -> float:
    """Degrees that the straighter knee is bent while the pelvis is up."""
    bend = 180.0 - np.maximum(knee_bend(joints, "left"), knee_bend(joints, "right"))
    up = joints[:, PELVIS, 1] > 0.7 * STANDING_PELVIS
    return float(bend[up].mean()) if up.any() else float(bend.mean())


def _pace(joints: Array) -> float:
    """Metres a second of pelvis, head and limbs on the mean."""
    points = [PELVIS, NECK, *WRIST.values(), *ANKLE.values()]
    return float(np.mean([speed(joints[:, point]).mean() for point in points]))


def _sway(joints: Array) -> float:
    """Degrees by which the trunk leans to and fro sideways (standard deviation)."""
    spine = joints[:, NECK] - joints[:, PELVIS]
    upright = torso_tilt(joints) < UPRIGHT
    lean = np.degrees(np.arctan2(np.sum(spine * leftward(forward(joints)), axis=-1), spine[:, 1]))
    return float(np.std(lean[upright])) if upright.any() else 0.0


def _bounce(joints: Array) -> float:
    """Metres a second that the pelvis goes up and down."""
    return float(np.abs(np.diff(joints[:, PELVIS, 1])).mean() * 20.0)


def _shoulders(joints: Array) -> float:
    """Metres of the shoulders above the middle of the chest."""
    height = np.mean([joints[:, SHOULDER[side], 1] for side in SIDES], axis=0) - joints[:, CHEST, 1]
    return _upright(joints, height)


def _chest(joints: Array) -> float:
    """Metres that shoulders are behind the neck, in the direction faced: a broad chest."""
    ahead = forward(joints)
    middle = np.mean([joints[:, SHOULDER[side]] for side in SIDES], axis=0)
    inner = np.mean([joints[:, COLLAR[side]] for side in SIDES], axis=0)
    return _upright(joints, -np.sum((middle - inner) * ahead, axis=-1))


def _elbows(joints: Array) -> float:
    """Metres between the wrists, in the chest's frame: arms that are spread."""
    left, right = (in_chest(joints, joints[:, WRIST[side]]) for side in SIDES)
    return _upright(joints, left[:, 0] - right[:, 0])


def _height(joints: Array) -> float:
    """Metres of the hips above the lower ankle while nobody sits."""
    lowest = np.minimum(joints[:, ANKLE["left"], 1], joints[:, ANKLE["right"], 1])
    height = np.mean([joints[:, HIP[side], 1] for side in SIDES], axis=0) - lowest
    up = height > 0.45
    return float(height[up].mean()) if up.any() else float(height.mean())


SIGNS: dict[str, Sign] = {
    "trunk bend": Sign(_bend, "°", 4.0),
    "face up": Sign(_head, "°", 5.0),
    "knee bend": Sign(_knees, "°", 5.0),
    "pace": Sign(_pace, "%", 0.08, ratio=True),
    "sway": Sign(_sway, "°", 1.5),
    "bounce": Sign(_bounce, "%", 0.15, ratio=True),
    "shoulder height": Sign(_shoulders, "cm", 0.01),
    "chest": Sign(_chest, "cm", 0.01),
    "hands apart": Sign(_elbows, "cm", 0.05),
    "hip height": Sign(_height, "cm", 0.03),
}
