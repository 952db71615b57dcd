"""Work in the garden and with long handles."""

from __future__ import annotations

from typing import Any

from engine.data.choreography.claims import above, ahead, below, moves, near
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Foot, Gaze, Hand, Key, Posture, Score, cycle
from engine.data.choreography.sentences import times_in_words

WIDE = {"left_foot": Foot((0.05, 0, 0.16), turn=4), "right_foot": Foot((0.06, 0, -0.12), turn=18)}


@action(
    ("dig", "dig with a shovel", "shovel"),
    (
        "digs (a hole|with a shovel)",
        "shovels[ earth| snow]",
        "pushes a spade into the ground and throws the earth aside",
        "digs in the garden",
    ),
    (below("right_wrist", 0.9), moves("right_wrist", 0.4)),
    often=2,
)
def dig(draw: Draw) -> Score:
    into = Posture(
        right=Hand((-0.1, -0.86, 0.42), "level", palm=(-0.5, -0.8, 0), fingers=(-0.3, -0.6, 0.8)),
        left=Hand((-0.05, -1.0, 0.5), "level", palm=(-0.4, 0.8, 0), fingers=(-0.5, -0.4, 0.8)),
        bend=38,
        hips=(36, 0, 0),
        shift=(0, -0.24, 0),
        gaze=Gaze(0, -56),
        left_foot=Foot((0.05, 0, 0.26)),
        right_foot=Foot((0.05, 0, -0.14), turn=20),
    )
    lift = into.but(
        right=Hand((0.05, -0.6, 0.3), "level", palm=(-0.5, -0.8, 0), fingers=(-0.4, -0.2, 0.9)),
        left=Hand((-0.05, -0.62, 0.62), "level", palm=(-0.4, 0.8, 0), fingers=(-0.5, 0, 0.9)),
        bend=18,
        hips=(14, 0, 0),
        shift=(0, -0.1, 0),
    )
    side = lift.but(
        twist=46,
        hips=(10, 0, 20),
        right=Hand((-0.1, -0.35, 0.5), palm=(-0.5, -0.8, 0), fingers=(-0.2, 0.2, 1)),
        left=Hand((0.1, -0.3, 0.8), palm=(-0.4, 0.8, 0), fingers=(-0.1, 0.3, 1)),
        gaze=Gaze(45, -26),
        weight=0.4,
    )
    stroke = (Key(into, draw.between(0.5, 0.7), 0.1), Key(lift, 0.45), Key(side, draw.between(0.38, 0.5), 0.1))
    return Score(stroke * draw.count(2, 3), stagger=0, back=1.0)


@action(
    ("chop wood", "swing an axe", "split a log"),
    ("chops wood[ with an axe]", "swings an axe overhead[ and strikes down]", "splits a log with an axe[ {times}]"),
    (above("right_wrist", "head"), below("right_wrist", 0.85)),
    sided=False,
)
def chop_wood(draw: Draw) -> Score:
    legs: dict[str, Any] = {"left_foot": Foot((0.1, 0, 0)), "right_foot": Foot((0.1, 0, 0))}
    ready = Posture(
        right=Hand((-0.3, -0.62, 0.5), palm=(-1, 0, 0)),
        left=Hand((0.04, -0.12, -0.03), "other", palm=(-1, 0, 0)),
        **legs,
        bend=12,
        gaze=Gaze(0, -40),
    )
    up = Posture(
        right=Hand((-0.26, 0.66, 0.06), palm=(-1, 0, 0)),
        left=Hand((0.04, -0.12, -0.03), "other", palm=(-1, 0, 0)),
        **legs,
        bend=-12,
        gaze=Gaze(0, -16),
        shift=(0, 0.01, 0),
    )
    hit = Posture(
        right=Hand((-0.3, -0.7, 0.66), "level", palm=(-1, 0, 0)),
        left=Hand((0.04, -0.08, -0.06), "other", palm=(-1, 0, 0)),
        **legs,
        bend=40,
        hips=(26, 0, 0),
        shift=(0, -0.16, 0),
        gaze=Gaze(0, -52),
    )
    count = draw.count(1, 3)
    return Score(
        (
            Key(ready, 0.8, 0.1),
            *((Key(up, draw.between(0.6, 0.75)), Key(hit, draw.between(0.32, 0.4), 0.2)) * count),
            Key(ready, 0.6, 0.1),
        ),
        stagger=0,
        back=0.9,
        words={"times": times_in_words(count)},
    )


@action(
    ("sweep the floor", "sweeping", "sweep with a broom"),
    (
        "sweeps[ the floor][ with a broom]",
        "swings a broom to and fro over the floor",
        "cleans the floor with a broom",
    ),
    (near("right_wrist", "left_wrist", 0.7), moves("left_wrist", 0.12)),
    often=2,
)
def sweep(draw: Draw) -> Score:
    def at(side: float, push: float) -> Posture:
        return Posture(
            right=Hand((-0.22 - 0.12 * side, -0.32, 0.4 + 0.2 * push), palm=(-0.4, -0.8, 0), fingers=(-0.6, -0.3, 0.7)),
            left=Hand((-0.05 + 0.3 * side, -0.66, 0.52 + 0.2 * push), palm=(-0.6, 0.5, 0.2), fingers=(-0.5, -0.5, 0.7)),
            twist=20 * side,
            lean=-5 * side,
            bend=18,
            hips=(8, 0, 0),
            weight=0.4 * side,
            gaze=Gaze(14 * side, -48),
            **WIDE,
        )

    return Score(
        (Key(at(-1, 0), 0.8, 0.1), *cycle((at(1, 1), at(-1, 0)), draw.between(0.45, 0.65), draw.count(3, 5))),
        back=0.9,
    )


@action(
    ("mop the floor", "mopping"),
    ("mops the floor", "wipes the floor with a mop, to and fro", "pushes a mop forwards and backwards"),
    (moves("right_wrist", 0.15),),
)
def mop(draw: Draw) -> Score:
    def at(out: float) -> Posture:
        return Posture(
            right=Hand((-0.2, -0.25, 0.25 + 0.4 * out), palm=(-0.4, -0.8, 0), fingers=(-0.5, -0.3, 0.8)),
            left=Hand((-0.2, -0.58, 0.4 + 0.4 * out), palm=(-0.6, 0.5, 0.2), fingers=(-0.4, -0.5, 0.8)),
            bend=14 + 12 * out,
            hips=(6 + 6 * out, 0, 0),
            twist=8 * out,
            gaze=Gaze(4, -44),
            **WIDE,
        )

    return Score((Key(at(0), 0.8, 0.1), *cycle((at(1), at(0)), draw.between(0.5, 0.7), draw.count(3, 5))), back=0.9)


@action(
    ("rake leaves", "raking", "pull with a rake"),
    ("rakes leaves", "pulls a rake towards the body[ again and again]", "works in the garden with a rake"),
    (moves("left_wrist", 0.2),),
)
def rake(draw: Draw) -> Score:
    def at(out: float, lift: float) -> Posture:
        return Posture(
            right=Hand((-0.1, -0.36 + 0.06 * lift, 0.15 + 0.4 * out), palm=(-0.4, -0.8, 0), fingers=(-0.5, -0.2, 0.8)),
            left=Hand((-0.15, -0.55 + 0.16 * lift, 0.4 + 0.45 * out), palm=(-0.4, 0.8, 0), fingers=(-0.4, -0.2, 0.9)),
            bend=12 + 14 * out,
            hips=(6 + 6 * out, 0, 0),
            twist=-12 + 16 * out,
            gaze=Gaze(0, -40),
            **WIDE,
        )

    return Score(
        (Key(at(0.9, 1), 0.8), *cycle((at(1, 0), at(0, 0), at(0.6, 1)), draw.between(0.36, 0.5), draw.count(2, 4))),
        back=0.9,
    )


@action(
    ("fish", "fishing", "cast a fishing rod"),
    (
        "casts a fishing rod[ and waits]",
        "is fishing[, holding the rod with both hands]",
        "swings a fishing rod and reels in",
    ),
    (ahead("left_wrist", 0.2),),
)
def fishing(draw: Draw) -> Score:
    hold = Posture(
        right=Hand((-0.12, -0.5, 0.4), palm=(-1, 0, 0), fingers=(-0.3, 0.2, 1)),
        left=Hand((-0.22, -0.42, 0.55), palm=(-1, 0.2, 0), fingers=(-0.3, 0.2, 1)),
        bend=3,
        gaze=Gaze(0, -8),
    )
    back = hold.but(
        right=Hand((-0.05, 0.45, -0.1), palm=(-1, 0, 0), fingers=(0, 0.9, -0.4)),
        left=Hand((-0.2, 0.2, 0.15), palm=(-1, 0, 0), fingers=(0, 0.9, -0.3)),
        bend=-8,
        gaze=Gaze(0, 8),
    )
    cast = hold.but(
        right=Hand((-0.12, -0.25, 0.85), palm=(-1, 0, 0), fingers=(-0.1, 0.1, 1)),
        left=Hand((-0.22, -0.35, 0.65), palm=(-1, 0, 0), fingers=(-0.1, 0.1, 1)),
        bend=12,
        gaze=Gaze(0, 2),
    )
    keys = [
        Key(hold, 0.8, 0.2),
        Key(back, 0.6, 0.1),
        Key(cast, draw.between(0.28, 0.36), 0.2),
        Key(hold, 0.6, draw.between(0.5, 1.0)),
    ]
    if draw.chance(0.6):
        ring = tuple(
            hold.but(left=Hand((-0.24 + 0.05 * x, -0.46 + 0.08 * y, 0.46), palm=(-1, 0, 0), fingers=(-0.6, 0, 0.7)))
            for x, y in ((1, 0), (0, 1), (-1, 0), (0, -1))
        )
        keys += [*cycle(ring, 0.12, draw.count(3, 5), through=True), Key(hold, 0.3, 0.3)]
    return Score(tuple(keys), stagger=0, back=0.9)


@action(
    ("water the plants", "pour from a can", "watering can"),
    (
        "waters the plants[ with a can in the {side} hand]",
        "pours water from a can",
        "holds a watering can and tilts it",
    ),
    (ahead("right_wrist", 0.2),),
)
def water_plants(draw: Draw) -> Score:
    carry = Posture(right=Hand((0.1, -0.78, 0.35), palm=(-1, 0, 0), fingers=(0, -0.2, 1)), lean=4, gaze=Gaze(-4, -30))
    pour = Posture(
        right=Hand((0.02, -0.42, 0.66), palm=(-0.7, -0.7, 0), fingers=(0, -0.5, 1), swivel=20),
        bend=12,
        gaze=Gaze(-6, -38),
    )
    side = pour.but(twist=22, gaze=Gaze(16, -38))
    return Score(
        (
            Key(carry, 0.7, 0.1),
            Key(pour, 0.8, draw.between(0.5, 1.0)),
            Key(side, 0.9, draw.between(0.4, 0.9)),
            Key(carry, 0.7),
        ),
        back=0.7,
    )


@action(
    ("use a pickaxe", "mine with a pickaxe"),
    (
        "swings a pickaxe",
        "hacks into the ground with a pickaxe[ {times}]",
        "mines with a pickaxe held in both hands",
    ),
    (above("right_wrist", "right_shoulder", 0.05), below("right_wrist", 0.95)),
)
def pickaxe(draw: Draw) -> Score:
    up = Posture(
        right=Hand((0.16, 0.42, 0.06), palm=(-1, 0, 0)),
        left=Hand((-0.4, 0.2, 0.25), palm=(-1, 0, 0)),
        twist=-24,
        bend=-8,
        gaze=Gaze(6, -14),
        **WIDE,
    )
    hit = Posture(
        right=Hand((-0.24, -0.62, 0.62), "level", palm=(-1, 0, 0)),
        left=Hand((-0.2, -0.72, 0.45), "level", palm=(-1, 0, 0)),
        twist=12,
        bend=36,
        hips=(24, 0, 0),
        shift=(0, -0.13, 0),
        gaze=Gaze(0, -50),
        **WIDE,
    )
    count = draw.count(2, 4)
    return Score(
        ((Key(up, 0.75), Key(hit, draw.between(0.32, 0.4), 0.15)) * count),
        stagger=0,
        back=1.0,
        words={"times": times_in_words(count)},
    )
