"""Walking, running or crawling along a curve: generate, pick what fits, bend it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.acting import bearing_of, course
from engine.direction import goals_of, tell_missed
from engine.editing.arriving import STANDING, Ending, come_to_stop
from engine.editing.bending import bend_along, make_course, root_course
from engine.errors import InputError
from engine.generation.clauses import Part
from engine.generation.faults import find_faults
from engine.motion.acting.bearing import bear
from engine.motion.contacts import foot_steps
from engine.motion.features import features_of_every_frame
from engine.motion.motion import Motion
from engine.motion.reaching.reach import reach_goals
from engine.pipeline import Pipeline
from engine.requests.checks import SEEDS
from engine.requests.generate import MAX_SECONDS, GenerateRequest
from engine.requests.path import PathRequest
from engine.watch import UNWATCHED, Watch

Array = NDArray[np.floating]

CANDIDATES = 4  # motions to choose from
FPS = 20.0  # of the motions that are chosen from
# Seconds of motion that tell how fast a prompt goes.
PROBE_SECONDS = 4.0
# A planted foot's travel in metres a frame (20 fps) that counts as much as a path of 2.7 times the wrong length.
SLIDE = 0.03


def follow_path(pipeline: Pipeline, request: PathRequest, watch: Watch = UNWATCHED) -> Motion:
    """A motion whose root follows a curve from its first to its last point.

    The joints lie on the curve in its coordinates, Y up, floor at zero; around targets the body leans and steps off it
    as far as it must. A request that stops ends standing (engine.editing.arriving). Raises InputError for a curve
    without length, if the prompt's gait cannot cover it at that speed, and for targets behind the end.
    """
    if request.stop:
        return _follow_and_stop(pipeline, request, watch)
    ground = np.asarray(request.points, dtype=np.float64)
    length = make_course(ground).length
    seconds = length / (request.speed or _natural_speed(pipeline, request, watch.silent()))
    if seconds > MAX_SECONDS:
        raise InputError(f"the path takes {seconds:.0f} s, the limit is {MAX_SECONDS:g} s: shorten it or go faster")
    seconds = max(seconds, 1.0)
    # There are enough to choose from without drawing any again.
    motions = pipeline.generate_requests(_candidates(request, seconds), watch, redraws=0)
    chosen = min(motions, key=lambda motion: (bool(motion.faults), find_misfit(motion.joints, length)))
    return _finish(pipeline, request, bend_along(chosen.joints, ground), seconds)


def _follow_and_stop(pipeline: Pipeline, request: PathRequest, watch: Watch) -> Motion:
    """The same, standing at the end for a second."""
    speed = request.speed
    if speed is None and request.arrive is None:
        speed = _natural_speed(pipeline, request, watch.silent())
    ending = Ending.of(request, speed)
    seconds = (ending.frame + STANDING) / FPS
    if seconds > MAX_SECONDS:
        raise InputError(f"the path takes {seconds:.0f} s, the limit is {MAX_SECONDS:g} s: shorten it or go faster")
    motions = pipeline.generate_requests(_candidates(request, ending.frame / FPS), watch, redraws=0)
    sound = [motion.joints for motion in motions if not motion.faults] or [motion.joints for motion in motions]
    return _finish(pipeline, request, come_to_stop(pipeline, request, ending, sound, find_misfit, watch), seconds)


def _finish(pipeline: Pipeline, request: PathRequest, led: Array, seconds: float) -> Motion:
    """The motion of joints (T, J, 3) on the curve, brought to the targets."""
    joints, note = led.astype(np.float32), ""
    if request.stop:
        # Who comes to a stop is made of several motions: one bearing is laid over all of them.
        tone = bearing_of(request.mood, request.intensity, pipeline.model.config.name)
        joints = bear(joints, course([Part(request.prompt, 1, tone, len(joints))]))
    goals = goals_of(request.targets, joints.shape[1], len(joints))
    if goals is not None:
        joints = reach_goals(joints, goals).joints.astype(np.float32)
        note = tell_missed(goals, goals.errors(joints))
    config = pipeline.model.config
    record = request.record(config.name) | {"seconds": seconds}
    faults = find_faults(joints, request.prompt)
    return Motion(joints, features_of_every_frame(joints), config.fps, record, faults, note)


def _candidates(request: PathRequest, seconds: float) -> list[GenerateRequest]:
    seeds = [(request.seed + i) % SEEDS for i in range(CANDIDATES)]
    mood = None if request.stop else request.mood
    return [
        GenerateRequest(request.prompt, seconds, seed, request.sampling, (), mood, request.intensity) for seed in seeds
    ]


def _natural_speed(pipeline: Pipeline, request: PathRequest, watch: Watch) -> float:
    """Metres a second that the prompt's motions go."""
    motions = pipeline.generate_requests(_candidates(request, PROBE_SECONDS), watch, redraws=0)
    speeds = [np.linalg.norm(np.diff(motion.joints[:, 0][:, [0, 2]], axis=0), axis=-1).mean() for motion in motions]
    speed = float(np.median(speeds)) * pipeline.model.config.fps
    if speed < 0.1:
        raise InputError(f"{request.prompt!r} stays in place: describe a motion that goes somewhere")
    return speed


def find_misfit(joints: Array, length: float) -> float:
    """How far a motion is from covering `length` metres with its own steps, straight ahead and without sliding."""
    try:
        course = root_course(joints)
    except InputError:
        return np.inf
    straightness = np.linalg.norm(joints[-1, 0, [0, 2]] - joints[0, 0, [0, 2]]) / course.length
    travel, planted = foot_steps(np.asarray(joints, dtype=np.float64), FPS)
    slide = float(travel[planted].mean()) if planted.any() else 0.0
    return abs(float(np.log(length / course.length))) + 1.0 - float(straightness) + slide / SLIDE
