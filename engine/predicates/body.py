"""What the physical tests look at: points, frames and rhythms of a body, all pure functions of its joints.

Joints are (T, J, 3), J 22 or 27, Y up, metres, the floor at height zero, 20 fps, on the uniform skeleton's size
(`engine.motion.uniform.to_uniform_size` brings any body there, so that lengths in tests mean the same for every model).
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine import filters
from engine.motion.features import facing
from engine.motion.grounding import spans, touches
from engine.motion.rotations import normalize
from engine.motion.skeleton import HUMANML3D

Array = NDArray[np.floating]
Mask = NDArray[np.bool_]
Side = Literal["left", "right"]
SIDES: tuple[Side, Side] = ("left", "right")
OTHER: dict[Side, Side] = {"left": "right", "right": "left"}

FPS = 20.0
UP = np.array([0.0, 1.0, 0.0])

_INDEX = {name: index for index, name in enumerate(HUMANML3D.joint_names)}
PELVIS, SPINE, CHEST, NECK, HEAD = (_INDEX[name] for name in ("pelvis", "spine1", "spine3", "neck", "head"))
HIP, KNEE, ANKLE, TOE, COLLAR, SHOULDER, ELBOW, WRIST = (
    {side: _INDEX[f"{side}_{part}"] for side in SIDES}
    for part in ("hip", "knee", "ankle", "foot", "collar", "shoulder", "elbow", "wrist")
)
# The bundled skeleton's further five joints.
HEAD_FRONT = 22
KNUCKLE: dict[Side, int] = {"left": 23, "right": 24}
THUMB: dict[Side, int] = {"left": 25, "right": 26}
WITH_HANDS = 27

# Heights of a standing uniform body, metres.
STANDING_PELVIS = 0.93


def has_face(joints: Array) -> bool:
    """Whether the head has a direction."""
    return joints.shape[1] > HEAD_FRONT and bool(np.isfinite(joints[:, HEAD_FRONT]).all())


def has_hands(joints: Array) -> bool:
    """Whether hands have directions."""
    return joints.shape[1] >= WITH_HANDS and bool(np.isfinite(joints[:, HEAD_FRONT + 1 :]).all())


# Directions and frames


def forward(joints: Array, smooth: float = 2.0) -> Array:
    """(T, 3) ground direction the body faces, without a step's swing if `smooth` (frames) is large."""
    ahead = facing(joints[:, : HUMANML3D.num_joints])
    return normalize(filters.smooth(ahead, smooth))


def leftward(ahead: Array) -> Array:
    """(T, 3) the body's left, level, of its forward direction."""
    return np.cross(UP, ahead)


def yaw(joints: Array) -> Array:
    """(T,) degrees turned since frame 0, to the left positive, unwrapped."""
    ahead = forward(joints)
    angle = np.unwrap(np.arctan2(ahead[:, 0], ahead[:, 2]))
    return np.degrees(angle - angle[0])


def chest_axes(joints: Array) -> Array:
    """(T, 3, 3) rows left, up, forward of the chest, orthonormal."""
    left = normalize(joints[:, SHOULDER["left"]] - joints[:, SHOULDER["right"]])
    spine = joints[:, NECK] - joints[:, SPINE]
    up = normalize(spine - left * np.sum(spine * left, axis=-1, keepdims=True))
    return np.stack((left, up, np.cross(left, up)), axis=1)


def in_chest(joints: Array, points: Array) -> Array:
    """Points (T, 3) as left, up and forward of the middle between the shoulders, in the chest's own frame."""
    origin = (joints[:, SHOULDER["left"]] + joints[:, SHOULDER["right"]]) / 2
    return np.einsum("tij,tj->ti", chest_axes(joints), points - origin)


def in_heading(joints: Array, points: Array) -> Array:
    """Points (T, 3) as left of, above the floor under, and ahead of the pelvis, level."""
    ahead = forward(joints)
    offset = points - joints[:, PELVIS]
    return np.stack((np.sum(offset * leftward(ahead), axis=-1), points[:, 1], np.sum(offset * ahead, axis=-1)), axis=-1)


def torso_tilt(joints: Array) -> Array:
    """(T,) degrees between the spine and the vertical."""
    spine = normalize(joints[:, NECK] - joints[:, PELVIS])
    return np.degrees(np.arccos(np.clip(spine[:, 1], -1.0, 1.0)))


def torso_pitch(joints: Array) -> Array:
    """(T,) degrees the spine leans forward (positive) or back, in the plane of the way the body faces."""
    spine = joints[:, NECK] - joints[:, PELVIS]
    return np.degrees(np.arctan2(np.sum(spine * forward(joints), axis=-1), spine[:, 1]))


def tumble(joints: Array) -> Array:
    """(T,) degrees the trunk has turned about its own left-right axis, forward positive, whole turns counted."""
    spine = normalize(joints[:, NECK] - joints[:, PELVIS])
    across = normalize(
        joints[:, SHOULDER["left"]] - joints[:, SHOULDER["right"]] + joints[:, HIP["left"]] - joints[:, HIP["right"]]
    )
    step = np.arctan2(
        np.sum(across[:-1] * np.cross(spine[:-1], spine[1:]), axis=-1), np.sum(spine[:-1] * spine[1:], axis=-1)
    )
    return np.degrees(np.concatenate(([0.0], np.cumsum(step))))


# Points


def palm(joints: Array, side: Side) -> Array:
    """(T, 3) the middle of the palm: before the knuckle, or 8 cm beyond a wrist that has no hand."""
    wrist = joints[:, WRIST[side]]
    if has_hands(joints):
        return wrist + 0.08 * normalize(joints[:, KNUCKLE[side]] - wrist)
    return wrist + 0.08 * normalize(wrist - joints[:, ELBOW[side]])


def palm_normal(joints: Array, side: Side) -> Array:
    """(T, 3) unit direction out of the palm; ValueError for bodies without hands."""
    if not has_hands(joints):
        raise ValueError("a body of 22 joints has no palms")
    hand = joints[:, KNUCKLE[side]] - joints[:, WRIST[side]]
    thumb = joints[:, THUMB[side]] - joints[:, WRIST[side]]
    return normalize(np.cross(hand, thumb) if side == "left" else np.cross(thumb, hand))


def arm_direction(joints: Array, side: Side) -> Array:
    """(T, 3) unit direction from shoulder to wrist."""
    return normalize(joints[:, WRIST[side]] - joints[:, SHOULDER[side]])


def bend(joints: Array, start: int, middle: int, end: int) -> Array:
    """(T,) degrees between two bones at their joint: 180 is straight."""
    first = normalize(joints[:, start] - joints[:, middle])
    second = normalize(joints[:, end] - joints[:, middle])
    return np.degrees(np.arccos(np.clip(np.sum(first * second, axis=-1), -1.0, 1.0)))


def elbow_bend(joints: Array, side: Side) -> Array:
    """(T,) degrees inside the elbow, 180 straight."""
    return bend(joints, SHOULDER[side], ELBOW[side], WRIST[side])


def knee_bend(joints: Array, side: Side) -> Array:
    """(T,) degrees inside the knee, 180 straight."""
    return bend(joints, HIP[side], KNEE[side], ANKLE[side])


# Time


def speed(points: Array) -> Array:
    """(T,) metres a second of points (T, 3)."""
    return np.linalg.norm(velocity(points), axis=-1)


def velocity(points: Array) -> Array:
    """(T, 3) metres a second, central differences."""
    return np.gradient(points, axis=0) * FPS if len(points) > 1 else np.zeros_like(points)


def longest(mask: Mask) -> float:
    """Seconds of the longest run of True."""
    return max((stop - start for start, stop in spans(mask)), default=0) / FPS


def share(mask: Mask) -> float:
    """Share of frames that are True."""
    return float(np.mean(mask)) if len(mask) else 0.0


def count_swings(signal: Array, amplitude: float) -> int:
    """How often a signal (T,) goes from a peak to a trough, or back, by at least `amplitude`."""
    turning = _turning_points(signal, amplitude)
    return max(0, len(turning) - 1)


def _turning_points(signal: Array, amplitude: float) -> list[int]:
    """Frames of alternating peaks and troughs, each `amplitude` from the last."""
    if not len(signal):
        return []
    low = high = 0
    points: list[int] = []
    rising: bool | None = None
    for frame, value in enumerate(signal):
        if value > signal[high]:
            high = frame
        if value < signal[low]:
            low = frame
        if rising is not False and signal[high] - value >= amplitude and high <= frame:
            points += [low, high] if rising is None and low < high else [high]
            rising, low = False, frame
        elif rising is not True and value - signal[low] >= amplitude and low <= frame:
            points += [high, low] if rising is None and high < low else [low]
            rising, high = True, frame
    if rising is not None:
        points.append(high if rising else low)
    elif abs(signal[high] - signal[low]) >= amplitude:
        points = sorted((high, low))
    return points


# Floor


def foot_down(joints: Array, side: Side) -> Mask:
    """(T,) toe or ankle of this foot is at the floor."""
    on_floor = touches(joints)
    return on_floor[:, TOE[side]] | on_floor[:, ANKLE[side]]


def stance(joints: Array, side: Side) -> Mask:
    """(T,) the foot is down and does not travel (slower than 0.7 m/s)."""
    slow = np.minimum(speed(joints[:, ANKLE[side]]), speed(joints[:, TOE[side]])) < 0.7
    return foot_down(joints, side) & slow
