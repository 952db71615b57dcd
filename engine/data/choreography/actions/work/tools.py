"""Tools of the workshop and the painter."""

from __future__ import annotations

from engine.data.choreography.claims import above, ahead, moves
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Foot, Gaze, Hand, Key, Posture, Score, cycle
from engine.data.choreography.sentences import times_in_words

WIDE = {"left_foot": Foot((0.05, 0, 0.16), turn=4), "right_foot": Foot((0.06, 0, -0.12), turn=18)}


@action(
    ("hammer", "hammering", "hammer a nail"),
    (
        "hammers[ a nail][ into the (wall|board)][ with the {side} hand]",
        "strikes a nail with a hammer[ {times}]",
        "swings a hammer with the {side} hand",
    ),
    (moves("right_wrist", 0.15), ahead("left_wrist", 0.2)),
    often=2,
)
def hammer(draw: Draw) -> Score:
    low = draw.chance(0.5)
    height = -0.5 if low else draw.between(-0.1, 0.1)
    left = Hand((-0.25, height - 0.03, 0.6), palm=(-0.4, -0.6, 0.6), fingers=(-0.7, 0.1, 0.7))
    body = Posture(
        left=left, bend=20 if low else 5, hips=(6 if low else 0, 0, 0), gaze=Gaze(2, -34 if low else -2), **WIDE
    )
    up = body.but(right=Hand((0.05, height + 0.42, 0.42), palm=(-1, 0, 0), fingers=(-0.1, 1, -0.2)), twist=-6)
    hit = body.but(right=Hand((-0.12, height + 0.08, 0.6), palm=(-1, 0, 0), fingers=(-0.2, 0.3, 1)), twist=5)
    count = draw.count(3, 6)
    return Score(
        (Key(up, 0.8, 0.1), *((Key(hit, draw.between(0.15, 0.2)), Key(up, draw.between(0.28, 0.4))) * count)),
        words={"times": times_in_words(count)},
        back=0.8,
    )


@action(
    ("saw", "sawing", "saw a board"),
    (
        "saws[ a board| wood][ with the {side} hand]",
        "saws to and fro[, holding the board with the {other} hand]",
        "cuts wood with a saw",
    ),
    (moves("right_wrist", 0.15),),
)
def saw(draw: Draw) -> Score:
    left = Hand((0.0, -0.72, 0.48), "level", palm=(0, -1, 0), fingers=(-0.4, -0.1, 1))
    body = Posture(left=left, bend=26, hips=(18, 0, 0), gaze=Gaze(-4, -46), **WIDE)
    ahead_ = body.but(right=Hand((-0.02, -0.72, 0.62), "level", palm=(-1, 0, 0), fingers=(0, -0.4, 1)), twist=8)
    back = body.but(right=Hand((0.08, -0.52, 0.18), "level", palm=(-1, 0, 0), fingers=(0, -0.4, 1)), twist=-10)
    return Score((Key(ahead_, 0.9, 0.1), *cycle((back, ahead_), draw.between(0.3, 0.45), draw.count(4, 7))), back=0.9)


@action(
    ("paint a wall", "painting a wall", "paint with a roller"),
    (
        "paints a wall[ with the {side} hand]",
        "moves a (brush|paint roller) up and down the wall[ with the {side} hand]",
        "rolls paint onto a wall",
    ),
    (above("right_wrist", "head", -0.05), moves("right_wrist", 0.3)),
)
def paint_wall(draw: Draw) -> Score:
    side = draw.between(-0.1, 0.25)
    up = Posture(
        right=Hand((side, 0.52, 0.7), palm=(-0.3, -0.3, 0.9), fingers=(0, 0.9, 0.4)),
        gaze=Gaze(-6, 22),
        bend=-2,
        shift=(0, 0.01, 0),
    )
    low = Posture(
        right=Hand((side, -0.35, 0.78), palm=(-0.3, -0.3, 0.9), fingers=(0, 0.5, 0.8)),
        gaze=Gaze(-6, -16),
        bend=8,
        shift=(0, -0.04, 0),
    )
    return Score((Key(up, 0.8, 0.1), *cycle((low, up), draw.between(0.55, 0.8), draw.count(2, 4))), back=0.8)


@action(
    ("clean a window", "wipe a window", "wipe a table"),
    (
        "wipes a (window|mirror|board) with the {side} hand",
        "cleans a window in circles[ with the {side} hand]",
        "polishes a (window|wall) with round movements",
    ),
    (ahead("right_wrist", 0.25), moves("right_wrist", 0.15)),
)
def wipe_window(draw: Draw) -> Score:
    height, radius = draw.between(0.0, 0.25), draw.between(0.14, 0.26)
    ring = tuple(
        Posture(
            right=Hand((0.02 + radius * x, height + radius * y, 0.78), palm=(0, 0, 1), fingers=(-0.2, 1, 0.1)),
            gaze=Gaze(-6, 6 + 10 * y),
            twist=3 * x,
            bend=3,
        )
        for x, y in ((0, 1), (1, 0), (0, -1), (-1, 0))
    )
    return Score(
        (
            Key(ring[0], 0.75),
            *cycle((*ring[1:], ring[0]), draw.between(0.18, 0.26), draw.count(3, 5), through=True),
            Key(ring[0], 0.3),
        ),
        back=0.8,
    )


@action(
    ("screw in a light bulb", "change a light bulb"),
    (
        "screws in a light bulb[ overhead]",
        "changes a light bulb[ with the {side} hand]",
        "reaches up and turns a bulb",
    ),
    (above("right_wrist", "head", 0.1),),
)
def light_bulb(draw: Draw) -> Score:
    def at(turn: float) -> Posture:
        return Posture(
            right=Hand((-0.1, 0.86, 0.32), palm=(-turn, 0, 1 - abs(turn)), fingers=(0, 1, 0.1)),
            gaze=Gaze(-3, 46),
            bend=-7,
            right_foot=Foot(pitch=12),
            left_foot=Foot(pitch=12),
            shift=(0, 0.03, 0),
        )

    return Score(
        (Key(at(0.8), 0.9, 0.1), *cycle((at(-0.8), at(0.8)), draw.between(0.3, 0.45), draw.count(3, 5))), back=0.9
    )


@action(
    ("use a screwdriver", "turn a screw", "work with a screwdriver"),
    (
        "turns a screw with a screwdriver in the {side} hand",
        "works with a screwdriver",
        "screws something into the wall[ with the {side} hand]",
    ),
    (ahead("right_wrist", 0.25),),
)
def screwdriver(draw: Draw) -> Score:
    height = draw.between(-0.4, 0.05)

    def at(turn: float) -> Posture:
        return Posture(
            right=Hand((-0.12, height, 0.62), palm=(-1, turn, 0), fingers=(-0.15, 0.05, 1)),
            left=Hand((-0.22, height - 0.02, 0.7), palm=(-0.7, -0.3, 0.5), fingers=(-0.5, 0.5, 0.7)),
            bend=10,
            gaze=Gaze(-2, 30 * height - 6),
        )

    return Score(
        (Key(at(1), 0.8, 0.1), *cycle((at(-1), at(1)), draw.between(0.28, 0.4), draw.count(4, 7))),
        stagger=0,
        back=0.8,
    )
