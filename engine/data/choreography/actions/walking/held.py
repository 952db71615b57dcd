"""Walking with the arms held in one place."""

from __future__ import annotations

from dataclasses import replace

from engine.data.choreography.actions.walking.walking_with import CALM
from engine.data.choreography.claims import near, travels
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Gaze, Hand, Posture, Score, both
from engine.data.choreography.stock import ON_HIP, walking


@action(
    ("walk with the hands on the hips", "walk, hands on hips"),
    (
        "walks with (both|the) hands on the hips",
        "walks[ forward|along], hands on (his|her|the) hips",
        "walks with (his|her) hands on (his|her) hips",
        "strides along with the hands at the waist",
        "walks with arms akimbo",
    ),
    (travels(0.7), near("right_wrist", "right_hip", 0.26)),
    base="walk",
    sided=False,
    style=CALM,
    often=3,
)
def walk_hands_on_hips(draw: Draw) -> Score:
    hand = replace(ON_HIP, swivel=draw.between(34, 48))
    lean = draw.between(-4, 4)
    return walking(
        draw,
        Posture(**both(hand), bend=lean, gaze=Gaze(draw.near(0, 10), 0)),
        Posture(**both(hand), bend=lean, gaze=Gaze(draw.near(0, 18), draw.near(0, 4))),
    )


@action(
    ("walk with one hand on the hip", "walk, {side} hand on the hip"),
    (
        "walks with the {side} hand on the hip",
        "walks with one hand on (his|her) hip",
        "saunters along, one hand on the hip",
    ),
    (travels(0.7), near("right_wrist", "right_hip", 0.26)),
    base="walk",
    style=CALM,
)
def walk_hand_on_hip(draw: Draw) -> Score:
    return walking(draw, Posture(right=ON_HIP, gaze=Gaze(draw.near(0, 10), 0)))


@action(
    ("walk with the {side} hand in the pocket", "walk, one hand in the pocket"),
    (
        "walks with one hand in the pocket",
        "walks with the {side} hand in the pocket",
        "strolls along, one hand in the pocket",
    ),
    (travels(0.7), near("right_wrist", "right_hip", 0.25)),
    base="walk",
    style=CALM,
)
def walk_hand_in_pocket(draw: Draw) -> Score:
    hand = Hand((0.19, -0.07, 0.08), "hips", palm=(-1, 0, -0.2), fingers=(-0.15, -1, 0.3), swivel=18)
    return walking(draw, Posture(right=hand, bend=3, gaze=Gaze(draw.near(0, 14), -4)))


@action(
    ("walk with the arms out to the sides", "walk like an airplane"),
    ("walks with the arms stretched out to the sides", "walks with outstretched arms[ like an airplane]"),
    (travels(0.6),),
    base="walk",
    sided=False,
    style=CALM,
)
def walk_arms_out(draw: Draw) -> Score:
    def tilt(side: float) -> Posture:
        return Posture(
            right=Hand((0.95, -0.03 - 0.2 * side, 0.08), palm=(0, -1, 0)),
            left=Hand((0.95, -0.03 + 0.2 * side, 0.08), palm=(0, -1, 0)),
            lean=6 * side,
            gaze=Gaze(0, 0),
        )

    return walking(draw, tilt(0), tilt(draw.between(-1, 1)), tilt(draw.between(-1, 1)))
