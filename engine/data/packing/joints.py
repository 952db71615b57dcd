"""Joints as few bytes: whole millimetres, and how much each bone's change changes from frame to frame.

Every joint is rounded in the world, so that errors do not add up along a chain; what is stored are the second
differences over time of its place relative to its parent, which are small numbers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.motion.skeleton import skeleton_of

Array = NDArray[np.floating]
# Joint -> stretches of frames [start, stop) in which it is not known.
Gaps = dict[int, list[tuple[int, int]]]

PLANES = 4
# Rounding moves a joint by at most half the space diagonal of a step: 0.87 mm.
STEP = 0.001


def encode_joints(joints: Array, step: float = STEP) -> tuple[NDArray[np.uint8], Gaps]:
    """Joints (T, J, 3), NaN where not known -> byte planes [4, J * 3 * T], joint-major, and the unknown stretches."""
    known = np.isfinite(joints).all(axis=-1)
    places = np.rint(np.where(known[..., None], joints, 0.0) / step).astype(np.int64)
    relative = places.copy()
    for joint, parent in enumerate(skeleton_of(joints.shape[1]).parents[1:], start=1):
        places[:, joint] = np.where(known[:, joint, None], places[:, joint], places[:, parent])
        relative[:, joint] = places[:, joint] - places[:, parent]
    changes = np.diff(relative, n=2, axis=0, prepend=np.zeros((2, *relative.shape[1:]), dtype=np.int64))
    # Signs in the lowest bit: small negative numbers have empty high bytes too.
    folded = np.where(changes < 0, -2 * changes - 1, 2 * changes)
    if folded.size and folded.max() >= 1 << 8 * PLANES:
        raise ValueError("a joint moves further than a pack can say")
    flat = folded.transpose(1, 2, 0).ravel().astype("<u4")
    return np.ascontiguousarray(flat.view(np.uint8).reshape(-1, PLANES).T), _find_gaps(known)


def decode_joints(planes: NDArray[np.uint8], joint_count: int, gaps: Gaps, step: float = STEP) -> NDArray[np.float32]:
    """What `encode_joints` was given, to half a step in each coordinate: (T, J, 3)."""
    folded = np.ascontiguousarray(planes.T).view("<u4").astype(np.int64)
    changes = np.where(folded & 1, -(folded + 1) // 2, folded // 2).reshape(joint_count, 3, -1).transpose(2, 0, 1)
    places = changes.cumsum(axis=0).cumsum(axis=0)
    for joint, parent in enumerate(skeleton_of(joint_count).parents[1:], start=1):
        places[:, joint] += places[:, parent]
    joints = (places * step).astype(np.float32)
    for joint, stretches in gaps.items():
        for start, stop in stretches:
            joints[start:stop, joint] = np.nan
    return joints


def _find_gaps(known: NDArray[np.bool_]) -> Gaps:
    """Of known (T, J)."""
    gaps: Gaps = {}
    for joint in np.flatnonzero(~known.all(axis=0)):
        edges = np.flatnonzero(np.diff(np.r_[True, known[:, joint], True]))
        gaps[int(joint)] = [(int(start), int(stop)) for start, stop in edges.reshape(-1, 2)]
    return gaps
