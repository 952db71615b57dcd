"""What a sentence says about sides and directions, held against the motion itself.

Only clear contradictions count: a turn to the left that goes right, a kick of the leg that stays on the floor, steps
forward that go back. What cannot be measured is believed.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from engine.motion.features import facing
from engine.motion.skeleton import HUMANML3D

Array = NDArray[np.floating]

FPS = HUMANML3D.fps
# Radians of turn, metres of way and metres or m/s of a limb from which a motion has a side that can be named.
CLEAR_TURN, CLEAR_WAY, CLEAR_LIMB = 0.6, 0.6, 0.25

_SIDE = r"(?P<side>left|right)"
# Of "turn" and the like only the body's own: "turns his head to the left" says nothing about the way.
_TURN = re.compile(
    r"\b(?:turn|rotat|pivot|veer|curv|spin)\w*\b(?:(?!\b(?:head|body|torso|neck|face|left|right)\b)[\w\s]){0,18}"
    rf"\b{_SIDE}\b(?!\s+(?:leg|foot|heel))"
)
_BACK_AND_FORTH = re.compile(r"back and forth|to and fro|then (?:back|return)|returns|other (?:way|direction)|again")
_STEP_ASIDE = re.compile(
    rf"\b(?:side|sideways|sidestep\w*)\b[\w\s]{{0,24}}\b{_SIDE}\b(?!\s+(?:leg|foot|arm|hand|knee))"
)
_BACKWARDS = re.compile(r"\b(?:walk|run|jog|crawl|step|move|hop|skip)\w*\s+(?:\w+\s+)?back(?:ward|wards)\b")
_FORWARDS = re.compile(r"\b(?:walk|run|jog|crawl|hop|skip|sprint)\w*\s+(?:\w+\s+)?(?:forward|forwards|ahead)\b")
# Of a way in several parts no single direction is claimed.
_THEN = re.compile(r"\b(?:then|turn\w*|stop\w*|before|after|back to|around|and (?:walk|run|jog)\w*)\b")
_KICK = re.compile(
    rf"\bkick\w*\b[^,.;]*\b{_SIDE}\s+(?:leg|foot)\b|\b(?P<before>left|right)[\s-]+(?:leg\s+|foot\s+)?kick\w*\b"
)
_HAND = re.compile(rf"\b(?:wav|rais|lift|punch|jab|throw|hit|swing)\w*\b[^,.;]*?\b{_SIDE}\s+(?:arm|hand|fist)\b")
_BOTH = re.compile(r"\b(?:both|alternat\w*|each|left\b.*\bright|right\b.*\bleft)\b")


def contradicts(caption: str, joints: Array) -> bool:
    """Whether `caption` names a side or direction that (T, J, 3) joints of the span clearly do not show."""
    text = caption.lower()
    if len(joints) < 4 or _BOTH.search(text):
        return False
    forward = facing(joints[:, : HUMANML3D.num_joints])
    # What is on the left grows with a turn to the left.
    turned = np.unwrap(np.arctan2(forward[:, 0], forward[:, 2]))
    checks = (
        (_TURN, _turn(turned - turned[0]), CLEAR_TURN, not _BACK_AND_FORTH.search(text)),
        (_STEP_ASIDE, _way(joints, forward)[1], CLEAR_WAY, True),
        (_KICK, _leads(joints, HUMANML3D.feet_left[1], HUMANML3D.feet_right[1]), CLEAR_LIMB, True),
        (_HAND, _leads(joints, 20, 21), CLEAR_LIMB, True),
    )
    for pattern, left, clear, applies in checks:
        found = pattern.search(text)
        if found is None or not applies:
            continue
        side = next(value for value in found.groupdict().values() if value)
        if (left if side == "right" else -left) > clear:
            return True
    ahead = _way(joints, forward)[0]
    backwards, forwards = _BACKWARDS.search(text) is not None, _FORWARDS.search(text) is not None
    if backwards != forwards and not _THEN.search(text):
        return bool((ahead if backwards else -ahead) > CLEAR_WAY)
    return False


def _turn(turned: Array) -> float:
    """Radians that a body has turned at the end; 0 if it had clearly turned the other way meanwhile."""
    end = float(turned[-1])
    other = -float(turned.min()) if end > 0 else float(turned.max())
    return end if other < CLEAR_TURN / 2 else 0.0


def _way(joints: Array, forward: Array) -> tuple[float, float]:
    """Metres that the root goes ahead and to its own left, added up over the span."""
    step = np.diff(joints[:, 0], axis=0)
    left = np.stack((forward[:, 2], 0 * forward[:, 0], -forward[:, 0]), axis=-1)[:-1]
    return float((step * forward[:-1]).sum()), float((step * left).sum())


def _leads(joints: Array, left: int, right: int) -> float:
    """How much higher the left of two joints gets than the right, metres; 0 if their speeds say the opposite."""
    local = joints[:, (left, right)] - joints[:, :1]
    higher = float(np.subtract(*joints[:, (left, right), 1].max(axis=0)))
    speed = np.linalg.norm(np.diff(local, axis=0), axis=-1).max(axis=0) * FPS
    faster = float(np.subtract(*speed))
    return higher if higher * faster > 0 else 0.0
