"""Signals to others and pointing."""

from __future__ import annotations

from engine.data.choreography.claims import above, ahead, near, straight_arm
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Foot, Gaze, Hand, Key, Posture, Score, both, cycle
from engine.data.choreography.sentences import times_in_words


@action(
    ("point", "point forward", "pointing ahead with the {side} hand"),
    (
        "points (ahead|forward|straight ahead)[ with the {side} hand]",
        "(raises|lifts) the {side} arm and points at something in front",
        "points at something (in the distance|far away)[, {side} arm fully stretched]",
        "stretches the {side} arm out to point (ahead|forward)",
    ),
    (straight_arm(), ahead("right_hand", 0.45)),
)
def point(draw: Draw) -> Score:
    target = (draw.near(0.05, 0.06), draw.near(0.06, 0.08), 1.0)
    hand = Hand(target, "level", palm=(-0.6, -0.8, 0), fingers=(target[0], target[1], 1), swivel=draw.near(10, 8))
    pose = Posture(right=hand, twist=draw.near(10, 4), bend=draw.near(3, 2), gaze=Gaze(0, 2), shift=(0, 0, 0.02))
    jab = pose.but(
        right=Hand(
            (target[0], target[1] - 0.05, 0.88), "level", palm=(-0.6, -0.8, 0), fingers=(0, target[1], 1), swivel=10
        )
    )
    keys = [Key(pose, draw.between(0.5, 0.8), draw.between(0.4, 1.6))]
    if draw.chance(0.4):
        keys += [Key(jab, 0.2), Key(pose, 0.2, draw.between(0.4, 1.0))]
    return Score(tuple(keys))


@action(
    ("point up", "point at the sky", "point upwards with the {side} hand"),
    (
        "points (up|upwards|at the sky|at the ceiling)[ with the {side} hand]",
        "raises the {side} arm, looks up and points at the sky",
    ),
    (above("right_hand", "head", 0.3), straight_arm(share=0.9)),
)
def point_up(draw: Draw) -> Score:
    hand = Hand((0.18, draw.between(0.82, 0.95), 0.3), palm=(-1, 0, 0), fingers=(0.12, 1, 0.25))
    pose = Posture(right=hand, bend=-6, gaze=Gaze(0, draw.between(28, 48)))
    return Score((Key(pose, draw.between(0.6, 0.9), draw.between(0.8, 1.8)),))


@action(
    ("point to the {side}", "point sideways with the {side} hand", "show the way to the {side}"),
    (
        "points to the {side}[ with the {side} hand]",
        "looks to the {side} and points there",
        "stretches the {side} arm out to the side and points",
        "shows the way to the {side}",
    ),
    (straight_arm(), above("right_hand", "spine3")),
)
def point_side(draw: Draw) -> Score:
    hand = Hand((0.96, draw.near(0.04, 0.06), 0.25), "level", palm=(0, -0.6, 0.8), fingers=(1, 0.02, 0.2))
    look = draw.chance(0.8)
    pose = Posture(right=hand, twist=-12, lean=-2, gaze=Gaze(-62 if look else 0, 2))
    return Score((Key(pose, draw.between(0.6, 0.85), draw.between(0.7, 1.8)),))


@action(
    ("point at the ground", "point down with the {side} hand"),
    (
        "points (down|at the ground|at the floor)[ in front][ with the {side} hand]",
        "looks down and points at something on the floor",
    ),
    (straight_arm(share=0.9), ahead("right_hand", 0.25)),
)
def point_down(draw: Draw) -> Score:
    hand = Hand((0.0, draw.near(-0.72, 0.06), 0.66), "level", palm=(-0.8, -0.4, -0.3), fingers=(-0.1, -0.8, 0.6))
    pose = Posture(right=hand, bend=12, hips=(6, 0, 0), gaze=Gaze(-4, -38))
    jab = pose.but(right=Hand((0.0, -0.62, 0.6), "level", palm=(-0.8, -0.4, -0.3), fingers=(-0.1, -0.8, 0.6)))
    return Score(
        (Key(pose, 0.7, draw.between(0.2, 1.0)), *cycle((jab, pose), 0.24, draw.count(0, 3)), Key(pose, 0.2, 0.5))
    )


@action(
    ("point at yourself", "who, me?", "point to the chest"),
    (
        "points at (himself|herself|themselves|the own chest)[ with the {side} hand]",
        "puts the {side} hand on the chest as if to say 'me?'",
        "touches the chest with the {side} hand",
    ),
    (near("right_hand", "spine3", 0.24),),
)
def point_self(draw: Draw) -> Score:
    hand = Hand((-0.3, -0.3, 0.4), palm=(-0.3, 0.1, -1), fingers=(-0.7, 0.25, -0.65), swivel=15)
    tap = Hand((-0.31, -0.3, 0.34), palm=(-0.3, 0.1, -1), fingers=(-0.8, 0.25, -0.5), swivel=15)
    pose, near_ = Posture(right=hand, gaze=Gaze(0, 2, 5), bend=-3), Posture(right=tap, gaze=Gaze(0, 0, 5), bend=-2)
    return Score(
        (
            Key(near_, 0.65, draw.between(0.1, 0.8)),
            *cycle((pose, near_), 0.2, draw.count(0, 3)),
            Key(near_, 0.2, 0.4),
        )
    )


@action(
    ("beckon", "come here", "beckon with the {side} hand", "wave someone over"),
    (
        "beckons[ someone over][ with the {side} hand]",
        "waves someone (over|closer)[ with the {side} hand]",
        "gestures to come (here|closer)[ {times}]",
        "calls somebody over with a movement of the {side} hand",
    ),
    (ahead("right_wrist", 0.22), above("right_wrist", "pelvis", 0.12)),
    often=4,
)
def beckon(draw: Draw) -> Score:
    big = draw.chance(0.4)
    far = Hand(
        (0.02, -0.18, 0.8) if big else (0.05, -0.3, 0.66), palm=(-0.2, 1, -0.1), fingers=(-0.05, 0.1, 1), swivel=8
    )
    close = Hand(
        (-0.12, 0.05, 0.45) if big else (-0.02, -0.2, 0.56),
        palm=(-0.3, 0.25, -1),
        fingers=(-0.25, 1, -0.2),
        swivel=12,
    )
    count, move = draw.count(2, 4), draw.between(0.28, 0.42)
    a, b = Posture(right=far, gaze=Gaze(0, 1), bend=2), Posture(right=close, gaze=Gaze(0, 3), bend=-3)
    return Score((Key(a, 0.7), *cycle((b, a), move, count)), words={"times": times_in_words(count)})


@action(
    ("thumbs up", "give a thumbs up", "thumbs up with the {side} hand"),
    (
        "gives (a|the) thumbs up[ with the {side} hand]",
        "gives someone a thumbs up",
        "puts the {side} thumb up[ in approval]",
        "shows (a thumbs up|thumbs up|the thumb){nods}",
        "holds the {side} fist out with the thumb up",
        "stretches the {side} hand forward in a thumbs up{nods}",
    ),
    (ahead("right_wrist", 0.22), above("right_thumb", "right_wrist", 0.03)),
)
def thumbs_up(draw: Draw) -> Score:
    hand = Hand(
        (-0.05, draw.between(-0.35, -0.12), draw.between(0.62, 0.82)),
        palm=(-1, 0, 0),
        fingers=(-0.5, 0.05, 1),
        swivel=10,
    )
    pose, nod = Posture(right=hand, gaze=Gaze(0, 3, -4)), Posture(right=hand, gaze=Gaze(0, -12, -4))
    keys = [Key(pose, draw.between(0.5, 0.75), draw.between(0.5, 1.4))]
    nods = draw.chance(0.5)
    if nods:
        keys += [Key(nod, 0.25), Key(pose, 0.3, 0.4)]
    return Score(tuple(keys), words={"nods": " and nods" if nods else ""})


@action(
    ("thumbs down", "thumbs down with the {side} hand"),
    (
        "gives a thumbs down[ with the {side} hand]",
        "shows thumbs down{shakes}",
        "turns the {side} thumb down in disapproval",
    ),
    (ahead("right_wrist", 0.25),),
)
def thumbs_down(draw: Draw) -> Score:
    hand = Hand((-0.02, draw.between(-0.2, -0.05), 0.7), palm=(0.9, 0, -0.2), fingers=(-0.6, 0, 0.8), swivel=48)
    shakes = draw.count(0, 2)
    a, b = (Posture(right=hand, gaze=Gaze(yaw, -4), bend=3) for yaw in (18, -18))
    return Score(
        (
            Key(Posture(right=hand, gaze=Gaze(0, -2)), 0.65, 0.5),
            *cycle((a, b), 0.32, shakes),
            Key(Posture(right=hand, gaze=Gaze(0, -2)), 0.3, 0.4),
        ),
        words={"shakes": " and shakes the head" if shakes else ""},
    )


@action(
    ("stop", "stop sign with the {side} hand", "halt gesture"),
    (
        "holds the {side} hand out (to say stop|in a stop sign|to stop someone)",
        "raises the {side} palm to stop somebody",
        "stretches the {side} arm forward with the palm out, signalling halt",
        "makes a stop gesture with the {side} hand",
    ),
    (ahead("right_wrist", 0.38), above("right_hand", "right_wrist", 0.05)),
)
def stop(draw: Draw) -> Score:
    hand = Hand(
        (0.0, draw.between(-0.05, 0.1), draw.between(0.82, 0.95)),
        palm=(0, 0.1, 1),
        fingers=(-0.05, 1, 0.2),
        swivel=15,
    )
    pose = Posture(right=hand, twist=6, bend=2, gaze=Gaze(0, 2))
    step = draw.chance(0.3)
    if step:
        pose = pose.but(right_foot=Foot((0, 0, 0.2)), weight=-0.3)
    return Score((Key(pose, draw.between(0.4, 0.7), draw.between(0.8, 2.0)),))


@action(
    ("stop with both hands", "hold both hands out", "calm down gesture"),
    (
        "holds both (palms|hands) out in front[ to keep someone away]",
        "pushes both palms forward to say stop",
        "raises both hands in front of the chest, palms out, to calm someone down",
    ),
    (ahead("right_wrist", 0.2), ahead("left_wrist", 0.2)),
    sided=False,
)
def stop_both(draw: Draw) -> Score:
    def hands(up: float, far: float) -> Posture:
        return Posture(
            **both(Hand((0.06, up, far), palm=(0, 0.0, 1), fingers=(0, 1, 0.25), swivel=18)),
            gaze=Gaze(0, 1),
            bend=-2,
        )

    far = draw.between(0.6, 0.85)
    a, b = hands(-0.12, far), hands(-0.24, far - 0.1)
    return Score((Key(a, 0.6, draw.between(0.3, 1.2)), *cycle((b, a), 0.38, draw.count(1, 3)), Key(a, 0.2, 0.3)))


@action(
    ("shush", "be quiet", "finger to the lips"),
    (
        "(puts|holds) the {side} index finger to the lips",
        "signals to be quiet[ with the {side} hand]",
        "makes a shushing gesture",
    ),
    (near("right_hand", "face", 0.16),),
)
def shush(draw: Draw) -> Score:
    lips = Hand((0.02, -0.09, 0.17), "head", palm=(-1, 0, -0.2), fingers=(-0.15, 1, 0.05), swivel=5)
    pose = Posture(right=lips, bend=5, gaze=Gaze(draw.near(0, 10), 0), shift=(0, -0.015, 0))
    return Score((Key(pose, draw.between(0.55, 0.8), draw.between(0.8, 2.0)),))


@action(
    ("hands up", "surrender", "raise both hands"),
    (
        "raises both hands[ in surrender]",
        "puts the hands up[ as if held at gunpoint]",
        "surrenders with both hands in the air",
        "lifts both arms above the head",
    ),
    (above("right_hand", "head"), above("left_hand", "head")),
    sided=False,
)
def hands_up(draw: Draw) -> Score:
    hand = Hand(
        (draw.between(0.25, 0.5), draw.between(0.45, 0.8), 0.12), palm=(0, 0, 1), fingers=(0.05, 1, 0), swivel=5
    )
    pose = Posture(**both(hand), bend=-3, gaze=Gaze(0, 2))
    return Score((Key(pose, draw.between(0.5, 1.0), draw.between(1.0, 2.8)),))


@action(
    ("raise the {side} hand", "{side} hand up", "put the {side} hand up"),
    (
        "raises the {side} (hand|arm)[ above the head]",
        "puts the {side} hand up[ like a pupil in class]",
        "stretches the {side} arm straight up and lowers it again",
    ),
    (above("right_wrist", "head", 0.1),),
)
def raise_hand(draw: Draw) -> Score:
    hand = Hand(
        (draw.between(0.05, 0.2), draw.between(0.88, 0.97), 0.06),
        palm=(-0.3, 0, 1),
        fingers=(0, 1, 0),
        raise_shoulder=0.02,
    )
    pose = Posture(right=hand, lean=3, gaze=Gaze(0, 4))
    return Score((Key(pose, draw.between(0.6, 1.0), draw.between(0.8, 2.2)),))
