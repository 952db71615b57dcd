"""Fear, anger, pleading and sickness, shown by the whole body."""

from __future__ import annotations

from engine.data.choreography.claims import above, ahead, below, moves, near
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import REST, Foot, Gaze, Hand, Key, Posture, Score, both, cycle
from engine.data.choreography.stock import KNEELING


@action(
    ("startled", "flinch", "get scared", "jump in fright", "be surprised"),
    (
        "(is|gets) startled[ and flinches back]",
        "flinches[ back|, hands up]",
        "(is|gets) scared by something[ and steps back]",
        "reacts in (shock|surprise|fright)[, throwing the hands up]",
        "recoils in (fear|horror)",
        "gets a fright and throws (both|the) hands up",
        "looks shocked and takes a step back",
        "is surprised[ by a loud noise]",
    ),
    (moves("head", 0.08), near("right_wrist", "face", 0.55), near("left_wrist", "face", 0.55)),
    often=3,
)
def startle(draw: Draw) -> Score:
    far, high = draw.between(0.16, 0.34), draw.between(-0.05, 0.18)
    hand = Hand((0.06, high, draw.between(0.44, 0.6)), palm=(-0.2, 0.1, 1), fingers=(0.1, 1, 0.1), swivel=16)
    back = Foot((0.03, 0, -far), turn=16)
    jolt = Posture(
        **both(hand),
        right_foot=back,
        bend=draw.between(-4, 14),
        hips=(-4, 0, -8),
        shift=(0, -0.05, -0.5 * far),
        gaze=Gaze(4, -4),
        balance=False,
    )
    frozen = jolt.but(
        **both(Hand((0.0, high - 0.12, 0.44), palm=(-0.3, 0.1, 1), fingers=(0, 1, 0.1), swivel=10)),
        bend=draw.between(2, 16),
        shift=(0, -0.07, 0),
        weight=-0.3,
        balance=True,
    )
    calm = frozen.but(
        right=Hand((-0.3, -0.3, 0.36), palm=(-0.1, 0, -1), fingers=(-0.9, 0.4, 0)),
        left=None,
        bend=8,
        gaze=Gaze(0, -12),
    )
    keys = [Key(jolt, draw.between(0.2, 0.28)), Key(frozen, 0.3, draw.between(0.4, 1.2))]
    if draw.chance(0.4):
        keys.append(Key(calm, 0.6, draw.between(0.4, 0.9)))
    return Score(tuple(keys), lead=draw.between(0.4, 1.0), back=draw.between(0.8, 1.1), in_time=False)


@action(
    ("cower", "cower in fear", "crouch in fear", "take cover"),
    (
        "cowers[ in fear][, arms over the head]",
        "crouches down in fear[ and covers the head]",
        "ducks down and covers (his|her|the) head with both arms",
        "takes cover, trembling[ with fear]",
        "trembles in fear, crouched on the ground",
        "huddles down, scared, hands over the head",
        "shrinks down in terror",
    ),
    (below("pelvis", 0.62), near("right_wrist", "head", 0.3), near("left_wrist", "head", 0.3)),
    sided=False,
    often=3,
)
def cower(draw: Draw) -> Score:
    low = draw.between(0.48, 0.58)
    cover = Hand((0.05, 0.12, 0.0), "head", palm=(-0.4, -0.9, -0.2), fingers=(-0.7, 0.2, -0.6), swivel=26)
    feet = {
        "right_foot": Foot((0.06, 0, -0.16), turn=10, pitch=38),
        "left_foot": Foot((0.05, 0, 0.08), turn=8, pitch=8),
    }
    start = Posture(
        **both(Hand((0.0, 0.1, 0.45), palm=(-0.2, 0.2, 1), fingers=(0, 1, 0.1), swivel=16)),
        right_foot=Foot((0.04, 0, -0.16), turn=10),
        bend=10,
        shift=(0, -0.08, -0.04),
        gaze=Gaze(0, 2),
    )
    down = Posture(**both(cover), **feet, shift=(0, -low, 0), hips=(18, 0, 0), bend=44, gaze=Gaze(0, -46))
    shaken = down.but(bend=44, twist=2.5, shift=(0, -low + 0.012, 0), gaze=Gaze(4, -42))
    peek = down.but(bend=36, gaze=Gaze(draw.pick((-28, 28)), -4))
    move, count = draw.between(0.13, 0.17), draw.count(3, 7)
    keys = [Key(start, draw.between(0.3, 0.45), 0.1), Key(down, draw.between(0.45, 0.7), 0.1)]
    keys += cycle((shaken, down), move, count)
    if draw.chance(0.5):
        keys += [Key(peek, 0.5, 0.4), Key(down, 0.4), *cycle((shaken, down), move, 3)]
    if draw.chance(0.6):
        return Score((*keys, Key(down, 0.2, 0.2)), end="held", in_time=False, stagger=0.01)
    return Score(tuple(keys), back=1.3, tail=0.3, in_time=False, stagger=0.01)


@action(
    ("vomit", "throw up", "puke", "feel sick"),
    (
        "(vomits|throws up|pukes)",
        "doubles over and (vomits|throws up)",
        "bends over, holding (his|her|the) belly, and throws up",
        "feels sick[ and bends over]",
        "gets sick and vomits on the ground",
        "retches, hands on the belly",
    ),
    (ahead("head", 0.3), moves("head", 0.25)),
    often=2,
)
def vomit(draw: Draw) -> Score:
    belly = Hand((-0.32, -0.62, 0.34), palm=(-0.2, 0.1, -1), fingers=(-0.95, 0.1, 0.1))
    mouth = Hand((0.04, -0.07, 0.17), "head", palm=(-0.3, 0, -0.9), fingers=(-0.6, 0.7, -0.1), swivel=10)
    feet = {"right_foot": Foot((0.05, 0, 0.0)), "left_foot": Foot((0.05, 0, draw.between(0.0, 0.2)))}
    sick = Posture(right=mouth, left=belly, **feet, bend=20, hips=(8, 0, 0), shift=(0, -0.03, 0), gaze=Gaze(0, -20))
    rise = sick.but(bend=8, gaze=Gaze(0, 2))
    heave = Posture(
        right=belly
        if draw.chance(0.5)
        else Hand((0.14, -0.42, 0.2), "hips", palm=(0, -1, 0), fingers=(-0.4, -0.5, 0.7)),
        left=belly,
        **feet,
        bend=draw.between(50, 62),
        hips=(34, 0, 0),
        shift=(0, -0.1, 0),
        gaze=Gaze(0, -60),
    )
    lull = heave.but(bend=heave.bend - 18, gaze=Gaze(0, -44), shift=(0, -0.06, 0))
    keys = [Key(sick, 0.6, draw.between(0.2, 0.6)), Key(rise, 0.35, 0.05)]
    keys += cycle((heave, lull), draw.between(0.3, 0.42), draw.count(2, 4))
    keys += [Key(heave, 0.35, draw.between(0.3, 0.8))]
    return Score(tuple(keys), back=1.2, in_time=False)


@action(
    ("shake the {side} fist", "shake a fist", "angry fist", "threaten with the fist"),
    (
        "shakes (his|her|the|a) {side} fist[ angrily| in anger]",
        "shakes (his|her|a) fist at someone[, angry]",
        "(threatens|scolds) somebody with a raised {side} fist",
        "raises the {side} fist and shakes it angrily",
        "is angry at someone and shakes a fist",
        "angrily shakes (his|her) fist in the air",
    ),
    (above("right_hand", "right_shoulder", 0.05), ahead("right_hand", 0.2), moves("right_wrist", 0.15)),
    often=2,
)
def shake_fist(draw: Draw) -> Score:
    step = Foot((0.02, 0, draw.pick((0.0, 0.22))))
    up = draw.between(0.1, 0.32)
    left = draw.pick((None, Hand((0.14, -0.86, 0.1), roll=40, flex=10)))

    def at(way: float) -> Posture:
        hand = Hand(
            (0.12, up + 0.07 * way, 0.46 + 0.16 * (1 - way)),
            palm=(-0.9, 0, -0.4),
            fingers=(-0.05, 1, 0.25 - 0.5 * way),
            swivel=12,
        )
        return Posture(
            right=hand, left=left, right_foot=step, bend=8 + 6 * (1 - way), twist=8, hips=(5, 0, 0), gaze=Gaze(-4, 2)
        )

    keys = (Key(at(1), draw.between(0.4, 0.6), 0.1), *cycle((at(0), at(1)), draw.between(0.15, 0.21), draw.count(3, 7)))
    return Score((*keys, Key(at(0.6), 0.2, 0.2)), back=0.8)


@action(
    ("tantrum", "stomp angrily", "throw a tantrum", "angry stomping"),
    (
        "throws a[ temper] tantrum",
        "stomps[ the feet] angrily[ on the spot]",
        "stamps (his|her|the) feet in anger, fists clenched",
        "is furious and stamps the feet[, shaking both fists]",
        "has a tantrum, stomping and swinging the fists down",
        "stomps around in frustration",
    ),
    (moves("right_ankle", 0.12), moves("left_ankle", 0.12), moves("right_wrist", 0.25)),
    sided=False,
    often=2,
)
def tantrum(draw: Draw) -> Score:
    high = draw.between(0.2, 0.3)
    up = Hand((0.1, -0.28, 0.44), palm=(-1, 0, 0), fingers=(-0.1, 0.9, 0.3), swivel=20)
    down = Hand((0.2, -0.86, 0.22), "level", roll=40, swivel=18)

    def lifted(way: float) -> Posture:
        foot = Foot((0.02, high, 0.14), pitch=10)
        feet = {"left_foot": foot} if way > 0 else {"right_foot": foot}
        return Posture(
            **both(up),
            **feet,
            bend=6,
            lean=-4 * way,
            twist=8 * way,
            weight=-0.9 * way,
            gaze=Gaze(8 * way, 4),
        )

    def stamped(way: float) -> Posture:
        return Posture(
            **both(down),
            bend=20,
            hips=(8, 0, 0),
            twist=-6 * way,
            weight=0.4 * way,
            shift=(0, -0.07, 0),
            gaze=Gaze(0, -26),
        )

    move = draw.between(0.22, 0.28)
    keys = [Key(Posture(**both(down), bend=4, gaze=Gaze(0, 4)), 0.4, 0.1)]
    for number in range(draw.count(4, 9)):
        way = 1.0 if number % 2 else -1.0
        keys += [Key(lifted(way), 1.15 * move), Key(stamped(way), 0.8 * move)]
    return Score((*keys, Key(stamped(0), 0.2, 0.2)), back=0.9, stagger=0.01)


@action(
    ("beg{how}", "plead{how}", "beg for mercy{how}"),
    (
        "begs{how}[ for mercy| for help]",
        "pleads{how}, hands (clasped|together)",
        "(implores|begs) someone{how} with clasped hands",
        "clasps the hands and begs{how}",
        "begs desperately{how}",
        "pleads for mercy{how}[, shaking the clasped hands]",
    ),
    (near("right_wrist", "left_wrist", 0.22),),
    sided=False,
    often=3,
)
def beg(draw: Draw) -> Score:
    knees = draw.chance(0.55)
    base = Posture(**KNEELING) if knees else REST

    def at(way: float) -> Posture:
        return base.but(
            **both(Hand((-0.34, -0.2 + 0.1 * way, 0.46 + 0.12 * way), palm=(-1, 0, -0.1), fingers=(-0.15, 0.8, 0.6))),
            hips=(4 + 4 * way, 0, 0),
            bend=8 + 10 * way,
            gaze=Gaze(0, 6 + 6 * way),
            shift=(0, 0, 0) if knees else (0, -0.03 - 0.06 * way, 0),
        )

    move = draw.between(0.26, 0.4)
    pleas = [
        Key(at(0), 0.7, draw.between(0.1, 0.5)),
        *cycle((at(1), at(0)), move, draw.count(3, 6)),
        Key(at(0.5), 0.3, 0.4),
    ]
    words = {"how": draw.pick((" on both knees", " on the knees", ", kneeling")) if knees else ""}
    if not knees:
        return Score(tuple(pleas), back=0.8, stagger=0, words=words)
    if draw.chance(0.5):
        return Score(
            (Key(at(0), 0, 0.1), *pleas[1:]), start="held", end="held", lead=0.2, tail=0.2, stagger=0, words=words
        )
    half = Posture(
        place=(0.02, 0.6, -0.1),
        right_foot=Foot(),
        left_foot=Foot((0.09, 0, -0.5), "floor", pitch=110),
        hips=(12, 0, 0),
        bend=14,
        gaze=Gaze(0, -10),
        balance=False,
        sway=0.3,
    )
    return Score((Key(half, 0.8, through=True), *pleas), end="held", stagger=0, words=words)
