"""Skeleton definitions: joint names, hierarchy and the constants of the feature representation.

The two skeletons are those of the HumanML3D and KIT-ML data sets (Guo et al., *Generating Diverse
and Natural 3D Human Motions from Text*, CVPR 2022, https://github.com/EricGuo5513/HumanML3D).
"""

from __future__ import annotations

from dataclasses import dataclass

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

    @property
    def num_joints(self) -> int:
        return len(self.joint_names)

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
        "pelvis", "left_hip", "right_hip", "spine1", "left_knee", "right_knee", "spine2",
        "left_ankle", "right_ankle", "spine3", "left_foot", "right_foot", "neck", "left_collar",
        "right_collar", "head", "left_shoulder", "right_shoulder", "left_elbow", "right_elbow",
        "left_wrist", "right_wrist",
    ),
    chains=(
        (0, 2, 5, 8, 11),
        (0, 1, 4, 7, 10),
        (0, 3, 6, 9, 12, 15),
        (9, 14, 17, 19, 21),
        (9, 13, 16, 18, 20),
    ),
    raw_offsets=(
        (0, 0, 0), (1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, -1, 0), (0, 1, 0),
        (0, -1, 0), (0, -1, 0), (0, 1, 0), (0, 0, 1), (0, 0, 1), (0, 1, 0), (1, 0, 0),
        (-1, 0, 0), (0, 0, 1), (0, -1, 0), (0, -1, 0), (0, -1, 0), (0, -1, 0), (0, -1, 0),
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

KIT_ML = Skeleton(
    name="kit_ml",
    joint_names=(
        "root", "spine", "chest", "neck", "head", "right_shoulder", "right_elbow", "right_wrist",
        "left_shoulder", "left_elbow", "left_wrist", "right_hip", "right_knee", "right_ankle",
        "right_heel", "right_toe", "left_hip", "left_knee", "left_ankle", "left_heel",
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
        (0, 0, 0), (0, 1, 0), (0, 1, 0), (0, 1, 0), (0, 1, 0), (1, 0, 0), (0, -1, 0), (0, -1, 0),
        (-1, 0, 0), (0, -1, 0), (0, -1, 0), (1, 0, 0), (0, -1, 0), (0, -1, 0), (0, 0, 1),
        (0, 0, 1), (-1, 0, 0), (0, -1, 0), (0, -1, 0), (0, 0, 1), (0, 0, 1),
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
