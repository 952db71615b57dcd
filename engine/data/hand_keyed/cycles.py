"""Clips that are one cycle of something: find the cycle, repeat it, give it the travel that was taken out of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.motion import rotations
from engine.motion.features import facing
from engine.motion.skeleton import HUMANML3D

Array = NDArray[np.floating]

FPS = HUMANML3D.fps
# Mean distance of joints, metres, up to which the two ends of a clip are one pose.
CLOSED = 0.1
# Radians a cycle up to which it is taken to go straight on: shoulders never swing back quite to where they were.
STRAIGHT = 0.4
# Share of its speed by which a standing foot may stray from sliding evenly, where travel is told from it.
EVEN = 0.2
TOES = (HUMANML3D.feet_left[1], HUMANML3D.feet_right[1])
_Y = np.asarray([0.0, 1.0, 0.0])


def find_cycle(joints: Array) -> tuple[int, int, float]:
    """First and last frame of the best-closing stretch of (T, J, 3) joints, and how far apart its ends are.

    The stretch keeps at least 70 % of the clip. Poses are compared without place and heading, together with the step
    that leads on from them; the distance is in metres a joint.
    """
    local = _local(joints)
    steps = np.diff(local, axis=0, append=local[-1:] * 2 - local[-2:-1])
    count = len(joints)
    starts, stops = np.arange(0, max(1, round(0.15 * count))), np.arange(count - max(1, round(0.15 * count)), count)
    best = (0, count - 1, float("inf"))
    for start in starts:
        pose = np.linalg.norm(local[stops] - local[start], axis=-1).mean(axis=-1)
        step = np.linalg.norm(steps[stops] - steps[start], axis=-1).mean(axis=-1)
        # Of stretches that close equally well the longest.
        cost = pose + step + 0.004 * (count - 1 - (stops - start)) / max(1, round(0.1 * count))
        at = int(np.argmin(cost))
        if cost[at] < best[2]:
            best = (int(start), int(stops[at]), float(cost[at]))
    start, stop, _ = best
    return start, stop, float(np.linalg.norm(local[stop] - local[start], axis=-1).mean())


def is_closed(joints: Array) -> bool:
    """Whether (T, J, 3) joints end in the pose in which they begin, wherever they have gone meanwhile."""
    local = _local(joints[[0, -1]])
    return bool(np.linalg.norm(local[1] - local[0], axis=-1).mean() < CLOSED)


def pose_distance(joints: Array, pose: Array) -> Array:
    """(T,) mean metres a joint between (T, J, 3) poses and one (J, 3), wherever they stand and face."""
    local = _local(np.concatenate((joints, pose[None])))
    distance: Array = np.linalg.norm(local[:-1] - local[-1], axis=-1).mean(axis=-1)
    return distance


def place_after(first: Array, second: Array) -> Array:
    """`second` (T, J, 3), turned and moved on the ground so that it begins where `first` ends."""
    turn, move = _step(np.stack((second[0], first[-1])))
    placed: Array = rotations.rotate(turn, second) + move
    return placed


def tile(joints: Array, seconds: float) -> Array:
    """Repeat a cycle, whose first and last frame are one pose, with its turning and travel for about `seconds`.

    What the ends lack to be equal is spread over each round. Raises nothing; (T, J, 3) in and out.
    """
    period = len(joints) - 1
    rounds = max(1, round(seconds * FPS / period))
    turn, move = _step(joints, STRAIGHT)
    # The last pose brought back onto the first: the rest of the difference goes linearly.
    back = rotations.rotate(rotations.invert(turn), joints[-1] - move)
    missing = joints[0] - back
    share = np.arange(len(joints))[:, None, None] / period - 0.5
    closed = joints + share * rotations.rotate(turn, missing)
    turn, move = _step(closed, STRAIGHT)
    pieces, place = [], closed[:-1]
    for _ in range(rounds):
        pieces.append(place)
        place = rotations.rotate(turn, place) + move
    pieces.append(place[:1])
    return np.concatenate(pieces)


def add_travel(joints: Array) -> tuple[Array, float]:
    """Give a gait on the spot the even travel that its standing feet speak of; returns it and metres a second.

    A foot that stands slides backwards in a gait whose travel was taken out. Where feet do not slide, or not evenly,
    nothing is added: they would skate.
    """
    toes = joints[:, TOES]
    step = np.diff(toes, axis=0)[..., [0, 2]] * FPS
    low = toes[:-1, :, 1] - toes[..., 1].min(axis=0)
    standing = (low < 0.03) & (low <= low.min(axis=1, keepdims=True) + 1e-6)
    slides = step[standing]
    if len(slides) < 3:
        return joints, 0.0
    middle = np.median(slides, axis=0)
    speed = float(np.linalg.norm(middle))
    scatter = float(np.median(np.linalg.norm(slides - middle, axis=-1)))
    if speed < 0.25 or scatter > EVEN * speed:
        return joints, 0.0
    way = np.arange(len(joints))[:, None] / FPS * -middle
    moved = joints.copy()
    moved[..., 0] += way[:, :1]
    moved[..., 2] += way[:, 1:]
    return moved, speed


def _local(joints: Array) -> Array:
    """The 22 joints without the root's place on the ground and the body's heading."""
    body = joints[:, : HUMANML3D.num_joints]
    forward = facing(body)
    yaw = np.arctan2(forward[:, 0], forward[:, 2])
    local: Array = rotations.rotate(rotations.about_y(-yaw)[:, None], body - body[:, :1] * [1.0, 0.0, 1.0])
    return local


def _step(joints: Array, least_turn: float = 0.0) -> tuple[Array, Array]:
    """Turn (4,) about Y and move (3,) on the ground that bring the first frame of a cycle onto its last."""
    forward = facing(joints[[0, -1], : HUMANML3D.num_joints])
    yaw = np.arctan2(forward[:, 0], forward[:, 2])
    angle = (yaw[1] - yaw[0] + np.pi) % (2 * np.pi) - np.pi
    turn: Array = rotations.about_y(np.asarray(0.0 if abs(angle) < least_turn else angle))
    move = (joints[-1, 0] - rotations.rotate(turn, joints[0, 0])) * (1.0 - _Y)
    return turn, move
