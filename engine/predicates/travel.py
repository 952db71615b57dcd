"""Tests of where a body goes and which way it turns."""

from __future__ import annotations

import numpy as np

from engine.filters import smooth
from engine.motion.grounding import airborne
from engine.predicates.body import (
    ANKLE,
    ELBOW,
    FPS,
    PELVIS,
    SIDES,
    STANDING_PELVIS,
    WRIST,
    Array,
    count_swings,
    elbow_bend,
    forward,
    leftward,
    share,
    torso_tilt,
    yaw,
)
from engine.predicates.registry import physical_test

# A step's sway of the pelvis is no travel: directions are those of a second's average.
SMOOTH = 8.0


def way_forward(joints: Array) -> float:
    """Metres gone ahead (negative: backwards) along the way the body faced at each moment."""
    steps = np.diff(joints[:, PELVIS], axis=0)
    return float(np.sum(steps * forward(joints, SMOOTH)[:-1]))


def way_left(joints: Array) -> float:
    """Metres gone to the body's left (negative: right)."""
    steps = np.diff(joints[:, PELVIS], axis=0)
    return float(np.sum(steps * leftward(forward(joints, SMOOTH))[:-1]))


def way_length(joints: Array) -> float:
    """Metres of the root's path over the ground, without its sway."""
    ground = smooth(joints[:, PELVIS][:, [0, 2]], 5.0)
    return float(np.linalg.norm(np.diff(ground, axis=0), axis=-1).sum())


def top_speed(joints: Array, seconds: float = 1.0) -> float:
    """Fastest mean ground speed over so long a time, m/s."""
    window = min(round(seconds * FPS), len(joints) - 1)
    ground = joints[:, PELVIS][:, [0, 2]]
    return float(np.linalg.norm(ground[window:] - ground[:-window], axis=-1).max() * FPS / window)


def count_steps(joints: Array, stride: float = 0.2) -> int:
    """How often one foot goes past the other, by at least `stride` metres fore and aft, or 10 cm of lift."""
    apart = joints[:, ANKLE["left"], 1] - joints[:, ANKLE["right"], 1]
    return max(count_strides(joints, stride), count_swings(apart, 0.1))


def count_strides(joints: Array, stride: float = 0.2) -> int:
    """How often one foot goes past the other, by at least `stride` metres fore and aft."""
    apart = joints[:, ANKLE["left"]] - joints[:, ANKLE["right"]]
    return count_swings(np.sum(apart * forward(joints, SMOOTH), axis=-1), stride)


@physical_test
def travels(
    joints: Array,
    forward: float | None = None,
    backward: float | None = None,
    left: float | None = None,
    right: float | None = None,
    total: float | None = None,
    straight: float | None = None,
) -> bool:
    """Goes at least so many metres in each direction named, seen from the body; `straight` from first to last frame."""
    ahead, aside = way_forward(joints), way_left(joints)
    gap = joints[-1, PELVIS] - joints[0, PELVIS]
    gone = {
        "forward": (forward, ahead),
        "backward": (backward, -ahead),
        "left": (left, aside),
        "right": (right, -aside),
        "total": (total, way_length(joints)),
        "straight": (straight, float(np.hypot(gap[0], gap[2]))),
    }
    return all(way >= least for least, way in gone.values() if least is not None)


@physical_test
def stays(joints: Array, within: float = 0.6) -> bool:
    """The root never leaves a circle of `within` metres around its start."""
    ground = joints[:, PELVIS][:, [0, 2]]
    return bool(np.linalg.norm(ground - ground[0], axis=-1).max() <= within)


@physical_test
def turns(
    joints: Array,
    left: float | None = None,
    right: float | None = None,
    around: float | None = None,
    tolerance: float | None = None,
) -> bool:
    """Ends turned by about so many degrees to that side; `around` to either. Within 50 % unless told."""
    angle = float(yaw(joints)[-5:].mean())
    for asked, turned in ((left, angle), (right, -angle), (around, abs(angle))):
        if asked is not None and abs(turned - asked) > (0.5 * asked if tolerance is None else tolerance):
            return False
    return True


@physical_test
def turns_at_least(joints: Array, degrees: float, side: str = "either") -> bool:
    """At some time turned so far from where it faced at the start."""
    angle = yaw(joints)
    reach = {"left": angle.max(), "right": -angle.min(), "either": np.abs(angle).max()}[side]
    return bool(reach >= degrees)


@physical_test
def keeps_facing(joints: Array, within: float = 50.0) -> bool:
    """Never turns further than `within` degrees from where it faced at the start."""
    return bool(np.abs(yaw(joints)).max() <= within)


@physical_test
def spins(joints: Array, times: float = 1.0, side: str = "either") -> bool:
    """Turns whole circles within one go: from some frame to a later one by 80 % of times x 360 degrees."""
    angle = yaw(joints)
    to_left = float((angle - np.minimum.accumulate(angle)).max())
    to_right = float((np.maximum.accumulate(angle) - angle).max())
    turned = {"left": to_left, "right": to_right, "either": max(to_left, to_right)}[side]
    return turned >= 0.8 * 360.0 * times


@physical_test
def circles(joints: Array, least: float = 220.0) -> bool:
    """Walks round: turns by `least` degrees while going at least 2 m, on a path wide rather than on the spot."""
    ground = joints[:, PELVIS][:, [0, 2]]
    wide = np.ptp(ground, axis=0).min()
    return abs(float(yaw(joints)[-1])) >= least and way_length(joints) >= 2.0 and wide >= 0.5


@physical_test
def weaves(joints: Array, swings: int = 2, amplitude: float = 25.0) -> bool:
    """Goes on while its way bends to and fro (a zigzag): the direction of travel swings so often by so many degrees."""
    ground = smooth(joints[:, PELVIS][:, [0, 2]], 4.0)
    step = np.diff(ground, axis=0)
    moving = np.linalg.norm(step, axis=-1) > 0.2 / FPS
    if moving.sum() < FPS:
        return False
    course = np.degrees(np.unwrap(np.arctan2(step[moving, 0], step[moving, 1])))
    return count_swings(course, amplitude) >= swings and way_length(joints) >= 1.5


@physical_test
def walks(joints: Array, steps: int = 3, forward: float = 0.8, stride: float = 0.2) -> bool:
    """Takes alternating steps that carry it forward, upright, no faster than people walk."""
    return (
        count_steps(joints, stride) >= steps
        and way_forward(joints) >= forward
        and top_speed(joints) < 2.4
        and float(np.median(joints[:, PELVIS, 1])) > 0.6
        and float(np.median(torso_tilt(joints))) < 55.0
    )


@physical_test
def walks_backwards(joints: Array, backward: float = 0.7) -> bool:
    """Steps that carry it backwards while it goes on facing its way."""
    return count_steps(joints, 0.15) >= 2 and way_forward(joints) <= -backward and bool(np.abs(yaw(joints)).max() < 80)


@physical_test
def side_steps(joints: Array, side: str = "either", metres: float = 0.6) -> bool:
    """Goes sideways, more than ahead, without turning."""
    aside, ahead = way_left(joints), way_forward(joints)
    reach = {"left": aside, "right": -aside, "either": abs(aside)}[side]
    return reach >= metres and reach > abs(ahead) and bool(np.abs(yaw(joints)[-5:]).max() < 60)


@physical_test
def runs(joints: Array, speed: float = 1.7) -> bool:
    """Fast over at least half a second with alternating steps, and flight or pumping arms as a runner has."""
    fast = top_speed(joints, 0.6) >= speed
    flight = int(airborne(joints).sum()) >= 2
    ahead = forward(joints)
    pumping = any(
        share(elbow_bend(joints, side) < 125) > 0.4
        and count_swings(np.sum((joints[:, WRIST[side]] - joints[:, ELBOW[side]]) * ahead, axis=-1), 0.08) >= 2
        for side in SIDES
    )
    return fast and count_steps(joints) >= 2 and (flight or pumping or top_speed(joints, 0.6) >= 2.4)


@physical_test
def speed_between(joints: Array, least: float = 0.0, most: float = 99.0) -> bool:
    """The middle of its ground speed, while it goes at all, lies between these, m/s; staying is only too slow."""
    ground = joints[:, PELVIS][:, [0, 2]]
    gap = min(10, len(ground) - 1)
    rate = np.linalg.norm(ground[gap:] - ground[:-gap], axis=-1) * FPS / gap
    moving = rate[rate > 0.15]
    if len(moving) < 5:
        return least == 0.0
    return bool(least <= np.median(moving) <= most)


@physical_test
def stops(joints: Array, seconds: float = 0.5) -> bool:
    """Stands still at the end, having moved before."""
    tail = joints[-max(2, round(seconds * FPS)) :, PELVIS][:, [0, 2]]
    slow = float(np.linalg.norm(tail[-1] - tail[0])) / (len(tail) / FPS) < 0.35
    return slow and top_speed(joints) > 0.5


@physical_test
def climbs(joints: Array, up: float | None = None, down: float | None = None) -> bool:
    """The root ends so many metres higher, or lower, than it began."""
    rise = float(joints[-4:, PELVIS, 1].mean() - joints[:4, PELVIS, 1].mean())
    return (up is None or rise >= up) and (down is None or -rise >= down)


@physical_test
def pelvis_between(joints: Array, least: float = 0.0, most: float = 9.0, share_of_time: float = 0.5) -> bool:
    """The pelvis is that high, in shares of its standing height, for that share of the time."""
    height = joints[:, PELVIS, 1] / STANDING_PELVIS
    return share((height >= least) & (height <= most)) >= share_of_time
