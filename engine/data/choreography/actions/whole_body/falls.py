"""Hits, stumbles and falls."""

from __future__ import annotations

from typing import Any

from engine.data.choreography.claims import begins_above, ends_above, ends_below, moves, near
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Foot, Gaze, Hand, Key, Posture, Score, both, both_feet
from engine.data.choreography.stock import FLAT_HAND, HANG, ON_FLOOR


def onto_the_back(draw: Draw, back: float = -0.78) -> list[Key]:
    """From reeling to lying on the back: the seat lands first, then the shoulders."""
    flail = both(Hand((0.66, -0.2, 0.3), roll=40))
    reach = both(Hand((0.32, 0.12, back - 0.34), "floor", palm=(0, -1, 0), fingers=(0.5, 0, -0.7)))
    sinking = Posture(
        place=(0, 0.6, 0.5 * back),
        hips=(-16, 0, 0),
        bend=24,
        gaze=Gaze(0, -4),
        **flail,
        **both_feet(Foot(pitch=-14)),
        **ON_FLOOR,
    )
    seat = Posture(
        place=(0, 0.17, back + 0.06),
        hips=(-34, 0, 0),
        bend=30,
        gaze=Gaze(0, 0),
        **reach,
        **both_feet(Foot(pitch=-30)),
        **ON_FLOOR,
    )
    legs = Foot((0.13, -0.01, back + 1.02), "floor", pitch=-60, turn=20)
    bounce = draw.between(14, 30)
    bent = Foot((0.14, 0.0, back + 0.9), "floor", pitch=-10, turn=16, knee=10)
    flat: dict[str, Any] = {"place": (0, 0.11, back), "hips": (-88, 0, 0), "gaze": Gaze(0, 80), **ON_FLOOR}
    arms: dict[str, Any] = {
        "right": Hand(
            (draw.between(0.4, 0.75), 0.03, back - draw.between(0.2, 0.6)),
            "floor",
            palm=(0, draw.pick((1, -1)), 0),
            fingers=(1, 0, -0.2),
        ),
        "left": Hand(
            (draw.between(0.4, 0.75), 0.03, back - draw.between(0.0, 0.6)),
            "floor",
            palm=(0, 1, 0),
            fingers=(1, 0, 0.1),
        ),
    }
    landed = Posture(**flat, bend=bounce, **arms, right_foot=bent, left_foot=legs)
    lying = Posture(**flat, **arms, right_foot=draw.pick((bent, legs)), left_foot=legs)
    return [
        Key(sinking, draw.between(0.34, 0.44), through=True),
        Key(seat, 0.26, through=True),
        Key(landed, 0.24, through=True),
        Key(lying, 0.34, draw.between(0.5, 1.6)),
    ]


def onto_the_belly(draw: Draw, caught: bool) -> list[Key]:
    """From toppling to lying face down: knees, hands, chest."""
    knees = Posture(
        place=(0, 0.5, 0.46),
        hips=(20, 0, 0),
        bend=14,
        gaze=Gaze(0, -20),
        **ON_FLOOR,
        **both_feet(Foot(pitch=66)),
        **both(Hand((0.12, -0.35, 0.85), "level", palm=(0, -0.6, 0.8), fingers=(0, 0.3, 1))),
    )
    hands = Hand((0.24, 0.03, 1.28), **FLAT_HAND, swivel=20)
    on_hands = Posture(
        place=(0, 0.36, 0.7),
        hips=(64, 0, 0),
        bend=4,
        gaze=Gaze(0, -50),
        **both(hands),
        **ON_FLOOR,
        **both_feet(Foot(pitch=80)),
    )
    chest = Posture(
        place=(0, 0.115, 0.905),
        hips=(88, 0, 0),
        gaze=Gaze(0, -66),
        **ON_FLOOR,
        **both_feet(Foot((0.1, 0, -0.13), "floor", pitch=130)),
        right=Hand((0.26, 0.03, 1.36), **FLAT_HAND, swivel=20),
        left=Hand((0.3, 0.03, 1.24), **FLAT_HAND, swivel=20),
    )
    limp = chest.but(right=Hand((0.3, 0.03, 1.58), **FLAT_HAND, swivel=20), gaze=Gaze(40, -60))
    final = chest if caught else limp
    return [
        Key(knees, draw.between(0.4, 0.5), through=True),
        Key(on_hands, 0.3, through=True),
        Key(chest, 0.35),
        Key(final, 0.4, draw.between(0.5, 1.5)),
    ]


def recoil(draw: Draw, where: str) -> Posture:
    """The first jolt of a hit."""
    if where == "stomach":
        return Posture(
            **both(Hand((-0.26, -0.62, 0.36), palm=(-0.2, 0, -1), fingers=(-1, 0.1, 0.1))),
            bend=34,
            hips=(18, 0, 0),
            shift=(0, -0.1, -0.1),
            gaze=Gaze(0, -26),
            balance=False,
        )
    if where == "head":
        return Posture(
            right=Hand((0.3, -0.2, 0.5), roll=40),
            left=Hand((0.2, -0.45, 0.4), roll=40),
            bend=-12,
            lean=10,
            twist=22,
            gaze=Gaze(62, 10, 22),
            shift=(0.05, -0.03, -0.06),
            balance=False,
        )
    return Posture(
        **both(Hand((0.42, -0.1, 0.66), roll=30)),
        bend=18,
        hips=(-4, 0, 0),
        shift=(0, -0.05, -0.16),
        gaze=Gaze(0, -18),
        balance=False,
    )


@action(
    ("fall backwards", "fall on the back", "fall over backwards"),
    (
        "falls (backwards|over backwards|on the back)",
        "loses balance and falls backwards[ onto the ground]",
        "falls down on (his|her) back",
        "topples over backwards and stays on the ground",
    ),
    (begins_above("pelvis", 0.8), ends_below("head", 0.35), ends_below("pelvis", 0.25)),
    sided=False,
)
def fall_back(draw: Draw) -> Score:
    wobble = Posture(
        **both(Hand((0.62, 0.2, 0.35), roll=30)),
        bend=8,
        hips=(-8, 0, 0),
        shift=(0, -0.02, -0.1),
        gaze=Gaze(0, 6),
        balance=False,
        **both_feet(Foot(pitch=-8)),
    )
    return Score(
        (Key(wobble, draw.between(0.35, 0.5), through=True), *onto_the_back(draw)),
        end="held",
        lead=draw.between(0.3, 0.9),
        tail=0.2,
    )


@action(
    ("fall forward", "fall on the face", "trip and fall"),
    (
        "falls (forward|flat on the face)[ onto the ground]",
        "trips and falls forward[ onto the hands]",
        "stumbles, falls forward and lies on the ground",
        "falls down face first",
    ),
    (begins_above("pelvis", 0.8), ends_below("head", 0.4), ends_below("pelvis", 0.3)),
)
def fall_forward(draw: Draw) -> Score:
    trip = Posture(
        **both(Hand((0.3, -0.2, 0.8), "level", roll=60)),
        bend=22,
        hips=(16, 0, 0),
        shift=(0, -0.05, 0.2),
        gaze=Gaze(0, -20),
        balance=False,
        **both_feet(Foot(pitch=28)),
    )
    return Score(
        (Key(trip, draw.between(0.35, 0.45), through=True), *onto_the_belly(draw, draw.chance(0.5))),
        end="held",
        lead=draw.between(0.3, 0.9),
        tail=0.2,
    )


@action(
    ("collapse", "faint", "fall down unconscious", "drop to the ground"),
    (
        "collapses[ to the ground]",
        "faints and falls (down|to the floor)",
        "sinks to the knees and falls over",
        "drops unconscious to the ground",
    ),
    (begins_above("pelvis", 0.8), ends_below("head", 0.45)),
    sided=False,
)
def collapse(draw: Draw) -> Score:
    dizzy = Posture(
        right=Hand((0.1, 0.04, 0.12), "head", palm=(-1, 0, -0.2), fingers=(-0.3, 1, 0), swivel=20)
        if draw.chance(0.5)
        else None,
        lean=6,
        bend=8,
        gaze=Gaze(0, -22, 8),
        shift=(0.03, -0.04, 0),
    )
    sink = Posture(
        place=(0, 0.55, 0.3),
        hips=(8, 0, 0),
        bend=18,
        gaze=Gaze(0, -40, 8),
        **both(HANG),
        **both_feet(Foot(pitch=66)),
        **ON_FLOOR,
    )
    chest = Posture(
        place=(0, 0.115, 0.905),
        hips=(88, 0, 0),
        gaze=Gaze(30, -60),
        **ON_FLOOR,
        **both_feet(Foot((0.1, 0, -0.13), "floor", pitch=130)),
        right=Hand((0.34, 0.03, 1.2), **FLAT_HAND, swivel=20),
        left=Hand((0.25, 0.03, 0.8), **FLAT_HAND, swivel=10),
    )
    tip = Posture(
        place=(0, 0.36, 0.6),
        hips=(52, 0, 0),
        bend=16,
        gaze=Gaze(10, -60),
        **both(Hand((0.22, -0.7, 0.4), "level", roll=20)),
        **ON_FLOOR,
        **both_feet(Foot(pitch=80)),
    )
    return Score(
        (
            Key(dizzy, 0.8, draw.between(0, 0.4)),
            Key(sink, draw.between(0.55, 0.75), through=True),
            Key(tip, 0.4, through=True),
            Key(chest, 0.4, draw.between(0.6, 1.6)),
        ),
        end="held",
        tail=0.2,
    )


@action(
    ("hit in the stomach", "punched in the stomach", "take a punch to the belly"),
    (
        "(is|gets) (hit|punched) in the (stomach|belly)[ and doubles over]",
        "doubles over after a blow to the stomach",
        "takes a punch to the stomach and holds the belly in pain",
    ),
    (near("right_hand", "spine1", 0.34), ends_above("pelvis", 0.6)),
    sided=False,
)
def hit_stomach(draw: Draw) -> Score:
    jolt = recoil(draw, "stomach")
    step = draw.chance(0.6)
    pain = jolt.but(
        bend=draw.between(34, 50),
        hips=(24, 0, 0),
        shift=(0, -0.14, 0),
        balance=True,
        left_foot=Foot((0.02, 0, -0.22) if step else (0, 0, 0)),
        gaze=Gaze(0, -48),
    )
    return Score((Key(jolt, draw.between(0.16, 0.22)), Key(pain, 0.5, draw.between(0.5, 1.5))), back=1.2)


@action(
    ("hit in the head", "punched in the face{steps}", "take a blow to the head", "get punched in the face"),
    (
        "(is|gets) (hit|punched) in the (head|face)[ from the {side}]",
        "(is|gets) (hit|punched|struck) in the (face|head|jaw){steps}",
        "takes a punch in the face{steps}",
        "turns the head sharply after a punch from the {side}",
        "takes a blow to the head and staggers{holding}",
    ),
    (moves("head", 0.12), ends_above("pelvis", 0.6)),
)
def hit_head(draw: Draw) -> Score:
    jolt = recoil(draw, "head")
    holds = draw.chance(0.6)
    stagger = jolt.but(
        left_foot=Foot((0.16, 0, -0.16)),
        twist=10,
        bend=6,
        lean=4,
        gaze=Gaze(26, -16, 8),
        balance=True,
        weight=0.3,
        right=Hand((0.05, -0.03, 0.14), "head", palm=(-0.6, 0, -0.6), fingers=(-0.3, 1, -0.1))
        if holds
        else Hand((0.1, -0.4, 0.45), roll=30),
    )
    words = {"holding": ", holding the face" if holds else "", "steps": ""}
    if draw.chance(0.45):
        words["steps"] = draw.pick((" and stumbles back", " and staggers back", " and stumbles backwards"))
        return staggering(draw, jolt, stagger, words)
    return Score(
        (Key(jolt, draw.between(0.15, 0.2)), Key(stagger, 0.55, draw.between(0.4, 1.2))), back=1.1, words=words
    )


def staggering(draw: Draw, jolt: Posture, dazed: Posture, words: dict[str, str]) -> Score:
    """From the jolt of a blow two or three steps back, dazed, and upright there."""
    far = draw.between(0.42, 0.6)
    first = jolt.but(
        left_foot=Foot((0.08, 0, -0.6 * far), turn=6), shift=(0.02, -0.05, -0.4 * far), bend=-4, gaze=Gaze(40, 2, 16)
    )
    second = dazed.but(
        left_foot=Foot((0.08, 0, -0.6 * far), turn=6),
        right_foot=Foot((0.08, 0, -far), turn=8),
        shift=(0, -0.08, -0.85 * far),
        bend=14,
        weight=0.0,
        balance=False,
    )
    third = dazed.but(
        left_foot=Foot((0.06, 0, -far - 0.14), turn=8), right_foot=Foot((0.08, 0, -far), turn=8), weight=0.0
    )
    there = Posture(left_foot=Foot((0.02, 0, -far - 0.02)), right_foot=Foot((0.02, 0, -far)))
    return Score(
        (
            Key(jolt, draw.between(0.15, 0.2)),
            Key(first, 0.3, through=True),
            Key(second, 0.36, through=True),
            Key(third, 0.45, draw.between(0.4, 1.1)),
            Key(there, 0.9, 0.3),
        ),
        end="held",
        lead=draw.between(0.3, 0.8),
        words=words,
    )


@action(
    ("stumble backwards", "stagger back", "get pushed back"),
    (
        "stumbles (back|backwards)[ and regains balance]",
        "staggers back[ a few steps]",
        "is pushed[ hard] in the chest and steps back",
        "gets hit in the chest and stumbles backwards",
    ),
    (moves("pelvis", 0.25), ends_above("pelvis", 0.75)),
)
def stumble_back(draw: Draw) -> Score:
    jolt = recoil(draw, "chest").but(right_foot=Foot((0.03, 0, -0.3)))
    far = draw.between(0.5, 0.7)
    second = Posture(
        right_foot=Foot((0.03, 0, -0.3)),
        left_foot=Foot((0.05, 0, -far)),
        **both(Hand((0.6, 0.05, 0.35), roll=30)),
        bend=16,
        hips=(6, 0, 0),
        shift=(0, -0.08, -0.45),
        balance=False,
        gaze=Gaze(0, -6),
    )
    third = Posture(
        right_foot=Foot((0.05, 0, -far - 0.2)),
        left_foot=Foot((0.05, 0, -far)),
        **both(Hand((0.35, -0.35, 0.5), roll=30)),
        bend=14,
        hips=(8, 0, 0),
        shift=(0, -0.06, 0),
        gaze=Gaze(0, 0),
    )
    ready = Posture(right_foot=Foot((0.0, 0, -far - 0.02)), left_foot=Foot((0.0, 0, -far)))
    return Score(
        (
            Key(jolt, draw.between(0.24, 0.32), through=True),
            Key(second, 0.36, through=True),
            Key(third, 0.5, draw.between(0.1, 0.5)),
            Key(ready, 0.8, draw.between(0.3, 0.8)),
        ),
        end="held",
        lead=draw.between(0.3, 0.8),
    )


@action(
    ("die", "dying", "get shot and die", "death"),
    (
        "(is shot|gets shot) in the chest and (dies|falls dead)",
        "dies[ dramatically], falling to the ground",
        "is hit by a bullet, clutches the chest and falls",
        "falls dead to the ground",
    ),
    (begins_above("pelvis", 0.8), ends_below("head", 0.45), ends_below("pelvis", 0.3)),
)
def die(draw: Draw) -> Score:
    clutch: dict[str, Any] = {"right": Hand((-0.36, -0.3, 0.34), palm=(-0.2, 0, -1), fingers=(-0.9, 0.2, -0.2))}
    jolt = Posture(
        **clutch,
        left=Hand((0.4, -0.2, 0.5), roll=30),
        bend=20,
        shift=(0, -0.04, -0.1),
        gaze=Gaze(0, -20),
        balance=False,
    )
    sway = Posture(
        **clutch,
        left=Hand((0.3, -0.7, 0.3), roll=20),
        bend=-6,
        left_foot=Foot((0.04, 0, -0.2)),
        gaze=Gaze(0, 14),
        shift=(0, -0.03, -0.02),
    )
    if draw.chance(0.5):
        rest = onto_the_back(draw, -0.95)
    else:
        rest = onto_the_belly(draw, False)
        sway = sway.but(bend=18, left_foot=Foot(), gaze=Gaze(0, -20))
    return Score(
        (Key(jolt, 0.18), Key(sway, draw.between(0.5, 0.9), draw.between(0, 0.4)), *rest),
        end="held",
        lead=draw.between(0.2, 0.6),
        tail=0.3,
    )


@action(
    ("fall to the knees", "sink to the knees", "drop on the knees in despair"),
    (
        "falls (to|on) (his|her|the) knees",
        "sinks to the knees[ in despair]",
        "drops to both knees[ and hangs the head]",
    ),
    (begins_above("pelvis", 0.8), ends_below("right_knee", 0.12), ends_below("left_knee", 0.12)),
    sided=False,
)
def fall_to_knees(draw: Draw) -> Score:
    sink = Posture(
        place=(0, 0.62, 0.2),
        hips=(4, 0, 0),
        bend=10,
        gaze=Gaze(0, -16),
        **both(HANG),
        **both_feet(Foot(pitch=60)),
        **ON_FLOOR,
    )
    foot = Foot((0.09, 0, 0.0), "floor", pitch=76)
    land = Posture(
        place=(0, 0.5, 0.44),
        hips=(10, 0, 0),
        bend=26,
        gaze=Gaze(0, -44),
        **both(HANG),
        **both_feet(foot),
        **ON_FLOOR,
    )
    rest = Posture(
        place=(0, 0.4, 0.22),
        hips=(10, 0, 0),
        bend=22,
        gaze=Gaze(0, -50),
        **both_feet(foot),
        **ON_FLOOR,
        **(
            both(HANG)
            if draw.chance(0.5)
            else both(Hand((0.06, -0.05, 0.14), "head", palm=(-0.1, 0.1, -1), fingers=(-0.2, 1, 0)))
        ),
    )
    return Score(
        (
            Key(sink, draw.between(0.5, 0.7), through=True),
            Key(land, 0.3, 0.1),
            Key(rest, 0.7, draw.between(0.5, 1.4)),
        ),
        end="held",
        stagger=0,
    )
