"""Playing instruments, singing and conducting."""

from __future__ import annotations

from typing import Any

from engine.data.choreography.actions.work.seated import seat, seated
from engine.data.choreography.claims import above, ahead, begins_below, moves, near
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Foot, Gaze, Hand, Key, Posture, Score, cycle


@action(
    ("play the guitar", "playing guitar", "air guitar"),
    (
        "plays (the guitar|an electric guitar|air guitar)",
        "strums a guitar with the {side} hand",
        "stands and plays guitar, strumming up and down",
    ),
    (moves("right_wrist", 0.05), ahead("left_wrist", 0.1)),
    often=2,
)
def guitar(draw: Draw) -> Score:
    rock, wide = draw.between(0, 1), draw.between(0.15, 0.2)

    def at(strum: float, neck: float, beat: float) -> Posture:
        return Posture(
            right=Hand((-0.24, -0.6 + wide * strum, 0.34), palm=(-0.2, 0, -1), fingers=(-0.8, -0.5, 0.1), swivel=12),
            left=Hand((0.1 - 0.12 * neck, -0.28, 0.56), palm=(-0.3, 0.5, -0.8), fingers=(-0.5, 0.6, 0.4)),
            bend=6 + 6 * rock * beat,
            hips=(2, 0, 6),
            shift=(0, -0.03 - 0.03 * rock * beat, 0),
            gaze=Gaze(16, -24 + 8 * beat, 4),
            left_foot=Foot((0.06, 0, 0.1)),
            right_foot=Foot((0.05, 0, -0.05)),
        )

    beat = draw.between(0.22, 0.34)
    keys = [Key(at(1, 0, 0), 0.9)]
    neck = 0.0
    for number in range(draw.count(10, 16)):
        neck = draw.between(0, 1) if number % 4 == 3 else neck
        keys.append(Key(at(-1 if number % 2 == 0 else 1, neck, number % 2), beat))
    return Score(tuple(keys), back=0.9)


@action(
    ("play the piano", "playing piano", "play keyboard"),
    ("plays the piano", "sits at a piano and plays", "is seated, the hands moving over the keys of a piano"),
    (begins_below("pelvis", 0.66), ahead("right_wrist", 0.2), ahead("left_wrist", 0.2)),
    sided=False,
)
def piano(draw: Draw) -> Score:
    place = seat(draw)

    def at() -> Posture:
        right, left = draw.between(-0.25, 0.35), draw.between(-0.25, 0.35)
        return Posture(
            **place,
            hips=(2, 0, 0),
            bend=10 + draw.between(-3, 5),
            lean=draw.between(-4, 4),
            right=Hand((right, -0.5 + draw.between(0, 0.05), 0.58), palm=(-0.05, -1, 0.1), fingers=(0, -0.15, 1)),
            left=Hand((left, -0.5 + draw.between(0, 0.05), 0.58), palm=(-0.05, -1, 0.1), fingers=(0, -0.15, 1)),
            gaze=Gaze(20 * (left - right), -26),
        )

    return seated((Key(at(), 0, 0.1), *(Key(at(), draw.between(0.22, 0.42)) for _ in range(draw.count(9, 16)))))


@action(
    ("play the violin", "playing violin", "play the fiddle"),
    ("plays the violin", "bows a violin with the {side} hand[, the chin on it]", "stands and plays the fiddle"),
    (above("left_wrist", "spine3"), moves("right_wrist", 0.15)),
)
def violin(draw: Draw) -> Score:
    def at(bow: float, sway: float) -> Posture:
        return Posture(
            left=Hand((0.12, 0.1, 0.66), palm=(-0.3, 0.6, -0.7), fingers=(-0.4, 0.7, -0.1)),
            right=Hand(
                (-0.05 + 0.3 * bow, -0.05 - 0.16 * bow, 0.48),
                palm=(-0.3, -0.9, 0),
                fingers=(-0.8, -0.2, 0.5),
                swivel=34 - 14 * bow,
            ),
            lean=3 * sway,
            twist=4 * sway,
            gaze=Gaze(34, -10, 16),
            bend=1,
        )

    move = draw.between(0.4, 0.7)
    keys = [Key(at(0, 0), 1.0, 0.1)]
    for number in range(draw.count(4, 8)):
        keys.append(Key(at(1 if number % 2 == 0 else 0, draw.between(-1, 1)), move))
    return Score(tuple(keys), back=1.0)


@action(
    ("play the drums", "drumming", "drum with sticks"),
    ("plays the drums", "sits and drums with both hands", "beats the drums with sticks"),
    (begins_below("pelvis", 0.68), moves("right_wrist", 0.1), moves("left_wrist", 0.1)),
    sided=False,
)
def drums(draw: Draw) -> Score:
    place: dict[str, Any] = {**seat(draw), "place": (0, 0.6, -0.36)}

    def hand(up: bool, side: float, high: float) -> Hand:
        return Hand(
            (side, -0.48 + high + (0.28 if up else 0.0), 0.5),
            palm=(-0.3, -0.9, 0),
            fingers=(-0.2, 0.55 if up else -0.2, 0.9),
        )

    beat = draw.between(0.17, 0.24)
    keys = [Key(Posture(**place, bend=8, right=hand(True, 0, 0), left=hand(False, 0, 0), gaze=Gaze(0, -14)), 0, 0.1)]
    for number in range(draw.count(12, 22)):
        fill = number % 6 == 5
        side = draw.between(0.1, 0.35) if fill else -0.02
        high = 0.25 if fill else 0.0
        right = number % 2 == 1
        keys.append(
            Key(
                Posture(
                    **place,
                    bend=8,
                    twist=6 if right else -6,
                    right=hand(right, side, high),
                    left=hand(not right, side, high),
                    gaze=Gaze(0, -14 + 5 * right),
                ),
                beat,
            )
        )
    return seated(tuple(keys))


@action(
    ("play the {instrument}", "blow the {instrument}"),
    (
        "plays the {instrument}",
        "holds a {instrument} to the lips and plays",
        "blows a {instrument}[ with both hands on the keys]",
    ),
    (near("right_wrist", "face", 0.42), ahead("left_wrist", 0.15)),
    sided=False,
)
def trumpet(draw: Draw) -> Score:
    sax = draw.chance(0.4)

    def at(lift: float) -> Posture:
        if sax:
            hands = {
                "right": Hand((-0.2, -0.55, 0.36), palm=(-1, 0, 0), fingers=(-0.4, -0.1, 0.9)),
                "left": Hand((-0.3, -0.22, 0.4), palm=(-1, 0, 0), fingers=(-0.4, 0.2, 0.9)),
            }
        else:
            hands = {
                "right": Hand((0.02, -0.08, 0.33), "head", palm=(-1, 0, 0), fingers=(-0.3, 0.6, 0.6), swivel=24),
                "left": Hand((0.03, -0.12, 0.3), "head", palm=(-1, 0, 0), fingers=(-0.3, 0.5, 0.7), swivel=20),
            }
        return Posture(
            **hands,
            bend=-3 - 7 * lift,
            gaze=Gaze(draw.near(0, 5), -4 + 16 * lift),
            lean=draw.near(0, 3),
            shift=(0, -0.02 * (1 - lift), 0),
        )

    words: dict[str, Any] = {"instrument": "saxophone" if sax else "trumpet"}
    return Score(
        (
            Key(at(0), 0.9, 0.2),
            *(
                Key(at(draw.between(0, 1)), draw.between(0.5, 0.9), draw.between(0, 0.3))
                for _ in range(draw.count(3, 5))
            ),
        ),
        stagger=0,
        back=0.9,
        words=words,
    )


@action(
    ("play the flute", "playing the flute"),
    ("plays the flute", "holds a flute to the {side} side of the mouth and plays"),
    (near("left_hand", "face", 0.25),),
)
def flute(draw: Draw) -> Score:
    def at(sway: float) -> Posture:
        return Posture(
            right=Hand((0.2, -0.05, 0.14), "head", palm=(-0.1, 0.2, -1), fingers=(-0.8, 0.4, 0.3), swivel=26),
            left=Hand((-0.02, -0.09, 0.19), "head", palm=(0, 0.2, -1), fingers=(-0.9, 0.4, 0.1), swivel=14),
            lean=3 * sway,
            twist=4 * sway,
            gaze=Gaze(14 + 4 * sway, -6, -8),
        )

    return Score(
        (
            Key(at(0), 1.0, 0.2),
            *(Key(at(draw.between(-1, 1)), draw.between(0.6, 0.9)) for _ in range(draw.count(3, 5))),
        ),
        stagger=0,
        back=1.0,
    )


@action(
    ("conduct an orchestra", "conducting"),
    (
        "conducts an orchestra[ with both hands]",
        "beats time with the arms like a conductor",
        "conducts[ passionately]",
    ),
    (moves("right_wrist", 0.25), above("right_wrist", "spine2")),
    sided=False,
)
def conduct(draw: Draw) -> Score:
    big = draw.between(0.16, 0.28)
    left_still = draw.chance(0.4)

    def at(x: float, y: float) -> Posture:
        right = Hand((0.1 + big * x, -0.02 + big * y, 0.6), palm=(-0.4, -0.8, 0.2), fingers=(-0.2, 0.3, 1))
        left = (
            Hand((0.25, -0.1, 0.55), palm=(-0.2, 0.8, 0), fingers=(0, 0.4, 1))
            if left_still
            else Hand((0.1 + big * x, -0.02 + big * y, 0.6), palm=(-0.4, -0.8, 0.2), fingers=(-0.2, 0.3, 1))
        )
        return Posture(
            right=right,
            left=left,
            bend=3 - 3 * y,
            gaze=Gaze(14 * x * left_still, 2 + 4 * y),
            shift=(0, 0.008 * y, 0),
        )

    bar = (at(0, -1), at(-0.8, -0.2), at(1, -0.1), at(0.1, 1.1))
    beat = draw.between(0.32, 0.48)
    return Score(
        (Key(at(0.1, 1), 0.9, 0.2), *cycle(bar, beat, draw.count(2, 3)), Key(at(0, 0), 0.4, 0.2)),
        stagger=0.015,
        back=0.9,
    )


@action(
    ("sing into a microphone", "singing", "karaoke"),
    (
        "sings into a microphone[ in the {side} hand]",
        "holds a microphone to the mouth and sings",
        "sings passionately[, gesturing with the {other} hand]",
    ),
    (near("right_hand", "face", 0.22),),
)
def sing(draw: Draw) -> Score:
    mic = Hand((0.05, -0.14, 0.2), "head", palm=(-0.9, 0, -0.3), fingers=(-0.6, 0.5, -0.1), swivel=8)

    def at(out: float, up: float, sway: float) -> Posture:
        return Posture(
            right=mic,
            left=Hand((0.15 + 0.5 * out, -0.5 + 0.6 * up, 0.5), palm=(0, 0.9, 0.2), fingers=(0.6 * out, 0.2, 1)),
            lean=5 * sway,
            weight=0.5 * sway,
            gaze=Gaze(10 * sway, 4 + 14 * up),
            bend=-4 * up,
        )

    return Score(
        (
            Key(at(0, 0, 0), 0.9, 0.1),
            *(
                Key(
                    at(draw.between(0, 1), draw.between(0, 1), draw.between(-1, 1)),
                    draw.between(0.7, 1.1),
                    draw.between(0, 0.3),
                )
                for _ in range(draw.count(3, 5))
            ),
        ),
        back=0.9,
    )


@action(
    ("DJ", "play records", "scratch records like a DJ"),
    ("plays records like a DJ{headphones}", "scratches a record with the {side} hand, nodding to the beat"),
    (ahead("right_wrist", 0.2),),
)
def dj(draw: Draw) -> Score:
    ear = (
        Hand((0.13, -0.04, 0.05), "head", palm=(-1, 0, 0), fingers=(-0.2, 1, -0.2))
        if draw.chance(0.6)
        else Hand((0.0, -0.48, 0.55), palm=(0, -1, 0), fingers=(-0.1, 0, 1))
    )

    def at(move: float, nod: float) -> Posture:
        return Posture(
            right=Hand((0.06 + 0.12 * move, -0.48, 0.56 + 0.13 * move), palm=(0, -1, 0), fingers=(-0.1, -0.1, 1)),
            left=ear,
            bend=8 + 3 * nod,
            gaze=Gaze(-8, -24 - 8 * nod),
            shift=(0, -0.02 - 0.015 * nod, 0),
        )

    return Score(
        (Key(at(0, 0), 0.8), *cycle((at(1, 1), at(-1, 0)), draw.between(0.24, 0.34), draw.count(5, 9))),
        back=0.8,
        words={"headphones": ", one hand at the headphones" if ear.frame == "head" else ""},
    )


@action(
    ("play the harp", "pluck a harp"),
    ("plays a harp[, seated]", "sits and plucks the strings of a harp"),
    (begins_below("pelvis", 0.66), near("right_wrist", "left_wrist", 0.8)),
    sided=False,
)
def harp(draw: Draw) -> Score:
    place = seat(draw)

    def at() -> Posture:
        return Posture(
            **place,
            hips=(0, 0, 0),
            bend=8,
            **{
                side: Hand(
                    (-0.2 + draw.between(-0.05, 0.05), draw.between(-0.2, 0.15), draw.between(0.45, 0.65)),
                    palm=(-1, 0, 0),
                    fingers=(-0.4, 0.4, 0.8),
                )
                for side in ("right", "left")
            },
            gaze=Gaze(-10, -8),
            lean=draw.between(-2, 2),
        )

    return seated((Key(at(), 0, 0.2), *(Key(at(), draw.between(0.35, 0.6)) for _ in range(draw.count(7, 11)))))


@action(
    ("play a hand drum", "bongo drums", "drum with the hands"),
    ("plays the bongos", "drums with both hands on a hand drum", "beats a djembe with flat hands"),
    (moves("right_wrist", 0.08), moves("left_wrist", 0.08)),
    sided=False,
)
def hand_drum(draw: Draw) -> Score:
    def hand(up: bool) -> Hand:
        return Hand((-0.22, -0.6 + (0.24 if up else 0), 0.5), palm=(0, -1, 0), fingers=(-0.2, 0.3 if up else 0.0, 1))

    right = Posture(right=hand(True), left=hand(False), bend=12, twist=4, gaze=Gaze(0, -26))
    left = Posture(right=hand(False), left=hand(True), bend=12, twist=-4, gaze=Gaze(0, -22))
    return Score(
        (Key(right, 0.8), *cycle((left, right), draw.between(0.18, 0.26), draw.count(6, 10))), back=0.8, stagger=0
    )
