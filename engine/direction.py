"""Targets on their way to joints: which rows of a motion they are, and how a decoded motion is brought to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from engine.errors import InputError
from engine.models.config import FRAMES_PER_TOKEN
from engine.models.tokenizer import MotionTokenizer
from engine.motion.reaching.clock import name_frames
from engine.motion.reaching.goals import SEAT, Goals
from engine.motion.reaching.reach import MISSED, reach_goals
from engine.motion.reaching.route import find_route
from engine.motion.skeleton import skeleton_of
from engine.requests.targets import Target
from engine.sampling.steering import Steering

Array = NDArray[np.floating]

# Metres above the floor between which a seat may be: from the floor itself to where standing legs have it.
SEATS = (-0.05, 0.8)


@dataclass(frozen=True)
class Directed:
    """A motion brought to its targets.

    Attributes:
        joints: (T, J, 3); near: the same before the exact finish
        missed: [G] metres that it is still away from each goal; near_missed: the same before the finish
    """

    joints: Array
    near: Array
    missed: Array
    near_missed: Array


@dataclass(frozen=True)
class Kept:
    """What of a motion stays as it is.

    Attributes:
        joints: (T, J) bool; tokens: [N, P] bool, of each body part
    """

    joints: NDArray[np.bool_]
    tokens: Tensor


def goals_of(
    targets: Sequence[Target], joint_count: int, frames: int, place: Callable[[Array], Array] | None = None
) -> Goals | None:
    """The goals of a motion of so many frames, None without targets.

    Args:
        place: brings places (G, 3) into the world of the goals, metres over the floor; None: they are in it

    Raises InputError for targets beyond its end, for a gaze where the model knows no head that looks, and for a seat
    that nobody sits on.
    """
    if not targets:
        return None
    clock = targets[0].clock
    late = sorted({frame for target in targets for frame in target.times if frame >= frames})
    if late:
        raise InputError(
            f"a target lies at {name_frames(late[:1], clock)}, but the motion ends at "
            f"{name_frames([frames - 1], clock)}: make it longer"
        )
    rows = [(it.part, frame, (it.position[0], it.position[1], it.position[2])) for it in targets for frame in it.times]
    try:
        goals = replace(Goals.of(rows, skeleton_of(joint_count)), clock=clock)
    except KeyError:
        raise InputError(
            "this model's skeleton has no gaze: use a model of 27 joints, or a target for the head"
        ) from None
    if place is not None:
        goals = replace(goals, places=place(goals.places))
    _check_seats(goals)
    return goals


def _check_seats(goals: Goals) -> None:
    for part, frame, (_, height, _) in zip(goals.parts, goals.frames, goals.places, strict=True):
        if part == SEAT and not SEATS[0] <= height <= SEATS[1]:
            raise InputError(
                f"the seat at {name_frames([int(frame)], goals.clock)} is {abs(height):.1f} m "
                f"{'above' if height > 0 else 'below'} the floor, where nobody sits: move it to 0 to {SEATS[1]:g} m"
            )


def direct(
    tokenizer: MotionTokenizer,
    ids: Tensor,
    goals: Goals,
    frames: int,
    clean: Callable[[Array], Array],
    kept: Kept | None = None,
) -> Directed:
    """Decode settled tokens [N, S] so that the joints come to the goals; `clean` makes features (T, F) a motion.

    What cleaning shifts is measured and allowed for, since the targets are in the finished motion's world.
    """
    steering = Steering(tokenizer)
    settled = steering.vectors(ids[: -(-frames // FRAMES_PER_TOKEN)])
    half = steering.config.rounds // 2
    walks = free = None
    if kept is not None:
        walks = ~np.pad(kept.joints[:, 0], (0, FRAMES_PER_TOKEN * len(settled) - frames), mode="edge")
        free = (~kept.tokens[: len(settled)]).to(settled.dtype)
    route = find_route(_array(steering.features(settled)), goals, walks)
    vectors = steering.refine(settled, goals, half, route, free=free)
    cleaned = clean(route.applied(_array(steering.features(vectors)))[:frames])
    shift = cleaned[goals.frames, goals.joints] - _array(steering.joints(vectors, route))[goals.frames, goals.joints]
    vectors = steering.refine(settled, goals.moved(-shift), steering.config.rounds - half, route, vectors, free)
    near = clean(route.applied(_array(steering.features(vectors)))[:frames])
    reached = reach_goals(near, goals, None if kept is None else kept.joints)
    return Directed(reached.joints.astype(np.float32), near, reached.missed, goals.errors(near))


def _array(values: Tensor) -> Array:
    return values.detach().cpu().numpy()


def tell_missed(goals: Goals, missed: Array) -> str:
    """One line about what no body could reach, empty if all was reached."""
    rows = np.flatnonzero(missed > MISSED)
    if not len(rows):
        return ""
    worst = rows[missed[rows].argmax()]
    frames = name_frames((int(goals.frames[row]) for row in rows), goals.clock)
    parts = ", ".join(dict.fromkeys(goals.parts[row].replace("_", " ") for row in rows))
    return (
        f"out of reach: {parts} at {frames}, up to {100 * float(missed[worst]):.0f} cm away; the nearest pose was taken"
    )
