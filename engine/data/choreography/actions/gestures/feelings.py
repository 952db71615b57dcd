"""What is felt, shown by hands and face."""

from __future__ import annotations

from engine.data.choreography.claims import above, near
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Gaze, Hand, Key, Posture, Score, both, cycle
from engine.data.choreography.sentences import times_in_words


@action(
    ("facepalm", "facepalm with the {side} hand"),
    (
        "does a facepalm",
        "puts the {side} hand (to|over) the face in disbelief",
        "slaps the {side} hand against the forehead",
        "covers the face with the {side} palm{shakes}",
    ),
    (near("right_palm", "face", 0.13),),
)
def facepalm(draw: Draw) -> Score:
    hand = Hand((0.03, -0.01, 0.15), "head", palm=(-0.1, 0.1, -1), fingers=(-0.35, 1, -0.2), swivel=8)
    pose = Posture(right=hand, bend=6, gaze=Gaze(0, -draw.between(16, 30)))
    shakes = draw.count(0, 2)
    a, b = pose.but(gaze=Gaze(12, -24)), pose.but(gaze=Gaze(-12, -24))
    return Score(
        (
            Key(pose, draw.between(0.4, 0.65), draw.between(0.6, 1.2)),
            *cycle((a, b), 0.36, shakes),
            Key(pose, 0.3, 0.3),
        ),
        words={"shakes": " and shakes the head" if shakes else ""},
    )


@action(
    ("cover the ears", "hands over the ears", "too loud"),
    (
        "covers both ears[ with the hands]",
        "(puts|presses) the hands over the ears[ because it is too loud]",
        "holds the ears shut{ducks}",
    ),
    (near("right_palm", "head", 0.16), near("left_palm", "head", 0.16)),
    sided=False,
)
def cover_ears(draw: Draw) -> Score:
    hand = Hand((0.115, -0.02, 0.02), "head", palm=(-1, 0, 0), fingers=(-0.1, 1, -0.35), swivel=30)
    duck = draw.between(0, 1)
    pose = Posture(**both(hand), bend=6 + 14 * duck, gaze=Gaze(0, -8 - 24 * duck), shift=(0, -0.05 * duck, 0))
    a, b = pose.but(gaze=Gaze(10, -20)), pose.but(gaze=Gaze(-10, -20))
    return Score(
        (
            Key(pose, draw.between(0.45, 0.7), draw.between(0.8, 2.0)),
            *cycle((a, b), 0.4, draw.count(0, 2)),
            Key(pose, 0.3, 0.2),
        ),
        words={"ducks": " and ducks the head" if duck > 0.4 else ""},
    )


@action(
    ("cover the eyes", "hide the face in the hands", "cover the face"),
    (
        "covers (both|the) eyes[ with the hands]",
        "hides the face (in|behind) both hands",
        "puts both hands over the face",
    ),
    (near("right_hand", "face", 0.15), near("left_hand", "face", 0.15)),
    sided=False,
)
def cover_eyes(draw: Draw) -> Score:
    hand = Hand((0.06, -0.06, 0.15), "head", palm=(-0.1, 0.1, -1), fingers=(-0.2, 1, -0.15), swivel=-4)
    pose = Posture(**both(hand), bend=5, gaze=Gaze(0, -draw.between(4, 24)))
    return Score((Key(pose, draw.between(0.5, 0.8), draw.between(1.0, 2.6)),))


@action(
    ("yawn", "yawning", "tired yawn"),
    (
        "yawns[ with the {side} hand before the mouth]",
        "yawns{stretching}",
        "leans back with a long yawn, covering the mouth",
    ),
    (near("right_hand", "face", 0.15),),
)
def yawn(draw: Draw) -> Score:
    hand = Hand((0.05, -0.07, 0.16), "head", palm=(-0.2, 0.1, -1), fingers=(-0.6, 0.75, -0.1), swivel=8)
    stretch = draw.chance(0.5)
    left = Hand((0.55, 0.45, -0.05), palm=(0, 0, 1), fingers=(0.4, 1, 0), swivel=10) if stretch else None
    pose = Posture(right=hand, left=left, bend=-10, gaze=Gaze(0, draw.between(14, 28)), shift=(0, 0.01, 0))
    after = Posture(right=Hand((0.05, -0.3, 0.5), roll=30), bend=5, gaze=Gaze(0, -8))
    return Score(
        (Key(pose, draw.between(0.8, 1.2), draw.between(0.8, 1.6)), Key(after, 0.6, through=True)),
        back=0.8,
        words={"stretching": " and stretches the {other} arm" if stretch else ""},
    )


@action(
    ("wipe the sweat off", "wipe the forehead", "phew"),
    (
        "wipes the[ sweat from the] forehead[ with the {side} hand]",
        "wipes sweat off the brow with the back of the {side} hand",
        "strokes the {side} arm over the forehead[, exhausted]",
    ),
    (near("right_wrist", "head", 0.25), above("right_wrist", "head", 0.02)),
)
def wipe_sweat(draw: Draw) -> Score:
    a = Posture(
        right=Hand((-0.08, 0.1, 0.15), "head", palm=(0, 0.2, 1), fingers=(-1, 0.15, 0), swivel=45),
        bend=5,
        gaze=Gaze(10, -6),
    )
    b = Posture(
        right=Hand((0.09, 0.11, 0.14), "head", palm=(0, 0.2, 1), fingers=(-1, 0.25, 0.1), swivel=50),
        bend=3,
        gaze=Gaze(-10, 0),
    )
    flick = Posture(right=Hand((0.35, -0.35, 0.5), roll=40), bend=4, gaze=Gaze(0, -6))
    return Score(
        (Key(a, draw.between(0.6, 0.8), 0.1), Key(b, draw.between(0.4, 0.6), 0.15), Key(flick, 0.4, through=True)),
        back=0.6,
    )


@action(
    ("cough", "coughing", "cough into the {side} fist"),
    (
        "coughs[ into the {side} (hand|fist)][ {times}]",
        "coughs with the {side} hand before the mouth",
        "bends forward with a cough[, the {side} fist at the mouth]",
    ),
    (near("right_hand", "face", 0.17),),
)
def cough(draw: Draw) -> Score:
    hand = Hand((0.06, -0.06, 0.17), "head", palm=(-0.8, 0, -0.4), fingers=(-0.7, 0.6, -0.1), swivel=10)
    still = Posture(right=hand, bend=6, gaze=Gaze(0, -8))
    jerk = Posture(right=hand, bend=17, hips=(5, 0, 0), gaze=Gaze(0, -26), shift=(0, -0.025, 0))
    count = draw.count(2, 4)
    return Score(
        (Key(still, 0.55, 0.1), *cycle((jerk, still), draw.between(0.16, 0.24), count), Key(still, 0.2, 0.3)),
        words={"times": times_in_words(count)},
    )


@action(
    ("sneeze", "sneezing", "achoo"),
    (
        "sneezes[ into the {side} (hand|elbow)]",
        "leans back and sneezes",
        "throws the head back, then sneezes forward into the {side} hand",
    ),
    (near("right_wrist", "face", 0.24),),
)
def sneeze(draw: Draw) -> Score:
    hand = Hand((0.05, -0.05, 0.17), "head", palm=(-0.4, 0, -0.9), fingers=(-0.6, 0.7, -0.1), swivel=12)
    back = Posture(
        right=Hand((-0.15, -0.1, 0.5), palm=(-0.3, 0, -0.9), fingers=(-0.5, 0.8, 0.1)), bend=-10, gaze=Gaze(0, 22)
    )
    out = Posture(right=hand, bend=26, hips=(14, 0, 0), gaze=Gaze(0, -42), shift=(0, -0.05, 0))
    return Score(
        (
            Key(back, draw.between(0.6, 0.9), draw.between(0.1, 0.4)),
            Key(out, draw.between(0.2, 0.28), draw.between(0.15, 0.4)),
            Key(Posture(right=hand, bend=6, gaze=Gaze(0, -8)), 0.5, 0.2),
        )
    )


@action(
    ("laugh", "laughing", "laugh out loud"),
    ("laughs[ heartily| out loud]{holding}", "bends over laughing", "laughs so hard that the shoulders shake"),
    (),
    sided=False,
)
def laugh(draw: Draw) -> Score:
    belly = draw.chance(0.6)
    hand = (
        Hand((-0.34, -0.62, 0.36), palm=(-0.3, 0.1, -1), fingers=(-0.9, 0.1, 0.2))
        if belly
        else Hand((0.15, -0.5, 0.4), roll=20)
    )
    fall = draw.between(12, 30)
    a = Posture(**both(hand), bend=fall, hips=(8, 0, 0), gaze=Gaze(0, -fall), shift=(0, -0.04, 0))
    b = Posture(**both(hand), bend=fall - 8, hips=(6, 0, 0), gaze=Gaze(0, -fall + 8), shift=(0, -0.02, 0))
    back = Posture(**both(hand), bend=-10, gaze=Gaze(0, 16))
    back2 = Posture(**both(hand), bend=-5, gaze=Gaze(0, 10))
    move = draw.between(0.12, 0.17)
    return Score(
        (
            Key(back, 0.5),
            *cycle((back2, back), move, draw.count(2, 4)),
            Key(a, 0.5),
            *cycle((b, a), move, draw.count(3, 7)),
        ),
        back=0.9,
        words={"holding": ", holding the belly" if belly else ""},
    )


@action(
    ("cry", "crying", "weep", "sob"),
    (
        "cries[ with the hands over the face]",
        "weeps into (both|the) hands",
        "sobs, the head down and the shoulders shaking",
        "stands crying[, wiping the tears]",
    ),
    (near("right_hand", "face", 0.17),),
    sided=False,
)
def cry(draw: Draw) -> Score:
    hand = Hand(
        (0.05, -0.07, 0.15), "head", palm=(-0.1, 0.1, -1), fingers=(-0.25, 1, -0.1), swivel=-5, raise_shoulder=0.015
    )
    down = draw.between(18, 36)
    a = Posture(**both(hand), bend=14, hips=(5, 0, 0), gaze=Gaze(0, -down), shift=(0, -0.02, 0))
    b = Posture(**both(hand), bend=18, hips=(6, 0, 0), gaze=Gaze(0, -down - 5), shift=(0, -0.03, 0))
    return Score(
        (
            Key(a, draw.between(0.8, 1.1), 0.3),
            *cycle((b, a), draw.between(0.2, 0.3), draw.count(4, 8)),
            Key(a, 0.2, 0.3),
        ),
        back=1.0,
    )


@action(
    ("rub the eyes", "rubbing the eyes", "wipe a tear away"),
    (
        "rubs the[ tired] eyes[ with the {side} hand]",
        "wipes the eyes with the {side} hand",
        "wipes a tear from the face",
    ),
    (near("right_hand", "face", 0.14),),
)
def rub_eyes(draw: Draw) -> Score:
    def at(move: float) -> Posture:
        return Posture(
            right=Hand(
                (0.07 + move, -0.01, 0.16), "head", palm=(-0.3, 0.2, -1), fingers=(-0.5, 0.85, -0.15), swivel=18
            ),
            bend=5,
            gaze=Gaze(0, -14),
        )

    return Score((Key(at(0.02), 0.65), *cycle((at(-0.02), at(0.03)), draw.between(0.16, 0.26), draw.count(2, 5))))


@action(
    ("whisper", "tell a secret", "whispering"),
    (
        "whispers[ something][ to someone beside][, the {side} hand at the mouth]",
        "leans over and whispers behind the {side} hand",
        "tells a secret",
    ),
    (near("right_hand", "face", 0.2),),
)
def whisper(draw: Draw) -> Score:
    hand = Hand((0.1, -0.08, 0.15), "head", palm=(-0.6, 0.1, -0.6), fingers=(-0.25, 1, 0.15), swivel=0)
    pose = Posture(right=hand, bend=12, lean=draw.between(6, 14), gaze=Gaze(draw.between(10, 30), -2, 6), weight=0.3)
    return Score((Key(pose, 0.8, draw.between(1.0, 2.4)),), back=0.8)


@action(
    ("call out", "shout", "shout with the hands at the mouth"),
    (
        "shouts[ loudly] with (both|the) hands (around|at) the mouth",
        "cups the hands at the mouth and calls out",
        "yells to someone far away",
    ),
    (near("right_hand", "face", 0.16), near("left_hand", "face", 0.16)),
    sided=False,
)
def shout(draw: Draw) -> Score:
    hand = Hand((0.085, -0.12, 0.14), "head", palm=(-0.8, 0, -0.1), fingers=(-0.1, 0.85, 0.45), swivel=5)
    a = Posture(**both(hand), bend=-5, gaze=Gaze(0, 10))
    b = Posture(**both(hand), bend=8, gaze=Gaze(0, 4), shift=(0, 0, 0.03))
    return Score(
        (
            Key(a, 0.65, 0.2),
            Key(b, draw.between(0.3, 0.5), draw.between(0.5, 1.0)),
            *((Key(a, 0.4, 0.1), Key(b, 0.35, 0.7)) if draw.chance(0.5) else ()),
        )
    )


@action(
    ("hold the head", "headache", "despair"),
    (
        "holds the head[ with both hands][ in (pain|despair)]",
        "grabs the head with both hands",
        "has a headache and presses both hands to the temples",
    ),
    (near("right_palm", "head", 0.2), near("left_palm", "head", 0.2)),
    sided=False,
)
def headache(draw: Draw) -> Score:
    hand = Hand((0.12, 0.03, 0.06), "head", palm=(-1, 0, 0), fingers=(-0.15, 1, -0.3), swivel=26)
    deep = draw.between(6, 26)
    a = Posture(**both(hand), bend=deep, gaze=Gaze(10, -deep), shift=(0, -0.03, 0))
    b = Posture(**both(hand), bend=deep + 3, gaze=Gaze(-10, -deep), shift=(0, -0.03, 0))
    return Score(
        (Key(a, draw.between(0.45, 0.8), 0.5), *cycle((b, a), draw.between(0.45, 0.7), draw.count(1, 2))), back=0.9
    )


@action(
    ("shiver", "shivering", "freezing cold", "hug yourself"),
    (
        "shivers[ with cold]",
        "(hugs|rubs) (himself|herself|the own arms) because of the cold",
        "stands freezing, rubbing both upper arms",
        "trembles, arms wrapped around the body",
    ),
    (near("right_hand", "left_shoulder", 0.32), near("left_hand", "right_shoulder", 0.32)),
    sided=False,
)
def shiver(draw: Draw) -> Score:
    def at(move: float) -> Posture:
        return Posture(
            right=Hand(
                (-0.52, -0.32 + move, 0.36),
                palm=(-0.2, 0, -1),
                fingers=(-0.9, 0.35, -0.35),
                swivel=4,
                raise_shoulder=0.03,
            ),
            left=Hand(
                (-0.5, -0.4 - move, 0.42),
                palm=(-0.2, 0, -1),
                fingers=(-0.9, 0.35, -0.35),
                swivel=4,
                raise_shoulder=0.03,
            ),
            bend=12,
            gaze=Gaze(0, -12),
            shift=(0, -0.04, 0),
        )

    return Score(
        (
            Key(at(0), draw.between(0.7, 1.0), 0.2),
            *cycle((at(0.05), at(-0.04)), draw.between(0.14, 0.24), draw.count(4, 9)),
        ),
        back=0.9,
    )
