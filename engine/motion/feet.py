"""Feet that stay where they stand: contact spans, and legs re-solved to reach them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.motion import rotations
from engine.motion.skeleton import HUMANML3D

Array = NDArray[np.floating]

LEGS = ((1, 4, *HUMANML3D.feet_left), (2, 5, *HUMANML3D.feet_right))
"""(hip, knee, ankle, toe) of each side."""


@dataclass(frozen=True)
class ContactRule:
    """When a foot counts as planted, and how its release is softened.

    Attributes:
        height: metres above the floor below which a toe may be planted.
        speed: metres a frame (20 fps) below which it is; a slide is slower than a step.
        shortest: frames a contact lasts at least.
        blend: frames over which a correction fades in and out around a contact.
        furthest: metres a foot is moved at most; a longer slide is meant, and is left alone.
    """

    height: float = 0.06
    speed: float = 0.022
    shortest: int = 3
    blend: int = 5
    furthest: float = 0.12


def find_contacts(toes: Array, rule: ContactRule) -> list[tuple[int, int]]:
    """Spans [first, last) of frames in which a toe (T, 3) is planted, Y up, floor at zero."""
    speed = np.linalg.norm(np.gradient(toes[:, [0, 2]], axis=0), axis=-1)
    planted = (toes[:, 1] < rule.height) & (speed < rule.speed)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], planted, [False])).astype(int)))
    spans = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return [(first, last) for first, last in spans if last - first >= rule.shortest]


def lock_feet(joints: Array, rule: ContactRule | None = None) -> Array:
    """Hold planted feet still; (T, 22, 3) in, the same out, with bone lengths kept.

    In a contact the toe stays at its median place. The correction fades out over the frames around
    the contact, the ankle follows the toe and the knee is re-solved in its own bending plane.
    """
    rule = rule or ContactRule()
    if len(joints) < rule.shortest:
        return joints
    locked = joints.copy()
    for hip, knee, ankle, toe in LEGS:
        shift = _correction(joints[:, toe], rule)
        wanted = joints[:, ankle] + shift
        locked[:, knee], locked[:, ankle] = solve_two_bones(
            joints[:, hip], joints[:, knee], joints[:, ankle], wanted
        )
        locked[:, toe] = joints[:, toe] + (locked[:, ankle] - joints[:, ankle])
    return locked


def _correction(toes: Array, rule: ContactRule) -> Array:
    """(T, 3) horizontal shift of a foot: exact in contacts, faded around and between them."""
    frames = len(toes)
    total = np.zeros((frames, 3))
    weight = np.zeros(frames)
    for first, last in find_contacts(toes, rule):
        place = np.median(toes[first:last], axis=0)
        shift = place - toes[first:last]
        shift[:, 1] = 0.0
        if np.linalg.norm(shift, axis=-1).max() > rule.furthest:
            continue
        total[first:last], weight[first:last] = shift, 1.0
        for step in range(1, rule.blend + 1):
            fade = 0.5 + 0.5 * np.cos(np.pi * step / (rule.blend + 1))
            for frame, source in ((first - step, shift[0]), (last - 1 + step, shift[-1])):
                # A neighbouring contact keeps its own, exact correction.
                if 0 <= frame < frames and weight[frame] < fade:
                    total[frame], weight[frame] = fade * source, fade
    return total


def solve_two_bones(start: Array, middle: Array, end: Array, wanted: Array) -> tuple[Array, Array]:
    """Bend a chain of two bones so that its end comes to `wanted`; all (T, 3).

    Returns the new middle and end. The chain keeps its bone lengths and its bending plane, turned
    along with the line from start to end; what is out of reach is approached as far as it goes.
    """
    upper = np.linalg.norm(middle - start, axis=-1, keepdims=True)
    lower = np.linalg.norm(end - middle, axis=-1, keepdims=True)
    reach = np.linalg.norm(wanted - start, axis=-1, keepdims=True)
    length = np.clip(reach, np.abs(upper - lower) * 1.001 + 1e-6, (upper + lower) * 0.9999)
    line = rotations.normalize(wanted - start)
    turned = rotations.rotate(rotations.between(rotations.normalize(end - start), line), middle - start)
    outwards = turned - line * np.sum(turned * line, axis=-1, keepdims=True)
    along = (upper**2 - lower**2 + length**2) / (2 * length)
    height = np.sqrt(np.maximum(upper**2 - along**2, 0.0))
    return start + line * along + rotations.normalize(outwards) * height, start + line * length
