"""Steps that an author sets, laid over captured standing: where and when each foot is put down, and how the body goes.

Between its steps a foot stands exactly still, or turns on its toes. Lengths are metres on the floor from where the
body stood, (left, forward); angles are degrees to the left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from engine.data.choreography import body
from engine.data.choreography.body import Base
from engine.data.choreography.curves import hump
from engine.data.choreography.draw import Draw
from engine.data.choreography.perform import GRAVITY
from engine.data.choreography.posture import Hop
from engine.data.choreography.travel.paths import turn_with
from engine.motion import rotations
from engine.motion.skeleton import HUMANML3D

Array = NDArray[np.floating]
FPS = HUMANML3D.fps
LEFT, RIGHT = 0, 1
_FORWARD = np.asarray([0.0, 0.0, 1.0])


@dataclass(frozen=True)
class Step:
    """One foot leaves the floor at `start` seconds and stands again at `end`.

    Attributes:
        at: the ground point under the body, of the stance that the foot then has its place in.
        yaw: of that stance.
        lift: of the toes half-way. push: how far the heel comes up before the toes leave. land: the toes' rise
            over the heel when it is put down.
        aside: the foot set further out than in quiet standing. ahead: the toes that far forward half-way.
    """

    side: int
    start: float
    end: float
    at: tuple[float, float] = (0.0, 0.0)
    yaw: float = 0.0
    lift: float = 0.07
    push: float = 18.0
    land: float = 0.0
    aside: float = 0.0
    ahead: float = 0.0


@dataclass(frozen=True)
class Pivot:
    """A standing foot turns on its toes to `yaw` from `start` to `end` seconds."""

    side: int
    start: float
    end: float
    yaw: float


def _rise(times: Array, start: float, end: float) -> Array:
    s = np.clip((times - start) / (end - start), 0.0, 1.0)
    return np.asarray(s**3 * (10.0 - 15.0 * s + 6.0 * s**2))


def course_of(times: Array, knots: Sequence[tuple[float, float]]) -> Array:
    """(T,) minimum-jerk steps through (seconds, value) from the first value on."""
    values = np.full(len(times), knots[0][1], dtype=float)
    for (start, before), (end, after) in zip(knots, knots[1:], strict=False):
        values += (after - before) * _rise(times, start, end)
    return values


def take_steps(
    base: Base,
    steps: Sequence[Step | Pivot],
    heading: Sequence[tuple[float, float]] | Array,
    way: Array | None = None,
    follow: float = 3.0,
    bob: float = 0.012,
    weight: float = 0.35,
    height: Array | float = 0.0,
) -> Base:
    """The standing `base` taking steps while it turns through `heading`, (seconds, degrees) or (T,) degrees.

    The pelvis goes with the feet, `weight` of the way over the one that stands while the other swings, smoothed by
    `follow` frames and sinking by `bob`; `way` (T, 2) leads it instead. `height` is added to it.
    """
    frames = len(base)
    times = np.arange(frames) / FPS
    course = np.radians(heading if isinstance(heading, np.ndarray) else course_of(times, heading))
    toes, yaw, pitch = base.toes.copy(), base.foot_yaw.copy(), base.foot_pitch.copy()
    planted = np.ones((frames, 2), dtype=bool)
    offsets = base.toes[0] * [1.0, 0.0, 1.0]
    loads = np.ones((frames, 2))
    for side in (LEFT, RIGHT):
        place, angle = toes[:, side].copy(), np.zeros(frames)
        here, facing = offsets[side].copy(), 0.0
        for step in sorted((one for one in steps if one.side == side), key=lambda one: one.start):
            share = _rise(times, step.start, step.end)
            angle += share * np.radians(step.yaw - facing)
            if isinstance(step, Step):
                turned = rotations.rotate(body.about(1, np.asarray(np.radians(step.yaw))), offsets[side])
                out = rotations.rotate(body.about(1, np.asarray(np.radians(step.yaw))), np.array([1.0, 0.0, 0.0]))
                there = np.array([step.at[0], 0.0, step.at[1]]) + turned + out * body.OUTWARDS[side] * step.aside
                place += share[:, None] * (there - here)
                swing = hump(times, step.start, step.end)
                place[:, 1] += step.lift * swing
                if step.ahead:
                    place += step.ahead * swing[:, None] * rotations.rotate(body.about(1, course), _FORWARD)
                length = step.end - step.start
                pitch[:, side] += np.radians(step.push) * hump(
                    times, step.start - 0.45 * length, step.end - 0.3 * length
                )
                pitch[:, side] -= np.radians(step.land) * hump(
                    times, step.start + 0.5 * length, step.end + 0.3 * length
                )
                inside = (times > step.start) & (times < step.end)
                planted[inside, side] = False
                loads[inside, side] = 0.0
                here = there
            else:
                pitch[:, side] += np.radians(7.0) * hump(times, step.start, step.end)
            facing = step.yaw
        toes[:, side], yaw[:, side] = place, base.foot_yaw[:, side] + angle
    if way is None:
        shares = 0.5 + weight * (loads - 0.5) * np.abs(loads[:, :1] - loads[:, 1:])
        shares = shares / shares.sum(axis=1, keepdims=True)
        ahead = rotations.rotate(body.about(1, course), offsets.mean(axis=0))
        stand = (shares[..., None] * toes).sum(axis=1) - ahead
        way = gaussian_filter1d(stand[:, [0, 2]], follow, axis=0, mode="nearest")
    pelvis = rotations.rotate(body.about(1, course), base.pelvis)
    pelvis[:, [0, 2]] += way
    single = gaussian_filter1d(np.abs(loads[:, 0] - loads[:, 1]), 2.0, mode="nearest")
    pelvis[:, 1] += height - bob * single
    moved = replace(base, pelvis=pelvis, toes=toes, foot_yaw=yaw, foot_pitch=pitch, planted=planted)
    return turn_with(moved, course)


@dataclass(frozen=True)
class Landing:
    """Where a series of jumps comes down: the stance's ground point (left, forward), its yaw in degrees, how high
    the jump there was, and the seconds on the floor after it.
    """

    at: tuple[float, float] = (0.0, 0.0)
    yaw: float = 0.0
    height: float = 0.08
    ground: float = 0.26
    aside: float = 0.0


def springs(landings: Sequence[Landing], start: float, dip: float = 0.07) -> tuple[Springs, list[Hop]]:
    """Both feet leave the floor at `start` seconds and come down at each landing; what `over` takes, and the flights.

    A foot that is to stay up is keyed so in the score's postures.
    """
    steps: list[Step | Pivot] = []
    hops, time = [], start
    course, left, ahead = [(0.0, 0.0)], [(0.0, 0.0)], [(0.0, 0.0)]
    for landing in landings:
        end = time + 2.0 * float(np.sqrt(2.0 * landing.height / GRAVITY))
        hops.append(Hop(time, end, landing.height))
        for side in (LEFT, RIGHT):
            steps.append(
                Step(side, time, end, landing.at, landing.yaw, lift=0.02, push=34.0, land=-10.0, aside=landing.aside)
            )
        for knots, value in ((course, landing.yaw), (left, landing.at[0]), (ahead, landing.at[1])):
            knots += [(time - 0.13, knots[-1][1]), (end + 0.13, value)]
        time = end + landing.ground
    return Springs(tuple(steps), tuple(hops), (course, left, ahead), dip), hops


@dataclass(frozen=True)
class Springs:
    """A series of jumps as a score's `over`."""

    steps: tuple[Step | Pivot, ...]
    hops: tuple[Hop, ...]
    knots: tuple[list[tuple[float, float]], list[tuple[float, float]], list[tuple[float, float]]]
    dip: float

    @property
    def end(self) -> float:
        return self.hops[-1].end

    def __call__(self, base: Base, draw: Draw) -> Base:
        times = np.arange(len(base)) / FPS
        course, left, ahead = self.knots
        height = np.zeros(len(base))
        for number, hop in enumerate(self.hops):
            before = 0.34 if number == 0 else 0.2
            height -= self.dip * hump(times, hop.start - before, hop.start + 0.03)
            height -= self.dip * hump(times, hop.end - 0.03, hop.end + 0.34)
        way = np.stack((course_of(times, left), course_of(times, ahead)), axis=-1)
        return take_steps(base, self.steps, np.asarray(course_of(times, course)), way, height=height, bob=0.0)


def strides(
    base: Base, steps: Sequence[Step], first: float, last: float, distance: float, sway: float = 0.03, **more: float
) -> Base:
    """Steps ahead while the pelvis goes on evenly from `first` to `last` seconds, swaying over the standing foot."""
    times = np.arange(len(base)) / FPS
    ramp = gaussian_filter1d(np.clip((times - first) / (last - first), 0.0, 1.0), 3.0, mode="nearest")
    side = np.zeros(len(base))
    for step in steps:
        side -= body.OUTWARDS[step.side] * ((times > step.start) & (times < step.end))
    way = np.stack((sway * gaussian_filter1d(side, 2.5, mode="nearest"), distance * ramp), axis=-1)
    return take_steps(base, steps, np.zeros(len(base)), way, **more)
