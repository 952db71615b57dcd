"""Sitting down and standing up, kneeling and squatting."""

from __future__ import annotations

from typing import Any

from engine.data.choreography.claims import begins_above, begins_below, below, ends_above, ends_below
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Foot, Gaze, Hand, Key, Posture, Score, both, both_feet, cycle
from engine.data.choreography.sentences import times_in_words
from engine.data.choreography.stock import HALF_KNEELING, HANG, KNEELING, ON_FLOOR, ON_THIGH, squat


def chair_keys(draw: Draw) -> tuple[Posture, Posture, Posture, Posture]:
    """Postures of sitting down: over the feet, touching the seat, upright, and leaning forward to rise."""
    height, back = draw.between(0.52, 0.6), draw.between(-0.44, -0.38)
    hands = both(ON_THIGH) if draw.chance(0.7) else {}
    arms = both(Hand((0.08, -0.8, 0.45), "level", roll=30))
    over = Posture(
        place=(0, 0.5 * (height + 0.9), 0.45 * back),
        hips=(32, 0, 0),
        bend=16,
        gaze=Gaze(0, -22),
        **arms,
        **ON_FLOOR,
    )
    touch = Posture(
        place=(0, height, back + 0.02), hips=(24, 0, 0), bend=16, gaze=Gaze(0, -14), **(hands or arms), **ON_FLOOR
    )
    upright = Posture(
        place=(0, height, back),
        hips=(draw.near(-6, 4), 0, 0),
        bend=draw.near(4, 3),
        gaze=Gaze(draw.near(0, 8), 0),
        **hands,
        **ON_FLOOR,
    )
    rise = Posture(
        place=(0, height + 0.02, back + 0.06),
        hips=(34, 0, 0),
        bend=20,
        gaze=Gaze(0, -12),
        **(hands or arms),
        **ON_FLOOR,
    )
    return over, touch, upright, rise


@action(
    ("sit down", "sit down on a chair", "take a seat"),
    (
        "sits down[ on a chair| on a bench]",
        "takes a seat",
        "lowers (himself|herself) onto a chair",
        "stands and then sits down[ on a chair]",
        "bends the knees and sits down[, hands on the thighs]",
    ),
    (begins_above("pelvis", 0.8), ends_below("pelvis", 0.66)),
    sided=False,
)
def sit_down(draw: Draw) -> Score:
    over, touch, upright, _ = chair_keys(draw)
    return Score(
        (
            Key(over, draw.between(0.6, 0.85), through=True),
            Key(touch, draw.between(0.45, 0.6)),
            Key(upright, draw.between(0.5, 0.8), draw.between(0.5, 2.0)),
        ),
        end="held",
        lead=draw.between(0.3, 1.0),
    )


@action(
    ("stand up", "get up from a chair", "rise from the seat"),
    (
        "stands up[ from a chair]",
        "gets up from (a|the) (chair|seat|bench)",
        "rises from the chair[ and stands]",
        "is sitting and stands up",
    ),
    (begins_below("pelvis", 0.66), ends_above("pelvis", 0.8)),
    sided=False,
)
def stand_up(draw: Draw) -> Score:
    over, _, upright, rise = chair_keys(draw)
    return Score(
        (
            Key(upright, 0, draw.between(0.2, 1.0)),
            Key(rise, draw.between(0.5, 0.7), through=True),
            Key(over, 0.4, through=True),
        ),
        start="held",
        back=draw.between(0.55, 0.8),
        tail=draw.between(0.4, 1.0),
    )


@action(
    ("sit down and stand up again", "sit and stand up"),
    (
        "sits down and[ then] stands up again",
        "sits down on a chair for a moment and gets up",
        "takes a seat, waits and rises again",
    ),
    (begins_above("pelvis", 0.8), below("pelvis", 0.66), ends_above("pelvis", 0.8)),
    sided=False,
)
def sit_and_stand(draw: Draw) -> Score:
    over, touch, upright, rise = chair_keys(draw)
    return Score(
        (
            Key(over, 0.7, through=True),
            Key(touch, 0.5),
            Key(upright, 0.6, draw.between(0.5, 2.0)),
            Key(rise, 0.6, through=True),
            Key(over, 0.4, through=True),
        ),
        back=0.65,
    )


def floor_seat(draw: Draw) -> tuple[list[Key], Posture, dict[str, Any]]:
    """The way down to the floor with a hand behind, the seat's posture, and where it is."""
    crouch = Posture(
        place=(0, 0.4, -0.12),
        hips=(26, 0, 0),
        bend=26,
        gaze=Gaze(0, -20),
        right=Hand((0.3, -0.86, -0.36), "level", palm=(0, -1, 0), fingers=(0.6, -0.3, -0.6)),
        left=Hand((0.05, -0.55, 0.6), "level", roll=40),
        **both_feet(Foot(pitch=24, knee=8)),
        balance=False,
        sway=0.4,
    )
    support = Hand((0.26, 0.04, -0.68), "floor", palm=(0, -1, 0), fingers=(0.6, 0, -0.6))
    down = Posture(
        place=(0, 0.17, -0.46),
        hips=(-14, 0, 0),
        bend=24,
        gaze=Gaze(0, -6),
        right=support,
        left=Hand((0.02, -0.3, 0.66), roll=50),
        **ON_FLOOR,
    )
    return (
        [Key(crouch, draw.between(0.8, 1.1), through=True), Key(down, draw.between(0.55, 0.75))],
        down,
        {"place": (0, 0.16, -0.46)},
    )


@action(
    ("sit down on the floor", "sit on the ground"),
    (
        "sits down on the (floor|ground)",
        "lowers (himself|herself) to the (floor|ground) and sits",
        "goes down, puts the {side} hand on the floor and sits down",
    ),
    (begins_above("pelvis", 0.8), ends_below("pelvis", 0.3)),
)
def sit_on_floor(draw: Draw) -> Score:
    way, _, seat = floor_seat(draw)
    kind = draw.pick(("knees", "crossed", "straight"))
    if kind == "knees":
        hug = Hand((-0.16, -0.56, 0.72), palm=(-0.5, 0, -0.8), fingers=(-1, -0.1, 0.2))
        final = Posture(**seat, hips=(-8, 0, 0), bend=28, **both(hug), gaze=Gaze(0, 0), **ON_FLOOR)
    elif kind == "crossed":
        feet: dict[str, Any] = {
            "right_foot": Foot((-0.12, 0.02, -0.06), "floor", turn=60, pitch=10, knee=48),
            "left_foot": Foot((-0.06, 0.02, 0.05), "floor", turn=60, pitch=10, knee=48),
        }
        final = Posture(
            **seat,
            hips=(-4, 0, 0),
            bend=14,
            **feet,
            **both(Hand((0.24, -0.02, 0.24), "hips", palm=(0, -1, 0), fingers=(0.3, -0.2, 0.8))),
            gaze=Gaze(0, 0),
            **ON_FLOOR,
        )
    else:
        legs = both_feet(Foot((0.1, -0.025, 0.54), "floor", pitch=-70))
        final = Posture(
            **seat,
            hips=(-12, 0, 0),
            bend=16,
            **legs,
            **both(Hand((0.26, 0.04, -0.7), "floor", palm=(0, -1, 0), fingers=(0.5, 0, -0.7))),
            gaze=Gaze(0, 2),
            **ON_FLOOR,
        )
    return Score((*way, Key(final, draw.between(0.9, 1.2), draw.between(0.6, 1.8))), end="held")


@action(
    ("stand up from the floor", "get up from the ground"),
    (
        "stands up from the (floor|ground)",
        "gets up from sitting on the floor",
        "is sitting on the ground and gets up[, pushing with the {side} hand]",
    ),
    (begins_below("pelvis", 0.3), ends_above("pelvis", 0.8)),
)
def stand_from_floor(draw: Draw) -> Score:
    way, down, seat = floor_seat(draw)
    first = Posture(
        **seat,
        hips=(-8, 0, 0),
        bend=26,
        **both(Hand((-0.16, -0.56, 0.72), palm=(-0.5, 0, -0.8), fingers=(-1, -0.1, 0.2))),
        gaze=Gaze(0, 0),
        **ON_FLOOR,
    )
    crouch = way[0].posture
    forward = crouch.but(
        place=(0, 0.42, -0.06),
        hips=(40, 0, 0),
        right=Hand((0.25, -0.9, -0.2), "level", palm=(0, -1, 0), fingers=(0.6, -0.3, -0.6)),
    )
    return Score(
        (Key(first, 0, draw.between(0.2, 0.9)), Key(down, 0.7), Key(forward, draw.between(0.6, 0.8), through=True)),
        start="held",
        back=draw.between(0.9, 1.2),
        tail=0.6,
    )


@action(
    ("kneel down", "kneel on one knee", "go down on the {other} knee"),
    (
        "kneels (down on|on) the {other} knee",
        "goes down on one knee[ and stays there]",
        "kneels on one knee[, the {side} foot in front]",
        "drops to the {other} knee",
        "kneels down[ on one knee]",
        "gets down on one knee",
    ),
    (begins_above("pelvis", 0.8), ends_below("left_knee", 0.12), ends_above("right_knee", 0.3)),
    often=3,
)
def kneel_one(draw: Draw) -> Score:
    arms: dict[str, Any] = (
        {"right": Hand((0.05, 0.02, 0.36), "hips", palm=(0, -1, 0), fingers=(-0.3, -0.2, 1))}
        if draw.chance(0.7)
        else {}
    )
    down = Posture(**HALF_KNEELING, hips=(4, 0, 0), bend=6, gaze=Gaze(0, draw.between(-25, 2)), **arms)
    way = Posture(
        place=(0.01, 0.74, 0.0),
        hips=(14, 0, 0),
        bend=14,
        gaze=Gaze(0, -26),
        right_foot=HALF_KNEELING["right_foot"],
        left_foot=Foot((0.0, 0, -0.3), pitch=50),
        **ON_FLOOR,
    )
    return Score(
        (
            Key(way, draw.between(0.6, 0.85), through=True),
            Key(down, draw.between(0.45, 0.65), draw.between(0.6, 2.0)),
        ),
        end="held",
    )


@action(
    ("stand up from kneeling", "rise from one knee"),
    (
        "stands up from (kneeling|one knee)",
        "gets up from the {other} knee",
        "is kneeling on the {other} knee and stands up",
    ),
    (begins_below("left_knee", 0.12), ends_above("pelvis", 0.8)),
)
def rise_from_knee(draw: Draw) -> Score:
    push = draw.chance(0.6)
    down = Posture(
        **HALF_KNEELING,
        hips=(4, 0, 0),
        bend=6,
        gaze=Gaze(0, -5),
        **({"right": Hand((0.05, 0.02, 0.36), "hips", palm=(0, -1, 0), fingers=(-0.3, -0.2, 1))} if push else {}),
    )
    up = Posture(
        place=(0.02, 0.72, 0.14),
        hips=(20, 0, 0),
        bend=18,
        gaze=Gaze(0, -10),
        right_foot=HALF_KNEELING["right_foot"],
        left_foot=Foot((0.09, 0, -0.42), "floor", pitch=45),
        balance=False,
        sway=0.4,
        right=down.right,
    )
    return Score(
        (Key(down, 0, draw.between(0.3, 1.0)), Key(up, 0.65, through=True)),
        start="held",
        back=draw.between(0.8, 1.0),
        tail=0.6,
    )


@action(
    ("kneel on both knees", "kneel down on both knees", "drop to the knees"),
    (
        "kneels down on both knees",
        "goes down on (both|his|her) knees",
        "drops to the knees[ one after the other]",
        "kneels[ down] on the (floor|ground)",
        "kneels down",
    ),
    (begins_above("pelvis", 0.8), ends_below("right_knee", 0.12), ends_below("left_knee", 0.12)),
    often=3,
)
def kneel_both(draw: Draw) -> Score:
    half = Posture(**{**HALF_KNEELING, "right_foot": Foot()}, hips=(10, 0, 0), bend=12, gaze=Gaze(0, -30))
    hands = draw.pick(
        ({}, both(ON_THIGH), both(Hand((-0.32, -0.15, 0.42), palm=(-1, 0, 0), fingers=(-0.05, 1, 0.2), swivel=18)))
    )
    sit_back = draw.chance(0.5)
    place = (0.0, 0.315, -0.34) if sit_back else (0.0, 0.53, 0.0)
    both_down = Posture(
        **{**KNEELING, "place": place}, hips=(2, 0, 0), bend=6, gaze=Gaze(0, draw.between(-24, 0)), **hands
    )
    return Score(
        (Key(half, draw.between(0.9, 1.2), 0.05), Key(both_down, draw.between(0.7, 1.0), draw.between(0.8, 2.2))),
        end="held",
        stagger=0,
    )


@action(
    ("get up from the knees", "stand up from both knees"),
    (
        "gets up from (his|her|both) knees",
        "is kneeling and stands up[, {side} foot first]",
        "rises from the knees to the feet",
    ),
    (begins_below("left_knee", 0.12), begins_below("right_knee", 0.12), ends_above("pelvis", 0.8)),
)
def rise_from_knees(draw: Draw) -> Score:
    down = Posture(**KNEELING, hips=(2, 0, 0), bend=5, gaze=Gaze(0, -4))
    half = Posture(
        **HALF_KNEELING,
        hips=(14, 0, 0),
        bend=14,
        gaze=Gaze(0, -14),
        right=Hand((0.05, 0.02, 0.36), "hips", palm=(0, -1, 0), fingers=(-0.3, -0.2, 1)),
    )
    up = Posture(
        place=(0.02, 0.72, 0.14),
        hips=(20, 0, 0),
        bend=18,
        gaze=Gaze(0, -10),
        right_foot=HALF_KNEELING["right_foot"],
        left_foot=Foot((0.09, 0, -0.42), "floor", pitch=45),
        balance=False,
        sway=0.4,
        right=half.right,
    )
    return Score(
        (Key(down, 0, draw.between(0.3, 0.8)), Key(half, 0.8), Key(up, 0.6, through=True)),
        start="held",
        back=0.9,
        tail=0.6,
    )


@action(
    ("squat", "squats", "do squats", "knee bends"),
    (
        "squats down[ and (stands up|comes up) again]",
        "does squats",
        "does (knee bends|squats)[ as an exercise]",
        "bends the knees deeply and comes up again",
        "does squats with the arms stretched forward",
    ),
    (below("pelvis", 0.62), ends_above("pelvis", 0.8)),
    sided=False,
)
def squats(draw: Draw) -> Score:
    depth = draw.between(0.4, 0.52)
    arms = draw.pick(
        (
            both(Hand((0.0, -0.05, 0.92), "level", roll=70)),
            both(Hand((-0.34, -0.2, 0.42), palm=(-1, 0, 0), fingers=(-0.1, 0.8, 0.4))),
            both(HANG),
        )
    )
    down = Posture(**squat(depth, 0.06), **arms, gaze=Gaze(0, 0))
    up = Posture(**both_feet(Foot((0.06, 0, 0), turn=4)), **arms, gaze=Gaze(0, 0))
    count = draw.count(1, 4)
    move = draw.between(0.7, 1.0)
    return Score(
        (Key(up, 0.8), *cycle((down, up), move, count)),
        words={"times": {1: "a few", 2: "two", 3: "three", 4: "four"}[count]},
    )


@action(
    ("crouch down", "crouch", "squat down and stay"),
    (
        "crouches down[ and stays low]",
        "squats down[ and looks around]",
        "goes into a low crouch",
        "crouches (close|down) to the ground",
    ),
    (begins_above("pelvis", 0.8), ends_below("pelvis", 0.6)),
    sided=False,
)
def crouch_down(draw: Draw) -> Score:
    arms = (
        both(Hand((0.0, -0.6, 0.6), "level", roll=45))
        if draw.chance(0.5)
        else both(Hand((0.0, -0.72, 0.5), palm=(-0.4, -0.8, 0), fingers=(-0.7, -0.2, 0.6)))
    )
    low = Posture(**squat(draw.between(0.42, 0.54), 0.04), **arms, gaze=Gaze(0, 0))
    look = low.but(gaze=Gaze(draw.near(0, 35), 2))
    return Score(
        (Key(low, draw.between(0.7, 1.1), draw.between(0.4, 1.0)), Key(look, 0.7, draw.between(0.4, 1.2))),
        end="held",
    )


@action(
    ("lunge forward", "lunges", "lunge with the {side} leg"),
    (
        "(does|makes) a lunge with the {side} leg",
        "steps forward with the {side} foot into a[ deep] lunge[ and comes back]",
        "lunges forward[ {times}]",
        "does lunges",
    ),
    (below("left_knee", 0.3), below("pelvis", 0.75)),
    often=4,
)
def lunge(draw: Draw) -> Score:
    arms = draw.pick(
        ({}, both(Hand((0.18, 0.06, 0.03), "hips", swivel=40, palm=(-0.4, -0.9, 0), fingers=(-0.3, -0.5, 0.9))))
    )
    far = draw.between(0.5, 0.68)
    down = Posture(
        right_foot=Foot((0, 0, far)),
        left_foot=Foot((0, 0, -0.04), pitch=42),
        place=(0, draw.between(0.56, 0.64), far * 0.52),
        bend=3,
        hips=(4, 0, 0),
        gaze=Gaze(0, -4),
        balance=False,
        **arms,
    )
    count = draw.count(1, 3)
    keys = [Key(down, draw.between(0.7, 0.95), draw.between(0.1, 0.5))]
    for _ in range(count - 1):
        keys += [Key(Posture(**arms), 0.7, 0.1), Key(down, 0.8, 0.1)]
    return Score(tuple(keys), back=0.85, words={"times": times_in_words(count)})


@action(
    ("propose marriage", "kneel and offer a ring"),
    (
        "goes down on one knee and proposes",
        "kneels on the {other} knee and holds out a ring",
        "makes a marriage proposal on one knee",
    ),
    (ends_below("left_knee", 0.12),),
)
def propose(draw: Draw) -> Score:
    way = Posture(
        place=(0.01, 0.74, 0.0),
        hips=(14, 0, 0),
        bend=12,
        gaze=Gaze(0, -10),
        right_foot=HALF_KNEELING["right_foot"],
        left_foot=Foot((0.0, 0, -0.3), pitch=50),
        **ON_FLOOR,
    )
    down = Posture(**HALF_KNEELING, bend=4, gaze=Gaze(0, 16))
    offer = Posture(
        **HALF_KNEELING,
        bend=6,
        gaze=Gaze(0, 22),
        **both(Hand((-0.28, -0.12, 0.66), palm=(-0.3, 1, 0), fingers=(-0.2, 0.2, 1))),
    )
    return Score(
        (Key(way, 0.8, through=True), Key(down, 0.6, 0.2), Key(offer, 0.8, draw.between(0.8, 2.0))),
        end="held",
        stagger=0,
    )
