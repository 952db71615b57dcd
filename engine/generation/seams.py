"""Joining regenerated frames to kept ones in value and velocity.

An offset that is known at the kept frames dies away inside the span, as in inertialisation (Bollo,
"Inertialization: High-Performance Animation Transitions in Gears of War", GDC 2018), here from both
ends and as a cubic.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.motion import rotations

Array = NDArray[np.floating]
Flags = NDArray[np.bool_]

# Frames (20 fps) over which the offset at a seam dies away.
BLEND_FRAMES = 8


def find_spans(hidden: Flags) -> list[tuple[int, int]]:
    """(first, stop) of every run of true in (T,)."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], hidden, [False])).astype(np.int8)))
    return [(int(first), int(stop)) for first, stop in edges.reshape(-1, 2)]


def decaying_offsets(errors: Array, kept: Flags, blend: int = BLEND_FRAMES, slopes: bool = True) -> Array:
    """Offsets (T, ...) for the frames that are not kept, from errors (T, ...) known at kept ones.

    At a seam the offset has the error's value and, with `slopes` and if two kept frames tell it, its
    slope; within `blend` frames, or at the other seam, both are zero. Kept frames get their error
    itself; with no kept frame all offsets are zero.
    """
    offsets = np.where(kept.reshape(-1, *[1] * (errors.ndim - 1)), errors, 0.0)
    count = len(errors)
    for first, stop in find_spans(~kept):
        before, after = first - 1, stop
        room = after - before if before >= 0 and after < count else blend
        reach = min(blend, room)
        for seam, inwards in ((before, 1), (after, -1)):
            if not 0 <= seam < count:
                continue
            outside = seam - inwards
            known = slopes and 0 <= outside < count and kept[outside]
            slope = errors[seam] - errors[outside] if known else np.zeros_like(errors[seam])
            steps = np.arange(1, min(reach, stop - first + 1))
            value, rate = _hermite(steps / reach)
            shape = (-1, *[1] * (errors.ndim - 1))
            offsets[seam + inwards * steps] += (
                value.reshape(shape) * errors[seam] + rate.reshape(shape) * reach * slope
            )
    return offsets


def _hermite(time: Array) -> tuple[Array, Array]:
    """Weights of value and slope at 0 of the cubic that has neither at 1."""
    return (1.0 + 2.0 * time) * (1.0 - time) ** 2, time * (1.0 - time) ** 2


def spread_weights(speeds: Array) -> Array:
    """(n + 1,) from 0 to 1: how much of a correction has been made after each of n steps.

    More is made where the root moves fast anyway, and next to nothing at either seam.
    """
    count = len(speeds)
    taper = np.sin(np.pi * (np.arange(count) + 0.5) / count)
    share = (speeds + 0.25 * speeds.mean() + 0.002) * taper
    return np.concatenate(([0.0], np.cumsum(share) / share.sum()))


def to_rotation_vectors(quaternions: Array) -> Array:
    """(..., 4) unit quaternions -> (..., 3) axis times angle, the shorter way round."""
    quaternions = np.where(quaternions[..., :1] < 0, -quaternions, quaternions)
    sine = np.linalg.norm(quaternions[..., 1:], axis=-1, keepdims=True)
    angle = 2.0 * np.arctan2(sine, quaternions[..., :1])
    return quaternions[..., 1:] * np.where(sine > 1e-9, angle / np.maximum(sine, 1e-9), 2.0)


def from_rotation_vectors(vectors: Array) -> Array:
    """(..., 3) axis times angle -> (..., 4) unit quaternions."""
    angle = np.linalg.norm(vectors, axis=-1, keepdims=True)
    ratio = np.where(angle > 1e-9, np.sin(angle / 2) / np.maximum(angle, 1e-9), 0.5)
    return rotations.normalize(np.concatenate((np.cos(angle / 2), ratio * vectors), axis=-1))
