"""Choreographed takes beside captured motion, in numbers: what a puppet gives away.

Speeds and jerk of hands and head, how far the weight is from the feet that carry it, how much the body keeps moving
where it stands, and how far planted feet slide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from engine.data.choreography import body
from engine.motion.contacts import TOE_HEIGHT
from engine.motion.skeleton import HUMANML3D

Array = NDArray[np.floating]
FPS = HUMANML3D.fps


@dataclass(frozen=True)
class Measures:
    """Of one motion; metres and seconds.

    Attributes:
        hand_speed: 95th percentile over time of the faster wrist.
        hand_jerk: median of the wrists' third derivative while they move (over 0.3 m/s), m/s^3.
        head_speed: 95th percentile.
        off_balance: 95th percentile of the ground distance from the weight to the line between the standing feet,
            while both feet stand and the pelvis is high and slow; NaN where that never is.
        stillness: median speed of the neck while the pelvis moves less than 0.1 m/s: nobody is a statue.
        skate: mean millimetres a frame that a toe slides while it is down.
    """

    hand_speed: float
    hand_jerk: float
    head_speed: float
    off_balance: float
    stillness: float
    skate: float


def measure(joints: Array) -> Measures:
    """Measures of (T, 22 or 27, 3) joints; T at least 8."""
    smooth = gaussian_filter1d(joints[:, :22].astype(np.float64), 0.7, axis=0)
    velocity = np.gradient(smooth, axis=0) * FPS
    speed = np.linalg.norm(velocity, axis=-1)
    jerk = np.linalg.norm(np.gradient(np.gradient(velocity, axis=0), axis=0) * FPS**2, axis=-1)
    wrists = speed[:, body.WRISTS]
    moving = wrists > 0.3
    toes = joints[:, body.TOES, :]
    down = toes[..., 1] < TOE_HEIGHT + 0.01
    slide = np.linalg.norm(np.diff(toes[..., [0, 2]], axis=0), axis=-1)[down[1:] & down[:-1]]
    standing = down.all(axis=1) & (joints[:, 0, 1] > 0.7) & (speed[:, 0] < 0.25)
    quiet = speed[:, 0] < 0.1
    return Measures(
        hand_speed=float(np.percentile(wrists.max(axis=1), 95)),
        hand_jerk=float(np.median(jerk[:, body.WRISTS][moving])) if moving.any() else float("nan"),
        head_speed=float(np.percentile(speed[:, body.HEAD], 95)),
        off_balance=float(np.percentile(_off_balance(joints)[standing], 95)) if standing.any() else float("nan"),
        stillness=float(np.median(speed[quiet, body.NECK])) if quiet.any() else float("nan"),
        skate=float(1000 * slide.mean()) if len(slide) else 0.0,
    )


def _off_balance(joints: Array) -> Array:
    """(T,) metres over the ground from the weight to the segment between the feet's middles."""
    weight = body.centre_of_mass(joints)[:, [0, 2]]
    feet = (0.5 * (joints[:, body.ANKLES, :] + joints[:, body.TOES, :]))[..., [0, 2]]
    line = feet[:, 1] - feet[:, 0]
    along = np.sum((weight - feet[:, 0]) * line, axis=-1) / np.maximum(np.sum(line**2, axis=-1), 1e-9)
    return np.linalg.norm(weight - feet[:, 0] - np.clip(along, 0.0, 1.0)[:, None] * line, axis=-1)


def write_report(motions: Iterable[tuple[str, Array]]) -> str:
    """A Markdown table of medians and 95th percentiles by group, from (group, joints) pairs."""
    groups: dict[str, list[Measures]] = {}
    for group, joints in motions:
        groups.setdefault(group, []).append(measure(joints))
    lines = [
        "| group | takes | hands m/s | their jerk m/s3 | head m/s | off balance cm | sway cm/s | skate mm/frame |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for group, values in groups.items():

        def both(name: str, scale: float = 1.0, digits: int = 2, values: list[Measures] = values) -> str:
            column = np.asarray([getattr(one, name) for one in values]) * scale
            column = column[np.isfinite(column)]
            if not len(column):
                return "-"
            return f"{np.median(column):.{digits}f} / {np.percentile(column, 95):.{digits}f}"

        lines.append(
            f"| {group} | {len(values)} | {both('hand_speed')} | {both('hand_jerk', digits=0)} "
            f"| {both('head_speed')} | {both('off_balance', 100, 1)} | {both('stillness', 100, 1)} "
            f"| {both('skate', digits=1)} |"
        )
    return "\n".join(["Median / 95th percentile over takes.", "", *lines])


def compare(trials: Path) -> str:
    """The report on `trials`/*.npy: captured recordings in pieces of 5 s, and choreographed takes by theme."""
    return write_report(_grouped(trials))


def _grouped(trials: Path) -> Iterator[tuple[str, Array]]:
    from engine.data.choreography.library import all_actions

    themes = {piece.name: piece.group for piece in all_actions()}
    pieces: list[tuple[str, Path]] = []
    for path in sorted(trials.glob("*.npy")):
        if path.stem.startswith("choreo_"):
            pieces.append((themes.get(path.stem[7:-3], "other"), path))
        elif path.stem.startswith(("reactidle", "animated_drawings", "accad", "cmu")):
            pieces.append((f"captured: {path.stem.split('_')[0]}", path))
    length = round(5 * FPS)
    for group, path in sorted(pieces, key=lambda piece: (not piece[0].startswith("captured"), piece[0])):
        joints = np.load(path)
        for start in range(0, len(joints), length) if group.startswith("captured") else (0,):
            part = joints[start : start + length] if group.startswith("captured") else joints
            if len(part) >= 20:
                yield group, part
