"""Skeleton definitions: joint names, hierarchy and the constants of the feature representation.

Two skeletons are those of the HumanML3D and KIT-ML data sets (Guo et al., *Generating Diverse
and Natural 3D Human Motions from Text*, CVPR 2022, https://github.com/EricGuo5513/HumanML3D). The third is
HumanML3D's with five joints more, which give head and hands a direction. How many joints a motion has tells
which skeleton it is on (`skeleton_of`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Skeleton:
    """A fixed joint hierarchy, Y up, facing +Z in its rest pose, the left side at +X.

    Attributes:
        name: identifier used in configs and files.
        joint_names: J names in canonical order; joint 0 is the root.
        chains: kinematic chains, each from its first joint outwards. Every joint but the root is
            reached by exactly one chain. Rotations along a chain accumulate from the *root's*
            rotation, also for the arms, which branch off the upper spine: that is the data set's
            convention and the rotations in its features depend on it.
        raw_offsets: (J, 3) unit direction from the parent to each joint in the T-pose.
        hips, shoulders: (right, left) joints whose line tells where the body faces.
        feet_left, feet_right: (ankle, toe) joints carrying the contact features.
        fps: frame rate of the data set.
        metres_per_unit: length unit of the data set's positions.
        contact_threshold: squared displacement per frame below which a foot counts as planted, in
            squared data set units.
        lower_body: joints belonging to the lower body part (root included).
        optional: joints that a recording may lack; where it does, their positions and features are NaN.
    """

    name: str
    joint_names: tuple[str, ...]
    chains: tuple[tuple[int, ...], ...]
    raw_offsets: tuple[tuple[int, int, int], ...]
    hips: tuple[int, int]
    shoulders: tuple[int, int]
    feet_left: tuple[int, int]
    feet_right: tuple[int, int]
    fps: float
    metres_per_unit: float
    contact_threshold: float
    lower_body: tuple[int, ...]
    optional: tuple[int, ...] = ()

    @property
    def num_joints(self) -> int:
        return len(self.joint_names)

    @property
    def required(self) -> list[int]:
        """The joints that every recording has."""
        return [joint for joint in range(self.num_joints) if joint not in self.optional]

    @property
    def num_features(self) -> int:
        """Feature width: 4 root + 3 per position, 6 per rotation, 3 per velocity + 4 contacts."""
        joints = self.num_joints
        return 4 + 3 * (joints - 1) + 6 * (joints - 1) + 3 * joints + 4

    @property
    def parents(self) -> tuple[int, ...]:
        """Parent index of every joint, -1 for the root."""
        parents = [-1] * self.num_joints
        for chain in self.chains:
            for parent, child in zip(chain, chain[1:], strict=False):
                parents[child] = parent
        return tuple(parents)

    @property
    def mirror(self) -> NDArray[np.int64]:
        """(J,) index of each joint's counterpart on the other side."""
        swap = {"left": "right", "right": "left"}
        names = list(self.joint_names)
        index = []
        for name in names:
            side, _, rest = name.partition("_")
            index.append(names.index(f"{swap[side]}_{rest}") if side in swap else names.index(name))
        return np.asarray(index)


HUMANML3D = Skeleton(
    name="humanml3d",
    joint_names=(
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
    ),
    chains=(
        (0, 2, 5, 8, 11),
        (0, 1, 4, 7, 10),
        (0, 3, 6, 9, 12, 15),
        (9, 14, 17, 19, 21),
        (9, 13, 16, 18, 20),
    ),
    raw_offsets=(
        (0, 0, 0),
        (1, 0, 0),
        (-1, 0, 0),
        (0, 1, 0),
        (0, -1, 0),
        (0, -1, 0),
        (0, 1, 0),
        (0, -1, 0),
        (0, -1, 0),
        (0, 1, 0),
        (0, 0, 1),
        (0, 0, 1),
        (0, 1, 0),
        (1, 0, 0),
        (-1, 0, 0),
        (0, 0, 1),
        (0, -1, 0),
        (0, -1, 0),
        (0, -1, 0),
        (0, -1, 0),
        (0, -1, 0),
        (0, -1, 0),
    ),
    hips=(2, 1),
    shoulders=(17, 16),
    feet_left=(7, 10),
    feet_right=(8, 11),
    fps=20.0,
    metres_per_unit=1.0,
    contact_threshold=0.002,
    lower_body=(0, 1, 2, 4, 5, 7, 8, 10, 11),
)

# A direction for head and hands: 12 cm ahead of the head joint, the knuckle of the middle finger, and 5 cm to the
# thumb's side of the wrist. The first 22 joints, and their features, are HumanML3D's to the bit.
EXPRESSIVE = replace(
    HUMANML3D,
    name="expressive",
    joint_names=(*HUMANML3D.joint_names, "head_front", "left_hand", "right_hand", "left_thumb", "right_thumb"),
    chains=(
        (0, 2, 5, 8, 11),
        (0, 1, 4, 7, 10),
        (0, 3, 6, 9, 12, 15, 22),
        (9, 14, 17, 19, 21, 24),
        (9, 13, 16, 18, 20, 23),
        (21, 26),
        (20, 25),
    ),
    raw_offsets=(*HUMANML3D.raw_offsets, (0, 0, 1), (0, -1, 0), (0, -1, 0), (0, 0, 1), (0, 0, 1)),
    optional=(22, 23, 24, 25, 26),
)

KIT_ML = Skeleton(
    name="kit_ml",
    joint_names=(
        "root",
        "spine",
        "chest",
        "neck",
        "head",
        "right_shoulder",
        "right_elbow",
        "right_wrist",
        "left_shoulder",
        "left_elbow",
        "left_wrist",
        "right_hip",
        "right_knee",
        "right_ankle",
        "right_heel",
        "right_toe",
        "left_hip",
        "left_knee",
        "left_ankle",
        "left_heel",
        "left_toe",
    ),
    chains=(
        (0, 11, 12, 13, 14, 15),
        (0, 16, 17, 18, 19, 20),
        (0, 1, 2, 3, 4),
        (3, 5, 6, 7),
        (3, 8, 9, 10),
    ),
    raw_offsets=(
        (0, 0, 0),
        (0, 1, 0),
        (0, 1, 0),
        (0, 1, 0),
        (0, 1, 0),
        (1, 0, 0),
        (0, -1, 0),
        (0, -1, 0),
        (-1, 0, 0),
        (0, -1, 0),
        (0, -1, 0),
        (1, 0, 0),
        (0, -1, 0),
        (0, -1, 0),
        (0, 0, 1),
        (0, 0, 1),
        (-1, 0, 0),
        (0, -1, 0),
        (0, -1, 0),
        (0, 0, 1),
        (0, 0, 1),
    ),
    hips=(11, 16),
    shoulders=(5, 8),
    feet_left=(19, 20),
    feet_right=(14, 15),
    fps=12.5,
    metres_per_unit=0.001,
    contact_threshold=0.05,
    lower_body=(0, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20),
)

SKELETONS = {skeleton.num_joints: skeleton for skeleton in (HUMANML3D, EXPRESSIVE, KIT_ML)}


def skeleton_of(joint_count: int) -> Skeleton:
    """The skeleton with so many joints; raises ValueError if there is none."""
    try:
        return SKELETONS[joint_count]
    except KeyError:
        raise ValueError(f"no skeleton has {joint_count} joints: known are {sorted(SKELETONS)}") from None


def skeleton_of_features(width: int) -> Skeleton:
    """The skeleton whose frames are so many features wide; raises ValueError if there is none."""
    for skeleton in SKELETONS.values():
        if skeleton.num_features == width:
            return skeleton
    known = sorted(skeleton.num_features for skeleton in SKELETONS.values())
    raise ValueError(f"no skeleton has {width} features a frame: known are {known}")


def mirror_joints(joints: NDArray[np.floating]) -> NDArray[np.floating]:
    """Reflect (..., J, 3) joints left to right, so that left limbs become right ones."""
    return joints[..., skeleton_of(joints.shape[-2]).mirror, :] * np.asarray([-1.0, 1.0, 1.0], dtype=joints.dtype)
