"""Styles of walking: a captured walk's time, stride, feet and sway changed, its feet planted as before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from engine.data.choreography import body
from engine.data.choreography.body import Base
from engine.data.choreography.draw import Draw
from engine.motion import rotations
from engine.motion.contacts import TOE_HEIGHT

Array = NDArray[np.floating]

_TURNS = ("heading", "pelvis_turn", "spine", "neck", "head", "collars")
_PLACES = ("pelvis", "wrists", "elbows", "toes", "foot_yaw", "foot_pitch", "knees")
RIGHT = 1


@dataclass(frozen=True)
class Gait:
    """How a walk differs from the captured one; lengths in metres, angles in degrees.

    Attributes:
        speed: of the whole motion.
        stride: share of the way that each step makes.
        narrow: each foot nearer to the line of walking (negative: wider).
        crouch: pelvis lower. bob: share of its rise and fall that stays.
        lift: swinging feet higher (a little, so that none scuffs the floor); lift_knees: and that far forward.
        heel: feet never flatter than this; toe_out: feet turned out.
        swing: share of the captured swing of the arms. twist: share of the spine's turning.
        lean: to the standing foot's side in each step. roll: the pelvis's.
        limp: of the right leg: 0 none, 1 heavy. stiff: the right foot drags. short: metres by which the right
            foot comes less far than the left one (negative: the left than the right).
        pause: 0 even, 1 stopping between the steps.
        wander: metres to the sides that the path sways.
    """

    speed: float = 1.0
    stride: float = 1.0
    narrow: float = 0.0
    crouch: float = 0.0
    bob: float = 1.0
    lift: float = 0.025
    lift_knees: float = 0.0
    heel: float = 0.0
    toe_out: float = 0.0
    swing: float = 1.0
    twist: float = 1.0
    lean: float = 0.0
    roll: float = 0.0
    limp: float = 0.0
    stiff: float = 0.0
    short: float = 0.0
    pause: float = 0.0
    wander: float = 0.0


def styled(make: Callable[[Draw], Gait]) -> Callable[[Base, Draw], Base]:
    """A style for `action(style=...)` from a function that draws a gait."""
    return lambda base, draw: change_gait(base, make(draw), draw)


def change_gait(base: Base, gait: Gait, draw: Draw) -> Base:
    """The walk `base` (along +Z) in another manner, as long as it was."""
    frames = len(base)
    support = _support(base)
    rate = np.full(frames, gait.speed)
    if gait.limp:
        # The bad leg is stood on for a short time, the good one for longer.
        rate = rate * (
            1.0 + gait.limp * (0.55 * np.clip(support[:, RIGHT], 0, 1) - 0.22 * np.clip(support[:, 0], 0, 1))
        )
    if gait.pause:
        both = gaussian_filter1d(base.planted.all(axis=1).astype(float), 2.0)
        rate = rate * (1.0 + gait.pause * (0.6 - 1.3 * np.clip(1.6 * both, 0.0, 1.0)))
    base = resample(base, gaussian_filter1d(np.maximum(rate, 0.15), 1.5, mode="nearest"))
    support = _support(base)
    scale = np.asarray([1.0, 1.0, gait.stride])
    pelvis, toes = base.pelvis * scale, base.toes * scale
    if gait.wander:
        pelvis, toes = _sway(base, pelvis, toes, gait.wander, draw)
    mean_height = pelvis[:, 1].mean()
    pelvis[:, 1] = mean_height + gait.bob * (pelvis[:, 1] - mean_height) - gait.crouch
    toes[..., 0] -= body.OUTWARDS * gait.narrow
    toes[..., 2] += np.asarray([0.5, -0.5]) * gait.short
    pitch, yaw = base.foot_pitch.copy(), base.foot_yaw + np.radians(gait.toe_out) * body.OUTWARDS
    for side in (0, 1):
        swing = swing_humps(base.planted[:, side])
        toes[:, side, 1] += gait.lift * swing
        toes[:, side, 2] += gait.lift_knees * swing
        if gait.stiff and side == RIGHT:
            # What drags comes no higher than the floor asks for, its toes behind.
            toes[:, side, 1] = TOE_HEIGHT + (1.0 - gait.stiff) * (toes[:, side, 1] - TOE_HEIGHT)
            pitch[:, side] = np.maximum(pitch[:, side], np.radians(14.0) * gait.stiff * swing)
        if gait.heel:
            soft = np.radians(6.0)
            pitch[:, side] = np.radians(gait.heel) + soft * np.logaddexp(
                0, (pitch[:, side] - np.radians(gait.heel)) / soft
            )
    if gait.limp:
        dip = gaussian_filter1d(np.clip(support[:, RIGHT], 0, 1), 1.5, mode="nearest")
        pelvis[:, 1] -= 0.075 * gait.limp * dip
        pelvis[:, 0] += body.OUTWARDS[RIGHT] * 0.02 * gait.limp * dip
    side_lean = gaussian_filter1d(support[:, 0] - support[:, RIGHT], 2.5, mode="nearest")
    lean = gait.lean * side_lean - (15.0 * gait.limp * np.clip(-side_lean, 0, 1))
    spine = base.spine.copy()
    spine[:, 0] = rotations.multiply(body.turn(6.0 * gait.limp * np.clip(-side_lean, 0, 1), lean, 0.0), spine[:, 0])
    spine = _scaled_turns(spine, gait.twist)
    pelvis_turn = rotations.multiply(body.turn(0.0, gait.roll * side_lean, 0.0), base.pelvis_turn)
    wrists = base.wrists
    if gait.swing != 1.0:
        mean = wrists.mean(axis=0)
        length = np.linalg.norm(wrists, axis=-1, keepdims=True)
        wrists = rotations.normalize(mean + gait.swing * (wrists - mean)) * length
    return replace(
        base,
        pelvis=pelvis,
        toes=toes,
        foot_pitch=pitch,
        foot_yaw=yaw,
        spine=spine,
        pelvis_turn=pelvis_turn,
        wrists=wrists,
    )


def resample(base: Base, rate: Array) -> Base:
    """The base played at `rate` (T,) of its own time, as many frames as it has, held at its end."""
    place = np.clip(np.concatenate(([0.0], np.cumsum(rate[:-1]))), 0.0, len(base) - 1.0)
    left = np.minimum(place.astype(int), len(base) - 2)
    part = place - left

    def blend(values: Array) -> Array:
        weight = part.reshape(-1, *([1] * (values.ndim - 1)))
        return (1.0 - weight) * values[left] + weight * values[left + 1]

    changed: dict[str, Any] = {name: blend(getattr(base, name)) for name in _PLACES}
    for name in _TURNS:
        values = getattr(base, name)
        same = np.where(np.sum(values[left] * values[left + 1], axis=-1, keepdims=True) < 0, -1.0, 1.0)
        weight = part.reshape(-1, *([1] * (values.ndim - 1)))
        changed[name] = rotations.normalize((1.0 - weight) * values[left] + weight * same * values[left + 1])
    return replace(base, planted=base.planted[np.round(place).astype(int)], **changed)


def _support(base: Base) -> Array:
    """(T, 2) 1 while only that foot stands, smoothed."""
    alone = base.planted & ~base.planted[:, ::-1]
    return gaussian_filter1d(alone.astype(float), 1.5, axis=0, mode="nearest")


def intervals(planted: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """(first, past the last) frames of every stretch that is True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], planted.astype(int), [0]))))
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]


def swing_humps(planted: NDArray[np.bool_]) -> Array:
    """(T,) 0-1-0 over every swing of a foot; swings cut by the motion's ends count as half."""
    humps = np.zeros(len(planted))
    for start, end in intervals(~planted):
        first = start - (12 - (end - start)) if start == 0 and end - start < 12 else start
        last = end + (12 - (end - start)) if end == len(planted) and end - start < 12 else end
        s = (np.arange(start, end) - first + 0.5) / (last - first)
        humps[start:end] = 16.0 * (s * (1.0 - s)) ** 2
    return humps


def _sway(base: Base, pelvis: Array, toes: Array, width: float, draw: Draw) -> tuple[Array, Array]:
    """The path led to the sides; a foot stands where the body was when it was put down."""
    way = width * draw.noise(len(base), 1, 11.0)[:, 0]
    way -= way[0]
    pelvis, toes = pelvis.copy(), toes.copy()
    pelvis[:, 0] += way
    for side in (0, 1):
        change = way.copy()
        stands = intervals(base.planted[:, side])
        for start, end in stands:
            change[start:end] = way[min(len(way) - 1, (start + end) // 2)]
        for (_, start), (end, _) in zip(stands, stands[1:], strict=False):
            s = (np.arange(start, end) - start + 0.5) / (end - start)
            blend = s**3 * (10 - 15 * s + 6 * s**2)
            change[start:end] = (1 - blend) * change[start - 1] + blend * change[end]
        if stands:
            change[: stands[0][0]] += change[stands[0][0]] - way[stands[0][0]]
            change[stands[-1][1] :] += change[stands[-1][1] - 1] - way[stands[-1][1] - 1]
        toes[:, side, 0] += change
    return pelvis, toes


def _scaled_turns(turns: Array, amount: float) -> Array:
    if amount == 1.0:
        return turns
    mean = rotations.normalize(turns.mean(axis=0))
    return rotations.slerp(np.broadcast_to(mean, turns.shape), turns, np.full(turns.shape[:-1], min(amount, 1.0)))
