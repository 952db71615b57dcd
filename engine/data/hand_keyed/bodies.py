"""Stylised bodies on ours: thick trunks come down to the floor, arms that stood off hang, hands stay above ground."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.motion import rotations
from engine.motion.feet import solve_two_bones
from engine.motion.skeleton import EXPRESSIVE

Array = NDArray[np.floating]

# Hip height, metres on our legs, at which each kind of character sits or lies on the floor; others: PLAIN_SEAT.
_SEATS = {"Rig_Medium": 0.46, "Rig_Large": 0.4, "Astronaut": 0.3, "Robot": 0.29}
PLAIN_SEAT, OUR_SEAT = 0.2, 0.1
# Hip height, metres, from which a body is on its way down.
STANDING = 0.8
# Heights, metres, under which wrists and other joints do not go.
WRIST_HEIGHT, JOINT_HEIGHT = 0.035, 0.02
# Radians from the vertical at which a relaxed arm hangs.
HANGING = 0.2
_ON_FLOOR = re.compile(r"sit_floor|lie_|death|sit_ups|slam|smash|roll", re.IGNORECASE)

_NAMES = EXPRESSIVE.joint_names
LEGS = tuple(
    tuple(_NAMES.index(f"{side}_{part}") for part in ("hip", "knee", "ankle", "foot")) for side in ("left", "right")
)
ARMS = tuple(
    tuple(_NAMES.index(f"{side}_{part}") for part in ("shoulder", "elbow", "wrist", "hand", "thumb"))
    for side in ("left", "right")
)


def comes_down(name: str) -> bool:
    """Whether action `name` sits or lies on the floor."""
    return _ON_FLOOR.search(name) is not None


def settle(name: str, joints: Array) -> Array:
    """(T, 27, 3) with the trunk on the floor where action `name` lies or sits on it, and nothing below the floor."""
    settled = joints.copy()
    if comes_down(name):
        _lower_trunk(name, settled)
    for shoulder, elbow, wrist, hand, thumb in ARMS:
        wanted = settled[:, wrist].copy()
        wanted[:, 1] = np.maximum(wanted[:, 1], WRIST_HEIGHT)
        middle, end = solve_two_bones(settled[:, shoulder], settled[:, elbow], settled[:, wrist], wanted)
        moved = settled[:, wrist, 1] < WRIST_HEIGHT
        settled[moved, hand] += (end - settled[:, wrist])[moved]
        settled[moved, thumb] += (end - settled[:, wrist])[moved]
        settled[moved, elbow], settled[moved, wrist] = middle[moved], end[moved]
    deepest = settled[:, EXPRESSIVE.required, 1].min(axis=1)
    settled[..., 1] += np.maximum(0.0, JOINT_HEIGHT - 0.005 - deepest)[:, None]
    return settled


def measure_spread(stances: Sequence[Array]) -> float:
    """Radians by which the arms of a character stand off further than hanging arms do, in its most relaxed stance."""
    angles = [float(np.median(_spread_of(stance, side))) for stance in stances for side in (0, 1)]
    return max(0.0, min(angles) - HANGING) if angles else 0.0


def hang_arms(joints: Array, spread: float) -> Array:
    """(T, 27, 3) with arms that hang `spread` radians closer to the trunk.

    An arm that is raised, or whose hand is in front of the body, stays where it is.
    """
    hung = joints.copy()
    if spread <= 0.0:
        return hung
    for side in (0, 1):
        shoulder, elbow, wrist, *_ = ARMS[side]
        outward, _, ahead = _chest_axes(joints, side)
        reach = np.linalg.norm(joints[:, wrist] - joints[:, elbow], axis=-1) + np.linalg.norm(
            joints[:, elbow] - joints[:, shoulder], axis=-1
        )
        aside = np.sum((joints[:, wrist] - joints[:, shoulder]) * outward, axis=-1) / reach
        down = -rotations.normalize(joints[:, elbow] - joints[:, shoulder])[:, 1]
        share = np.clip(aside / np.sin(spread + HANGING), 0.0, 1.0) * np.clip(down / np.cos(spread + HANGING), 0.0, 1.0)
        # Turned about the axis ahead so that what points outward comes down.
        angle = spread * share * (-1.0 if side == 0 else 1.0)
        turn = np.concatenate((np.cos(angle / 2)[:, None], np.sin(angle / 2)[:, None] * ahead), axis=-1)
        for joint in ARMS[side][1:]:
            hung[:, joint] = hung[:, shoulder] + rotations.rotate(turn, joints[:, joint] - joints[:, shoulder])
    return hung


def _lower_trunk(name: str, joints: Array) -> None:
    seat = next((height for start, height in _SEATS.items() if name.startswith(start)), PLAIN_SEAT)
    hips = joints[:, [leg[0] for leg in LEGS], 1].mean(axis=1)
    way = np.clip((STANDING - hips) / (STANDING - seat), 0.0, 1.0) * (seat - OUR_SEAT)
    drop = np.minimum(way, np.maximum(hips - OUR_SEAT, 0.0))[:, None] * [0.0, 1.0, 0.0]
    legs = [joint for leg in LEGS for joint in leg[1:]]
    trunk = [joint for joint in range(joints.shape[1]) if joint not in legs]
    before = joints[:, legs].copy()
    joints[:, trunk] -= drop[:, None]
    for number, (hip, knee, ankle, foot) in enumerate(LEGS):
        old_knee, old_ankle, old_foot = (before[:, 3 * number + place] for place in range(3))
        middle, end = solve_two_bones(joints[:, hip], old_knee - drop, old_ankle - drop, old_ankle)
        joints[:, knee], joints[:, ankle] = middle, end
        joints[:, foot] = old_foot + (end - old_ankle)


def _chest_axes(joints: Array, side: int) -> tuple[Array, Array, Array]:
    """Outward of the given side, up and ahead of the chest, (T, 3) each."""
    across = rotations.normalize(joints[:, ARMS[0][0]] - joints[:, ARMS[1][0]])
    up = joints[:, _NAMES.index("neck")] - joints[:, _NAMES.index("spine1")]
    ahead = rotations.normalize(np.cross(across, up))
    return (across if side == 0 else -across), np.cross(ahead, across), ahead


def _spread_of(joints: Array, side: int) -> Array:
    shoulder, elbow, *_ = ARMS[side]
    outward, up, _ = _chest_axes(joints, side)
    arm = joints[:, elbow] - joints[:, shoulder]
    angle: Array = np.arctan2(np.sum(arm * outward, axis=-1), np.maximum(-np.sum(arm * up, axis=-1), 1e-6))
    return angle
