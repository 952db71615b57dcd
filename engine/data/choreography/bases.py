"""Captured stretches that choreography is laid over: quiet standing and straight walking.

They are found by measure, not by name: whoever adds recordings adds bases.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_closing, binary_opening, gaussian_filter1d

from engine.data.choreography import body
from engine.data.choreography.body import Base
from engine.data.choreography.draw import Draw
from engine.motion import rotations
from engine.motion.contacts import TOE_HEIGHT
from engine.motion.errors import MotionError
from engine.motion.features import facing
from engine.motion.skeleton import HUMANML3D, mirror_joints

Array = NDArray[np.floating]
FPS = round(HUMANML3D.fps)

# Recordings whose standing and walking is plain.
_STANDING = ("reactidle",)
_WALKING = ("cmu_",)
LONGEST_STANDING = 12 * FPS


class BaseLibrary:
    """All bases of one folder of trials; `standing` and `walking` are (trial, first frame, last frame)."""

    def __init__(self, trials: Path) -> None:
        self._joints: dict[str, Array] = {}
        self.standing: list[tuple[str, int, int]] = []
        self.walking: list[tuple[str, int, int]] = []
        for path in sorted(trials.glob("*.npy")):
            if not path.stem.startswith(_STANDING + _WALKING):
                continue
            joints = np.load(path, mmap_mode="r")
            if len(joints) < 2 * FPS:
                continue
            joints = np.asarray(joints, dtype=np.float64)
            stretches = find_standing if path.stem.startswith(_STANDING) else find_walking
            found = [(path.stem, *stretch) for stretch in stretches(joints)]
            if found:
                self._joints[path.stem] = joints
                (self.standing if stretches is find_standing else self.walking).extend(found)
        if not self.standing or not self.walking:
            raise MotionError(
                f"{trials} holds no standing (reactidle) or no walking (cmu) trials to lay choreography over"
            )

    def stand(self, draw: Draw, frames: int) -> Base:
        """`frames` of quiet standing; a stretch that is too short is played to and fro."""
        trial, start, end = draw.pick(self.standing)
        first = start + int(draw.between(0.0, max(1.0, end - start - frames)))
        joints = self._joints[trial][first : min(end, first + frames)]
        if draw.chance(0.5):
            joints = mirror_joints(joints)
        while len(joints) < frames:
            joints = np.concatenate((joints, joints[-2::-1]))
        return plant_standing(joints[:frames], trial)

    def walk(self, draw: Draw, frames: int) -> Base:
        """`frames` of straight walking; a recording that is too short goes on with its best gait cycle."""
        trial, start, end = draw.pick(self.walking)
        first = start + int(draw.between(0.0, max(1.0, end - start - frames)))
        joints = self._joints[trial][first:end]
        if len(joints) < frames:
            joints = lengthen(joints, frames)
        joints = joints[:frames]
        return plant_walking(mirror_joints(joints) if draw.chance(0.5) else joints, trial)


def lengthen(joints: Array, frames: int) -> Array:
    """A walk (T, J, 3) that goes on for `frames`, repeating the cycle whose ends fit best."""
    local = joints - joints[:, :1] * [1.0, 0.0, 1.0]
    best = (np.inf, 0, 0)
    for period in range(17, min(34, len(joints) - 6)):
        for start in range(1, len(joints) - period - 1):
            ends = local[start + period - 1 : start + period + 2] - local[start - 1 : start + 2]
            best = min(best, (float(np.sqrt((ends[:, :22] ** 2).sum(axis=-1)).mean()), start, period))
    _, start, period = best
    if not period:
        return joints
    cycle = joints[start : start + period]
    whole = [joints[: start + period]]
    count = start + period
    fade = 0.5 + 0.5 * np.cos(np.pi * np.arange(1, period + 1) / period)
    step = (joints[start + period, 0] - joints[start, 0]) * [1.0, 0.0, 1.0]
    error = joints[start + period] - (joints[start] + step)
    turn = 1
    while count < frames:
        whole.append(cycle + turn * step + fade[:, None, None] * error)
        count += period
        turn += 1
    return np.concatenate(whole)


def find_standing(joints: Array) -> list[tuple[int, int]]:
    """Stretches of at least 3 s in which both feet rest, the body is upright and the arms hang."""
    toes = joints[:, body.TOES, :][..., [0, 2]]
    speed = np.linalg.norm(np.gradient(gaussian_filter1d(toes, 2.0, axis=0), axis=0), axis=-1).max(axis=1) * FPS
    below = joints[:, body.WRISTS, 1].max(axis=1) < joints[:, body.SPINE[0], 1]
    apart = np.linalg.norm(toes[:, 0] - toes[:, 1], axis=-1) < 0.6
    calm = _hand_speed(joints) < 0.25
    high = joints[:, 0, 1] > 0.86
    return _runs((speed < 0.04) & below & apart & calm & high, 3 * FPS)


def find_walking(joints: Array) -> list[tuple[int, int]]:
    """Stretches of at least 2.5 s of walking at 0.8-1.6 m/s, straight ahead, upright, arms low."""
    if len(joints) < 3 * FPS:
        return []
    root = gaussian_filter1d(joints[:, 0], 5.0, axis=0)
    velocity = np.gradient(root, axis=0)[:, [0, 2]] * FPS
    speed = np.linalg.norm(velocity, axis=-1)
    ahead = gaussian_filter1d(facing(joints), 8.0, axis=0)
    forward = np.sum(velocity * ahead[:, [0, 2]], axis=-1)
    yaw = np.unwrap(np.arctan2(ahead[:, 0], ahead[:, 2]))
    straight = np.abs(gaussian_filter1d(np.gradient(yaw), 6.0) * FPS) < np.radians(14)
    low = joints[:, body.WRISTS, 1].max(axis=1) < joints[:, body.SPINE[2], 1] - 0.03
    trunk = rotations.normalize(joints[:, body.NECK] - joints[:, 0])
    upright = gaussian_filter1d(trunk[:, 1], 5.0) > np.cos(np.radians(16))
    high = gaussian_filter1d(joints[:, 0, 1], 5.0) > 0.84
    flat = joints[:, body.TOES, 1].min(axis=1) < 0.06
    good = (speed > 0.75) & (speed < 1.65) & (forward > 0.95 * speed) & straight & low & upright & high & flat
    return _runs(binary_closing(good, np.ones(3)), round(2.5 * FPS))


def _hand_speed(joints: Array) -> Array:
    wrists = gaussian_filter1d(joints[:, body.WRISTS, :], 1.5, axis=0)
    return np.linalg.norm(np.gradient(wrists, axis=0), axis=-1).max(axis=1) * FPS


def _runs(good: NDArray[np.bool_], least: int) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], good.astype(int), [0]))))
    return [(int(a) + 1, int(b) - 1) for a, b in edges.reshape(-1, 2) if b - a - 2 >= least]


def plant_standing(joints: Array, name: str) -> Base:
    """A standing base whose feet stay exactly where they mostly are, flat on the floor, its middle at the origin."""
    feet = np.median(joints[:, body.TOES + body.ANKLES, :], axis=0)
    ground = feet.mean(axis=0) * [1.0, 0.0, 1.0]
    joints = joints - ground
    ahead = facing(joints).mean(axis=0)
    heading = rotations.about_y(np.full(len(joints), np.arctan2(ahead[0], ahead[2])))
    joints = rotations.rotate(rotations.invert(heading)[:, None], joints)
    heading = rotations.about_y(np.zeros(len(joints)))
    base = body.take_apart(joints, heading, np.ones((len(joints), 2), dtype=bool), name)
    # Quiet standing is noisy at the rate of frames; what sways is slow.
    toes = np.median(base.toes, axis=0) * [1.0, 0.0, 1.0] + [0.0, TOE_HEIGHT, 0.0]
    yaw = np.clip(np.median(base.foot_yaw, axis=0), -0.6, 0.6)
    return replace(
        base,
        toes=np.broadcast_to(toes, base.toes.shape).copy(),
        foot_yaw=np.broadcast_to(yaw, base.foot_yaw.shape).copy(),
        foot_pitch=np.zeros_like(base.foot_pitch),
        # A leg that is nearly straight says little of where its knee points, and another thing every frame.
        knees=np.broadcast_to(np.clip(np.median(base.knees, axis=0), -0.35, 0.35), base.knees.shape).copy(),
    )


def plant_walking(joints: Array, name: str) -> Base:
    """A walking base along +Z from the origin, its toes fixed while they stand."""
    joints = joints - joints[0, 0] * [1.0, 0.0, 1.0]
    way = joints[-1, 0] - joints[0, 0]
    joints = rotations.rotate(rotations.about_y(np.asarray(-np.arctan2(way[0], way[2]))), joints)
    ahead = gaussian_filter1d(facing(joints), 8.0, axis=0)
    heading = rotations.about_y(np.arctan2(ahead[:, 0], ahead[:, 2]))
    toes = joints[:, body.TOES, :]
    speed = np.linalg.norm(np.gradient(toes[..., [0, 2]], axis=0), axis=-1) * FPS
    standing = (toes[..., 1] < 0.07) & (speed < 0.5)
    planted = np.stack(
        [binary_opening(binary_closing(standing[:, side], np.ones(3)), np.ones(4)) for side in (0, 1)], axis=-1
    )
    base = body.take_apart(joints, heading, planted, name)
    return replace(base, toes=lock_toes(base.toes, planted))


def lock_toes(toes: Array, planted: NDArray[np.bool_]) -> Array:
    """Toes (T, 2, 3) that stay at one place of the floor while planted; swings lead from one to the next."""
    toes = toes.copy()
    for side in (0, 1):
        fix = np.full((len(toes), 3), np.nan)
        edges = np.flatnonzero(np.diff(np.concatenate(([0], planted[:, side].astype(int), [0])))).reshape(-1, 2)
        for start, end in edges:
            place = np.median(toes[start:end, side], axis=0)
            place[1] = TOE_HEIGHT
            fix[start:end] = place - toes[start:end, side]
        known = np.flatnonzero(np.isfinite(fix[:, 0]))
        if len(known):
            frames = np.arange(len(toes))
            change = np.stack([np.interp(frames, known, fix[known, axis]) for axis in range(3)], axis=-1)
            toes[:, side] += change
        toes[:, side, 1] = np.maximum(toes[:, side, 1], TOE_HEIGHT)
    return toes
