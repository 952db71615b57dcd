"""Throwing and catching, doors and weights."""

from __future__ import annotations

from engine.data.choreography.claims import above, ahead, moves, near
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Foot, Gaze, Hand, Key, Posture, Score, both, cycle
from engine.data.choreography.sentences import times_in_words


@action(
    ("throw", "throw a ball", "throw with the {side} hand", "overhand throw"),
    (
        "throws (a ball|something|a stone)[ with the {side} hand]",
        "winds up and throws[ overhand]",
        "throws a ball far[ with the {side} arm]",
        "swings the {side} arm back and throws something forward",
    ),
    (above("right_wrist", "right_shoulder", 0.05), ahead("right_wrist", 0.35)),
    often=2,
)
def throw(draw: Draw) -> Score:
    ready = Posture(**both(Hand((-0.2, -0.35, 0.45), palm=(-1, 0, 0), fingers=(-0.3, 0.4, 0.8))), gaze=Gaze(0, 0))
    wind = Posture(
        right=Hand((0.55, 0.3, -0.35), palm=(0, 0.2, 1), fingers=(0.2, 0.7, -0.6), swivel=10),
        left=Hand((0.1, 0.0, 0.8), roll=50),
        twist=-38,
        hips=(-4, 0, -20),
        lean=-8,
        bend=-6,
        left_foot=Foot((0.0, 0.16, 0.12)),
        weight=-0.85,
        gaze=Gaze(4, 4),
    )
    release = Posture(
        right=Hand((0.18, 0.5, 0.6), palm=(0, 0, 1), fingers=(0, 0.6, 0.8), swivel=10),
        left=Hand((0.25, -0.3, 0.2), roll=30),
        twist=18,
        hips=(6, 0, 8),
        bend=14,
        left_foot=Foot((0.02, 0, 0.42)),
        right_foot=Foot(pitch=26),
        weight=0.5,
        gaze=Gaze(0, 2),
        shift=(0, -0.06, 0),
    )
    follow = release.but(
        right=Hand((-0.4, -0.5, 0.5), roll=40),
        twist=38,
        bend=28,
        hips=(12, 0, 14),
        right_foot=Foot(pitch=38),
        gaze=Gaze(0, 0),
    )
    return Score(
        (
            Key(ready, 0.6, draw.between(0, 0.4)),
            Key(wind, draw.between(0.5, 0.7)),
            Key(release, draw.between(0.34, 0.4), through=True),
            Key(follow, 0.34, draw.between(0.2, 0.5)),
        ),
        back=1.0,
    )


@action(
    ("throw underhand", "underhand toss with the {side} hand", "toss a ball underhand", "throw a ball underarm"),
    (
        "tosses something[ gently] underhand with the {side} hand",
        "throws[ a ball] (underhand|underarm)[ with the {side} hand]",
        "tosses a ball (underhand|underarm)[ with the {side} hand]",
        "throws a ball[ gently] from below",
        "swings the {side} arm back and bowls a ball",
    ),
    (ahead("right_wrist", 0.35), moves("right_wrist", 0.6)),
)
def throw_underhand(draw: Draw) -> Score:
    low = draw.between(0, 0.14)
    back = Posture(
        right=Hand((0.16, -0.72, -0.6), roll=30),
        twist=-16,
        bend=14,
        hips=(10, 0, 0),
        gaze=Gaze(0, -4),
        left_foot=Foot((0, 0, 0.25)),
        weight=-0.2,
        shift=(0, -0.05 - low, 0),
    )
    out = Posture(
        right=Hand((0.0, -0.18, 0.9), palm=(-0.2, 0.9, 0.2), fingers=(0, 0.3, 1)),
        twist=10,
        bend=12,
        hips=(6, 0, 0),
        gaze=Gaze(0, 2),
        left_foot=Foot((0, 0, 0.3)),
        right_foot=Foot(pitch=20),
        weight=0.5,
        shift=(0, -0.04 - low, 0),
    )
    return Score(
        (Key(back, draw.between(0.6, 0.8)), Key(out, draw.between(0.36, 0.46), draw.between(0.2, 0.5))), back=0.9
    )


@action(
    ("throw with both hands", "two-handed throw"),
    ("throws (a ball|something) with both hands {way}", "throws (a ball|something) {way}", "{throwing}"),
    (ahead("right_wrist", 0.35), ahead("left_wrist", 0.35)),
    sided=False,
)
def throw_both(draw: Draw) -> Score:
    ends = Posture(
        **both(Hand((-0.15, 0.1, 0.92), palm=(-0.4, 0, 0.8), fingers=(0, 0.3, 1))),
        bend=14,
        hips=(6, 0, 0),
        gaze=Gaze(),
        shift=(0, -0.03, 0.02),
    )
    overhead = draw.chance(0.5)
    if overhead:
        start = Posture(
            **both(Hand((-0.12, 0.6, -0.2), palm=(-0.8, 0, 0.4), fingers=(0, 0.6, -0.5))), bend=-16, gaze=Gaze(0, 6)
        )
    else:
        start = Posture(
            **both(Hand((-0.1, -0.22, 0.36), palm=(-0.9, 0, 0.2), fingers=(0, 0.5, 0.8), swivel=30)),
            bend=-2,
            shift=(0, -0.05, 0),
            gaze=Gaze(),
        )
    return Score(
        (Key(start, 0.7, draw.between(0.1, 0.4)), Key(ends, draw.between(0.26, 0.34), draw.between(0.15, 0.4))),
        stagger=0.01,
        words={
            "way": "from over the head" if overhead else "from the chest",
            "throwing": "makes a throw-in" if overhead else "passes a ball with both hands",
        },
    )


@action(
    ("catch", "catch a ball", "catch something with both hands"),
    (
        "catches (a ball|something) with both hands",
        "reaches out and catches a ball[ in front of the chest]",
        "stretches both hands forward to catch something",
    ),
    (ahead("right_wrist", 0.2), near("right_hand", "left_hand", 0.3)),
    sided=False,
)
def catch(draw: Draw) -> Score:
    up, side = draw.between(-0.3, 0.5), draw.between(-0.25, 0.25)
    reach = Posture(
        right=Hand((-0.22 - side, up, 0.75), palm=(-0.6, 0, 0.7), fingers=(0, 0.8, 0.6)),
        left=Hand((-0.22 + side, up, 0.75), palm=(-0.6, 0, 0.7), fingers=(0, 0.8, 0.6)),
        bend=3,
        twist=20 * side,
        gaze=Gaze(20 * side, 30 * up),
        shift=(0, -0.04, 0),
    )
    hold = Posture(
        **both(Hand((-0.22, -0.35, 0.4), palm=(-0.9, 0.1, 0), fingers=(-0.2, 0.3, 0.9))),
        bend=8,
        gaze=Gaze(0, -24),
        shift=(0, -0.06, 0),
    )
    return Score(
        (Key(reach, draw.between(0.4, 0.6), 0.1), Key(hold, draw.between(0.25, 0.35), draw.between(0.4, 1.0))),
        back=0.8,
        stagger=0.01,
    )


@action(
    ("open a door", "open the door with the {side} hand"),
    (
        "opens a door[ with the {side} hand]",
        "turns a door handle and (pushes|opens) the door",
        "reaches for the door handle with the {side} hand and opens the door",
    ),
    (ahead("right_wrist", 0.3),),
)
def open_door(draw: Draw) -> Score:
    reach = Posture(
        right=Hand((-0.05, -0.5, 0.75), palm=(-0.2, -1, 0), fingers=(-0.3, 0, 1)),
        bend=8,
        gaze=Gaze(-4, -26),
        shift=(0, 0, 0.03),
    )
    turn = reach.but(right=Hand((-0.05, -0.55, 0.73), roll=40, flex=10, tilt=-20), bend=9)
    if draw.chance(0.5):
        move = Posture(
            right=Hand((0.1, -0.42, 0.94), palm=(0, 0, 1), fingers=(0, 0.7, 0.7)),
            bend=10,
            right_foot=Foot((0, 0, 0.26)),
            weight=-0.2,
            gaze=Gaze(0, 0),
        )
    else:
        move = Posture(
            right=Hand((0.3, -0.5, 0.2), palm=(-0.4, -0.9, 0), fingers=(0, 0, 1)),
            twist=-24,
            left_foot=Foot((0, 0, -0.2)),
            gaze=Gaze(-14, -4),
            bend=2,
        )
    return Score(
        (Key(reach, 0.75, 0.1), Key(turn, 0.3, 0.1), Key(move, draw.between(0.7, 1.0), draw.between(0.2, 0.6))),
        back=0.9,
    )


@action(
    ("knock on a door", "knock", "knock with the {side} hand"),
    (
        "knocks on a door[ with the {side} hand][ {times}]",
        "raises the {side} fist and knocks",
        "knocks[ {times}] and waits",
    ),
    (ahead("right_wrist", 0.3),),
)
def knock(draw: Draw) -> Score:
    on = Posture(
        right=Hand((-0.06, 0.0, 0.72), palm=(-0.2, -0.3, 0.9), fingers=(-0.1, 0.9, 0.3)), bend=3, gaze=Gaze(0, 2)
    )
    off = Posture(right=Hand((-0.04, 0.02, 0.58), palm=(-0.2, 0, 0.9), fingers=(-0.1, 1, 0.0)), bend=2, gaze=Gaze(0, 2))
    count = draw.count(2, 5)
    return Score(
        (Key(off, 0.65), *cycle((on, off), draw.between(0.11, 0.16), count), Key(off, 0.1, draw.between(0.2, 0.8))),
        words={"times": times_in_words(count)},
    )


@action(
    ("ring the bell", "press a button", "push a button with the {side} hand"),
    (
        "presses a button[ with the {side} hand]",
        "rings a doorbell",
        "reaches out and pushes a button with the {side} index finger",
    ),
    (ahead("right_hand", 0.4),),
)
def press_button(draw: Draw) -> Score:
    height = draw.between(-0.35, 0.15)
    near_ = Posture(
        right=Hand((0.02, height, 0.72), palm=(-0.5, -0.8, 0), fingers=(-0.1, 0.1, 1)), gaze=Gaze(-4, 40 * height)
    )
    on = near_.but(right=Hand((0.02, height, 0.82), palm=(-0.5, -0.8, 0), fingers=(-0.1, 0.1, 1)), bend=4)
    return Score((Key(near_, 0.65), Key(on, 0.25, draw.between(0.15, 0.5)), Key(near_, 0.25)), back=0.7)


@action(
    ("turn a wheel", "turn a big wheel", "steer a ship"),
    ("turns a[ big] wheel[ with both hands]", "steers a ship at the helm", "grabs a steering wheel and turns it"),
    (ahead("right_wrist", 0.25), ahead("left_wrist", 0.25)),
    sided=False,
)
def turn_wheel(draw: Draw) -> Score:
    def at(turn: float) -> Posture:
        return Posture(
            right=Hand(
                (-0.05 - 0.12 * abs(turn), -0.2 + 0.34 * turn, 0.66),
                palm=(-0.6, -0.3, 0.6),
                fingers=(-0.3, 0.4, 0.9),
            ),
            left=Hand(
                (-0.05 - 0.12 * abs(turn), -0.2 - 0.34 * turn, 0.66),
                palm=(-0.6, -0.3, 0.6),
                fingers=(-0.3, 0.4, 0.9),
            ),
            lean=-5 * turn,
            bend=4,
            gaze=Gaze(0, 0),
        )

    return Score(
        (
            Key(at(0), 0.7, 0.1),
            *(
                Key(at(draw.pick((-1, 1)) * draw.between(0.4, 1)), draw.between(0.5, 0.8), draw.between(0, 0.2))
                for _ in range(draw.count(2, 5))
            ),
            Key(at(0), 0.5),
        ),
        stagger=0,
    )


@action(
    ("give something", "hand something over", "offer something with the {side} hand"),
    (
        "(hands|gives) something to someone[ with the {side} hand]",
        "offers something on the {side} palm",
        "stretches the {side} hand out and gives something away",
    ),
    (ahead("right_wrist", 0.35),),
)
def give(draw: Draw) -> Score:
    hold = Posture(right=Hand((-0.15, -0.5, 0.4), palm=(-0.4, 0.8, 0), fingers=(-0.3, 0.1, 1)), gaze=Gaze(-3, -20))
    out = Posture(
        right=Hand((-0.05, -0.28, 0.86), palm=(-0.2, 1, 0), fingers=(0, 0.05, 1)),
        bend=9,
        gaze=Gaze(0, 2),
        shift=(0, 0, 0.03),
    )
    return Score((Key(hold, 0.6, 0.2), Key(out, 0.7, draw.between(0.5, 1.2))))


@action(
    ("lift weights", "lift a barbell overhead", "weight lifting"),
    (
        "lifts a barbell over the head",
        "pushes a weight up overhead with both hands[ {times}]",
        "does a shoulder press with a barbell",
    ),
    (above("right_wrist", "head", 0.15), above("left_wrist", "head", 0.15)),
    sided=False,
    often=4,
)
def barbell(draw: Draw) -> Score:
    rack = Posture(
        **both(Hand((0.12, 0.0, 0.26), palm=(0, 0.2, 1), fingers=(0, 0.9, -0.3), swivel=-10)),
        bend=-6,
        gaze=Gaze(0, 4),
        left_foot=Foot((0.06, 0, 0)),
        right_foot=Foot((0.06, 0, 0)),
    )
    dip = rack.but(shift=(0, -0.12, 0))
    up = rack.but(
        **both(Hand((0.22, 0.94, 0.04), palm=(0, 0.2, 1), fingers=(0, 0.8, -0.4), raise_shoulder=0.02)), bend=-3
    )
    count = draw.count(1, 3)
    return Score(
        (
            Key(rack, 0.9, 0.2),
            *((Key(dip, 0.3), Key(up, draw.between(0.5, 0.7), draw.between(0.3, 0.8)), Key(rack, 0.6, 0.1)) * count),
        ),
        stagger=0,
        back=0.9,
        words={"times": times_in_words(count)},
    )


@action(
    ("biceps curl", "lift a dumbbell with the {side} arm"),
    (
        "does biceps curls with the {side} arm",
        "lifts a dumbbell[ with the {side} hand][ {times}]",
        "bends the {side} elbow to lift a weight",
    ),
    (above("right_wrist", "right_elbow", 0.1),),
)
def biceps_curl(draw: Draw) -> Score:
    low = Posture(right=Hand((0.1, -0.94, 0.16), palm=(0, 0.1, 1), fingers=(0, -1, 0.1)), gaze=Gaze(0, -4))
    up = Posture(right=Hand((0.06, -0.14, 0.42), palm=(0, 0.2, -1), fingers=(0, 1, -0.1)), bend=-4, gaze=Gaze(-6, -14))
    count = draw.count(2, 4)
    return Score(
        (Key(low, 0.5), *cycle((up, low), draw.between(0.6, 0.9), count)), words={"times": times_in_words(count)}
    )
