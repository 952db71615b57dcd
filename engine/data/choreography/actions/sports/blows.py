"""Punches and kicks in a row."""

from __future__ import annotations

from engine.data.choreography.claims import above, ahead, moves, straight_arm
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Foot, Hand, Key, Posture, Score
from engine.data.choreography.stock import boxing


def blow(guard: Posture, side: str) -> Posture:
    """The fist of a side shot out of a guard."""
    fist = Hand((-0.2, 0.04, 0.97), palm=(0, -1, 0), fingers=(-0.1, 0, 1))
    if side == "right":
        return guard.but(
            right=fist, twist=22, hips=(8, 0, -2), bend=10, right_foot=Foot((0.04, 0, -0.14), turn=10, pitch=24)
        )
    return guard.but(left=fist, twist=-20, hips=(8, 0, -32), bend=9)


@action(
    ("boxing combination", "left right combination", "one-two punch", "box"),
    (
        "boxes[, punching with (both fists|left and right)]",
        "throws a (quick|fast|) combination of punches",
        "punches left and right[ quickly]",
        "throws a left and a right punch",
        "(a boxer throws a left-right combination|hits left, right, left)",
        "shadow boxes",
    ),
    (straight_arm("right", 0.85), straight_arm("left", 0.85)),
    sided=False,
    often=2,
)
def boxing_combination(draw: Draw) -> Score:
    # The leading fist kept near, so that its way out is long enough to be seen.
    near_fist = Hand((-0.24, 0.0, draw.between(0.3, 0.36)), palm=(-0.9, 0, -0.3), fingers=(-0.4, 0.8, 0.5), swivel=8)
    guard = boxing(draw).but(left=near_fist)
    first, second = draw.pick((("left", "right"), ("right", "left")))
    out, back = draw.between(0.18, 0.23), draw.between(0.24, 0.32)
    pair = (
        Key(blow(guard, first), out, 0.06),
        Key(guard, back, draw.between(0.04, 0.14)),
        Key(blow(guard, second), out, 0.06),
        Key(guard, back, draw.between(0.1, 0.5)),
    )
    return Score((Key(guard, 0.6, draw.between(0.1, 0.4)), *pair * draw.count(1, 4)), in_time=False, back=0.8)


@action(
    ("roundhouse kick", "high kick", "{side} roundhouse"),
    (
        "does a roundhouse kick[ with the {side} leg]",
        "(kicks high|swings the {side} leg round in a high kick)",
        "turns and kicks high with the {side} (leg|foot)",
        "(a fighter does a roundhouse kick|kicks from the side with the {side} leg)",
    ),
    (above("right_ankle", "left_knee", 0.2),),
    often=4,
)
def roundhouse_kick(draw: Draw) -> Score:
    guard = boxing(draw)
    high = draw.between(0.75, 1.05)
    chamber = guard.but(
        right_foot=Foot((0.3, 0.5, -0.1), pitch=30, knee=40), weight=0.95, lean=10, hips=(0, 6, 0), shift=(0, 0, 0)
    )
    kick = guard.but(
        right=Hand((0.4, -0.5, -0.2), roll=30),
        right_foot=Foot((0.35, high, 1.1), pitch=60, knee=30),
        left_foot=Foot((0.02, 0, 0.22), turn=60),
        weight=0.95,
        lean=20,
        hips=(-6, 14, 40),
        twist=10,
        bend=0,
        shift=(0, 0, 0),
    )
    return Score(
        (
            Key(guard, 0.6, draw.between(0.1, 0.4)),
            Key(chamber, 0.3, through=True),
            Key(kick, 0.26, 0.06),
            Key(chamber, 0.28, through=True),
            Key(guard, 0.4, 0.2),
        ),
        in_time=False,
        back=0.8,
    )


@action(
    ("side kick", "kick to the {side}"),
    ("does a side kick[ with the {side} leg]", "kicks out to the {side}", "kicks sideways with the {side} (leg|foot)"),
    (above("right_ankle", "left_knee"), moves("right_ankle", 0.5)),
)
def side_kick(draw: Draw) -> Score:
    guard = boxing(draw)
    high = draw.between(0.6, 0.9)
    chamber = guard.but(right_foot=Foot((0.1, 0.5, 0.1), pitch=20), weight=0.95, lean=14, hips=(0, 8, -10))
    kick = guard.but(
        right_foot=Foot((0.95, high, 0.1), pitch=-10, knee=20),
        weight=0.95,
        lean=24,
        hips=(0, 18, -10),
        shift=(0, 0, 0),
    )
    return Score(
        (
            Key(guard, 0.6, draw.between(0.1, 0.3)),
            Key(chamber, 0.34, through=True),
            Key(kick, 0.26, 0.1),
            Key(chamber, 0.3, through=True),
            Key(guard, 0.4, 0.2),
        ),
        in_time=False,
        back=0.8,
    )


@action(
    ("kick forward", "kick with the {side} leg", "kick"),
    (
        "kicks with the {side} (leg|foot)",
        "kicks[ forward][ hard]",
        "swings the {side} leg up and kicks forward",
        "kicks something[ in front] with the {side} foot",
    ),
    (ahead("right_ankle", 0.3), above("right_ankle", "left_knee")),
)
def swing_kick(draw: Draw) -> Score:
    high = draw.between(0.55, 0.95)
    arms = {"right": Hand((0.3, -0.7, -0.1), roll=30), "left": Hand((0.25, -0.6, 0.35), roll=40)}
    back = Posture(**arms, right_foot=Foot((0, 0.12, -0.25), pitch=40), weight=0.9, bend=6, shift=(0, -0.03, 0))
    kick = back.but(right_foot=Foot((-0.04, high, 1.15), pitch=-10), hips=(-14, 0, 8), bend=2, shift=(0, 0, 0))
    blow_ = (Key(back, draw.between(0.35, 0.5)), Key(kick, draw.between(0.26, 0.34), 0.06))
    end = back.but(right_foot=Foot((0, 0, 0.05)), weight=0.2, bend=2, shift=(0, 0, 0))
    return Score((*blow_ * draw.count(1, 2), Key(end, 0.4, 0.1)), in_time=False, back=0.6)
