"""The words an action is written in: where hands, feet, trunk and gaze are at a key, and how keys follow.

Directions of a hand or foot are (out, up, forward): *out* leads away from the body's middle, so that one
record serves both sides. Actions are written for the right hand; left-handed takes are mirror images.
Lengths are metres, but a hand's place in the frames "chest" and "level" is in arm lengths (0.53 m).
Angles are degrees. What a record leaves out stays as the captured base motion has it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from engine.data.choreography.body import Base
    from engine.data.choreography.draw import Draw

Vector = tuple[float, float, float]
Frame = Literal["chest", "level", "head", "hips", "floor", "other"]


@dataclass(frozen=True)
class Hand:
    """Where a wrist is and how the hand lies.

    Attributes:
        at: place of the wrist, (out, up, forward).
        frame: what `at` is relative to, and whose axes count: "chest" and "level" (upright axes) are from
            the shoulder in arm lengths; "head" from the head joint, "hips" from the pelvis, "floor" from the
            ground point under the standing body, "other" from the other wrist, on the chest's axes.
        swivel: turns the elbow about the line from shoulder to wrist, up and outwards, from its natural place.
        palm, fingers: directions in the frame's axes of the palm's normal and from wrist to knuckles; without
            `fingers` the hand goes on along the forearm.
        roll: without `palm`: how far the forearm is turned from the thumb being on the inside of the elbow's
            bend: 90 is palm down with a forearm held forward, -90 palm up.
        flex, tilt: without `fingers`: the wrist bent to the palm, and to the thumb.
        raise_shoulder: metres.
    """

    at: Vector
    frame: Frame = "chest"
    swivel: float = 0.0
    palm: Vector | None = None
    fingers: Vector | None = None
    roll: float = 0.0
    flex: float = 0.0
    tilt: float = 0.0
    raise_shoulder: float = 0.0


@dataclass(frozen=True)
class Foot:
    """Where a foot is.

    Attributes:
        at: (out, up, forward) of the toe's joint. In the frame "own": from where the base motion has it; in
            "floor": from the ground point under the standing body; in "hips": of the ankle from the hip,
            on the pelvis's axes.
        turn: toes outwards, added to the base's (frame "own") or from straight ahead.
        pitch: heel up on the toe's joint; negative: toe up on the heel. 90 and more: kneeling, tips tucked;
            155: the instep on the floor.
        knee: turns the knee outwards from straight ahead.
    """

    at: Vector = (0.0, 0.0, 0.0)
    frame: Literal["own", "floor", "hips"] = "own"
    turn: float = 0.0
    pitch: float = 0.0
    knee: float = 0.0


@dataclass(frozen=True)
class Gaze:
    """Where the face points, from straight ahead of the hips: degrees to the left, up, and tilted left."""

    left: float = 0.0
    up: float = 0.0
    tilt: float = 0.0


@dataclass(frozen=True)
class Posture:
    """One key of a whole body.

    Attributes:
        right, left: the hands.
        right_foot, left_foot: the feet.
        bend, lean, twist: of the trunk, forward, to the left, turned left; spread over three spine joints.
        hips: the pelvis's own (forward tilt, lean left, turn left), added to the base's.
        shift: the pelvis's way (left, up, forward) from the base's place, metres.
        place: the pelvis joint's (left, height, forward) from the ground point under the standing body,
            instead of `shift`: sitting, kneeling, lying.
        gaze: of the head; without it the head goes with the chest as in the base.
        balance: move the pelvis so that the weight is over the feet; off in mid-air, with other supports.
        weight: which foot carries: 0 both, 1 all on the left, -1 all on the right.
        sway: how much of the base's own sway stays.
    """

    right: Hand | None = None
    left: Hand | None = None
    right_foot: Foot = Foot()
    left_foot: Foot = Foot()
    bend: float = 0.0
    lean: float = 0.0
    twist: float = 0.0
    hips: Vector = (0.0, 0.0, 0.0)
    shift: Vector = (0.0, 0.0, 0.0)
    place: Vector | None = None
    gaze: Gaze | None = None
    balance: bool = True
    weight: float = 0.0
    sway: float = 1.0

    def but(self, **changes: Any) -> Posture:
        """The same posture with some fields changed."""
        return replace(self, **changes)


REST = Posture()


def both(hand: Hand) -> dict[str, Any]:
    """The same record for both hands."""
    return {"right": hand, "left": hand}


def both_feet(foot: Foot) -> dict[str, Any]:
    """The same record for both feet."""
    return {"right_foot": foot, "left_foot": foot}


@dataclass(frozen=True)
class Key:
    """A posture, the seconds the body takes to reach it and stays; `through`: it does not stop there."""

    posture: Posture
    move: float
    hold: float = 0.0
    through: bool = False


@dataclass(frozen=True)
class Hop:
    """A flight: both feet leave the ground at `start` seconds and land at `end`; keys give the rest.

    The pelvis and the feet rise on a parabola of `height` metres on top of what the keys say.
    """

    start: float
    end: float
    height: float


@dataclass(frozen=True)
class Score:
    """What a variant performs: keys from its first posture on, flights, and words for its sentences.

    Attributes:
        keys: the first one's `move` is not used. Unless told otherwise by `start` and `end`, the body comes
            out of the base motion and goes back into it.
        lead, tail: seconds of base motion before and after.
        start, end: "rest", or "held": begin in the first key, stay in the last.
        words: fills of the sentences' slots, beside {side}, {other} and {manner}.
        settled: let postures find their balance (off over a walking base).
        in_time: durations follow the variant's tempo; off where gravity sets them.
        stagger: deviation in seconds between the two hands' timing; 0 for hands that hold one thing.
        over: changes the base of this variant, after the action's style: a way, a turn, steps (`travel/`).
        tumbles: (start, end) seconds in which the body rests on whatever of it is lowest: rolls.
    """

    keys: tuple[Key, ...]
    lead: float = 0.4
    tail: float = 0.4
    back: float = 0.7
    start: Literal["rest", "held"] = "rest"
    end: Literal["rest", "held"] = "rest"
    hops: tuple[Hop, ...] = ()
    words: dict[str, str] | None = None
    stagger: float = 0.03
    settled: bool = True
    in_time: bool = True
    over: Callable[[Base, Draw], Base] | None = None
    tumbles: tuple[tuple[float, float], ...] = ()


def cycle(postures: tuple[Posture, ...], move: float, times: int, through: bool = False) -> tuple[Key, ...]:
    """The postures one after the other, `times` over, `move` seconds each."""
    return tuple(Key(posture, move, through=through) for _ in range(times) for posture in postures)
