"""Tests of head and gaze. Only bodies of 27 joints have a direction of the head; with 22 the neck tells a little."""

from __future__ import annotations

import numpy as np

from engine.motion.rotations import normalize
from engine.predicates.body import (
    FPS,
    HEAD,
    HEAD_FRONT,
    HIP,
    NECK,
    Array,
    chest_axes,
    count_swings,
    forward,
    has_face,
    leftward,
    longest,
    torso_pitch,
    yaw,
)
from engine.predicates.registry import physical_test

# The neck of the uniform body leans forward by so much when the head is held level, degrees.
NECK_LEAN = 29.0


def gaze(joints: Array) -> Array:
    """(T, 3) unit direction the face points; ValueError for 22 joints."""
    if not has_face(joints):
        raise ValueError("a body of 22 joints has no face")
    return normalize(joints[:, HEAD_FRONT] - joints[:, HEAD])


def head_yaw(joints: Array) -> Array:
    """(T,) degrees the face is turned to the left of the chest's forward direction."""
    axes = chest_axes(joints)
    face = gaze(joints)
    return np.degrees(np.arctan2(np.sum(face * axes[:, 0], axis=-1), np.sum(face * axes[:, 2], axis=-1)))


def head_pitch(joints: Array) -> Array:
    """(T,) degrees the face points above the horizon, negative below; from the neck where there is no face."""
    if has_face(joints):
        return np.degrees(np.arcsin(np.clip(gaze(joints)[:, 1], -1.0, 1.0)))
    neck = joints[:, HEAD] - joints[:, NECK]
    lean = np.degrees(np.arctan2(np.sum(neck * forward(joints), axis=-1), neck[:, 1]))
    return NECK_LEAN - lean


def swings_within(signal: Array, calm: Array, amplitude: float, unrest: float) -> int:
    """Most swings of a signal (T,) within two seconds in which another, `calm`, keeps within `unrest`."""
    window = round(2.0 * FPS)
    best = 0
    for start in range(0, max(1, len(signal) - window + 1), 4):
        part = slice(start, start + window)
        if np.ptp(calm[part]) <= unrest:
            best = max(best, count_swings(signal[part], amplitude))
    return best


@physical_test
def head_shakes(joints: Array, times: float = 1.5, degrees: float = 12.0) -> bool:
    """The face turns to and fro on a chest that hardly turns; not to be seen in 22 joints."""
    return has_face(joints) and swings_within(head_yaw(joints), yaw(joints), degrees, 25.0) >= 2 * times


@physical_test
def nods(joints: Array, times: float = 1.0, degrees: float = 8.0) -> bool:
    """The face goes down and up, so often, on a trunk that hardly bends."""
    pitch = head_pitch(joints) + torso_pitch(joints)
    return swings_within(pitch, torso_pitch(joints), degrees, 15.0) >= 2 * times


@physical_test
def looks_around(joints: Array, degrees: float = 25.0) -> bool:
    """Looks to the left and to the right, by head, chest or whole body."""
    look = np.unwrap(np.radians(yaw(joints)))
    look = np.degrees(look) + (head_yaw(joints) if has_face(joints) else 0.0)
    return count_swings(look, degrees) >= 1 and bool(look.max() - look.min() >= 1.6 * degrees)


@physical_test
def looks(
    joints: Array,
    left: float | None = None,
    right: float | None = None,
    up: float | None = None,
    down: float | None = None,
    seconds: float = 0.3,
) -> bool:
    """The face points so many degrees up or down, or turns so far to a side from where it began.

    With 22 joints chest and neck tell, and up and down count from the beginning too: necks differ.
    """
    aside = yaw(joints) + (head_yaw(joints) - head_yaw(joints)[0] if has_face(joints) else 0.0)
    pitch = head_pitch(joints) if has_face(joints) else head_pitch(joints) - head_pitch(joints)[:5].mean()
    checks = ((left, aside), (right, -aside), (up, pitch), (down, -pitch))
    return all(longest(turned >= asked) >= seconds for asked, turned in checks if asked is not None)


@physical_test
def looks_back(joints: Array, degrees: float = 70.0, seconds: float = 0.15) -> bool:
    """The face turns over a shoulder, further than `degrees` from where the feet are heading."""
    left = joints[:, HIP["left"]] - joints[:, HIP["right"]]
    ahead = normalize(np.cross(left, np.array([0.0, 1.0, 0.0])))
    face = gaze(joints) if has_face(joints) else chest_axes(joints)[:, 2]
    turned = np.degrees(np.arctan2(np.sum(face * leftward(ahead), axis=-1), np.sum(face * ahead, axis=-1)))
    least = degrees if has_face(joints) else degrees / 2
    return longest(np.abs(turned) >= least) >= seconds


@physical_test
def head_tilts(joints: Array, degrees: float = 12.0, seconds: float = 0.3) -> bool:
    """The head leans to a shoulder."""
    axes = chest_axes(joints)
    neck = normalize(joints[:, HEAD] - joints[:, NECK])
    tilt = np.degrees(np.arcsin(np.clip(np.sum(neck * axes[:, 0], axis=-1), -1.0, 1.0)))
    return longest(np.abs(tilt) >= degrees) >= seconds
