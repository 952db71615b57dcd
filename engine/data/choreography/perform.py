"""A score played on a base: knots of every part's curve, settled postures, one solve over all frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, minimum_filter1d

from engine.data.choreography import body
from engine.data.choreography.body import Base
from engine.data.choreography.curves import Knot, hump, minimum_jerk_basis
from engine.data.choreography.draw import Draw
from engine.data.choreography.posture import REST, Foot, Hop, Key, Posture, Score
from engine.data.choreography.solve import Extras, Weights, solve
from engine.motion.contacts import TOE_HEIGHT
from engine.motion.skeleton import HUMANML3D

Array = NDArray[np.floating]

# Seconds by which parts come before (negative) or after the keys: the eyes lead, the trunk follows the
# pelvis, hands trail their arms.
_HEAD_LEADS, _HANDS_TRAIL = -0.07, 0.05
# A foot that is put down elsewhere is lifted this much, and this share of the way.
_STEP_HEIGHT, _STEP_SHARE = 0.05, 0.16
_STEP_LEAST = 0.025
GRAVITY = 9.81


def expand(score: Score, draw: Draw) -> tuple[Key, ...]:
    """The score's keys with the way out of the base and back, all durations times the variant's tempo."""
    tempo = draw.tempo if score.in_time else 1.0
    keys = list(score.keys)
    first = keys[0]
    if score.start == "rest":
        keys = [Key(REST, 0.0, score.lead), *keys]
    else:
        keys = [replace(first, move=0.0, hold=first.hold + score.lead), *keys[1:]]
    if score.end == "rest":
        keys.append(Key(REST, score.back, score.tail))
    else:
        keys[-1] = replace(keys[-1], hold=keys[-1].hold + score.tail, through=False)
    return tuple(replace(key, move=key.move * tempo, hold=key.hold * tempo) for key in keys)


def duration(keys: Sequence[Key]) -> float:
    return sum(key.move + key.hold for key in keys)


def knots_of(keys: Sequence[Key]) -> list[Knot]:
    """Knots of a curve through the keys; a hold is two knots of one key."""
    knots, time = [], 0.0
    for index, key in enumerate(keys):
        time += key.move
        last = index == len(keys) - 1
        knots.append(Knot(time, index, key.through and key.hold <= 0 and not last and index > 0))
        if key.hold > 0:
            time += key.hold
            knots.append(Knot(time, index))
    return knots


def foot_knots(keys: Sequence[Key], side: int) -> tuple[list[Knot], list[tuple[float, float, float]]]:
    """Knots of one foot, and its steps (start, end, height): feet that move take turns, and stand still."""
    knots: list[Knot] = []
    steps: list[tuple[float, float, float]] = []
    time = 0.0

    def foot(key: Key, which: int) -> Foot:
        return key.posture.left_foot if which == 0 else key.posture.right_foot

    for index, key in enumerate(keys):
        if index:
            before = keys[index - 1]
            moved = [_step_length(foot(before, s), foot(key, s)) for s in (0, 1)]
            start, end = time, time + key.move
            if moved[side] > _STEP_LEAST:
                if moved[1 - side] > _STEP_LEAST:
                    middle = start + 0.5 * key.move
                    first = 0 if moved[0] >= moved[1] else 1
                    start, end = (start, middle) if first == side else (middle, end)
                else:
                    start, end = start + 0.08 * key.move, end - 0.04 * key.move
                knots.append(Knot(start, index - 1)) if start > knots[-1].time + 1e-6 else None
                steps.append((start, end, _step_height(foot(before, side), foot(key, side), moved[side])))
                if end < time + key.move - 1e-6:
                    knots.append(Knot(end, index))
        time += key.move
        airborne = foot(key, side).at[1] > 0.03 and foot(key, side).frame != "hips"
        through = key.through and key.hold <= 0 and 0 < index < len(keys) - 1
        if not knots or time > knots[-1].time + 1e-6:
            knots.append(Knot(time, index, through and (airborne or foot(key, side).frame == "hips")))
        if key.hold > 0:
            time += key.hold
            knots.append(Knot(time, index))
    return knots, steps


def _step_height(first: Foot, second: Foot, length: float) -> float:
    """How high a stepping foot is lifted; one whose instep is on the floor is dragged."""
    if min(first.pitch, second.pitch) > 60 or min(first.pitch, second.pitch) < -60:
        return 0.012
    return _STEP_HEIGHT + _STEP_SHARE * min(length, 0.5)


def _step_length(first: Foot, second: Foot) -> float:
    """How far a foot goes over the floor between two keys; 0 where one of them is in the air."""
    if first.frame == "hips" or second.frame == "hips" or max(first.at[1], second.at[1]) > 0.03:
        return 0.0
    if first.frame != second.frame:
        return 0.1
    return float(np.hypot(first.at[0] - second.at[0], first.at[2] - second.at[2]))


def settle(base: Base, postures: Sequence[Posture], rounds: int = 6) -> list[Posture]:
    """Postures whose pelvis has gone where the weight is over the feet, and whose hands reach the floor.

    Every posture is posed by itself on the base's mean; where a hand on the floor or at a foot is out of
    reach the trunk bends and the pelvis sinks together, a share of what is missing each round.
    """
    settled = list(postures)
    waiting = [index for index, posture in enumerate(settled) if posture != REST and _can_settle(posture)]
    habit: Array | None = None
    for _ in range(rounds):
        if not waiting:
            break
        posed = [REST, *(settled[index] for index in waiting)]
        joints = solve(_mean_of(base, len(posed)), posed, Weights.single(len(posed)), Extras.none(len(posed)))
        mass, soles = body.centre_of_mass(joints), _soles(joints)
        if habit is None:
            # Nobody stands with the weight exactly over the middle of the feet: the base says where over them.
            habit = np.clip(mass[0] - soles[0].mean(axis=0), -0.06, 0.06)
        restless = []
        for place, index in enumerate(waiting, start=1):
            before = settled[index]
            missing = _missing_reach(before, joints[place])
            settled[index] = _settle_once(before, missing, mass[place], soles[place], habit)
            moved = np.abs(np.subtract(settled[index].shift, before.shift)).max()
            if max(missing, moved) > 0.005:
                restless.append(index)
        waiting = restless
    return settled


def _can_settle(posture: Posture) -> bool:
    on_floor = any(hand is not None and hand.frame == "floor" for hand in (posture.left, posture.right))
    return on_floor or (posture.balance and posture.place is None)


def _settle_once(posture: Posture, missing: float, mass: Array, soles: Array, habit: Array) -> Posture:
    """A share of the way to where the hands reach and the weight (3,) is over the feet (2, 3)."""
    change: dict[str, Any] = {}
    x, y, z = posture.shift
    if missing > 0.005:
        tilt, left, yaw = posture.hips
        change["hips"] = (min(tilt + 36.0 * missing, 75.0), left, yaw)
        change["bend"] = min(posture.bend + 36.0 * missing, 85.0)
        if posture.place is None:
            y -= 0.45 * missing
    if posture.balance and posture.place is None:
        middle = 0.5 * (1 + posture.weight) * soles[0] + 0.5 * (1 - posture.weight) * soles[1]
        rest = middle + (1.0 - abs(posture.weight)) * habit - mass
        x, z = float(x + 1.1 * rest[0]), float(z + 1.1 * rest[2])
    if posture.place is None:
        change["shift"] = (x, y, z)
    return posture.but(**change)


def _soles(joints: Array) -> Array:
    """(T, 2, 3) the points under the feet over which a body stands."""
    return 0.45 * joints[:, body.ANKLES, :] + 0.55 * joints[:, body.TOES, :]


def _mean_of(base: Base, count: int) -> Base:
    """`count` frames of the base's mean pose."""

    def mean(values: Array) -> Array:
        middle = values.mean(axis=0)
        if values.shape[-1] == 4:
            middle = middle / np.linalg.norm(middle, axis=-1, keepdims=True)
        return np.broadcast_to(middle, (count, *middle.shape)).copy()

    parts = {
        name: mean(getattr(base, name))
        for name in (
            "heading",
            "pelvis",
            "pelvis_turn",
            "spine",
            "neck",
            "head",
            "collars",
            "wrists",
            "elbows",
            "toes",
            "foot_yaw",
            "foot_pitch",
            "knees",
        )
    }
    return Base(**parts, planted=np.ones((count, 2), dtype=bool), name=base.name)


def _missing_reach(posture: Posture, pose: Array) -> float:
    """Metres by which the worse of the hands that rest on the floor falls short of its place."""
    missing = 0.0
    for side, hand in enumerate((posture.left, posture.right)):
        if hand is not None and hand.frame == "floor":
            target = np.asarray(hand.at) * [body.OUTWARDS[side], 1.0, 1.0]
            target[1] = max(target[1], 0.03)
            # Bending forward helps with what is in front only, and nobody who lies on the back.
            if target[2] > pose[0, 2] - 0.1 and posture.hips[0] > -30:
                missing = max(missing, float(np.linalg.norm(pose[body.WRISTS[side]] - target)) - 0.01)
    return missing


def perform(score: Score, base: Base, draw: Draw) -> Array:
    """Joints (T, 27, 3) of the score on the base; T is the base's length."""
    keys = expand(score, draw)
    frames = len(base)
    times = np.arange(frames) / HUMANML3D.fps
    postures = [key.posture for key in keys]
    if score.settled:
        distinct = list(dict.fromkeys(postures))
        done = dict(zip(distinct, settle(base, distinct), strict=True))
        postures = [done[posture] for posture in postures]
    knots = knots_of(keys)
    count = len(keys)

    def spread(delay: float) -> Array:
        return minimum_jerk_basis(knots, count, times - delay)

    offset = draw.near(0.0, 1.0) * score.stagger
    trunk = spread(0.0)
    arms = (spread(offset), spread(-offset))
    hands = (spread(offset + _HANDS_TRAIL), spread(-offset + _HANDS_TRAIL))
    steps = np.zeros((frames, 2))
    feet = []
    for side in (0, 1):
        own, lifts = foot_knots(keys, side)
        feet.append(minimum_jerk_basis(own, count, times))
        for start, end, height in lifts:
            steps[:, side] += height * hump(times, start, end)
    weights = Weights(trunk, spread(_HEAD_LEADS), arms, hands, (feet[0], feet[1]))
    active = 1.0 - trunk @ np.asarray([float(posture == REST) for posture in postures])
    wander = np.clip(active, 0.0, 1.0)[:, None]
    extras = Extras(
        flight=flight(score.hops, times),
        steps=steps,
        wrists=0.006 * wander[..., None] * draw.noise(frames, 6, 7.0).reshape(frames, 2, 3),
        trunk=wander * draw.noise(frames, 3, 12.0) * [0.9, 0.7, 0.9],
    )
    return _tumble(solve(base, postures, weights, extras), score.tumbles, times)


# Metres from a joint to the skin under it, where a body rolls on it.
_SKIN = np.full(body.NUM_JOINTS, 0.03)
_SKIN[[0, *body.HIPS, *body.SPINE, *body.COLLARS]] = 0.09
_SKIN[[*body.SHOULDERS]] = 0.07
_SKIN[[body.HEAD, body.NECK]] = 0.11
_SKIN[[*body.TOES]] = TOE_HEIGHT
_SKIN[[*body.ANKLES]] = 0.06
_SKIN[[*body.KNEES]] = 0.045


def _tumble(joints: Array, spans: Sequence[tuple[float, float]], times: Array) -> Array:
    """Joints raised or lowered as a whole so that in the spans (seconds) the lowest part rests on the floor."""
    for start, end in spans:
        share = np.clip(np.minimum(times - start, end - times) / 0.12, 0.0, 1.0)
        gap = (joints[..., 1] - _SKIN).min(axis=1)
        # Smoothed, but never so that something goes through the floor.
        gap = gaussian_filter1d(minimum_filter1d(gap, 3), 1.0, mode="nearest")
        joints = joints - (share * share * (3.0 - 2.0 * share) * gap)[:, None, None] * body.UP
    return joints


def flight(hops: Sequence[Hop], times: Array) -> Array:
    """(T,) metres that the hops lift the body: parabolas."""
    lift = np.zeros(len(times))
    for hop in hops:
        s = np.clip((times - hop.start) / (hop.end - hop.start), 0.0, 1.0)
        lift += 4.0 * hop.height * s * (1.0 - s)
    return lift
