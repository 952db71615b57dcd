"""Tests of standing, sitting, kneeling, lying, crawling, and of going from one to the other."""

from __future__ import annotations

import numpy as np

from engine.predicates.body import (
    ANKLE,
    CHEST,
    FPS,
    HEAD,
    KNEE,
    NECK,
    OTHER,
    PELVIS,
    SIDES,
    STANDING_PELVIS,
    TOE,
    WRIST,
    Array,
    Mask,
    Side,
    chest_axes,
    count_swings,
    forward,
    in_heading,
    knee_bend,
    longest,
    palm,
    spans,
    speed,
    torso_pitch,
    torso_tilt,
)
from engine.predicates.hands import by_side, held_by
from engine.predicates.registry import physical_test

AT_THE_END = 0.4
AT_THE_START = 0.25


def stands(joints: Array) -> Mask:
    """(T,) upright on nearly straight legs, a foot on the floor."""
    lowest = np.minimum(joints[:, TOE["left"], 1], joints[:, TOE["right"], 1])
    high = joints[:, PELVIS, 1] - np.maximum(lowest, 0.0) > 0.78 * STANDING_PELVIS
    return high & (lowest < 0.12) & (torso_tilt(joints) < 35.0)


def on_feet(joints: Array) -> Mask:
    """(T,) a foot near the floor, head well above a pelvis that is no lower than in a crouch."""
    lowest = np.minimum(joints[:, TOE["left"], 1], joints[:, TOE["right"], 1])
    return (joints[:, HEAD, 1] > joints[:, PELVIS, 1] + 0.3) & (joints[:, PELVIS, 1] > 0.5) & (lowest < 0.15)


def sits(joints: Array) -> Mask:
    """(T,) on a chair, a stool or on the floor: what weighs is behind the feet, so that something else carries it.

    On a seat the knees are bent, the pelvis is between 28 and 80 cm high, the trunk is upright, and the middle of
    pelvis, neck and head is at least 10 cm behind the ankles. A squat balances over its feet.
    """
    weight = np.mean([in_heading(joints, joints[:, part])[:, 2] for part in (PELVIS, PELVIS, NECK, HEAD)], axis=0)
    feet = (in_heading(joints, joints[:, ANKLE["left"]]) + in_heading(joints, joints[:, ANKLE["right"]]))[:, 2] / 2
    pelvis = joints[:, PELVIS, 1]
    bent = np.minimum(knee_bend(joints, "left"), knee_bend(joints, "right")) < 145.0
    seat = (pelvis > 0.28) & (pelvis < 0.8) & bent & (feet - weight > 0.1) & (torso_tilt(joints) < 45.0)
    return seat | sits_on_floor(joints)


def sits_on_floor(joints: Array) -> Mask:
    """(T,) the seat on the floor, the trunk not lying."""
    return (joints[:, PELVIS, 1] < 0.33) & (torso_tilt(joints) < 55.0)


def lies(joints: Array) -> Mask:
    """(T,) pelvis, chest and head on or near the floor, the trunk level."""
    low = (joints[:, PELVIS, 1] < 0.3) & (joints[:, CHEST, 1] < 0.38) & (joints[:, HEAD, 1] < 0.6)
    return low & (torso_tilt(joints) > 60.0)


def kneels(joints: Array, side: Side) -> Mask:
    """(T,) this knee is on the floor, the trunk up, not sitting on the seat."""
    knee = joints[:, KNEE[side], 1] < 0.15
    return knee & (joints[:, PELVIS, 1] > 0.2) & (torso_tilt(joints) < 60.0)


def squats_down(joints: Array) -> Mask:
    """(T,) pelvis low on bent knees, the weight over the feet, knees off the floor."""
    knees = np.minimum(joints[:, KNEE["left"], 1], joints[:, KNEE["right"], 1])
    bent = np.maximum(knee_bend(joints, "left"), knee_bend(joints, "right")) < 130.0
    return (joints[:, PELVIS, 1] < 0.74 * STANDING_PELVIS) & (knees > 0.17) & bent & ~sits(joints)


def on_all_fours(joints: Array) -> Mask:
    """(T,) trunk level above the floor, a hand down and a knee down or low, as bears crawl."""
    hand = np.minimum(joints[:, WRIST["left"], 1], joints[:, WRIST["right"], 1]) < 0.25
    knee = np.minimum(joints[:, KNEE["left"], 1], joints[:, KNEE["right"], 1]) < 0.42
    return hand & knee & (torso_tilt(joints) > 45.0) & (joints[:, PELVIS, 1] < 0.75)


def _tail(mask: Mask, seconds: float = AT_THE_END) -> bool:
    return bool(mask[-max(1, round(seconds * FPS)) :].mean() >= 0.7)


def _start(mask: Mask, seconds: float = AT_THE_START) -> bool:
    return bool(mask[: max(1, round(seconds * FPS))].mean() >= 0.7)


@physical_test
def starts_standing(joints: Array) -> bool:
    """Upright in the first quarter of a second."""
    return _start(stands(joints))


@physical_test
def ends_standing(joints: Array) -> bool:
    """Upright in the last 0.4 s."""
    return _tail(stands(joints))


@physical_test
def upright_at_start(joints: Array) -> bool:
    """On the feet, the head above the pelvis, in the first quarter of a second; bent knees are fine."""
    return _start(on_feet(joints))


@physical_test
def upright_at_end(joints: Array) -> bool:
    """On the feet, the head above the pelvis, in the last 0.4 s; bent knees are fine."""
    return _tail(on_feet(joints))


@physical_test
def stands_throughout(joints: Array, share_of_time: float = 0.9) -> bool:
    """Upright nearly all the time."""
    return float(np.mean(stands(joints))) >= share_of_time


@physical_test
def sits_at_end(joints: Array, floor: bool | None = None) -> bool:
    """Seated in the last 0.4 s; `floor` true: on the floor, false: on something."""
    where = {None: sits(joints), True: sits_on_floor(joints), False: sits(joints) & ~sits_on_floor(joints)}[floor]
    return _tail(where)


@physical_test
def sits_sometime(joints: Array, seconds: float = 0.4, floor: bool | None = None) -> bool:
    """Seated for so long."""
    return longest(sits_on_floor(joints) if floor else sits(joints)) >= seconds


@physical_test
def squats(joints: Array, times: int = 1, seconds: float = 0.1) -> bool:
    """Goes down on bent knees, knees off the floor, so often."""
    return sum(stop - start >= seconds * FPS for start, stop in spans(squats_down(joints))) >= times


@physical_test
def lunges(joints: Array, metres: float = 0.42) -> bool:
    """Feet far apart fore and aft, one knee bent, the pelvis lowered."""
    ahead = forward(joints)
    apart = np.abs(np.sum((joints[:, ANKLE["left"]] - joints[:, ANKLE["right"]]) * ahead, axis=-1))
    bent = np.minimum(knee_bend(joints, "left"), knee_bend(joints, "right")) < 130.0
    return longest((apart > metres) & bent & (joints[:, PELVIS, 1] < 0.85 * STANDING_PELVIS)) >= 0.2


@physical_test
def knee_on_floor(joints: Array, side: str = "either", seconds: float = 0.4) -> bool:
    """Kneels on this knee with the trunk up."""
    return held_by(side, lambda each: kneels(joints, each), seconds)


@physical_test
def kneels_at_end(joints: Array, side: str = "either") -> bool:
    """A knee on the floor and the trunk up in the last 0.4 s."""
    return by_side(side, lambda each: _tail(kneels(joints, each)))


@physical_test
def lies_at_end(joints: Array) -> bool:
    """On the floor in the last 0.4 s."""
    return _tail(lies(joints))


@physical_test
def lies_at_start(joints: Array) -> bool:
    """On the floor in the first quarter of a second."""
    return _start(lies(joints))


@physical_test
def lies_sometime(joints: Array, seconds: float = 0.4, face: str | None = None) -> bool:
    """Lies for so long; `face` up or down: on the back or on the belly."""
    down = lies(joints)
    if face is not None:
        chest = chest_axes(joints)[:, 2, 1]
        down &= chest > 0.4 if face == "up" else chest < -0.4
    return longest(down) >= seconds


@physical_test
def low_at_start(joints: Array, height: float = 0.6) -> bool:
    """The pelvis is lower than that share of standing in the first quarter of a second."""
    return _start(joints[:, PELVIS, 1] < height * STANDING_PELVIS)


@physical_test
def low_at_end(joints: Array, height: float = 0.6) -> bool:
    """The pelvis is lower than that share of standing in the last 0.4 s."""
    return _tail(joints[:, PELVIS, 1] < height * STANDING_PELVIS)


@physical_test
def falls(joints: Array, drop: float = 0.7, seconds: float = 1.4) -> bool:
    """From upright the head sinks by `drop` metres within so long, and the body stays down to the end."""
    head = joints[:, HEAD, 1]
    window = round(seconds * FPS)
    fast = any(head[frame] - head[frame : frame + window].min() >= drop for frame in range(len(head)))
    down = (joints[:, PELVIS, 1] < 0.45) & ((head < 0.8) | (joints[:, PELVIS, 1] < 0.33))
    return bool(fast and head[0] > 1.1 and _tail(down, 0.2))


@physical_test
def crawls(joints: Array, metres: float = 0.25, share_of_time: float = 0.4) -> bool:
    """On hands and knees, or on the belly, and gets on."""
    low = on_all_fours(joints) | (lies(joints) & (chest_axes(joints)[:, 2, 1] < 0.0))
    if float(np.mean(low)) < share_of_time:
        return False
    ground = joints[low][:, PELVIS][:, [0, 2]]
    return float(np.linalg.norm(ground - ground[0], axis=-1).max()) >= metres


@physical_test
def all_fours(joints: Array, seconds: float = 0.5) -> bool:
    """On hands and knees, or hands and feet, the trunk level."""
    return longest(on_all_fours(joints)) >= seconds


@physical_test
def push_ups(joints: Array, times: int = 1, amplitude: float = 0.1) -> bool:
    """Hands on the floor under a level, stretched body that goes down and up, so often."""
    hands = np.maximum(palm(joints, "left")[:, 1], palm(joints, "right")[:, 1]) < 0.22
    level = (torso_tilt(joints) > 50.0) & (joints[:, PELVIS, 1] < 0.6) & (chest_axes(joints)[:, 2, 1] < -0.3)
    return any(
        count_swings(joints[start:stop, CHEST, 1], amplitude) >= 2 * times for start, stop in spans(hands & level)
    )


@physical_test
def sit_ups(joints: Array, times: int = 1) -> bool:
    """The seat stays on the floor while the trunk goes from lying to up and back, so often."""
    seat = joints[:, PELVIS, 1] < 0.32
    tilt = torso_tilt(joints)
    return any(count_swings(tilt[start:stop], 35.0) >= 2 * times for start, stop in spans(seat))


@physical_test
def bends_down(joints: Array, degrees: float = 45.0, seconds: float = 0.15) -> bool:
    """The trunk bends forward that far."""
    return longest(torso_pitch(joints) >= degrees) >= seconds


@physical_test
def reaches_down(joints: Array, height: float = 0.5, seconds: float = 0.1) -> bool:
    """A hand goes down to that height, by bending or squatting, and not because the body lies."""
    low = np.minimum(palm(joints, "left")[:, 1], palm(joints, "right")[:, 1]) < height
    return longest(low & ~lies(joints)) >= seconds


@physical_test
def leans_aside(joints: Array, degrees: float = 15.0, side: str = "either", seconds: float = 0.2) -> bool:
    """The trunk bends to a side, hands or no hands."""
    ahead = forward(joints)
    spine = joints[:, NECK] - joints[:, PELVIS]
    angle = np.degrees(np.arctan2(np.sum(spine * np.cross([0.0, 1.0, 0.0], ahead), axis=-1), spine[:, 1]))
    reach = {"left": angle, "right": -angle, "either": np.abs(angle)}[side]
    return longest(reach >= degrees) >= seconds


@physical_test
def one_leg_stands(joints: Array, side: str = "either", seconds: float = 0.8, height: float = 0.2) -> bool:
    """Stands on one foot (`side` is the standing one), the other ankle raised, the pelvis not travelling."""
    calm = speed(joints[:, PELVIS] * [1.0, 0.0, 1.0]) < 0.5

    def holds(each: Side) -> bool:
        other = OTHER[each]
        up = joints[:, ANKLE[other], 1] > height
        down = joints[:, ANKLE[each], 1] < 0.16
        return longest(up & down & calm & (joints[:, PELVIS, 1] > 0.7)) >= seconds

    return by_side(side, holds)


@physical_test
def legs_crossed(joints: Array, seconds: float = 0.5) -> bool:
    """Seated with one ankle over the other leg, or both feet across the middle."""
    left = in_heading(joints, joints[:, ANKLE["left"]])[:, 0]
    right = in_heading(joints, joints[:, ANKLE["right"]])[:, 0]
    raised = np.maximum(joints[:, ANKLE["left"], 1], joints[:, ANKLE["right"], 1]) > 0.25
    return longest(((left < right) | raised) & sits(joints)) >= seconds


@physical_test
def stretches(joints: Array, seconds: float = 0.4) -> bool:
    """Both hands above the head with arms nearly straight, or the trunk bent far to one side with a hand up."""
    up = np.ones(len(joints), dtype=bool)
    for side in SIDES:
        up &= palm(joints, side)[:, 1] > joints[:, HEAD, 1] + 0.15
    return longest(up) >= seconds
