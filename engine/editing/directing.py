"""Targets of an edit: on what changes and on nothing else, in the world that tokens decode to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.direction import goals_of
from engine.editing.canonical_frame import Placement
from engine.editing.compose import RootTrack, joint_masks
from engine.editing.limbs import arm_joints
from engine.errors import InputError
from engine.motion import rotations
from engine.motion.parts import BodyPart
from engine.motion.reaching.clock import name_frames
from engine.motion.reaching.goals import Goals
from engine.requests.targets import Target

Array = NDArray[np.floating]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Alignment:
    """The rigid way from a take to what its tokens decode to: turn (4,) about a place (3,) that comes to another."""

    turn: Array
    place: Array
    decoded: Array

    def to_decoded(self, points: Array) -> Array:
        return rotations.rotate(self.turn, points - self.place) + self.decoded

    def to_take(self, points: Array) -> Array:
        return rotations.rotate(rotations.invert(self.turn), np.asarray(points, np.float64) - self.decoded) + self.place


def align(take: RootTrack, frame: int, decoded: RootTrack, row: int) -> Alignment:
    """So that the take's root on `frame` stands and heads as the decoded one on `row`."""
    turn = rotations.about_y(np.array([take.yaw[frame] - decoded.yaw[row]]))[0]
    places = (np.array([x, 0.0, z]) for x, z in (take.places[frame], decoded.places[row]))
    return Alignment(turn, *places)


def within(targets: Sequence[Target], first: int, stop: int, origin: int = 0) -> tuple[Target, ...]:
    """What of the targets lies on the frames first..stop-1, on a clock that begins at the frame `origin`."""
    found = []
    for target in targets:
        frames = tuple(frame for frame in target.times if first <= frame < stop)
        if frames:
            found.append(replace(target, frames=frames).later(-origin))
    return tuple(found)


def changing_joints(mask: Flags, arms: str | None, parts: tuple[BodyPart, ...]) -> Flags:
    """(T, J) joints that an edit of the mask (T, P) makes anew; those of the arms alone where it is about them."""
    flags = joint_masks(mask, parts)
    if arms is not None:
        own = np.zeros(flags.shape[1], dtype=np.bool_)
        own[arm_joints(arms, flags.shape[1])] = True
        flags = flags & own
    return flags


def place_goals(
    targets: Sequence[Target], placement: Placement, mask: Flags, arms: str | None, parts: tuple[BodyPart, ...]
) -> Goals | None:
    """The goals of an edit in the canonical frame, None without targets.

    Raises InputError for those on frames or parts that are kept, and beyond the end.
    """
    changing = changing_joints(mask, arms, parts)
    goals = goals_of(targets, changing.shape[1], len(mask), placement.to_canonical)
    if goals is None:
        return None
    kept = np.flatnonzero(~changing[goals.frames, goals.joints])
    if len(kept):
        frames = name_frames((int(goals.frames[row]) for row in kept), goals.clock)
        names = ", ".join(dict.fromkeys(goals.parts[row].replace("_", " ") for row in kept))
        raise InputError(
            f"targets lie on what this edit keeps: {names} at {frames}; move them into what changes, or change more"
        )
    return goals
