"""Hands at the head and face: daily acts and feelings."""

from __future__ import annotations

from engine.data.choreography.claims import above, ahead, near
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Gaze, Hand, Key, Posture, Score, both, cycle
from engine.data.choreography.sentences import times_in_words
from engine.data.choreography.stock import ready


@action(
    ("think", "thinking", "ponder with a hand on the chin"),
    (
        "thinks[ with the {side} hand on the chin]",
        "(puts|rests) the {side} hand on the chin and (thinks|ponders)",
        "ponders[, stroking the chin]",
        "holds the chin with the {side} hand, lost in thought",
    ),
    (near("right_hand", "face", 0.17),),
)
def think(draw: Draw) -> Score:
    hand = Hand((0.03, -0.16, 0.13), "head", palm=(-0.5, 0.3, -0.8), fingers=(-0.45, 0.85, -0.1), swivel=-6)
    support = draw.chance(0.7)
    left = Hand((-0.4, -0.5, 0.32), palm=(-0.2, 0.3, -1), fingers=(-1, 0.1, 0.1)) if support else None
    up = Posture(
        right=hand,
        left=left,
        gaze=Gaze(draw.near(14, 10), draw.between(6, 16), draw.near(4, 3)),
        weight=draw.near(0.2, 0.2),
    )
    down = up.but(gaze=Gaze(draw.near(-10, 8), -14, 2))
    keys = [Key(up, draw.between(0.7, 1.0), draw.between(0.8, 1.8))]
    if draw.chance(0.6):
        keys.append(Key(down, 0.6, draw.between(0.6, 1.6)))
    return Score(tuple(keys), back=0.9)


@action(
    ("scratch the head", "scratch head", "confused head scratch"),
    (
        "scratches the[ back of the] head[ with the {side} hand]",
        "scratches (his|her|the) head in confusion",
        "lifts the {side} hand and scratches the head[ {times}]",
    ),
    (near("right_hand", "head", 0.22), above("right_hand", "neck", 0.1)),
)
def scratch_head(draw: Draw) -> Score:
    back = draw.chance(0.5)

    def at(move: float) -> Posture:
        if back:
            hand = Hand((0.12, 0.04 + move, -0.07), "head", palm=(-0.7, 0, 0.7), fingers=(-0.7, 0.5, -0.35), swivel=48)
        else:
            hand = Hand(
                (0.13, 0.12 + move, 0.06 - move),
                "head",
                palm=(-0.6, -0.8, 0),
                fingers=(-0.75, 0.5, -0.2),
                swivel=42,
            )
        return Posture(right=hand, gaze=Gaze(draw_left, -4, -7), lean=2)

    draw_left = draw.near(6, 6)
    count = draw.count(3, 6)
    return Score(
        (
            Key(at(0.02), 0.75),
            *cycle((at(-0.02), at(0.025)), draw.between(0.14, 0.22), count),
            Key(at(0), 0.2, 0.2),
        ),
        words={"times": times_in_words(count)},
    )


@action(
    ("check the watch", "look at the watch", "what time is it"),
    (
        "(checks|looks at) the[ wrist]watch[ on the {side} wrist]",
        "lifts the {side} wrist and checks the time",
        "raises the {side} arm to look at a watch[ impatiently]",
    ),
    (near("right_wrist", "face", 0.5), above("right_wrist", "spine1")),
)
def check_watch(draw: Draw) -> Score:
    hand = Hand((-0.36, draw.between(-0.28, -0.15), 0.5), palm=(0.1, -0.9, -0.4), fingers=(-1, 0.1, 0.1), swivel=25)
    helper = Hand((-0.2, -0.3, 0.52), palm=(-0.3, -0.6, -0.4), fingers=(-0.9, 0.1, 0.3)) if draw.chance(0.4) else None
    pose = Posture(right=hand, left=helper, gaze=Gaze(-draw.between(2, 12), -draw.between(28, 38), -4), bend=4)
    return Score((Key(pose, draw.between(0.55, 0.8), draw.between(0.7, 1.6)),))


@action(
    ("phone call", "talk on the phone", "phone at the {side} ear"),
    (
        "(talks|speaks) on the phone",
        "holds a phone to the {side} ear[ and talks]",
        "takes a phone call[ with the {side} hand]",
        "answers the phone and listens",
    ),
    (near("right_hand", "head", 0.17),),
)
def phone_call(draw: Draw) -> Score:
    hand = Hand((0.13, -0.07, 0.06), "head", palm=(-1, 0.1, -0.2), fingers=(-0.2, 1, -0.3), swivel=-5)
    pose = Posture(right=hand, gaze=Gaze(draw.near(8, 8), draw.near(-2, 4), -8), weight=draw.near(0.3, 0.3))
    keys = [Key(pose, draw.between(0.7, 1.0), draw.between(0.4, 0.9))]
    talk = Hand((0.15, draw.near(-0.5, 0.08), draw.near(0.5, 0.06)), palm=(-0.3, 1, 0), fingers=(0.3, 0.1, 1))
    for place in range(draw.count(1, 3)):
        turned = pose.but(
            gaze=Gaze(draw.near(-4, 16), draw.near(-4, 6), -7),
            twist=draw.near(0, 7),
            left=talk if place % 2 == 0 and draw.chance(0.6) else None,
        )
        keys.append(Key(turned, draw.between(0.5, 0.9), draw.between(0.3, 1.0)))
    return Score(tuple(keys), back=0.8)


@action(
    ("text on a phone", "texting", "type on a smartphone", "look at the phone"),
    (
        "(texts|types) on a (phone|smartphone)[ with both hands]",
        "looks (down|at) a phone and types a message",
        "stands and scrolls on a phone",
    ),
    (ahead("right_wrist", 0.18), ahead("left_wrist", 0.18)),
    sided=False,
)
def texting(draw: Draw) -> Score:
    up = draw.between(-0.38, -0.25)

    def hand(side: float, tap: float) -> Hand:
        return Hand(
            (-0.3, up + 0.012 * tap, 0.52 + 0.01 * side),
            palm=(-0.5, 0.75, -0.3),
            fingers=(-0.45, 0.4, 0.85 + 0.1 * tap),
        )

    poses = tuple(
        Posture(right=hand(1, a), left=hand(-1, b), bend=6, gaze=Gaze(draw.near(0, 2), -draw.between(32, 38)))
        for a, b in ((0, 1), (1, 0), (0, 0))
    )
    return Score(
        (Key(poses[2], draw.between(0.7, 1.0), 0.3), *cycle(poses, draw.between(0.16, 0.28), draw.count(3, 7))),
        stagger=0,
        back=0.8,
    )


@action(
    ("drink", "drinking", "drink from a cup", "take a sip"),
    (
        "drinks[ from a (cup|glass|bottle)][ with the {side} hand]",
        "lifts a (cup|glass|bottle) to the mouth and drinks",
        "takes a sip[ with the {side} hand]",
        "raises the {side} hand to the mouth to drink",
    ),
    (near("right_hand", "face", 0.2),),
)
def drink(draw: Draw) -> Score:
    hold = Hand((-0.1, -0.48, 0.48), palm=(-1, 0, 0), fingers=(-0.35, 0.05, 1))
    mouth = Hand((0.06, -0.07, 0.23), "head", palm=(-0.9, 0.2, -0.2), fingers=(-0.7, 0.3, -0.2), swivel=-6)
    tilt = draw.between(8, 24)
    sip = Posture(right=mouth, gaze=Gaze(0, 2))
    drinks = Posture(
        right=Hand((0.06, -0.03, 0.22), "head", palm=(-0.9, -0.4, -0.2), fingers=(-0.7, 0.4, -0.2), swivel=6),
        bend=-5,
        gaze=Gaze(0, tilt),
    )
    keys = [
        Key(Posture(right=hold, gaze=Gaze(0, -12)), 0.6, draw.between(0.1, 0.4)),
        Key(sip, draw.between(0.5, 0.8)),
        Key(drinks, 0.4, draw.between(0.6, 1.6)),
        Key(Posture(right=hold, gaze=Gaze(0, 0)), 0.7, 0.2),
    ]
    if draw.chance(0.25):
        keys += keys[1:]
    return Score(tuple(keys))


@action(
    ("eat", "eating", "eat something"),
    (
        "eats[ something][ with the {side} hand]",
        "(brings|puts) food to the mouth[ with the {side} hand] and chews",
        "eats[ an apple| a sandwich| a snack][ and chews]",
    ),
    (near("right_hand", "face", 0.17),),
)
def eat(draw: Draw) -> Score:
    low = Posture(
        right=Hand((-0.12, -0.38, 0.45), palm=(-0.6, 0.5, -0.5), fingers=(-0.5, 0.4, 0.7)),
        left=ready(draw),
        gaze=Gaze(0, -16),
    )
    bite = Posture(
        right=Hand((0.04, -0.11, 0.18), "head", palm=(-0.5, 0.1, -0.9), fingers=(-0.5, 0.75, -0.2), swivel=10),
        left=low.left,
        bend=4,
        gaze=Gaze(0, -3),
    )
    chew = low.but(gaze=Gaze(draw.near(0, 12), -4))
    keys: list[Key] = []
    for _ in range(draw.count(1, 3)):
        keys += [
            Key(low, 0.55, 0.15),
            Key(bite, draw.between(0.45, 0.65), draw.between(0.2, 0.4)),
            Key(chew, 0.45, draw.between(0.3, 0.9)),
        ]
    return Score(tuple(keys))


@action(
    ("brush the teeth", "brushing teeth"),
    (
        "brushes the teeth[ with the {side} hand]",
        "brushes (his|her) teeth",
        "moves a toothbrush to and fro in front of the mouth with the {side} hand",
    ),
    (near("right_hand", "face", 0.2),),
)
def brush_teeth(draw: Draw) -> Score:
    def at(move: float) -> Posture:
        return Posture(
            right=Hand(
                (0.11 + move, -0.05, 0.17), "head", palm=(-0.2, -0.5, -0.9), fingers=(-0.9, 0.3, -0.1), swivel=34
            ),
            left=lower,
            bend=5,
            gaze=Gaze(0, -4),
        )

    lower = ready(draw) if draw.chance(0.5) else None
    count = draw.count(6, 12)
    return Score((Key(at(0), 0.75), *cycle((at(0.035), at(-0.03)), draw.between(0.12, 0.18), count)))


@action(
    ("comb the hair", "combing hair", "run a hand through the hair"),
    (
        "combs the hair[ with the {side} hand]",
        "(runs|strokes) the {side} hand through the hair[ {times}]",
        "brushes (his|her) hair",
    ),
    (near("right_hand", "head", 0.24), above("right_hand", "head", 0.05)),
)
def comb_hair(draw: Draw) -> Score:
    front = Posture(
        right=Hand((0.1, 0.13, 0.13), "head", palm=(-0.4, -0.8, -0.4), fingers=(-0.6, 0.4, -0.5), swivel=42),
        gaze=Gaze(0, 0, -6),
    )
    back = Posture(
        right=Hand((0.12, 0.1, -0.08), "head", palm=(-0.7, -0.3, 0.4), fingers=(-0.7, 0.2, -0.6), swivel=56),
        gaze=Gaze(0, 4, -6),
    )
    count = draw.count(2, 4)
    return Score(
        (Key(front, 0.75), *cycle((back, front), draw.between(0.35, 0.5), count)),
        words={"times": times_in_words(count)},
    )


@action(
    ("look through binoculars", "binoculars"),
    (
        "looks through binoculars",
        "holds binoculars to the eyes[ and looks around]",
        "lifts both hands to the eyes to look through binoculars",
    ),
    (near("right_hand", "face", 0.16), near("left_hand", "face", 0.16)),
    sided=False,
)
def binoculars(draw: Draw) -> Score:
    hand = Hand((0.11, -0.01, 0.17), "head", palm=(-0.9, 0.1, -0.1), fingers=(-0.5, 0.75, 0.3), swivel=28)
    keys = [Key(Posture(**both(hand), gaze=Gaze(0, 2)), 0.8, draw.between(0.4, 1.0))]
    for _ in range(draw.count(1, 3)):
        yaw = draw.between(-40, 40)
        keys.append(
            Key(
                Posture(**both(hand), twist=0.6 * yaw, gaze=Gaze(yaw, draw.near(3, 4))),
                draw.between(0.8, 1.2),
                draw.between(0.2, 0.7),
            )
        )
    return Score(tuple(keys))


@action(
    ("shade the eyes", "look into the distance", "scout"),
    (
        "shades the eyes with the {side} hand and looks into the distance",
        "holds the {side} hand over the eyes[ and looks around]",
        "peers into the distance[, {side} hand at the forehead]",
    ),
    (near("right_hand", "head", 0.24),),
)
def shade_eyes(draw: Draw) -> Score:
    hand = Hand((0.14, 0.09, 0.12), "head", palm=(0, -1, 0.1), fingers=(-1, 0.05, 0.2), swivel=46)
    keys = [Key(Posture(right=hand, bend=3, gaze=Gaze(0, 3), shift=(0, 0, 0.02)), 0.7, draw.between(0.5, 1.2))]
    for yaw in (draw.between(20, 50), -draw.between(20, 50))[: draw.count(0, 2)]:
        keys.append(Key(Posture(right=hand, twist=0.5 * yaw, bend=3, gaze=Gaze(yaw, 2)), draw.between(0.8, 1.2), 0.3))
    return Score(tuple(keys))


@action(
    ("smoke a cigarette", "smoking"),
    (
        "smokes[ a cigarette][ with the {side} hand]",
        "takes a drag from a cigarette",
        "brings a cigarette to the mouth, smokes and lowers the {side} hand",
    ),
    (near("right_hand", "face", 0.17),),
)
def smoke(draw: Draw) -> Score:
    lips = Posture(
        right=Hand((0.05, -0.09, 0.17), "head", palm=(-0.2, 0.2, -1), fingers=(-0.55, 0.8, -0.1), swivel=5),
        gaze=Gaze(0, -2),
    )
    hold = Posture(
        right=Hand((0.22, -0.55, 0.38), palm=(-0.4, 0.5, -0.4), fingers=(0.2, 0.2, 1)),
        gaze=Gaze(draw.near(10, 10), 8),
        bend=-3,
    )
    keys = (Key(lips, draw.between(0.6, 0.9), draw.between(0.4, 0.8)), Key(hold, 0.7, draw.between(0.5, 1.2)))
    return Score(keys * draw.count(1, 2))


@action(
    ("adjust the glasses", "push up the glasses"),
    (
        "(adjusts|pushes up) the glasses[ with the {side} hand]",
        "pushes glasses up the nose with a finger of the {side} hand",
    ),
    (near("right_hand", "face", 0.17),),
)
def glasses(draw: Draw) -> Score:
    a = Posture(
        right=Hand((0.04, -0.09, 0.17), "head", palm=(-0.6, 0.1, -0.8), fingers=(-0.3, 1, -0.1), swivel=6),
        gaze=Gaze(0, -10),
    )
    b = Posture(
        right=Hand((0.04, -0.06, 0.165), "head", palm=(-0.6, 0.1, -0.8), fingers=(-0.3, 1, -0.15), swivel=8),
        gaze=Gaze(0, 0),
    )
    return Score((Key(a, draw.between(0.5, 0.7)), Key(b, 0.25, draw.between(0.2, 0.5))))


@action(
    ("put on a hat", "put on a helmet", "hat on"),
    (
        "puts (a hat|a cap|a helmet) on[ the head] with both hands",
        "lifts both hands over the head and puts on (a hat|a helmet)",
    ),
    (near("right_hand", "head", 0.26), above("right_hand", "head", 0.1)),
    sided=False,
)
def put_on_hat(draw: Draw) -> Score:
    low = Posture(**both(Hand((-0.15, -0.45, 0.5), palm=(-1, 0, 0), fingers=(-0.1, 0.3, 1))), gaze=Gaze(0, -25))
    high = Posture(
        **both(Hand((0.13, 0.24, 0.06), "head", palm=(-1, -0.2, 0), fingers=(-0.1, 0.9, 0.1), swivel=14)),
        gaze=Gaze(0, 4),
    )
    on = Posture(
        **both(Hand((0.13, 0.1, 0.05), "head", palm=(-1, -0.2, 0), fingers=(-0.1, 0.95, 0), swivel=22)),
        gaze=Gaze(0, -6),
        bend=3,
    )
    return Score((Key(low, 0.6, 0.2), Key(high, 0.7), Key(on, 0.35, draw.between(0.2, 0.6))))
