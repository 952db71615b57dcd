"""Rolls, flips, cartwheels and handstands: the pelvis's own turn goes on past upside down to a whole circle."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from engine.data.choreography.claims import airborne, below, ends_above, upside_down
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.perform import GRAVITY
from engine.data.choreography.posture import Foot, Gaze, Hand, Hop, Key, Posture, Score, both, both_feet
from engine.data.choreography.stock import FLAT_HAND

FREE: dict[str, Any] = {"balance": False, "sway": 0.0}


def tucked(angle: float, bend: float, draw: Draw, **more: Any) -> Posture:
    """Curled up, turned forward by `angle` degrees: knees at the chest, the chin on it, hands at the shins."""
    feet = both_feet(Foot((0.02, -0.3, 0.2), "hips", pitch=angle + 15))
    hands = both(Hand((-0.02, -0.62, 0.5), palm=(-0.8, 0, -0.4), fingers=(-0.3, -0.6, 0.5)))
    fields = {**feet, **hands, **more}
    return Posture(hips=(angle, 0, 0), bend=bend, gaze=Gaze(0, -(angle + bend + 18)), **FREE, **fields)


def upright(angle: float, along: float, **more: Any) -> Posture:
    """Standing again after whole turns of `angle` degrees, `along` metres ahead."""
    feet = both_feet(Foot((0, 0, along), pitch=angle))
    return Posture(
        hips=(angle, 0, 0), shift=(0, 0, along), gaze=Gaze(0, -angle), **{**feet, **FREE, "sway": 1.0, **more}
    )


def squatting(angle: float, along: float, height: float = 0.36, **more: Any) -> Posture:
    """Low on both feet, `along` metres ahead, after whole turns of `angle` degrees."""
    fields: dict[str, Any] = {
        "place": (0, height, along - 0.12),
        "hips": (angle + 36, 0, 0),
        "bend": 34,
        "gaze": Gaze(0, -(angle + 20)),
        # Past a whole turn backwards a foot is not rolled over its toes: it lands flat.
        **both_feet(Foot((0, 0, along), pitch=angle + (26 if angle >= 0 else 0))),
        **both(Hand((0.06, -0.5, 0.66), "level", roll=40)),
        **FREE,
        **more,
    }
    return Posture(**fields)


@action(
    ("forward roll", "do a forward roll", "roll forward on the floor", "somersault on the ground"),
    (
        "does a forward roll[ on the (floor|ground|mat)]",
        "rolls forward[ over the head| on the floor]",
        "does a somersault on the (floor|ground)",
        "crouches, rolls forward and stands up again",
        "tucks and rolls forward",
        "rolls over head first and gets up",
        "does a combat roll",
    ),
    (upside_down(), ends_above("pelvis", 0.8)),
    sided=False,
    often=4,
)
def forward_roll(draw: Draw) -> Score:
    far, quarter = draw.between(1.25, 1.6), draw.between(0.2, 0.3)
    down = squatting(0, 0.0, 0.44, hips=(56, 0, 0), bend=50, **both(Hand((0.2, 0.03, 0.5), **FLAT_HAND)))
    over = Posture(
        place=(0, 0.5, 0.42),
        hips=(128, 0, 0),
        bend=74,
        gaze=Gaze(0, -235),
        **both(Hand((0.2, 0.03, 0.52), **FLAT_HAND)),
        **both_feet(Foot((0.0, -0.5, 0.32), "hips", pitch=110)),
        **FREE,
    )
    curled = [
        tucked(205, 84, draw, place=(0, 0.3, 0.36 * far + 0.12)),
        tucked(285, 72, draw, place=(0, 0.2, 0.64 * far)),
    ]
    up = squatting(360, far, draw.between(0.3, 0.4), **both(Hand((0.08, -0.3, 0.8), "level", roll=40)))
    lead = draw.between(0.2, 0.7)
    first, second = draw.between(0.7, 0.95), draw.between(0.3, 0.42)
    keys = (
        Key(down, first, draw.between(0.0, 0.2)),
        Key(over, second, through=True),
        Key(curled[0], 1.1 * quarter, through=True),
        Key(curled[1], quarter, through=True),
        Key(up, 1.3 * quarter, through=True),
        Key(upright(360, far), draw.between(0.6, 0.8), 0.3),
    )
    start = lead + first + keys[0].hold
    return Score(
        keys,
        lead=lead,
        tail=0.3,
        end="held",
        settled=False,
        in_time=False,
        stagger=0.0,
        tumbles=((start, start + second + 3.4 * quarter + 0.1),),
    )


@action(
    ("backward roll", "do a backward roll", "roll backward on the floor"),
    (
        "does a backward roll[ on the (floor|ground|mat)]",
        "rolls backwards over the head[ and stands up]",
        "crouches, rolls back over the shoulders and stands up",
        "rolls backward on the floor",
    ),
    (upside_down(), ends_above("pelvis", 0.8)),
    sided=False,
)
def backward_roll(draw: Draw) -> Score:
    far, quarter = draw.between(1.0, 1.35), draw.between(0.22, 0.3)
    lead, first = draw.between(0.2, 0.6), draw.between(0.7, 0.9)
    ears = both(Hand((0.14, 0.16, 0.12), palm=(0, 0.6, -0.8), fingers=(0, -0.3, -1), swivel=20))
    keys = (
        Key(squatting(0, 0.0, 0.36, hips=(26, 0, 0), bend=50), first),
        Key(tucked(-40, 76, draw, place=(0, 0.2, -0.3 * far), **ears), 1.3 * quarter, through=True),
        Key(tucked(-130, 86, draw, place=(0, 0.3, -0.55 * far), **ears), quarter, through=True),
        Key(
            tucked(-225, 70, draw, place=(0, 0.5, -0.8 * far)).but(
                **both(Hand((0.24, 0.04, -0.72 * far), **FLAT_HAND)),
                **both_feet(Foot((0.02, -0.5, 0.3), "hips", pitch=-215)),
            ),
            1.1 * quarter,
            through=True,
        ),
        Key(squatting(-360, -far, 0.42), 1.3 * quarter, through=True),
        Key(upright(-360, -far), draw.between(0.6, 0.8), 0.3),
    )
    start = lead + first
    return Score(
        keys,
        lead=lead,
        tail=0.3,
        end="held",
        settled=False,
        in_time=False,
        stagger=0.0,
        tumbles=((start, start + 4.7 * quarter + 0.1),),
    )


@dataclass(frozen=True)
class Lean:
    """A moment of a flip with both feet at the floor: degrees, metres, and `way`, the share of the way gone."""

    hips: float
    bend: float
    gaze: float
    down: float
    way: float
    beyond: float = 0.0


@dataclass(frozen=True)
class Tuck:
    """A moment of a flip in the air: turned by `angle`, curled up by `bend` degrees, at a share of the way."""

    angle: float
    bend: float
    way: float


@dataclass(frozen=True)
class Flip:
    """What tells one somersault in the air from another.

    Attributes:
        turn: of the whole body, degrees.
        sunk: metres that the hips go back in the crouch before it.
        take_off, touch, land: with the feet at the floor.
        tucks: in the air, the last of them opened.
        feet: where the feet are then, up and ahead of the hips, as shares of the body, and their pitch in degrees.
        gaze: where it looks then.
        hands: of both when it opens and when it touches the floor.
        shares: of the flight that each key of it takes.
    """

    turn: float
    sunk: float
    take_off: Lean
    tucks: tuple[Tuck, Tuck, Tuck]
    feet: tuple[float, float, float]
    gaze: float
    hands: tuple[Hand, Hand]
    touch: Lean
    land: Lean
    shares: tuple[float, float, float, float]


BACKWARD = Flip(
    turn=-360.0,
    sunk=-0.04,
    take_off=Lean(hips=-12, bend=-6, gaze=-7, down=-0.04, way=0.05),
    tucks=(Tuck(0.24 * -360, 46, 0.25), Tuck(0.64 * -360, 46, 0.55), Tuck(0.86 * -360, 26, 0.82)),
    feet=(-0.45, 0.26, -299.6),
    gaze=279.6,
    hands=(Hand((0.2, -0.5, 0.65), roll=30), Hand((0.2, -0.5, 0.65), roll=30)),
    touch=Lean(hips=-344.6, bend=20, gaze=332.8, down=0.05, way=0.96),
    land=Lean(hips=-334, bend=24, gaze=348, down=0.26, way=1.0, beyond=-0.03),
    shares=(0.34, 0.25, 0.23, 0.18),
)
FORWARD = Flip(
    turn=360.0,
    sunk=-0.02,
    take_off=Lean(hips=10, bend=4, gaze=-10, down=-0.04, way=0.08),
    tucks=(Tuck(105, 56, 0.28), Tuck(232, 56, 0.56), Tuck(322, 30, 0.82)),
    feet=(-0.44, 0.24, 335),
    gaze=-345,
    hands=(Hand((0.25, -0.4, 0.6), roll=30), Hand((0.25, -0.3, 0.65), roll=30)),
    touch=Lean(hips=358, bend=22, gaze=-370, down=0.06, way=0.96),
    land=Lean(hips=388, bend=26, gaze=-374, down=0.28, way=1.0, beyond=-0.02),
    shares=(0.34, 0.24, 0.2, 0.22),
)


def flipped(draw: Draw, flip: Flip, along: float) -> Score:
    """A somersault in the air, landing `along` metres ahead."""
    high = draw.between(0.66, 0.8)
    flight = 2.0 * math.sqrt(2.0 * high / GRAVITY)
    lead, sink, push = draw.between(0.3, 0.8), draw.between(0.4, 0.55), 0.2

    def leaning(lean: Lean, hands: Hand, feet: Foot) -> Posture:
        return Posture(
            hips=(lean.hips, 0, 0),
            bend=lean.bend,
            shift=(0, -lean.down, lean.way * along + lean.beyond),
            gaze=Gaze(0, lean.gaze),
            **both(hands),
            **both_feet(feet),
            **FREE,
        )

    crouch = Posture(
        shift=(0, -0.26, flip.sunk),
        hips=(26, 0, 0),
        bend=22,
        gaze=Gaze(0, -4),
        **both(Hand((0.2, -0.75, -0.5), "level", roll=20)),
        **FREE,
    )
    take_off = leaning(flip.take_off, Hand((0.14, 0.92, 0.15)), Foot(pitch=42))
    ups = (0.1, 0.1, 0.0)
    first, second, opened = (
        tucked(tuck.angle, tuck.bend, draw, shift=(0, up, tuck.way * along))
        for tuck, up in zip(flip.tucks, ups, strict=True)
    )
    up, ahead, pitch = flip.feet
    opened = opened.but(
        **both_feet(Foot((0.02, up, ahead), "hips", pitch=pitch)), **both(flip.hands[0]), gaze=Gaze(0, flip.gaze)
    )
    touch = leaning(flip.touch, flip.hands[1], Foot((0, 0.02, along), pitch=flip.turn))
    land = leaning(flip.land, Hand((0.24, -0.4, 0.7), "level", roll=30), Foot((0, 0, along), pitch=flip.turn))
    in_flight = zip((first, second, opened, touch), flip.shares, strict=True)
    keys = (
        Key(crouch, sink),
        Key(take_off, push, through=True),
        *(Key(posture, share * flight, through=True) for posture, share in in_flight),
        Key(land, 0.2, 0.08),
        Key(upright(flip.turn, along), draw.between(0.55, 0.8), draw.between(0.3, 0.8)),
    )
    start = lead + sink + push
    return Score(
        keys,
        lead=lead,
        tail=0.2,
        end="held",
        hops=(Hop(start, start + flight, high),),
        settled=False,
        in_time=False,
        stagger=0.0,
    )


@action(
    ("backflip", "do a backflip", "back flip", "backward somersault in the air"),
    (
        "does a (backflip|back flip)",
        "does a standing backflip",
        "jumps and does a backflip",
        "jumps up and flips backwards",
        "flips backward through the air[ and lands on both feet]",
        "does a backward somersault in the air",
        "performs a back tuck",
    ),
    (upside_down(), airborne(0.1), ends_above("pelvis", 0.8)),
    sided=False,
    often=4,
)
def backflip(draw: Draw) -> Score:
    return flipped(draw, BACKWARD, -draw.between(0.15, 0.5))


@action(
    ("front flip", "do a front flip", "frontflip", "forward somersault in the air"),
    (
        "does a (front flip|frontflip|forward flip)",
        "does a standing front flip",
        "jumps and does a front flip",
        "jumps up and flips forward[ in the air]",
        "flips forward through the air[ and lands on both feet]",
        "does a (front|forward) somersault in the air",
        "performs a front tuck",
    ),
    (upside_down(), airborne(0.1), ends_above("pelvis", 0.8)),
    sided=False,
    often=4,
)
def front_flip(draw: Draw) -> Score:
    return flipped(draw, FORWARD, draw.between(0.6, 1.1))


@action(
    ("cartwheel", "do a cartwheel", "cartwheel to the {side}"),
    (
        "does a cartwheel[ to the {side}]",
        "turns a cartwheel",
        "cartwheels to the {side}",
        "does a cartwheel and lands on (his|her|both) feet",
        "wheels sideways over both hands",
        "performs a cartwheel",
    ),
    (upside_down(), below("right_wrist", 0.1), below("left_wrist", 0.1), ends_above("pelvis", 0.8)),
    often=3,
)
def cartwheel(draw: Draw) -> Score:
    far, beat = draw.between(1.7, 2.0), draw.between(0.38, 0.46)
    open_legs = both_feet(Foot((draw.between(0.4, 0.52), -0.66, 0.0), "hips", pitch=30))
    up = both(Hand((0.2, 0.95, 0.05), palm=(0, 0, 1)))
    near_hand, far_hand = 0.38 * far, 0.56 * far
    right = Hand((near_hand, 0.03, 0.04), "floor", palm=(0, -1, 0), fingers=(0.6, 0, 1))
    left = Hand((-far_hand, 0.03, 0.04), "floor", palm=(0, -1, 0), fingers=(0.6, 0, 1))
    landing = {
        "left_foot": Foot((-far + 0.16, 0, 0.0), pitch=10),
        "right_foot": Foot((far + 0.16, 0, 0.0), pitch=10),
    }

    def wheel(turn: float, x: float, y: float, **more: Any) -> Posture:
        return Posture(hips=(0, -turn, 0), place=(-x, y, 0.0), **{**open_legs, **FREE, **more})

    ready = Posture(**up, shift=(0, 0, 0), gaze=Gaze(-30, 0), **FREE)
    step = Posture(
        hips=(0, -18, 0),
        lean=-8,
        shift=(-0.24, -0.06, 0),
        right_foot=Foot((0.36, 0, 0), turn=40),
        **up,
        **FREE,
    )
    one = wheel(
        58,
        0.26 * far,
        0.82,
        right=right,
        left=Hand((0.1, 0.96, 0.05)),
        lean=-34,
        right_foot=Foot((0.36, 0, 0), turn=40, pitch=24),
        left_foot=Foot((0.3, -0.78, 0.0), "hips", pitch=30),
    )
    over = wheel(175, 0.48 * far, 1.04, right=right, left=left)
    down = wheel(
        302,
        0.78 * far,
        0.82,
        left=left,
        right=Hand((0.1, 0.96, 0.05)),
        lean=34,
        left_foot=landing["left_foot"],
        right_foot=Foot((0.4, -0.72, 0.0), "hips", pitch=20),
    )
    nearly = wheel(338, 0.96 * far, 0.86, **up, **landing)
    end = Posture(
        hips=(0, -360, 0),
        shift=(-far, 0, 0),
        left_foot=Foot((-far, 0, 0)),
        right_foot=Foot((far, 0, 0)),
        **{**FREE, "sway": 1.0},
    )
    keys = (
        Key(ready, 0.6, 0.1),
        Key(step, 0.4, through=True),
        Key(one, 1.25 * beat, through=True),
        Key(over, beat, through=True),
        Key(down, beat, through=True),
        Key(nearly, 1.1 * beat, through=True),
        Key(end, 0.65, draw.between(0.3, 0.7)),
    )
    return Score(keys, lead=draw.between(0.2, 0.5), tail=0.2, end="held", settled=False, in_time=False, stagger=0.0)


@action(
    ("handstand", "do a handstand", "stand on the hands"),
    (
        "does a handstand",
        "stands on (his|her) hands",
        "kicks up into a handstand[ and holds it]",
        "does a handstand and comes down again",
        "balances upside down on the hands",
    ),
    (upside_down(), below("right_wrist", 0.1), below("left_wrist", 0.1), ends_above("pelvis", 0.78)),
    sided=False,
    often=2,
)
def handstand(draw: Draw) -> Score:
    hands = both(Hand((0.2, 0.03, 0.62), **FLAT_HAND))
    reach = Posture(
        place=(0, 0.74, 0.2),
        hips=(84, 0, 0),
        bend=30,
        gaze=Gaze(0, -90),
        left_foot=Foot((0, 0, 0.22)),
        right_foot=Foot((0, 0, -0.25), pitch=40),
        **hands,
        **FREE,
    )
    kick = Posture(
        place=(0, 0.92, 0.42),
        hips=(132, 0, 0),
        bend=20,
        gaze=Gaze(0, -118),
        left_foot=Foot((0.02, -0.66, 0.36), "hips", pitch=120),
        right_foot=Foot((0.02, -0.8, -0.14), "hips", pitch=190),
        **hands,
        **FREE,
    )

    def hold(sway: float) -> Posture:
        return Posture(
            place=(0.0, 1.07, 0.6 + 0.02 * sway),
            hips=(176 + 3 * sway, 0, 0),
            bend=2,
            gaze=Gaze(0, -150),
            **both_feet(Foot((0.03, -0.82, 0.03 * sway), "hips", pitch=225)),
            **hands,
            **FREE,
        )

    keys = [
        Key(Posture(**both(Hand((0.16, 0.9, 0.15)))), 0.6),
        Key(reach, 0.6, through=True),
        Key(kick, 0.4, through=True),
    ]
    keys.append(Key(hold(0.0), 0.5, 0.2))
    for _ in range(draw.count(1, 4)):
        keys.append(Key(hold(draw.between(-1, 1)), 0.45))
    keys += [Key(kick, 0.5, through=True), Key(reach, 0.45, through=True)]
    return Score(
        tuple(keys), lead=draw.between(0.1, 0.4), back=0.8, tail=0.4, settled=False, in_time=False, stagger=0.0
    )
