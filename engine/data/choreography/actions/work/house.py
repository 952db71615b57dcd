"""Kitchen, laundry and writing on boards."""

from __future__ import annotations

from engine.data.choreography.claims import above, ahead, moves, near
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Gaze, Hand, Key, Posture, Score, both, cycle


@action(
    ("stir a pot", "stirring", "cook, stirring a pot"),
    (
        "stirs[ in] a pot[ with the {side} hand]",
        "cooks, stirring with a spoon in the {side} hand",
        "makes stirring circles over a pot",
    ),
    (ahead("right_wrist", 0.12), moves("right_wrist", 0.06)),
    often=4,
)
def stir(draw: Draw) -> Score:
    radius = draw.between(0.16, 0.22)
    hold = Hand((-0.12, -0.52, 0.5), palm=(-1, 0, 0), fingers=(-0.3, 0, 1)) if draw.chance(0.7) else None
    ring = tuple(
        Posture(
            right=Hand(
                (-0.12 + radius * x, -0.42, 0.58 + radius * z),
                palm=(-0.7, -0.6, 0.1),
                fingers=(-0.3, -0.5, 0.9),
                swivel=10,
            ),
            left=hold,
            bend=9,
            gaze=Gaze(0, -36),
        )
        for x, z in ((0, 1), (1, 0), (0, -1), (-1, 0))
    )
    return Score(
        (
            Key(ring[0], 0.8),
            *cycle((*ring[1:], ring[0]), draw.between(0.14, 0.16), draw.count(5, 9), through=True),
            Key(ring[0], 0.3),
        ),
        back=0.8,
        in_time=False,
    )


@action(
    ("cut vegetables", "chop vegetables", "cut with a knife"),
    (
        "cuts (vegetables|bread|meat) with a knife",
        "chops vegetables on a board[ with the {side} hand]",
        "moves a knife up and down, holding the food with the {other} hand",
    ),
    (ahead("right_wrist", 0.1), ahead("left_wrist", 0.1)),
)
def cut_vegetables(draw: Draw) -> Score:
    def at(up: float, along: float) -> Posture:
        return Posture(
            right=Hand((-0.16, -0.52 + 0.09 * up, 0.5), palm=(-1, -0.2, 0), fingers=(-0.2, -0.3, 1)),
            left=Hand((-0.16 - along, -0.54, 0.55), palm=(-0.3, -1, 0), fingers=(-0.6, -0.3, 0.7)),
            bend=14,
            gaze=Gaze(0, -42),
        )

    count = draw.count(5, 9)
    keys = [Key(at(1, 0), 0.8, 0.1)]
    for number in range(count):
        keys += [Key(at(0, -0.012 * number), draw.between(0.13, 0.18)), Key(at(1, -0.012 * number), 0.16)]
    return Score(tuple(keys), stagger=0, back=0.8)


@action(
    ("knead dough", "knead"),
    ("kneads dough[ with both hands]", "pushes both hands into the dough again and again"),
    (ahead("right_wrist", 0.12), ahead("left_wrist", 0.12)),
    sided=False,
)
def knead(draw: Draw) -> Score:
    def at(push: float) -> Posture:
        return Posture(
            **both(Hand((-0.2, -0.5 - 0.05 * push, 0.42 + 0.2 * push), palm=(0, -0.8, 0.6), fingers=(-0.1, 0.2, 1))),
            bend=14 + 10 * push,
            hips=(4 + 5 * push, 0, 0),
            gaze=Gaze(0, -42),
        )

    return Score(
        (Key(at(0), 0.8), *cycle((at(1), at(0)), draw.between(0.35, 0.5), draw.count(3, 6))), back=0.8, stagger=0.01
    )


@action(
    ("iron clothes", "ironing", "iron a shirt"),
    ("irons (clothes|a shirt)[ with the {side} hand]", "moves an iron to and fro[ on the board]"),
    (ahead("right_wrist", 0.12), moves("right_wrist", 0.15)),
)
def iron(draw: Draw) -> Score:
    def at(side: float, out: float) -> Posture:
        return Posture(
            right=Hand(
                (-0.05 + 0.22 * side, -0.55, 0.52 + 0.15 * out),
                palm=(-0.3, -1, 0),
                fingers=(-0.5, 0, 0.9),
                swivel=10,
            ),
            left=Hand((-0.05, -0.6, 0.5), palm=(-0.2, -1, 0), fingers=(-0.4, 0, 1)),
            bend=14,
            twist=-4 * side,
            gaze=Gaze(-6 * side, -38),
        )

    return Score(
        (Key(at(1, 0), 0.8), *cycle((at(-1, 1), at(1, 0)), draw.between(0.5, 0.7), draw.count(3, 5))), back=0.8
    )


@action(
    ("hang laundry", "hang up the washing", "put clothes on the line"),
    (
        "hangs (up the laundry|up clothes|laundry on a line)",
        "bends down, takes a piece of clothing and hangs it up overhead",
        "reaches up with both hands to hang the washing on a line",
    ),
    (above("right_wrist", "head"), above("left_wrist", "head")),
    sided=False,
)
def hang_laundry(draw: Draw) -> Score:
    low = Posture(
        **both(Hand((0.0, -0.86, 0.42), "level", palm=(-0.8, -0.4, 0), fingers=(0, -0.7, 0.6))),
        hips=(36, 0, 0),
        bend=34,
        shift=(0, -0.12, 0),
        gaze=Gaze(0, -58),
    )
    up = Posture(
        **both(Hand((draw.between(-0.05, 0.15), 0.6, 0.6), palm=(-0.3, -0.2, 0.9), fingers=(0, 0.9, 0.3))),
        bend=-4,
        gaze=Gaze(0, 28),
    )
    along = up.but(
        right=Hand((0.3, 0.58, 0.6), palm=(-0.3, -0.2, 0.9), fingers=(0, 0.9, 0.3)),
        left=Hand((-0.1, 0.6, 0.62), palm=(-0.3, -0.2, 0.9), fingers=(0, 0.9, 0.3)),
        twist=-8,
        gaze=Gaze(-14, 28),
    )
    return Score(
        (Key(low, 0.9, 0.2), Key(up, draw.between(0.9, 1.2), 0.3), Key(along, 0.5, draw.between(0.2, 0.6))),
        back=0.9,
    )


@action(
    ("wash the dishes", "do the dishes", "scrub a plate"),
    ("washes the dishes", "scrubs a plate in the sink", "does the washing-up, rubbing a plate in circles"),
    (ahead("right_wrist", 0.1), near("right_wrist", "left_wrist", 0.45)),
)
def wash_dishes(draw: Draw) -> Score:
    left = Hand((-0.15, -0.55, 0.48), palm=(-0.8, 0.4, 0), fingers=(-0.4, 0, 0.9))
    ring = tuple(
        Posture(
            right=Hand((-0.2 + 0.06 * x, -0.5 + 0.05 * y, 0.52), palm=(-0.8, -0.5, 0), fingers=(-0.6, 0, 0.8)),
            left=left,
            bend=14,
            gaze=Gaze(2, -42),
        )
        for x, y in ((0, 1), (1, 0), (0, -1), (-1, 0))
    )
    return Score(
        (
            Key(ring[0], 0.8),
            *cycle((*ring[1:], ring[0]), draw.between(0.13, 0.2), draw.count(3, 6), through=True),
            Key(ring[0], 0.3),
        ),
        back=0.8,
    )


@action(
    ("wash the hands", "washing hands"),
    ("washes (both|the|his|her) hands", "rubs the hands under water"),
    (near("right_hand", "left_hand", 0.16),),
    sided=False,
)
def wash_hands(draw: Draw) -> Score:
    def at(slide: float) -> Posture:
        return Posture(
            right=Hand(
                (-0.3, -0.5 + 0.03 * slide, 0.5 + 0.05 * slide), palm=(-0.6, -0.7, 0), fingers=(-0.4, -0.2, 0.9)
            ),
            left=Hand((-0.3, -0.54 - 0.03 * slide, 0.5 - 0.05 * slide), palm=(-0.6, 0.7, 0), fingers=(-0.4, -0.2, 0.9)),
            bend=15,
            gaze=Gaze(0, -44),
        )

    return Score(
        (Key(at(0), 0.8), *cycle((at(1), at(-1)), draw.between(0.2, 0.3), draw.count(4, 7))), stagger=0, back=0.8
    )


@action(
    ("vacuum the floor", "vacuuming"),
    ("vacuums the floor[ with the {side} hand]", "pushes a vacuum cleaner to and fro"),
    (moves("right_wrist", 0.15),),
)
def vacuum(draw: Draw) -> Score:
    def at(out: float, side: float) -> Posture:
        return Posture(
            right=Hand((0.0, -0.62, 0.25 + 0.45 * out), palm=(-0.8, -0.5, 0), fingers=(0, -0.4, 1)),
            bend=12 + 10 * out,
            hips=(4 + 6 * out, 0, 0),
            twist=10 * side,
            gaze=Gaze(8 * side, -42),
        )

    keys = [Key(at(0, 0), 0.8)]
    for _ in range(draw.count(3, 5)):
        side = draw.between(-1, 1)
        keys += [Key(at(1, side), draw.between(0.45, 0.6)), Key(at(0, side), 0.5)]
    return Score(tuple(keys), back=0.8)


@action(
    ("write on a board", "write on a whiteboard with the {side} hand"),
    ("writes on a (board|whiteboard|wall)[ with the {side} hand]", "stands at a blackboard and writes"),
    (ahead("right_wrist", 0.3), above("right_wrist", "spine3")),
)
def write_on_board(draw: Draw) -> Score:
    def at(along: float, up: float) -> Posture:
        return Posture(
            right=Hand((-0.25 + 0.5 * along, 0.2 + up, 0.72), palm=(-0.6, -0.4, 0.6), fingers=(-0.3, 0.7, 0.7)),
            twist=10 - 16 * along,
            gaze=Gaze(4 - 20 * along, 8),
        )

    keys = [Key(at(0, 0), 0.8, 0.1)]
    for step in range(draw.count(9, 14)):
        keys.append(Key(at(step / 14, draw.between(-0.06, 0.06)), draw.between(0.16, 0.24), through=True))
    keys.append(Key(at(0.9, 0), 0.3, 0.2))
    return Score(tuple(keys), back=0.8)


@action(
    ("polish a table", "wipe a table", "wipe the table with the {side} hand"),
    (
        "(polishes|wipes|cleans) a table[ with the {side} hand]",
        "wipes a table (with|in) circular movements",
        "rubs a surface in front of the belly, round and round",
        "scrubs the (table|counter|desk)[ with circular movements]",
    ),
    (ahead("right_wrist", 0.2), moves("right_wrist", 0.12)),
)
def wipe_table(draw: Draw) -> Score:
    wide, deep = draw.between(0.16, 0.3), draw.between(0.12, 0.2)
    way = draw.pick((1, -1))
    prop = Hand((0.0, -0.66, 0.5), palm=(0, -1, 0), fingers=(-0.1, 0, 1)) if draw.chance(0.5) else None
    ring = tuple(
        Posture(
            right=Hand((-0.1 + wide * x, -0.46, 0.64 + deep * z), palm=(0, -1, 0), fingers=(-0.2, 0, 1), swivel=10),
            left=prop,
            bend=14 + 4 * z,
            hips=(8, 0, 0),
            twist=6 * x,
            gaze=Gaze(0, -38),
        )
        for x, z in ((0, 1), (way, 0), (0, -1), (-way, 0))
    )
    return Score(
        (
            Key(ring[0], 0.8),
            *cycle((*ring[1:], ring[0]), draw.between(0.2, 0.3), draw.count(3, 6), through=True),
            Key(ring[0], 0.3),
        ),
        back=0.8,
    )
