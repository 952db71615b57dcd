"""Tests of how a body walks: limping, marching, skipping and other manners."""

from __future__ import annotations

import numpy as np

from engine.filters import smooth
from engine.predicates.body import (
    ANKLE,
    FPS,
    HIP,
    KNEE,
    NECK,
    OTHER,
    PELVIS,
    SHOULDER,
    SIDES,
    STANDING_PELVIS,
    TOE,
    WRIST,
    Array,
    Side,
    count_swings,
    elbow_bend,
    foot_down,
    forward,
    in_chest,
    in_heading,
    knee_bend,
    leftward,
    longest,
    share,
    spans,
    speed,
    stance,
    torso_pitch,
    yaw,
)
from engine.predicates.head import head_pitch
from engine.predicates.registry import physical_test
from engine.predicates.travel import (
    SMOOTH,
    count_steps,
    count_strides,
    top_speed,
    way_forward,
    way_length,
)


@physical_test
def limps(joints: Array, way: float = 0.5) -> bool:
    """Goes forward unevenly: one leg stands clearly shorter, steps shorter, stays stiffer, or the body dips on it."""
    if way_forward(joints) < way or count_strides(joints, 0.12) < 3 or top_speed(joints) > 1.8:
        return False
    return asymmetry(joints) >= 1.0


def asymmetry(joints: Array) -> float:
    """How uneven a walk is while it goes on: the largest of four measures, each 1 where a limp begins to show."""
    moving = speed(smooth(joints[:, PELVIS] * [1.0, 0.0, 1.0], 6.0)) > 0.15
    if moving.sum() < FPS:
        return 0.0
    walk = joints[slice(int(moving.argmax()), len(joints) - int(moving[::-1].argmax()))]
    stands, reach, bends, dips = [], [], [], []
    passing = np.sum((walk[:, ANKLE["left"]] - walk[:, ANKLE["right"]]) * forward(walk, SMOOTH), axis=-1)
    for sign, side in zip((1.0, -1.0), SIDES, strict=True):
        planted = stance(walk, side)
        stands.append(share(planted))
        lead = sign * passing
        peaks = [float(lead[start:stop].max()) for start, stop in spans(lead > 0.03) if stop - start > 2]
        reach.append(float(np.median(peaks)) if peaks else 0.0)
        bends.append(float(np.percentile(knee_bend(walk, side), 5)))
        alone = planted & ~foot_down(walk, OTHER[side])
        dips.append(float(walk[alone, PELVIS, 1].mean()) if alone.sum() > 3 else float("nan"))
    ratios = [
        max(stands) / max(min(stands), 0.05) / 1.45,
        max(reach) / max(min(reach), 0.03) / 1.8,
        abs(bends[0] - bends[1]) / 28.0,
    ]
    if np.isfinite(dips).all():
        ratios.append(abs(dips[0] - dips[1]) / 0.035)
    return max(ratios)


def thigh_lift(joints: Array, side: Side) -> Array:
    """(T,) degrees the thigh is raised from hanging straight down."""
    thigh = joints[:, KNEE[side]] - joints[:, HIP[side]]
    return np.degrees(np.arccos(np.clip(-thigh[:, 1] / np.linalg.norm(thigh, axis=-1), -1.0, 1.0)))


@physical_test
def marches(joints: Array, lift: float = 45.0, times: int = 2) -> bool:
    """Lifts one knee high after the other, each so often, standing upright on the other leg."""
    upright = float(np.median(np.abs(torso_pitch(joints)))) < 35.0
    return upright and all(high_knees(joints, side, lift) >= times for side in SIDES)


def high_knees(joints: Array, side: Side, lift: float) -> int:
    """How often this thigh rises above `lift` degrees while the other leg stands."""
    other = OTHER[side]
    raised = (thigh_lift(joints, side) > lift) & (thigh_lift(joints, other) < lift)
    return sum(stop - start >= 2 for start, stop in spans(raised))


@physical_test
def tiptoes(joints: Array, share_of_time: float = 0.55, way: float = 0.5) -> bool:
    """Walks, slower than 1.6 m/s, on its toes: heels stay high over standing toes most of the time."""
    raised, planted = 0, 0
    for side in SIDES:
        down = joints[:, TOE[side], 1] < 0.07
        rise = joints[:, ANKLE[side], 1] - joints[:, TOE[side], 1]
        planted += int(down.sum())
        raised += int((down & (rise > 0.085)).sum())
    high = raised >= share_of_time * max(planted, 1)
    return high and way_length(joints) >= way and count_steps(joints, 0.1) >= 3 and top_speed(joints) < 1.6


@physical_test
def skips(joints: Array, hops: int = 2, way: float = 0.8) -> bool:
    """Bounces forward: springs off one foot onto the same foot so often (a runner lands on the other), 6 cm high."""
    if way_forward(joints) < way or count_swings(joints[:, PELVIS, 1], 0.06) < 2 * hops:
        return False
    return sum(same_foot_hops(joints)) >= hops


def same_foot_hops(joints: Array) -> tuple[int, int]:
    """How often the left foot, and the right, springs up and comes down again with the other one up all the while."""
    counts = []
    for side in SIDES:
        own, other = foot_down(joints, side), foot_down(joints, OTHER[side])
        lifts = [(start, stop) for start, stop in spans(~own) if start > 0 and stop < len(joints)]
        counts.append(sum(stop - start >= 2 and not other[start:stop].any() for start, stop in lifts))
    return counts[0], counts[1]


@physical_test
def hops(joints: Array, side: str = "either", times: int = 2) -> bool:
    """Springs on one leg: the other foot stays up while this one leaves the floor so often."""
    for leg in SIDES:
        if side not in ("either", leg):
            continue
        other = OTHER[leg]
        lifted = (joints[:, ANKLE[other], 1] > 0.17) & (joints[:, PELVIS, 1] > 0.6)
        flights = [(start, stop) for start, stop in spans(~foot_down(joints, leg)) if stop - start >= 2 and start > 0]
        if sum(bool(lifted[start:stop].mean() > 0.7) for start, stop in flights) >= times and longest(lifted) >= 0.8:
            return True
    return False


@physical_test
def crouches(joints: Array, height: float = 0.8, seconds: float = 0.8) -> bool:
    """Pelvis below that share of its standing height, on its feet, for so long."""
    low = joints[:, PELVIS, 1] < height * STANDING_PELVIS
    on_feet = np.minimum(joints[:, KNEE["left"], 1], joints[:, KNEE["right"], 1]) > 0.16
    return longest(low & on_feet) >= seconds


@physical_test
def staggers(joints: Array, signs: int = 2, way: float = 0.4) -> bool:
    """Goes uncertainly, slower than a run: of wandering path, uneven step width, swaying and nodding trunk two show."""
    calm = top_speed(joints) < 1.8 and way_length(joints) >= way and abs(float(yaw(joints)[-1])) < 140.0
    return calm and count_steps(joints, 0.1) >= 2 and unsteadiness(joints) >= signs


def unsteadiness(joints: Array) -> int:
    """How many of four signs of a drunken walk show."""
    left = leftward(forward(joints, 20.0))
    ground = joints[:, PELVIS] * [1.0, 0.0, 1.0]
    strays = np.sum((ground - smooth(ground, 25.0)) * left, axis=-1)
    trunk = joints[:, NECK] - joints[:, PELVIS]
    sway = np.degrees(np.arctan2(np.sum(trunk * left, axis=-1), trunk[:, 1]))
    width = np.abs(np.sum((joints[:, ANKLE["left"]] - joints[:, ANKLE["right"]]) * left, axis=-1))
    signs = (strays.std() >= 0.05, width.std() >= 0.075, sway.std() >= 3.5, torso_pitch(joints).std() >= 5.0)
    return sum(map(bool, signs))


@physical_test
def leans(joints: Array, forward: float | None = None, backward: float | None = None, seconds: float = 0.5) -> bool:
    """The trunk leans at least so many degrees for so long."""
    pitch = torso_pitch(joints)
    if forward is not None and longest(pitch >= forward) < seconds:
        return False
    return backward is None or longest(-pitch >= backward) >= seconds


@physical_test
def slouches(joints: Array, degrees: float = 10.0, share_of_time: float = 0.5) -> bool:
    """The trunk or the head hangs forward most of the time."""
    return share((torso_pitch(joints) > degrees) | (head_pitch(joints) < -20.0)) >= share_of_time


@physical_test
def arms_forward(joints: Array, reach: float = 0.33, share_of_time: float = 0.5, arms: int = 2) -> bool:
    """Arms held out ahead above the waist, as a zombie does, most of the time."""
    out = [
        (in_heading(joints, joints[:, WRIST[side]])[:, 2] - in_heading(joints, joints[:, SHOULDER[side]])[:, 2] > reach)
        & (joints[:, WRIST[side], 1] > joints[:, PELVIS, 1] + 0.1)
        for side in SIDES
    ]
    return share(np.sum(out, axis=0) >= arms) >= share_of_time


@physical_test
def arms_swing(joints: Array, least: float = 0.35, swings: int = 2) -> bool:
    """Both hands swing fore and aft by `least` metres, as in a brisk or proud walk."""
    return all(count_swings(in_chest(joints, joints[:, WRIST[side]])[:, 2], least) >= swings for side in SIDES)


@physical_test
def arms_stiff(joints: Array) -> bool:
    """A robot's or a soldier's arms: both elbows quite straight, or bent and kept at one angle."""
    bends = [elbow_bend(joints, side) for side in SIDES]
    straight = [float(np.percentile(angle, 30)) > 165.0 for angle in bends]
    fixed = [float(np.std(angle)) < 10.0 and float(np.median(angle)) < 130.0 for angle in bends]
    return all(straight) or all(fixed)


@physical_test
def steps(joints: Array, least: int = 4, stride: float = 0.12) -> bool:
    """Takes at least so many alternating steps, wherever they go."""
    return count_steps(joints, stride) >= least
