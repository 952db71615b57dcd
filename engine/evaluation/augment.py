"""Random crops and small changes of speed for the evaluator's training clips."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.motion.skeleton import HUMANML3D, Skeleton

Array = NDArray[np.float32]


@dataclass(frozen=True)
class AugmentConfig:
    """How much of a clip is kept and how far its speed may stray."""

    min_keep: float = 0.75
    """least share of a clip's frames that a crop keeps; a caption should stay true of it"""
    min_frames: int = 40
    max_frames: int = 196
    speed: float = 0.1
    """largest relative change of speed"""


def velocity_columns(skeleton: Skeleton = HUMANML3D) -> NDArray[np.int64]:
    """Feature columns that are per-frame velocities: yaw, ground plane and joint velocities."""
    first = 4 + 9 * (skeleton.num_joints - 1)
    return np.asarray(np.r_[0:3, first : first + 3 * skeleton.num_joints], dtype=np.int64)


def change_speed(features: Array, rate: float, skeleton: Skeleton = HUMANML3D) -> Array:
    """Play features (T, F) `rate` times as fast (linear interpolation); velocities scale."""
    frames = max(int((len(features) - 1) / rate) + 1, 1)
    at = np.minimum(np.arange(frames) * rate, len(features) - 1)
    low = at.astype(np.int64)
    high = np.minimum(low + 1, len(features) - 1)
    weight = (at - low)[:, None].astype(np.float32)
    played = features[low] * (1.0 - weight) + features[high] * weight
    played[:, velocity_columns(skeleton)] *= np.float32(rate)
    return np.asarray(played, dtype=np.float32)


def augment(features: Array, rng: np.random.Generator, config: AugmentConfig) -> Array:
    """A random crop of (T, F) at a random speed, `min_frames` to `max_frames` long if T allows."""
    longest = min(len(features), config.max_frames)
    shortest = min(max(round(config.min_keep * longest), config.min_frames), longest)
    length = int(rng.integers(shortest, longest + 1))
    start = int(rng.integers(0, len(features) - length + 1))
    rate = float(1.0 + rng.uniform(-config.speed, config.speed))
    return change_speed(features[start : start + length], rate)[: config.max_frames]
