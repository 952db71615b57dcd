"""Clips keyed for games, made into recordings: cycles go on, gestures come out of a stance and return to one."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.data.hand_keyed.bodies import comes_down
from engine.data.hand_keyed.cycles import FPS, add_travel, find_cycle, is_closed, place_after, pose_distance, tile
from engine.motion.skeleton import HUMANML3D

Array = NDArray[np.floating]

# Cycles are repeated until they last about so long.
CYCLE_SECONDS = 6.0
# A gesture gets a stance of so long before and after it.
STANCE_SECONDS = 0.8
# Metres a joint up to which a stance's pose leads into a gesture, and frames over which the rest is made up for.
JOINS, JOIN_FRAMES = 0.16, 6
# Games snap: an action is slowed down, to SLOWEST of its speed at most, until no joint is faster than this, m/s; one
# that comes down to the floor, where thick trunks are let down further, until it is slower than that.
FASTEST, FASTEST_DOWN, SLOWEST = 9.0, 5.0, 0.6
# How long the last pose is held where no stance follows it (somebody lies dead).
HELD_SECONDS = 1.0

_CYCLE = re.compile(
    r"walk|run(?!ningjump)|crawl|sneak|strafe|crouching|idle|holding|aiming|blocking|spellcasting|chopping|digging|"
    r"hammering|sawing|pickaxing|working|lockpicking|reeling|struggling|spinning|shooting|push_ups|sit_ups|cheering|"
    r"clapping|waving|dance",
    re.IGNORECASE,
)
_NO_CYCLE = re.compile(r"jump|attack(?!ing)|shoot$|spin$", re.IGNORECASE)
# Chairs of stylised bodies are so high that their feet dangle: ours stand on the floor in front of one.
_GROUNDED = re.compile(r"sit_", re.IGNORECASE)


def stays_on_floor(name: str) -> bool:
    """Whether an action's lower foot never leaves the floor, whatever the file shows."""
    return _GROUNDED.search(name) is not None


def is_stance(name: str) -> bool:
    """Whether an action is one that others begin and end with."""
    return "idle" in name.lower() and "jump" not in name.lower()


def finish(name: str, joints: Array, stances: Sequence[Array]) -> Array:
    """A hand-keyed action (T, J, 3) as a recording of it.

    A cycle is repeated, with even travel where its feet speak of one. Anything else begins and ends with the
    nearest of `stances` (cycles of the same character, (T, J, 3) each), where one is near.
    """
    if len(joints) < 3:
        return joints
    if _CYCLE.search(name) and not _NO_CYCLE.search(name) and is_closed(joints):
        moving = joints if is_stance(name) else add_travel(joints)[0]
        return tile(moving, CYCLE_SECONDS)
    joints = slow_down(joints, FASTEST_DOWN if comes_down(name) else FASTEST)
    if len(joints) > 6 * FPS:
        return joints
    before, after = _nearest(stances, joints[0]), _nearest(stances, joints[-1])
    count = round(STANCE_SECONDS * FPS)
    if before is not None:
        cycle, frame = before
        lead = cycle[np.arange(frame - count, frame + 1) % (len(cycle) - 1)]
        joints = join(lead, joints)
    if after is not None:
        cycle, frame = after
        joints = join(joints, cycle[np.arange(frame, frame + count + 1) % (len(cycle) - 1)])
    elif before is not None:
        joints = np.concatenate((joints, np.repeat(joints[-1:], round(HELD_SECONDS * FPS), axis=0)))
    return joints


def slow_down(joints: Array, fastest: float = FASTEST) -> Array:
    """The same (T, J, 3) motion, played so slowly that no joint exceeds `fastest` m/s, as far as SLOWEST allows."""
    step = np.linalg.norm(np.diff(joints[:, : HUMANML3D.num_joints], axis=0), axis=-1).max()
    speed = float(np.clip(fastest / max(step * FPS, 1e-9), SLOWEST, 1.0))
    if speed == 1.0:
        return joints
    time = np.arange(0.0, len(joints) - 1 + 1e-9, speed)
    left = np.minimum(time.astype(int), len(joints) - 2)
    fraction = (time - left)[:, None, None]
    slowed: Array = (1 - fraction) * joints[left] + fraction * joints[left + 1]
    return slowed


def join(first: Array, second: Array) -> Array:
    """Play `second` from where `first` ends; the step between them fades out over the next frames."""
    placed = place_after(first, second)
    step = first[-1] - placed[0]
    count = min(JOIN_FRAMES, len(placed) - 1)
    fade = np.zeros(len(placed))
    fade[:count] = 0.5 + 0.5 * np.cos(np.pi * np.arange(count) / count)
    return np.concatenate((first[:-1], placed + fade[:, None, None] * step))


def _nearest(stances: Sequence[Array], pose: Array) -> tuple[Array, int] | None:
    """The cycle and its frame that come nearest to a pose (J, 3), if near enough."""
    best: tuple[float, Array, int] | None = None
    for cycle in stances:
        start, stop, _ = find_cycle(cycle)
        closed = cycle[start : stop + 1]
        distance = pose_distance(closed[:-1], pose)
        frame = int(np.argmin(distance))
        if best is None or distance[frame] < best[0]:
            best = float(distance[frame]), closed, frame
    return (best[1], best[2]) if best is not None and best[0] < JOINS else None
