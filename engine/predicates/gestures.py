"""Tests of signals that people give with arms and shoulders."""

from __future__ import annotations

import numpy as np

from engine.motion.rotations import normalize
from engine.predicates.body import (
    ELBOW,
    FPS,
    HEAD,
    KNUCKLE,
    NECK,
    OTHER,
    PELVIS,
    SHOULDER,
    SIDES,
    SPINE,
    THUMB,
    WRIST,
    Array,
    Side,
    chest_axes,
    count_swings,
    elbow_bend,
    has_hands,
    in_chest,
    longest,
    palm,
    palm_normal,
    spans,
    torso_pitch,
)
from engine.predicates.hands import OUTWARD, at_place, by_side, hand_gap, hand_speed
from engine.predicates.registry import physical_test


@physical_test
def hand_waves(joints: Array, side: str = "either", times: float = 1.5, amplitude: float = 0.06) -> bool:
    """A raised hand swings sideways to and fro; where hands are known, fingers up and the palm not hidden."""

    def holds(each: Side) -> bool:
        hand = palm(joints, each)
        raised = (hand[:, 1] > joints[:, ELBOW[each], 1] + 0.08) & (hand[:, 1] > joints[:, NECK, 1] - 0.2)
        if has_hands(joints):
            fingers = normalize(joints[:, KNUCKLE[each]] - joints[:, WRIST[each]])
            ahead = chest_axes(joints)[:, 2]
            raised &= (fingers[:, 1] > 0.2) & (np.sum(palm_normal(joints, each) * ahead, axis=-1) > -0.4)
        track = in_chest(joints, hand if not has_hands(joints) else joints[:, KNUCKLE[each]])
        for start, stop in spans(raised):
            part = track[start:stop]
            swings = max(count_swings(part[:, 0], amplitude), count_swings(part[:, 0] - part[:, 1], 1.5 * amplitude))
            if stop - start >= 10 and swings >= 2 * times:
                return True
        return False

    return by_side(side, holds)


@physical_test
def salutes(joints: Array, side: str = "right", seconds: float = 0.3) -> bool:
    """The hand at the forehead's side, the elbow lifted and out."""

    def holds(each: Side) -> bool:
        near = at_place(joints, each, "forehead", 0.2) | at_place(joints, each, "ear", 0.17)
        elbow = joints[:, ELBOW[each]]
        lifted = elbow[:, 1] > joints[:, SHOULDER[each], 1] - 0.17
        out = OUTWARD[each] * in_chest(joints, elbow)[:, 0] > 0.22
        return longest(near & lifted & out) >= seconds

    return by_side(side, holds)


@physical_test
def bows(joints: Array, degrees: float = 22.0, back_up: bool = True) -> bool:
    """Bends at the hips from standing upright, hands off the floor, and (unless told) comes up again."""
    pitch = torso_pitch(joints)
    deepest = int(pitch.argmax())
    lowest_hand = np.minimum(palm(joints, "left")[:, 1], palm(joints, "right")[:, 1])
    upright_before = pitch[: deepest + 1].min() < pitch[deepest] - 15.0
    upright_after = pitch[deepest:].min() < pitch[deepest] - 12.0
    standing = joints[deepest, PELVIS, 1] > 0.72
    return bool(
        longest(pitch >= degrees) >= 0.2
        and standing
        and lowest_hand.min() > 0.15
        and upright_before
        and (not back_up or upright_after)
    )


@physical_test
def claps(joints: Array, times: int = 2, within: float = 0.22, apart: float = 0.06) -> bool:
    """Hands meet and part again, so often, above the waist."""
    gap = hand_gap(joints)
    up = (palm(joints, "left")[:, 1] + palm(joints, "right")[:, 1]) / 2 > joints[:, PELVIS, 1] + 0.05
    meets = 0
    ready = True
    floor = within
    for frame in range(len(gap)):
        if not up[frame]:
            continue
        if ready and gap[frame] <= within:
            meets, ready, floor = meets + 1, False, gap[frame]
        floor = min(floor, gap[frame])
        if not ready and gap[frame] >= floor + apart:
            ready = True
    return meets >= times


@physical_test
def shrugs(joints: Array, lift: float = 0.025) -> bool:
    """Both shoulders rise against the chest for a moment over low hands, or both forearms open outwards."""
    raised = np.minimum(*(shoulder_height(joints, side) for side in SIDES))
    lifted = raised - np.percentile(raised, 20) >= lift
    opened = np.ones(len(joints), dtype=bool)
    for side in SIDES:
        hand = in_chest(joints, palm(joints, side))
        elbow = in_chest(joints, joints[:, ELBOW[side]])
        lifted &= (hand[:, 1] < -0.12) & (elbow[:, 1] < -0.1)
        opened &= (OUTWARD[side] * (hand - elbow)[:, 0] > 0.07) & (elbow_bend(joints, side) < 130)
        opened &= (joints[:, WRIST[side], 1] > joints[:, ELBOW[side], 1] - 0.05) & (elbow[:, 1] < -0.12)
    return 0.1 <= longest(lifted) <= 2.5 or longest(opened) >= 0.25


def shoulder_height(joints: Array, side: Side) -> Array:
    """(T,) metres of a shoulder above the chest's middle, along the spine."""
    up = chest_axes(joints)[:, 1]
    return np.sum((joints[:, SHOULDER[side]] - joints[:, SPINE]) * up, axis=-1)


@physical_test
def arms_crossed(joints: Array, seconds: float = 0.6) -> bool:
    """Each wrist lies across the chest, near the other arm."""
    crossed = np.ones(len(joints), dtype=bool)
    for side in SIDES:
        wrist = in_chest(joints, joints[:, WRIST[side]])
        other = OTHER[side]
        arm = np.minimum(
            np.linalg.norm(palm(joints, side) - joints[:, ELBOW[other]], axis=-1),
            np.linalg.norm(palm(joints, side) - (joints[:, ELBOW[other]] + joints[:, SHOULDER[other]]) / 2, axis=-1),
        )
        crossed &= (OUTWARD[side] * wrist[:, 0] < 0.06) & (wrist[:, 2] > 0.03) & (wrist[:, 1] > -0.45) & (arm < 0.3)
    return longest(crossed) >= seconds


@physical_test
def hands_on_hips(joints: Array, side: str = "both", seconds: float = 0.5) -> bool:
    """Hands at the hips, elbows out."""

    def holds(each: Side) -> bool:
        elbow = OUTWARD[each] * in_chest(joints, joints[:, ELBOW[each]])[:, 0] > 0.25
        return longest(at_place(joints, each, "hip", 0.2) & elbow & (elbow_bend(joints, each) < 140)) >= seconds

    return by_side(side, holds)


@physical_test
def arms_up(joints: Array, seconds: float = 0.3, times: int = 1) -> bool:
    """Both hands above the head, so often."""
    top = joints[:, HEAD, 1] + 0.05
    up = (palm(joints, "left")[:, 1] > top) & (palm(joints, "right")[:, 1] > top)
    return sum(stop - start >= seconds * FPS for start, stop in spans(up)) >= times


@physical_test
def beckons(joints: Array, side: str = "either", times: int = 1, amplitude: float = 0.07) -> bool:
    """A hand before the body, waist to head, comes towards it and goes back, palm not thrust away."""

    def holds(each: Side) -> bool:
        hand = palm(joints, each)
        gap = np.linalg.norm(hand - joints[:, SHOULDER[each]], axis=-1)
        track = in_chest(joints, hand)
        ready = (hand[:, 1] > joints[:, PELVIS, 1] + 0.12) & (track[:, 2] > 0.1)
        return any(
            count_swings(gap[start:stop], amplitude) >= 2 * times
            or count_swings(track[start:stop, 1], 1.5 * amplitude) >= 2 * times
            for start, stop in spans(ready)
            if stop - start >= 8
        )

    return by_side(side, holds)


@physical_test
def prays(joints: Array, seconds: float = 0.6) -> bool:
    """Palms together before the chest, elbows bent."""
    near = hand_gap(joints) < 0.2
    height = (palm(joints, "left") + palm(joints, "right"))[:, 1] / 2
    placed = (height > joints[:, NECK, 1] - 0.35) & (height < joints[:, HEAD, 1] + 0.15)
    bent = (elbow_bend(joints, "left") < 120) & (elbow_bend(joints, "right") < 120)
    return longest(near & placed & bent) >= seconds


@physical_test
def blows_kiss(joints: Array, side: str = "either") -> bool:
    """A hand at the mouth, then away from it ahead by 20 cm within a second."""

    def holds(each: Side) -> bool:
        near = at_place(joints, each, "mouth", 0.17)
        ahead = in_chest(joints, palm(joints, each))[:, 2]
        for _, stop in spans(near):
            after = ahead[stop : stop + 20]
            if len(after) and after.max() - ahead[stop - 1] >= 0.12:
                return True
        return False

    return by_side(side, holds)


@physical_test
def thumb_up(joints: Array, side: str = "either", seconds: float = 0.4) -> bool:
    """A hand is held still out ahead; where the thumb is known it points up."""

    def holds(each: Side) -> bool:
        hand = in_chest(joints, palm(joints, each))
        out = (hand[:, 2] > 0.25) & (hand[:, 1] > -0.4) & (hand_speed(joints, each) < 0.6)
        if has_hands(joints):
            thumb = normalize(joints[:, THUMB[each]] - joints[:, WRIST[each]])
            out &= thumb[:, 1] > 0.45
        return longest(out) >= seconds

    return by_side(side, holds)
