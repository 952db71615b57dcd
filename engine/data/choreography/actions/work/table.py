"""Eating with a spoon or fork, talking and telephoning on a chair, reading what is held."""

from __future__ import annotations

from typing import Any

from engine.data.choreography.actions.work.seated import seat, seated
from engine.data.choreography.claims import ahead, begins_below, moves, near
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Gaze, Hand, Key, Posture, Score, both
from engine.data.choreography.stock import ON_THIGH

BOWL = Hand((-0.24, -0.4, 0.46), palm=(-0.1, 1, -0.2), fingers=(-0.7, 0.1, 0.6), swivel=6)
DIP = Hand((-0.3, -0.24, 0.52), palm=(-0.5, -0.7, -0.2), fingers=(-0.7, -0.5, 0.5), swivel=14)
MOUTH = Hand((0.06, -0.1, 0.21), "head", palm=(-0.4, -0.1, -0.9), fingers=(-0.85, 0.35, -0.2), swivel=22)


def mouthfuls(draw: Draw, base: Posture, dip: Hand, count: int) -> list[Key]:
    """From the bowl or plate to the mouth and back, `count` times, chewing between."""
    keys: list[Key] = []
    for _ in range(count):
        keys += [
            Key(base.but(right=dip, gaze=Gaze(0, -32)), draw.between(0.45, 0.6), draw.between(0.05, 0.25)),
            Key(
                base.but(right=MOUTH, bend=base.bend + 7, gaze=Gaze(0, -12)),
                draw.between(0.5, 0.75),
                draw.between(0.15, 0.3),
            ),
            Key(
                base.but(
                    right=Hand((-0.2, -0.24, 0.5), palm=(-0.6, -0.6, -0.2), fingers=(-0.6, 0, 0.7)),
                    gaze=Gaze(draw.near(0, 12), -6),
                ),
                0.45,
                draw.between(0.1, 0.7),
            ),
        ]
    return keys


@action(
    ("eat with a spoon", "eat soup", "eat cereal", "eat from a bowl", "eat soup with a spoon"),
    (
        "eats (soup|cereal|rice|porridge|ice cream)[ with a spoon][ from a bowl]",
        "eats from a bowl with a spoon[ in the {side} hand]",
        "holds a bowl in the {other} hand and eats with a spoon",
        "spoons soup into (his|her|the) mouth",
        "brings a spoon to (his|her|the) mouth[ again and again]",
        "eats with a spoon[ in the {side} hand]",
    ),
    (near("right_hand", "face", 0.26), ahead("left_wrist", 0.15)),
    often=4,
)
def eat_spoon(draw: Draw) -> Score:
    seat_place: dict[str, Any] = {**seat(draw), "hips": (-4, 0, 0)} if draw.chance(0.4) else {}
    base = Posture(**seat_place, left=BOWL, bend=9)
    keys = mouthfuls(draw, base, DIP, draw.count(2, 4))
    if seat_place:
        return seated((Key(keys[-1].posture, 0, 0.3), *keys))
    return Score(tuple(keys), back=0.8, stagger=0.01)


@action(
    ("sit and eat", "sit at the table and eat", "eat a meal", "have dinner"),
    (
        "sits (at a table|on a chair) and eats",
        "is sitting at a table, eating[ with a fork]",
        "eats (dinner|breakfast|lunch|a meal)[ at the table]",
        "sits and eats[ with the {side} hand]",
        "has (dinner|lunch|a meal), seated",
        "eats while sitting[ on a chair]",
    ),
    (begins_below("pelvis", 0.66), near("right_hand", "face", 0.26)),
    often=3,
)
def sit_eating(draw: Draw) -> Score:
    rest = Hand((-0.2, -0.56, 0.48), palm=(-0.2, -1, 0), fingers=(-0.9, 0, 0.5))
    plate = Hand((-0.2, -0.44, 0.6), palm=(-0.3, -0.9, 0), fingers=(-0.4, -0.4, 0.8), swivel=14)
    base = Posture(**seat(draw), hips=(2, 0, 0), left=rest, bend=14)
    keys = mouthfuls(draw, base, plate, draw.count(2, 4))
    return seated((Key(keys[-1].posture, 0, 0.2), *keys))


@action(
    ("sit and talk", "talk while sitting", "sit and chat", "have a conversation on a chair"),
    (
        "sits[ on a chair] and talks[ to someone]",
        "is sitting and talking[, gesturing with the hands]",
        "talks while sitting[, moving (his|her|the) hands]",
        "sits and chats with someone",
        "has a conversation, seated on a chair",
        "sits and explains something[ with both hands]",
    ),
    (begins_below("pelvis", 0.66), moves("right_wrist", 0.12)),
    often=3,
)
def sit_talking(draw: Draw) -> Score:
    base = Posture(**seat(draw), hips=(-2, 0, 0), **both(ON_THIGH), gaze=Gaze())
    look = draw.near(0, 16)
    keys = [Key(base.but(bend=8, gaze=Gaze(look, 0)), 0, draw.between(0.2, 0.7))]

    def hand(out: float, up: float) -> Hand:
        return Hand((out, up, draw.between(0.42, 0.6)), palm=(-0.5, 0.7, 0.1), fingers=(0.05, 0.35, 1), swivel=10)

    for _ in range(draw.count(4, 8)):
        up = draw.between(-0.5, -0.25)
        kind = draw.pick(("right", "right", "both", "beat"))
        arms: dict[str, Any] = {"right": hand(draw.between(-0.05, 0.3), up)}
        if kind == "both":
            arms["left"] = hand(draw.between(0.0, 0.3), up)
        elif kind == "beat":
            arms["right"] = Hand((0.0, up - 0.06, 0.56), palm=(-1, 0, 0), fingers=(-0.1, 0.2, 1), swivel=8)
        keys.append(
            Key(
                base.but(
                    **arms,
                    bend=draw.between(4, 15),
                    lean=draw.near(0, 2),
                    gaze=Gaze(look + draw.near(0, 7), draw.near(0, 5)),
                ),
                draw.between(0.3, 0.55),
                draw.between(0.0, 0.4),
            )
        )
    return seated((*keys, Key(base.but(bend=7, gaze=Gaze(look, 0)), 0.7, 0.3)))


@action(
    ("sit and use the phone", "sit and text", "phone call on a chair", "sit on the phone"),
    (
        "sits[ on a chair] and {does}",
        "is sitting and {does}",
        "{does} while sitting",
        "{does}, seated on a chair",
        "sits on a bench and {does}",
    ),
    (begins_below("pelvis", 0.66), ahead("right_wrist", 0.02)),
    often=3,
)
def sit_phone(draw: Draw) -> Score:
    calls = draw.chance(0.45)
    base = Posture(**seat(draw), hips=(-6, 0, 0), bend=9, **both(ON_THIGH), gaze=Gaze(0, -4))
    words = {"does": draw.pick(("talks on the phone", "makes a phone call", "telephones"))}
    if calls:
        ear = Hand((0.105, -0.07, 0.07), "head", palm=(-1, 0, -0.2), fingers=(-0.05, 1, -0.2), swivel=10)
        keys = [
            Key(base, 0, draw.between(0.2, 0.6)),
            Key(base.but(right=ear, gaze=Gaze(-6, 0, -5)), 0.8, draw.between(0.8, 1.6)),
        ]
        for _ in range(draw.count(1, 3)):
            moved = base.but(
                right=ear, bend=draw.between(4, 16), gaze=Gaze(draw.between(-25, 25), draw.between(-14, 4), -5)
            )
            keys.append(Key(moved, draw.between(0.6, 0.9), draw.between(0.4, 1.0)))
    else:
        words = {"does": draw.pick(("texts on the phone", "looks at the phone", "types on a smartphone"))}
        texts = {
            "right": Hand((-0.22, -0.4, 0.44), palm=(-0.4, 0.6, -0.6), fingers=(-0.4, 0.6, 0.6)),
            "left": Hand((-0.22, -0.42, 0.44), palm=(-0.4, 0.6, -0.6), fingers=(-0.4, 0.6, 0.6)),
        }
        held = base.but(**texts, bend=16, gaze=Gaze(0, -36))
        keys = [Key(base, 0, draw.between(0.2, 0.5)) if draw.chance(0.5) else Key(held, 0, 0.2), Key(held, 0.8, 0.6)]
        for _ in range(draw.count(2, 4)):
            moved = held.but(bend=draw.between(12, 20), gaze=Gaze(draw.near(0, 4), -36 + draw.near(0, 4)))
            keys.append(Key(moved, 0.5, draw.between(0.3, 1.0)))
    score = seated(tuple(keys))
    return Score(score.keys, start="held", end="held", lead=0.2, tail=0.2, stagger=0.01, words=words)


@action(
    ("read a map", "read a newspaper", "look at a map", "read the paper"),
    (
        "reads a (map|newspaper)[ held with both hands]",
        "holds a map with both hands and (reads|studies) it",
        "looks at a map[, then looks around]",
        "stands and reads (a newspaper|the paper|a letter)",
        "unfolds a (map|newspaper) and reads it",
        "studies a map[ to find the way]",
    ),
    (ahead("right_wrist", 0.2), ahead("left_wrist", 0.2)),
    sided=False,
    often=2,
)
def read_map(draw: Draw) -> Score:
    up, wide = draw.between(-0.36, -0.2), draw.between(0.0, 0.14)
    hold = both(Hand((wide, up, 0.56), palm=(-0.9, 0.1, -0.3), fingers=(-0.3, 0.7, 0.6), swivel=8))
    shut = both(Hand((-0.26, -0.38, 0.48), palm=(-0.9, 0.1, -0.3), fingers=(-0.3, 0.7, 0.6)))
    pose = Posture(**hold, bend=7, gaze=Gaze(0, -26))
    keys = [Key(Posture(**shut, bend=6, gaze=Gaze(0, -28)), 0.7, 0.1), Key(pose, 0.5, draw.between(0.4, 0.8))]
    for _ in range(draw.count(1, 3)):
        keys += [
            Key(pose.but(gaze=Gaze(draw.between(-14, 14), -24)), 0.6, draw.between(0.4, 0.9)),
            Key(pose.but(gaze=Gaze(0, -32), bend=10), 0.6, draw.between(0.1, 0.5)),
        ]
    if draw.chance(0.5):
        keys += [Key(pose.but(gaze=Gaze(draw.pick((-45, 45)), 4)), 0.6, 0.5), Key(pose, 0.6, 0.4)]
    return Score(tuple(keys), back=0.8, stagger=0.01)
