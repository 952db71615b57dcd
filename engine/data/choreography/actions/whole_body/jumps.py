"""Jumps, hops and other springs on the spot; gravity sets their time."""

from __future__ import annotations

import math

from engine.data.choreography.claims import airborne, ends_above, moves
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.perform import GRAVITY
from engine.data.choreography.posture import Foot, Gaze, Hand, Hop, Key, Posture, Score, both, both_feet
from engine.data.choreography.sentences import times_in_words
from engine.data.choreography.stock import HANG

LOW_ARMS = both(Hand((0.16, -0.86, -0.3), "level", roll=20))


def spring(
    crouch: Posture, air: Posture, height: float, times: int, sink: float = 0.32, between: float = 0.0
) -> tuple[list[Key], list[Hop], float]:
    """Keys and flights of `times` jumps of `height` metres from `crouch`, with `air` in flight.

    The flight's time follows from its height; legs are stretched and the heels up when the toes leave and meet
    the floor. Returns the time at the end as well; the score begins with the first crouch after its lead of 0.
    """
    flight = 2.0 * math.sqrt(2.0 * height / GRAVITY)
    # The arms are half-way up when the toes leave the floor, and half-way down when they land.
    rising = both(Hand((0.3, -0.25, 0.75), "level", roll=20))
    toes = crouch.but(
        shift=(0.0, 0.05, 0.0), hips=(6.0, 0.0, 0.0), bend=2.0, **rising, gaze=Gaze(), **both_feet(Foot(pitch=34))
    )
    falling = both(Hand((0.45, -0.45, 0.5), "level", roll=20))
    land = crouch.but(**falling, shift=(0.0, crouch.shift[1] * 0.85, 0.0))
    keys, hops, time = [], [], 0.0
    for number in range(times):
        move = sink if number == 0 else 0.16
        keys.append(Key(crouch, move))
        time += move + 0.17
        keys.append(Key(toes, 0.17, through=True))
        hops.append(Hop(time, time + flight, height))
        keys.append(Key(air, flight / 2, through=True))
        keys.append(Key(toes, flight / 2, through=True))
        time += flight + 0.16
        keys.append(Key(land, 0.16, between))
        time += between
    return keys, hops, time


def score_of(keys: list[Key], hops: list[Hop], lead: float, **more: object) -> Score:
    moved = tuple(Hop(hop.start + lead, hop.end + lead, hop.height) for hop in hops)
    return Score(tuple(keys), lead=lead, hops=moved, in_time=False, stagger=0.01, **more)  # type: ignore[arg-type]


def crouch_of(depth: float, arms: dict[str, Hand]) -> Posture:
    return Posture(shift=(0, -depth, 0), hips=(75 * depth, 0, 0), bend=50 * depth, gaze=Gaze(0, -6), **arms)


@action(
    ("jump", "jump up", "jump in place", "jump straight up"),
    (
        "jumps[ straight| high] up[ {times}]",
        "jumps in place[ {times}]",
        "bends the knees and jumps into the air",
        "leaps up[ with raised arms] and lands on both feet",
    ),
    (airborne(0.05), ends_above("pelvis", 0.8)),
    sided=False,
)
def jump(draw: Draw) -> Score:
    high = draw.between(0.16, 0.36) * draw.size
    arms = draw.pick(
        (both(Hand((0.15, 0.9, 0.12))), both(Hand((0.3, -0.35, 0.6), roll=30)), both(Hand((0.45, 0.5, 0.2))))
    )
    air = Posture(**arms, **both_feet(Foot((0, 0.02, 0), pitch=40)), gaze=Gaze(0, 6), balance=False)
    count = draw.count(1, 3)
    keys, hops, _ = spring(
        crouch_of(draw.between(0.18, 0.3), LOW_ARMS),
        air,
        high,
        count,
        draw.between(0.35, 0.5),
        draw.between(0, 0.2),
    )
    return score_of(keys, hops, draw.between(0.3, 0.8), words={"times": times_in_words(count)}, back=0.6)


@action(
    ("tuck jump", "jump with the knees up"),
    ("does a tuck jump", "jumps and pulls the knees up to the chest", "jumps up high, tucking the knees"),
    (airborne(0.15),),
    sided=False,
)
def tuck_jump(draw: Draw) -> Score:
    air = Posture(
        **both(Hand((0.0, -0.5, 0.7), roll=40)),
        bend=18,
        hips=(10, 0, 0),
        **both_feet(Foot((0.02, 0.28, 0.06), pitch=30)),
        gaze=Gaze(0, -6),
        balance=False,
    )
    count = draw.count(1, 3)
    keys, hops, _ = spring(crouch_of(0.26, LOW_ARMS), air, draw.between(0.3, 0.42), count, 0.4)
    return score_of(keys, hops, draw.between(0.3, 0.7), back=0.6)


@action(
    ("star jump", "jump and spread arms and legs"),
    ("does a star jump", "jumps up and spreads arms and legs", "leaps into the air like a star"),
    (airborne(0.08),),
    sided=False,
)
def star_jump(draw: Draw) -> Score:
    air = Posture(
        **both(Hand((0.75, 0.55, 0.05))),
        **both_feet(Foot((0.26, 0.03, 0), pitch=40, turn=12)),
        gaze=Gaze(0, 8),
        balance=False,
    )
    count = draw.count(1, 3)
    keys, hops, _ = spring(crouch_of(0.26, LOW_ARMS), air, draw.between(0.28, 0.4), count, 0.4, 0.15)
    return score_of(keys, hops, draw.between(0.3, 0.7), back=0.6)


@action(
    ("bounce on the toes", "bounce lightly", "warm up bouncing"),
    ("bounces[ lightly] on the toes", "hops lightly in place[ like a boxer]", "jumps up and down lightly"),
    (moves("pelvis", 0.03),),
    sided=False,
)
def bounce(draw: Draw) -> Score:
    height, count = draw.between(0.02, 0.05), draw.count(5, 10)
    flight = 2 * math.sqrt(2 * height / GRAVITY)
    arms = (
        both(Hand((-0.1, -0.2, 0.5), palm=(-0.9, 0, -0.3), fingers=(-0.2, 0.8, 0.4)))
        if draw.chance(0.4)
        else both(HANG)
    )
    low = Posture(shift=(0, -0.05, 0), hips=(4, 0, 0), bend=4, gaze=Gaze(), **arms, **both_feet(Foot(pitch=12)))
    push = low.but(shift=(0, 0.02, 0), **both_feet(Foot(pitch=28)))
    keys, hops, time = [Key(low, 0.4)], [], 0.4
    for _ in range(count):
        keys += [
            Key(push, 0.12, through=True),
            Key(push.but(shift=(0, 0.03, 0)), flight / 2, through=True),
            Key(push, flight / 2, through=True),
            Key(low, 0.13),
        ]
        hops.append(Hop(time + 0.12, time + 0.12 + flight, height))
        time += 0.25 + flight
    return score_of(keys, hops, 0.4)


@action(
    ("jump forward", "leap forward", "standing long jump"),
    (
        "jumps forward[ with both feet]",
        "does a standing long jump",
        "leaps forward and lands on both feet",
        "swings the arms back and jumps far ahead",
    ),
    (airborne(0.05), moves("pelvis", 0.4), ends_above("pelvis", 0.75)),
    sided=False,
)
def jump_forward(draw: Draw) -> Score:
    far, high = draw.between(0.7, 1.2), draw.between(0.14, 0.24)
    flight = 2 * math.sqrt(2 * high / GRAVITY)
    crouch = Posture(
        shift=(0, -0.24, 0),
        hips=(24, 0, 0),
        bend=20,
        gaze=Gaze(0, -8),
        **both(Hand((0.2, -0.7, -0.55), "level", roll=20)),
    )
    toes = Posture(
        shift=(0, -0.02, 0.22),
        hips=(14, 0, 0),
        bend=2,
        gaze=Gaze(0, 4),
        **both(Hand((0.1, 0.3, 0.85))),
        **both_feet(Foot(pitch=46)),
        balance=False,
    )
    air = Posture(
        shift=(0, -0.06, 0.22 + (far - 0.12) * 0.5),
        hips=(10, 0, 0),
        bend=14,
        gaze=Gaze(0, -10),
        **both(Hand((0.15, 0.1, 0.9))),
        **both_feet(Foot((0, 0.16, far * 0.5), pitch=20)),
        balance=False,
    )
    touch = Posture(
        shift=(0, -0.12, far - 0.12),
        hips=(22, 0, 0),
        bend=20,
        gaze=Gaze(0, -14),
        **both(Hand((0.15, -0.3, 0.85))),
        **both_feet(Foot((0, 0.035, far), pitch=-8)),
        balance=False,
    )
    land = Posture(
        shift=(0, -0.27, 0),
        hips=(30, 0, 0),
        bend=24,
        gaze=Gaze(0, -10),
        **both(Hand((0.12, -0.6, 0.6), "level", roll=30)),
        **both_feet(Foot((0, 0, far))),
    )
    stand = Posture(**both_feet(Foot((0, 0, far))), shift=(0, 0, 0))
    keys = (
        Key(crouch, 0.6),
        Key(toes, 0.24, through=True),
        Key(air, flight / 2, through=True),
        Key(touch, flight / 2, through=True),
        Key(land, 0.2, 0.1),
        Key(stand, 0.7, 0.3),
    )
    lead = draw.between(0.3, 0.8)
    start = lead + 0.84
    return Score(keys, lead=lead, hops=(Hop(start, start + flight, high),), end="held", in_time=False, stagger=0.01)


@action(
    ("jog in place", "run in place", "run on the spot", "jogging in place", "running in place"),
    (
        "(jogs|runs) in place",
        "runs (in place|on the spot)[ quickly]",
        "jogs (in place|on the spot)",
        "runs without moving forward",
        "jogs on the spot[ to warm up]",
        "is running in place with bent arms",
    ),
    (moves("right_knee", 0.1), moves("left_knee", 0.1)),
    sided=False,
)
def jog_in_place(draw: Draw) -> Score:
    return _in_place(draw, draw.between(0.16, 0.3), draw.between(0.26, 0.33), 0.0, draw.between(0.02, 0.035))


def _in_place(draw: Draw, knee: float, beat: float, swing: float, spring_height: float) -> Score:
    """Steps on the spot, one a beat; with `swing` the arms are long, without they are bent."""

    def arm(forward: float) -> Hand:
        if swing:
            return Hand((0.1, -0.92 + 0.25 * abs(forward), 0.06 + swing * forward), roll=20, flex=5)
        return Hand((0.06, -0.55 + 0.12 * forward, 0.34 + 0.34 * forward), palm=(-1, 0, 0), fingers=(-0.2, 0.3, 1))

    jog = spring_height > 0
    lifted = Foot((0, knee, -0.2 if jog else 0.14), pitch=58 if jog else 22)
    right = Posture(
        right_foot=lifted,
        left_foot=Foot(pitch=8 if jog else 0),
        right=arm(-0.7),
        left=arm(1),
        weight=0.7,
        twist=5,
        hips=(2, 0, 0),
        bend=3,
        gaze=Gaze(),
        shift=(0, -0.02, 0),
    )
    left = Posture(
        left_foot=lifted,
        right_foot=Foot(pitch=8 if jog else 0),
        left=arm(-0.7),
        right=arm(1),
        weight=-0.7,
        twist=-5,
        hips=(2, 0, 0),
        bend=3,
        gaze=Gaze(),
        shift=(0, -0.02, 0),
    )
    count = draw.count(4, 7)
    keys = []
    for _ in range(count):
        keys += [Key(right, beat), Key(left, beat)]
    return Score(tuple(keys), lead=0.3, back=0.5, in_time=False, stagger=0.015)
