"""Nodding, shaking the head, and looking somewhere."""

from __future__ import annotations

from typing import Any

from engine.data.choreography.claims import looks, moves
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Gaze, Key, Posture, Score, both, cycle
from engine.data.choreography.sentences import times_in_words
from engine.data.choreography.stock import ON_HIP


@action(
    ("nod", "nodding", "nod yes"),
    (
        "nods[ the head][ in agreement][ {times}]",
        "nods (yes|in agreement)",
        "agrees with a nod",
        "moves the head up and down[ to say yes]",
    ),
    (looks(up=-10),),
    sided=False,
    often=2,
)
def nod(draw: Draw) -> Score:
    # The trunk goes along a little: a head that nods all by itself is what the tokenizer smooths away first.
    deep, up = draw.between(34, 50) * draw.size, draw.between(6, 14)
    count, move = draw.count(2, 4), draw.between(0.36, 0.5)
    along = draw.between(3, 7)
    low, high = Posture(gaze=Gaze(0, -deep), bend=along), Posture(gaze=Gaze(0, up), bend=-1)
    return Score(
        (Key(low, 0.32), *cycle((high, low), move, count), Key(high, move)),
        lead=0.6,
        back=0.4,
        words={"times": times_in_words(count + 1)},
    )


@action(
    ("shake the head", "shake head no", "disagree"),
    (
        "shakes the head[ in disagreement][ {times}]",
        "shakes (his|their|the) head[ no]",
        "disagrees by shaking the head",
        "turns the head left and right[ to say no]",
    ),
    (looks(left=10), looks(left=-10)),
    sided=False,
    often=2,
)
def shake_head(draw: Draw) -> Score:
    wide = draw.between(42, 60) * draw.size
    count, move = draw.count(2, 4), draw.between(0.36, 0.5)
    down = -draw.between(0, 14)
    left, right = (Posture(gaze=Gaze(side * wide, down), twist=side * 2.5) for side in (1, -1))
    return Score(
        (Key(left, 0.3), *cycle((right, left), move, count)),
        lead=0.6,
        back=0.4,
        words={"times": times_in_words(count)},
    )


@action(
    ("look around", "looking around", "glance around"),
    (
        "looks around",
        "looks (to the left and to the right|left and right|from side to side)",
        "turns the head and looks around[ curiously| nervously]",
        "stands and looks around[, searching for something]",
    ),
    (looks(left=20), looks(left=-20)),
)
def look_around(draw: Draw) -> Score:
    keys = []
    sides = draw.pick(((-1, 1), (-1, 1, -1)))
    for side in sides:
        yaw = side * draw.between(45, 78)
        keys.append(
            Key(
                Posture(
                    gaze=Gaze(yaw, draw.near(2, 6), draw.near(0, 3)),
                    twist=0.32 * yaw,
                    hips=(0, 0, 0.12 * yaw),
                    weight=0.25 * side,
                ),
                draw.between(0.7, 1.1),
                draw.between(0.3, 0.9),
            )
        )
    return Score(tuple(keys))


@action(
    ("look up", "look at the sky", "looking up"),
    (
        "looks up[ at the sky| at the ceiling]",
        "leans the head back and looks up",
        "raises the head and stares at the sky",
    ),
    (looks(up=25),),
    sided=False,
)
def look_up(draw: Draw) -> Score:
    pose = Posture(gaze=Gaze(draw.near(0, 12), draw.between(38, 60)), bend=-7)
    keys = [Key(pose, draw.between(0.6, 1.0), draw.between(0.8, 2.0))]
    if draw.chance(0.4):
        keys.append(Key(Posture(gaze=Gaze(draw.near(0, 30), 42), bend=-7), 0.9, 0.7))
    return Score(tuple(keys))


@action(
    ("look down", "look at the floor", "hang the head"),
    (
        "looks down[ at the (floor|ground|feet)]",
        "lowers the head[ sadly]",
        "hangs the head in shame",
        "looks at (his|her) feet",
    ),
    (looks(up=-25),),
    sided=False,
)
def look_down(draw: Draw) -> Score:
    pose = Posture(gaze=Gaze(draw.near(0, 10), -draw.between(36, 55)), bend=draw.between(4, 12))
    return Score((Key(pose, draw.between(0.6, 1.1), draw.between(1.0, 2.4)),), back=0.8)


@action(
    ("look over the {side} shoulder", "look behind", "look back"),
    (
        "looks (over the {side} shoulder|behind|back over the {side} shoulder)",
        "turns the upper body to the {side} and looks behind",
        "looks back[ to the {side}][ as if followed]",
    ),
    (looks(left=-70),),
)
def look_behind(draw: Draw) -> Score:
    yaw = -draw.between(105, 135)
    pose = Posture(gaze=Gaze(yaw, draw.near(0, 4)), twist=-38, hips=(0, 0, -16), weight=-0.3)
    return Score((Key(pose, draw.between(0.7, 1.0), draw.between(0.6, 1.5)),), back=0.8)


@action(
    ("look to the {side}", "turn the head to the {side}"),
    ("looks to the {side}", "turns the head to the {side}[ and back]", "glances to the {side}"),
    (looks(left=-40),),
)
def look_side(draw: Draw) -> Score:
    yaw = -draw.between(55, 80)
    pose = Posture(gaze=Gaze(yaw, draw.near(0, 5)), twist=-8)
    return Score((Key(pose, draw.between(0.4, 0.8), draw.between(0.6, 1.8)),))


@action(
    ("tilt the head", "head tilt", "tilt the head to the {side}"),
    ("tilts the head to the {side}[ curiously]", "leans the head to the {side} shoulder"),
    (),
    often=2,
)
def tilt_head(draw: Draw) -> Score:
    lean = draw.between(4, 9)
    pose = Posture(gaze=Gaze(draw.near(-4, 4), -3, -draw.between(40, 52) - lean), lean=-lean)
    return Score((Key(pose, draw.between(0.6, 0.9), draw.between(1.2, 2.6)),))


@action(
    ("tilt the head from side to side", "head tilts", "wiggle the head"),
    (
        "tilts (the|his|their) head from side to side",
        "tilts (the|his) head to the left and to the right",
        "moves the head from shoulder to shoulder[, undecided]",
    ),
    (moves("head_front", 0.05),),
    sided=False,
)
def tilt_sides(draw: Draw) -> Score:
    wide, lean, move = draw.between(36, 50), draw.between(3, 7), draw.between(0.5, 0.8)
    right, left = (Posture(gaze=Gaze(0, -3, side * (wide + lean)), lean=side * lean) for side in (-1, 1))
    hold = draw.between(0.1, 0.5)
    keys = (Key(right, move, hold), Key(left, move, hold)) * draw.count(1, 3)
    return Score(keys)


@action(
    ("roll the head", "neck stretch", "circle the head"),
    (
        "rolls the head[ in a circle][ to loosen the neck]",
        "circles the head slowly",
        "stretches the neck from side to side",
    ),
    (moves("head_front", 0.12),),
)
def roll_head(draw: Draw) -> Score:
    ring = [Gaze(0, -42), Gaze(-16, -8, -32), Gaze(0, 30), Gaze(16, -8, 32)]
    hands: dict[str, Any] = {} if draw.chance(0.6) else both(ON_HIP)
    keys = [Key(Posture(gaze=gaze, **hands), 0.6, through=True) for _ in range(draw.count(1, 2)) for gaze in ring]
    return Score((Key(Posture(gaze=ring[0], **hands), 0.7), *keys, Key(Posture(gaze=ring[0], **hands), 0.5)))
