"""Lying down and getting up, and work on the floor."""

from __future__ import annotations

from typing import Any

from engine.data.choreography.actions.whole_body.sitting import floor_seat
from engine.data.choreography.claims import begins_above, begins_below, below, ends_above, ends_below, travels
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Foot, Gaze, Hand, Key, Posture, Score, both, both_feet, cycle
from engine.data.choreography.stock import (
    ALL_FOURS,
    FLAT_HAND,
    HALF_KNEELING,
    HANG,
    KNEELING,
    ON_FLOOR,
    PLANK,
    PRONE,
    SUPINE,
    SUPINE_LEGS,
)


def supine(draw: Draw, legs: str, arms: str) -> Posture:
    """On the back: legs "up" (feet on the floor, knees bent) or "long"; arms beside, on the belly or under the head."""
    feet: dict[str, Any] = both_feet(SUPINE_LEGS) if legs == "long" else {}
    hands: dict[str, Any] = {
        "beside": both(Hand((draw.between(0.28, 0.42), 0.03, -0.42), "floor", palm=(0, -1, 0), fingers=(0.2, 0, 1))),
        "belly": both(Hand((-0.22, -0.75, 0.32), palm=(0, -0.2, -1), fingers=(-1, -0.1, 0))),
        "head": both(Hand((0.11, 0.05, 0.0), "head", palm=(0, 0, 1), fingers=(-0.8, 0.3, 0), swivel=60)),
        "wide": both(Hand((0.72, 0.03, -0.9), "floor", palm=(0, 1, 0), fingers=(1, 0, -0.2))),
    }[arms]
    return Posture(**SUPINE, **feet, **hands)


def recline(draw: Draw) -> list[Key]:
    """From standing over the seat onto the elbows' height."""
    way, down, _ = floor_seat(draw)
    lean = Posture(
        place=(0, 0.15, -0.46),
        hips=(-48, 0, 0),
        bend=26,
        gaze=Gaze(0, 22),
        **ON_FLOOR,
        **both(Hand((0.26, 0.03, -0.78), "floor", palm=(0, -1, 0), fingers=(0.4, 0, 0.8))),
    )
    return [*way, Key(lean, draw.between(0.6, 0.85), through=True)]


@action(
    ("lie down", "lie down on the back", "lay down on the floor"),
    (
        "lies down[ on the floor| on the ground][ on the back]",
        "lowers (himself|herself) to the floor and lies down on (his|her|the) back",
        "sits down and then lies flat on the (floor|ground)",
        "goes down to the ground and lies on the back",
    ),
    (begins_above("pelvis", 0.8), ends_below("head", 0.3), ends_below("pelvis", 0.25)),
    often=2,
)
def lie_down(draw: Draw) -> Score:
    arms = draw.pick(("beside", "belly", "head", "wide"))
    keys = [*recline(draw), Key(supine(draw, "up", "beside"), draw.between(0.6, 0.8))]
    keys.append(Key(supine(draw, "long", arms), draw.between(0.9, 1.2), draw.between(0.4, 1.4)))
    return Score(tuple(keys), end="held", lead=draw.between(0.2, 0.6))


@action(
    ("get up", "get up from the floor", "get up from lying on the back"),
    (
        "gets up from the (floor|ground)",
        "is lying on the back and gets up",
        "sits up and[ then] stands up from the floor",
        "rises from lying on the (floor|ground)[, pushing with the {side} hand]",
    ),
    (begins_below("head", 0.3), ends_above("pelvis", 0.8)),
    often=2,
)
def get_up(draw: Draw) -> Score:
    way, down, _ = floor_seat(draw)
    crouch = way[0].posture
    up = Posture(
        place=(0, 0.16, -0.46),
        hips=(-30, 0, 0),
        bend=42,
        gaze=Gaze(0, 0),
        **ON_FLOOR,
        **both(Hand((0.3, 0.04, -0.62), "floor", palm=(0, -1, 0), fingers=(0.5, 0, -0.6))),
    )
    keys = (
        Key(supine(draw, "long", draw.pick(("beside", "belly", "wide"))), 0, draw.between(0.2, 0.8)),
        Key(supine(draw, "up", "beside"), 0.7),
        Key(up, draw.between(0.6, 0.85)),
        Key(down, 0.35, through=True),
        Key(crouch.but(place=(0, 0.42, -0.06), hips=(40, 0, 0), bend=30), draw.between(0.6, 0.8), through=True),
    )
    return Score(keys, start="held", back=draw.between(0.9, 1.2), tail=0.5)


@action(
    ("sit up", "sit up from lying"),
    ("sits up from lying", "is lying on the back and sits up", "raises the upper body from the floor and sits"),
    (begins_below("head", 0.3), ends_above("head", 0.55)),
    sided=False,
)
def sit_up(draw: Draw) -> Score:
    up = Posture(
        place=(0, 0.16, -0.46),
        hips=(-22, 0, 0),
        bend=26,
        gaze=Gaze(0, 0),
        **ON_FLOOR,
        **both_feet(SUPINE_LEGS),
        **both(Hand((0.3, 0.04, -0.62), "floor", palm=(0, -1, 0), fingers=(0.5, 0, -0.6))),
    )
    rest = up.but(**both(Hand((0.14, -0.02, 0.34), "hips", palm=(0, -1, 0), fingers=(0, 0, 1))))
    return Score(
        (
            Key(supine(draw, "long", "beside"), 0, draw.between(0.4, 1.0)),
            Key(up, draw.between(0.9, 1.3)),
            Key(rest, 0.6, draw.between(0.4, 1.4)),
        ),
        start="held",
        end="held",
    )


@action(
    ("sit-ups", "do sit-ups", "crunches"),
    (
        "does sit-ups[ with the hands behind the head]",
        "does (crunches|sit-ups) on the floor",
        "lies on the back and does sit-ups",
    ),
    (below("head", 0.32),),
    sided=False,
)
def sit_ups(draw: Draw) -> Score:
    hands = draw.pick(
        (
            both(Hand((0.1, 0.02, -0.06), "head", palm=(0, 0, 1), fingers=(-0.8, 0.3, 0), swivel=50)),
            both(Hand((-0.5, -0.32, 0.36), palm=(-0.2, 0, -1), fingers=(-0.8, 0.5, -0.2))),
        )
    )
    low = Posture(**{**SUPINE, "gaze": Gaze(0, 70)}, **hands)
    high = Posture(place=(0, 0.16, -0.46), hips=(-18, 0, 0), bend=40, gaze=Gaze(0, -10), **ON_FLOOR, **hands)
    move = draw.between(0.65, 0.95)
    return Score((Key(low, 0, 0.3), *cycle((high, low), move, draw.count(2, 4))), start="held", end="held", lead=0.1)


@action(
    ("push-ups", "do push-ups", "press-ups"),
    (
        "does[ a few| several] push-ups",
        "does press-ups on the floor",
        "is in a plank and does push-ups, hands flat on the floor",
    ),
    (below("spine3", 0.32), below("pelvis", 0.4)),
    sided=False,
)
def push_ups(draw: Draw) -> Score:
    wide = draw.between(0.2, 0.32)
    hands = both(Hand((wide, 0.03, 0.6), **FLAT_HAND, swivel=draw.between(10, 40)))
    up = Posture(**PLANK, **hands)
    low = Posture(**{**PLANK, "place": (0.0, 0.235, 0.1), "hips": (86, 0, 0), "gaze": Gaze(0, -66)}, **hands)
    count, move = draw.count(2, 5), draw.between(0.5, 0.85)
    if draw.chance(0.5):
        return Score((Key(up, 0, 0.3), *cycle((low, up), move, count)), start="held", end="held", lead=0.1)
    crouch = Posture(
        place=(0, 0.5, 0.06),
        hips=(52, 0, 0),
        bend=42,
        gaze=Gaze(0, -50),
        **both(Hand((wide, 0.03, 0.5), **FLAT_HAND)),
        **both_feet(Foot(pitch=30)),
        **ON_FLOOR,
    )
    return Score((Key(crouch, 0.9), Key(up, 0.9, 0.1), *cycle((low, up), move, min(count, 3))), end="held")


@action(
    ("plank", "hold a plank"),
    (
        "holds a plank[ position]",
        "gets into a plank[ and holds it]",
        "supports the straight body on hands and toes",
    ),
    (below("pelvis", 0.55),),
    sided=False,
)
def plank(draw: Draw) -> Score:
    hands = both(Hand((0.2, 0.03, 0.6), **FLAT_HAND))
    crouch = Posture(
        place=(0, 0.5, 0.06),
        hips=(52, 0, 0),
        bend=42,
        gaze=Gaze(0, -50),
        **both(Hand((0.2, 0.03, 0.5), **FLAT_HAND)),
        **both_feet(Foot(pitch=30)),
        **ON_FLOOR,
    )
    return Score((Key(crouch, 0.9), Key(Posture(**PLANK, **hands), 1.0, draw.between(1.5, 3.5))), end="held")


@action(
    ("lie down on the belly", "lie prone", "lie face down"),
    (
        "lies down on the (belly|stomach)",
        "goes down on hands and knees and lies face down",
        "lies flat on the (floor|ground), face down",
    ),
    (begins_above("pelvis", 0.8), ends_below("head", 0.35), ends_below("pelvis", 0.25)),
    sided=False,
)
def lie_prone(draw: Draw) -> Score:
    half = Posture(**{**HALF_KNEELING, "right_foot": Foot()}, hips=(20, 0, 0), bend=20, gaze=Gaze(0, -40), **both(HANG))
    fours = Posture(**ALL_FOURS, **both(Hand((0.18, 0.03, 0.56), **FLAT_HAND)), gaze=Gaze(0, -70))
    down = Posture(
        **PRONE,
        **both(
            draw.pick(
                (Hand((0.26, 0.03, 0.4), **FLAT_HAND, swivel=20), Hand((0.24, 0.03, 0.72), **FLAT_HAND, swivel=30))
            )
        ),
    )
    return Score(
        (
            Key(half, 0.9, through=True),
            Key(fours, draw.between(0.8, 1.0), 0.05),
            Key(down, draw.between(0.9, 1.3), draw.between(0.6, 1.6)),
        ),
        end="held",
    )


@action(
    ("get up from the belly", "get up from lying face down"),
    (
        "gets up from lying on the (belly|stomach)",
        "lies face down, pushes up on hands and knees and stands up",
        "pushes (himself|herself) up from the ground and gets to the feet",
    ),
    (begins_below("head", 0.35), ends_above("pelvis", 0.8)),
    sided=False,
)
def get_up_prone(draw: Draw) -> Score:
    hands = both(Hand((0.24, 0.03, 0.44), **FLAT_HAND, swivel=20))
    down = Posture(**PRONE, **hands)
    fours = Posture(**ALL_FOURS, **both(Hand((0.2, 0.03, 0.5), **FLAT_HAND)), gaze=Gaze(0, -40))
    half = Posture(
        **HALF_KNEELING,
        hips=(26, 0, 0),
        bend=24,
        gaze=Gaze(0, -20),
        right=Hand((0.05, 0.04, 0.34), "hips", palm=(0, -1, 0), fingers=(-0.3, -0.2, 1)),
        left=HANG,
    )
    rise = Posture(
        place=(0.02, 0.72, 0.14),
        hips=(22, 0, 0),
        bend=18,
        gaze=Gaze(0, -10),
        right_foot=HALF_KNEELING["right_foot"],
        left_foot=Foot((0.09, 0, -0.42), "floor", pitch=45),
        balance=False,
        sway=0.4,
    )
    return Score(
        (
            Key(down, 0, draw.between(0.2, 0.8)),
            Key(fours, draw.between(0.8, 1.1)),
            Key(half, 0.95),
            Key(rise, 0.6, through=True),
        ),
        start="held",
        back=0.9,
        tail=0.4,
    )


def crawl_keys(draw: Draw, steps: int, stride: float, move: float) -> list[Key]:
    """Hand and opposite knee in turn, the pelvis going on evenly."""
    hands: dict[str, Any] = {"right": 0.5, "left": 0.5 + 0.5 * stride}
    feet: dict[str, Any] = {"right": -0.56 + 0.5 * stride, "left": -0.56}
    keys = []

    def posture(raised: str | None, along: float, roll: float) -> Posture:
        parts: dict[str, Any] = {}
        for side in ("right", "left"):
            parts[side] = Hand((0.17, 0.1 if raised == side else 0.03, hands[side]), **FLAT_HAND, swivel=5)
            parts[f"{side}_foot"] = Foot((0.1, 0, feet[side]), "floor", pitch=140)
        parts |= {"place": (0.015 * roll, 0.47, 0.08 + along), "gaze": Gaze(0, -18), "twist": 4 * roll}
        return Posture(**{**ALL_FOURS, **parts})

    keys.append(Key(posture(None, 0.25 * stride, 0), 0))
    for step in range(steps):
        side, other = ("right", "left") if step % 2 == 0 else ("left", "right")
        sign = -1 if side == "right" else 1
        target = hands[side] + stride
        hands[side] = 0.5 * (hands[side] + target)
        feet_before = feet[other]
        feet[other] = feet_before + 0.55 * stride
        keys.append(Key(posture(side, (0.5 * step + 0.5) * stride, sign), 0.5 * move, through=True))
        hands[side] = target
        feet[other] = feet_before + stride
        keys.append(Key(posture(None, (0.5 * step + 0.75) * stride, 0), 0.5 * move, through=True))
    return keys


@action(
    ("crawl", "crawling", "crawl forward", "crawl on hands and knees"),
    (
        "crawls (forward|ahead)[ on hands and knees]",
        "crawls[ on all fours][ across the floor]",
        "moves forward on hands and knees",
    ),
    (below("pelvis", 0.6), travels(0.3)),
    sided=False,
    often=2,
)
def crawl(draw: Draw) -> Score:
    keys = crawl_keys(draw, draw.count(4, 8), draw.between(0.3, 0.44), draw.between(0.55, 0.8))
    return Score(tuple(keys), start="held", end="held", lead=0.0, tail=0.1, stagger=0)


@action(
    ("get down and crawl", "go on all fours and crawl"),
    (
        "goes down on hands and knees and crawls (forward|away)",
        "gets down on all fours and crawls",
        "kneels down and starts to crawl",
    ),
    (begins_above("pelvis", 0.8), ends_below("pelvis", 0.6)),
    sided=False,
)
def down_and_crawl(draw: Draw) -> Score:
    half = Posture(**{**HALF_KNEELING, "right_foot": Foot()}, hips=(20, 0, 0), bend=20, gaze=Gaze(0, -40), **both(HANG))
    keys = crawl_keys(draw, draw.count(3, 5), draw.between(0.3, 0.4), draw.between(0.6, 0.8))
    first = Key(keys[0].posture.but(**both(Hand((0.18, 0.03, 0.54), **FLAT_HAND))), 0.9, 0.05)
    return Score(
        (Key(half, 0.85, through=True), first, Key(keys[0].posture, 0.3), *keys[1:]),
        end="held",
        tail=0.1,
        stagger=0,
    )


@action(
    ("stretch like a cat", "cat stretch", "on all fours, arch the back"),
    (
        "arches the back on all fours",
        "does a cat stretch on hands and knees",
        "is on hands and knees and rounds the back",
    ),
    (below("pelvis", 0.6),),
    sided=False,
)
def cat_stretch(draw: Draw) -> Score:
    hands = both(Hand((0.17, 0.03, 0.54), **FLAT_HAND))
    high = Posture(**{**ALL_FOURS, "bend": 34, "hips": (56, 0, 0)}, **hands, gaze=Gaze(0, -105))
    low = Posture(**{**ALL_FOURS, "bend": -14, "hips": (84, 0, 0)}, **hands, gaze=Gaze(0, 10))
    return Score(
        (Key(low, 0, 0.3), *cycle((high, low), draw.between(1.0, 1.5), draw.count(1, 2))), start="held", end="held"
    )


@action(
    ("worship bow", "kneel and bow to the ground", "prostrate"),
    (
        "kneels and bows[ down] to the ground",
        "bows with the forehead to the floor, kneeling",
        "prostrates (himself|herself) on the ground",
    ),
    (below("head", 0.4),),
    sided=False,
)
def kowtow(draw: Draw) -> Score:
    place: dict[str, Any] = {**KNEELING, "place": (0.0, 0.34, -0.34)}
    sit = Posture(
        **place,
        hips=(4, 0, 0),
        bend=6,
        gaze=Gaze(0, -6),
        **both(Hand((0.12, 0.0, 0.28), "hips", palm=(0, -1, 0), fingers=(-0.2, 0, 1))),
    )
    bow = Posture(
        **place,
        hips=(58, 0, 0),
        bend=58,
        gaze=Gaze(0, -95),
        **both(Hand((0.14, 0.03, 0.42), **FLAT_HAND, swivel=14)),
    )
    return Score(
        (Key(sit, 0, draw.between(0.2, 0.6)), *cycle((bow, sit), draw.between(1.0, 1.4), draw.count(1, 2))),
        start="held",
        end="held",
        stagger=0,
    )
