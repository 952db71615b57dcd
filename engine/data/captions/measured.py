"""Captions held against the frames they name: height above the floor, rest around a change, amount of a turn."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.data.captions.segments import Segment
from engine.motion.features import facing
from engine.motion.skeleton import HUMANML3D

Array = NDArray[np.floating]

FPS = HUMANML3D.fps
# A body hovers whose lowest joint is higher than this, metres, for longer than that, seconds.
HOVER_HEIGHT, HOVER_SECONDS = 0.12, 0.8
# Downward acceleration of the root, m/s2, from which a flight is a jump.
FALL = 4.0
_ELEVATED = re.compile(
    r"climb|ladder|stair|rung|\bbars?\b|rail|frame|rock|stone|platform|stool|beam|rope|hang|jump|leap|\bhop|flip|"
    r"somersault|handstand|high seat|up high|\bon top|at the top|playground|\bsteps\b.*(?:up|down)|"
    r"(?:up|down)\b.*\bsteps\b|step(?:s|ping)? (?:up|down)|uneven|swing\w* (?:from|off)|backflip|cartwheel|pull-?up|"
    r"in the air|dangl"
)
_CHANGE = re.compile(
    r"\b(?:sit|lie|lay|kneel|squat|crouch)(?:s|ing)?\b.{0,12}\bdown\b|"
    r"\b(?:sit|kneel|squat|crouch|crouche)s? (?:on|to|and)\b|"
    r"\b(?:get|stand|rise)(?:s|ing)? up\b|\bfalls?\b|\bdrops? to\b"
)
# Vertical speed of the root, m/s, under which it rests, and how long it has to.
STILL_SPEED, STILL_SECONDS = 0.1, 0.35
# Seconds by which a span grows at most at each end.
WIDENED = 1.2
LONGEST = 9.8  # seconds of a span

_TURNS = re.compile(
    r"\b(?P<verb>turn|turns|turning)(?P<around> around)?(?: to (?:the|their|his|her))?(?: (?P<side>left|right))?\b"
    r"(?! (?:leg|foot|arm|hand|side|his|her|their|the))"
)
# Wordings that have an amount already, or turn something else.
_NO_AMOUNT = re.compile(r"degree|head|circle|half|quarter|angle|in turn|\bu-turn|sharp turn|once|twice|again|and again")
# Degrees, how far a turn may be off them, and what they are called.
_AMOUNTS = ((90.0, 18.0, "90 degrees"), (180.0, 25.0, "180 degrees"), (360.0, 35.0, "360 degrees"))


def hovers(joints: Array) -> bool:
    """Whether the body of (T, J, 3) joints is off the floor for long, and not because it jumps."""
    above = joints[:, : HUMANML3D.num_joints, 1].min(axis=1) > HOVER_HEIGHT
    edges = np.flatnonzero(np.diff(np.concatenate(([False], above, [False])).astype(int)))
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        if stop - start > HOVER_SECONDS * FPS:
            time = np.arange(stop - start) / FPS
            if 2 * np.polyfit(time, joints[start:stop, 0, 1], 2)[0] > -FALL:
                return True
    return False


def keep_grounded(segment: Segment, joints: Array) -> Segment | None:
    """The segment with only those captions that tell why its body is up in the air; None if none does.

    `joints` (T, J, 3) are the whole trial's, here and below.
    """
    if not hovers(_cut(segment, joints)):
        return segment
    told = tuple(text for text in segment.captions if _ELEVATED.search(text.lower()))
    return replace(segment, captions=told) if told else None


def widen_change(segment: Segment, joints: Array) -> Segment:
    """The segment with the rest before and after, if it shows somebody sitting down, lying down, getting up ..."""
    if not any(_CHANGE.search(text.lower()) for text in segment.captions[:2]):
        return segment
    speed = np.abs(np.gradient(joints[:, 0, 1])) * FPS
    first, last = round(segment.start * FPS), min(round(segment.end * FPS), len(joints)) - 1
    room = round(WIDENED * FPS)
    rest = round(STILL_SECONDS * FPS)
    begin = first + rest - _find_rest(speed[max(first - room, 0) : first + rest][::-1], rest)
    end = last - rest + _find_rest(speed[max(last - rest, 0) : last + room + 1], rest)
    begin, end = max(0, min(first, begin)), min(len(joints) - 1, max(last, end))
    if end - begin > LONGEST * FPS:
        return segment
    return replace(segment, start=round(begin / FPS, 2), end=round((end + 1) / FPS, 2))


def tell_turn(segment: Segment, joints: Array) -> Segment:
    """The segment with one more wording, which tells in degrees how far its body turns, if one speaks of one turn."""
    forward = facing(_cut(segment, joints)[:, : HUMANML3D.num_joints])
    turned = np.degrees(np.unwrap(np.arctan2(forward[:, 0], forward[:, 2])))
    turned -= turned[0]
    angle = float(turned[-1])
    # A turn that goes to and fro has no amount.
    if abs(angle) + 25.0 < np.ptp(turned):
        return segment
    amount = next((name for degrees, off, name in _AMOUNTS if abs(abs(angle) - degrees) <= off), None)
    for text in segment.captions:
        found = list(_TURNS.finditer(text))
        if amount is None or len(found) != 1 or _NO_AMOUNT.search(text):
            continue
        measured = "left" if angle > 0 else "right"
        if found[0]["side"] not in (None, measured):
            continue
        side = f" to the {measured}" if found[0]["side"] else ""
        told = f"{text[: found[0].start()]}{found[0]['verb']} {amount}{side}{text[found[0].end() :]}"
        return replace(segment, captions=(*segment.captions, told))
    return segment


def _cut(segment: Segment, joints: Array) -> Array:
    return joints[round(segment.start * FPS) : max(round(segment.end * FPS), round(segment.start * FPS) + 1)]


def _find_rest(speed: Array, rest: int) -> int:
    """Steps up to the end of the first `rest` steps that are still; `rest` itself where there are none."""
    for step in range(len(speed) - rest + 1):
        if (speed[step : step + rest] < STILL_SPEED).all():
            return step + rest
    return rest
