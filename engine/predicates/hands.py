"""Tests of where hands are and how they move, whatever for.

`side` is "left", "right", "either" or "both"; with "either" one hand has to do all of it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.motion.rotations import normalize
from engine.predicates.body import (
    ANKLE,
    COLLAR,
    ELBOW,
    FPS,
    HEAD,
    HEAD_FRONT,
    HIP,
    KNEE,
    NECK,
    OTHER,
    PELVIS,
    SHOULDER,
    SIDES,
    SPINE,
    TOE,
    UP,
    WRIST,
    Array,
    Mask,
    Side,
    arm_direction,
    chest_axes,
    count_swings,
    elbow_bend,
    forward,
    has_face,
    has_hands,
    in_chest,
    in_heading,
    leftward,
    longest,
    palm,
    palm_normal,
    spans,
    speed,
    velocity,
)
from engine.predicates.registry import physical_test

OUTWARD: dict[Side, float] = {"left": 1.0, "right": -1.0}


def by_side(side: str, holds: Callable[[Side], bool]) -> bool:
    """Whether it holds for the hands that `side` means."""
    if side == "both":
        return all(holds(each) for each in SIDES)
    if side == "either":
        return any(holds(each) for each in SIDES)
    if side not in SIDES:
        raise ValueError(f"side {side!r} is none of left, right, either, both")
    return holds(side)  # type: ignore[arg-type]


def held_by(side: str, mask: Callable[[Side], Mask], seconds: float) -> bool:
    """Whether a mask (T,) holds for so long for the hands that `side` means; with "both", for both at the same time."""
    if side == "both":
        return longest(mask("left") & mask("right")) >= seconds
    return by_side(side, lambda each: longest(mask(each)) >= seconds)


def place(joints: Array, name: str, side: Side) -> Array:
    """(T, 3) a place on the body as the hand of `side` reaches for it; KeyError for unknown names."""
    left, up, ahead = chest_axes(joints).transpose(1, 0, 2)
    out = left * OUTWARD[side]
    head = joints[:, HEAD]
    gaze = normalize(joints[:, HEAD_FRONT] - head) if has_face(joints) else ahead
    crown = normalize(joints[:, HEAD] - joints[:, NECK] + 0.1 * up)
    crown = normalize(crown - gaze * np.sum(crown * gaze, axis=-1, keepdims=True)) if has_face(joints) else up
    other = OTHER[side]
    hips = (joints[:, HIP["left"]] + joints[:, HIP["right"]]) / 2
    places = {
        "head": head + 0.07 * crown,
        "top of head": head + 0.17 * crown,
        "back of head": head + 0.08 * crown - 0.08 * gaze,
        "forehead": head + 0.11 * crown + 0.08 * gaze,
        "eyes": head + 0.08 * crown + 0.09 * gaze,
        "mouth": head + 0.10 * gaze,
        "chin": head - 0.03 * crown + 0.08 * gaze,
        "ear": head + 0.06 * crown + 0.08 * out,
        "throat": joints[:, NECK] + 0.06 * ahead,
        "chest": (joints[:, COLLAR["left"]] + joints[:, COLLAR["right"]]) / 2 - 0.08 * up + 0.12 * ahead,
        "belly": joints[:, SPINE] + 0.12 * ahead,
        "back": joints[:, SPINE] - 0.14 * ahead,
        "hip": joints[:, HIP[side]] + 0.14 * UP + 0.10 * out,
        "pocket": joints[:, HIP[side]] + 0.10 * out,
        "buttocks": hips - 0.12 * forward(joints),
        "shoulder": joints[:, SHOULDER[side]],
        "other shoulder": joints[:, SHOULDER[other]],
        "other upper arm": (joints[:, SHOULDER[other]] + joints[:, ELBOW[other]]) / 2,
        "other elbow": joints[:, ELBOW[other]],
        "other wrist": joints[:, WRIST[other]],
        "knee": joints[:, KNEE[side]],
        "other knee": joints[:, KNEE[other]],
        "foot": (joints[:, TOE[side]] + joints[:, ANKLE[side]]) / 2,
        "other foot": (joints[:, TOE[other]] + joints[:, ANKLE[other]]) / 2,
    }
    return places[name]


def level(joints: Array, name: str) -> Array:
    """(T,) height of a part of the body; KeyError for unknown names."""
    return {
        "head": joints[:, HEAD, 1] + 0.1,
        "shoulder": (joints[:, SHOULDER["left"], 1] + joints[:, SHOULDER["right"], 1]) / 2,
        "chest": joints[:, NECK, 1] - 0.22,
        "waist": joints[:, PELVIS, 1] + 0.08,
        "hip": joints[:, PELVIS, 1] - 0.1,
        "knee": (joints[:, KNEE["left"], 1] + joints[:, KNEE["right"], 1]) / 2,
        "floor": np.zeros(len(joints)),
    }[name]


def at_place(joints: Array, side: Side, name: str, within: float) -> Mask:
    """(T,) palm or wrist no further than `within` from the place."""
    target = place(joints, name, side)
    gap = np.linalg.norm(palm(joints, side) - target, axis=-1)
    return np.minimum(gap, np.linalg.norm(joints[:, WRIST[side]] - target, axis=-1)) <= within


@physical_test
def hand_at(joints: Array, place: str, side: str = "either", seconds: float = 0.3, within: float = 0.17) -> bool:
    """A hand stays near a place of the body: head, forehead, mouth, ear, chest, belly, hip, other elbow ..."""
    return held_by(side, lambda each: at_place(joints, each, place, within), seconds)


@physical_test
def hand_near_head(joints: Array, side: str = "either", seconds: float = 0.3, within: float = 0.24) -> bool:
    """A hand stays near the head, wherever on it."""
    return held_by(side, lambda each: at_place(joints, each, "head", within), seconds)


@physical_test
def hand_above(joints: Array, level: str, side: str = "either", seconds: float = 0.3, by: float = 0.0) -> bool:
    """A hand stays above a level (head, shoulder, chest, waist, hip), `by` metres more."""
    return held_by(side, lambda each: palm(joints, each)[:, 1] > _level(joints, level) + by, seconds)


_level = level


@physical_test
def hand_low(joints: Array, side: str = "either", height: float = 0.35, seconds: float = 0.1) -> bool:
    """A hand goes down to that height above the floor."""
    return held_by(side, lambda each: palm(joints, each)[:, 1] < height, seconds)


@physical_test
def hand_in_front(
    joints: Array,
    side: str = "either",
    reach: float = 0.28,
    low: str = "waist",
    high: str = "head",
    seconds: float = 0.4,
) -> bool:
    """A hand is held ahead of the body, `reach` before the shoulders, between two levels."""

    def mask(each: Side) -> Mask:
        hand = palm(joints, each)
        ahead = in_heading(joints, hand)[:, 2] - in_heading(joints, joints[:, NECK])[:, 2]
        return (ahead > reach) & (hand[:, 1] > _level(joints, low)) & (hand[:, 1] < _level(joints, high))

    return held_by(side, mask, seconds)


@physical_test
def arm_points(
    joints: Array,
    direction: str,
    side: str = "either",
    seconds: float = 0.3,
    within: float = 35.0,
    straight: float = 140.0,
) -> bool:
    """The straight arm points forward, up, down, out (to its own side), across, back, left, right or level (anywhere
    between forward and out), within so many degrees, for so long.
    """
    return held_by(
        side,
        lambda each: aims_along(joints, each, direction, within) & (elbow_bend(joints, each) >= straight),
        seconds,
    )


def aims_along(joints: Array, side: Side, direction: str, within: float) -> Mask:
    """(T,) shoulder to wrist lies within so many degrees of the direction."""
    ahead = forward(joints)
    left = leftward(ahead)
    arm = arm_direction(joints, side)
    if direction == "level":
        raised = np.degrees(np.arcsin(np.clip(arm[:, 1], -1.0, 1.0)))
        return (np.abs(raised) <= within) & (np.sum(arm * ahead, axis=-1) > -0.5)
    axis = {
        "forward": ahead,
        "back": -ahead,
        "up": np.broadcast_to(UP, ahead.shape),
        "down": np.broadcast_to(-UP, ahead.shape),
        "left": left,
        "right": -left,
        "out": left * OUTWARD[side],
        "across": -left * OUTWARD[side],
    }[direction]
    return np.degrees(np.arccos(np.clip(np.sum(arm * axis, axis=-1), -1.0, 1.0))) <= within


@physical_test
def hand_oscillates(
    joints: Array,
    side: str = "either",
    axis: str = "any",
    times: int = 2,
    amplitude: float = 0.08,
    low: str | None = None,
    high: str | None = None,
    room: float = 9.0,
    fastest: float = 4.0,
) -> bool:
    """A hand goes to and fro so many times by `amplitude` metres relative to the chest, between two levels if named.

    With `room` it does so in two seconds within a space of that many metres each way: work, not flailing.
    """
    window = round(2.0 * FPS) if room < 9.0 else len(joints)

    def holds(each: Side) -> bool:
        height = palm(joints, each)[:, 1]
        inside = np.ones(len(joints), dtype=bool)
        if low is not None:
            inside &= height > _level(joints, low)
        if high is not None:
            inside &= height < _level(joints, high)
        place = in_chest(joints, palm(joints, each))
        for start, stop in spans(_bridge(inside)):
            for first in range(start, max(start, stop - window) + 1, 4):
                part = slice(first, min(stop, first + window))
                track = along(place[part], axis)
                swings = count_swings(track, amplitude)
                quick = swings / 2 > fastest * len(track) / FPS
                if swings >= 2 * times and not quick and np.ptp(place[part], axis=0).max() <= room:
                    return True
        return False

    return by_side(side, holds)


def along(track: Array, axis: str) -> Array:
    """(T,) a track (T, 3) in the chest's frame along its axis: side, up, forward, or the one it moves most on (any)."""
    if axis == "any":
        centred = track - track.mean(axis=0)
        return centred @ np.linalg.svd(centred, full_matrices=False)[2][0]
    return track[:, {"side": 0, "up": 1, "forward": 2}[axis]]


def _bridge(mask: Mask, gap: int = 4) -> Mask:
    """The mask with interruptions of up to `gap` frames closed."""
    closed = mask.copy()
    ends = spans(mask)
    for (_, stop), (start, _) in zip(ends, ends[1:], strict=False):
        if start - stop <= gap:
            closed[stop:start] = True
    return closed


def hand_speed(joints: Array, side: Side) -> Array:
    """(T,) m/s of the wrist relative to the neck."""
    return speed(joints[:, WRIST[side]] - joints[:, NECK])


@physical_test
def hand_circles(joints: Array, side: str = "either", times: float = 1.5, radius: float = 0.05) -> bool:
    """A hand goes round so many times in one sense (stirring, wiping, arm circles)."""

    def holds(each: Side) -> bool:
        track = in_chest(joints, palm(joints, each))
        window = 30
        best = 0.0
        for start in range(0, max(1, len(track) - 10), 10):
            part = track[start : start + 2 * window]
            centred = part - part.mean(axis=0)
            _, sizes, axes = np.linalg.svd(centred, full_matrices=False)
            flat = centred @ axes[:2].T
            if sizes[1] / np.sqrt(len(part)) < radius * 0.5:
                continue
            angle = np.unwrap(np.arctan2(flat[:, 1], flat[:, 0]))
            best = max(best, abs(angle[-1] - angle[0]) / (2 * np.pi))
        return best >= times

    return by_side(side, holds)


@physical_test
def hands_meet(joints: Array, seconds: float = 0.05, within: float = 0.2) -> bool:
    """Both palms come that near each other."""
    return longest(hand_gap(joints) <= within) >= seconds


@physical_test
def hands_apart(joints: Array, metres: float = 0.8, seconds: float = 0.2) -> bool:
    """Hands that far from each other for so long."""
    return longest(hand_gap(joints) >= metres) >= seconds


def hand_gap(joints: Array) -> Array:
    """(T,) metres between the palms."""
    return np.linalg.norm(palm(joints, "left") - palm(joints, "right"), axis=-1)


@physical_test
def hands_together_in_front(joints: Array, seconds: float = 0.8, within: float = 0.35, reach: float = 0.1) -> bool:
    """Both hands near each other before the body, waist to chin: holding a club, a tool, a cup."""
    ahead = (in_heading(joints, palm(joints, "left")) + in_heading(joints, palm(joints, "right")))[:, 2] / 2
    height = (palm(joints, "left") + palm(joints, "right"))[:, 1] / 2
    placed = (height > joints[:, PELVIS, 1] - 0.15) & (height < joints[:, HEAD, 1])
    return longest((hand_gap(joints) <= within) & (ahead > reach) & placed) >= seconds


@physical_test
def palm_faces(joints: Array, direction: str, side: str = "either", seconds: float = 0.3, within: float = 55.0) -> bool:
    """The palm faces forward, up, down, in (to the other side), out or the head; never known of 22 joints."""
    if not has_hands(joints):
        return False
    ahead = forward(joints)
    left = leftward(ahead)

    def holds(each: Side) -> bool:
        axis = {
            "forward": ahead,
            "back": -ahead,
            "up": np.broadcast_to(UP, ahead.shape),
            "down": np.broadcast_to(-UP, ahead.shape),
            "out": left * OUTWARD[each],
            "in": -left * OUTWARD[each],
            "head": normalize(joints[:, HEAD] - joints[:, WRIST[each]]),
        }[direction]
        cosine = np.clip(np.sum(palm_normal(joints, each) * axis, axis=-1), -1.0, 1.0)
        return longest(np.degrees(np.arccos(cosine)) <= within) >= seconds

    return by_side(side, holds)


@physical_test
def reaches_up(joints: Array, side: str = "either", seconds: float = 0.2) -> bool:
    """A hand goes well above the head, the arm nearly straight."""
    return by_side(
        side,
        lambda each: (
            longest((palm(joints, each)[:, 1] > joints[:, HEAD, 1] + 0.25) & (elbow_bend(joints, each) > 125))
            >= seconds
        ),
    )


@physical_test
def hand_leads(joints: Array, direction: str, side: str = "either", speed: float = 1.0) -> bool:
    """At some moment the hand moves that fast forward, back, up, down, out or across, relative to the chest."""

    def holds(each: Side) -> bool:
        rate = velocity(in_chest(joints, palm(joints, each)))
        component = {
            "forward": rate[:, 2],
            "back": -rate[:, 2],
            "up": rate[:, 1],
            "down": -rate[:, 1],
            "out": rate[:, 0] * OUTWARD[each],
            "across": -rate[:, 0] * OUTWARD[each],
        }[direction]
        return bool(component.max() >= speed)

    return by_side(side, holds)


@physical_test
def foot_touched(joints: Array, within: float = 0.25, seconds: float = 0.2) -> bool:
    """A hand at a foot: tying a shoe, touching the toes."""
    return any(
        longest(
            np.linalg.norm(palm(joints, hand) - (joints[:, TOE[foot]] + joints[:, ANKLE[foot]]) / 2, axis=-1) < within
        )
        >= seconds
        for hand in SIDES
        for foot in SIDES
    )
