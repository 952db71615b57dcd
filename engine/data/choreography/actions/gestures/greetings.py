"""Greetings and signals with the hands."""

from __future__ import annotations

from typing import Any

from engine.data.choreography.claims import above, ahead, near, straight_arm
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Gaze, Hand, Key, Posture, Score, both, cycle
from engine.data.choreography.sentences import times_in_words
from engine.data.choreography.stock import ATTENTION, HANG


@action(
    ("wave", "waving hello", "wave with the {side} hand", "friendly wave"),
    (
        "waves[ hello| goodbye][ with the {side} hand][ {times}]",
        "(raises|lifts) the {side} hand and waves[ {times}]",
        "waves[ the {side} hand][ in greeting| to someone| at a friend]",
        "greets someone by waving the {side} hand[, palm facing forward]",
        "stands and waves hello with the {side} arm (raised|up)",
    ),
    (above("right_hand", "right_shoulder", 0.15),),
    often=4,
)
def wave(draw: Draw) -> Score:
    up, out = draw.between(0.34, 0.62), draw.between(0.38, 0.62)
    swing, forward = draw.between(10, 24) * draw.size, draw.between(0.18, 0.4)
    gaze = Gaze(draw.near(-8, 8), draw.near(3, 3), draw.near(0, 3))
    body = Posture(lean=draw.near(2, 2), gaze=gaze)

    def at(side: float) -> Posture:
        lean = swing / 60 * side
        return body.but(
            right=Hand(
                (out + 0.14 * lean, up, forward),
                swivel=draw.near(22, 6),
                palm=(0.1, 0, 1),
                fingers=(0.9 * lean, 1, 0.05),
            )
        )

    count = draw.count(2, 5)
    sway = draw.between(0.2, 0.32)
    keys = (Key(at(0.3), draw.between(0.55, 0.8)), *cycle((at(1), at(-1)), sway, count), Key(at(0), sway))
    return Score(keys, words={"times": times_in_words(count)})


@action(
    ("salute", "military salute", "salute with the right hand"),
    (
        "salutes[ with the right hand][ like a soldier]",
        "(raises|brings) the right hand to the forehead in a salute",
        "stands (straight|at attention) and (salutes|gives a military salute)",
        "gives a[ crisp] salute and lowers the hand again",
    ),
    (near("right_hand", "head", 0.2), above("right_elbow", "spine3")),
    sided=False,
)
def salute(draw: Draw) -> Score:
    hand = Hand(
        (draw.near(0.15, 0.015), draw.near(0.09, 0.01), draw.near(0.09, 0.015)),
        "head",
        swivel=draw.near(52, 6),
        palm=(0.3, -0.8, 0.5),
        fingers=(-0.75, 0.45, 0.1),
    )
    pose = Posture(right=hand, left=ATTENTION, bend=draw.near(-3, 1.5), gaze=Gaze(0, draw.near(2, 2)))
    ready = Posture(right=ATTENTION, left=ATTENTION, bend=-2.0, gaze=Gaze())
    return Score(
        (
            Key(ready, 0.4, draw.between(0, 0.3)),
            Key(pose, draw.between(0.4, 0.65), draw.between(0.6, 1.8)),
            Key(ready, draw.between(0.4, 0.6), 0.1),
        )
    )


@action(
    ("bow", "take a bow", "bowing", "polite bow"),
    (
        "bows[ deeply| politely]",
        "takes a bow",
        "bends forward at the waist in a[ respectful] bow",
        "bows down (with the arms at the sides|and straightens up again)",
    ),
    (ahead("head", 0.28),),
    sided=False,
)
def bow(draw: Draw) -> Score:
    deep = draw.between(0.7, 1.15)
    pose = Posture(
        **both(ATTENTION if draw.chance(0.3) else HANG),
        hips=(38 * deep, 0, 0),
        bend=30 * deep,
        gaze=Gaze(0, -62 * deep),
    )
    return Score((Key(pose, draw.between(0.9, 1.4), draw.between(0.3, 1.0)),), back=draw.between(0.9, 1.3))


@action(
    ("clap", "clapping", "applaud", "applause"),
    (
        "claps[ the hands| both hands][ {times}]",
        "applauds[ happily| enthusiastically]",
        "stands and claps in front of the chest",
        "claps the hands together[ {times}]",
    ),
    (near("right_palm", "left_palm", 0.1),),
    sided=False,
)
def clap(draw: Draw) -> Score:
    up, ahead_ = draw.near(-0.25, 0.1), draw.near(0.62, 0.05)
    wide = draw.between(0.1, 0.22) * draw.size

    def hands(apart: float) -> dict[str, Any]:
        return both(Hand((-0.33 + apart, up, ahead_), palm=(-1, 0, 0), fingers=(-0.2, 0.7, 0.7), swivel=14))

    open_, shut = Posture(**hands(wide), gaze=Gaze(0, 0)), Posture(**hands(0.02), gaze=Gaze(0, 0))
    count = draw.count(4, 9)
    move = draw.between(0.11, 0.19)
    keys = (Key(open_, 0.6), *cycle((shut, open_), move, count))
    return Score(keys, stagger=0.0, words={"times": times_in_words(count) if count < 7 else "several times"})


@action(
    ("wave both arms", "waving both hands", "wave for help"),
    (
        "waves both (arms|hands)[ over the head| in the air][ {times}]",
        "raises both arms and waves them[ to get attention]",
        "waves (wildly|excitedly) with both hands[ up in the air]",
        "signals for help by waving both arms overhead",
    ),
    (above("right_wrist", "head"), above("left_wrist", "head")),
    sided=False,
)
def wave_both(draw: Draw) -> Score:
    wide, up = draw.between(0.1, 0.3), draw.between(0.75, 0.88)
    swing = draw.between(0.2, 0.34) * draw.size
    crossed = draw.chance(0.4)

    def at(side: float) -> Posture:
        right, left = (wide + swing * side, wide - swing * side) if not crossed else (wide + swing * side,) * 2
        return Posture(
            right=Hand((right, up, 0.1), palm=(0, 0, 1), fingers=(right, 1, 0.1)),
            left=Hand((left, up, 0.1), palm=(0, 0, 1), fingers=(left, 1, 0.1)),
            lean=-4 * side * (not crossed),
            gaze=Gaze(0, 6),
            bend=-3,
        )

    count, move = draw.count(3, 6), draw.between(0.26, 0.42)
    return Score((Key(at(1), 0.8), *cycle((at(-1), at(1)), move, count)), words={"times": times_in_words(count)})


@action(
    ("big wave overhead", "wave the {side} arm overhead", "waving goodbye"),
    (
        "waves the {side} arm[ high] over the head[ {times}]",
        "waves goodbye with a big swing of the {side} arm",
        "stretches the {side} arm up and waves[ to someone far away]",
    ),
    (above("right_wrist", "head", 0.05),),
)
def wave_high(draw: Draw) -> Score:
    swing = draw.between(0.22, 0.4) * draw.size

    def at(side: float) -> Posture:
        out = 0.22 + swing * side
        return Posture(
            right=Hand((out, 0.9 - 0.25 * abs(out), 0.12), palm=(0, 0, 1), fingers=(out, 1, 0.1)),
            lean=3 - 3 * side,
            gaze=Gaze(0, 6),
            shift=(0, 0.01, 0),
        )

    count, move = draw.count(2, 5), draw.between(0.34, 0.5)
    return Score((Key(at(1), 0.8), *cycle((at(-1), at(1)), move, count)), words={"times": times_in_words(count)})


@action(
    ("cheer", "cheering", "celebrate", "victory"),
    (
        "cheers[ with both arms in the air][ happily]",
        "throws both arms up and cheers",
        "celebrates (a victory|a goal|winning)",
        "raises both fists over the head in triumph[ {times}]",
    ),
    (above("right_wrist", "head"), above("left_wrist", "head")),
    sided=False,
)
def cheer(draw: Draw) -> Score:
    def arms(up: float, wide: float) -> Posture:
        return Posture(
            **both(Hand((wide, up, 0.06), palm=(-0.4, 0, 1), fingers=(0.2, 1, 0), raise_shoulder=0.02)),
            bend=-7,
            gaze=Gaze(0, 14),
            shift=(0, 0.0, 0),
        )

    low = Posture(**both(Hand((0.1, -0.2, 0.4), roll=40, swivel=15)), shift=(0, -0.06, 0), bend=6, gaze=Gaze(0, 4))
    wide = draw.between(0.15, 0.5)
    high, middle = arms(0.92 - 0.3 * wide, wide), arms(0.55, wide + 0.1)
    count = draw.count(1, 4)
    return Score(
        (
            Key(low, 0.4, through=True),
            Key(high, 0.4, draw.between(0, 0.5)),
            *cycle((middle, high), draw.between(0.22, 0.34), count),
            Key(high, 0.2, draw.between(0.2, 0.8)),
        ),
        words={"times": times_in_words(count + 1)},
    )


@action(
    ("fist pump", "yes!", "pump the {side} fist"),
    (
        "pumps the {side} fist[ in joy| triumphantly]",
        "makes a fist pump with the {side} arm",
        "pulls the {side} fist down to say yes",
    ),
    (above("right_wrist", "spine2"),),
)
def fist_pump(draw: Draw) -> Score:
    up = Posture(right=Hand((0.25, 0.42, 0.4), palm=(-1, 0, 0), fingers=(0, 1, 0.2)), bend=-4, gaze=Gaze(0, 8))
    down = Posture(
        right=Hand((0.12, -0.34, 0.42), palm=(-0.8, 0, -0.6), fingers=(-0.2, 0.9, 0.4)),
        bend=10,
        lean=-4,
        shift=(0, -0.06, 0),
        gaze=Gaze(0, -4),
    )
    return Score(
        (
            Key(up, 0.5, 0.05),
            Key(down, draw.between(0.2, 0.3), draw.between(0.1, 0.4)),
            *cycle((up, down), 0.26, draw.count(0, 2)),
            Key(down, 0.1, 0.4),
        )
    )


@action(
    ("shrug", "shrugging", "don't know gesture"),
    (
        "shrugs[ the shoulders]",
        "shrugs and turns the palms up",
        "raises the shoulders and opens both hands as if to say 'I don't know'",
        "lifts both palms in a helpless shrug",
    ),
    (above("right_wrist", "pelvis", 0.1), above("left_wrist", "pelvis", 0.1)),
    sided=False,
)
def shrug(draw: Draw) -> Score:
    raise_ = draw.between(0.045, 0.07)
    wide = draw.between(0.28, 0.46)
    hand = Hand(
        (wide, draw.between(-0.55, -0.4), draw.between(0.32, 0.48)),
        palm=(0.1, 1, 0.1),
        fingers=(0.9, -0.05, 0.5),
        swivel=-6,
        raise_shoulder=raise_,
    )
    pose = Posture(**both(hand), gaze=Gaze(draw.near(0, 12), 2, draw.near(8, 4)), bend=-2)
    keys = [Key(pose, draw.between(0.4, 0.6), draw.between(0.3, 1.0))]
    if draw.chance(0.3):
        keys += [
            Key(pose.but(**both(Hand(hand.at, palm=hand.palm, fingers=hand.fingers, raise_shoulder=0.01))), 0.25),
            Key(pose, 0.25, 0.4),
        ]
    return Score(tuple(keys))


@action(
    ("pray", "praying", "fold the hands in prayer", "namaste"),
    (
        "prays[ with folded hands]",
        "puts the palms together in front of the chest[ and bows the head]",
        "presses both hands together in prayer",
        "stands with folded hands and prays",
    ),
    (near("right_palm", "left_palm", 0.1),),
    sided=False,
)
def pray(draw: Draw) -> Score:
    hand = Hand(
        (-0.325, draw.near(-0.2, 0.06), draw.near(0.42, 0.04)), palm=(-1, 0, 0), fingers=(-0.05, 1, 0.25), swivel=20
    )
    down = draw.between(8, 32)
    pose = Posture(**both(hand), gaze=Gaze(0, -down), bend=5)
    return Score((Key(pose, draw.between(0.8, 1.2), draw.between(1.4, 3.5)),), stagger=0, back=1.0)


@action(
    ("namaste bow", "greet with folded hands", "wai"),
    (
        "folds the hands and bows[ slightly] in greeting",
        "puts the palms together and bows the head",
        "greets with a namaste",
    ),
    (near("right_palm", "left_palm", 0.12),),
    sided=False,
)
def namaste(draw: Draw) -> Score:
    hand = Hand((-0.325, -0.12, 0.42), palm=(-1, 0, 0), fingers=(-0.05, 1, 0.15), swivel=20)
    a = Posture(**both(hand), gaze=Gaze(0, 0))
    b = Posture(**both(hand), hips=(14, 0, 0), bend=16, gaze=Gaze(0, -36))
    return Score(
        (Key(a, 0.8, 0.2), Key(b, draw.between(0.6, 0.9), draw.between(0.4, 1.0)), Key(a, 0.7, 0.1)), stagger=0
    )


@action(
    ("blow a kiss", "kiss hand", "blow a kiss with the {side} hand"),
    (
        "blows a kiss[ with the {side} hand]",
        "kisses the {side} hand and throws the kiss forward",
        "brings the {side} hand to the mouth and blows a kiss",
    ),
    (near("right_hand", "face", 0.16), ahead("right_wrist", 0.3)),
    often=2,
)
def blow_kiss(draw: Draw) -> Score:
    lips = Hand((0.03, -0.06, 0.19), "head", palm=(-0.3, 0.1, -1), fingers=(-0.55, 0.75, -0.2), swivel=10)
    out = Hand((0.12, draw.between(-0.15, 0.05), 0.85), palm=(-0.2, 0.9, 0.3), fingers=(0.2, 0.2, 1))
    kiss = Posture(right=lips, gaze=Gaze(0, -3), bend=2)
    blow = Posture(right=out, gaze=Gaze(0, 4), bend=4, shift=(0, 0, 0.03))
    return Score((Key(kiss, 0.7, draw.between(0.2, 0.5)), Key(blow, draw.between(0.4, 0.6), draw.between(0.4, 1.0))))


@action(
    ("high five", "give a high five", "high five with the {side} hand"),
    (
        "gives a high five[ with the {side} hand]",
        "raises the {side} hand and claps it against someone else's",
        "swings the {side} arm up for a high five",
    ),
    (above("right_hand", "head"),),
)
def high_five(draw: Draw) -> Score:
    back = Posture(
        right=Hand((0.35, 0.35, 0.1), palm=(0, 0, 1), fingers=(0.1, 1, -0.2)), twist=-12, bend=-4, gaze=Gaze(0, 6)
    )
    hit = Posture(
        right=Hand((0.02, 0.5, 0.68), palm=(0, 0, 1), fingers=(-0.05, 1, 0.15)),
        twist=12,
        bend=4,
        shift=(0, 0.0, 0.03),
        gaze=Gaze(0, 8),
    )
    return Score(
        (
            Key(back, 0.6, 0.1),
            Key(hit, draw.between(0.22, 0.32), draw.between(0.1, 0.25)),
            Key(Posture(right=Hand((0.1, 0.1, 0.55), roll=40)), 0.35, through=True),
        )
    )


@action(
    ("shake hands", "handshake", "handshake with the {side} hand"),
    (
        "shakes hands[ with someone]",
        "reaches out the {side} hand and shakes (hands|someone's hand)",
        "offers the {side} hand and shakes it up and down[ {times}]",
    ),
    (ahead("right_wrist", 0.24),),
)
def shake_hands(draw: Draw) -> Score:
    def at(up: float) -> Posture:
        return Posture(
            right=Hand((-0.08, -0.5 + up, 0.74), palm=(-1, 0, 0), fingers=(-0.1, 0.05, 1)),
            bend=8,
            twist=6,
            gaze=Gaze(0, 0),
            shift=(0, 0, 0.03),
        )

    count, swing = draw.count(2, 5), draw.between(0.06, 0.12)
    return Score(
        (
            Key(at(0), 0.75, 0.15),
            *cycle((at(swing), at(-swing)), draw.between(0.15, 0.22), count),
            Key(at(0), 0.2, 0.2),
        ),
        words={"times": times_in_words(count)},
    )


@action(
    ("arms out to the sides", "t-pose arms", "spread the arms"),
    (
        "(spreads|stretches|holds) both arms out to the sides",
        "raises both arms sideways to shoulder height",
        "opens the arms wide[ in welcome]",
    ),
    (straight_arm("right", 0.9), straight_arm("left", 0.9)),
    sided=False,
)
def spread_arms(draw: Draw) -> Score:
    up = draw.near(0.0, 0.08)
    hand = Hand((draw.between(0.88, 0.98), up, 0.12), palm=draw.pick(((0, -1, 0), (0, 0, 1))), fingers=(1, up, 0.1))
    return Score(
        (Key(Posture(**both(hand), bend=-3, gaze=Gaze(0, 3)), draw.between(0.7, 1.2), draw.between(0.8, 2.4)),)
    )
