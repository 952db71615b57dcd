"""Lifting, putting down, pushing and pulling."""

from __future__ import annotations

from engine.data.choreography.claims import above, ahead, below, ends_above, near, straight_arm
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Foot, Gaze, Hand, Key, Posture, Score, both, cycle
from engine.data.choreography.sentences import times_in_words
from engine.data.choreography.stock import HANG


def grasp(wide: float, up: float, far: float) -> dict[str, Hand]:
    """Both hands at a box on the floor in front."""
    hand = Hand((wide, up, far), "floor", palm=(-1, 0, 0), fingers=(0, -0.6, 0.7))
    return {"right": hand, "left": hand}


HOLD = Hand((-0.1, -0.55, 0.48), palm=(-0.9, 0.3, 0), fingers=(-0.1, 0.05, 1))


@action(
    ("pick up a box", "lift a box from the floor", "pick up something heavy"),
    (
        "picks up a[ heavy] box[ from the (floor|ground)]",
        "bends down and lifts a box with both hands",
        "squats, grabs a box and stands up with it",
        "lifts something heavy from the ground",
    ),
    (below("right_wrist", 0.5), ends_above("right_wrist", 0.75)),
    sided=False,
)
def lift_box(draw: Draw) -> Score:
    reach = Posture(
        **grasp(draw.between(0.16, 0.24), draw.between(0.2, 0.32), 0.38),
        hips=(32, 0, 0),
        bend=24,
        shift=(0, -0.3, 0),
        gaze=Gaze(0, -46),
    )
    lift = Posture(**both(HOLD), hips=(18, 0, 0), bend=8, shift=(0, -0.15, 0), gaze=Gaze(0, -20))
    up = Posture(**both(HOLD), bend=-7, gaze=Gaze(0, -6))
    return Score(
        (
            Key(reach, draw.between(0.8, 1.1), draw.between(0.1, 0.4)),
            Key(lift, draw.between(0.6, 0.9), through=True),
            Key(up, 0.5, draw.between(0.5, 1.4)),
        ),
        end="held",
        stagger=0,
    )


@action(
    ("put down a box", "set a box on the floor"),
    (
        "puts (down a box|a box down)[ on the (floor|ground)]",
        "holds a box, squats and sets it on the ground",
        "places a heavy object on the floor and stands up again",
    ),
    (below("right_wrist", 0.5), ends_above("pelvis", 0.8)),
    sided=False,
)
def put_down_box(draw: Draw) -> Score:
    up = Posture(**both(HOLD), bend=-6, gaze=Gaze(0, -6))
    low = Posture(
        **grasp(draw.between(0.16, 0.24), draw.between(0.2, 0.32), 0.38),
        hips=(32, 0, 0),
        bend=24,
        shift=(0, -0.3, 0),
        gaze=Gaze(0, -46),
    )
    return Score(
        (
            Key(up, 0, draw.between(0.4, 1.0)),
            Key(low, draw.between(0.9, 1.2), 0.2),
            Key(
                Posture(**both(HANG), hips=(16, 0, 0), bend=14, shift=(0, -0.1, 0), gaze=Gaze(0, -20)),
                0.6,
                through=True,
            ),
        ),
        start="held",
        stagger=0,
        back=0.6,
    )


@action(
    ("pick something up with the {side} hand", "pick something up", "pick up a coin"),
    (
        "picks something up[ from the (floor|ground)][ with the {side} hand]",
        "bends down and picks up something small",
        "bends over, grabs something with the {side} hand and straightens up",
    ),
    (below("right_hand", 0.25), ends_above("pelvis", 0.8)),
)
def pick_up(draw: Draw) -> Score:
    reach = Hand(
        (draw.between(0.0, 0.22), draw.between(0.1, 0.16), draw.between(0.25, 0.42)),
        "floor",
        palm=(-0.6, 0, -0.6),
        fingers=(0, -1, 0.3),
    )
    deep = draw.between(0, 1)
    low = Posture(
        right=reach,
        left=Hand((0.12, -0.02, 0.25), "hips", palm=(0, -1, 0), fingers=(-0.2, -0.3, 1)) if draw.chance(0.5) else HANG,
        hips=(40 - 12 * deep, 0, 0),
        bend=34 - 10 * deep,
        shift=(0, -0.06 - 0.28 * deep, 0),
        gaze=Gaze(-6, -62),
        left_foot=Foot((0, 0, -0.1 * deep), pitch=24 * deep),
    )
    look = Posture(
        right=Hand((-0.15, -0.35, 0.48), palm=(-0.3, 0.8, -0.2), fingers=(-0.4, 0.3, 0.8)), gaze=Gaze(-4, -28)
    )
    return Score(
        (
            Key(low, draw.between(0.8, 1.1), draw.between(0.15, 0.4)),
            Key(look, draw.between(0.8, 1.1), draw.between(0.3, 1.0)),
        ),
        back=0.7,
    )


@action(
    ("put something on a shelf", "reach up to a shelf"),
    (
        "puts something on a[ high] shelf",
        "reaches up (high|overhead) with both hands and places something",
        "lifts a box onto a shelf",
    ),
    (above("right_wrist", "head"), above("left_wrist", "head")),
    sided=False,
)
def shelf(draw: Draw) -> Score:
    hold = Posture(**both(HOLD), gaze=Gaze(0, 6))
    up = Posture(
        **both(Hand((-0.1, draw.between(0.55, 0.75), 0.6), palm=(-0.9, 0.2, 0.2), fingers=(0, 0.3, 0.9))),
        bend=-5,
        gaze=Gaze(0, 28),
        right_foot=Foot(pitch=16),
        left_foot=Foot(pitch=16),
        shift=(0, 0.03, 0.03),
    )
    return Score(
        (Key(hold, 0, 0.4), Key(up, draw.between(0.8, 1.1), draw.between(0.3, 0.7))),
        start="held",
        stagger=0,
        back=0.9,
    )


@action(
    ("push", "push something heavy", "push against a wall"),
    (
        "pushes (something heavy|a heavy object|against a wall)[ with both hands]",
        "leans forward and pushes with all (his|her) strength",
        "pushes a wall[, one foot behind]",
        "tries to move something heavy by pushing",
    ),
    (ahead("right_wrist", 0.35), ahead("left_wrist", 0.35)),
)
def push(draw: Draw) -> Score:
    far = draw.between(0.35, 0.5)

    def lean(deep: float, bent: float) -> Posture:
        return Posture(
            **both(Hand((0.0, -0.1, 0.86 - bent), "level", palm=(0, 0.1, 1), fingers=(0, 0.95, 0.2))),
            right_foot=Foot((0.02, 0, -far), pitch=18),
            left_foot=Foot((0.0, 0, 0.1), knee=0),
            hips=(18 * deep, 0, 0),
            bend=12 * deep,
            shift=(0, -0.12 * deep, 0.1),
            balance=False,
            gaze=Gaze(0, -8),
        )

    keys = [Key(lean(0.6, 0.2), 0.8, 0.1)]
    for _ in range(draw.count(1, 3)):
        keys += [
            Key(lean(1.1, 0.0), draw.between(0.7, 1.0), draw.between(0.1, 0.5)),
            Key(lean(0.8, 0.14), 0.5, 0.05),
        ]
    return Score(tuple(keys), back=1.0, stagger=0.01)


@action(
    ("shove", "push someone away", "shove with both hands"),
    (
        "shoves someone[ away] with both hands",
        "pushes somebody back[ hard]",
        "thrusts both palms forward to push someone away",
    ),
    (straight_arm("right", 0.88), straight_arm("left", 0.88)),
    sided=False,
)
def shove(draw: Draw) -> Score:
    load = Posture(
        **both(Hand((0.0, -0.2, 0.3), palm=(0, 0, 1), fingers=(0, 1, 0.1), swivel=20)),
        bend=-3,
        shift=(0, -0.05, -0.03),
        gaze=Gaze(),
    )
    out = Posture(
        **both(Hand((-0.05, -0.05, 0.95), palm=(0, 0, 1), fingers=(0, 1, 0.3))),
        bend=14,
        hips=(8, 0, 0),
        left_foot=Foot((0, 0, 0.25)),
        shift=(0, -0.05, 0),
        weight=0.3,
        gaze=Gaze(),
    )
    return Score(
        (Key(load, 0.45, 0.1), Key(out, draw.between(0.2, 0.28), draw.between(0.2, 0.5))), stagger=0.01, back=0.9
    )


@action(
    ("pull a rope", "pull something heavy", "tug of war"),
    (
        "pulls (a rope|something heavy)[ with both hands]",
        "leans back and pulls on a rope[ {times}]",
        "plays tug of war",
        "hauls a rope in, hand over hand",
    ),
    (near("right_wrist", "left_wrist", 0.5),),
)
def pull(draw: Draw) -> Score:
    def at(reach: float, back: float) -> Posture:
        return Posture(
            right=Hand((-0.2, -0.32, 0.36 + 0.5 * reach), palm=(-1, 0, 0), fingers=(-0.2, 0, 1)),
            left=Hand((-0.22, -0.3, 0.56 + 0.4 * reach), palm=(-1, 0, 0), fingers=(-0.2, 0, 1)),
            left_foot=Foot((0.03, 0, 0.26)),
            right_foot=Foot((0.04, 0, -0.2), turn=24),
            hips=(4 - 10 * back, 0, -10),
            bend=14 - 18 * back,
            twist=-10 * back,
            shift=(0, -0.14, -0.12 * back),
            balance=False,
            gaze=Gaze(0, -4),
        )

    count = draw.count(2, 4)
    return Score(
        (Key(at(0.9, 0.0), 0.8, 0.1), *cycle((at(0.0, 1.0), at(0.8, 0.2)), draw.between(0.6, 0.9), count)),
        stagger=0,
        back=1.0,
        words={"times": times_in_words(count)},
    )
