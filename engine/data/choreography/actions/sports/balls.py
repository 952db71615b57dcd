"""Balls that are kicked, dribbled, shot, served and struck."""

from __future__ import annotations

from engine.data.choreography.claims import above, ahead, below, moves
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Foot, Gaze, Hand, Hop, Key, Posture, Score, both, cycle


@action(
    ("kick a ball", "kick a soccer ball", "kick a football", "shoot at the goal"),
    (
        "kicks a (ball|soccer ball|football)[ hard][ with the {side} foot]",
        "kicks (the|a) (ball|football|soccer ball)",
        "kicks a penalty",
        "plays soccer and kicks the ball[ with the {side} foot]",
        "takes a step and shoots a football",
        "swings the {side} leg back and kicks a ball away",
    ),
    (ahead("right_ankle", 0.3),),
)
def kick_ball(draw: Draw) -> Score:
    high = draw.between(0.28, 0.5)
    arms = {
        "right": Hand((0.45, -0.6, -0.35), roll=30),
        "left": Hand((0.5, -0.25, 0.45), roll=40),
    }
    back = Posture(
        **arms,
        left_foot=Foot((0.02, 0, 0.3), turn=6),
        right_foot=Foot((0.02, 0.3, -0.5), pitch=60),
        weight=0.9,
        hips=(8, 0, -16),
        bend=10,
        twist=-10,
        shift=(0, -0.06, 0.18),
        gaze=Gaze(0, -40),
        balance=False,
    )
    through = back.but(
        right=Hand((0.3, -0.5, 0.45), roll=30),
        left=Hand((0.5, -0.55, -0.4), roll=30),
        right_foot=Foot((-0.08, high, 1.2), pitch=-5),
        hips=(-16, 0, 14),
        bend=14,
        twist=10,
        shift=(0, -0.03, 0.2),
        gaze=Gaze(0, -14),
    )
    land = through.but(right_foot=Foot((0, 0, 0.42)), weight=0.0, hips=(0, 0, 0), twist=0, shift=(0, -0.02, 0.3))
    ready = Posture(**both(Hand((0.15, -0.75, 0.3), roll=35)), gaze=Gaze(0, -36), bend=4)
    return Score(
        (
            Key(ready, 0.4, draw.between(0.1, 0.4)),
            Key(back, draw.between(0.4, 0.55)),
            Key(through, draw.between(0.26, 0.32), 0.05),
            Key(land, 0.4, draw.between(0.2, 0.6)),
        ),
        in_time=False,
        back=0.8,
    )


@action(
    ("dribble a basketball", "dribble with the {side} hand", "bounce a ball"),
    (
        "dribbles a (basketball|ball)[ with the {side} hand]",
        "bounces a ball on the ground[ with the {side} hand]",
        "plays basketball, dribbling[ on the spot]",
    ),
    (moves("right_wrist", 0.15), ahead("right_wrist", 0.1)),
    often=4,
)
def dribble(draw: Draw) -> Score:
    low = draw.between(0.08, 0.2)
    legs = {
        "left_foot": Foot((0.08, 0, 0.14)),
        "right_foot": Foot((0.08, 0, -0.1), turn=8),
        "hips": (14, 0, -6),
        "bend": 12,
        "shift": (0, -low, 0),
        "gaze": Gaze(0, draw.between(-34, -4)),
    }
    guard = Hand((0.3, -0.35, 0.5), palm=(0.3, 0, 0.9), fingers=(0.2, 0.6, 0.6))

    def at(up: float) -> Posture:
        return Posture(
            right=Hand((0.12, -0.62 + up, 0.5 - 0.1 * up), "level", palm=(0, -1, 0.1), fingers=(0, -0.2 + up, 1)),
            left=guard,
            **legs,
        )

    move = draw.between(0.19, 0.27)
    high = draw.between(0.34, 0.46)
    return Score(
        (Key(at(high), 0.7), *cycle((at(0.0), at(high)), move, draw.count(6, 11)), Key(at(high), 0.2)),
        back=0.8,
        in_time=False,
    )


@action(
    ("shoot a basketball", "basketball shot", "jump shot", "throw a ball into the basket"),
    (
        "shoots a basketball",
        "throws a ball at the basket with both hands[, jumping]",
        "makes a (jump shot|shot at the hoop)",
        "bends the knees, jumps and shoots a ball[ overhead]",
    ),
    (above("right_wrist", "head", 0.1),),
    sided=False,
)
def shoot_basket(draw: Draw) -> Score:
    hold = Posture(
        **both(Hand((-0.22, -0.3, 0.42), palm=(-0.8, 0, 0.3), fingers=(-0.1, 0.8, 0.5))),
        shift=(0, -0.05, 0),
        gaze=Gaze(0, 14),
    )
    down = hold.but(shift=(0, -0.26, -0.02), hips=(18, 0, 0), bend=10)
    up = Posture(
        right=Hand((-0.12, 0.86, 0.42), palm=(0, -0.2, 1), fingers=(0, 0.5, 0.9)),
        left=Hand((-0.08, 0.8, 0.4), palm=(-0.8, 0, 0.4), fingers=(0, 0.9, 0.3)),
        bend=-4,
        gaze=Gaze(0, 22),
    )
    jumps = draw.chance(0.6)
    toes = Foot(pitch=34)
    out = up.but(balance=False) if jumps else up.but(right_foot=toes, left_foot=toes, shift=(0, 0.05, 0))
    begin, lead = 0.4, 0.4
    crouch, rise = draw.between(0.5, 0.65), 0.3
    start = lead + begin + crouch + 0.12
    land = hold.but(**both(Hand((0.1, 0.1, 0.7), roll=40)), shift=(0, -0.14, 0), hips=(10, 0, 0), gaze=Gaze(0, 16))
    keys = (
        Key(hold, 0.6, begin),
        Key(down, crouch),
        Key(out, rise, 0.18),
        Key(land, 0.3, 0.1),
        Key(hold.but(shift=(0, -0.02, 0)), 0.5),
    )
    hops = (Hop(start, start + 0.42, draw.between(0.16, 0.26)),) if jumps else ()
    return Score(keys, lead=lead, hops=hops, in_time=False, back=0.7)


@action(
    ("tennis serve", "serve a tennis ball", "serve"),
    (
        "serves[ a ball][ in tennis| at tennis]",
        "plays tennis and serves",
        "tosses a ball up and hits it[ overhead] with the {side} hand",
        "(a tennis player serves|serves like a tennis player)",
    ),
    (above("right_wrist", "head", 0.2),),
    often=3,
)
def tennis_serve(draw: Draw) -> Score:
    stance = {"left_foot": Foot((0.04, 0, 0.22), turn=-20), "right_foot": Foot((0.06, 0, -0.18), turn=40)}
    ready = Posture(
        right=Hand((-0.1, -0.5, 0.5), roll=30), left=Hand((-0.25, -0.5, 0.55), roll=-40), hips=(2, 0, -30), **stance
    )
    toss = Posture(
        right=Hand((0.5, -0.25, -0.45), roll=20),
        left=Hand((0.05, 0.85, 0.45), palm=(0, 0.9, 0.2), fingers=(0, 0.8, 0.5)),
        hips=(-6, 0, -42),
        twist=-14,
        bend=-12,
        shift=(0, -0.14, 0),
        gaze=Gaze(0, 46),
        **stance,
    )
    cocked = toss.but(
        right=Hand((0.45, 0.28, -0.2), palm=(0, 0, 1), fingers=(-0.2, -0.2, -0.9), swivel=14),
        shift=(0, -0.16, 0.04),
    )
    hit = Posture(
        right=Hand((0.05, 0.95, 0.3), palm=(0, 0, 1), fingers=(0, 0.9, 0.4)),
        left=Hand((-0.2, -0.4, 0.35), roll=40),
        hips=(4, 0, 6),
        twist=16,
        bend=6,
        shift=(0, 0.03, 0.1),
        weight=0.6,
        gaze=Gaze(0, 34),
        left_foot=Foot((0.04, 0, 0.22), turn=-10, pitch=24),
        right_foot=Foot((0.06, 0, -0.18), turn=20, pitch=46),
    )
    follow = hit.but(
        right=Hand((-0.5, -0.65, 0.45), roll=30),
        twist=30,
        bend=30,
        hips=(14, 0, 16),
        gaze=Gaze(0, 2),
        left_foot=Foot((0.04, 0, 0.22), turn=-6),
        shift=(0, -0.06, 0.1),
    )
    return Score(
        (
            Key(ready, 0.6, draw.between(0.2, 0.5)),
            Key(toss, 0.6),
            Key(cocked, 0.34),
            Key(hit, 0.2, through=True),
            Key(follow, 0.28, draw.between(0.2, 0.5)),
        ),
        in_time=False,
        back=0.9,
    )


@action(
    ("tennis stroke", "hit a tennis ball", "swing a racket", "forehand"),
    (
        "plays tennis[, hitting a {stroke}]",
        "swings a (tennis racket|racket)[ with the {side} hand]",
        "hits a ball with a racket in the {side} hand",
        "plays a {stroke}[ with the {side} arm]",
    ),
    (moves("right_wrist", 0.6),),
)
def tennis_stroke(draw: Draw) -> Score:
    backhand = draw.chance(0.4)
    knees = {"shift": (0.0, -draw.between(0.06, 0.16), 0.0), "gaze": Gaze(0, -6)}
    left = Hand((0.2, -0.3, 0.55), roll=40)
    ready = Posture(
        right=Hand((-0.15, -0.4, 0.5), palm=(-1, 0, 0), fingers=(-0.2, 0.5, 0.8)), left=left, bend=10, **knees
    )
    if backhand:
        back = ready.but(right=Hand((-0.75, -0.3, 0.15), roll=20), twist=38, hips=(6, 0, 24))
        end = ready.but(
            right=Hand((0.65, 0.25, 0.4), roll=20), twist=-24, hips=(4, 0, -10), left=Hand((0.4, -0.4, -0.2))
        )
    else:
        back = ready.but(right=Hand((0.75, -0.15, -0.4), roll=10), twist=-36, hips=(6, 0, -26))
        end = ready.but(right=Hand((-0.6, 0.25, 0.42), roll=40), twist=30, hips=(4, 0, 16))
    through = ready.but(right=Hand((0.1, -0.25, 0.85), roll=20), twist=0, hips=(6, 0, 0))
    swing = (
        Key(back, draw.between(0.5, 0.65)),
        Key(through, 0.2, through=True),
        Key(end, 0.22, 0.15),
        Key(ready, 0.6, draw.between(0.1, 0.4)),
    )
    return Score(
        (Key(ready, 0.6, 0.2), *swing * draw.count(1, 2)),
        in_time=False,
        words={"stroke": "backhand" if backhand else "forehand"},
    )


@action(
    ("bowling", "roll a ball", "bowl"),
    (
        "rolls a (bowling ball|ball) along the floor",
        "bowls[ with the {side} hand]",
        "goes bowling and lets the ball go low over the floor",
    ),
    (below("right_wrist", 0.55), ahead("right_wrist", 0.3)),
)
def bowling(draw: Draw) -> Score:
    hold = Posture(**both(Hand((-0.28, -0.4, 0.35), palm=(-0.5, 0.8, 0), fingers=(-0.2, 0, 1))), gaze=Gaze(0, -10))
    back = Posture(
        right=Hand((0.16, -0.6, -0.7), roll=30),
        left=Hand((0.5, -0.4, 0.3), roll=40),
        bend=24,
        hips=(22, 0, -8),
        shift=(0, -0.12, 0),
        left_foot=Foot((0.0, 0, 0.3)),
        gaze=Gaze(0, -6),
    )
    out = Posture(
        right=Hand((0.05, 0.42, 0.6), "floor", palm=(-0.2, 0.6, 0.8), fingers=(0, -0.1, 1)),
        left=Hand((0.6, -0.5, -0.1), roll=40),
        bend=30,
        hips=(34, 0, 4),
        shift=(0, -0.3, 0.16),
        left_foot=Foot((0.0, 0, 0.46)),
        right_foot=Foot((0.02, 0, -0.25), pitch=50),
        weight=0.6,
        gaze=Gaze(0, -14),
    )
    return Score(
        (
            Key(hold, 0.7, draw.between(0.2, 0.5)),
            Key(back, draw.between(0.6, 0.8)),
            Key(out, 0.36, draw.between(0.3, 0.6)),
        ),
        back=1.1,
        in_time=False,
    )
