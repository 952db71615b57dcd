"""Zero points of heads and hands, set right over all recordings of one body.

How a head or hand sits under its markers differs from subject to subject: CMU's subjects look 2 to 45 degrees down on
average, and hold their hands bent to the thumb's side or away from it, left and right unlike. Motion is to be trusted,
the zero is not. Over all its recordings a body is taken to look slightly down and to hold its hands straight on from
the forearms.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.motion import rotations
from engine.motion.skeleton import EXPRESSIVE

Array = NDArray[np.floating]

# How far people look down on average while they move about, degrees.
USUAL_GAZE = -8.0
# A wrist that never bends by more than this, degrees, is rigid in the source: its hand is not known.
RIGID_WRIST = 1.0

_AT = EXPRESSIVE.joint_names.index
HEAD, HEAD_FRONT = _AT("head"), _AT("head_front")
# Elbow, wrist, hand and thumb of each side.
ARMS = tuple(
    (_AT(f"{side}_elbow"), _AT(f"{side}_wrist"), _AT(f"{side}_hand"), _AT(f"{side}_thumb"))
    for side in ("left", "right")
)


def calibrate_extremities(recordings: Sequence[Array]) -> list[Array]:
    """All recordings (T, 27, 3) of one body with its zero points set right."""
    made = list(recordings)
    known = _knowing(made, HEAD_FRONT)
    if known:
        pitch = float(np.median(np.concatenate([_pitch(made[place]) for place in known])))
        for place in known:
            made[place] = _tilt_head(made[place], np.radians(USUAL_GAZE) - pitch)
    for arm in ARMS:
        known = _knowing(made, arm[2])
        if known:
            usual = np.concatenate([_forearm_in_hand(made[place], arm)[0] for place in known]).mean(axis=0)
            for place in known:
                made[place] = _straighten_hand(made[place], arm, rotations.normalize(usual))
    return made


def _knowing(recordings: Sequence[Array], joint: int) -> list[int]:
    return [place for place, joints in enumerate(recordings) if np.isfinite(joints[:, joint]).all()]


def forget_rigid_wrists(joints: Array) -> Array:
    """(T, 27, 3) with hands unknown where the source let them follow the forearm rigidly."""
    made = joints.copy()
    for arm in ARMS:
        if np.isfinite(joints[:, arm[2]]).all():
            along = _forearm_in_hand(joints, arm)[0]
            bend = np.degrees(np.arccos(np.clip(along @ rotations.normalize(along.mean(axis=0)), -1.0, 1.0)))
            if bend.max() < RIGID_WRIST:
                made[:, arm[2:]] = np.nan
    return made


def forget_hands(joints: Array) -> Array:
    """(T, 27, 3) with all hands unknown: of sources whose wrists roll wrongly."""
    made = joints.copy()
    for arm in ARMS:
        made[:, arm[2:]] = np.nan
    return made


def _pitch(joints: Array) -> Array:
    """(T,) angle of the head's direction above the horizon, radians."""
    ahead = rotations.normalize(joints[:, HEAD_FRONT] - joints[:, HEAD])
    return np.arcsin(np.clip(ahead[:, 1], -1.0, 1.0))


def _tilt_head(joints: Array, angle: float) -> Array:
    """Raise the head's direction by `angle`, radians, never past the vertical."""
    made = joints.copy()
    ahead = joints[:, HEAD_FRONT] - joints[:, HEAD]
    length = np.linalg.norm(ahead, axis=-1)
    flat = rotations.normalize(ahead * [1.0, 0.0, 1.0])
    pitch = np.clip(_pitch(joints) + angle, -0.5 * np.pi, 0.5 * np.pi)
    raised = flat * np.cos(pitch)[:, None] + np.sin(pitch)[:, None] * [0.0, 1.0, 0.0]
    made[:, HEAD_FRONT] = joints[:, HEAD] + raised * length[:, None]
    return made


def _forearm_in_hand(joints: Array, arm: tuple[int, int, int, int]) -> tuple[Array, Array]:
    """The forearm's unit direction (T, 3) in the hand's axes, and those (T, 3, 3): along it, to the thumb, across."""
    elbow, wrist, hand, thumb = (joints[:, joint] for joint in arm)
    along = rotations.normalize(hand - wrist)
    side = thumb - wrist
    side = rotations.normalize(side - along * np.sum(side * along, axis=-1, keepdims=True))
    axes = np.stack((along, side, np.cross(along, side)), axis=1)
    return np.einsum("tij,tj->ti", axes, rotations.normalize(wrist - elbow)), axes


def _straighten_hand(joints: Array, arm: tuple[int, int, int, int], usual: Array) -> Array:
    """Turn a hand in its own axes so that the forearm, which usually lies along `usual` (3,) there, lies along it."""
    _, axes = _forearm_in_hand(joints, arm)
    turn = rotations.to_matrix(rotations.between(np.asarray([1.0, 0.0, 0.0]), usual))
    made = joints.copy()
    for joint, column in ((arm[2], 0), (arm[3], 1)):
        length = np.linalg.norm(joints[:, joint] - joints[:, arm[1]], axis=-1, keepdims=True)
        made[:, joint] = joints[:, arm[1]] + length * np.einsum("tij,i->tj", axes, turn[:, column])
    return made
