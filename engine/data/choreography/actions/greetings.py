"""Greetings and signals with the hands."""

from __future__ import annotations

from engine.data.choreography.claims import above, ahead, near, straight_arm
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Foot, Gaze, Hand, Key, Posture, Score, both, cycle
from engine.data.choreography.stock import ATTENTION, HANG
from engine.data.choreography.sentences import times_in_words


@action(
    ("wave", "waving hello", "wave with the {side} hand", "friendly wave"),
    ("waves[ hello| goodbye][ with the {side} hand][ {times}]", "(raises|lifts) the {side} hand and waves[ {times}]",
     "waves[ the {side} hand][ in greeting| to someone| at a friend]",
     "greets someone by waving the {side} hand[, palm facing forward]",
     "stands and waves hello with the {side} arm (raised|up)"),
    (above("right_hand", "right_shoulder", 0.05),),
)
def wave(draw: Draw) -> Score:
    up, out = draw.between(0.15, 0.5), draw.between(0.38, 0.62)
    swing, forward = draw.between(10, 24) * draw.size, draw.between(0.18, 0.4)
    gaze = Gaze(draw.near(-8, 8), draw.near(3, 3), draw.near(0, 3))
    body = Posture(lean=draw.near(2, 2), gaze=gaze)

    def at(side: float) -> Posture:
        lean = swing / 60 * side
        return body.but(right=Hand((out + 0.14 * lean, up, forward), swivel=draw.near(22, 6),
                                   palm=(0.1, 0, 1), fingers=(0.9 * lean, 1, 0.05)))
    count = draw.count(2, 5)
    sway = draw.between(0.2, 0.32)
    keys = (Key(at(0.3), draw.between(0.55, 0.8)), *cycle((at(1), at(-1)), sway, count), Key(at(0), sway))
    return Score(keys, words={"times": times_in_words(count)})


@action(
    ("salute", "military salute", "salute with the right hand"),
    ("salutes[ with the right hand][ like a soldier]", "(raises|brings) the right hand to the forehead in a salute",
     "stands (straight|at attention) and (salutes|gives a military salute)",
     "gives a[ crisp] salute and lowers the hand again"),
    (near("right_hand", "head", 0.2), above("right_elbow", "spine3")), sided=False,
)
def salute(draw: Draw) -> Score:
    hand = Hand((draw.near(0.15, 0.015), draw.near(0.09, 0.01), draw.near(0.09, 0.015)), "head", swivel=draw.near(52, 6),
                palm=(0.3, -0.8, 0.5), fingers=(-0.75, 0.45, 0.1))
    pose = Posture(right=hand, left=ATTENTION, bend=draw.near(-3, 1.5), gaze=Gaze(0, draw.near(2, 2)))
    ready = Posture(right=ATTENTION, left=ATTENTION, bend=-2.0, gaze=Gaze())
    return Score((Key(ready, 0.4, draw.between(0, 0.3)), Key(pose, draw.between(0.4, 0.65), draw.between(0.6, 1.8)),
                  Key(ready, draw.between(0.4, 0.6), 0.1)))


@action(
    ("point", "point forward", "pointing ahead with the {side} hand"),
    ("points (ahead|forward|straight ahead)[ with the {side} hand]", "(raises|lifts) the {side} arm and points at something in front",
     "points at something (in the distance|far away)[, {side} arm fully stretched]", "stretches the {side} arm out to point (ahead|forward)"),
    (straight_arm(), ahead("right_hand", 0.45)),
)
def point(draw: Draw) -> Score:
    target = (draw.near(0.05, 0.06), draw.near(0.06, 0.08), 1.0)
    hand = Hand(target, "level", palm=(-0.6, -0.8, 0), fingers=(target[0], target[1], 1), swivel=draw.near(10, 8))
    pose = Posture(right=hand, twist=draw.near(10, 4), bend=draw.near(3, 2), gaze=Gaze(0, 2), shift=(0, 0, 0.02))
    jab = pose.but(right=Hand((target[0], target[1] - 0.05, 0.88), "level", palm=(-0.6, -0.8, 0), fingers=(0, target[1], 1), swivel=10))
    keys = [Key(pose, draw.between(0.5, 0.8), draw.between(0.4, 1.6))]
    if draw.chance(0.4):
        keys += [Key(jab, 0.2), Key(pose, 0.2, draw.between(0.4, 1.0))]
    return Score(tuple(keys))


@action(
    ("bow", "take a bow", "bowing", "polite bow"),
    ("bows[ deeply| politely]", "takes a bow", "bends forward at the waist in a[ respectful] bow",
     "bows down (with the arms at the sides|and straightens up again)"),
    (ahead("head", 0.28),), sided=False,
)
def bow(draw: Draw) -> Score:
    deep = draw.between(0.7, 1.15)
    pose = Posture(**both(ATTENTION if draw.chance(0.3) else HANG), hips=(38 * deep, 0, 0), bend=30 * deep,
                   gaze=Gaze(0, -62 * deep))
    return Score((Key(pose, draw.between(0.9, 1.4), draw.between(0.3, 1.0)),), back=draw.between(0.9, 1.3))


@action(
    ("clap", "clapping", "applaud", "applause"),
    ("claps[ the hands| both hands][ {times}]", "applauds[ happily| enthusiastically]",
     "stands and claps in front of the chest", "claps the hands together[ {times}]"),
    (near("right_palm", "left_palm", 0.1),), sided=False,
)
def clap(draw: Draw) -> Score:
    up, ahead_ = draw.near(-0.25, 0.1), draw.near(0.62, 0.05)
    wide = draw.between(0.1, 0.22) * draw.size

    def hands(apart: float) -> dict[str, Hand]:
        return both(Hand((-0.33 + apart, up, ahead_), palm=(-1, 0, 0), fingers=(-0.2, 0.7, 0.7), swivel=14))
    open_, shut = Posture(**hands(wide), gaze=Gaze(0, 0)), Posture(**hands(0.02), gaze=Gaze(0, 0))
    count = draw.count(4, 9)
    move = draw.between(0.11, 0.19)
    keys = (Key(open_, 0.6), *cycle((shut, open_), move, count))
    return Score(keys, stagger=0.0, words={"times": times_in_words(count) if count < 7 else "several times"})


@action(
    ("wave both arms", "waving both hands", "wave for help"),
    ("waves both (arms|hands)[ over the head| in the air][ {times}]", "raises both arms and waves them[ to get attention]",
     "waves (wildly|excitedly) with both hands[ up in the air]", "signals for help by waving both arms overhead"),
    (above("right_wrist", "head"), above("left_wrist", "head")), sided=False,
)
def wave_both(draw: Draw) -> Score:
    wide, up = draw.between(0.1, 0.3), draw.between(0.75, 0.88)
    swing = draw.between(0.2, 0.34) * draw.size
    crossed = draw.chance(0.4)

    def at(side: float) -> Posture:
        right, left = (wide + swing * side, wide - swing * side) if not crossed else (wide + swing * side,) * 2
        return Posture(right=Hand((right, up, 0.1), palm=(0, 0, 1), fingers=(right, 1, 0.1)),
                       left=Hand((left, up, 0.1), palm=(0, 0, 1), fingers=(left, 1, 0.1)), lean=-4 * side * (not crossed),
                       gaze=Gaze(0, 6), bend=-3)
    count, move = draw.count(3, 6), draw.between(0.26, 0.42)
    return Score((Key(at(1), 0.8), *cycle((at(-1), at(1)), move, count)), words={"times": times_in_words(count)})


@action(
    ("big wave overhead", "wave the {side} arm overhead", "waving goodbye"),
    ("waves the {side} arm[ high] over the head[ {times}]", "waves goodbye with a big swing of the {side} arm",
     "stretches the {side} arm up and waves[ to someone far away]"),
    (above("right_wrist", "head", 0.05),),
)
def wave_high(draw: Draw) -> Score:
    swing = draw.between(0.22, 0.4) * draw.size

    def at(side: float) -> Posture:
        out = 0.22 + swing * side
        return Posture(right=Hand((out, 0.9 - 0.25 * abs(out), 0.12), palm=(0, 0, 1), fingers=(out, 1, 0.1)), lean=3 - 3 * side,
                       gaze=Gaze(0, 6), shift=(0, 0.01, 0))
    count, move = draw.count(2, 5), draw.between(0.34, 0.5)
    return Score((Key(at(1), 0.8), *cycle((at(-1), at(1)), move, count)), words={"times": times_in_words(count)})


@action(
    ("point up", "point at the sky", "point upwards with the {side} hand"),
    ("points (up|upwards|at the sky|at the ceiling)[ with the {side} hand]", "raises the {side} arm, looks up and points at the sky"),
    (above("right_hand", "head", 0.3), straight_arm(share=0.9)),
)
def point_up(draw: Draw) -> Score:
    hand = Hand((0.18, draw.between(0.82, 0.95), 0.3), palm=(-1, 0, 0), fingers=(0.12, 1, 0.25))
    pose = Posture(right=hand, bend=-6, gaze=Gaze(0, draw.between(28, 48)))
    return Score((Key(pose, draw.between(0.6, 0.9), draw.between(0.8, 1.8)),))


@action(
    ("point to the {side}", "point sideways with the {side} hand", "show the way to the {side}"),
    ("points to the {side}[ with the {side} hand]", "looks to the {side} and points there",
     "stretches the {side} arm out to the side and points", "shows the way to the {side}"),
    (straight_arm(), above("right_hand", "spine3")),
)
def point_side(draw: Draw) -> Score:
    hand = Hand((0.96, draw.near(0.04, 0.06), 0.25), "level", palm=(0, -0.6, 0.8), fingers=(1, 0.02, 0.2))
    look = draw.chance(0.8)
    pose = Posture(right=hand, twist=-12, lean=-2, gaze=Gaze(-62 if look else 0, 2))
    return Score((Key(pose, draw.between(0.6, 0.85), draw.between(0.7, 1.8)),))


@action(
    ("point at the ground", "point down with the {side} hand"),
    ("points (down|at the ground|at the floor)[ in front][ with the {side} hand]", "looks down and points at something on the floor"),
    (straight_arm(share=0.9), ahead("right_hand", 0.25)),
)
def point_down(draw: Draw) -> Score:
    hand = Hand((0.0, draw.near(-0.72, 0.06), 0.66), "level", palm=(-0.8, -0.4, -0.3), fingers=(-0.1, -0.8, 0.6))
    pose = Posture(right=hand, bend=12, hips=(6, 0, 0), gaze=Gaze(-4, -38))
    jab = pose.but(right=Hand((0.0, -0.62, 0.6), "level", palm=(-0.8, -0.4, -0.3), fingers=(-0.1, -0.8, 0.6)))
    return Score((Key(pose, 0.7, draw.between(0.2, 1.0)), *cycle((jab, pose), 0.24, draw.count(0, 3)), Key(pose, 0.2, 0.5)))


@action(
    ("point at yourself", "who, me?", "point to the chest"),
    ("points at (himself|herself|themselves|the own chest)[ with the {side} hand]", "puts the {side} hand on the chest as if to say 'me?'",
     "touches the chest with the {side} hand"),
    (near("right_hand", "spine3", 0.24),),
)
def point_self(draw: Draw) -> Score:
    hand = Hand((-0.3, -0.3, 0.4), palm=(-0.3, 0.1, -1), fingers=(-0.7, 0.25, -0.65), swivel=15)
    tap = Hand((-0.31, -0.3, 0.34), palm=(-0.3, 0.1, -1), fingers=(-0.8, 0.25, -0.5), swivel=15)
    pose, near_ = Posture(right=hand, gaze=Gaze(0, 2, 5), bend=-3), Posture(right=tap, gaze=Gaze(0, 0, 5), bend=-2)
    return Score((Key(near_, 0.65, draw.between(0.1, 0.8)), *cycle((pose, near_), 0.2, draw.count(0, 3)), Key(near_, 0.2, 0.4)))


@action(
    ("beckon", "come here", "beckon with the {side} hand", "wave someone over"),
    ("beckons[ someone over][ with the {side} hand]", "waves someone (over|closer)[ with the {side} hand]",
     "gestures to come (here|closer)[ {times}]", "calls somebody over with a movement of the {side} hand"),
    (ahead("right_wrist", 0.22), above("right_wrist", "pelvis", 0.12)),
)
def beckon(draw: Draw) -> Score:
    big = draw.chance(0.4)
    far = Hand((0.02, -0.18, 0.8) if big else (0.05, -0.3, 0.66), palm=(-0.2, 1, -0.1), fingers=(-0.05, 0.1, 1), swivel=8)
    close = Hand((-0.12, 0.05, 0.45) if big else (-0.02, -0.2, 0.56), palm=(-0.3, 0.25, -1), fingers=(-0.25, 1, -0.2), swivel=12)
    count, move = draw.count(2, 4), draw.between(0.28, 0.42)
    a, b = Posture(right=far, gaze=Gaze(0, 1), bend=2), Posture(right=close, gaze=Gaze(0, 3), bend=-3)
    return Score((Key(a, 0.7), *cycle((b, a), move, count)), words={"times": times_in_words(count)})


@action(
    ("thumbs up", "give a thumbs up", "thumbs up with the {side} hand"),
    ("gives a thumbs up[ with the {side} hand]", "shows thumbs up", "holds the {side} fist out with the thumb up",
     "stretches the {side} hand forward in a thumbs up[ and nods]"),
    (ahead("right_wrist", 0.22), above("right_thumb", "right_wrist", 0.03)),
)
def thumbs_up(draw: Draw) -> Score:
    hand = Hand((-0.05, draw.between(-0.35, -0.12), draw.between(0.62, 0.82)), palm=(-1, 0, 0), fingers=(-0.5, 0.05, 1), swivel=10)
    pose, nod = Posture(right=hand, gaze=Gaze(0, 3, -4)), Posture(right=hand, gaze=Gaze(0, -12, -4))
    keys = [Key(pose, draw.between(0.5, 0.75), draw.between(0.5, 1.4))]
    if draw.chance(0.5):
        keys += [Key(nod, 0.25), Key(pose, 0.3, 0.4)]
    return Score(tuple(keys))


@action(
    ("thumbs down", "thumbs down with the {side} hand"),
    ("gives a thumbs down[ with the {side} hand]", "shows thumbs down[ and shakes the head]", "turns the {side} thumb down in disapproval"),
    (ahead("right_wrist", 0.25),),
)
def thumbs_down(draw: Draw) -> Score:
    hand = Hand((-0.02, draw.between(-0.2, -0.05), 0.7), palm=(0.9, 0, -0.2), fingers=(-0.6, 0, 0.8), swivel=48)
    a, b = (Posture(right=hand, gaze=Gaze(yaw, -4), bend=3) for yaw in (18, -18))
    return Score((Key(Posture(right=hand, gaze=Gaze(0, -2)), 0.65, 0.5), *cycle((a, b), 0.32, draw.count(0, 2)),
                  Key(Posture(right=hand, gaze=Gaze(0, -2)), 0.3, 0.4)))


@action(
    ("stop", "stop sign with the {side} hand", "halt gesture"),
    ("holds the {side} hand out (to say stop|in a stop sign|to stop someone)", "raises the {side} palm to stop somebody",
     "stretches the {side} arm forward with the palm out, signalling halt", "makes a stop gesture with the {side} hand"),
    (ahead("right_wrist", 0.38), above("right_hand", "right_wrist", 0.05)),
)
def stop(draw: Draw) -> Score:
    hand = Hand((0.0, draw.between(-0.05, 0.1), draw.between(0.82, 0.95)), palm=(0, 0.1, 1), fingers=(-0.05, 1, 0.2), swivel=15)
    pose = Posture(right=hand, twist=6, bend=2, gaze=Gaze(0, 2))
    step = draw.chance(0.3)
    if step:
        pose = pose.but(right_foot=Foot((0, 0, 0.2)), weight=-0.3)
    return Score((Key(pose, draw.between(0.4, 0.7), draw.between(0.8, 2.0)),))


@action(
    ("stop with both hands", "hold both hands out", "calm down gesture"),
    ("holds both (palms|hands) out in front[ to keep someone away]", "pushes both palms forward to say stop",
     "raises both hands in front of the chest, palms out, to calm someone down"),
    (ahead("right_wrist", 0.25), ahead("left_wrist", 0.25)), sided=False,
)
def stop_both(draw: Draw) -> Score:
    def hands(up: float, far: float) -> Posture:
        return Posture(**both(Hand((0.06, up, far), palm=(0, 0.0, 1), fingers=(0, 1, 0.25), swivel=18)), gaze=Gaze(0, 1), bend=-2)
    far = draw.between(0.6, 0.85)
    a, b = hands(-0.12, far), hands(-0.24, far - 0.1)
    return Score((Key(a, 0.6, draw.between(0.3, 1.2)), *cycle((b, a), 0.38, draw.count(1, 3)), Key(a, 0.2, 0.3)))


@action(
    ("cheer", "cheering", "celebrate", "victory"),
    ("cheers[ with both arms in the air][ happily]", "throws both arms up and cheers", "celebrates (a victory|a goal|winning)",
     "raises both fists over the head in triumph[ {times}]"),
    (above("right_wrist", "head"), above("left_wrist", "head")), sided=False,
)
def cheer(draw: Draw) -> Score:
    def arms(up: float, wide: float) -> Posture:
        return Posture(**both(Hand((wide, up, 0.06), palm=(-0.4, 0, 1), fingers=(0.2, 1, 0), raise_shoulder=0.02)), bend=-7,
                       gaze=Gaze(0, 14), shift=(0, 0.0, 0))
    low = Posture(**both(Hand((0.1, -0.2, 0.4), roll=40, swivel=15)), shift=(0, -0.06, 0), bend=6, gaze=Gaze(0, 4))
    wide = draw.between(0.15, 0.5)
    high, middle = arms(0.92 - 0.3 * wide, wide), arms(0.55, wide + 0.1)
    count = draw.count(1, 4)
    return Score((Key(low, 0.4, through=True), Key(high, 0.4, draw.between(0, 0.5)), *cycle((middle, high), draw.between(0.22, 0.34), count),
                  Key(high, 0.2, draw.between(0.2, 0.8))), words={"times": times_in_words(count + 1)})


@action(
    ("fist pump", "yes!", "pump the {side} fist"),
    ("pumps the {side} fist[ in joy| triumphantly]", "makes a fist pump with the {side} arm", "pulls the {side} fist down to say yes"),
    (above("right_wrist", "spine2"),),
)
def fist_pump(draw: Draw) -> Score:
    up = Posture(right=Hand((0.25, 0.42, 0.4), palm=(-1, 0, 0), fingers=(0, 1, 0.2)), bend=-4, gaze=Gaze(0, 8))
    down = Posture(right=Hand((0.12, -0.34, 0.42), palm=(-0.8, 0, -0.6), fingers=(-0.2, 0.9, 0.4)), bend=10, lean=-4, shift=(0, -0.06, 0),
                   gaze=Gaze(0, -4))
    return Score((Key(up, 0.5, 0.05), Key(down, draw.between(0.2, 0.3), draw.between(0.1, 0.4)),
                  *cycle((up, down), 0.26, draw.count(0, 2)), Key(down, 0.1, 0.4)))


@action(
    ("shrug", "shrugging", "don't know gesture"),
    ("shrugs[ the shoulders]", "shrugs and turns the palms up", "raises the shoulders and opens both hands as if to say 'I don't know'",
     "lifts both palms in a helpless shrug"),
    (above("right_wrist", "pelvis", 0.1), above("left_wrist", "pelvis", 0.1)), sided=False,
)
def shrug(draw: Draw) -> Score:
    raise_ = draw.between(0.045, 0.07)
    wide = draw.between(0.28, 0.46)
    hand = Hand((wide, draw.between(-0.55, -0.4), draw.between(0.32, 0.48)), palm=(0.1, 1, 0.1), fingers=(0.9, -0.05, 0.5), swivel=-6, raise_shoulder=raise_)
    pose = Posture(**both(hand), gaze=Gaze(draw.near(0, 12), 2, draw.near(8, 4)), bend=-2)
    keys = [Key(pose, draw.between(0.4, 0.6), draw.between(0.3, 1.0))]
    if draw.chance(0.3):
        keys += [Key(pose.but(**both(Hand(hand.at, palm=hand.palm, fingers=hand.fingers, raise_shoulder=0.01))), 0.25), Key(pose, 0.25, 0.4)]
    return Score(tuple(keys))


@action(
    ("pray", "praying", "fold the hands in prayer", "namaste"),
    ("prays[ with folded hands]", "puts the palms together in front of the chest[ and bows the head]", "presses both hands together in prayer",
     "stands with folded hands and prays"),
    (near("right_palm", "left_palm", 0.1),), sided=False,
)
def pray(draw: Draw) -> Score:
    hand = Hand((-0.325, draw.near(-0.2, 0.06), draw.near(0.42, 0.04)), palm=(-1, 0, 0), fingers=(-0.05, 1, 0.25), swivel=20)
    down = draw.between(8, 32)
    pose = Posture(**both(hand), gaze=Gaze(0, -down), bend=5)
    return Score((Key(pose, draw.between(0.8, 1.2), draw.between(1.4, 3.5)),), stagger=0, back=1.0)


@action(
    ("namaste bow", "greet with folded hands", "wai"),
    ("folds the hands and bows[ slightly] in greeting", "puts the palms together and bows the head", "greets with a namaste"),
    (near("right_palm", "left_palm", 0.12),), sided=False,
)
def namaste(draw: Draw) -> Score:
    hand = Hand((-0.325, -0.12, 0.42), palm=(-1, 0, 0), fingers=(-0.05, 1, 0.15), swivel=20)
    a = Posture(**both(hand), gaze=Gaze(0, 0))
    b = Posture(**both(hand), hips=(14, 0, 0), bend=16, gaze=Gaze(0, -36))
    return Score((Key(a, 0.8, 0.2), Key(b, draw.between(0.6, 0.9), draw.between(0.4, 1.0)), Key(a, 0.7, 0.1)), stagger=0)


@action(
    ("blow a kiss", "kiss hand", "blow a kiss with the {side} hand"),
    ("blows a kiss[ with the {side} hand]", "kisses the {side} hand and throws the kiss forward", "brings the {side} hand to the mouth and blows a kiss"),
    (near("right_hand", "face", 0.16), ahead("right_wrist", 0.3)),
)
def blow_kiss(draw: Draw) -> Score:
    lips = Hand((0.03, -0.06, 0.19), "head", palm=(-0.3, 0.1, -1), fingers=(-0.55, 0.75, -0.2), swivel=10)
    out = Hand((0.12, draw.between(-0.15, 0.05), 0.85), palm=(-0.2, 0.9, 0.3), fingers=(0.2, 0.2, 1))
    kiss = Posture(right=lips, gaze=Gaze(0, -3), bend=2)
    blow = Posture(right=out, gaze=Gaze(0, 4), bend=4, shift=(0, 0, 0.03))
    return Score((Key(kiss, 0.7, draw.between(0.2, 0.5)), Key(blow, draw.between(0.4, 0.6), draw.between(0.4, 1.0))))


@action(
    ("shush", "be quiet", "finger to the lips"),
    ("(puts|holds) the {side} index finger to the lips", "signals to be quiet[ with the {side} hand]", "makes a shushing gesture"),
    (near("right_hand", "face", 0.16),),
)
def shush(draw: Draw) -> Score:
    lips = Hand((0.02, -0.09, 0.17), "head", palm=(-1, 0, -0.2), fingers=(-0.15, 1, 0.05), swivel=5)
    pose = Posture(right=lips, bend=5, gaze=Gaze(draw.near(0, 10), 0), shift=(0, -0.015, 0))
    return Score((Key(pose, draw.between(0.55, 0.8), draw.between(0.8, 2.0)),))


@action(
    ("high five", "give a high five", "high five with the {side} hand"),
    ("gives a high five[ with the {side} hand]", "raises the {side} hand and claps it against someone else's", "swings the {side} arm up for a high five"),
    (above("right_hand", "head"),),
)
def high_five(draw: Draw) -> Score:
    back = Posture(right=Hand((0.35, 0.35, 0.1), palm=(0, 0, 1), fingers=(0.1, 1, -0.2)), twist=-12, bend=-4, gaze=Gaze(0, 6))
    hit = Posture(right=Hand((0.02, 0.5, 0.68), palm=(0, 0, 1), fingers=(-0.05, 1, 0.15)), twist=12, bend=4, shift=(0, 0.0, 0.03), gaze=Gaze(0, 8))
    return Score((Key(back, 0.6, 0.1), Key(hit, draw.between(0.22, 0.32), draw.between(0.1, 0.25)), Key(Posture(right=Hand((0.1, 0.1, 0.55), roll=40)), 0.35, through=True)))


@action(
    ("shake hands", "handshake", "handshake with the {side} hand"),
    ("shakes hands[ with someone]", "reaches out the {side} hand and shakes (hands|someone's hand)", "offers the {side} hand and shakes it up and down[ {times}]"),
    (ahead("right_wrist", 0.3),),
)
def shake_hands(draw: Draw) -> Score:
    def at(up: float) -> Posture:
        return Posture(right=Hand((-0.08, -0.5 + up, 0.68), palm=(-1, 0, 0), fingers=(-0.1, 0.05, 1)), bend=8, twist=6, gaze=Gaze(0, 0), shift=(0, 0, 0.03))
    count, swing = draw.count(2, 5), draw.between(0.06, 0.12)
    return Score((Key(at(0), 0.75, 0.15), *cycle((at(swing), at(-swing)), draw.between(0.15, 0.22), count), Key(at(0), 0.2, 0.2)),
                 words={"times": times_in_words(count)})


@action(
    ("hands up", "surrender", "raise both hands"),
    ("raises both hands[ in surrender]", "puts the hands up[ as if held at gunpoint]", "surrenders with both hands in the air", "lifts both arms above the head"),
    (above("right_hand", "head"), above("left_hand", "head")), sided=False,
)
def hands_up(draw: Draw) -> Score:
    hand = Hand((draw.between(0.25, 0.5), draw.between(0.45, 0.8), 0.12), palm=(0, 0, 1), fingers=(0.05, 1, 0), swivel=5)
    pose = Posture(**both(hand), bend=-3, gaze=Gaze(0, 2))
    return Score((Key(pose, draw.between(0.5, 1.0), draw.between(1.0, 2.8)),))


@action(
    ("raise the {side} hand", "{side} hand up", "put the {side} hand up"),
    ("raises the {side} (hand|arm)[ above the head]", "puts the {side} hand up[ like a pupil in class]", "stretches the {side} arm straight up and lowers it again"),
    (above("right_wrist", "head", 0.1),),
)
def raise_hand(draw: Draw) -> Score:
    hand = Hand((draw.between(0.05, 0.2), draw.between(0.88, 0.97), 0.06), palm=(-0.3, 0, 1), fingers=(0, 1, 0), raise_shoulder=0.02)
    pose = Posture(right=hand, lean=3, gaze=Gaze(0, 4))
    return Score((Key(pose, draw.between(0.6, 1.0), draw.between(0.8, 2.2)),))


@action(
    ("arms out to the sides", "t-pose arms", "spread the arms"),
    ("(spreads|stretches|holds) both arms out to the sides", "raises both arms sideways to shoulder height", "opens the arms wide[ in welcome]"),
    (straight_arm("right", 0.9), straight_arm("left", 0.9)), sided=False,
)
def spread_arms(draw: Draw) -> Score:
    up = draw.near(0.0, 0.08)
    hand = Hand((draw.between(0.88, 0.98), up, 0.12), palm=draw.pick(((0, -1, 0), (0, 0, 1))), fingers=(1, up, 0.1))
    return Score((Key(Posture(**both(hand), bend=-3, gaze=Gaze(0, 3)), draw.between(0.7, 1.2), draw.between(0.8, 2.4)),))
