"""Joining regenerated frames to kept ones in value and velocity.

An offset that is known at the kept frames dies away inside the span, as in inertialisation (Bollo,
"Inertialization: High-Performance Animation Transitions in Gears of War", GDC 2018), here from both
ends and as a cubic.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.filters import smooth
from engine.motion import rotations
from engine.motion.skeleton import HUMANML3D
from engine.solvers import solve_banded

Array = NDArray[np.floating]
Flags = NDArray[np.bool_]

# How strongly accelerations are calmed at a seam, against a pull of 1 to where the frames were (frames to the fourth),
# and how many frames from it a third of that.
CALM, CALM_FRAMES = 100.0, 4.0
# Frames on both sides of a transition in a story that belong to it.
TRANSITION_FRAMES = 8
# Kept accelerations up to this percentile are usual, if there are enough of them to tell.
USUAL_PERCENT, LEAST_KEPT = 95.0, 8
# Deviation in frames to which the root's speed is smoothed before a correction is spread by it.
SPEED_FRAMES = 3.0
# A seam's steps of places and of velocities, means over the joints, stay within so many times the kept frames'
# own usual ones. Nobody sees a seam within the first; where that would move a joint further than so many metres, as
# what is kept is itself about to do something sudden, the next hold.
LIMITS: tuple[tuple[tuple[float, float], float], ...] = (
    ((1.0, 0.7), 0.08),
    ((1.0, 0.85), 0.1),
    ((1.45, 1.9), np.inf),
)
# Metres that count as a usual step at least, for nobody stands that still.
LEAST_STEP = 0.002
# How strongly the correction that keeps them there is made smooth, reaches its aim, and dies away: the weaker the
# last, the more frames share it. Every round doubles the aim and spreads further.
LIMIT_SMOOTH, LIMIT_AIM, LIMIT_FADE, LIMIT_ROUNDS = 10.0, 3000.0, 0.3, 8
# Frames (20 fps) over which the offset at a seam dies away.
BLEND_FRAMES = 20


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
            offsets[seam + inwards * steps] += value.reshape(shape) * errors[seam] + rate.reshape(shape) * reach * slope
    return offsets


def _hermite(time: Array) -> tuple[Array, Array]:
    """Weights of value and slope at 0 of the cubic that has neither at 1."""
    return (1.0 + 2.0 * time) * (1.0 - time) ** 2, time * (1.0 - time) ** 2


def smooth_seams(values: Array, kept: Flags) -> Array:
    """Values (T,) or (T, ..., D) without unusual accelerations near the seams; kept frames stay.

    Decoded motion trembles more than captured motion, which shows most right beside it. The
    least-squares correction is found that takes away what exceeds the kept frames' own usual
    accelerations, with a strength that falls with the distance from the seam.
    """
    count = len(values)
    if kept.all() or not kept.any() or count < 3:
        return values
    curve = values.reshape(count, -1, 1 if values.ndim == 1 else values.shape[-1])
    seams = np.flatnonzero(kept[1:] != kept[:-1]) + 0.5
    inside = kept[:-2] & kept[1:-1] & kept[2:]
    calmed = _calm(curve, seams, inside, np.where(kept, 1e6, 1.0)).reshape(values.shape)
    return np.where(kept.reshape(-1, *[1] * (values.ndim - 1)), values, calmed)


def calm_transitions(joints: Array, starts: Sequence[int]) -> Array:
    """Joints (T, 22, 3) without unusual accelerations where something else begins, at frames `starts`.

    What is usual is taken from the frames that are not near any of them. Bones change their lengths
    by millimetres.
    """
    seams = np.array([start - 0.5 for start in starts if 0 < start < len(joints)])
    if not len(seams) or len(joints) < 3:
        return joints
    distance = np.abs(np.arange(1, len(joints) - 1)[:, None] - seams).min(axis=1)
    return _calm(joints, seams, distance > TRANSITION_FRAMES, np.ones(len(joints)))


def _calm(curve: Array, seams: Array, usual_at: Flags, hold: Array) -> Array:
    """A curve (T, J, D) with what exceeds usual accelerations taken away near `seams` (frames).

    Usual ones are those of `usual_at` (T - 2,), if there are enough; `hold` (T,) is how strongly each
    frame is drawn to where it is.
    """
    count = len(curve)
    change = np.diff(curve, n=2, axis=0)
    size = np.linalg.norm(change, axis=-1, keepdims=True)
    usual = np.percentile(size[usual_at] if usual_at.sum() >= LEAST_KEPT else size, USUAL_PERCENT, axis=0)
    excess = change * (1.0 - np.minimum(1.0, usual / np.maximum(size, 1e-12)))
    distance = np.abs(np.arange(1, count - 1)[:, None] - seams).min(axis=1)
    return _correct(curve, hold, [(CALM * np.exp(-distance / CALM_FRAMES), excess)])


def _correct(curve: Array, hold: Array, excesses: Sequence[tuple[Array, Array]]) -> Array:
    """The curve (T, J, D) nearest to the given one in which differences lack their excess, by least squares.

    `hold` (T,) weighs how far frames go. Each of `excesses` is of differences of one order, n: their weights
    (T - n,) and what should go (T - n, J, D).
    """
    count = len(curve)
    bands = np.zeros((3, count))
    bands[2] = hold
    right = np.zeros((count, curve[0].size))
    for weights, excess in excesses:
        stencil = (1.0, -2.0, 1.0) if len(excess) == count - 2 else (-1.0, 1.0)
        pull = weights[:, None] * excess.reshape(len(excess), -1)
        for first, factor in enumerate(stencil):
            right[first : first + len(pull)] -= factor * pull
            for second in range(first, len(stencil)):
                product = factor * stencil[second] * weights
                bands[2 - (second - first), second : second + len(pull)] += product
    return curve + solve_banded(bands, right).reshape(curve.shape)


def limit_seams(joints: Array, kept: Flags) -> Array:
    """Joints (T, J, 3) whose steps across the seams are no larger than usual ones by much; kept frames stay.

    Steps are means over the body's joints: directions of head and hands, where there are some, come last and do not
    count. What is usual is the kept frames' own 95th percentile; where there are too few to tell, nothing changes.
    Frames inside the span give way, the more of them the more there is to correct.
    """
    for times, furthest in LIMITS:
        limited = _limit_seams(joints, kept, times)
        if np.abs(limited - joints).max(initial=0.0) <= furthest:
            break
    return limited


def _limit_seams(joints: Array, kept: Flags, times: tuple[float, float]) -> Array:
    usual_at = (kept[1:] & kept[:-1], kept[2:] & kept[1:-1] & kept[:-2])
    if usual_at[1].sum() < LEAST_KEPT or kept.all():
        return joints
    crossing = (kept[1:] != kept[:-1], (kept[2:] | kept[1:-1] | kept[:-2]) & ~usual_at[1])
    usual = [np.percentile(_mean_sizes(joints, n)[usual_at[n - 1]], USUAL_PERCENT) for n in (1, 2)]
    limits = [share * max(float(size), LEAST_STEP) for share, size in zip(times, usual, strict=True)]
    limited, aimed = joints, [np.zeros_like(flags) for flags in crossing]
    for attempt in range(LIMIT_ROUNDS):
        sizes = [_mean_sizes(limited, n) for n in (1, 2)]
        beyond = [(sizes[i] > limits[i]) & crossing[i] for i in range(2)]
        if not any(flags.any() for flags in beyond):
            break
        excesses = []
        for i in range(2):
            aimed[i] |= beyond[i]
            share = np.minimum(1.0, 0.95 * limits[i] / np.maximum(sizes[i], 1e-12))[:, None, None]
            excess = np.diff(joints, n=i + 1, axis=0) - share * np.diff(limited, n=i + 1, axis=0)
            weights = np.where(aimed[i], LIMIT_AIM * 2.0**attempt, LIMIT_SMOOTH * i)
            excesses.append((weights, np.where(aimed[i][:, None, None], excess, 0.0)))
        hold = np.where(kept, 1e6, LIMIT_FADE / 2.0**attempt)
        limited = np.where(kept[:, None, None], joints, _correct(joints, hold, excesses))
    return limited


def _mean_sizes(joints: Array, order: int) -> Array:
    """(T - order,) lengths of the joints' differences of that order, means over the body's joints."""
    body = joints[:, : HUMANML3D.num_joints]
    return np.asarray(np.linalg.norm(np.diff(body, n=order, axis=0), axis=-1).mean(axis=-1))


def spread_weights(speeds: Array) -> Array:
    """(n + 1,) from 0 to 1: how much of a correction has been made after each of n steps.

    More is made where the root moves fast anyway, and next to nothing at either seam.
    """
    count = len(speeds)
    # Smoothed, or the speed's own jitter would be added to the path once more.
    speeds = smooth(speeds, SPEED_FRAMES)
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
