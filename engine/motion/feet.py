"""Feet that stay where they stand: soft contacts, and legs re-solved to reach them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.filters import frames_to, smooth, solve_chain
from engine.motion import rotations
from engine.motion.contacts import HOLD, HoldRule, contact_weights
from engine.motion.skeleton import HUMANML3D

Array = NDArray[np.floating]

LEGS = ((1, 4, *HUMANML3D.feet_left), (2, 5, *HUMANML3D.feet_right))
"""(hip, knee, ankle, toe) of each side."""
# How strongly a foot is drawn back to where it was decoded, per frame squared: while planted, while in the air, and
# where it is kept, so much that nothing moves it.
RETURN_PLANTED, RETURN_FREE, RETURN_KEPT = 0.005, 0.1, 1e6
# How much stiffer a planted foot's steps are than those through the air, which make up what is lost.
STIFFNESS = 30.0
# A toe is carried at least this high, metres: nine in ten swings of captured walks are.
CLEARANCE = 0.06
# Metres a second up to which a toe's travel is a shuffle, and from which a swing.
SHUFFLE, SWING = 0.6, 1.2
# Nobody walks with the hips lower than the first share of the leg's length, and all from the second one on do; crawling
# feet may drag.
CROUCHED, UPRIGHT = 0.6, 0.75
# Frames from a kept one within which swings are raised less.
CLEARANCE_FADE = 4


def lock_feet(joints: Array, rule: HoldRule = HOLD, kept: NDArray[np.bool_] | None = None) -> Array:
    """Hold planted feet still; (T, 22, 3) in, the same out, with bone lengths kept.

    The toe follows a path whose steps are the decoded ones, but none where it stands, and which
    returns to the decoded path while the foot is in the air. The ankle follows the toe, and the
    knee is re-solved in its own bending plane. Feet stay where they are in the frames `kept` (T,).
    """
    if len(joints) < 3:
        return joints
    locked = joints.copy()
    for hip, knee, ankle, toe in LEGS:
        shift = _hold(joints[:, toe], rule, kept) - joints[:, toe]
        locked[:, knee], locked[:, ankle] = solve_two_bones(
            joints[:, hip], joints[:, knee], joints[:, ankle], joints[:, ankle] + shift
        )
        locked[:, toe] = joints[:, toe] + (locked[:, ankle] - joints[:, ankle])
    return locked


def clear_swings(joints: Array, kept: NDArray[np.bool_] | None = None) -> Array:
    """Raise feet that travel just above the floor; (T, 22, 3) in, the same out, with bone lengths kept.

    Decoded swings are flatter than captured ones, and a foot that skims the floor looks dragged. The
    frames `kept` (T,) stay as they are.
    """
    if len(joints) < 3:
        return joints
    raised = joints.copy()
    shuffle, swift = SHUFFLE / HUMANML3D.fps, SWING / HUMANML3D.fps
    fade = np.ones(len(joints))
    if kept is not None and kept.any():
        fade = np.clip((frames_to(kept) - 0.5) / CLEARANCE_FADE, 0.0, 1.0)
    for hip, knee, ankle, toe in LEGS:
        speed = np.linalg.norm(np.gradient(joints[:, toe][:, [0, 2]], axis=0), axis=-1)
        bones = np.linalg.norm(joints[:, [knee, ankle]] - joints[:, [hip, knee]], axis=-1).sum(axis=1)
        upright = np.clip((joints[:, hip, 1] / np.maximum(bones, 1e-9) - CROUCHED) / (UPRIGHT - CROUCHED), 0.0, 1.0)
        swing = np.clip((speed - shuffle) / (swift - shuffle), 0.0, 1.0) * upright
        lift = fade * smooth(np.maximum(0.0, CLEARANCE * swing - joints[:, toe, 1]), 1.0)
        wanted = joints[:, ankle] + lift[:, None] * [0.0, 1.0, 0.0]
        raised[:, knee], raised[:, ankle] = solve_two_bones(joints[:, hip], joints[:, knee], joints[:, ankle], wanted)
        raised[:, toe] = joints[:, toe] + (raised[:, ankle] - joints[:, ankle])
    return raised


def _hold(toes: Array, rule: HoldRule, kept: NDArray[np.bool_] | None) -> Array:
    """The least-squares path y (T, 3) of a toe x: steps of y are (1 - contact) times those of x,
    the more strictly the surer the contact, and y stays near x with a strength that depends on it.
    """
    contact = contact_weights(toes, rule)
    planted = np.concatenate((contact[:1], np.maximum(contact[1:], contact[:-1]), contact[-1:]))
    pull = RETURN_PLANTED * planted + RETURN_FREE * (1.0 - planted)
    if kept is not None:
        pull = np.where(kept, RETURN_KEPT, pull)
    stiff = 1.0 + STIFFNESS * contact**2
    wanted = (stiff * (1.0 - contact))[:, None] * np.diff(toes, axis=0)
    diagonal = pull.copy()
    diagonal[1:] += stiff
    diagonal[:-1] += stiff
    right = pull[:, None] * toes
    right[1:] += wanted
    right[:-1] -= wanted
    held = solve_chain(diagonal, -stiff, right)
    held[:, 1] = toes[:, 1]
    return held


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
