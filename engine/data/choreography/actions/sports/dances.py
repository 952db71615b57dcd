"""Dances without a partner and what is done to music."""

from __future__ import annotations

from engine.data.choreography.claims import above, moves
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Foot, Gaze, Hand, Key, Posture, Score, both, cycle
from engine.data.choreography.stock import ON_HIP


@action(
    ("disco dance", "dance disco", "disco"),
    (
        "dances (disco|to disco music)",
        "does disco moves, pointing up and down with the {side} arm",
        "points to the ceiling and down to the hip in turns, dancing",
    ),
    (above("right_wrist", "head", 0.05),),
)
def disco(draw: Draw) -> Score:
    def at(up: bool, weight: float) -> Posture:
        arm = (
            Hand((0.45, 0.85, 0.2), palm=(0, 0, 1), fingers=(0.4, 0.9, 0.1))
            if up
            else Hand((-0.5, -0.65, 0.3), palm=(0, 0, -1), fingers=(-0.6, -0.7, 0.2))
        )
        return Posture(
            right=arm,
            left=ON_HIP,
            hips=(0, -8 * weight, -10 if up else 14),
            twist=-12 if up else 14,
            weight=0.5 * weight,
            shift=(0, -0.03 if up else -0.08, 0),
            gaze=Gaze(-16 if up else 10, 16 if up else -8),
            right_foot=Foot((0.1, 0, 0)),
            left_foot=Foot((0.08, 0, 0)),
        )

    beat = draw.between(0.36, 0.5)
    return Score(
        (Key(at(True, -1), 0.7), *cycle((at(False, 1), at(True, -1)), beat, draw.count(3, 6))), back=0.8, stagger=0
    )


@action(
    ("twist dance", "dance the twist", "do the twist"),
    ("dances the twist", "twists the hips from side to side, dancing", "does the twist[, going down and up]"),
    (moves("right_wrist", 0.2),),
    sided=False,
)
def twist_dance(draw: Draw) -> Score:
    deep = draw.between(0.05, 0.3)

    def at(way: float, low: float) -> Posture:
        return Posture(
            right=Hand((0.05, -0.5, 0.4 - 0.35 * way), roll=40),
            left=Hand((0.05, -0.5, 0.4 + 0.35 * way), roll=40),
            hips=(6 + 20 * low, 0, 24 * way),
            twist=-42 * way,
            shift=(0, -0.06 - low, 0),
            right_foot=Foot(turn=-20 * way, pitch=14),
            left_foot=Foot(turn=20 * way, pitch=14),
            gaze=Gaze(0, 0),
        )

    count = draw.count(4, 7)
    keys = []
    for number in range(2 * count):
        low = deep * (1 - abs(1 - number / count))
        keys.append(Key(at(1 if number % 2 else -1, low), draw.between(0.26, 0.3)))
    return Score((Key(at(1, 0), 0.6), *keys), back=0.8, stagger=0)


@action(
    ("robot dance", "dance like a robot", "the robot"),
    (
        "dances (like a robot|the robot)",
        "does the robot dance[ with stiff, jerky arms]",
        "moves like a robot, arms bent at right angles",
    ),
    (moves("right_wrist", 0.3),),
    sided=False,
)
def robot_dance(draw: Draw) -> Score:
    up = Hand((0.22, 0.05, 0.45), palm=(-1, 0, 0), fingers=(0, 1, 0.2))
    flat = Hand((0.05, -0.55, 0.5), palm=(-1, 0, 0), fingers=(0, 0, 1))
    down = Hand((0.45, -0.45, 0.1), palm=(0, 0, -1), fingers=(0, -1, 0))
    keys = []
    for _ in range(draw.count(5, 9)):
        pose = Posture(
            right=draw.pick((up, flat, down)),
            left=draw.pick((up, flat, down)),
            twist=draw.pick((-24, 0, 24)),
            bend=draw.pick((0, 0, 16)),
            gaze=Gaze(draw.pick((-35, 0, 35)), 0),
            weight=draw.pick((-0.4, 0.0, 0.4)),
        )
        keys.append(Key(pose, draw.between(0.2, 0.3), draw.between(0.12, 0.35)))
    return Score(tuple(keys), back=0.7, stagger=0)


@action(
    ("headbang", "headbanging", "rock out"),
    ("(headbangs|bangs the head)[ to the music]", "rocks out to heavy metal, throwing the head up and down"),
    (moves("head_front", 0.15),),
    sided=False,
)
def headbang(draw: Draw) -> Score:
    arms = {} if draw.chance(0.4) else both(Hand((0.05, -0.5, 0.45), palm=(-1, 0, 0), fingers=(-0.2, 0.3, 1)))

    def at(low: bool) -> Posture:
        return Posture(
            **arms,
            bend=34 if low else 2,
            hips=(12 if low else 2, 0, 0),
            gaze=Gaze(0, -58 if low else 6),
            shift=(0, -0.1 if low else -0.04, 0),
            left_foot=Foot((0.06, 0, 0.12)),
            right_foot=Foot((0.06, 0, -0.12), turn=8),
        )

    return Score(
        (Key(at(False), 0.6), *cycle((at(True), at(False)), draw.between(0.3, 0.4), draw.count(4, 8))), back=0.8
    )


@action(
    ("bounce to the music", "hip hop dance", "groove"),
    (
        "grooves[ to the music]",
        "dances hip hop[ on the spot], bouncing in the knees",
        "bobs up and down to the beat, arms swinging",
        "dances[ happily][ on the spot]",
    ),
    (moves("right_wrist", 0.15),),
)
def groove(draw: Draw) -> Score:
    wide = draw.between(0.06, 0.14)
    low, arm = draw.between(0.06, 0.16), draw.between(0.1, 0.3)

    def at(side: float, down: float) -> Posture:
        return Posture(
            right=Hand((0.2 + 0.2 * side, -0.4 + arm * down, 0.45), palm=(-0.5, -0.6, 0), fingers=(-0.2, 0.3, 0.9)),
            left=Hand(
                (0.2 - 0.2 * side, -0.4 + arm * (1 - down), 0.45), palm=(-0.5, -0.6, 0), fingers=(-0.2, 0.3, 0.9)
            ),
            hips=(6, 7 * side, 8 * side),
            lean=-6 * side,
            twist=12 * side,
            weight=0.5 * side,
            shift=(0, -0.03 - low * down, 0),
            bend=8 * down,
            right_foot=Foot((wide, 0, 0)),
            left_foot=Foot((wide, 0, 0)),
            gaze=Gaze(10 * side, -6 * down),
        )

    beat = draw.between(0.28, 0.4)
    bar = (at(1, 1), at(1, 0), at(-1, 1), at(-1, 0))
    return Score((Key(at(-1, 0), 0.6), *cycle(bar, beat, draw.count(3, 5))), back=0.8)


@action(
    ("plie", "ballet plie", "ballet at the barre"),
    ("does a ballet plie[, knees turned out]", "bends the knees outwards like a ballet dancer, the arms rounded"),
    (moves("pelvis", 0.08),),
    sided=False,
)
def plie(draw: Draw) -> Score:
    turned = {"turn": 48, "knee": 45}
    arms = both(Hand((0.35, -0.35, 0.6), palm=(-0.5, -0.4, -0.6), fingers=(-0.6, -0.2, 0.6)))
    wide = both(Hand((0.85, -0.1, 0.35), palm=(0, -0.4, 0.8), fingers=(0.9, 0, 0.3)))

    def at(down: float) -> Posture:
        foot = Foot((0.1, 0, 0), **turned)
        return Posture(
            **(wide if down else arms),
            shift=(0, -0.04 - down, 0),
            right_foot=foot,
            left_foot=foot,
            gaze=Gaze(0, 4),
        )

    deep = draw.between(0.16, 0.3)
    return Score((Key(at(0), 0.8), *cycle((at(deep), at(0)), draw.between(0.8, 1.1), draw.count(2, 3))), back=0.9)
