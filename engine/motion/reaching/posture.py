"""How pelvis and trunk help limbs that are too short: one shift and one bend for each frame that has a target.

Damped least squares on six numbers a frame, all frames at once: the pelvis' shift and the trunk's turn, which the three
joints of the spine share. Wanted are, by their weights: a head that is where it should be, legs and arms that are long
enough for what they have to reach, a centre of mass that stays over the feet, and as little change as possible.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.motion import rotations

Array = NDArray[np.floating]

SPINE = (3, 6, 9)
# Shares of the trunk's bend that its joints take.
BENDS = (0.3, 0.4, 0.3)
HEAD = 15
# Of a body's weight, what the trunk with head and arms carries.
TRUNK_SHARE = 0.6
ROUNDS, SETTLED = 16, 1e-4  # at most so many, until a step is smaller (metres, radians) or takes away a smaller share
CAUTION = 1e-3  # of the first step
# Weights: a place that is asked for, a leg that stands, one that does not, an arm, the balance; metres of shift and
# radians of bend that weigh one.
PLACE, LEG, SWING, ARM_REACH, BALANCE = 300.0, 100.0, 5.0, 40.0, 2.0
SHIFT, BEND = 0.5, 0.6
# Share of its length up to which a limb is stretched, and metres over which that limit sets in: legs that stand are
# near it anyway, arms leave some slack for what is smoothed.
STRETCH, EDGE = 0.985, 0.003
ARM_STRETCH, ARM_EDGE = 0.97, 0.01


@dataclass(frozen=True)
class Limb:
    """An arm or leg with something to reach: from `root` (K, 3), `trunk` or pelvis carried, to `goal` (K, 3).

    Attributes:
        length: (K,) of both bones; weight: (K,) 0 where nothing is asked
    """

    root: Array
    trunk: bool
    goal: Array
    length: Array
    weight: Array


@dataclass(frozen=True)
class Carriage:
    """Of K frames: shift (K, 3) in metres and bend (K, 3), a rotation vector, of the trunk."""

    shift: Array
    bend: Array


def solve_carriage(
    poses: Array,
    limbs: list[Limb],
    head: Array,
    pelvis: Array,
    free: NDArray[np.bool_],
    locked: NDArray[np.bool_],
) -> Carriage:
    """The least that pelvis and trunk have to do on each of K frames.

    Args:
        poses: (K, J, 3); head, pelvis: (K, 3) where they should be, NaN where nothing is asked
        free: (K,) the body is in the air or on its way, and need not be balanced
        locked: (K, 2) the pelvis is not shifted; the trunk is not bent
    """
    count = len(poses)
    state = np.zeros((count, 6))
    has_head, has_pelvis = np.isfinite(head[:, 0]), np.isfinite(pelvis[:, 0])
    damping = np.array([1 / SHIFT] * 3 + [1 / BEND] * 3)
    fixed = np.repeat(locked, 3, axis=1)

    def residuals(values: Array) -> Array:
        """(..., K, R) of states (..., K, 6)."""
        shift, bend = values[..., :3], values[..., 3:]
        rows = [values * damping]
        rows.append(np.where(has_pelvis[:, None], PLACE * (poses[:, 0] + shift - pelvis), 0.0))
        moved = carry(poses, poses[:, [HEAD]], shift, bend)[..., 0, :]
        rows.append(np.where(has_head[:, None], PLACE * (moved - head), 0.0))
        for limb in limbs:
            root = carry(poses, limb.root[:, None], shift, bend)[..., 0, :] if limb.trunk else limb.root + shift
            stretch, edge = (ARM_STRETCH, ARM_EDGE) if limb.trunk else (STRETCH, EDGE)
            excess = np.linalg.norm(limb.goal - root, axis=-1) - stretch * limb.length
            # Without an edge at the limit: Gauss-Newton would jump to and fro across it.
            rows.append((limb.weight * 0.5 * (excess + np.hypot(excess, edge)))[..., None])
        trunk = carry(poses, poses[:, [SPINE[2]]], shift, bend)[..., 0, :] - poses[:, SPINE[2]]
        sway = TRUNK_SHARE * trunk + (1.0 - TRUNK_SHARE) * shift
        rows.append(np.where(free | has_pelvis, 0.0, BALANCE)[:, None] * sway[..., [0, 2]] / 0.1)
        return np.nan_to_num(np.concatenate(rows, axis=-1))

    now, caution = residuals(state), np.full(count, CAUTION)
    for _ in range(ROUNDS):
        tilted = residuals(state + 1e-5 * np.eye(6)[:, None])
        slopes = np.moveaxis(tilted - now, 0, -1) / 1e-5
        slopes = np.where(fixed[:, None], 0.0, slopes)
        normal = np.swapaxes(slopes, 1, 2) @ slopes + caution[:, None, None] * np.eye(6)
        step = np.linalg.solve(normal, -np.einsum("kri,kr->ki", slopes, now)[..., None])[..., 0]
        tried = state + np.clip(step, -0.25, 0.25)
        then = residuals(tried)
        cost = (now**2).sum(axis=1)
        gain = cost - (then**2).sum(axis=1)
        better = gain > 0.0
        state, now = np.where(better[:, None], tried, state), np.where(better[:, None], then, now)
        caution = np.where(better, caution / 4, caution * 10)
        small = np.abs(step).max(axis=1) < SETTLED
        if (small | (better & (gain <= SETTLED * cost))).all():
            break
    return Carriage(state[:, :3], state[:, 3:])


def carry(poses: Array, points: Array, shift: Array, bend: Array) -> Array:
    """Points (K, P, 3) that hang on the upper spine of poses (K, J, 3), after shift and bend (..., K, 3)."""
    moved = points
    # From the top down, so that every joint of the spine is still where it was when its turn comes.
    for joint, share in reversed(list(zip(SPINE, BENDS, strict=True))):
        turn = turn_of(share * bend)[..., None, :]
        pivot = poses[:, [joint]]
        moved = pivot + rotations.rotate(turn, moved - pivot)
    return moved + shift[..., None, :]


def carry_body(joints: Array, trunk: list[int], shift: Array, bend: Array) -> Array:
    """Joints (T, J, 3) shifted as a whole, with what is above each spine joint turned; `trunk`: joints above all."""
    moved = joints.copy()
    above = [joint for joint in trunk if joint not in SPINE]
    for place in (2, 1, 0):
        joint = SPINE[place]
        carried = [*above, *SPINE[place + 1 :]]
        turn = turn_of(BENDS[place] * bend)[:, None]
        moved[:, carried] = joints[:, [joint]] + rotations.rotate(turn, moved[:, carried] - joints[:, [joint]])
    return moved + shift[:, None]


def turn_of(vectors: Array) -> Array:
    """(..., 4) rotations by rotation vectors (..., 3)."""
    angle = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.concatenate((np.cos(angle / 2), 0.5 * np.sinc(angle / (2 * np.pi)) * vectors), axis=-1)


def vector_of(turns: Array) -> Array:
    """(..., 3) rotation vectors of rotations (..., 4), the shorter way."""
    turns = np.where(turns[..., :1] < 0, -turns, turns)
    sine = np.linalg.norm(turns[..., 1:], axis=-1, keepdims=True)
    angle = 2.0 * np.arctan2(sine, turns[..., :1])
    return turns[..., 1:] * np.where(sine > 1e-9, angle / np.maximum(sine, 1e-9), 2.0)
