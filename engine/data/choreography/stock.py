"""Stock hands that many actions use."""

from __future__ import annotations

from typing import Any

from engine.data.choreography.draw import Draw
from engine.data.choreography.posture import Foot, Gaze, Hand, Key, Posture, Score, both_feet

# Arms hanging plumb whatever the trunk does, and straight down the seams.
HANG = Hand((0.1, -0.96, 0.12), "level", roll=15, flex=8)
ATTENTION = Hand((0.1, -0.98, 0.02), roll=10)
ON_HIP = Hand((0.17, 0.06, 0.03), "hips", swivel=42, palm=(-0.4, -0.9, 0.1), fingers=(-0.3, -0.5, 0.9))
FIST_AT_CHIN = Hand((-0.42, 0.02, 0.42), palm=(-0.6, -0.2, -0.8), fingers=(-0.5, 0.8, 0.1))


# On the floor: sitting behind the feet, on hands and knees, lying. Pelvis places are from where the body stood.
ON_FLOOR: dict[str, Any] = {"balance": False, "sway": 0.2}
ON_THIGH = Hand((0.13, -0.01, 0.27), "hips", palm=(-0.2, -1, 0), fingers=(-0.15, -0.1, 1), swivel=8)
KNEELING_FOOT = Foot((0.09, 0, -0.56), "floor", pitch=140)
KNEELING: dict[str, Any] = {"place": (0.0, 0.53, 0.0), **both_feet(KNEELING_FOOT), **ON_FLOOR}
HALF_KNEELING: dict[str, Any] = {
    "place": (0.02, 0.52, 0.0),
    "right_foot": Foot((0.1, 0, 0.36), "floor"),
    "left_foot": Foot((0.09, 0, -0.47), "floor", pitch=72),
    **ON_FLOOR,
}
ALL_FOURS: dict[str, Any] = {
    "place": (0.0, 0.47, 0.08),
    "hips": (72, 0, 0),
    "bend": 6,
    **both_feet(KNEELING_FOOT),
    **ON_FLOOR,
}

FLAT_HAND: dict[str, Any] = {"frame": "floor", "palm": (0, -1, 0), "fingers": (0.1, 0, 1)}
SUPINE_LEGS = Foot((0.1, -0.02, 0.6), "floor", pitch=-62, turn=12)
# On the back, the pelvis half a metre behind where the body stood, and on the belly, that far ahead.
SUPINE: dict[str, Any] = {"place": (0.0, 0.11, -0.46), "hips": (-88, 0, 0), "gaze": Gaze(0, 82), **ON_FLOOR}
PLANK: dict[str, Any] = {
    "place": (0.0, 0.43, 0.06),
    "hips": (76, 0, 0),
    "gaze": Gaze(0, -62),
    **ON_FLOOR,
    **both_feet(Foot((0.07, 0, -0.85), "floor", pitch=72)),
}
PRONE: dict[str, Any] = {
    "place": (0.0, 0.115, 0.05),
    "hips": (89, 0, 0),
    "gaze": Gaze(0, -56),
    **ON_FLOOR,
    **both_feet(Foot((0.09, 0, -0.98), "floor", pitch=130)),
}


def ready(draw: Draw) -> Hand:
    """A hand held loosely in front of the belly, as the one that has nothing to do."""
    return Hand((draw.near(-0.05, 0.08), draw.near(-0.62, 0.05), draw.near(0.42, 0.06)), roll=draw.near(50, 15))


def boxing(draw: Draw) -> Posture:
    """A guard: left foot and left hand in front."""
    return Posture(
        right=Hand((-0.2, -0.02, 0.34), palm=(-0.9, 0, -0.3), fingers=(-0.4, 0.8, 0.4), swivel=8),
        left=Hand((-0.25, 0.0, draw.near(0.5, 0.05)), palm=(-0.9, 0, -0.3), fingers=(-0.4, 0.8, 0.5), swivel=8),
        left_foot=Foot((0.02, 0, 0.22), turn=-5),
        right_foot=Foot((0.04, 0, -0.14), turn=22),
        hips=(6, 0, -22),
        twist=-10,
        bend=8,
        shift=(0, -0.07, 0),
        gaze=Gaze(),
    )


def squat(depth: float, wide: float = 0.0) -> dict[str, Any]:
    """Fields of a posture that goes down `depth` metres in the knees, feet `wide` metres further apart each."""
    tilt = 62 * depth
    feet = Foot((wide, 0, 0), turn=35 * wide + 12 * depth, knee=18 * depth, pitch=max(0.0, 70 * (depth - 0.36)))
    return {"shift": (0.0, -depth, 0.0), "hips": (tilt, 0.0, 0.0), "bend": 12 * depth, **both_feet(feet)}


def walking(draw: Draw, posture: Posture, *more: Posture) -> Score:
    """One posture held, or some in turn, for the whole walk."""
    seconds = draw.between(3.6, 7.5)
    if not more:
        return Score(
            (Key(posture, 0, seconds),), start="held", end="held", lead=0, tail=0, settled=False, in_time=False
        )
    each = seconds / (len(more) + 1)
    keys = (Key(posture, 0, 0.4 * each), *(Key(other, 0.6 * each, 0.4 * each) for other in more))
    return Score(keys, start="held", end="held", lead=0, tail=0, settled=False, in_time=False)
