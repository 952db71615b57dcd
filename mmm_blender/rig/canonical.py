"""The canonical skeleton: HumanML3D's 22 SMPL joints, in its order, five joints that give head and hands a direction,
and their T-pose.

A motion has 22 joints or all 27; how many it has tells which (``names_of``). Lengths are the averages (left and
right made equal) of HumanML3D's reference skeleton, directions those of an SMPL-like body. Motion space: Y up, metres,
facing +Z, left is +X; pelvis at the origin.
"""

from __future__ import annotations

import numpy as np

from ..coordinates import FloatArray

JOINTS: tuple[str, ...] = (
    "pelvis",
    "left_hip",
    "right_hip",
    "spine1",
    "left_knee",
    "right_knee",
    "spine2",
    "left_ankle",
    "right_ankle",
    "spine3",
    "left_foot",
    "right_foot",
    "neck",
    "left_collar",
    "right_collar",
    "head",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
)
PARENTS: tuple[int, ...] = (
    -1,
    0,
    0,
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    9,
    9,
    12,
    13,
    14,
    16,
    17,
    18,
    19,
)
# What lies ahead of the head, the knuckle of the middle finger, and what lies to the thumb's side of the wrist.
EXTREMITIES: tuple[str, ...] = ("head_front", "left_hand", "right_hand", "left_thumb", "right_thumb")
ALL_JOINTS: tuple[str, ...] = JOINTS + EXTREMITIES
ALL_PARENTS: tuple[int, ...] = (*PARENTS, 15, 20, 21, 20, 21)
COUNTS: tuple[int, int] = (len(JOINTS), len(ALL_JOINTS))  # how many joints a motion may have
INDEX: dict[str, int] = {name: index for index, name in enumerate(ALL_JOINTS)}

# joint -> offset from its parent in the T-pose; right joints mirror the left ones
_OFFSETS: dict[str, tuple[float, float, float]] = {
    "left_hip": (0.0643, -0.0845, -0.0063),
    "spine1": (0.0, 0.1278, -0.0313),
    "left_knee": (0.0357, -0.3903, -0.0047),
    "spine2": (0.0, 0.1432, 0.0012),
    "left_ankle": (-0.0146, -0.4262, -0.0468),
    "spine3": (0.0, 0.0517, 0.0248),
    "left_foot": (0.0300, -0.0465, 0.1356),  # as steep as a foot standing flat in HumanML3D
    "neck": (0.0, 0.2152, -0.0431),
    "left_collar": (0.0756, 0.1134, -0.0342),
    "head": (0.0, 0.0809, 0.0638),
    "left_shoulder": (0.1202, 0.0403, -0.0118),
    "left_elbow": (0.2582, -0.0127, -0.0274),
    "left_wrist": (0.2678, 0.0097, -0.0012),
    "head_front": (0.0, 0.0, 0.12),
    "left_hand": (0.095, 0.0, 0.0),
    "left_thumb": (0.0, 0.0, 0.05),  # palms down
}
LENGTHS: dict[str, float] = {name: float(np.linalg.norm(offset)) for name, offset in _OFFSETS.items()}


NECK_LEAN = np.radians(22)  # how far ahead the head joint lies of the neck in people who look straight ahead


def neutral_neck() -> FloatArray:
    """Neck to head (3,), motion space, metres, of a body that looks straight ahead.

    Not the T-pose's: that leans ahead by 38 degrees, recorded people by about 22, and a head that turned
    with the difference would look at the sky.
    """
    length = float(np.linalg.norm(_OFFSETS["head"]))
    return length * np.array([0.0, np.cos(NECK_LEAN), np.sin(NECK_LEAN)])


def names_of(joints: FloatArray) -> tuple[str, ...]:
    """The names of ``joints`` (..., J, 3). Raises ValueError unless there are 22 or 27."""
    count = joints.shape[-2]
    if count not in COUNTS:
        raise ValueError(f"a body has {COUNTS[0]} or {COUNTS[1]} joints, not {count}")
    return ALL_JOINTS[:count]


def parents_of(joints: FloatArray) -> tuple[int, ...]:
    """Row of the parent of each of ``joints`` (..., J, 3), -1 for the first. Raises ValueError like ``names_of``."""
    return ALL_PARENTS[: len(names_of(joints))]


def by_name(joints: FloatArray) -> dict[str, FloatArray]:
    """Joint -> (..., 3) of ``joints`` (..., J, 3). Raises ValueError like ``names_of``."""
    return {name: joints[..., index, :] for index, name in enumerate(names_of(joints))}


def all_known(joints: FloatArray) -> FloatArray:
    """``joints`` (T, 27, 3) themselves, or the first 22 where head or hands are not known (NaN)."""
    return joints if np.isfinite(joints).all() else joints[:, : len(JOINTS)]


def rest_joints(names: tuple[str, ...] = JOINTS) -> FloatArray:
    """T-pose joint positions (22, 3), or (27, 3) of ``ALL_JOINTS``, motion space, metres, pelvis at the origin."""
    joints = np.zeros((len(names), 3))
    for index, name in enumerate(names[1:], 1):
        if name.startswith("right_"):
            x, y, z = _OFFSETS["left_" + name.removeprefix("right_")]
            offset = (-x, y, z)
        else:
            offset = _OFFSETS[name]
        joints[index] = joints[ALL_PARENTS[index]] + offset
    return joints
