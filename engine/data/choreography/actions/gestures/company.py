"""With someone, beside a wall, and with what is worn."""

from __future__ import annotations

from engine.data.choreography.claims import above, ahead, below, beside, moves, near
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Foot, Gaze, Hand, Key, Posture, Score, both, cycle
from engine.data.choreography.stock import ON_HIP, squat


@action(
    ("hug", "hug someone", "embrace", "give a hug"),
    (
        "hugs (someone|a friend|another person)[ tightly]",
        "gives (someone|a friend) a hug",
        "embraces (someone|a friend)[ with both arms]",
        "puts both arms around (someone|a person in front)",
        "opens (his|her|the) arms and hugs someone[, patting the back]",
        "takes (someone|a child) in (his|her|both) arms",
    ),
    (near("right_hand", "left_hand", 0.4), ahead("right_wrist", 0.18), ahead("left_wrist", 0.18)),
    sided=False,
    often=3,
)
def hug(draw: Draw) -> Score:
    far = draw.between(0.1, 0.26)
    feet = {"left_foot": Foot((0.02, 0, far)), "right_foot": Foot((0.02, 0, -0.04))}
    tilt, deep = draw.pick((-12.0, 12.0)), draw.between(0.5, 0.58)
    wide = Hand((0.62, -0.06, 0.62), palm=(-0.5, 0.1, 0.6), fingers=(0.4, 0.2, 1), swivel=12)
    upper = Hand((-0.22, 0.0, deep), palm=(-0.2, -0.1, -1), fingers=(-1, 0.1, -0.2), swivel=24)
    lower = Hand((-0.2, -0.3, deep - 0.02), palm=(-0.2, 0, -1), fingers=(-1, 0.05, -0.2), swivel=24)
    open_arms = Posture(**both(wide), bend=3, gaze=Gaze(0, 2), left_foot=Foot((0.02, 0, 0.5 * far)))
    held = Posture(
        right=upper,
        left=lower,
        **feet,
        bend=13,
        hips=(6, 0, 0),
        shift=(0, -0.03, 0),
        weight=0.3,
        gaze=Gaze(tilt, -6, tilt),
    )
    pat = held.but(right=Hand((-0.18, 0.02, deep + 0.07), palm=(-0.2, -0.1, -1), fingers=(-1, 0.2, -0.1), swivel=24))
    rock = held.but(lean=4, gaze=Gaze(tilt, -8, tilt + 3))
    keys = [Key(open_arms, draw.between(0.6, 0.8), draw.between(0.1, 0.4)), Key(held, draw.between(0.6, 0.8), 0.3)]
    if draw.chance(0.5):
        keys += [*cycle((pat, held), 0.18, draw.count(2, 3)), Key(held, 0.2, draw.between(0.3, 1.0))]
    else:
        keys += [Key(rock, 0.7), Key(held.but(lean=-3), 0.8), Key(held, 0.5, draw.between(0.2, 0.6))]
    return Score((*keys, Key(open_arms.but(bend=0), 0.6, 0.1)), back=0.8)


@action(
    ("pet a dog", "stroke a dog", "pet an animal", "pet the cat"),
    (
        "(pets|strokes) a (dog|cat)[ with the {side} hand]",
        "bends down and (pets|strokes) an animal",
        "crouches down and pets a (dog|cat)",
        "leans down and strokes a dog[ with the {side} hand]",
        "pats a dog on the (head|back)",
        "reaches down to pet an animal",
    ),
    (below("right_wrist", 0.8), moves("head", 0.25)),
    often=3,
)
def pet_animal(draw: Draw) -> Score:
    high, far = draw.between(0.5, 0.66), draw.between(0.42, 0.5)
    crouched = draw.chance(0.5)
    if crouched:
        fields = {
            **squat(draw.between(0.36, 0.48), 0.04),
            "left_foot": Foot((0.04, 0, 0.14), turn=8),
            "right_foot": Foot((0.04, 0, -0.1), turn=8, pitch=34),
        }
        left = Hand((0.05, 0.1, 0.34), "hips", palm=(0, -1, 0), fingers=(-0.5, -0.3, 0.8), swivel=8)
    else:
        fields = {"hips": (32, 0, 0), "bend": 30, "shift": (0, -0.14, 0), "left_foot": Foot((0.02, 0, 0.16))}
        left = Hand((0.08, -0.12, 0.26), "hips", palm=(0, -0.8, -0.4), fingers=(-0.3, -0.6, 0.6), swivel=10)

    def at(along: float, up: float, look: float = 0.0) -> Posture:
        hand = Hand((0.12, high + up, far + along), "floor", palm=(-0.1, -1, 0), fingers=(-0.2, -0.1, 1), swivel=8)
        return Posture(right=hand, left=left, gaze=Gaze(look, -34), **fields)

    keys = [Key(at(0.07, 0.01), draw.between(0.8, 1.1))]
    for _ in range(draw.count(2, 5)):
        keys += [
            Key(at(-0.08, 0.0, 4), draw.between(0.4, 0.6)),
            Key(at(0.0, 0.045), 0.22, through=True),
            Key(at(0.07, 0.01), 0.25),
        ]
    return Score(tuple(keys), back=1.0, stagger=0)


@action(
    ("lean on the wall", "lean against a wall", "lean casually"),
    (
        "leans (on|against) (a|the) wall[ with the {side} side]",
        "leans sideways against a wall",
        "leans casually against (a wall|the wall)[, one foot crossed over the other]",
        "stands leaning on (a wall|a doorframe)",
        "leans on the wall to the {side}[ and waits]",
        "rests against a wall",
    ),
    (beside("head", "pelvis", 0.06),),
    often=3,
)
def lean_on_wall(draw: Draw) -> Score:
    by_hand = draw.chance(0.5)
    crossed = draw.chance(0.6)
    tilt = draw.between(8, 12) if by_hand else draw.between(11, 15)
    feet = {
        "left_foot": Foot((-0.26, 0, 0.14), turn=8, pitch=44) if crossed else Foot((-0.06, 0, 0.06), turn=14, knee=10)
    }
    if by_hand:
        arms = {
            "right": Hand((0.76, 0.16, 0.16), "level", palm=(1, 0, 0), fingers=(0.1, 1, 0.2), swivel=8),
            "left": draw.pick((ON_HIP, None)),
        }
    else:
        arms = {
            "right": Hand((-0.36, -0.45, 0.44), palm=(-0.1, -0.3, -1), fingers=(-1, 0.18, -0.3), swivel=4),
            "left": Hand((-0.33, -0.51, 0.34), palm=(-0.1, -0.2, -1), fingers=(-1, 0.1, -0.15), swivel=4),
        }
    pose = Posture(
        **arms,
        **feet,
        hips=(0, -tilt, 0),
        lean=-0.5 * tilt,
        shift=(-0.013 * tilt, -0.02, 0),
        balance=False,
        gaze=Gaze(draw.between(10, 30), 0, 4),
    )
    keys = [Key(pose, draw.between(0.9, 1.3), draw.between(0.8, 1.6))]
    for _ in range(draw.count(1, 3)):
        keys.append(
            Key(pose.but(gaze=Gaze(draw.between(-25, 45), draw.between(-10, 6), 4)), 0.7, draw.between(0.5, 1.2))
        )
    if draw.chance(0.3):
        return Score((Key(pose, 0, 0.2), *keys[1:]), start="held", end="held", lead=0.2, tail=0.3)
    return Score(tuple(keys), end="held", tail=0.3)


@action(
    ("peek around the corner", "peek", "look around a corner", "peek to the {side}"),
    (
        "peeks around (a|the) corner[ to the {side}]",
        "leans to the {side} and peeks around a corner",
        "looks[ carefully] around a corner[ to the {side}]",
        "leans out from behind (a wall|a tree|cover) and peeks",
        "peers around the corner[ and pulls back]",
        "hides behind a wall and peeks out[ to the {side}]",
    ),
    (moves("head", 0.2),),
    often=3,
)
def peek(draw: Draw) -> Score:
    low = draw.between(0.04, 0.2)
    feet = {"right_foot": Foot((0.2, 0, 0.04), turn=16), "left_foot": Foot((0.02, 0, 0))}
    wall = Hand((0.1, -0.02, 0.62), palm=(-0.1, 0, 1), fingers=(-0.1, 1, 0.1), swivel=8)
    hidden = Posture(
        right=Hand((0.12, -0.2, 0.5), palm=(-0.1, 0, 1), fingers=(0, 1, 0.1), swivel=8),
        left=wall,
        **feet,
        bend=10,
        hips=(6, 0, 0),
        weight=0.4,
        shift=(0, -low, 0),
        gaze=Gaze(-20, 0),
    )
    out = hidden.but(
        lean=-draw.between(22, 30),
        hips=(8, -7, 0),
        twist=10,
        weight=-0.8,
        bend=14,
        shift=(0, -low - 0.04, 0),
        right=Hand((-0.16, -0.15, 0.5), palm=(-0.1, 0, 1), fingers=(0.1, 1, 0.1), swivel=8),
        gaze=Gaze(8, 2, -14),
    )
    keys = [Key(hidden, 0.8, draw.between(0.3, 0.8))]
    for _ in range(draw.count(1, 2)):
        keys += [
            Key(out, draw.between(0.55, 0.85), draw.between(0.3, 0.7)),
            Key(out.but(gaze=Gaze(-26, 0, -10)), 0.5, draw.between(0.2, 0.6)),
            Key(hidden, draw.between(0.35, 0.6), draw.between(0.2, 0.5)),
        ]
    return Score(tuple(keys), back=0.9)


@action(
    ("listen", "cup the {side} hand to the ear", "listen closely", "hand behind the ear"),
    (
        "cups (his|her|the|a) {side} hand (to|behind) the ear[ to listen]",
        "listens[ closely], a hand behind the ear",
        "puts the {side} hand to the ear and listens",
        "leans in and listens[ with a hand at the ear]",
        "tries to hear something[, hand to the ear]",
        "holds a hand behind the {side} ear",
    ),
    (near("right_wrist", "head", 0.24),),
    often=2,
)
def listen(draw: Draw) -> Score:
    hand = Hand((0.125, -0.07, 0.01), "head", palm=(-0.35, 0, 1), fingers=(0.15, 1, -0.1), swivel=24)
    lean, turn = draw.between(6, 14), draw.between(18, 40)
    pose = Posture(
        right=hand,
        bend=8,
        hips=(5, 0, 0),
        lean=-lean,
        twist=10,
        right_foot=Foot((0.06, 0, draw.pick((0.0, 0.2)))),
        weight=-0.4,
        gaze=Gaze(turn, -4, -10),
    )
    closer = pose.but(lean=-lean - 5, bend=13, gaze=Gaze(turn + 6, -6, -15))
    return Score(
        (
            Key(pose, draw.between(0.6, 0.8), draw.between(0.5, 1.2)),
            Key(closer, 0.6, draw.between(0.5, 1.3)),
            Key(pose.but(gaze=Gaze(turn - 16, 0, -4)), 0.6, draw.between(0.2, 0.5)),
        ),
        back=0.8,
    )


@action(
    ("take off the hat", "take off a cap", "lift the hat", "hat off"),
    (
        "takes off (his|her|the|a) (hat|cap)[ with the {side} hand]",
        "lifts (his|her|the) hat[ in greeting]",
        "removes (his|her|the) (hat|helmet|cap)",
        "takes the hat off and holds it in front of the (chest|body)",
    ),
    (near("right_hand", "head", 0.3), above("right_wrist", "head", 0.02)),
    often=2,
)
def take_off_hat(draw: Draw) -> Score:
    grip = Hand((0.06, 0.12, 0.14), "head", palm=(-0.4, -0.6, -0.6), fingers=(-0.5, 0.6, -0.5), swivel=18)
    lifted = Hand((0.14, 0.26, 0.2), "head", palm=(-0.4, -0.7, -0.5), fingers=(-0.4, 0.6, -0.4), swivel=22)
    end = draw.pick(
        (
            Hand((-0.3, -0.35, 0.42), palm=(-0.1, -0.1, -1), fingers=(-0.9, 0.3, 0)),
            Hand((0.12, -0.85, 0.25), "level", roll=30),
        )
    )
    down = Posture(right=end, bend=draw.pick((2, 16)), gaze=Gaze(0, -8))
    keys = [
        Key(Posture(right=grip, gaze=Gaze(0, -6), bend=2), draw.between(0.6, 0.8), draw.between(0.1, 0.3)),
        Key(Posture(right=lifted, gaze=Gaze(0, -2)), 0.4),
        Key(down, draw.between(0.6, 0.8), draw.between(0.4, 1.2)),
    ]
    return Score(tuple(keys), back=0.8)


LAPELS = Hand((-0.2, -0.34, 0.36), palm=(-0.3, 0, -0.9), fingers=(-0.5, 0.8, 0.1), swivel=10)


@action(
    ("put on a jacket", "put on a coat", "slip into a jacket"),
    (
        "puts on (a|his|her|the) (jacket|coat)",
        "slips into a (jacket|coat)[, one arm after the other]",
        "gets dressed and puts a jacket on",
        "pulls on a (coat|jacket)[ and straightens it]",
    ),
    (moves("right_wrist", 0.5), moves("left_wrist", 0.5)),
    often=2,
)
def put_on_jacket(draw: Draw) -> Score:
    hold = Hand((-0.2, -0.3, 0.5), palm=(-0.8, 0, -0.4), fingers=(-0.4, 0.3, 0.9))
    shoulder = Hand((-0.5, 0.0, 0.3), palm=(-0.2, -0.3, -0.9), fingers=(-0.9, 0.4, -0.2), swivel=16)
    first = Posture(**both(hold), gaze=Gaze(0, -26), bend=6)
    into = Posture(right=Hand((0.42, -0.5, -0.42), roll=20), left=hold, twist=-22, bend=6, gaze=Gaze(-34, -24))
    through = Posture(right=Hand((0.75, -0.2, 0.4), roll=60), left=shoulder, twist=-10, gaze=Gaze(-26, -14), bend=2)
    over = Posture(
        right=Hand((-0.5, 0.12, 0.2), palm=(-0.2, -0.3, -0.9), fingers=(-0.9, 0.4, -0.2), swivel=26),
        left=Hand((0.32, -0.62, -0.4), roll=20),
        twist=22,
        bend=4,
        gaze=Gaze(34, -20),
    )
    second = Posture(right=LAPELS, left=Hand((0.72, -0.25, 0.4), roll=60), twist=8, gaze=Gaze(22, -14))
    tug = Posture(**both(LAPELS), gaze=Gaze(0, -16), bend=-2)
    pull = tug.but(**both(Hand((-0.12, -0.42, 0.4), palm=(-0.3, 0, -0.9), fingers=(-0.5, 0.8, 0.1), swivel=16)))
    return Score(
        (
            Key(first, 0.7, 0.2),
            Key(into, draw.between(0.6, 0.8), 0.05),
            Key(through, 0.6, 0.1),
            Key(over, 0.7, 0.05),
            Key(second, 0.6, 0.05),
            Key(tug, 0.6, 0.1),
            Key(pull, 0.22, 0.15),
            Key(tug, 0.25, draw.between(0.1, 0.4)),
        ),
        back=0.7,
    )


@action(
    ("take off the jacket", "take off a coat", "slip out of the jacket"),
    (
        "takes off (a|his|her|the) (jacket|coat)",
        "slips out of (a|his|her|the) (jacket|coat)[, one arm after the other]",
        "undresses, taking the (jacket|coat) off",
        "removes (his|her|the) (jacket|coat)",
    ),
    (moves("right_wrist", 0.5), moves("left_wrist", 0.4)),
    often=2,
)
def take_off_jacket(draw: Draw) -> Score:
    grab = Posture(**both(LAPELS), gaze=Gaze(0, -20), bend=4)
    wide = Posture(
        **both(Hand((0.5, -0.3, 0.2), palm=(0.2, 0, 1), fingers=(0.6, -0.1, 0.5), swivel=20)), bend=-4, gaze=Gaze(0, -6)
    )
    behind = Posture(**both(Hand((0.1, -0.78, -0.4), roll=20)), bend=6, gaze=Gaze(-10, -14))
    free = Posture(
        right=Hand((0.5, -0.6, 0.1), roll=30), left=Hand((0.0, -0.7, -0.4), roll=20), twist=-14, gaze=Gaze(-22, -18)
    )
    pull = Posture(
        right=Hand((-0.55, -0.5, 0.34), palm=(-0.6, -0.2, -0.6), fingers=(-0.6, -0.4, 0.3)),
        left=Hand((0.3, -0.68, 0.1), roll=20),
        twist=16,
        gaze=Gaze(22, -24),
    )
    away = Posture(right=Hand((0.3, -0.5, 0.6), roll=50), gaze=Gaze(-12, -16))
    return Score(
        (
            Key(grab, 0.6, 0.15),
            Key(wide, 0.5, 0.05),
            Key(behind, 0.6, 0.1),
            Key(free, 0.5, 0.05),
            Key(pull, 0.5, 0.1),
            Key(away, draw.between(0.6, 0.8), draw.between(0.2, 0.6)),
        ),
        back=0.7,
    )
