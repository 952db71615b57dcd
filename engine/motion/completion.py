"""Head and hands of a body that only says where its joints are.

An edit by a model of 27 joints of a motion with 22 needs a direction for head and hands. The head is taken to sit on
the neck as in the T-pose, hands to go straight on from the forearm, thumbs to lie as they do on an arm that hangs or
bends.
For editing only: training never sees it (`engine.data.extremities` leaves unknown what is unknown).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.motion import rotations
from engine.motion.features import FORWARD, facing
from engine.motion.skeleton import EXPRESSIVE, HUMANML3D
from engine.motion.uniform import uniform_offsets

Array = NDArray[np.floating]

_AT = EXPRESSIVE.joint_names.index


def with_joint_count(joints: Array, count: int) -> Array:
    """Joints (T, 22 or 27, 3) as (T, `count`, 3): the first of them, or completed; others as they are."""
    given = joints.shape[1]
    if given == EXPRESSIVE.num_joints and count == HUMANML3D.num_joints:
        return joints[:, :count]
    if given == HUMANML3D.num_joints and count == EXPRESSIVE.num_joints:
        return complete_extremities(joints)
    return joints


def complete_extremities(joints: Array) -> Array:
    """(T, 22, 3) -> (T, 27, 3), any unit and place, Y up."""
    offsets = uniform_offsets(EXPRESSIVE)
    scale = np.linalg.norm(joints[0, 4] - joints[0, 1]) / np.linalg.norm(offsets[4])
    made = np.concatenate((joints, np.zeros((len(joints), 5, 3), joints.dtype)), axis=1)
    body = facing(joints)
    heading = rotations.between(FORWARD, body)
    neck, head = _AT("neck"), _AT("head")
    bone = rotations.rotate(rotations.invert(heading), rotations.normalize(joints[:, head] - joints[:, neck]))
    tilt = rotations.between(rotations.normalize(offsets[head]), bone)
    ahead = rotations.rotate(heading, rotations.rotate(tilt, offsets[_AT("head_front")]))
    made[:, _AT("head_front")] = joints[:, head] + scale * ahead
    for side in ("left", "right"):
        shoulder, elbow, wrist = (joints[:, _AT(f"{side}_{name}")] for name in ("shoulder", "elbow", "wrist"))
        upper, along = rotations.normalize(elbow - shoulder), rotations.normalize(wrist - elbow)
        # Bent, the thumb is on the side of the upper arm; straight, it points ahead.
        towards = _square(-upper, along) + 0.2 * _square(body, along)
        hand, thumb = _AT(f"{side}_hand"), _AT(f"{side}_thumb")
        made[:, hand] = wrist + scale * np.linalg.norm(offsets[hand]) * along
        made[:, thumb] = wrist + scale * np.linalg.norm(offsets[thumb]) * rotations.normalize(towards)
    return made


def _square(vectors: Array, along: Array) -> Array:
    """The part of (T, 3) vectors that is square to unit vectors (T, 3)."""
    return vectors - along * np.sum(vectors * along, axis=-1, keepdims=True)
