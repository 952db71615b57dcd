"""Walking in moods."""

from __future__ import annotations

from engine.data.choreography.claims import ahead, near, travels
from engine.data.choreography.draw import Draw
from engine.data.choreography.gait import Gait, styled
from engine.data.choreography.library import action
from engine.data.choreography.posture import Gaze, Hand, Posture, Score
from engine.data.choreography.stock import ON_HIP, walking


@action(
    ("walk sadly", "sad walk", "walk with a hanging head"),
    (
        "walks (sadly|dejectedly)[ with hanging shoulders]",
        "walks slowly with the head down",
        "trudges along, sad and tired",
    ),
    (travels(0.5),),
    base="walk",
    sided=False,
    style=styled(
        lambda draw: Gait(
            speed=draw.between(0.6, 0.75),
            stride=draw.between(0.6, 0.75),
            swing=0.35,
            bob=0.7,
            twist=0.5,
            crouch=0.01,
        )
    ),
)
def sad_walk(draw: Draw) -> Score:
    return walking(draw, Posture(bend=draw.between(12, 20), gaze=Gaze(draw.near(0, 5), -draw.between(32, 45))))


@action(
    ("walk happily", "happy bouncy walk"),
    (
        "walks happily[ with a spring in the step]",
        "walks along cheerfully, swinging the arms",
        "goes in a bouncy happy walk",
    ),
    (travels(0.8),),
    base="walk",
    sided=False,
    style=styled(
        lambda draw: Gait(
            speed=draw.between(1.0, 1.15), bob=1.7, lift=0.04, swing=draw.between(1.5, 2.0), lean=2, roll=2
        )
    ),
)
def happy_walk(draw: Draw) -> Score:
    return walking(
        draw,
        Posture(bend=-4, gaze=Gaze(12, 8, 4)),
        Posture(bend=-4, gaze=Gaze(-12, 8, -4)),
        Posture(bend=-4, gaze=Gaze(5, 6)),
    )


@action(
    ("strut", "walk proudly", "swagger"),
    (
        "struts[ proudly], chest out",
        "walks (proudly|confidently|with a swagger)",
        "swaggers along[ with swinging shoulders]",
        "swaggers[ along], swinging the arms",
        "walks with a swagger[, chest out]",
    ),
    (travels(0.8),),
    base="walk",
    sided=False,
    often=2,
    style=styled(
        lambda draw: Gait(
            speed=draw.between(0.85, 1.0),
            stride=1.0,
            swing=draw.between(1.8, 2.4),
            lean=6,
            roll=3,
            narrow=-0.02,
            toe_out=6,
        )
    ),
)
def strut(draw: Draw) -> Score:
    return walking(draw, Posture(bend=-9, gaze=Gaze(draw.near(0, 6), 8)))


@action(
    ("catwalk", "walk like a model"),
    ("walks like a model on the catwalk", "walks down the runway[ with swinging hips][, {side} hand on the hip]"),
    (travels(0.8),),
    base="walk",
    style=styled(
        lambda draw: Gait(speed=0.95, narrow=draw.between(0.05, 0.075), roll=-draw.between(4, 7), lean=-2, swing=1.1)
    ),
)
def catwalk(draw: Draw) -> Score:
    return walking(draw, Posture(right=ON_HIP if draw.chance(0.6) else None, bend=-6, gaze=Gaze(0, 4)))


@action(
    ("walk against the wind", "lean into a storm"),
    (
        "walks against[ a strong] wind[, leaning forward]",
        "leans into the storm and shields the face with the {side} arm",
    ),
    (travels(0.4),),
    base="walk",
    style=styled(lambda draw: Gait(speed=0.65, stride=0.6, crouch=0.05, bob=0.6, swing=0.5)),
)
def wind_walk(draw: Draw) -> Score:
    shield = Hand((-0.05, 0.08, 0.24), "head", palm=(0.1, -0.1, 1), fingers=(-1, 0.2, 0), swivel=30)
    return walking(
        draw,
        Posture(right=shield, bend=20, hips=(16, 0, 0), gaze=Gaze(4, -20)),
        Posture(right=shield, bend=26, hips=(18, 0, 0), gaze=Gaze(-4, -26)),
    )


@action(
    ("grope in the dark", "walk blind with the arms in front"),
    (
        "gropes forward in the dark",
        "walks with closed eyes, arms stretched out in front",
        "feels the way ahead with both hands",
    ),
    (travels(0.3), ahead("right_wrist", 0.3)),
    base="walk",
    sided=False,
    style=styled(lambda draw: Gait(speed=0.55, stride=0.45, crouch=0.03, bob=0.5, twist=0.4)),
)
def grope(draw: Draw) -> Score:
    def feel() -> Posture:
        hands = {
            side: Hand(
                (draw.between(-0.1, 0.3), draw.between(-0.25, 0.05), 0.78), palm=(0, -0.3, 1), fingers=(0, 0.9, 0.5)
            )
            for side in ("right", "left")
        }
        return Posture(**hands, bend=6, gaze=Gaze(draw.between(-20, 20), 6))

    return walking(draw, *(feel() for _ in range(5)))


@action(
    ("walk exhausted", "tired walk", "drag yourself along"),
    (
        "walks (exhausted|tiredly|wearily)",
        "drags (himself|herself) along, exhausted",
        "can hardly walk for tiredness",
    ),
    (travels(0.3),),
    base="walk",
    sided=False,
    style=styled(
        lambda draw: Gait(speed=0.6, stride=0.55, crouch=0.05, lean=6, roll=3, swing=0.6, wander=0.02, stiff=0.4)
    ),
)
def tired_walk(draw: Draw) -> Score:
    return walking(
        draw,
        Posture(bend=24, hips=(6, 0, 0), gaze=Gaze(5, -30, 5)),
        Posture(bend=18, hips=(4, 0, 0), lean=3, gaze=Gaze(-6, -22, -4)),
        Posture(bend=26, hips=(6, 0, 0), gaze=Gaze(3, -34)),
    )


@action(
    ("walk holding the stomach", "walk injured"),
    (
        "walks bent over, holding the (stomach|belly)",
        "walks[ slowly] with a wound, one hand on the belly",
        "staggers along injured, clutching the stomach",
    ),
    (travels(0.4), near("right_hand", "spine1", 0.35)),
    base="walk",
    style=styled(lambda draw: Gait(speed=0.62, stride=0.55, limp=0.5, crouch=0.04, swing=0.6, wander=0.03)),
)
def injured_walk(draw: Draw) -> Score:
    return walking(
        draw,
        Posture(
            right=Hand((-0.3, -0.66, 0.32), palm=(-0.2, 0, -1), fingers=(-1, 0.1, 0.1)),
            bend=26,
            hips=(8, 0, 0),
            lean=-4,
            gaze=Gaze(0, -14),
        ),
    )
