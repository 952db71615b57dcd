"""One thing after the other, where the second needs the first: picked up and thrown, raised after clapping."""

from __future__ import annotations

from engine.data.choreography.claims import above, ahead, below, near, travels
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Foot, Gaze, Hand, Key, Posture, Score, both, cycle
from engine.data.choreography.stock import HANG


@action(
    ("pick up and throw", "pick something up and throw it", "pick up a stone and throw it"),
    (
        "picks (something|a stone|a ball) up[ from the (floor|ground)] and throws it[ away]",
        "bends down, picks something up and throws it[ with the {side} hand]",
        "grabs a stone from the ground[ with the {side} hand], straightens up and throws it",
    ),
    (below("right_hand", 0.35), ahead("right_wrist", 0.35)),
    often=3,
)
def pick_up_and_throw(draw: Draw) -> Score:
    deep = draw.between(0, 1)
    low = Posture(
        right=Hand(
            (draw.between(0.0, 0.2), 0.12, draw.between(0.25, 0.4)), "floor", palm=(-0.6, 0, -0.6), fingers=(0, -1, 0.3)
        ),
        left=HANG,
        hips=(40 - 12 * deep, 0, 0),
        bend=34 - 10 * deep,
        shift=(0, -0.06 - 0.28 * deep, 0),
        gaze=Gaze(-6, -62),
        left_foot=Foot((0, 0, -0.1 * deep), pitch=24 * deep),
    )
    wind = Posture(
        right=Hand((0.55, 0.3, -0.35), palm=(0, 0.2, 1), fingers=(0.2, 0.7, -0.6), swivel=10),
        left=Hand((0.1, 0.0, 0.8), roll=50),
        twist=-36,
        hips=(-4, 0, -18),
        lean=-6,
        bend=-4,
        left_foot=Foot((0.0, 0.14, 0.12)),
        weight=-0.8,
        gaze=Gaze(4, 4),
    )
    out = Posture(
        right=Hand((0.1, 0.4, 0.7), palm=(0, 0, 1), fingers=(0, 0.5, 0.8), swivel=10),
        left=Hand((0.25, -0.3, 0.2), roll=30),
        twist=20,
        hips=(6, 0, 8),
        bend=14,
        left_foot=Foot((0.02, 0, 0.4)),
        right_foot=Foot(pitch=26),
        weight=0.5,
        shift=(0, -0.06, 0),
        gaze=Gaze(0, 2),
    )
    follow = out.but(right=Hand((-0.4, -0.5, 0.5), roll=40), twist=36, bend=26, hips=(12, 0, 14))
    return Score(
        (
            Key(low, draw.between(0.8, 1.0), draw.between(0.1, 0.3)),
            Key(wind, draw.between(0.85, 1.05), 0.05),
            Key(out, draw.between(0.32, 0.38), through=True),
            Key(follow, 0.32, draw.between(0.2, 0.4)),
        ),
        in_time=False,
        back=0.9,
    )


@action(
    ("clap and cheer", "clap, then raise both arms", "applaud and throw the arms up"),
    (
        "claps[ the hands], then raises both arms",
        "claps and then throws the arms up in the air",
        "applauds, then cheers with both arms up",
    ),
    (above("right_wrist", "head"), near("right_hand", "left_hand", 0.15)),
    sided=False,
)
def clap_then_cheer(draw: Draw) -> Score:
    def hands(apart: float) -> Posture:
        hand = Hand((-0.33 + apart, -0.22, 0.62), palm=(-1, 0, 0), fingers=(-0.2, 0.7, 0.7), swivel=14)
        return Posture(**both(hand), gaze=Gaze(0, 0))

    wide = draw.between(0.14, 0.24)
    up = Posture(**both(Hand((0.3, 0.85, 0.2), palm=(0, 0, 1), fingers=(0.2, 1, 0.1))), bend=-5, gaze=Gaze(0, 12))
    return Score(
        (
            Key(hands(wide), 0.6),
            *cycle((hands(0.02), hands(wide)), draw.between(0.14, 0.2), draw.count(3, 6)),
            Key(up, draw.between(0.4, 0.6), draw.between(0.6, 1.4)),
        ),
        stagger=0.0,
    )


@action(
    ("catch one's breath", "lean on the knees", "bend over, hands on the knees"),
    (
        "bends over with (both|the) hands on the knees",
        "leans on the knees[, out of breath| panting]",
        "catches (his|her|the) breath, hands on the knees",
        "rests, bent over with both hands on the knees",
    ),
    (near("right_wrist", "right_knee", 0.25), near("left_wrist", "left_knee", 0.25)),
    sided=False,
)
def catch_breath(draw: Draw) -> Score:
    def at(breath: float) -> Posture:
        return Posture(
            **both(Hand((0.04, -0.34 - 0.01 * breath, 0.3), "hips", palm=(0, -0.6, -0.8), fingers=(-0.3, -0.6, 0.5))),
            bend=30 - 5 * breath,
            hips=(30, 0, 0),
            shift=(0, -draw_depth, 0),
            right_foot=Foot((0.06, 0, 0)),
            left_foot=Foot((0.06, 0, 0)),
            gaze=Gaze(0, -44 + 10 * breath),
        )

    draw_depth = draw.between(0.1, 0.18)
    return Score(
        (Key(at(0), draw.between(0.7, 1.0)), *cycle((at(1), at(0)), draw.between(0.5, 0.7), draw.count(2, 4))),
        back=1.0,
    )


@action(
    ("walk through a door", "open a door and walk through"),
    (
        "opens a door[ with the {side} hand] and walks through[ it]",
        "walks through a door, pushing it open[ with the {side} hand]",
        "pushes a door open and goes in",
        "enters through a door",
    ),
    (travels(0.8), ahead("right_wrist", 0.3)),
    base="walk",
)
def walk_through_door(draw: Draw) -> Score:
    reach = Posture(
        right=Hand((-0.05, -0.4, 0.85), palm=(0, -0.3, 1), fingers=(0, 0.6, 0.8)), bend=6, gaze=Gaze(-4, -14)
    )
    push = reach.but(right=Hand((0.25, -0.35, 0.8), palm=(0.2, 0, 1), fingers=(0.2, 0.6, 0.7)), gaze=Gaze(0, -4))
    aside = reach.but(right=Hand((0.55, -0.45, 0.4), palm=(0.6, 0, 0.7), fingers=(0.4, 0.4, 0.7)), gaze=Gaze(0, 0))
    return Score(
        (
            Key(reach, 0.4, draw.between(0.2, 0.4)),
            Key(push, draw.between(0.4, 0.6)),
            Key(aside, draw.between(0.4, 0.6), 0.1),
        ),
        lead=draw.between(0.2, 0.7),
        tail=draw.between(0.6, 1.2),
        settled=False,
    )
