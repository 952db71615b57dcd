"""The dab, the floss and the moonwalk."""

from __future__ import annotations

from engine.data.choreography.body import Base
from engine.data.choreography.claims import above, backs, moves, near
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Foot, Gaze, Hand, Key, Posture, Score, both_feet, cycle
from engine.data.choreography.travel.footwork import LEFT, RIGHT, Step, strides


@action(
    ("dab", "do the dab", "dab dance"),
    (
        "dabs",
        "does (the|a) dab",
        "does the dab, the face in the {side} elbow",
        "drops the head into the bent {side} arm and stretches the {other} one",
        "strikes a dab pose",
        "celebrates with a dab",
    ),
    (near("right_elbow", "face", 0.3), above("left_wrist", "left_shoulder", 0.1)),
    often=3,
)
def dab(draw: Draw) -> Score:
    feet = both_feet(Foot((0.07, 0, 0), turn=6))
    right = Hand((-0.72, 0.42, 0.44), palm=(0.1, -0.6, 0.7), fingers=(-1, 0.5, 0), swivel=30, raise_shoulder=0.02)
    left = Hand((0.78, 0.52, 0.1), palm=(0.1, -0.4, 0.9), fingers=(0.9, 0.6, 0))
    pose = Posture(right=right, left=left, **feet, bend=16, twist=12, lean=5, shift=(0, -0.06, 0), gaze=Gaze(2, -46, 4))
    wind = Posture(
        right=Hand((0.3, -0.5, 0.4), roll=40),
        left=Hand((-0.1, -0.45, 0.45), roll=40),
        **feet,
        bend=4,
        twist=-10,
        gaze=Gaze(),
    )
    keys = [Key(wind, 0.5), Key(pose, draw.between(0.24, 0.36), draw.between(0.6, 1.3))]
    if draw.chance(0.35):
        keys += [Key(wind, 0.4), Key(pose, 0.28, 0.6)]
    return Score(tuple(keys), back=0.7)


@action(
    ("floss", "floss dance", "do the floss"),
    (
        "does the floss[ dance]",
        "dances the floss",
        "flosses[, swinging the arms past the hips]",
        "swings both straight arms from side to side past the hips, dancing",
        "does the floss dance[ from Fortnite]",
    ),
    (moves("right_wrist", 0.3), moves("left_wrist", 0.3), moves("pelvis", 0.05)),
    sided=False,
    often=3,
)
def floss(draw: Draw) -> Score:
    feet = both_feet(Foot((0.08, 0, 0), turn=6))

    def at(way: float, front: str) -> Posture:
        """Both arms to the left (1) or right (-1); the `front` one passes before the body, the other behind."""
        across = Hand((-0.45, -0.82, 0.3), roll=20)
        behind = Hand((-0.12, -0.85, -0.36), roll=10)
        out = Hand((0.62, -0.74, 0.08), roll=20)
        # The arm on the side they swing to goes out; the other crosses, before or behind the body.
        crossing = across if front == "cross" else behind
        arms = {"left": out, "right": crossing} if way > 0 else {"right": out, "left": crossing}
        return Posture(
            **arms,
            **feet,
            hips=(3, 11 * way, 0),
            lean=-9 * way,
            weight=-0.55 * way,
            bend=4,
            shift=(0, -0.04, 0),
            gaze=Gaze(),
        )

    bar = (at(1, "cross"), at(-1, "behind"), at(1, "behind"), at(-1, "cross"))
    return Score(
        (Key(bar[-1], 0.5), *cycle(bar, draw.between(0.25, 0.32), draw.count(3, 6))), back=0.7, stagger=0, in_time=False
    )


@action(
    ("moonwalk", "do the moonwalk", "moonwalk backwards", "slide backwards like Michael Jackson"),
    (
        "does the moonwalk",
        "moonwalks[ backwards][ across the floor]",
        "slides backwards[ on the feet] like Michael Jackson",
        "dances the moonwalk",
        "glides backwards in a moonwalk",
    ),
    (backs(0.7),),
    sided=False,
    often=3,
)
def moonwalk(draw: Draw) -> Score:
    beat, stride = draw.between(0.44, 0.56), draw.between(0.24, 0.34)
    count, lead = draw.count(6, 10), 0.5
    steps = []
    for number in range(count):
        side = LEFT if number % 2 == 0 else RIGHT
        start = lead + number * beat
        at = -stride * (number + 1 if number < count - 1 else number)
        steps.append(Step(side, start + 0.05 * beat, start + 0.9 * beat, (0.0, at), lift=0.01, push=0))

    def on_toe(side: int, swing: float) -> Posture:
        up, flat = Foot(pitch=38), Foot(pitch=0)
        return Posture(
            left_foot=up if side == LEFT else flat,
            right_foot=up if side == RIGHT else flat,
            right=Hand((0.14, -0.78, 0.2 + 0.26 * swing), roll=20, flex=6),
            left=Hand((0.14, -0.78, 0.2 - 0.26 * swing), roll=20, flex=6),
            bend=7,
            hips=(3, 0, 0),
            shift=(0, -0.05, 0),
            gaze=Gaze(0, -8),
            balance=False,
        )

    keys = [Key(on_toe(RIGHT, 0.0), lead - 0.1)]
    for number in range(count):
        # The foot that stands is on its toe, the flat one slides.
        standing = RIGHT if number % 2 == 0 else LEFT
        keys.append(Key(on_toe(standing, 1.0 if number % 2 == 0 else -1.0), 0.4 * beat, 0.6 * beat))
    end = lead + count * beat

    def over(base: Base, draw: Draw) -> Base:
        return strides(base, steps, lead, end - 0.4 * beat, -stride * (count - 1), sway=0.015, bob=0.0)

    return Score(tuple(keys), lead=0.1, tail=0.3, back=0.5, settled=False, in_time=False, stagger=0.01, over=over)
