"""What artists see in a motion: sliding feet, jitter and feet below the floor.

All measures work on joint positions (T, J, 3), Y up, metres, the floor at height zero, and are
quoted for real clips too: motion capture slides and dips a little itself, and a generator is good
when it stays near those figures, not when it reaches zero.

A foot joint is *in contact* between two frames when it is low in both and does not rise or fall:
height below `toe_height` / `ankle_height` and vertical displacement below `vertical_speed`. The
horizontal speed takes no part in the decision (it is what is measured, and a slide must not excuse
itself by being fast). The price is that the flattest moment of a swing counts as sliding; real
clips pay the same price. The slide *ratio*, the share of contact steps faster than `slide_speed`,
is less sensitive to it (compare the foot skating ratio of Karunratanakul et al., *GMD*, ICCV 2023,
which also uses 5 cm and 0.5 m/s).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.motion.contacts import MEASURE, MeasureRule, foot_steps
from engine.motion.skeleton import HUMANML3D, Skeleton

Array = NDArray[np.floating]


@dataclass(frozen=True)
class PhysicsScores:
    """Means over the frames of all clips; NaN where nothing could be measured."""

    skate_mm_per_frame: float
    """horizontal travel of foot joints per frame while in contact"""
    slide_ratio: float
    """share of contact steps faster than the slide speed"""
    contact_share: float
    """share of all foot joint steps that are in contact; explains a NaN or odd skate"""
    jerk: float
    """mean size of the third derivative of the joint positions, m/s^3"""
    penetration_max_mm: float
    """deepest point of any joint below the floor in any clip"""
    penetration_mean_mm: float
    """depth of the lowest joint below the floor, averaged over all frames"""


def jerk_sizes(joints: Array, fps: float) -> Array:
    """Length of the third finite difference per joint, (T-3, J), m/s^3."""
    return np.asarray(np.linalg.norm(np.diff(joints, n=3, axis=0), axis=-1) * fps**3)


def floor_depths(joints: Array) -> Array:
    """Depth of the lowest joint below the floor at each frame, (T,), metres, zero above it."""
    return np.asarray(np.maximum(-joints[..., 1].min(axis=-1), 0.0))


def physics_scores(
    clips: Iterable[Array],
    fps: float,
    rule: MeasureRule = MEASURE,
    skeleton: Skeleton = HUMANML3D,
) -> PhysicsScores:
    """Measure clips of joints (T, J, 3) in metres; every frame of every clip weighs the same.

    Of the joints of `skeleton` only: directions of head and hands do not count, so that all models compare.
    """
    travels, contacts, jerks, depths = [], [], [], []
    for joints in clips:
        joints = np.asarray(joints, dtype=np.float64)[:, : skeleton.num_joints]
        travel, planted = foot_steps(joints, fps, rule, skeleton)
        travels.append(travel.ravel())
        contacts.append(planted.ravel())
        jerks.append(jerk_sizes(joints, fps).ravel())
        depths.append(floor_depths(joints))
    if not depths:
        raise ValueError("no clips to measure")
    planted = np.concatenate(contacts)
    travel = np.concatenate(travels)[planted]
    depth = np.concatenate(depths)
    return PhysicsScores(
        skate_mm_per_frame=1000.0 * _mean(travel),
        slide_ratio=_mean(travel * fps > rule.slide_speed),
        contact_share=_mean(planted),
        jerk=_mean(np.concatenate(jerks)),
        penetration_max_mm=1000.0 * float(depth.max()),
        penetration_mean_mm=1000.0 * _mean(depth),
    )


def _mean(values: NDArray[Any]) -> float:
    return float(values.mean(dtype=np.float64)) if values.size else float("nan")
