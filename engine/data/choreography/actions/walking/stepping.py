"""Gaits that are stepped by the author: marching, skipping, galloping, high knees."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from engine.data.choreography.body import Base
from engine.data.choreography.claims import high_knees, moves, travels
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.perform import GRAVITY
from engine.data.choreography.posture import Gaze, Hand, Hop, Key, Posture, Score
from engine.data.choreography.travel.footwork import LEFT, RIGHT, Step, strides


def arm(forward: float, bent: bool, wide: float = 0.1) -> Hand:
    """A swinging arm, long or bent, so far ahead (-1 behind)."""
    if bent:
        return Hand((0.06, -0.55 + 0.14 * forward, 0.3 + 0.34 * forward), palm=(-1, 0, 0), fingers=(-0.2, 0.3, 1))
    return Hand((wide, -0.93 + 0.22 * abs(forward), 0.08 + 0.5 * forward), roll=20, flex=5)


def arm_keys(beats: list[float], bent: bool, swing: float, posture: Posture, first: int) -> tuple[Key, ...]:
    """Arms against the legs: at each of the times the other arm is ahead."""
    keys = [Key(posture.but(right=arm(0, bent), left=arm(0, bent)), 0.0, 0.05)]
    time, side = 0.05, first
    for beat in beats:
        ahead, behind = arm(swing, bent), arm(-0.7 * swing, bent)
        arms: dict[str, Any] = {"left": ahead, "right": behind} if side == RIGHT else {"left": behind, "right": ahead}
        keys.append(Key(posture.but(**arms, twist=(6 if side == LEFT else -6) * swing), max(0.12, beat - time)))
        time, side = beat, 1 - side
    return tuple(keys)


def stepped(
    draw: Draw, beat: float, stride: float, lift: float, count: int, swing: float, bent: bool, posture: Posture
) -> Score:
    """`count` steps, one a beat, each `stride` metres, the knees raised; the feet are closed at the end."""
    lead = draw.between(0.1, 0.5)
    first, ahead = draw.pick((LEFT, RIGHT)), lift * draw.between(0.1, 0.4)
    steps, beats = [], []
    for number in range(count):
        side = first if number % 2 == 0 else 1 - first
        start = lead + number * beat
        at = stride * (number + 1 if number < count - 1 else number)
        steps.append(
            Step(
                side,
                start + 0.04 * beat,
                start + 0.96 * beat,
                (0.0, at),
                lift=lift,
                push=16 + 30 * stride,
                ahead=ahead,
            )
        )
        beats.append(start + 0.5 * beat)
    end = lead + count * beat

    def over(base: Base, draw: Draw) -> Base:
        return strides(base, steps, lead, end - 0.5 * beat, stride * (count - 1), sway=0.035, bob=0.005)

    keys = (*arm_keys(beats, bent, swing, posture, first), Key(posture, 0.6 * beat))
    return Score(
        keys, start="held", lead=0.0, tail=0.3, back=0.4, settled=False, in_time=False, stagger=0.01, over=over
    )


MARCHING = Posture(bend=-3, gaze=Gaze(0, 2))


@action(
    ("march in place", "march on the spot", "soldier marching in place", "marching in place"),
    (
        "marches (in place|on the spot)",
        "marches (in place|on the spot)[ like a soldier][, lifting the knees]",
        "lifts the knees high, marching in place",
        "marches on the spot, swinging the arms",
        "walks (in place|on the spot)[ with high knees]",
        "is marching without moving forward",
        "steps in place, lifting one knee after the other",
    ),
    (high_knees(45),),
    sided=False,
    often=3,
)
def march_in_place(draw: Draw) -> Score:
    return stepped(
        draw,
        draw.between(0.42, 0.62),
        0.0,
        draw.between(0.3, 0.46),
        2 * draw.count(4, 7),
        draw.between(0.6, 1.1),
        draw.chance(0.3),
        MARCHING,
    )


@action(
    ("march forward", "march like a soldier", "march forward, lifting the knees high", "marching"),
    (
        "marches forward[, lifting the knees high]",
        "marches[ forward] with high knees[ and swinging arms]",
        "marches (along|ahead) like a soldier",
        "walks forward, lifting (his|her) knees high",
        "marches forward, raising the knees[ up to the hips]",
        "walks with high knees",
        "goes forward in a (military march|parade step)",
    ),
    (high_knees(45), travels(0.8)),
    sided=False,
    often=3,
)
def march_high(draw: Draw) -> Score:
    return stepped(
        draw,
        draw.between(0.48, 0.66),
        draw.between(0.32, 0.56),
        draw.between(0.3, 0.44),
        draw.count(6, 11),
        draw.between(0.7, 1.2),
        draw.chance(0.3),
        MARCHING,
    )


@action(
    ("high knees", "run in place with high knees", "do high knees"),
    (
        "does high knees[ in place]",
        "runs in place, lifting the knees high",
        "lifts the knees quickly one after the other",
        "runs on the spot with high knees",
    ),
    (high_knees(45),),
    sided=False,
)
def high_knees_in_place(draw: Draw) -> Score:
    return stepped(
        draw, draw.between(0.27, 0.34), 0.0, draw.between(0.34, 0.44), 16, 0.9, True, Posture(bend=5, gaze=Gaze())
    )


@action(
    ("goose step", "parade march with straight legs"),
    ("marches with straight legs[ like a guard]", "goose-steps forward", "kicks the straight legs forward, marching"),
    (travels(0.8),),
    sided=False,
)
def goose_step(draw: Draw) -> Score:
    return stepped(
        draw, draw.between(0.55, 0.68), draw.between(0.5, 0.62), 0.24, draw.count(6, 9), 1.1, False, MARCHING
    )


@action(
    ("stomp", "stomp along angrily", "stamp the feet while walking"),
    (
        "stomps (forward|along)[ angrily]",
        "walks heavily, stamping the feet",
        "stamps along like a giant",
        "walks angrily with stomping steps",
    ),
    (travels(0.6),),
    sided=False,
    often=2,
)
def stomp_walk(draw: Draw) -> Score:
    angry = Posture(bend=draw.between(4, 12), shift=(0, -0.04, 0), gaze=Gaze(0, -6))
    return stepped(
        draw,
        draw.between(0.48, 0.64),
        draw.between(0.38, 0.55),
        draw.between(0.16, 0.26),
        draw.count(7, 11),
        0.8,
        True,
        angry,
    )


@action(
    ("stamp the feet", "stamp on the spot"),
    ("stamps (his|her) feet[ angrily]", "stamps the feet on the spot[ like an angry child]", "stomps in place"),
    (moves("right_knee", 0.1),),
    sided=False,
)
def stamp_in_place(draw: Draw) -> Score:
    angry = Posture(bend=10, shift=(0, -0.05, 0), gaze=Gaze(0, -10))
    return stepped(draw, draw.between(0.36, 0.46), 0.0, draw.between(0.16, 0.26), draw.count(8, 14), 0.5, True, angry)


def bounding(
    draw: Draw,
    period: float,
    stride: float,
    hop: float,
    height: float,
    lift: float,
    count: int,
    swing: float,
    posture: Posture,
) -> Score:
    """Skipping: each foot steps, springs and lands on itself `hop` metres further, while the other knee comes up."""
    flight = 2.0 * math.sqrt(2.0 * height / GRAVITY)
    lead = draw.between(0.15, 0.5)
    first = draw.pick((LEFT, RIGHT))
    steps: list[Step] = []
    hops: list[Hop] = []
    beats: list[float] = []
    # The first foot steps out; from then on every period is a hop of one foot and a step of the other.
    place = 0.5 * stride
    steps.append(Step(first, lead, lead + 0.32, (0.0, place), lift=0.08, push=26))
    time, foot = lead + 0.32, first
    for number in range(count):
        start = time + max(0.12, 0.42 * (period - flight))
        last = number == count - 1
        steps.append(Step(foot, start, start + flight, (0.0, place + hop), lift=0.015, push=36, land=-8))
        hops.append(Hop(start, start + flight, height))
        beats.append(start + 0.45 * flight)
        at = place + hop if last else place + hop + stride
        free = 1 - foot
        steps.append(Step(free, time + 0.05, time + period, (0.0, at), lift=lift, push=40, land=-6))
        place, foot, time = at, free, time + period
    end = time
    distance = place

    def over(base: Base, draw: Draw) -> Base:
        return strides(base, steps, lead + 0.05, end - 0.1, distance, sway=0.012, bob=0.02)

    keys = (*arm_keys(beats, True, swing, posture, 1 - first), Key(posture, 0.5 * period))
    return Score(
        keys,
        start="held",
        lead=0.0,
        tail=0.4,
        back=0.5,
        hops=tuple(hops),
        settled=False,
        in_time=False,
        stagger=0.01,
        over=over,
    )


@action(
    ("skip", "skip happily", "skip forward", "skipping", "skip along"),
    (
        "skips[ happily| merrily| joyfully]",
        "skips (forward|along|ahead)[ like a child]",
        "skips happily[ across the room]",
        "is skipping[ along]",
        "skips forward, swinging the arms",
        "hops from one foot to the other, skipping along",
    ),
    (travels(1.2),),
    sided=False,
    often=5,
)
def skip(draw: Draw) -> Score:
    return bounding(
        draw,
        draw.between(0.58, 0.78),
        draw.between(0.4, 0.55),
        draw.between(0.2, 0.32),
        draw.between(0.05, 0.1),
        draw.between(0.26, 0.4),
        draw.count(4, 8),
        draw.between(0.6, 1.1),
        Posture(bend=draw.near(0, 3), gaze=Gaze(draw.near(0, 6), draw.near(4, 4))),
    )


@action(
    ("skip in place", "skip on the spot"),
    ("skips (in place|on the spot)", "hops from foot to foot on the spot"),
    (moves("right_knee", 0.15),),
    sided=False,
)
def skip_in_place(draw: Draw) -> Score:
    return bounding(
        draw,
        draw.between(0.55, 0.7),
        0.0,
        0.0,
        draw.between(0.04, 0.08),
        0.3,
        draw.count(6, 9),
        0.8,
        Posture(gaze=Gaze()),
    )


def galloping(draw: Draw, aside: bool, count: int) -> tuple[list[Step], list[Hop], float, float, Callable]:
    """The right foot steps out and the left one is brought to it in a low flight, again and again."""
    height, step, period = draw.between(0.02, 0.05), draw.between(0.5, 0.75), draw.between(0.46, 0.58)
    flight = 2.0 * math.sqrt(2.0 * height / GRAVITY)
    lead, steps, hops = draw.between(0.2, 0.5), [], []
    for number in range(count):
        start = lead + number * period
        here, after = number * step, (number + 1) * step

        def at(way: float) -> tuple[float, float]:
            return (-way, 0.0) if aside else (0.0, way)

        out = start + period - flight
        steps.append(Step(RIGHT, start, out, at(after), lift=0.1, push=24))
        # Both are in the air while the left one closes.
        again = out + 0.02
        steps.append(Step(LEFT, again - 0.06, again + flight, at(after - 0.04), lift=0.04, push=34))
        hops.append(Hop(again, again + flight, height))
        del here
    return steps, hops, lead, lead + count * period + 0.1, at


@action(
    ("gallop", "gallop like a horse", "gallop forward"),
    (
        "gallops[ forward]",
        "gallops like a horse",
        "gallops along, the {side} foot always ahead",
        "prances forward like a horse",
    ),
    (travels(1.0),),
    often=2,
)
def gallop(draw: Draw) -> Score:
    count = draw.count(4, 7)
    steps, hops, first, end, _ = galloping(draw, False, count)
    distance = steps[-1].at[1]
    reins = Hand((-0.12, -0.5, 0.5), palm=(-0.8, -0.3, 0), fingers=(-0.2, 0, 1))
    posture = (
        Posture(right=reins, left=reins, bend=6, gaze=Gaze()) if draw.chance(0.5) else Posture(bend=4, gaze=Gaze())
    )

    def over(base: Base, draw: Draw) -> Base:
        return strides(base, steps, first, end - 0.1, distance, sway=0.0, bob=0.02)

    return Score(
        (Key(posture, 0.4, end - 0.5),),
        lead=0.1,
        tail=0.4,
        hops=tuple(hops),
        settled=False,
        in_time=False,
        over=over,
    )


@action(
    ("gallop sideways to the {side}", "side shuffle to the {side}", "shuffle sideways {side}"),
    (
        "gallops sideways to the {side}",
        "shuffles sideways to the {side}[ like a basketball player]",
        "side-gallops to the {side}",
        "does a side shuffle to the {side}",
        "hops sideways to the {side}, one foot chasing the other",
    ),
    (),
    often=2,
)
def side_gallop(draw: Draw) -> Score:
    import numpy as np

    from engine.data.choreography.travel.footwork import FPS, take_steps

    count = draw.count(3, 6)
    steps, hops, first, end, _ = galloping(draw, True, count)
    distance = steps[-1].at[0]
    low = Posture(
        right=Hand((0.3, -0.5, 0.45), roll=50),
        left=Hand((0.3, -0.5, 0.45), roll=50),
        shift=(0, -0.07, 0),
        hips=(10, 0, 0),
        bend=10,
        gaze=Gaze(),
    )

    def over(base: Base, draw: Draw) -> Base:
        times = np.arange(len(base)) / FPS
        ramp = np.clip((times - first) / (end - 0.1 - first), 0.0, 1.0)
        return take_steps(base, steps, np.zeros(len(base)), np.stack((distance * ramp, 0 * ramp), -1), bob=0.02)

    return Score(
        (Key(low, 0.35, end - 0.4),), lead=0.1, tail=0.4, hops=tuple(hops), settled=False, in_time=False, over=over
    )
