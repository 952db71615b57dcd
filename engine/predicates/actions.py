"""Tests of blows, throws and work: fast or repeated doings of hands and feet."""

from __future__ import annotations

import numpy as np

from engine.predicates.body import (
    ANKLE,
    ELBOW,
    FPS,
    HEAD,
    HIP,
    KNEE,
    NECK,
    OTHER,
    PELVIS,
    SHOULDER,
    SIDES,
    WRIST,
    Array,
    Mask,
    Side,
    count_swings,
    elbow_bend,
    forward,
    in_chest,
    in_heading,
    knee_bend,
    longest,
    palm,
    share,
    spans,
    torso_pitch,
    velocity,
    yaw,
)
from engine.predicates.hands import OUTWARD, by_side, hand_gap, hand_speed, held_by
from engine.predicates.registry import physical_test
from engine.predicates.travel import way_forward

ARM = 0.528  # upper arm and forearm of the uniform body, metres


@physical_test
def punches(joints: Array, side: str = "either", times: int = 1, kind: str = "any") -> bool:
    """A fist shoots out from near the body, chest to head high; kind straight, hook, uppercut or any."""
    return by_side(side, lambda each: len(strike_frames(joints, each, kind)) >= times)


def strike_frames(joints: Array, side: Side, kind: str = "any") -> list[int]:
    """Frames of the blows of one hand.

    A straight blow stretches the arm: the wrist leaves the shoulder at 1 m/s, by 10 cm, to three quarters of the arm's
    length or more, and not downwards. Whichever way: a lead fist goes out along the line of the shoulders.
    """
    wrist, shoulder = joints[:, WRIST[side]], joints[:, SHOULDER[side]]
    reach = np.linalg.norm(wrist - shoulder, axis=-1)
    rate = velocity(in_chest(joints, wrist))
    speed = np.linalg.norm(rate, axis=-1)
    waist = joints[:, PELVIS, 1] + 0.1
    quick = {
        "straight": np.gradient(reach) * FPS > 1.0,
        "hook": (-rate[:, 0] * OUTWARD[side] > 1.3) & (speed > 2.0),
        "uppercut": (rate[:, 1] > 2.0) & (elbow_bend(joints, side) < 120.0) & (wrist[:, 1] > waist),
    }
    raised = wrist[:, 1] > shoulder[:, 1] - 0.3
    found: list[int] = []
    for name in ("straight", "hook", "uppercut") if kind == "any" else (kind,):
        for start, stop in spans(quick[name]):
            after = slice(start, min(len(joints), stop + 4))
            before = slice(max(0, start - 6), start + 2)
            stretched = reach[after].max() - reach[before].min() >= 0.1 and reach[after].max() >= 0.75 * ARM
            fine = stretched if name == "straight" else bool((wrist[after, 1] > shoulder[after, 1] - 0.15).any())
            if fine and raised[after].any() and all(abs(start - other) >= 4 for other in found):
                found.append(start)
    return sorted(found)


@physical_test
def kicks(joints: Array, side: str = "either", height: float = 0.4, direction: str = "any") -> bool:
    """A foot swings up to that height off the other leg, the knee stretching; forward, out, back or any way."""

    def holds(each: Side) -> bool:
        other = OTHER[each]
        ankle = joints[:, ANKLE[each]]
        up = (ankle[:, 1] > height) & (knee_bend(joints, each) > 115.0)
        place = in_heading(joints, ankle)
        away = {
            "forward": place[:, 2] > 0.25,
            "out": place[:, 0] * OUTWARD[each] > 0.3,
            "back": place[:, 2] < -0.25,
            "any": (place[:, 2] > 0.25) | (place[:, 0] * OUTWARD[each] > 0.3),
        }[direction]
        standing = joints[:, ANKLE[other], 1] < 0.3
        quick = np.linalg.norm(velocity(ankle - joints[:, PELVIS]), axis=-1)
        return any(
            quick[max(0, start - 8) : stop + 4].max() >= 1.8 and stop - start <= 2 * FPS
            for start, stop in spans(up & away & standing)
        )

    return by_side(side, holds)


@physical_test
def kicks_ball(joints: Array, side: str = "either") -> bool:
    """A leg swings from behind to far ahead, faster than a step, and follows through straight above the floor."""

    def holds(each: Side) -> bool:
        ankle = in_heading(joints, joints[:, ANKLE[each]])
        rate = np.gradient(ankle[:, 2]) * FPS
        through = (ankle[:, 2] > 0.35) & (ankle[:, 1] > 0.2) & (knee_bend(joints, each) > 130.0)
        swings = spans(rate > 1.2)
        return any(rate[start:stop].max() >= 2.5 and through[start : stop + 6].any() for start, stop in swings)

    return by_side(side, holds)


@physical_test
def knee_strikes(joints: Array, side: str = "either") -> bool:
    """A bent knee rises to the waist, quickly."""

    def holds(each: Side) -> bool:
        knee = joints[:, KNEE[each]]
        up = (knee[:, 1] > joints[:, HIP[each], 1] - 0.1) & (knee_bend(joints, each) < 115.0)
        return bool(up.any()) and bool(velocity(knee)[:, 1].max() >= 1.2)

    return by_side(side, holds)


@physical_test
def swings_arms(joints: Array, side: str = "either", speed: float = 2.5, two_handed: bool = False) -> bool:
    """A hand cuts through the air: fast over a long way; with two hands both do, near each other, at 1.8 m/s."""
    speed = min(speed, 1.8) if two_handed else speed

    def path(each: Side) -> bool:
        rate = hand_speed(joints, each)
        return any(
            rate[start:stop].max() >= speed and rate[start:stop].sum() / FPS >= 0.45
            for start, stop in spans(rate > 0.45 * speed)
        )

    if two_handed:
        return all(path(each) for each in SIDES) and share(hand_gap(joints) < 0.45) > 0.4
    return by_side(side, path)


@physical_test
def blocks(joints: Array, side: str = "either", seconds: float = 0.25) -> bool:
    """A bent forearm is held up before the face or the upper chest, the hand higher than its elbow."""

    def mask(each: Side) -> Mask:
        hand = in_chest(joints, palm(joints, each))
        guard = (hand[:, 2] > 0.15) & (hand[:, 1] > -0.05) & (np.abs(hand[:, 0]) < 0.35)
        raised = joints[:, WRIST[each], 1] > joints[:, ELBOW[each], 1]
        return guard & raised & (elbow_bend(joints, each) < 130.0)

    return held_by(side, mask, seconds)


@physical_test
def guards(joints: Array, seconds: float = 0.5) -> bool:
    """Both fists up before chest or face, elbows bent, as a boxer stands."""
    up = np.ones(len(joints), dtype=bool)
    for side in SIDES:
        hand = in_chest(joints, palm(joints, side))
        up &= (hand[:, 2] > 0.08) & (hand[:, 1] > -0.25) & (elbow_bend(joints, side) < 125.0)
    return longest(up) >= seconds


@physical_test
def ducks(joints: Array, drop: float = 0.2, seconds: float = 1.0) -> bool:
    """The head drops that far within so long, and comes up again."""
    head = joints[:, HEAD, 1]
    window = round(seconds * FPS)
    for frame in range(len(head) - 1):
        part = head[frame : frame + window]
        if head[frame] - part.min() >= drop:
            return bool(head[frame + int(part.argmin()) :].max() - part.min() >= 0.6 * drop)
    return False


@physical_test
def dodges(joints: Array, metres: float = 0.13) -> bool:
    """The head slips aside or back that far within 0.6 s, or ducks."""
    head = in_world_plane(joints, HEAD)
    gap = min(12, len(head) - 1)
    moved = head[gap:] - head[:-gap]
    ahead = forward(joints)[:-gap][:, [0, 2]]
    along = np.sum(moved * ahead, axis=-1)
    aside = np.abs(moved[:, 0] * ahead[:, 1] - moved[:, 1] * ahead[:, 0])
    return bool(aside.max() >= metres or (-along).max() >= 1.4 * metres) or ducks(joints)


def in_world_plane(joints: Array, joint: int) -> Array:
    """(T, 2) ground position of a joint."""
    return joints[:, joint][:, [0, 2]]


@physical_test
def recoils(joints: Array, metres: float = 0.15) -> bool:
    """A hit shows: within 0.7 s the head is thrown back or aside, the trunk folds, or the body stumbles back."""
    pitch = torso_pitch(joints)
    gap = min(14, len(pitch) - 1)
    folds = np.abs(pitch[gap:] - pitch[:-gap]).max() >= 18.0
    head = in_world_plane(joints, HEAD)
    moved = np.linalg.norm(head[gap:] - head[:-gap], axis=-1)
    thrown = moved.max() >= 2 * metres and way_forward(joints) < 0.3
    return bool(folds or thrown or way_forward(joints) <= -metres)


@physical_test
def throws(joints: Array, side: str = "either", style: str = "any") -> bool:
    """A hand drawn back or down swings forward fast and far; style overarm, underarm or any.

    Overarm begins or passes above the shoulder; underarm comes from beside the hip.
    """

    def holds(each: Side) -> bool:
        hand = in_chest(joints, joints[:, WRIST[each]])
        moved = joints[:, WRIST[each]] - joints[:, PELVIS]
        ahead = np.sum(velocity(moved) * forward(joints), axis=-1)
        for start, stop in spans(ahead > 0.8):
            lead = slice(max(0, start - 8), start + 2)
            gained = float(ahead[start:stop].sum()) / FPS
            bent = torso_pitch(joints)[start:stop].min() > 45.0
            if ahead[start:stop].max() < 2.0 or gained < 0.35 or bent:
                continue
            swing = slice(max(0, start - 6), stop + 4)
            over, under = hand[swing, 1].max() > -0.02, hand[lead, 1].min() < -0.3
            if style == "any" and (over or under) or style == "overarm" and over or style == "underarm" and under:
                return True
        return False

    return by_side(side, holds)


@physical_test
def catches(joints: Array) -> bool:
    """Both hands come up together before the body, waist to overhead, from further apart or lower, and stay there."""
    ready = hand_gap(joints) < 0.45
    height = np.zeros(len(joints))
    for side in SIDES:
        hand = in_chest(joints, palm(joints, side))
        ready &= (hand[:, 2] > 0.22) & (hand[:, 1] > -0.42)
        height += hand[:, 1] / 2
    for start, stop in spans(ready):
        before = slice(max(0, start - 30), start + 1)
        came = height[start:stop].max() - height[before].min() >= 0.2
        closed = hand_gap(joints)[before].max() - hand_gap(joints)[start:stop].min() >= 0.2
        if stop - start >= 5 and (came or closed):
            return True
    return False


@physical_test
def pushes(joints: Array, seconds: float = 0.4, reach: float = 0.3) -> bool:
    """Both hands ahead of the chest at hip to head height with bent-to-straight arms, while leaning, stepping or
    stretching the arms.
    """
    out = np.ones(len(joints), dtype=bool)
    for side in SIDES:
        hand = in_heading(joints, palm(joints, side)) - in_heading(joints, joints[:, NECK])
        out &= (hand[:, 2] > reach) & (palm(joints, side)[:, 1] > joints[:, PELVIS, 1] - 0.05)
        out &= palm(joints, side)[:, 1] < joints[:, HEAD, 1] + 0.1
    stretch = min(float(np.ptp(in_chest(joints, palm(joints, side))[:, 2])) for side in SIDES)
    leaning = longest(out & (torso_pitch(joints) > 15.0)) >= seconds
    return longest(out) >= seconds and (stretch >= 0.2 or leaning or way_forward(joints) >= 0.4)


@physical_test
def pulls(joints: Array, side: str = "both", way: float = 0.18) -> bool:
    """Hands out ahead, hip to head high, are drawn to the body by `way`, or held out while it goes or leans back."""
    chosen = SIDES if side in ("both", "either") else (side,)
    palms = np.mean([palm(joints, each) for each in SIDES if each in chosen], axis=0)
    ahead = in_heading(joints, palms)[:, 2] - in_heading(joints, joints[:, NECK])[:, 2]
    held = (palms[:, 1] > joints[:, PELVIS, 1] - 0.1) & (palms[:, 1] < joints[:, HEAD, 1])
    if side == "both":
        held &= hand_gap(joints) < 0.7
    for start, stop in spans(held):
        far = np.maximum.accumulate(ahead[start:stop])
        if stop - start >= 8 and ((far - ahead[start:stop]) * (far > 0.28)).max() >= way:
            return True
    return longest(held & (ahead > 0.25)) >= 0.8 and (way_forward(joints) <= -0.3 or longest(lean_back(joints)) >= 0.5)


def lean_back(joints: Array) -> Mask:
    """(T,) the trunk leans back by 8 degrees or more."""
    return torso_pitch(joints) <= -8.0


@physical_test
def lifts(joints: Array, low: float = 0.65, gain: float = 0.25) -> bool:
    """Both hands go down low together, and come up together by `gain` metres, to hip height at least."""
    lowest = np.maximum(palm(joints, "left")[:, 1], palm(joints, "right")[:, 1])
    height = np.minimum(palm(joints, "left")[:, 1], palm(joints, "right")[:, 1])
    near = hand_gap(joints) < 0.75
    down = np.flatnonzero((lowest < low) & near)
    if not len(down):
        return False
    after = slice(int(down[0]), None)
    held = near[after] & (height[after] > joints[after, PELVIS, 1] - 0.05)
    return bool(held.any()) and bool(height[after][held].max() >= lowest[after].min() + gain)


@physical_test
def puts_down(joints: Array, low: float = 0.65, drop: float = 0.25) -> bool:
    """Both hands, held before the body, go down low together."""
    lifted = joints[::-1]
    return lifts(lifted, low, drop)


@physical_test
def carries(joints: Array, seconds: float = 1.0, level: str = "any") -> bool:
    """Both hands held before the body with bent elbows, as around a box; level any, waist, chest or overhead."""
    held = np.ones(len(joints), dtype=bool)
    for side in SIDES:
        hand = palm(joints, side)
        if level == "overhead":
            held &= hand[:, 1] > joints[:, HEAD, 1]
            continue
        ahead = in_heading(joints, hand)[:, 2] - in_heading(joints, joints[:, PELVIS])[:, 2]
        held &= (ahead > 0.12) & (hand[:, 1] > joints[:, PELVIS, 1] - 0.15) & (hand[:, 1] < joints[:, HEAD, 1])
        held &= elbow_bend(joints, side) < 155.0
        if level == "chest":
            held &= hand[:, 1] > joints[:, NECK, 1] - 0.4
        held &= hand_speed(joints, side) < 0.9
    return longest(held & (hand_gap(joints) < 0.65)) >= seconds


@physical_test
def draws_bow(joints: Array, seconds: float = 0.3) -> bool:
    """One arm straight ahead (or out), the other hand drawn back near the shoulder or chin."""
    for front in SIDES:
        back = OTHER[front]
        straight = (elbow_bend(joints, front) > 135.0) & (
            np.abs(joints[:, WRIST[front], 1] - joints[:, SHOULDER[front], 1]) < 0.25
        )
        drawn = np.linalg.norm(palm(joints, back) - joints[:, NECK], axis=-1) < 0.38
        high = joints[:, WRIST[back], 1] > joints[:, NECK, 1] - 0.3
        if longest(straight & drawn & high & (elbow_bend(joints, back) < 110.0)) >= seconds:
            return True
    return False


@physical_test
def chops(joints: Array, times: int = 1, side: str = "both", drop: float = 0.35) -> bool:
    """Hands, together if both, go up above the chest and come down fast before the body, so often."""
    chosen = SIDES if side in ("both", "either") else (side,)
    height = np.mean([in_chest(joints, palm(joints, each))[:, 1] for each in SIDES if each in chosen], axis=0)
    world = np.mean([palm(joints, each)[:, 1] for each in SIDES if each in chosen], axis=0) - joints[:, PELVIS, 1]
    together = side != "both" or share(hand_gap(joints) < 0.5) > 0.5
    fast = float(np.gradient(world).min()) * FPS <= -1.0
    return together and fast and count_swings(world, drop) >= 2 * times - 1 and bool(height.max() > -0.2)


@physical_test
def works_low(joints: Array, height: float = 0.75, times: int = 2, amplitude: float = 0.12) -> bool:
    """Both hands, as on one handle before a bent body, go to and fro low: sweeping, mopping, digging, raking."""
    middle = (palm(joints, "left") + palm(joints, "right")) / 2
    track = in_heading(joints, middle)
    working = (track[:, 1] < joints[:, PELVIS, 1] + 0.25) & (track[:, 2] > 0.1) & (hand_gap(joints) < 0.85)
    bent = share(torso_pitch(joints) > 8.0) > 0.3 or float(track[:, 1].min()) < height
    swings = max(count_swings(track[:, axis], amplitude) for axis in range(3))
    return share(working) > 0.5 and bent and swings >= 2 * times


@physical_test
def dances(joints: Array, least: float = 0.35) -> bool:
    """Feet step on or near the spot while hands, hips and heading keep moving in more than one way."""
    ground = joints[:, PELVIS][:, [0, 2]]
    straight = float(np.linalg.norm(ground[-1] - ground[0])) / (len(joints) / FPS)
    hands = float(np.mean([hand_speed(joints, side).mean() for side in SIDES]))
    feet = [np.linalg.norm(velocity(joints[:, ANKLE[side]]), axis=-1) for side in SIDES]
    lively = sum(
        (
            hands >= least,
            float(np.mean(feet)) >= 0.25,
            count_swings(joints[:, PELVIS, 1], 0.03) >= 3,
            count_swings(yaw(joints), 20.0) >= 2,
            count_swings(ground[:, 0], 0.08) + count_swings(ground[:, 1], 0.08) >= 3,
        )
    )
    return straight < 0.7 and lively >= 3
