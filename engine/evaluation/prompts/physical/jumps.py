"""Tests of leaving the floor and of turning over."""

from __future__ import annotations

import numpy as np

from engine.evaluation.prompts.physical.body import (
    ANKLE,
    FPS,
    HEAD,
    PELVIS,
    SIDES,
    STANDING_PELVIS,
    TOE,
    WRIST,
    Array,
    airborne,
    foot_down,
    longest,
    spans,
    touches,
    tumble,
    yaw,
)
from engine.evaluation.prompts.physical.registry import physical_test

# Longer than this nobody is in the air; it is no jump then but hanging.
LONGEST_FLIGHT = 1.0


def flights(joints: Array, height: float = 0.05) -> list[tuple[int, int]]:
    """(start, stop) of what is a jump: both feet up, coming down again, the pelvis rising by `height` in it."""
    up = ~foot_down(joints, "left") & ~foot_down(joints, "right") & airborne(joints)
    found = []
    for start, stop in spans(up):
        if not 2 <= stop - start <= LONGEST_FLIGHT * FPS or stop == len(joints):
            continue
        before = joints[max(0, start - 6) : start + 1, PELVIS, 1].min()
        if joints[start:stop, PELVIS, 1].max() - before >= height:
            found.append((start, stop))
    return found


@physical_test
def feet_leave_floor(joints: Array, times: int = 1, height: float = 0.05) -> bool:
    """Jumps at least so often: both feet up and down again within a second, the pelvis rising by `height`."""
    return len(flights(joints, height)) >= times


@physical_test
def jumps_far(joints: Array, metres: float = 0.4) -> bool:
    """One jump carries the pelvis that far over the ground, from half a second before take-off to landing."""
    for start, stop in flights(joints, 0.02):
        gap = joints[min(stop + 4, len(joints) - 1), PELVIS] - joints[max(0, start - 6), PELVIS]
        if np.hypot(gap[0], gap[2]) >= metres:
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
def turns_over(joints: Array, direction: str = "either", degrees: float = 270.0) -> bool:
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
    """Jumping jacks: hands go above the head while the feet go apart, so often."""
    hands = np.minimum(joints[:, WRIST["left"], 1], joints[:, WRIST["right"], 1]) > joints[:, HEAD, 1]
    apart = np.linalg.norm((joints[:, ANKLE["left"]] - joints[:, ANKLE["right"]])[:, [0, 2]], axis=-1)
    wide = apart > max(0.35, 0.6 * float(apart.max()))
    return sum(bool(wide[max(0, start - 3) : stop + 3].any()) for start, stop in spans(hands)) >= times
