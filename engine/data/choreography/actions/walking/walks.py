"""Walking in styles: limps, ages, moods, and stage walks."""

from __future__ import annotations

from engine.data.choreography.claims import ahead, below, travels
from engine.data.choreography.draw import Draw
from engine.data.choreography.gait import Gait, styled
from engine.data.choreography.library import action
from engine.data.choreography.posture import Gaze, Hand, Key, Posture, Score, both
from engine.data.choreography.stock import walking


@action(
    ("walk like an old person", "old man walking", "elderly walk"),
    (
        "walks like an old (man|woman|person)",
        "walks slowly, bent over with age",
        "shuffles along[ with a bent back]",
        "takes small slow steps, the back bent with age",
    ),
    (travels(0.5),),
    base="walk",
    sided=False,
    style=styled(
        lambda draw: Gait(
            speed=draw.between(0.55, 0.7),
            stride=draw.between(0.45, 0.6),
            crouch=draw.between(0.04, 0.07),
            bob=0.6,
            swing=0.5,
            lean=2,
            lift=-0.01,
            twist=0.5,
        )
    ),
)
def old_walk(draw: Draw) -> Score:
    arms = draw.pick(
        (
            {},
            {
                "right": Hand((-0.02, -0.02, -0.19), "hips", palm=(0, 0, -1), fingers=(-1, -0.3, 0)),
                "left": Hand((-0.02, 0.02, -0.17), "hips", palm=(0, 0, -1), fingers=(-1, -0.3, 0)),
            },
        )
    )
    return walking(
        draw,
        Posture(
            bend=draw.between(20, 32),
            hips=(10, 0, 0),
            shift=(0, 0, -0.03),
            gaze=Gaze(0, -draw.between(4, 16)),
            **arms,
        ),
    )


@action(
    ("walk with a cane", "old person with a walking stick"),
    (
        "walks with a (cane|walking stick)[ in the {side} hand]",
        "walks slowly, leaning on a cane",
        "walks along on a stick like an old person",
    ),
    (travels(0.5), ahead("right_wrist", 0.1)),
    base="walk",
    style=styled(
        lambda draw: Gait(
            speed=draw.between(0.55, 0.7),
            stride=draw.between(0.5, 0.62),
            crouch=0.04,
            bob=0.7,
            swing=0.5,
            limp=draw.between(0, 0.5),
            twist=0.6,
        )
    ),
)
def cane_walk(draw: Draw) -> Score:
    def cane(forward: float) -> Posture:
        return Posture(
            right=Hand((0.24, -0.72, 0.34 + forward), "level", palm=(-0.2, -1, 0), fingers=(0, -0.2, 1)),
            bend=20,
            hips=(8, 0, 0),
            gaze=Gaze(0, -12),
        )

    count = draw.count(3, 5)
    keys = [Key(cane(0.12), 0)]
    for _ in range(count):
        keys += [Key(cane(-0.14), 0.75), Key(cane(0.14), 0.55)]
    return Score(tuple(keys), start="held", end="held", lead=0, tail=0, settled=False, in_time=False)


@action(
    ("walk drunk", "drunk walk", "stagger drunkenly"),
    (
        "(walks|staggers) (like a drunk|drunkenly)",
        "sways from side to side while walking, drunk",
        "staggers (along|forward), hardly keeping balance",
        "stumbles along[ drunkenly|, dizzy]",
        "walks unsteadily[ as if drunk]",
        "is drunk and staggers",
    ),
    (travels(0.5),),
    base="walk",
    sided=False,
    style=styled(
        lambda draw: Gait(
            speed=draw.between(0.65, 0.9),
            stride=draw.between(0.6, 0.8),
            wander=draw.between(0.12, 0.18),
            narrow=-0.05,
            lean=5,
            roll=3,
            swing=1.4,
            crouch=0.03,
        )
    ),
)
def drunk_walk(draw: Draw) -> Score:
    def sway() -> Posture:
        wide = draw.between(0.25, 0.55)
        return Posture(
            bend=draw.between(0, 24),
            lean=draw.between(-14, 14),
            twist=draw.between(-14, 14),
            gaze=Gaze(draw.between(-20, 20), draw.between(-30, 4), draw.between(-14, 14)),
            right=Hand((wide, -0.72, 0.25), roll=30) if draw.chance(0.5) else None,
            left=Hand((0.4, -0.7, 0.2), roll=20) if draw.chance(0.5) else None,
        )

    return walking(draw, *(sway() for _ in range(draw.count(4, 6))))


@action(
    ("zombie walk", "walk like a zombie", "shamble like a zombie"),
    (
        "walks like a zombie[ with stretched arms]",
        "shambles forward like the undead",
        "staggers ahead, arms stretched out, dragging the {side} foot",
    ),
    (travels(0.4), ahead("left_wrist", 0.25)),
    base="walk",
    style=styled(
        lambda draw: Gait(
            speed=draw.between(0.5, 0.68),
            stride=draw.between(0.45, 0.6),
            limp=draw.between(0.5, 1),
            stiff=draw.between(0.6, 1),
            lean=5,
            roll=3,
            wander=0.03,
            twist=0.6,
        )
    ),
)
def zombie_walk(draw: Draw) -> Score:
    def reach(swing: float) -> Posture:
        right = Hand((0.02, 0.0 + swing, 0.86), palm=(0, -1, 0), fingers=(-0.05, -0.6, 0.8))
        left = Hand((0.05, -0.1 - swing, 0.8), palm=(0, -1, 0), fingers=(-0.05, -0.7, 0.7))
        return Posture(
            right=right,
            left=left,
            bend=12,
            lean=draw.between(-8, 8),
            gaze=Gaze(draw.between(-10, 10), -4, draw.pick((-16, 14))),
        )

    return walking(draw, *(reach(draw.between(-0.08, 0.08)) for _ in range(4)))


@action(
    ("robot walk", "walk like a robot"),
    (
        "walks like a robot",
        "walks stiffly[ and mechanically], arms bent at right angles",
        "moves forward in jerky robotic steps",
    ),
    (travels(0.5),),
    base="walk",
    sided=False,
    style=styled(
        lambda draw: Gait(
            speed=draw.between(0.8, 1.0),
            stride=0.75,
            pause=draw.between(0.5, 0.75),
            bob=0.2,
            twist=0.0,
            lift=0.04,
            swing=0.3,
        )
    ),
)
def robot_walk(draw: Draw) -> Score:
    def arms(right: float) -> Posture:
        def arm(up: float) -> Hand:
            return Hand((0.06, -0.5 + 0.24 * up, 0.46 - 0.1 * abs(up)), palm=(-1, 0, 0), fingers=(0, 0.1 + 0.5 * up, 1))

        return Posture(right=arm(right), left=arm(-right), bend=-4, gaze=Gaze())

    poses = (arms(0.7), arms(-0.7))
    keys = [Key(poses[0], 0)] + [Key(poses[1 - k % 2], 0.3, 0.42) for k in range(draw.count(5, 8))]
    return Score(tuple(keys), start="held", end="held", lead=0, tail=0, settled=False, in_time=False, stagger=0)


@action(
    ("march", "march like a soldier", "marching"),
    (
        "marches (forward|along)[ like a soldier]",
        "marches with high knees and swinging arms",
        "walks in a military march",
    ),
    (travels(0.8),),
    base="walk",
    sided=False,
    style=styled(
        lambda draw: Gait(
            speed=draw.between(0.9, 1.05),
            stride=draw.between(0.8, 0.95),
            lift=draw.between(0.14, 0.26),
            lift_knees=0.08,
            swing=draw.between(1.6, 2.2),
            twist=0.4,
            bob=0.9,
        )
    ),
)
def march(draw: Draw) -> Score:
    return walking(draw, Posture(bend=-4, gaze=Gaze(0, 3)))


@action(
    ("tiptoe", "walk on tiptoe", "tiptoeing"),
    (
        "walks on (tiptoe|the toes|tiptoes)",
        "tiptoes (forward|along)[ quietly]",
        "goes on the tips of the toes, arms a little out",
    ),
    (travels(0.5),),
    base="walk",
    sided=False,
    style=styled(
        lambda draw: Gait(
            speed=draw.between(0.6, 0.85),
            stride=draw.between(0.5, 0.7),
            heel=draw.between(30, 44),
            lift=0.04,
            crouch=-0.03,
            swing=0.4,
            narrow=0.02,
        )
    ),
)
def tiptoe(draw: Draw) -> Score:
    arms = draw.pick(
        (
            {},
            both(Hand((0.4, -0.7, 0.25), palm=(0, -1, 0), fingers=(0.7, 0.2, 0.6))),
            both(Hand((0.02, -0.4, 0.42), palm=(0, -1, 0), fingers=(0, -0.6, 0.8))),
        )
    )
    return walking(draw, Posture(bend=4, gaze=Gaze(0, -8), **arms))


@action(
    ("sneak", "sneaking", "creep forward", "walk stealthily"),
    (
        "sneaks (forward|along)[, knees bent]",
        "creeps ahead (quietly|stealthily)",
        "walks stealthily[ and looks around], crouching",
        "tries not to be seen while walking in a crouch",
    ),
    (travels(0.4), below("pelvis", 0.86)),
    base="walk",
    sided=False,
    style=styled(
        lambda draw: Gait(
            speed=draw.between(0.5, 0.7),
            stride=draw.between(0.55, 0.75),
            crouch=draw.between(0.15, 0.24),
            lift=draw.between(0.06, 0.14),
            bob=0.5,
            heel=draw.pick((0, 12)),
            swing=0.4,
        )
    ),
)
def sneak(draw: Draw) -> Score:
    paws = both(Hand((0.02, -0.4, 0.44), palm=(0, -1, 0), fingers=(-0.1, -0.5, 0.8)))
    arms = paws if draw.chance(0.6) else {}

    def look(yaw: float) -> Posture:
        return Posture(**arms, bend=22, hips=(14, 0, 0), shift=(0, 0, -0.04), gaze=Gaze(yaw, 0), twist=0.15 * yaw)

    return walking(draw, look(0), look(draw.between(30, 55)), look(-draw.between(30, 55)), look(0))


@action(
    ("walk like a cowboy", "wide-legged walk"),
    ("walks like a cowboy[, hands ready at the belt]", "walks with the legs wide apart"),
    (travels(0.6),),
    base="walk",
    sided=False,
    style=styled(lambda draw: Gait(speed=0.8, stride=0.85, narrow=-0.1, toe_out=12, lean=5, crouch=0.04, swing=0.6)),
)
def cowboy_walk(draw: Draw) -> Score:
    arms = (
        both(Hand((0.3, -0.06, 0.06), "hips", palm=(-1, 0, 0), fingers=(-0.2, -0.9, 0.3), swivel=20))
        if draw.chance(0.7)
        else {}
    )
    return walking(draw, Posture(**arms, bend=-3, gaze=Gaze(draw.near(0, 8), -4)))


@action(
    ("walk on a tightrope", "balance on a beam"),
    (
        "walks on a tightrope, arms out to the sides",
        "balances along a narrow (beam|line) with (spread|stretched) arms",
        "puts one foot in front of the other, balancing",
    ),
    (travels(0.4),),
    base="walk",
    sided=False,
    style=styled(
        lambda draw: Gait(
            speed=draw.between(0.5, 0.65),
            stride=draw.between(0.4, 0.55),
            narrow=draw.between(0.07, 0.09),
            bob=0.5,
            twist=0.5,
        )
    ),
)
def tightrope(draw: Draw) -> Score:
    def tilt(side: float) -> Posture:
        return Posture(
            right=Hand((0.92, -0.05 - 0.25 * side, 0.1), palm=(0, -1, 0)),
            left=Hand((0.92, -0.05 + 0.25 * side, 0.1), palm=(0, -1, 0)),
            lean=7 * side,
            gaze=Gaze(0, -18),
        )

    return walking(draw, tilt(0), *(tilt(draw.between(-1, 1)) for _ in range(5)))
