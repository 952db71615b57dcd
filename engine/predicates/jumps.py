"""Tests of leaving the floor and of turning over."""

from __future__ import annotations

import numpy as np

from engine.motion.grounding import airborne
from engine.predicates.body import (
    ANKLE,
    FPS,
    HEAD,
    PELVIS,
    SIDES,
    STANDING_PELVIS,
    TOE,
    WRIST,
    Array,
    count_swings,
    foot_down,
    longest,
    spans,
    touches,
    tumble,
    yaw,
)
from engine.predicates.registry import physical_test

# Longer than this nobody is in the air; it is no jump then but hanging.
LONGEST_FLIGHT = 1.0


def flights(joints: Array, height: float = 0.05, two_footed: bool = False) -> list[tuple[int, int]]:
    """(start, stop) of what is a jump: both feet up, coming down again, the pelvis rising by `height` in it.

    A `two_footed` jump has both feet on the floor within 0.2 s of its beginning: no stride of a run.
    """
    left, right = foot_down(joints, "left"), foot_down(joints, "right")
    found = []
    for start, stop in spans(~left & ~right & airborne(joints)):
        if not 2 <= stop - start <= LONGEST_FLIGHT * FPS or stop == len(joints):
            continue
        before = slice(max(0, start - 6), start + 1)
        if joints[start:stop, PELVIS, 1].max() - joints[before, PELVIS, 1].min() < height:
            continue
        push = slice(max(0, start - 4), start + 1)
        if not two_footed or start == 0 or (left[push] & right[push]).any():
            found.append((start, stop))
    return found


@physical_test
def feet_leave_floor(joints: Array, times: int = 1, height: float = 0.05, two_footed: bool = False) -> bool:
    """Jumps at least so often: both feet up and down again within a second, the pelvis rising by `height`."""
    return len(flights(joints, height, two_footed)) >= times


@physical_test
def jumps_far(joints: Array, metres: float = 0.4, seconds: float = 0.1, two_footed: bool = False) -> bool:
    """One jump carries the pelvis that far, from 0.3 s before take-off to 0.2 s after landing, in so long a flight."""
    for start, stop in flights(joints, 0.02, two_footed):
        gap = joints[min(stop + 4, len(joints) - 1), PELVIS] - joints[max(0, start - 6), PELVIS]
        if np.hypot(gap[0], gap[2]) >= metres and stop - start >= seconds * FPS:
            return True
    return False


@physical_test
def rises(joints: Array, height: float = 0.12) -> bool:
    """The pelvis gets that far above standing height."""
    return bool(joints[:, PELVIS, 1].max() >= STANDING_PELVIS + height)


@physical_test
def turns_in_air(joints: Array, degrees: float = 120.0) -> bool:
    """Yaws so far from just before a take-off to just after the landing."""
    angle = yaw(joints)
    return any(
        abs(angle[min(stop + 5, len(angle) - 1)] - angle[max(0, start - 5)]) >= degrees
        for start, stop in flights(joints, 0.03)
    )


@physical_test
def head_below_pelvis(joints: Array, seconds: float = 0.1) -> bool:
    """The head is lower than the pelvis for so long."""
    return longest(joints[:, HEAD, 1] < joints[:, PELVIS, 1] - 0.05) >= seconds


@physical_test
def turns_over(joints: Array, direction: str = "either", degrees: float = 235.0) -> bool:
    """The trunk turns over about its left-right axis by so many degrees: a somersault, flip or roll."""
    angle = tumble(joints)
    ahead = float((angle - np.minimum.accumulate(angle)).max())
    back = float((np.maximum.accumulate(angle) - angle).max())
    return {"forward": ahead, "backward": back, "either": max(ahead, back)}[direction] >= degrees


@physical_test
def hands_carry(joints: Array, seconds: float = 0.15, feet: float = 0.4) -> bool:
    """A hand is on the floor while both feet are above `feet` metres: handstands and cartwheels."""
    hand = touches(joints)[:, [WRIST[side] for side in SIDES]].any(axis=1)
    lowest = joints[:, [ANKLE["left"], ANKLE["right"], TOE["left"], TOE["right"]], 1].min(axis=1)
    return longest(hand & (lowest > feet)) >= seconds


@physical_test
def feet_over_head(joints: Array, seconds: float = 0.1) -> bool:
    """Both ankles above the head."""
    lowest = np.minimum(joints[:, ANKLE["left"], 1], joints[:, ANKLE["right"], 1])
    return longest(lowest > joints[:, HEAD, 1]) >= seconds


@physical_test
def legs_part_with_arms(joints: Array, times: int = 2) -> bool:
    """Jumping jacks: the feet go apart and together while the hands go above the head and down, so often."""
    hands = np.minimum(joints[:, WRIST["left"], 1], joints[:, WRIST["right"], 1]) > joints[:, HEAD, 1]
    apart = np.linalg.norm((joints[:, ANKLE["left"]] - joints[:, ANKLE["right"]])[:, [0, 2]], axis=-1)
    return len(spans(hands)) >= times and count_swings(apart, 0.18) >= 2 * times - 1
