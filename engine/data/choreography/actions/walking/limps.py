"""Limps: one leg is stood on for a short time, comes less far, drags, or does not bend."""

from __future__ import annotations

from engine.data.choreography.claims import limps, travels
from engine.data.choreography.draw import Draw
from engine.data.choreography.gait import Gait, styled
from engine.data.choreography.library import action
from engine.data.choreography.posture import Gaze, Hand, Posture, Score, both
from engine.data.choreography.stock import walking


@action(
    ("limp", "limp forward", "walk with a limp", "limping", "limp on the {side} leg"),
    (
        "limps[ forward| along]",
        "limps (forward|along)[ with the {side} leg]",
        "walks with a[ heavy| slight| bad] limp[ on the {side} side]",
        "limps on the {side} leg",
        "walks forward with a limp",
        "is limping[, favoring the {other} leg]",
        "walks as if (his|her) {side} leg were hurt",
        "hobbles (forward|along)",
    ),
    (travels(0.6), limps(1.15)),
    base="walk",
    style=styled(
        lambda draw: Gait(
            speed=draw.between(0.7, 0.9),
            stride=draw.between(0.6, 0.78),
            limp=draw.between(0.9, 1.35),
            stiff=draw.between(0, 0.5),
            short=draw.between(0.08, 0.16) * draw.pick((1.0, -1.0)),
            swing=0.7,
        )
    ),
    often=4,
)
def limp(draw: Draw) -> Score:
    hurt = (
        Hand((0.13, -0.22, 0.14), "hips", palm=(-0.9, 0, -0.3), fingers=(-0.1, -1, 0.2)) if draw.chance(0.25) else None
    )
    return walking(draw, Posture(right=hurt, bend=draw.between(0, 9), gaze=Gaze(draw.near(0, 4), -draw.between(2, 16))))


@action(
    ("drag the {side} leg", "walk dragging one leg", "limp with a stiff {side} leg"),
    (
        "drags the {side} leg[ behind][ while walking]",
        "walks with a stiff {side} leg",
        "limps heavily, dragging the {side} foot",
        "walks without bending the {side} knee",
        "drags one leg behind",
    ),
    (travels(0.5), limps(1.15)),
    base="walk",
    style=styled(
        lambda draw: Gait(
            speed=draw.between(0.62, 0.8),
            stride=draw.between(0.5, 0.65),
            limp=draw.between(0.7, 1.1),
            stiff=draw.between(0.8, 1.0),
            short=draw.between(0.14, 0.22),
            swing=0.6,
            lean=3,
        )
    ),
    often=2,
)
def drag_leg(draw: Draw) -> Score:
    return walking(draw, Posture(bend=draw.between(2, 10), lean=-4, gaze=Gaze(0, -draw.between(4, 20))))


@action(
    ("walk with a hurt knee", "painful walk holding the {side} thigh", "walk with an injured leg"),
    (
        "walks[ slowly] in pain, holding the {side} thigh",
        "limps with a hurt {side} leg, one hand on it",
        "limps[ forward], holding (his|her) {side} knee",
        "walks with an injured {side} leg",
    ),
    (travels(0.5), limps(1.0)),
    base="walk",
    style=styled(
        lambda draw: Gait(
            speed=0.65, stride=0.55, limp=1.2, stiff=0.5, swing=0.6, short=draw.between(0.1, 0.16) * draw.pick((1, -1))
        )
    ),
)
def hurt_leg(draw: Draw) -> Score:
    return walking(
        draw,
        Posture(
            right=Hand((0.12, -0.3, 0.16), "hips", palm=(-0.8, 0, -0.5), fingers=(-0.2, -1, 0.2)),
            bend=16,
            lean=-4,
            hips=(6, 0, 0),
            gaze=Gaze(-4, -26),
        ),
    )


@action(
    ("walk on crutches", "walk with crutches"),
    ("walks on crutches", "walks with two crutches[, one leg hurt]", "hobbles along on crutches"),
    (travels(0.4),),
    base="walk",
    style=styled(
        lambda draw: Gait(speed=0.62, stride=0.6, limp=1.0, stiff=0.3, short=0.12, swing=0.2, twist=0.4, bob=0.8)
    ),
)
def crutches(draw: Draw) -> Score:
    hand = both(Hand((0.3, -0.72, 0.3), "level", palm=(-0.9, -0.3, 0), fingers=(0, -0.3, 1)))
    other = both(Hand((0.28, -0.78, 0.1), "level", palm=(-0.9, -0.3, 0), fingers=(0, -0.3, 1)))
    return walking(
        draw, *(Posture(**(hand if k % 2 else other), bend=12, hips=(6, 0, 0), gaze=Gaze(0, -14)) for k in range(7))
    )


@action(
    ("walk wounded, hand on the {side} side", "injured walk"),
    ("walks wounded, limping", "staggers on, hurt, with a limp", "limps away, hurt"),
    (travels(0.5), limps(1.0)),
    base="walk",
    style=styled(lambda draw: Gait(speed=0.75, stride=0.6, limp=1.1, stiff=0.3, short=0.13, wander=0.03, swing=0.8)),
)
def wounded(draw: Draw) -> Score:
    side = Hand((-0.02, -0.72, 0.24), palm=(-1, 0, -0.2), fingers=(-0.6, -0.5, 0.4))
    return walking(draw, Posture(right=side if draw.chance(0.6) else None, bend=18, lean=-6, gaze=Gaze(0, -16)))
