"""What people do on a chair."""

from __future__ import annotations

from typing import Any

from engine.data.choreography.claims import above, ahead, begins_below, moves, near
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Gaze, Hand, Key, Posture, Score, both, cycle
from engine.data.choreography.stock import ON_FLOOR, ON_THIGH


def seat(draw: Draw) -> dict[str, Any]:
    """Fields of sitting on a chair."""
    return {"place": (0, draw.between(0.53, 0.58), -0.4), **ON_FLOOR}


def seated(keys: tuple[Key, ...]) -> Score:
    """Seated from first to last."""
    return Score(keys, start="held", end="held", lead=0.2, tail=0.2, stagger=0.01)


@action(
    ("sit and type", "type on a keyboard", "work at a computer", "typing"),
    (
        "sits and types on a keyboard",
        "works at a computer",
        "is sitting at a desk, typing",
        "types with both hands",
    ),
    (begins_below("pelvis", 0.66), ahead("right_wrist", 0.12), ahead("left_wrist", 0.12)),
    sided=False,
)
def type_keyboard(draw: Draw) -> Score:
    place = seat(draw)

    def at(right: float, left: float, yaw: float = 0.0) -> Posture:
        return Posture(
            **place,
            hips=(-4, 0, 0),
            bend=9,
            right=Hand(
                (-0.12 + 0.04 * right, -0.52 + 0.015 * abs(left), 0.56),
                palm=(-0.1, -1, 0.1),
                fingers=(-0.15, -0.1, 1),
            ),
            left=Hand(
                (-0.12 + 0.04 * left, -0.52 + 0.015 * abs(right), 0.56),
                palm=(-0.1, -1, 0.1),
                fingers=(-0.15, -0.1, 1),
            ),
            gaze=Gaze(yaw, -16),
        )

    keys = [Key(at(0, 0), 0, 0.2)]
    for _ in range(draw.count(10, 22)):
        keys.append(Key(at(draw.between(-1, 1), draw.between(-1, 1), draw.near(0, 2)), draw.between(0.14, 0.22)))
    return seated(tuple(keys))


@action(
    ("sit and write", "write a letter", "write with the {side} hand"),
    (
        "sits and writes[ with the {side} hand]",
        "writes something[ on paper] at a desk",
        "is sitting at a table, writing with the {side} hand",
    ),
    (begins_below("pelvis", 0.66), ahead("right_wrist", 0.1)),
)
def write(draw: Draw) -> Score:
    place = seat(draw)

    def at(along: float, wiggle: float) -> Posture:
        return Posture(
            **place,
            hips=(0, 0, 0),
            bend=18,
            right=Hand(
                (-0.2 + 0.14 * along, -0.55, 0.54 + 0.015 * wiggle), palm=(-0.8, -0.5, 0), fingers=(-0.5, -0.4, 0.8)
            ),
            left=Hand((-0.2, -0.58, 0.5), palm=(-0.2, -1, 0), fingers=(-0.9, 0, 0.5)),
            gaze=Gaze(3 - 4 * along, -40),
        )

    keys = [Key(at(0, 0), 0, 0.2)]
    for _ in range(draw.count(1, 2)):
        for step in range(12):
            keys.append(Key(at(step / 11, 1 if step % 2 else -1), draw.between(0.13, 0.18), through=True))
        keys.append(Key(at(0, 0), 0.5, 0.1))
    return seated(tuple(keys))


@action(
    ("read a book", "sit and read", "reading"),
    (
        "sits and reads a book",
        "is reading[ a book][, seated]",
        "holds a book with both hands and reads, turning a page",
    ),
    (begins_below("pelvis", 0.66), ahead("left_wrist", 0.05)),
)
def read_book(draw: Draw) -> Score:
    place = seat(draw)

    def at(right: Hand, yaw: float) -> Posture:
        return Posture(
            **place,
            hips=(-8, 0, 0),
            bend=12,
            right=right,
            left=Hand((-0.2, -0.45, 0.46), palm=(-0.5, 0.7, -0.4), fingers=(-0.4, 0.5, 0.8)),
            gaze=Gaze(yaw, -34),
        )

    hold = Hand((-0.2, -0.45, 0.46), palm=(-0.5, 0.7, -0.4), fingers=(-0.4, 0.5, 0.8))
    turn = Hand((-0.42, -0.36, 0.5), palm=(-0.2, -0.6, -0.7), fingers=(-0.9, 0.2, 0.4))
    keys = [
        Key(at(hold, -4), 0, draw.between(0.5, 1.2)),
        Key(at(hold, 5), 0.7, draw.between(0.4, 1.0)),
        Key(at(turn, 3), 0.5),
        Key(at(hold, -4), 0.6, draw.between(0.5, 1.2)),
    ]
    return seated(tuple(keys))


@action(
    ("steer a car", "drive a car", "driving"),
    ("drives a car", "sits and steers a car[ with both hands]", "is sitting at a steering wheel and turns it"),
    (begins_below("pelvis", 0.66), ahead("right_wrist", 0.12), ahead("left_wrist", 0.12)),
    sided=False,
)
def drive(draw: Draw) -> Score:
    place: dict[str, Any] = {**seat(draw), "place": (0, draw.between(0.46, 0.52), -0.44)}

    def at(turn: float, yaw: float) -> Posture:
        def hand(side: float) -> Hand:
            return Hand(
                (-0.1 - 0.1 * abs(turn), -0.26 + 0.3 * side * turn, 0.68),
                palm=(-0.7, -0.2, 0.4),
                fingers=(-0.2, 0.8, 0.5),
            )

        return Posture(
            **place, hips=(-14, 0, 0), bend=2, right=hand(1), left=hand(-1), lean=-4 * turn, gaze=Gaze(yaw, -2)
        )

    keys = [Key(at(0, 0), 0, 0.4)]
    for _ in range(draw.count(3, 5)):
        turn = draw.between(-1, 1)
        keys.append(Key(at(turn, -25 * turn), draw.between(0.6, 0.9), draw.between(0.1, 0.5)))
    return seated(tuple(keys))


@action(
    ("row a boat", "rowing"),
    (
        "rows a boat[ with both hands]",
        "sits and rows[ with long strokes]",
        "pulls the oars towards the body again and again",
    ),
    (moves("right_wrist", 0.3), moves("left_wrist", 0.3)),
    sided=False,
)
def row_boat(draw: Draw) -> Score:
    place: dict[str, Any] = {**ON_FLOOR, "place": (0, draw.between(0.32, 0.4), -0.45)}
    out = Posture(
        **place,
        hips=(16, 0, 0),
        bend=26,
        **both(Hand((-0.05, -0.3, 0.85), palm=(0, -1, 0), fingers=(-0.2, 0, 1))),
        gaze=Gaze(0, -8),
    )
    back = Posture(
        **place,
        hips=(-20, 0, 0),
        bend=2,
        **both(Hand((0.02, -0.4, 0.22), palm=(0, -1, 0), fingers=(-0.3, 0.1, 1), swivel=14)),
        gaze=Gaze(0, 2),
    )
    over = Posture(
        **place,
        hips=(-8, 0, 0),
        bend=12,
        **both(Hand((-0.02, -0.28, 0.5), palm=(0, -1, 0), fingers=(-0.2, 0.3, 1))),
        gaze=Gaze(0, 0),
    )
    move = draw.between(0.6, 0.85)
    keys = (
        Key(out, 0, 0.1),
        *((Key(back, move), Key(over, 0.4 * move, through=True), Key(out, 0.7 * move)) * draw.count(2, 4)),
    )
    return seated(keys)


@action(
    ("sit and wave", "wave while sitting"),
    (
        "sits on a chair and waves[ with the {side} hand]",
        "waves hello while sitting",
        "is seated and waves the {side} hand",
    ),
    (begins_below("pelvis", 0.66), above("right_hand", "right_shoulder", 0.05)),
)
def sit_wave(draw: Draw) -> Score:
    place = seat(draw)
    rest = Posture(**place, hips=(-6, 0, 0), bend=5, **both(ON_THIGH), gaze=Gaze(0, 0))

    def at(side: float) -> Posture:
        return rest.but(
            right=Hand((0.5 + 0.08 * side, 0.28, 0.3), palm=(0.1, 0, 1), fingers=(0.35 * side, 1, 0), swivel=18),
            gaze=Gaze(-8, 4),
        )

    return seated(
        (
            Key(rest, 0, draw.between(0.2, 0.7)),
            Key(at(1), 0.7),
            *cycle((at(-1), at(1)), draw.between(0.22, 0.3), draw.count(2, 4)),
            Key(rest, 0.7, 0.3),
        )
    )


@action(
    ("sit and think", "sit with the chin in the hand", "sit bored"),
    (
        "sits[ thinking], the chin in the {side} hand",
        "is sitting and thinks",
        "sits leaning forward, elbow on the knee, chin on the hand",
    ),
    (begins_below("pelvis", 0.66), near("right_hand", "face", 0.22)),
)
def sit_think(draw: Draw) -> Score:
    place = seat(draw)
    rest = Posture(**place, hips=(-2, 0, 0), bend=12, **both(ON_THIGH), gaze=Gaze(0, -6))
    think = Posture(
        **place,
        hips=(16, 0, 0),
        bend=32,
        right=Hand((0.03, -0.17, 0.12), "head", palm=(-0.3, 0.7, -0.5), fingers=(-0.4, 0.8, -0.2)),
        left=Hand((0.02, 0.02, 0.36), "hips", palm=(0, -1, 0), fingers=(-0.8, 0, 0.5)),
        gaze=Gaze(6, -14, -6),
    )
    return seated(
        (
            Key(rest, 0, draw.between(0.2, 0.8)),
            Key(think, 0.9, draw.between(1.0, 2.2)),
            Key(think.but(gaze=Gaze(-8, -6, -6)), 0.7, draw.between(0.3, 1.0)),
        )
    )


@action(
    ("sit still", "sitting on a chair", "sit and wait"),
    (
        "sits on a chair",
        "is sitting[ and waiting]",
        "sits still[ with the hands on the thighs]",
        "sits and looks around",
    ),
    (begins_below("pelvis", 0.66),),
    sided=False,
)
def sit_still(draw: Draw) -> Score:
    place = seat(draw)
    arms = draw.pick(
        (both(ON_THIGH), {}, both(Hand((-0.3, -0.68, 0.5), palm=(-0.7, -0.3, 0), fingers=(-0.5, -0.2, 0.8))))
    )
    first = Posture(**place, hips=(-6, 0, 0), bend=6, **arms, gaze=Gaze(0, 0))
    keys = [Key(first, 0, draw.between(0.5, 1.2))]
    for _ in range(draw.count(1, 3)):
        keys.append(
            Key(
                first.but(
                    bend=draw.between(2, 14),
                    gaze=Gaze(draw.between(-40, 40), draw.between(-12, 6)),
                    twist=draw.between(-8, 8),
                ),
                draw.between(0.8, 1.2),
                draw.between(0.4, 1.2),
            )
        )
    return seated(tuple(keys))


@action(
    ("sit with the arms crossed", "sit with arms folded", "sit down and cross the arms"),
    (
        "sits[ on a chair] with the arms (crossed|folded)",
        "sits on a chair and (crosses|folds) the arms",
        "is seated, the arms (crossed|folded) in front of the chest",
        "crosses the arms while sitting",
    ),
    (begins_below("pelvis", 0.66), near("right_wrist", "left_wrist", 0.3)),
    sided=False,
)
def sit_cross_arms(draw: Draw) -> Score:
    rest = Posture(**seat(draw), hips=(-6, 0, 0), bend=4, **both(ON_THIGH), gaze=Gaze(0, 0))
    up = draw.near(-0.48, 0.03)
    folded = rest.but(
        right=Hand((-0.36, up + 0.03, 0.44), palm=(-0.1, -0.3, -1), fingers=(-1, 0.18, -0.3), swivel=4),
        left=Hand((-0.33, up - 0.03, 0.34), palm=(-0.1, -0.2, -1), fingers=(-1, 0.1, -0.15), swivel=4),
        bend=-2,
    )
    keys = [Key(folded, draw.between(0.7, 1.0), draw.between(0.8, 1.6))]
    for _ in range(draw.count(1, 3)):
        turned = folded.but(gaze=Gaze(draw.near(0, 25), draw.near(0, 6)), bend=draw.between(-4, 4))
        keys.append(Key(turned, draw.between(0.6, 0.9), draw.between(0.4, 1.0)))
    first = Key(rest, 0, draw.between(0.3, 0.9)) if draw.chance(0.7) else Key(folded, 0, 0.3)
    return seated((first, *keys))
