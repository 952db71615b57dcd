"""Contacts through a span: a foot that stands in the same place before and behind it stands there in between, and so
does a seat. What an artist wants held, hands or the seat, is held likewise.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from engine.editing.seams import find_spans
from engine.filters import smooth
from engine.motion import rotations
from engine.motion.contacts import HOLD
from engine.motion.feet import CLEARANCE, LEGS, solve_two_bones
from engine.motion.skeleton import EXPRESSIVE

Array = NDArray[np.floating]
Flags = NDArray[np.bool_]
Way = tuple[int, int, Array]  # first, stop and places (stop - first, 3)

# Metres within which a foot, or a seat, is in the same place before and behind a span.
SAME_PLACE = 0.06
# A pelvis lower than this share of the legs' length sits.
SEATED = 0.75
# Share of a leg's length that it is stretched to at most, and frames over which hips that have to give way do so.
REACH, GIVE_WAY_FRAMES = 0.995, 2.0
SHRUG = 0.02  # metres that a shoulder gives at once
ROUNDS = 4  # of hips that give way
_AT = EXPRESSIVE.joint_names.index
# What can be held -> shoulder, elbow and wrist, and what hangs on that; the seat is the pelvis.
ARMS: dict[str, tuple[int, int, int]] = {
    f"{side}_hand": (_AT(f"{side}_shoulder"), _AT(f"{side}_elbow"), _AT(f"{side}_wrist")) for side in ("left", "right")
}
COLLARS = {part: _AT(part.replace("hand", "collar")) for part in ARMS}
HANDS = {f"{side}_hand": (_AT(f"{side}_hand"), _AT(f"{side}_thumb")) for side in ("left", "right")}
SEAT = "seat"
GROUND = [1.0, 0.0, 1.0]


def hold_planted(joints: Array, kept: Flags, always: bool) -> Array:
    """Joints (T, J, 3) whose feet stay where they stand on both sides of a span; the frames `kept` (T,) are not moved.

    Canonical frame, metres. `always`: also where the foot was lifted in between, since nobody asked for a step; a seat
    stays then too. Else a foot that rises clearly has stepped, and is left to.
    """
    held = np.array(joints, np.float64)
    for first, stop in find_spans(~kept):
        before, after = first - 1, stop
        if before < 0 or after >= len(kept):
            continue
        rows = slice(first, stop)
        share = _ramp(stop - first)
        if always and _is_seated(joints, before, after):
            held[rows] += (_between(joints, 0, before, after, share) - held[rows, 0])[:, None]
        legs = [leg for leg in LEGS if _stands(joints, leg, before, after, always)]
        wanted = {leg: _between(joints, leg[2], before, after, share) for leg in legs}
        _give_way(held, rows, {leg[:3]: ankles for leg, ankles in wanted.items()})
        for leg, ankles in wanted.items():
            hip, knee, ankle, toe = leg
            soles = _turned(
                joints[before, toe] - joints[before, ankle], joints[after, toe] - joints[after, ankle], share
            )
            held[rows, knee], held[rows, ankle] = solve_two_bones(
                held[rows, hip], held[rows, knee], held[rows, ankle], ankles
            )
            held[rows, toe] = held[rows, ankle] + soles
    return held


def ways_of_contacts(joints: Array, spans: Iterable[tuple[int, int]], hold: Iterable[str]) -> dict[str, list[Way]]:
    """Where what is to be held goes in each span (first, stop), as far as it is in the same place on both sides."""
    found: dict[str, list[Way]] = {part: [] for part in hold}
    for first, stop in spans:
        before, after = first - 1, stop
        for part, ways in found.items():
            joint = ARMS[part][2] if part in ARMS else 0
            if before < 0 or after >= len(joints):
                continue
            if np.linalg.norm(joints[after, joint] - joints[before, joint]) < SAME_PLACE:
                ways.append((first, stop, _between(joints, joint, before, after, _ramp(stop - first))))
    return found


def hold_contacts(joints: Array, ways: dict[str, list[Way]], rooted: bool) -> Array:
    """Joints (T, J, 3) with what is held on its ways; `rooted`: the body may move for it, feet stay where they are.

    Canonical frame, metres. A hand that stays lies as it lay: it turns evenly from the one side to the other.
    """
    held = np.array(joints, np.float64)
    for first, stop, places in ways.get(SEAT, []) if rooted else []:
        held[first:stop] += (places - held[first:stop, 0])[:, None]
    seated = {(first, stop) for first, stop, _ in ways.get(SEAT, [])}
    arms = [(part, *way) for part in ARMS for way in ways.get(part, [])]
    for first, stop in sorted({(first, stop) for _, first, stop, _ in arms} | seated):
        rows, wanted = slice(first, stop), {}
        for part, begin, _, places in arms:
            if begin == first:
                wanted[ARMS[part]] = places
        if rooted:
            legs = {leg[:3]: joints[rows, leg[2]] for leg in LEGS}
            if (first, stop) not in seated:
                _give_way(held, rows, wanted)
            _reach(held, rows, legs)
            for leg in LEGS:
                held[rows, leg[3]] = held[rows, leg[2]] + joints[rows, leg[3]] - joints[rows, leg[2]]
        for part, begin, _, places in arms:
            if begin == first:
                _shrug(held, rows, part, places)
        _reach(held, rows, wanted)
        for part, begin, _, _ in arms:
            if begin != first:
                continue
            wrist, share = ARMS[part][2], _ramp(stop - first)
            for joint in HANDS[part] if joints.shape[1] > max(HANDS[part]) else ():
                ends = joints[[first - 1, stop], joint] - joints[[first - 1, stop], wrist]
                held[rows, joint] = held[rows, wrist] + _turned(ends[0], ends[1], share)
    return held


def _shrug(held: Array, rows: slice, part: str, places: Array) -> None:
    """Turn the collar bone towards a place that the arm is too short for: a stretched arm has nothing else to give."""
    limb, collar = ARMS[part], held[rows, COLLARS[part]]
    bone = np.linalg.norm(held[rows, limb[0]] - collar, axis=-1, keepdims=True)
    length = np.linalg.norm(np.diff(held[rows][:, list(limb)], axis=1), axis=-1).sum(1)
    for _ in range(ROUNDS):
        way: Array = np.subtract(places, held[rows, limb[0]])
        lacks = np.maximum(0.0, np.linalg.norm(way, axis=-1) - REACH * length)
        given = held[rows, limb[0]] + rotations.normalize(way) * np.minimum(lacks, SHRUG)[:, None]
        shift = collar + bone * rotations.normalize(given - collar) - held[rows, limb[0]]
        for joint in (*limb, *(HANDS[part] if held.shape[1] > max(HANDS[part]) else ())):
            held[rows, joint] += shift


def _reach(held: Array, rows: slice, wanted: dict[tuple[int, int, int], Array]) -> None:
    """Bend limbs of `held` so that they end at places (n, 3)."""
    for (start, middle, end), places in wanted.items():
        held[rows, middle], held[rows, end] = solve_two_bones(
            held[rows, start], held[rows, middle], held[rows, end], places
        )


def _ramp(count: int) -> Array:
    """(count,) 0 to 1 through a span, the kept frames on either side not counted."""
    share = np.arange(1, count + 1) / (count + 1)
    return np.asarray(share * share * (3.0 - 2.0 * share))


def _stands(joints: Array, leg: tuple[int, ...], before: int, after: int, always: bool) -> bool:
    ankle, toe = leg[2:]
    ends = joints[[before, after]]
    low = bool((ends[:, toe, 1] < HOLD.low).all())
    apart = np.linalg.norm((ends[1] - ends[0])[[ankle, toe]] * GROUND, axis=-1).max()
    inside = joints[before : after + 1, toe, 1]
    return low and bool(apart < SAME_PLACE) and (always or bool(inside.max() < ends[:, toe, 1].max() + CLEARANCE))


def _is_seated(joints: Array, before: int, after: int) -> bool:
    ends = joints[[before, after]]
    legs = np.mean([np.linalg.norm(np.diff(ends[0, list(leg[:3])], axis=0), axis=-1).sum() for leg in LEGS])
    return bool((ends[:, 0, 1] < SEATED * legs).all() and np.linalg.norm(ends[1, 0] - ends[0, 0]) < SAME_PLACE)


def _between(joints: Array, joint: int, before: int, after: int, share: Array) -> Array:
    """(n, 3) the way of a joint from the one kept frame to the other."""
    return np.asarray(joints[before, joint] + share[:, None] * (joints[after, joint] - joints[before, joint]))


def _turned(start: Array, end: Array, share: Array) -> Array:
    """(n, 3) a sole from `start` to `end` (3,), as long as it is."""
    mixed = start + share[:, None] * (end - start)
    lengths = (1.0 - share) * np.linalg.norm(start) + share * np.linalg.norm(end)
    return np.asarray(rotations.normalize(mixed) * lengths[:, None])


def _straightness(chains: Array) -> Array:
    """(n,) the distance of a limb's ends in chains (n, 3, 3), by its length."""
    lengths = np.linalg.norm(np.diff(chains, axis=1), axis=-1).sum(1)
    return np.asarray(np.linalg.norm(chains[:, 2] - chains[:, 0], axis=-1) / np.maximum(lengths, 1e-9))


def _give_way(held: Array, rows: slice, wanted: dict[tuple[int, int, int], Array]) -> None:
    """Move the body of `held` in `rows` towards what its limbs do not reach, gently in time.

    Limbs may be as straight as they are beside the span: the body would jump there else.
    """
    beside = held[[max(rows.start - 1, 0), min(rows.stop, len(held) - 1)]]
    reach = {limb: max(REACH, float(_straightness(beside[:, list(limb)]).max())) for limb in wanted}
    for _ in range(ROUNDS if wanted else 0):
        shift = np.zeros((rows.stop - rows.start, 3))
        for limb, places in wanted.items():
            chain = held[rows][:, list(limb)]
            length = np.linalg.norm(np.diff(chain, axis=1), axis=-1).sum(1)
            way: Array = np.subtract(places, chain[:, 0])
            lacks = np.maximum(0.0, np.linalg.norm(way, axis=-1) - reach[limb] * length)
            shift += rotations.normalize(way) * (lacks / len(wanted))[:, None]
        if not shift.any():
            return
        padded = np.pad(shift, ((1, 1), (0, 0)))
        held[rows] += (1.5 * smooth(padded, GIVE_WAY_FRAMES)[1:-1])[:, None]
