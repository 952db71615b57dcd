"""Sitting in meditation."""

from __future__ import annotations

from engine.data.choreography.actions.whole_body.floor_poses import breathing, held, seated
from engine.data.choreography.claims import stays_below
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Gaze, Hand, Score, both


@action(
    ("meditate", "sit and meditate", "meditation pose", "lotus pose", "yoga meditation"),
    (
        "meditates[ on the floor| quietly]",
        "sits cross-legged and meditates",
        "meditates, the hands on the knees",
        "sits in the lotus position with (his|her|the) hands on the knees",
        "is meditating[, breathing calmly]",
        "does yoga, sitting in meditation",
        "sits still on the ground, eyes closed, and breathes deeply",
    ),
    (stays_below("pelvis", 0.3),),
    sided=False,
    often=3,
)
def meditate(draw: Draw) -> Score:
    hands = draw.pick(
        (
            both(Hand((0.28, 0.04, 0.27), "hips", palm=(0.1, 1, 0), fingers=(0.4, -0.1, 0.8))),
            both(Hand((0.26, 0.05, 0.25), "hips", palm=(0, -1, 0), fingers=(0.3, -0.2, 0.9))),
            both(Hand((-0.3, -0.15, 0.42), palm=(-1, 0, 0), fingers=(-0.05, 1, 0.2), swivel=16)),
        )
    )
    pose = seated(draw, "lotus").but(**hands, bend=4, gaze=Gaze(0, draw.between(-16, -2)))
    return held(breathing(draw, pose, draw.between(4.0, 8.0), draw.between(1.6, 2.6), 1.5))
