"""Clubs and bats, swung with both hands."""

from __future__ import annotations

from engine.data.choreography.claims import above, below, moves, near
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Foot, Gaze, Hand, Key, Posture, Score, Vector


def grip(at: Vector, palm: Vector = (-1, 0, -0.2)) -> dict[str, Hand]:
    """Both hands on one handle: the left holds just above the right."""
    return {"right": Hand(at, palm=palm), "left": Hand((0.02, 0.08, -0.02), "other", palm=(-1, 0, -0.2))}


@action(
    ("golf swing", "swing a golf club", "play golf", "tee off"),
    (
        "swings a (golf club|club)",
        "plays golf[ and hits the ball]",
        "(hits a golf ball|tees off)",
        "makes a golf swing[, turning from one side to the other]",
        "(a golfer swings|swings like a golfer)",
    ),
    (near("right_wrist", "left_wrist", 0.3), moves("right_wrist", 0.5), above("right_wrist", "right_shoulder")),
)
def golf_swing(draw: Draw) -> Score:
    wide = Foot((draw.between(0.06, 0.12), 0, 0), turn=8)
    address = Posture(
        **grip((-0.32, -0.86, 0.42)),
        bend=20,
        hips=(26, 0, 0),
        shift=(0, -0.07, 0),
        gaze=Gaze(0, -58),
        right_foot=wide,
        left_foot=wide,
    )
    top = address.but(
        **grip((0.18, 0.42, 0.12)), twist=-52, hips=(18, 0, -34), bend=10, gaze=Gaze(30, -44), weight=-0.4
    )
    impact = address.but(**grip((-0.28, -0.84, 0.46)), twist=6, hips=(24, 0, 12), weight=0.3)
    finish = address.but(
        **grip((-0.85, 0.42, 0.35)),
        twist=48,
        hips=(4, 0, 52),
        bend=-2,
        gaze=Gaze(40, 2),
        right_foot=Foot((0.06, 0, 0.0), turn=-30, pitch=52),
        weight=0.75,
        shift=(0.03, 0, 0),
    )
    return Score(
        (
            Key(address, 0.8, draw.between(0.4, 0.9)),
            Key(top, draw.between(0.75, 0.95), 0.05),
            Key(impact, draw.between(0.24, 0.3), through=True),
            Key(finish, 0.3, draw.between(0.4, 0.9)),
        ),
        stagger=0,
        in_time=False,
        back=1.0,
    )


@action(
    ("golf putt", "putt"),
    ("putts a golf ball", "taps a ball gently with a golf club", "plays a short putt"),
    (near("right_wrist", "left_wrist", 0.3), below("right_wrist", 0.9)),
)
def golf_putt(draw: Draw) -> Score:
    wide = draw.between(0.16, 0.3)

    def at(side: float) -> Posture:
        return Posture(
            **grip((-0.32 - side * wide, -0.86, 0.42)),
            bend=26,
            hips=(28, 0, 0),
            twist=10 * side,
            shift=(0, -0.07, 0),
            gaze=Gaze(0, -62),
            right_foot=Foot((0.04, 0, 0)),
            left_foot=Foot((0.04, 0, 0)),
        )

    return Score(
        (Key(at(0), 0.9, draw.between(0.5, 1.0)), Key(at(-1), 0.5), Key(at(1.2), 0.4, draw.between(0.4, 0.9))),
        stagger=0,
        back=1.0,
    )


@action(
    ("baseball swing", "swing a baseball bat", "bat"),
    (
        "swings a (baseball bat|bat)[ with both hands]",
        "plays baseball and hits the ball",
        "is at bat and swings[ hard]",
        "hits something with a bat[, turning the whole body]",
    ),
    (near("right_wrist", "left_wrist", 0.3), moves("right_wrist", 0.7)),
)
def baseball_swing(draw: Draw) -> Score:
    feet = {"left_foot": Foot((0.1, 0, 0.06)), "right_foot": Foot((0.12, 0, -0.04), turn=10)}
    ready = Posture(
        **grip((0.1, 0.12, 0.3)),
        twist=-30,
        hips=(8, 0, -24),
        bend=10,
        shift=(0, -0.1, 0),
        gaze=Gaze(48, 0),
        weight=-0.3,
        **feet,
    )
    load = ready.but(
        **grip((0.24, 0.16, 0.12)), twist=-44, hips=(8, 0, -34), left_foot=Foot((0.1, 0.1, 0.1)), weight=-0.8
    )
    hit = ready.but(
        **grip((-0.4, -0.28, 0.82)),
        twist=14,
        hips=(8, 0, 26),
        gaze=Gaze(14, -12),
        left_foot=Foot((0.18, 0, 0.12)),
        right_foot=Foot((0.12, 0, -0.04), turn=-20, pitch=34),
        weight=0.3,
    )
    end = hit.but(**grip((-0.85, 0.25, 0.2)), twist=46, hips=(4, 0, 46), gaze=Gaze(10, 4))
    return Score(
        (
            Key(ready, 0.7, draw.between(0.4, 0.9)),
            Key(load, 0.4),
            Key(hit, 0.24, through=True),
            Key(end, 0.26, draw.between(0.3, 0.7)),
        ),
        stagger=0,
        in_time=False,
        back=0.9,
    )
