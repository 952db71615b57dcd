"""Coming to a stop: a way that ends standing, both feet on the ground, where and when it is asked for.

The model does not stop by itself where a walk is followed by "stands still". So both ends are given, the walk and
someone who stands at the place, and the model fills the last steps in between. Where in a stride it has to begin is
not known: several spans are tried and the one whose feet slide least, and that is not at rest too early, is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.editing.bending import bend_along, make_course
from engine.editing.editor import MotionEditor
from engine.errors import InputError
from engine.generation.faults import find_faults
from engine.motion import rotations
from engine.motion.contacts import measure_skate
from engine.motion.features import facing
from engine.motion.feet import LEGS, lock_feet
from engine.pipeline import Pipeline
from engine.requests.generate import GenerateRequest
from engine.requests.path import PathRequest
from engine.watch import Watch

Array = NDArray[np.floating]
Misfit = Callable[[Array, float], float]

FPS = 20.0  # of the motions
HEAD = 15  # joint
# Frames of the last steps that are tried, and about how many they are.
SPANS, USUAL = (14, 17, 20, 23, 26, 29), 20
SLOWING = 0.5  # mean speed of the last steps by that of the way before
LEAST_WAY = 10  # frames of the way before them
STANDING = 20  # frames that are stood at the end
STAND, STAND_SECONDS, STANDS = "a person stands", 3.0, 4
BESIDE = 4  # frames beside the last steps in which feet are looked at too
POINTS = 200  # of a shortened curve
# Frames by which one may be at rest too early, the slide in mm a frame that each more counts, and metres at rest.
EARLY, HASTE, RESTING = 2, 2.0, 0.03


@dataclass(frozen=True)
class Ending:
    """Where and when it is stood: place (2,) x, z, radians from +Z to the left, and the first frame."""

    place: Array
    yaw: float
    frame: int

    @classmethod
    def of(cls, request: PathRequest, speed: float | None) -> Ending:
        """That of a request that stops, its way gone at `speed` metres a second where it names no time."""
        course = make_course(np.asarray(request.points, dtype=np.float64))
        ahead = course.tangents[-1]
        yaw = float(np.arctan2(ahead[0], ahead[1])) if request.facing is None else float(np.radians(request.facing))
        seconds = request.arrive
        if seconds is None:
            assert speed is not None
            seconds = course.length / speed + (1.0 - SLOWING) * USUAL / FPS
        frame = round(seconds * FPS)
        if frame < SPANS[0] + LEAST_WAY:
            least = (SPANS[0] + LEAST_WAY) / FPS
            raise InputError(f"nobody comes to a stop within {seconds:.1f} s: give at least {least:g} s, or go slower")
        return cls(np.asarray(request.points[-1], dtype=np.float64), yaw, frame)


def come_to_stop(
    pipeline: Pipeline, request: PathRequest, ending: Ending, walks: Sequence[Array], misfit: Misfit, watch: Watch
) -> Array:
    """Joints (T, J, 3) along the curve of a request that are at rest from `ending.frame` on.

    Args:
        walks: motions to choose from, at least `ending.frame` long
        misfit: of joints and the metres that they should go, the less the better

    Raises InputError where no walk can be made as long as the curve.
    """
    ground = np.asarray(request.points, dtype=np.float64)
    stand = _stand(pipeline, request, ending)
    editor, length = MotionEditor(pipeline), make_course(ground).length
    found: list[tuple[float, Array]] = []
    refused: InputError | None = None
    for span in SPANS:
        watch.check()
        first = ending.frame - span
        if first < LEAST_WAY:
            continue
        speed = length / (ending.frame - (1.0 - SLOWING) * span)  # metres a frame
        way = length - SLOWING * speed * span
        walk = min((walk[:first] for walk in walks), key=lambda walk: misfit(walk, way))
        try:
            led = bend_along(walk, _shortened(ground, way))
        except InputError as error:
            refused = error
            continue
        given = np.concatenate((led, np.repeat(led[-1:], span, axis=0), stand))
        filled = editor.set_motion(given, 0.0).regenerate(
            first, ending.frame, f"{request.prompt.rstrip(' .')} and stops", seed=request.seed, watch=watch.silent()
        )
        made = lock_feet(filled.joints.astype(np.float64), kept=np.arange(len(given)) >= ending.frame)
        slide = measure_skate(made[first - BESIDE : ending.frame + BESIDE])
        faults = len(find_faults(made.astype(np.float32), request.prompt))
        early = max(0, ending.frame - EARLY - _rest(made))
        found.append((slide + HASTE * early + 100.0 * faults, made))
    if not found:
        raise refused or InputError("the path is too short to come to a stop on it: draw a longer one")
    return min(found, key=lambda it: it[0])[1]


def _stand(pipeline: Pipeline, request: PathRequest, ending: Ending) -> Array:
    """(STANDING, J, 3) who stands at the place, the most upright of some."""
    asked = GenerateRequest(STAND, STAND_SECONDS, 0, request.sampling)
    drawn = pipeline.generate_requests([replace(asked, seed=seed) for seed in range(STANDS)], redraws=0)
    ends = [motion.joints[-STANDING:].astype(np.float64) for motion in drawn]
    stand = min(ends, key=lambda joints: float(np.abs(joints[:, HEAD] - joints[:, 0])[:, [0, 2]].mean()))
    ahead = facing(stand).mean(axis=0)
    turn = rotations.about_y(np.array([ending.yaw - np.arctan2(ahead[0], ahead[2])]))
    middle = stand[:, 0].mean(axis=0) * [1.0, 0.0, 1.0]
    return rotations.rotate(turn, stand - middle) + [ending.place[0], 0.0, ending.place[1]]


def _rest(joints: Array) -> int:
    """The frame from which on feet and pelvis of joints (T, J, 3) stay where they end."""
    parts = joints[:, [0, *(joint for leg in LEGS for joint in leg[2:])]]
    moving = np.flatnonzero((np.linalg.norm(parts - parts[-1], axis=-1) > RESTING).any(axis=1))
    return int(moving[-1]) + 1 if len(moving) else 0


def _shortened(ground: Array, length: float) -> Array:
    """(POINTS, 2) the first `length` metres of a curve (N, 2)."""
    arc = np.concatenate(([0.0], np.cumsum(np.linalg.norm(np.diff(ground, axis=0), axis=-1))))
    even = np.linspace(0.0, length, POINTS)
    return np.stack([np.interp(even, arc, ground[:, axis]) for axis in (0, 1)], axis=-1)
