"""Exercises, and sports that are mimed on the spot."""

from __future__ import annotations

from engine.data.choreography.claims import above, ahead, below, moves
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Foot, Gaze, Hand, Key, Posture, Score, both, cycle
from engine.data.choreography.stock import boxing, squat


@action(
    ("deadlift", "lift a barbell from the floor"),
    (
        "does a deadlift",
        "lifts a (heavy weight|barbell) from the floor to the hips",
        "pulls a barbell up, back straight",
    ),
    (below("right_wrist", 0.6),),
    sided=False,
)
def deadlift(draw: Draw) -> Score:
    low = Posture(
        **both(Hand((0.05, 0.32, 0.3), "floor", palm=(0, 0, -1), fingers=(0, -1, 0))),
        shift=(0, -0.34, 0),
        hips=(48, 0, 0),
        bend=8,
        gaze=Gaze(0, -24),
        right_foot=Foot((0.05, 0, 0)),
        left_foot=Foot((0.05, 0, 0)),
    )
    up = Posture(**both(Hand((0.12, -0.96, 0.2), palm=(0, 0, -1), fingers=(0, -1, 0))), bend=-5, gaze=Gaze(0, 4))
    rise, sink = draw.between(0.9, 1.2), draw.between(0.9, 1.2)
    lifts = (Key(up, rise, 0.2), Key(low, sink, 0.15))
    return Score((Key(low, 1.0, 0.3), *lifts * draw.count(1, 2), Key(up, rise, 0.3)), back=0.8)


@action(
    ("squat with a barbell", "barbell squats"),
    ("does squats with a barbell on the shoulders", "squats down and up, both hands holding a bar behind the neck"),
    (moves("pelvis", 0.2),),
    sided=False,
)
def barbell_squat(draw: Draw) -> Score:
    arms = both(Hand((0.35, 0.12, -0.08), palm=(0, 0, 1), fingers=(0, 1, 0.2)))
    up = Posture(**arms, gaze=Gaze(0, 2), bend=2)
    down = Posture(**arms, **squat(draw.between(0.3, 0.45), 0.08), gaze=Gaze(0, 6))
    return Score((Key(up, 0.9, 0.2), *cycle((down, up), draw.between(0.8, 1.1), draw.count(2, 3))), back=0.9)


@action(
    ("lift dumbbells to the side", "lateral raises"),
    (
        "raises both arms out to the sides with weights",
        "does lateral raises",
        "lifts two dumbbells sideways, again and again",
    ),
    (moves("right_wrist", 0.4),),
    sided=False,
)
def lateral_raise(draw: Draw) -> Score:
    down = Posture(**both(Hand((0.2, -0.95, 0.1), palm=(-1, 0, 0))), gaze=Gaze(0, 0))
    up = Posture(**both(Hand((0.97, 0.02, 0.12), palm=(0, -1, 0))), gaze=Gaze(0, 0), bend=-2)
    return Score((Key(down, 0.5), *cycle((up, down), draw.between(0.6, 0.85), draw.count(2, 4))), back=0.5)


@action(
    ("swim", "breaststroke", "swim in the air"),
    ("swims[ breaststroke]", "makes swimming movements with both arms", "mimes swimming while standing"),
    (moves("right_wrist", 0.4),),
    sided=False,
)
def breaststroke(draw: Draw) -> Score:
    lean = {"bend": 30, "hips": (16, 0, 0), "gaze": Gaze(0, -10), "shift": (0.0, -0.06, 0.0)}
    in_ = Posture(**both(Hand((-0.25, -0.15, 0.35), palm=(0, -1, 0), fingers=(-0.2, 0, 1))), **lean)
    out = Posture(**both(Hand((-0.15, 0.1, 0.95), palm=(0.2, -0.9, 0), fingers=(0, 0, 1))), **lean)
    wide = Posture(**both(Hand((0.75, 0.0, 0.5), palm=(0.2, -0.2, -0.9), fingers=(0.6, 0, 0.6))), **lean)
    return Score(
        (Key(in_, 0.8), *cycle((out, wide, in_), draw.between(0.4, 0.55), draw.count(2, 4))), back=0.9, stagger=0.01
    )


@action(
    ("front crawl", "swim crawl"),
    ("swims the front crawl", "circles the arms one after the other, swimming", "mimes swimming freestyle"),
    (above("right_wrist", "head"),),
    sided=False,
)
def front_crawl(draw: Draw) -> Score:
    ring = ((0.2, 0.85, 0.35), (0.05, 0.1, 0.95), (0.05, -0.7, 0.5), (0.3, -0.5, -0.5))
    lean = {"bend": 34, "hips": (18, 0, 0), "shift": (0.0, -0.06, 0.0)}
    beat = draw.between(0.24, 0.34)
    keys = []
    for number in range(4 * draw.count(2, 4)):
        right, left = ring[number % 4], ring[(number + 2) % 4]
        keys.append(
            Key(
                Posture(
                    right=Hand(right, palm=(0, -0.8, 0.3)),
                    left=Hand(left, palm=(0, -0.8, 0.3)),
                    twist=14 if number % 4 < 2 else -14,
                    gaze=Gaze(20 if number % 4 == 3 else 0, -14),
                    **lean,
                ),
                beat,
                through=True,
            )
        )
    return Score((keys[0], *keys), back=0.9)


@action(
    ("ride a horse", "gallop on a horse"),
    ("rides a horse[, holding the reins]", "mimes riding, bobbing with the reins in both hands"),
    (ahead("right_wrist", 0.15),),
    sided=False,
)
def ride_horse(draw: Draw) -> Score:
    def at(up: float) -> Posture:
        legs = squat(0.3 - 0.12 * up, 0.16)
        return Posture(
            **both(Hand((-0.22, -0.5 + 0.08 * up, 0.55), palm=(-1, 0, 0), fingers=(-0.2, 0, 1))),
            **legs,
            gaze=Gaze(0, 0),
        )

    return Score((Key(at(0), 0.9), *cycle((at(1), at(0)), draw.between(0.2, 0.28), draw.count(6, 10))), back=0.9)


@action(
    ("ski", "skiing"),
    ("skis[ downhill][, knees bent, holding the poles]", "swings from side to side as if skiing"),
    (moves("pelvis", 0.05),),
    sided=False,
)
def ski(draw: Draw) -> Score:
    low = draw.between(0.18, 0.3)

    def at(side: float) -> Posture:
        return Posture(
            right=Hand((0.3, -0.5, 0.4 + 0.15 * side), palm=(-1, 0, 0), fingers=(0, -0.2, 1)),
            left=Hand((0.3, -0.5, 0.4 - 0.15 * side), palm=(-1, 0, 0), fingers=(0, -0.2, 1)),
            shift=(0.1 * side, -low, 0),
            hips=(22, -8 * side, 12 * side),
            bend=16,
            lean=10 * side,
            twist=-8 * side,
            gaze=Gaze(0, -4),
        )

    return Score((Key(at(0), 0.8), *cycle((at(1), at(-1)), draw.between(0.55, 0.8), draw.count(2, 4))), back=0.9)


@action(
    ("surf", "balance on a surfboard", "ride a skateboard"),
    (
        "surfs[ on a wave]",
        "balances on a (surfboard|skateboard|snowboard), arms out, knees bent",
        "rides a (skateboard|surfboard|snowboard)",
    ),
    (above("right_wrist", "pelvis", 0.1),),
)
def surf(draw: Draw) -> Score:
    low = draw.between(0.16, 0.28)

    def at(tip: float, turn: float) -> Posture:
        return Posture(
            right=Hand((0.75, -0.15 - 0.2 * tip, 0.25), palm=(0, -1, 0), fingers=(0.8, 0, 0.4)),
            left=Hand((0.75, -0.15 + 0.2 * tip, 0.25), palm=(0, -1, 0), fingers=(0.8, 0, 0.4)),
            shift=(0, -low - 0.05 * abs(tip), 0),
            hips=(14, 4 * tip, turn),
            bend=10,
            lean=8 * tip,
            gaze=Gaze(50, -6),
            right_foot=Foot((0.22, 0, 0), turn=10),
            left_foot=Foot((0.22, 0, 0), turn=20),
        )

    keys = [Key(at(draw.between(-1, 1), draw.between(-8, 8)), draw.between(0.5, 0.9)) for _ in range(draw.count(4, 7))]
    return Score((Key(at(0, 0), 0.9), *keys), back=0.9)


@action(
    ("hook punch with the {side} hand", "hook"),
    (
        "throws a[ {side}] hook",
        "hits with a[ {side}] hook, swinging the arm round",
        "punches round the side with the {side} fist",
    ),
    (moves("right_wrist", 0.3),),
)
def hook_punch(draw: Draw) -> Score:
    guard = boxing(draw)
    wind = guard.but(
        right=Hand((0.5, -0.05, 0.25), palm=(-0.4, -0.8, 0), fingers=(0, 0.2, 1)), twist=-28, hips=(6, 0, -30)
    )
    hit = guard.but(
        right=Hand((-0.35, 0.08, 0.62), palm=(0, -1, 0), fingers=(-1, 0, 0.3), swivel=50),
        twist=30,
        hips=(8, 0, 6),
        right_foot=Foot((0.04, 0, -0.14), turn=-10, pitch=26),
        weight=0.35,
    )
    blow = (Key(wind, 0.28), Key(hit, 0.2, 0.05), Key(guard, 0.32, draw.between(0.05, 0.4)))
    return Score((Key(guard, 0.6, 0.2), *blow * draw.count(1, 2)), in_time=False, back=0.8)


@action(
    ("elbow strike", "hit with the {side} elbow"),
    ("strikes with the {side} elbow", "hits somebody with the elbow[, turning]"),
    (moves("right_elbow", 0.2),),
)
def elbow_strike(draw: Draw) -> Score:
    guard = boxing(draw)
    wind = guard.but(
        right=Hand((-0.1, 0.0, 0.3), palm=(0, -1, 0), fingers=(-1, 0, 0.2), swivel=30), twist=-26, hips=(6, 0, -28)
    )
    hit = guard.but(
        right=Hand((-0.5, 0.05, 0.22), palm=(0, -1, 0), fingers=(-1, 0, 0), swivel=72), twist=36, hips=(8, 0, 10)
    )
    return Score(
        (Key(guard, 0.6, 0.2), Key(wind, 0.28), Key(hit, 0.2, 0.1), Key(guard, 0.4, 0.2)), in_time=False, back=0.8
    )


@action(
    ("juggle", "juggling", "juggle with three balls"),
    ("juggles[ with (three|several) balls]", "throws balls from hand to hand, juggling"),
    (ahead("right_wrist", 0.15),),
    sided=False,
)
def juggle(draw: Draw) -> Score:
    def hand(up: bool) -> Hand:
        return Hand((-0.1 if up else 0.08, -0.34 if up else -0.6, 0.5), palm=(0, 1, 0), fingers=(0, 0.2, 1))

    right = Posture(right=hand(True), left=hand(False), gaze=Gaze(4, 10))
    left = Posture(right=hand(False), left=hand(True), gaze=Gaze(-4, 10))
    return Score(
        (Key(right, 0.7), *cycle((left, right), draw.between(0.2, 0.28), draw.count(6, 10))), back=0.8, stagger=0
    )


@action(
    ("take a photo", "photograph something", "take a picture"),
    (
        "takes a (photo|picture)[ with a camera]",
        "holds a camera up to the eye and takes a picture",
        "photographs something",
    ),
    (above("right_wrist", "right_shoulder", -0.08),),
    sided=False,
)
def take_photo(draw: Draw) -> Score:
    down = draw.between(0, 0.14)
    eye = Posture(
        **both(Hand((0.08, -0.03, 0.16), "head", palm=(-0.7, 0, -0.5), fingers=(-0.2, 0.9, -0.2))),
        bend=6 + 60 * down,
        shift=(0, -down, 0),
        gaze=Gaze(0, -4),
    )
    return Score(
        (Key(eye, 0.8, draw.between(0.6, 1.4)), Key(eye.but(gaze=Gaze(draw.between(-20, 20), 0)), 0.6, 0.6)), back=0.8
    )


@action(
    ("selfie", "take a selfie with the {side} hand"),
    ("takes a selfie[ with the {side} hand]", "holds a phone out at arm's length and smiles at it"),
    (above("right_wrist", "right_shoulder"), ahead("right_wrist", 0.25)),
)
def selfie(draw: Draw) -> Score:
    pose = Posture(
        right=Hand((0.15, 0.35, 0.85), palm=(-0.2, 0, -1), fingers=(0, 1, 0.2)),
        left=Hand((0.1, -0.2, 0.4), palm=(0, 0, 1), fingers=(0, 1, 0)) if draw.chance(0.4) else None,
        bend=-4,
        lean=-4,
        gaze=Gaze(-12, 10, 8),
    )
    return Score((Key(pose, 0.8, draw.between(0.8, 2.0)), Key(pose.but(gaze=Gaze(-10, 8, -10)), 0.5, 0.6)), back=0.8)


@action(
    ("pour a drink", "pour water from a bottle", "pour coffee"),
    (
        "pours (a drink|water|coffee)[ into a (glass|cup)]",
        "tips a bottle with the {side} hand to fill a glass in the other",
    ),
    (ahead("right_wrist", 0.15),),
)
def pour_drink(draw: Draw) -> Score:
    cup = Hand((-0.22, -0.52, 0.5), palm=(-1, 0, 0), fingers=(-0.2, 0, 1))
    hold = Posture(
        right=Hand((-0.1, -0.3, 0.5), palm=(-1, 0, 0), fingers=(-0.2, 0, 1)), left=cup, gaze=Gaze(6, -30), bend=4
    )
    tip = hold.but(right=Hand((-0.2, -0.22, 0.52), palm=(-0.4, -0.8, 0.2), fingers=(-0.8, -0.3, 0.4), swivel=36))
    return Score((Key(hold, 0.8, 0.2), Key(tip, 0.6, draw.between(0.8, 1.8)), Key(hold, 0.6, 0.3)), back=0.8)


@action(
    ("swing a lasso", "lasso"),
    ("swings a lasso over the head[ and throws it]", "circles the {side} hand above the head like a cowboy"),
    (above("right_wrist", "head", 0.1),),
)
def lasso(draw: Draw) -> Score:
    ring = tuple(
        Posture(
            right=Hand((0.1 + 0.22 * x, 0.82, 0.12 + 0.22 * z), palm=(0, 0, 1), swivel=10),
            left=Hand((0.0, -0.55, 0.4), roll=40),
            gaze=Gaze(0, 8),
            twist=5 * x,
        )
        for x, z in ((1, 0), (0, 1), (-1, 0), (0, -1))
    )
    cast = Posture(right=Hand((0.0, 0.1, 0.95), palm=(0, -1, 0)), left=ring[0].left, bend=12, twist=14, gaze=Gaze(0, 0))
    return Score(
        (
            Key(ring[0], 0.7),
            *cycle((*ring[1:], ring[0]), draw.between(0.14, 0.2), draw.count(3, 6), through=True),
            Key(cast, 0.34, 0.5),
        ),
        back=0.8,
    )
