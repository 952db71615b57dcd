"""Seats: a place that is sat on for as long as one sits, not for a frame, and whose surface nobody sinks through."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.motion import rotations
from engine.motion.feet import LEGS, solve_two_bones
from engine.motion.reaching.goals import BUTTOCKS, SEAT, Goals, seat_of
from engine.motion.reaching.spread import spread_offsets

Array = NDArray[np.floating]
Flags = NDArray[np.bool_]

# Metres a frame (20 fps) below which a body rests, frames for which it does, and how many later than asked for it may
# come to rest; metres from the place within which it does.
SLOW, RESTING, LATE, NEAR = 0.006, 4, 30, 0.3
# Metres from where it rests within which it has landed, and from which on it has got up.
LANDED, RISEN = 0.03, 0.10
# Metres around the place that its surface reaches, and that one may sink into it.
AROUND, SINK = 0.25, 0.003
# Metres from the place to the seat's front edge, from a knee down to the skin of its thigh, and that thighs give.
FRONT, KNEE, GIVE = 0.2, 0.065, 0.012
# Metres that a heel rises at most, looks at how high it has to, and frames over which it does.
TIPTOE, ROUNDS, RAISE_REACH = 0.11, 4, 8.0


def while_seated(joints: Array, goals: Goals, held: Flags) -> Goals:
    """The goals with a seat for all frames of joints (T, J, 3) on which the body, coming there, would rest on it.

    Frames whose pelvis is `held` (T,) get none.
    """
    own = goals.of_part(SEAT)
    points = seat_of(np.asarray(joints, dtype=np.float64))
    known, rows = set(own.frames.tolist()), []
    for number, (frame, place) in enumerate(zip(own.frames, own.places, strict=True)):
        rest = _rest(points, int(frame), place)
        if rest is None:
            continue
        away = np.linalg.norm(points - points[rest], axis=-1)
        stop = int(own.frames[number + 1]) if number + 1 < len(own) else len(points)
        left = np.flatnonzero(away[rest:stop] > RISEN)
        stop = rest + int(left[0]) if len(left) else stop
        first = int(frame)
        while number == 0 and first > 0 and away[first - 1] < LANDED:
            first -= 1
        rows += [(it, place) for it in range(first, stop) if it not in known and not held[it]]
    return goals.joined(SEAT, rows)


def where_sunk(joints: Array, goals: Goals, held: Flags) -> Goals:
    """The goals with one on the surface wherever joints (T, J, 3) that were brought to them are below it."""
    points = seat_of(joints)
    taken = np.isin(np.arange(len(points)), goals.frames[[part == SEAT for part in goals.parts]]) | held
    rows = {}
    for place in np.unique(goals.of_part(SEAT).places, axis=0):
        over = np.linalg.norm((points - place)[:, [0, 2]], axis=-1) < AROUND
        for frame in np.flatnonzero(over & (points[:, 1] < place[1] - SINK) & ~taken):
            rows[int(frame)] = np.array([points[frame, 0], place[1], points[frame, 2]])
    return goals.joined(SEAT, list(rows.items()))


def raise_heels(joints: Array, goals: Goals, held: Flags) -> Array:
    """Joints (T, J, 3) that sit on the goals, on their toes where else a high seat's edge would be inside the thighs.

    Legs that are `held` (T, J) stay.
    """
    own = goals.of_part(SEAT)
    moved = joints.copy()
    for hip, knee, ankle, toe in LEGS:
        if not len(own) or held[own.frames, ankle].any():
            continue
        raised = np.zeros((len(own), 1))
        for _ in range(ROUNDS):
            lacks = _edge_in_thigh(moved[own.frames, hip], moved[own.frames, knee], own.places[:, 1])
            if lacks.max() < SINK:
                break
            raised = np.minimum(raised + lacks[:, None], TIPTOE)
            course = np.maximum(0.0, spread_offsets(len(joints), own.frames, raised, RAISE_REACH))
            sole = joints[:, ankle] - joints[:, toe]
            up = sole + course * [0.0, 1.0, 0.0]
            up = rotations.normalize(up) * np.linalg.norm(sole, axis=-1, keepdims=True)
            moved[:, knee], moved[:, ankle] = solve_two_bones(
                joints[:, hip], joints[:, knee], joints[:, ankle], joints[:, toe] + up
            )
    return moved


def _edge_in_thigh(hips: Array, knees: Array, surface: Array) -> Array:
    """(K,) metres by which knees (K, 3) are too low for thighs from hips (K, 3) to lie on a seat's front edge."""
    thigh = knees - hips
    share = np.clip(FRONT / np.maximum(np.linalg.norm(thigh[:, [0, 2]], axis=-1), 1e-9), 0.0, 1.0)
    skin = BUTTOCKS + share * (KNEE - BUTTOCKS)
    return np.maximum(0.0, surface - GIVE - (hips[:, 1] + share * thigh[:, 1] - skin)) / share


def _rest(points: Array, frame: int, place: Array) -> int | None:
    """The frame from `frame` on at which points (T, 3) come to rest, None where that is nowhere near `place` (3,)."""
    steps = np.linalg.norm(np.diff(points[frame : frame + LATE + RESTING], axis=0), axis=-1)
    pace = [float(steps[start : start + RESTING].max(initial=0.0)) for start in range(max(1, len(steps) - RESTING + 1))]
    near = [start for start in range(len(pace)) if np.linalg.norm(points[frame + start] - place) < NEAR]
    slow = [start for start in near if pace[start] < SLOW]
    return frame + (slow[0] if slow else min(near, key=pace.__getitem__)) if near else None
