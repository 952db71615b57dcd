"""The way over the ground bent towards what lies far off it: a little more or less turn and step, as legs would do it.

Whoever has to be elsewhere turns while walking and takes longer steps. So the root's yaw steps get an offset and its
planar steps a factor, both smooth in time, found by damped least squares on knots half a second apart. A body that
stands, sits or lies goes nowhere by this and does not turn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.filters import smooth
from engine.motion.features import facing, features_to_joints
from engine.motion.reaching.goals import Goals

Array = NDArray[np.floating]

KNOT = 10  # frames
ROUNDS, SETTLED = 8, 0.01  # of least squares at most, until one takes away less than this share
# Metres of a miss, radians a frame of turning and share of the steps that weigh one, and how much rougher counts more.
MISS, TURN, STRIDE, ROUGH = 0.03, 0.02, 0.25, 3.0
# Share of its length that a step may lose or gain.
LIMIT = 0.6
WALK = 0.035  # metres a frame that who walks goes for a while, and nobody who sits down


@dataclass(frozen=True)
class Route:
    """turn: (T,) what is added to the first feature, half a yaw step; stride: (T,) by what planar steps grow."""

    turn: Array
    stride: Array

    @classmethod
    def none(cls, frames: int) -> Route:
        return cls(np.zeros(frames), np.ones(frames))

    def applied(self, features: Array) -> Array:
        """Features (T, F) on the route."""
        led = np.array(features)
        led[:, 0] += self.turn[: len(led)]
        led[:, 1:3] *= self.stride[: len(led), None]
        return led


def find_route(features: Array, goals: Goals, free: NDArray[np.bool_] | None = None) -> Route:
    """The route that brings the joints of features (T, F) over or under their goals, as far as legs would.

    It bends where a body is on its way, of the frames `free` (T,) alone or of all.
    """
    frames = len(features)
    reached = goals.frames < frames
    goals = Goals(
        tuple(np.array(goals.parts)[reached]), goals.joints[reached], goals.frames[reached], goals.places[reached]
    )
    if not len(goals):
        return Route.none(frames)
    joints = np.asarray(features_to_joints(features), dtype=np.float64)
    yaw = np.concatenate(([0.0], 2.0 * np.cumsum(features[:-1, 0], dtype=np.float64)))
    steps = np.concatenate((np.zeros((1, 2)), features[:-1, 1:3])).astype(np.float64)
    root = joints[:, 0][:, [0, 2]]
    own = joints[goals.frames, goals.joints][:, [0, 2]] - root[goals.frames]
    # In the heading frame what a joint is from the root stays as it is.
    own = _turn(own, -yaw[goals.frames])
    ahead = facing(joints[:1])[0]
    angle = float(np.arctan2(ahead[0], ahead[2]))
    aims = _turn(goals.aims(joints)[:, [0, 2]], -angle)
    knots = max(2, -(-frames // KNOT))
    place = np.linspace(0, knots - 1, frames)
    basis = np.maximum(0.0, 1.0 - np.abs(place[:, None] - np.arange(knots)))
    # Who goes nowhere turns no more: feet that stand would creep round.
    pace = np.linalg.norm(features[:, 1:3].astype(np.float64), axis=1)
    walks = smooth(pace[:, None], KNOT)[:, 0] > WALK
    free = walks if free is None else free & walks
    if not free.any():
        return Route.none(frames)
    basis = basis * free[:, None]
    share = 1.0 / np.sqrt(max(1, len(goals)))

    def residuals(state: Array) -> Array:
        """(P, R) of P states (P, 2 * knots)."""
        turn = state[:, :knots] * TURN @ basis.T
        stride = 1.0 + LIMIT * np.tanh(state[:, knots:] * STRIDE / LIMIT) @ basis.T
        extra = np.concatenate((np.zeros((len(state), 1)), 2.0 * np.cumsum(turn[:, :-1], axis=1)), axis=1)
        grown = np.concatenate((np.ones((len(state), 1)), stride[:, :-1]), axis=1)
        ground = np.cumsum(_turn(steps * grown[..., None], yaw + extra), axis=1)
        found = ground[:, goals.frames] + _turn(
            np.broadcast_to(own, (len(state), *own.shape)), (yaw + extra)[:, goals.frames]
        )
        misses = share * (found - aims) / MISS
        rough = [ROUGH * np.diff(half, axis=1) for half in (state[:, :knots], state[:, knots:])]
        return np.concatenate((misses.reshape(len(state), -1), state, *rough), axis=1)

    state = np.zeros(2 * knots)
    damping, now = 1e-2, residuals(state[None])[0]
    for _ in range(ROUNDS):
        slopes = (residuals(state + 1e-4 * np.eye(2 * knots)) - now).T / 1e-4
        step = np.linalg.solve(slopes.T @ slopes + damping * np.eye(2 * knots), -slopes.T @ now)
        step *= min(1.0, 3.0 / max(float(np.abs(step).max()), 1e-9))
        tried = residuals((state + step)[None])[0]
        gain = 1.0 - (tried @ tried) / max(float(now @ now), 1e-12)
        if gain > 0.0:
            state, now, damping = state + step, tried, damping / 3
            if gain < SETTLED:
                break
        else:
            damping *= 30
    turn, stride = state[:knots] * TURN @ basis.T, 1.0 + LIMIT * np.tanh(state[knots:] * STRIDE / LIMIT) @ basis.T
    return Route(turn, stride)


def _turn(vectors: Array, yaw: Array | float) -> Array:
    """Ground vectors (..., 2) out of heading frames (...)."""
    sine, cosine = np.sin(yaw), np.cos(yaw)
    x, z = vectors[..., 0], vectors[..., 1]
    return np.stack((cosine * x - sine * z, sine * x + cosine * z), axis=-1)
