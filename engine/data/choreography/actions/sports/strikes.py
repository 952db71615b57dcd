"""Spinning kicks, chops and butts."""

from __future__ import annotations

from engine.data.choreography.body import Base
from engine.data.choreography.claims import above, ahead, moves, turns_through
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Foot, Gaze, Hand, Key, Posture, Score, both
from engine.data.choreography.stock import boxing
from engine.data.choreography.travel.footwork import LEFT, RIGHT, Pivot, Step, take_steps


@action(
    ("spinning kick", "spin kick", "spinning back kick", "360 kick", "turning kick"),
    (
        "does a spinning (kick|back kick)[ with the {side} leg]",
        "spins around and kicks[ with the {side} (leg|foot)]",
        "turns around and kicks backwards[ with the {side} foot], like in karate",
        "does a (spin kick|360 kick|turning back kick)",
        "whirls around and delivers a kick",
        "performs a spinning back kick[ like in taekwondo]",
        "spins 360 degrees and kicks",
    ),
    (above("right_ankle", "left_knee", 0.15), turns_through(-150)),
    often=4,
)
def spinning_kick(draw: Draw) -> Score:
    wait, turn = draw.between(0.9, 1.4), draw.between(0.34, 0.44)
    strike, back = wait + turn, wait + turn + 0.32
    end = back + draw.between(0.5, 0.62)
    steps = [
        Pivot(LEFT, wait, strike, -170.0),
        Pivot(LEFT, back - 0.1, end - 0.1, -360.0),
        Step(RIGHT, wait + 0.04, end, (0.0, 0.0), -360.0, lift=0.12, push=30),
    ]
    high = draw.between(-0.46, -0.3)
    arms = both(Hand((-0.12, -0.16, 0.4), palm=(-0.8, 0, -0.4), fingers=(-0.3, 0.8, 0.4), swivel=10))
    guard = boxing(draw).but(left_foot=Foot(), right_foot=Foot(), hips=(4, 0, 0), twist=0, shift=(0, -0.06, 0))
    wind = guard.but(twist=12, bend=12, shift=(0, -0.1, 0))
    chamber = Posture(
        **arms,
        right_foot=Foot((0.04, -0.42, 0.12), "hips", pitch=60),
        bend=14,
        hips=(10, 0, 0),
        shift=(0, -0.05, 0),
        twist=-16,
        gaze=Gaze(-50, 0),
        balance=False,
    )
    kick = Posture(
        right=Hand((0.3, -0.5, 0.1), roll=30),
        left=arms["left"],
        right_foot=Foot((0.0, high, -0.7), "hips", pitch=100),
        left_foot=Foot(knee=10),
        bend=26,
        hips=(34, 0, 0),
        shift=(0, -0.06, 0.1),
        twist=-24,
        gaze=Gaze(-70, -6),
        balance=False,
    )
    land = guard.but(shift=(0, -0.12, 0), bend=14)
    keys = (
        Key(guard, 0.5),
        Key(wind, wait - 0.2 - 0.5, 0.05),
        Key(chamber, 0.15 + turn - 0.06, through=True),
        Key(kick, 0.17, 0.06),
        Key(chamber.but(gaze=Gaze(-30, 0)), 0.24, through=True),
        Key(land, end - strike - 0.36, 0.15),
        Key(guard, 0.4, draw.between(0.1, 0.4)),
    )

    def over(base: Base, draw: Draw) -> Base:
        heading = [(wait, 0.0), (strike, -172.0), (back - 0.12, -190.0), (end, -360.0)]
        way_weight = 0.9
        return take_steps(base, steps, heading, weight=way_weight, follow=3.5, bob=0.0)

    return Score(keys, lead=0.0, tail=0.3, back=0.6, settled=False, in_time=False, stagger=0.01, over=over)


@action(
    ("karate chop", "chop with the {side} hand", "do a karate chop"),
    (
        "does a karate chop[ with the {side} hand]",
        "chops down with the edge of the {side} hand",
        "strikes with a karate chop",
        "raises the {side} hand and chops[ down]",
        "breaks a board with a karate chop",
        "hits with the edge of (his|her|the) hand[, like in karate]",
    ),
    (above("right_hand", "right_shoulder", 0.1), ahead("right_hand", 0.35), moves("right_wrist", 0.4)),
    often=3,
)
def karate_chop(draw: Draw) -> Score:
    guard = boxing(draw)
    low = draw.chance(0.4)
    raised = guard.but(
        right=Hand((0.2, 0.5, 0.14), palm=(-0.9, -0.1, 0.2), fingers=(-0.1, 1, -0.2), swivel=16), twist=-16, bend=0
    )
    down = guard.but(
        right=Hand(
            (-0.22, -0.42 if low else -0.1, 0.76),
            palm=(-0.9, 0.3, 0),
            fingers=(-0.2, -0.2 if low else 0.1, 1),
            swivel=6,
        ),
        left=Hand((0.0, -0.55, 0.16), palm=(-0.3, 0.9, 0), fingers=(-0.1, 0, 1)),
        twist=18,
        bend=30 if low else 14,
        shift=(0, -0.2 if low else -0.12, 0),
        hips=(12 if low else 8, 0, -6),
        weight=0.3,
        gaze=Gaze(0, -30 if low else 0),
    )
    keys = [Key(guard, 0.6, draw.between(0.1, 0.3))]
    for _ in range(draw.count(1, 2)):
        keys += [
            Key(raised, draw.between(0.35, 0.5), draw.between(0.05, 0.3)),
            Key(down, draw.between(0.16, 0.2), draw.between(0.1, 0.4)),
            Key(guard, 0.45, 0.1),
        ]
    return Score(tuple(keys), back=0.8, in_time=False)


@action(
    ("headbutt", "head butt", "headbutt someone"),
    (
        "headbutts someone[ hard]",
        "gives someone a headbutt",
        "butts someone with (his|her|the) head",
        "grabs someone[ by the shoulders] and headbutts (him|them)",
        "rams (his|her|the) forehead forward",
        "throws the head back and headbutts",
    ),
    (moves("head", 0.25),),
    sided=False,
    often=3,
)
def headbutt(draw: Draw) -> Score:
    far = draw.between(0.16, 0.3)
    feet = {"left_foot": Foot((0.03, 0, far)), "right_foot": Foot((0.03, 0, -0.08), turn=14)}
    grabs = draw.chance(0.6)
    grip = Hand((-0.06, -0.04, 0.66), palm=(-0.5, -0.5, 0.3), fingers=(-0.1, 0.4, 1), swivel=14)
    pulled = Hand((0.0, -0.18, 0.44), palm=(-0.5, -0.5, 0.3), fingers=(-0.1, 0.4, 1), swivel=22)
    fists = Hand((0.1, -0.5, 0.3), palm=(-1, 0, 0), fingers=(-0.1, 0.1, 1), swivel=14)
    first = Posture(**both(grip if grabs else fists), **feet, bend=4, gaze=Gaze(0, 2), shift=(0, -0.03, 0))
    wind = first.but(bend=-12, hips=(-4, 0, 0), gaze=Gaze(0, 18), weight=-0.4)
    hit = first.but(
        **both(pulled if grabs else fists),
        bend=30,
        hips=(14, 0, 0),
        gaze=Gaze(0, -44),
        shift=(0, -0.08, 0.16),
        balance=False,
    )
    return Score(
        (
            Key(first, 0.6, draw.between(0.05, 0.3)),
            Key(wind, draw.between(0.3, 0.42), 0.08),
            Key(hit, draw.between(0.16, 0.2), 0.1),
            Key(first.but(bend=10, gaze=Gaze(0, -6)), 0.4, draw.between(0.1, 0.5)),
        ),
        back=0.9,
        in_time=False,
        stagger=0.01,
    )
