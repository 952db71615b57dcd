"""Showing off, threatening and playing an animal."""

from __future__ import annotations

from engine.data.choreography.claims import above, ahead, moves, near
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Foot, Gaze, Hand, Key, Posture, Score, both, both_feet, cycle


@action(
    ("flex the muscles", "flex", "bodybuilder pose", "show the muscles", "flex both biceps"),
    (
        "flexes (his|her|the) (muscles|biceps)",
        "flexes both arms like a bodybuilder",
        "shows off (his|her) (muscles|biceps)",
        "poses like a bodybuilder[, arms raised and bent]",
        "strikes a muscle pose[ and holds it]",
        "raises both arms and flexes the biceps",
    ),
    (above("right_wrist", "right_shoulder", 0.05), above("left_wrist", "left_shoulder", 0.05)),
    sided=False,
    often=2,
)
def flex_muscles(draw: Draw) -> Score:
    feet = both_feet(Foot((draw.between(0.05, 0.12), 0, 0), turn=8))
    curled = Hand((0.62, 0.32, 0.06), palm=(-0.6, -0.6, 0.2), fingers=(-0.9, -0.3, 0.1), swivel=28, raise_shoulder=0.01)
    wide = Hand((0.9, 0.12, 0.14), palm=(0, 1, 0), fingers=(1, 0.1, 0.1), swivel=10)
    crab = Hand((-0.2, -0.5, 0.46), palm=(-0.3, 0.2, -1), fingers=(-0.9, -0.1, 0.1), swivel=38)
    open_arms = Posture(**feet, **both(wide), bend=-4, gaze=Gaze(0, 6))
    pose = Posture(**feet, **both(curled), bend=-5, gaze=Gaze(draw.pick((-38, 0, 38)), 4))
    tense = pose.but(
        **both(Hand((0.56, 0.36, 0.08), palm=(-0.6, -0.6, 0.2), fingers=(-0.9, -0.35, 0.1), swivel=32)), bend=-2
    )
    keys = [Key(open_arms, 0.6), Key(pose, 0.4, 0.1)]
    for _ in range(draw.count(1, 3)):
        keys += [Key(tense, 0.25, draw.between(0.2, 0.5)), Key(pose.but(gaze=Gaze(draw.pick((-38, 38)), 6)), 0.35, 0.1)]
    if draw.chance(0.5):
        most = Posture(**feet, **both(crab), bend=16, hips=(4, 0, 0), shift=(0, -0.05, 0), gaze=Gaze(0, 0))
        keys += [Key(most, 0.5, draw.between(0.5, 0.9))]
    return Score(tuple(keys), back=0.8)


@action(
    ("beat the chest", "gorilla", "act like a gorilla", "pound the chest"),
    (
        "(beats|pounds|drums on) (his|her|the) chest[ with both fists]",
        "beats (his|her) chest like (a gorilla|King Kong|Tarzan)",
        "drums with both fists on the chest[ like an ape]",
        "acts like a gorilla, beating the chest",
        "pounds the chest with (his|her) fists and roars",
    ),
    (moves("right_wrist", 0.1), near("right_hand", "spine3", 0.3), near("left_hand", "spine3", 0.3)),
    sided=False,
    often=2,
)
def beat_chest(draw: Draw) -> Score:
    ape = draw.between(0, 1)
    feet = both_feet(Foot((0.06 + 0.08 * ape, 0, 0), turn=12, knee=14 * ape))
    near_chest = Hand((-0.22, -0.2, 0.24), palm=(-0.2, 0, -1), fingers=(-0.9, 0.2, -0.1), swivel=34)
    away = Hand((0.12, -0.12, 0.42), palm=(-0.6, 0, -0.8), fingers=(-0.6, 0.5, 0.2), swivel=36)

    def at(right: bool) -> Posture:
        return Posture(
            **feet,
            right=near_chest if right else away,
            left=away if right else near_chest,
            bend=-8 + 14 * ape,
            hips=(8 * ape, 0, 0),
            twist=5 if right else -5,
            shift=(0, -0.03 - 0.09 * ape, 0),
            gaze=Gaze(0, 8),
        )

    roar = Posture(
        **feet,
        **both(Hand((0.75, 0.1, 0.3), palm=(0, 0.4, 1), fingers=(0.7, 0.7, 0.1))),
        bend=-10,
        gaze=Gaze(0, 20),
    )
    keys = [Key(at(True), 0.6)]
    keys += cycle((at(False), at(True)), draw.between(0.14, 0.2), draw.count(4, 9))
    if draw.chance(0.4):
        keys += [Key(roar, 0.5, draw.between(0.4, 0.9))]
    return Score(tuple(keys), back=0.8, stagger=0)


@action(
    ("flap the arms", "flap like a bird", "fly like a bird", "chicken dance", "flap the wings"),
    (
        "flaps (his|her|the|both) arms[ like (a bird|wings|a chicken)]",
        "pretends to fly[ like a bird], flapping the arms",
        "acts like a (bird|chicken)[ and flaps the arms]",
        "moves the arms up and down like wings",
        "imitates a (bird|chicken), flapping",
    ),
    (moves("right_elbow", 0.12), moves("left_elbow", 0.12)),
    sided=False,
    often=2,
)
def flap_arms(draw: Draw) -> Score:
    chicken = draw.chance(0.35)

    def at(up: float) -> Posture:
        if chicken:
            hand = Hand(
                (0.14 + 0.1 * up, -0.16 + 0.06 * up, 0.16),
                palm=(0.2, -0.9, 0),
                fingers=(-0.9, -0.2, 0.2),
                swivel=4 + 64 * up,
            )
            return Posture(**both(hand), bend=14, hips=(10, 0, 0), shift=(0, -0.1 + 0.04 * up, 0), gaze=Gaze(0, 4))
        hand = Hand(
            (0.86 - 0.16 * abs(up), 0.1 + 0.5 * up, 0.1), palm=(0, -1, 0.1), fingers=(1, 0.5 * up, 0.1), swivel=10
        )
        return Posture(**both(hand), bend=8, shift=(0, -0.04 + 0.03 * up, 0), gaze=Gaze(0, 6))

    low, move = (0.0, 0.2) if chicken else (-0.9, draw.between(0.26, 0.42))
    return Score(
        (Key(at(1.0), 0.6), *cycle((at(low), at(1.0)), move, draw.count(4, 8))), back=0.8, stagger=0.01, in_time=False
    )


@action(
    ("monster attack", "attack like a zombie", "lunge with claws", "act like a monster", "roar like a bear"),
    (
        "lunges (forward|at someone) like a (monster|zombie|bear)",
        "attacks with claws[ like a (monster|werewolf|beast)]",
        "raises both hands like claws and (attacks|lunges)",
        "acts like a (monster|bear), roaring with raised claws",
        "swipes with both claws[ like a (bear|beast)]",
        "lunges with outstretched hands to grab someone",
    ),
    (above("right_hand", "right_shoulder", 0.1), ahead("right_hand", 0.45), moves("pelvis", 0.1)),
    often=3,
)
def monster_attack(draw: Draw) -> Score:
    claws = Hand((0.3, 0.44, 0.34), palm=(-0.1, -0.3, 1), fingers=(0.1, 0.8, 0.6), swivel=24)
    grab = Hand((0.06, -0.02, 0.84), palm=(-0.2, -0.6, 0.5), fingers=(-0.2, 0.3, 1), swivel=10)
    far = draw.between(0.34, 0.5)
    rear = Posture(
        **both(claws),
        left_foot=Foot((0.06, 0, 0)),
        right_foot=Foot((0.06, 0, -0.1), turn=14),
        bend=-8,
        shift=(0, 0.0, -0.03),
        gaze=Gaze(0, 10),
    )
    lunge = Posture(
        **both(grab),
        left_foot=Foot((0.06, 0, far)),
        right_foot=Foot((0.06, 0, -0.1), turn=14, pitch=26),
        bend=26,
        hips=(14, 0, 0),
        shift=(0, -0.16, 0),
        weight=0.5,
        gaze=Gaze(0, -2),
    )
    keys = [Key(rear, draw.between(0.6, 0.9), draw.between(0.2, 0.7)), Key(lunge, draw.between(0.26, 0.36), 0.1)]
    for number in range(draw.count(0, 3)):
        swipe = Hand((-0.36, -0.3, 0.6), palm=(-0.7, -0.5, 0.2), fingers=(-0.6, -0.1, 0.8))
        way = 1 if number % 2 == 0 else -1
        ready = {"right": claws, "left": grab} if way > 0 else {"left": claws, "right": grab}
        done = {"right": swipe, "left": grab} if way > 0 else {"left": swipe, "right": grab}
        keys += [
            Key(lunge.but(**ready, twist=-18 * way, bend=12), 0.3),
            Key(lunge.but(**done, twist=22 * way), 0.22, 0.08),
        ]
    return Score((*keys, Key(lunge, 0.3, draw.between(0.1, 0.4))), back=1.0)


@action(
    ("warm the hands", "warm hands over a fire", "hands over the campfire"),
    (
        "warms (his|her|the) hands[ over a (fire|campfire)| at the fire]",
        "holds both hands over a fire[ to warm them]",
        "rubs (his|her|the) hands and holds them out over a fire",
        "stands by a fire, warming the hands",
        "stretches the palms towards a campfire",
    ),
    (ahead("right_hand", 0.35), ahead("left_hand", 0.35)),
    sided=False,
    often=2,
)
def warm_hands(draw: Draw) -> Score:
    low = draw.between(-0.5, -0.34)

    def over(way: float, turned: bool = False) -> Posture:
        palm = (-0.2, 1, -0.4) if turned else (-0.1, -0.9, 0.6)
        hand = Hand((0.02, low + 0.02 * way, 0.66 + 0.03 * way), "level", palm=palm, fingers=(-0.15, 0.25, 1), swivel=6)
        return Posture(**both(hand), bend=12, hips=(3, 0, 0), gaze=Gaze(4 * way, -26))

    def rub(way: float) -> Posture:
        fingers = (-0.35, 0.5, 0.8)
        return Posture(
            right=Hand((-0.34, -0.42, 0.46 + 0.05 * way), palm=(-1, 0, -0.2), fingers=fingers),
            left=Hand((-0.34, -0.42, 0.46 - 0.05 * way), palm=(-1, 0, -0.2), fingers=fingers),
            bend=10,
            gaze=Gaze(0, -24),
        )

    keys = [Key(over(0), 0.8, draw.between(0.6, 1.2)), Key(over(1), 0.5, draw.between(0.2, 0.7))]
    if draw.chance(0.6):
        keys += [Key(rub(1), 0.5), *cycle((rub(-1), rub(1)), draw.between(0.13, 0.17), draw.count(3, 6))]
        keys += [Key(over(0), 0.5, draw.between(0.4, 0.9))]
    if draw.chance(0.4):
        keys += [Key(over(0, True), 0.5, 0.4), Key(over(0), 0.5, 0.4)]
    return Score(tuple(keys), back=0.9, stagger=0.01)


@action(
    ("swat a fly", "swat at flies", "wave away a fly", "shoo a bee"),
    (
        "swats (at flies|at a fly|a fly|a mosquito)[ with the {side} hand]",
        "swats at (bees|insects|bugs) around (his|her|the) head",
        "waves a (fly|bee|wasp) away[ from the face][ with the {side} hand]",
        "tries to hit a fly[ in the air][ with the {side} hand]",
        "shoos insects away",
    ),
    (above("right_hand", "right_shoulder", 0.05), moves("right_wrist", 0.3)),
    often=2,
)
def swat(draw: Draw) -> Score:
    keys: list[Key] = []
    for number in range(draw.count(2, 5)):
        high, side = draw.between(0.2, 0.45), draw.pick((-1.0, 1.0))
        wind = Hand((0.3 + 0.25 * side, high, 0.4), palm=(-0.8 * side, -0.1, 0.6), fingers=(0.2, 1, 0.1), swivel=22)
        hit = Hand(
            (0.0 - 0.25 * side, high - 0.1, 0.62),
            palm=(-0.8 * side, -0.3, 0.5),
            fingers=(-0.3 * side, 0.8, 0.5),
            swivel=14,
        )
        look = Gaze(-26 * side * (1 if number % 2 else -0.6), 14)
        keys += [
            Key(
                Posture(right=wind, twist=-10 * side, bend=-3, lean=-4 * side, gaze=look),
                draw.between(0.34, 0.5),
                draw.between(0, 0.25),
            ),
            Key(Posture(right=hit, twist=12 * side, bend=5, gaze=Gaze(12 * side, 6)), draw.between(0.16, 0.22), 0.08),
        ]
    return Score(tuple(keys), back=0.8, in_time=False)
