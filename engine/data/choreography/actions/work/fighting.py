"""Fighting without weapons."""

from __future__ import annotations

from typing import Any

from engine.data.choreography.claims import above, ahead, below, moves, near, straight_arm
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Foot, Gaze, Hand, Key, Posture, Score, both, cycle
from engine.data.choreography.sentences import times_in_words
from engine.data.choreography.stock import boxing

# Feet of a fighter: the left in front, or a step forward onto it.
STANCE = {"left_foot": Foot((0.03, 0, 0.2), turn=-4), "right_foot": Foot((0.05, 0, -0.16), turn=24)}


@action(
    ("block", "block a punch", "raise the guard"),
    (
        "blocks[ an attack] with (both|the) forearms",
        "raises both arms in front of the face to block",
        "puts the guard up[ and blocks a punch]",
    ),
    (near("right_wrist", "face", 0.32), near("left_wrist", "face", 0.32)),
    sided=False,
)
def block(draw: Draw) -> Score:
    guard = boxing(draw)
    hand = Hand((-0.24, 0.22, 0.4), palm=(-0.3, 0, -1), fingers=(-0.1, 1, 0), swivel=4)
    shield = guard.but(**both(hand), bend=16, shift=(0, -0.1, -0.04), gaze=Gaze(0, -8))
    jolt = shield.but(bend=10, shift=(0, -0.1, -0.12), balance=False)
    return Score(
        (
            Key(guard, 0.6, 0.2),
            Key(shield, 0.24, 0.1),
            Key(jolt, 0.1),
            Key(shield, 0.3, draw.between(0.2, 0.6)),
            Key(guard, 0.4, 0.1),
        ),
        back=0.8,
    )


@action(
    ("dodge to the {side}", "dodge", "lean aside to dodge"),
    (
        "dodges (a punch|something) to the {side}",
        "leans[ quickly] to the {side} to dodge",
        "ducks away to the {side}",
    ),
    (moves("head", 0.2),),
)
def dodge(draw: Draw) -> Score:
    guard = (
        boxing(draw)
        if draw.chance(0.5)
        else Posture(**both(Hand((0.0, -0.45, 0.45), roll=40)), bend=6, shift=(0, -0.06, 0), gaze=Gaze())
    )
    step = Foot((0.28, 0, 0), turn=10)
    away = guard.but(
        lean=-24,
        twist=8,
        bend=12,
        hips=(6, -8, guard.hips[2]),
        right_foot=step,
        shift=(-0.12, -0.16, 0),
        weight=-0.6,
        gaze=Gaze(10, -2, -8),
    )
    return Score(
        (
            Key(guard, 0.5, draw.between(0.1, 0.4)),
            Key(away, draw.between(0.26, 0.36), draw.between(0.1, 0.4)),
            Key(guard, 0.5, 0.2),
        ),
        back=0.8,
    )


@action(
    ("duck", "duck down", "duck under something"),
    ("ducks[ quickly][ under a (punch|branch)]", "ducks down{cover}", "bends the knees and ducks"),
    (below("head", 1.35),),
    sided=False,
)
def duck(draw: Draw) -> Score:
    covered = draw.chance(0.5)
    cover = (
        both(Hand((0.08, 0.14, 0.02), "head", palm=(-0.5, -0.8, 0), fingers=(-0.6, 0.3, -0.5), swivel=20))
        if covered
        else both(Hand((0.0, -0.5, 0.5), roll=45))
    )
    low = Posture(**cover, shift=(0, -draw.between(0.26, 0.4), 0), hips=(22, 0, 0), bend=28, gaze=Gaze(0, -20))
    words: dict[str, Any] = {"cover": " and covers the head" if covered else ""}
    return Score((Key(low, draw.between(0.28, 0.4), draw.between(0.3, 1.0)),), back=0.7, words=words)


@action(
    ("punch with the {side} hand", "{side} punch", "throw a punch"),
    (
        "(punches|throws a punch)[ with the {side} hand]",
        "punches forward with the {side} fist[ {times}]",
        "hits[ hard] with the {side} fist",
    ),
    (straight_arm("right", 0.9), ahead("right_wrist", 0.4)),
)
def punch(draw: Draw) -> Score:
    guard = boxing(draw)
    wind = guard.but(
        right=Hand((0.02, -0.12, 0.18), palm=(-0.9, 0, -0.3), fingers=(-0.2, 0.6, 0.7)), twist=-22, hips=(6, 0, -28)
    )
    hit = guard.but(
        right=Hand((-0.2, 0.04, 0.97), palm=(0, -1, 0), fingers=(-0.1, 0, 1)),
        twist=22,
        hips=(8, 0, -2),
        bend=10,
        right_foot=Foot((0.04, 0, -0.14), turn=10, pitch=24),
        weight=0.35,
    )
    count = draw.count(1, 3)
    blow = (Key(wind, 0.3), Key(hit, draw.between(0.16, 0.22), 0.05), Key(guard, 0.3, draw.between(0, 0.2)))
    return Score((Key(guard, 0.6, 0.2), *blow * count), back=0.8, words={"times": times_in_words(count)})


@action(
    ("uppercut with the {side} hand", "uppercut", "punch upwards"),
    (
        "throws an uppercut[ with the {side} (hand|fist)]",
        "does an uppercut[ with the {side} (hand|fist|arm)]",
        "swings the {side} fist up from below",
        "punches (upward|upwards|up)[ under the chin| with the {side} fist]",
        "(hits|punches) someone with an uppercut",
        "lands a {side} uppercut",
    ),
    (above("right_wrist", "right_shoulder"),),
)
def uppercut(draw: Draw) -> Score:
    guard = boxing(draw)
    low = guard.but(
        right=Hand((0.02, -0.58, 0.25), palm=(-0.4, 0.8, 0), fingers=(0, -0.2, 1)),
        twist=-26,
        lean=-8,
        shift=(0, -0.15, 0),
        bend=14,
        weight=-0.3,
    )
    up = guard.but(
        right=Hand((-0.24, 0.32, 0.52), palm=(0, 0, -1), fingers=(-0.1, 1, 0)),
        twist=24,
        bend=-4,
        hips=(0, 0, 4),
        shift=(0, 0.0, 0),
        gaze=Gaze(0, 10),
        right_foot=Foot((0.04, 0, -0.14), turn=10, pitch=26),
    )
    return Score(
        (Key(guard, 0.6, 0.2), Key(low, 0.35), Key(up, draw.between(0.2, 0.26), 0.1), Key(guard, 0.4, 0.1)),
        back=0.8,
    )


@action(
    ("slap with the {side} hand", "slap someone"),
    ("slaps someone[ with the {side} hand]", "gives a slap in the face with the {side} palm"),
    (ahead("right_wrist", 0.3), moves("right_wrist", 0.4)),
)
def slap(draw: Draw) -> Score:
    wind = Posture(right=Hand((0.72, 0.12, 0.1), palm=(0, 0, 1), fingers=(0.8, 0.4, 0.1)), twist=-26, gaze=Gaze(0, 0))
    hit = Posture(
        right=Hand((-0.1, 0.12, 0.72), palm=(-1, 0, 0.1), fingers=(-0.1, 0.4, 0.9)),
        twist=10,
        bend=4,
        gaze=Gaze(0, 0),
    )
    through = Posture(
        right=Hand((-0.55, 0.0, 0.5), palm=(-0.4, 0, -0.9), fingers=(-0.9, 0.1, 0.2)), twist=28, gaze=Gaze(10, 0)
    )
    return Score(
        (
            Key(wind, draw.between(0.4, 0.6), 0.05),
            Key(hit, 0.2, through=True),
            Key(through, 0.2, draw.between(0.1, 0.3)),
        ),
        back=0.7,
    )


@action(
    ("kick with the {side} foot", "{side} kick", "front kick"),
    (
        "kicks[ forward| straight ahead] with the {side} (foot|leg)",
        "does a front kick[ with the {side} leg]",
        "lifts the {side} knee and kicks ahead",
    ),
    (ahead("right_ankle", 0.28), above("right_ankle", "left_knee")),
    often=2,
)
def front_kick(draw: Draw) -> Score:
    guard = boxing(draw)
    high = draw.between(-0.3, 0.0)
    knee = guard.but(
        right_foot=Foot((-0.02, 0.42, 0.14), pitch=24), weight=0.92, bend=4, hips=(-6, 0, -8), shift=(0, -0.02, 0)
    )
    kick = guard.but(
        right_foot=Foot((-0.02, high, 0.8), "hips", pitch=-10), weight=0.9, bend=2, hips=(-12, 0, 0), shift=(0, 0.0, 0)
    )
    return Score(
        (
            Key(guard, 0.6, 0.2),
            Key(knee, 0.32, through=True),
            Key(kick, draw.between(0.2, 0.28), draw.between(0.08, 0.16)),
            Key(knee, 0.26, through=True),
            Key(guard, 0.4, 0.2),
        ),
        back=0.8,
    )


@action(
    ("knee strike with the {side} knee", "knee strike"),
    ("strikes with the {side} knee", "pulls the {side} knee up hard[, both hands down]"),
    (above("right_knee", "pelvis", -0.12),),
    often=2,
)
def knee_strike(draw: Draw) -> Score:
    guard = boxing(draw)
    grab = guard.but(**both(Hand((-0.2, 0.12, 0.75), palm=(-1, -0.2, 0), fingers=(-0.2, 0.4, 0.9))))
    knee = guard.but(
        **both(Hand((-0.15, -0.5, 0.5), palm=(-1, 0, 0), fingers=(0, -0.4, 0.9))),
        right_foot=Foot((-0.02, -0.18, 0.16), "hips", pitch=30),
        weight=0.92,
        bend=12,
        hips=(-12, 0, 4),
    )
    return Score(
        (
            Key(guard, 0.6, 0.1),
            Key(grab, 0.35, 0.1),
            Key(knee, draw.between(0.22, 0.27), draw.between(0.05, 0.15)),
            Key(guard, 0.5, 0.1),
        ),
        back=0.8,
        in_time=False,
    )


@action(
    ("cast a spell", "magic spell", "shoot a fireball"),
    (
        "casts a [magic ]spell[ with both hands]",
        "gathers energy and pushes both palms forward",
        "throws a fireball from both hands",
    ),
    (ahead("right_wrist", 0.38), ahead("left_wrist", 0.38)),
    sided=False,
)
def cast_spell(draw: Draw) -> Score:
    low = Posture(
        right=Hand((0.05, -0.5, 0.2), palm=(-0.7, 0.5, 0.3), fingers=(-0.3, 0.6, 0.6)),
        left=Hand((-0.5, -0.55, 0.25), palm=(-0.7, 0.5, 0.3), fingers=(-0.5, 0.5, 0.6)),
        twist=-24,
        hips=(4, 0, -10),
        shift=(0, -0.1, 0),
        **STANCE,
        gaze=Gaze(),
        weight=-0.4,
    )
    push = Posture(
        **both(Hand((-0.22, 0.02, 0.9), palm=(0, 0, 1), fingers=(-0.2, 0.9, 0.3))),
        twist=4,
        hips=(6, 0, 0),
        bend=10,
        shift=(0, -0.1, 0),
        **{**STANCE, "left_foot": Foot((0.03, 0, 0.34))},
        gaze=Gaze(),
        weight=0.4,
    )
    return Score(
        (
            Key(low, draw.between(0.6, 0.9), draw.between(0.2, 0.6)),
            Key(push, draw.between(0.22, 0.3), draw.between(0.5, 1.2)),
        ),
        stagger=0.01,
        back=0.9,
    )


@action(
    ("fighting stance", "boxing guard", "get ready to fight"),
    (
        "takes a fighting stance",
        "raises the fists and gets ready to fight",
        "stands in a boxing guard[, bouncing a little]",
    ),
    (near("right_wrist", "face", 0.36),),
)
def fighting_stance(draw: Draw) -> Score:
    guard = boxing(draw)
    low = guard.but(shift=(0, -0.11, 0))
    return Score(
        (Key(guard, draw.between(0.5, 0.7), 0.2), *cycle((low, guard), draw.between(0.26, 0.4), draw.count(2, 5))),
        back=0.8,
    )
