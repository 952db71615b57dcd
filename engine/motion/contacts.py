"""Foot contact: who takes a foot for planted, when, and in which units.

A foot *stands* where it is planted; a *contact* is that of one joint between two frames. Heights are metres above
the floor at zero, Y up; speeds are metres a second, whatever the frame rate. The rules differ because the questions do:

    question                              joints         planted while                             function
    what do the features say? (data set)  ankles, toes   moved less than the skeleton's threshold  detect_contacts
    what must be held still? (cleaning)   toes           low and slow, by degrees                  contact_weights
    how much do feet slide? (measuring)   ankles, toes   low, and neither rising nor falling       foot_steps
    does a recording slide? (filtering)   toes           within 3 cm of their resting height       measure_skate

Measuring does not look at the horizontal speed: a slide must not excuse itself by being fast. Holding does: what moves
fast is a step. The data set's own rule is the published one to the bit, for the models are trained on it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.filters import smooth
from engine.motion.skeleton import HUMANML3D, Skeleton, skeleton_of

Array = NDArray[np.floating]

# The toe joint of a flat foot lies this high above the floor, metres.
TOE_HEIGHT = 0.015
# How far above that a toe still rests, metres.
RESTING = 0.03
# Contacts come and go within frames of each other; holding spreads them by so many, at any rate.
SPREAD_FRAMES = 0.8


@dataclass(frozen=True)
class HoldRule:
    """When a toe is held still: surely up to the first figure, not at all from the second one.

    Attributes:
        low, high: height of the toe in metres.
        slow, fast: its speed over the floor in metres a second; a slide is slower than a step.
    """

    low: float = 0.06
    high: float = 0.11
    slow: float = 0.5
    fast: float = 1.2


@dataclass(frozen=True)
class MeasureRule:
    """When a joint of the foot counts as planted, and when a planted one as sliding.

    Attributes:
        toe_height, ankle_height: below these, metres; ankles sit some 7 cm above the sole.
        vertical_speed: rising and falling more slowly than that, metres a second.
        slide_speed: a planted joint that travels faster than that slides, metres a second.
    """

    toe_height: float = 0.05
    ankle_height: float = 0.10
    vertical_speed: float = 0.2
    slide_speed: float = 0.5


HOLD = HoldRule()
MEASURE = MeasureRule()


def detect_contacts(joints: Array, skeleton: Skeleton | None = None) -> Array:
    """(T-1, 4) contact flags of the features: a foot joint that moves less than the threshold between frames.

    Columns: left ankle, left toe, right ankle, right toe. `Skeleton.contact_threshold` is the published one, a squared
    distance a frame in the data set's unit.
    """
    skeleton = skeleton or skeleton_of(joints.shape[-2])
    step = np.sum(np.diff(joints[:, _feet(skeleton)], axis=0) ** 2, axis=-1)
    return (step < skeleton.contact_threshold).astype(np.float64)


def contact_weights(toes: Array, rule: HoldRule = HOLD, fps: float = HUMANML3D.fps) -> Array:
    """(T-1,) how surely a toe (T, 3) stands between two frames, 0..1."""
    height = np.maximum(toes[1:, 1], toes[:-1, 1])
    step = np.linalg.norm(np.diff(toes[:, [0, 2]], axis=0), axis=-1)
    fast, slow = rule.fast / fps, rule.slow / fps
    low = np.clip((rule.high - height) / (rule.high - rule.low), 0.0, 1.0)
    still = np.clip((fast - step) / (fast - slow), 0.0, 1.0)
    return smooth(low * still, SPREAD_FRAMES)


def foot_steps(
    joints: Array,
    fps: float,
    rule: MeasureRule = MEASURE,
    skeleton: Skeleton = HUMANML3D,
) -> tuple[Array, NDArray[np.bool_]]:
    """Horizontal travel in metres and contact of every foot joint, both (T-1, 4).

    Columns: left ankle, left toe, right ankle, right toe.
    """
    feet = joints[:, _feet(skeleton)]
    limit = np.tile([rule.ankle_height, rule.toe_height], 2)
    low = feet[..., 1] < limit
    step = np.diff(feet, axis=0)
    still = np.abs(step[..., 1]) < rule.vertical_speed / fps
    return np.linalg.norm(step[..., [0, 2]], axis=-1), low[:-1] & low[1:] & still


def measure_skate(joints: Array) -> float:
    """Mean horizontal millimetres a frame of toes within 3 cm of their resting height."""
    if len(joints) < 2:
        return 0.0
    toes = joints[:, (HUMANML3D.feet_left[1], HUMANML3D.feet_right[1])]
    low = toes[..., 1] < TOE_HEIGHT + RESTING
    planted = low[:-1] & low[1:]
    step = np.linalg.norm(np.diff(toes[..., [0, 2]], axis=0), axis=-1)
    return float(1000 * step[planted].mean()) if planted.any() else 0.0


def _feet(skeleton: Skeleton) -> list[int]:
    return [*skeleton.feet_left, *skeleton.feet_right]
