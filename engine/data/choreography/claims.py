"""What an action promises of its joints, so that every variant can be checked.

A claim takes (T, 27, 3) joints of a right-handed take and says whether it holds at some time (unless its
name says otherwise). Points are joint names; "right_palm" is the middle of wrist and knuckle,
"face" the point 8 cm ahead of the head joint.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from engine.data.choreography import body
from engine.motion.contacts import TOE_HEIGHT

Array = NDArray[np.floating]
Claim = Callable[[Array], bool]


def point(joints: Array, name: str) -> Array:
    """(T, 3) of a named point."""
    if name.endswith("_palm"):
        side = 0 if name.startswith("left") else 1
        return 0.5 * (joints[:, body.WRISTS[side]] + joints[:, body.HANDS[side]])
    if name == "face":
        return joints[:, body.HEAD] + (joints[:, body.HEAD_FRONT] - joints[:, body.HEAD]) * (0.08 / body.HEAD_LENGTH)
    return joints[:, body.INDEX[name]]


def near(first: str, second: str, distance: float) -> Claim:
    """Two points come within `distance` metres."""
    return lambda joints: bool((np.linalg.norm(point(joints, first) - point(joints, second), axis=-1) < distance).any())


def above(first: str, second: str, by: float = 0.0) -> Claim:
    return lambda joints: bool((point(joints, first)[:, 1] > point(joints, second)[:, 1] + by).any())


def below(name: str, height: float) -> Claim:
    """A point comes under a height over the floor."""
    return lambda joints: bool((point(joints, name)[:, 1] < height).any())


def ends_below(name: str, height: float) -> Claim:
    return lambda joints: bool(point(joints, name)[-1, 1] < height)


def ends_above(name: str, height: float) -> Claim:
    return lambda joints: bool(point(joints, name)[-1, 1] > height)


def begins_above(name: str, height: float) -> Claim:
    return lambda joints: bool(point(joints, name)[0, 1] > height)


def begins_below(name: str, height: float) -> Claim:
    return lambda joints: bool(point(joints, name)[0, 1] < height)


def ahead(name: str, distance: float) -> Claim:
    """A point is that far in front of the pelvis, over the ground, as the hips face."""

    def holds(joints: Array) -> bool:
        across = joints[:, body.HIPS[0]] - joints[:, body.HIPS[1]]
        forward = np.stack((-across[:, 2], 0 * across[:, 0], across[:, 0]), axis=-1)
        forward /= np.maximum(np.linalg.norm(forward, axis=-1, keepdims=True), 1e-9)
        return bool((np.sum((point(joints, name) - joints[:, 0]) * forward, axis=-1) > distance).any())

    return holds


def straight_arm(side: str = "right", share: float = 0.95) -> Claim:
    """The arm comes near its whole length."""
    return lambda joints: bool(
        (
            np.linalg.norm(point(joints, f"{side}_wrist") - point(joints, f"{side}_shoulder"), axis=-1)
            > share * body.ARM
        ).any()
    )


def moves(name: str, range_metres: float) -> Claim:
    """A point's range over time is at least that large along some axis."""
    return lambda joints: bool(np.ptp(point(joints, name), axis=0).max() > range_metres)


def travels(distance: float) -> Claim:
    """The pelvis ends that far along +Z from where it began."""
    return lambda joints: bool(joints[-1, 0, 2] - joints[0, 0, 2] > distance)


def backs(distance: float) -> Claim:
    """The pelvis ends that far behind where it began."""
    return lambda joints: bool(joints[0, 0, 2] - joints[-1, 0, 2] > distance)


def looks(left: float | None = None, up: float | None = None) -> Claim:
    """The face turns at least that many degrees to the left (negative: right) of the start, or up (down)."""

    def holds(joints: Array) -> bool:
        way = joints[:, body.HEAD_FRONT] - joints[:, body.HEAD]
        yaw = np.degrees(np.unwrap(np.arctan2(way[:, 0], way[:, 2])))
        pitch = np.degrees(np.arcsin(np.clip(way[:, 1] / body.HEAD_LENGTH, -1, 1)))
        good = True
        if left is not None:
            good &= bool((np.sign(left) * (yaw - yaw[0]) > abs(left)).any())
        if up is not None:
            good &= bool((np.sign(up) * pitch > abs(up)).any())
        return good

    return holds


def airborne(height: float = 0.04) -> Claim:
    """Both toes leave the floor together."""
    return lambda joints: bool((joints[:, body.TOES, 1].min(axis=1) > TOE_HEIGHT + height).any())


def course(joints: Array) -> Array:
    """(T,) degrees by which the hips are turned to the left of how they faced at first."""
    across = joints[:, body.HIPS[0]] - joints[:, body.HIPS[1]]
    angle = np.degrees(np.unwrap(np.arctan2(-across[:, 2], across[:, 0])))
    return angle - angle[0]


def turned(first: float, second: float) -> Claim:
    """Ends turned by something between these degrees to the left."""
    low, high = min(first, second), max(first, second)
    return lambda joints: low < float(course(joints)[-1]) < high


def turns_through(degrees: float) -> Claim:
    """At some time turned that far to the left (negative: right) of how it faced at first."""
    return lambda joints: bool((np.sign(degrees) * course(joints) > abs(degrees)).any())


def beside(first: str, second: str, by: float) -> Claim:
    """One point is that far to the right of another over the ground, as the hips face."""

    def holds(joints: Array) -> bool:
        right = (joints[:, body.HIPS[1]] - joints[:, body.HIPS[0]]) * [1.0, 0.0, 1.0]
        right /= np.maximum(np.linalg.norm(right, axis=-1, keepdims=True), 1e-9)
        return bool((np.sum((point(joints, first) - point(joints, second)) * right, axis=-1) > by).any())

    return holds


def limps(least: float = 1.0) -> Claim:
    """Uneven while it walks: steps of one foot longer, or one foot standing shorter, or the body lower on it."""

    def holds(joints: Array) -> bool:
        across = joints[:, body.HIPS[0]] - joints[:, body.HIPS[1]]
        forward = np.stack((-across[:, 2], 0 * across[:, 0], across[:, 0]), axis=-1)
        forward /= np.maximum(np.linalg.norm(forward, axis=-1, keepdims=True), 1e-9)
        lead = np.sum((joints[:, body.ANKLES[0]] - joints[:, body.ANKLES[1]]) * forward, axis=-1)
        reach = np.percentile(lead, 96), -np.percentile(lead, 4)
        low = joints[:, body.TOES, 1] < TOE_HEIGHT + 0.02
        stands = low.mean(axis=0)
        alone = low & ~low[:, ::-1]
        heights = [joints[alone[:, side], 0, 1].mean() if alone[:, side].any() else np.nan for side in (0, 1)]
        return (
            max(
                max(reach) / max(min(reach), 0.03) / 1.8,
                stands.max() / max(stands.min(), 0.05) / 1.45,
                np.nan_to_num(abs(heights[0] - heights[1])) / 0.035,
            )
            >= least
        )

    return holds


def high_knees(degrees: float) -> Claim:
    """Each thigh comes up that far from hanging, at some time."""

    def holds(joints: Array) -> bool:
        thighs = joints[:, body.KNEES, :] - joints[:, body.HIPS, :]
        raised = np.degrees(np.arccos(np.clip(-thighs[..., 1] / np.linalg.norm(thighs, axis=-1), -1.0, 1.0)))
        return bool((raised.max(axis=0) > degrees).all())

    return holds


def stays_below(name: str, height: float) -> Claim:
    """A point is under a height over the floor all the time."""
    return lambda joints: bool((point(joints, name)[:, 1] < height).all())


def upside_down() -> Claim:
    """The head is under the pelvis at some time."""
    return lambda joints: bool((joints[:, body.HEAD, 1] < joints[:, 0, 1] - 0.05).any())
