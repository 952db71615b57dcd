"""Captured straight walks led along curves: the floor under them is bent, so that feet that stood still stand still."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from engine.data.choreography import body
from engine.data.choreography.body import Base
from engine.data.choreography.gait import resample
from engine.motion import rotations

Array = NDArray[np.floating]

_GRID = 0.01


@dataclass(frozen=True)
class Bend:
    """A stretch of the way.

    Attributes:
        metres: of the straight walk that it takes.
        degrees: turned in it, to the left.
        stride: share of the steps' length that stays; tight turns are gone in small steps.
        pace: share of the speed that stays.
    """

    metres: float
    degrees: float = 0.0
    stride: float = 1.0
    pace: float = 1.0


def follow(base: Base, plan: Callable[[float], Sequence[Bend]], smooth: float = 0.14) -> Base:
    """The walk `base` (along +Z) on the way that `plan` makes of its length in metres.

    The way begins straight ahead, and goes on straight after its last bend. `smooth` metres round its corners.
    """
    bends = plan(float(base.pelvis[-1, 2] - base.pelvis[0, 2]))
    first = float(min(base.pelvis[:, 2].min(), base.toes[..., 2].min())) - 0.6
    last = float(max(base.pelvis[:, 2].max(), base.toes[..., 2].max())) + 1.0
    z = np.arange(first, last, _GRID)
    rates = [np.zeros_like(z), np.ones_like(z), np.ones_like(z)]
    start = 0.0
    for bend in bends:
        inside = (z >= start) & (z < start + bend.metres)
        for values, value in zip(rates, (bend.degrees / bend.metres, bend.stride, bend.pace), strict=True):
            values[inside] = value
        start += bend.metres
    turning, stride, pace = (gaussian_filter1d(values, smooth / _GRID, mode="nearest") for values in rates)
    if any(bend.pace != 1.0 for bend in bends):
        base = resample(base, np.interp(base.pelvis[:, 2], z, pace))
    yaw = np.radians(np.cumsum(turning) * _GRID)
    yaw -= np.interp(0.0, z, yaw)
    ahead = np.stack((np.sin(yaw), np.cos(yaw)), axis=-1)
    place = np.cumsum(stride[:, None] * ahead, axis=0) * _GRID
    place -= [np.interp(0.0, z, place[:, 0]), np.interp(0.0, z, place[:, 1])]

    def bent(points: Array) -> tuple[Array, Array]:
        angle = np.interp(points[..., 2], z, yaw)
        moved = points.copy()
        moved[..., 0] = np.interp(points[..., 2], z, place[:, 0]) + points[..., 0] * np.cos(angle)
        moved[..., 2] = np.interp(points[..., 2], z, place[:, 1]) - points[..., 0] * np.sin(angle)
        return moved, angle

    pelvis, _ = bent(base.pelvis)
    toes, foot_yaw = bent(base.toes)
    course = gaussian_filter1d(np.interp(base.pelvis[:, 2], z, yaw), 2.0, mode="nearest")
    return turn_with(replace(base, pelvis=pelvis, toes=toes, foot_yaw=base.foot_yaw + foot_yaw), course)


def turn_with(base: Base, course: Array) -> Base:
    """A base whose heading is turned by `course` (T,) radians to the left, eyes and chest going before the hips."""
    frames = np.arange(len(course))
    soon = np.degrees(np.interp(frames + 7.0, frames, course) - course)
    rate = np.degrees(np.gradient(course)) * 20.0
    chest = body.turn(0.0, np.clip(0.025 * rate, -5.0, 5.0), np.clip(0.22 * soon, -14.0, 14.0))
    head = body.turn(0.0, 0.0, np.clip(0.55 * soon, -38.0, 38.0))
    spine = base.spine.copy()
    spine[:, 0] = rotations.multiply(chest, spine[:, 0])
    # Arms stay behind a body that turns quickly.
    lag = body.turn(0.0, 0.0, np.clip(-0.06 * rate, -16.0, 16.0))
    return replace(
        base,
        heading=rotations.multiply(body.about(1, course), base.heading),
        spine=spine,
        head=rotations.multiply(head, base.head),
        wrists=rotations.rotate(lag[:, None], base.wrists),
        elbows=rotations.rotate(lag[:, None], base.elbows),
    )
