"""How the feature vector of one frame divides into body parts.

A motion is tokenised part by part, so that the upper body can be regenerated
while the legs stay as they are (MMM, "Upper body editing").  Everything that
moves the character over the ground - root, legs, foot contacts - belongs to the
lower part: feet and root must agree with each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.motion.skeleton import EXPRESSIVE, HUMANML3D, SKELETONS

PartsLayout = Literal["single", "lower_upper"]

LOWER_JOINTS = {count: skeleton.lower_body for count, skeleton in SKELETONS.items()}
# The joints the four contact features speak of: left ankle, left foot, right ankle, right foot.
CONTACT_JOINTS = {count: (*skeleton.feet_left, *skeleton.feet_right) for count, skeleton in SKELETONS.items()}


@dataclass(frozen=True)
class FeatureLayout:
    """Where each group of features lies in a frame of ``dim`` numbers (HumanML3D, section 4.2).

    root: yaw velocity, planar velocity (2), height
    positions: joints 1.., (x, y, z), metres, heading frame
    rotations: joints 1.., six numbers each
    velocities: joints 0.., (x, y, z), metres per frame, heading frame
    contacts: four flags, 0 or 1
    """

    joint_count: int

    @property
    def root(self) -> slice:
        return slice(0, 4)

    @property
    def positions(self) -> slice:
        return slice(4, 4 + 3 * (self.joint_count - 1))

    @property
    def rotations(self) -> slice:
        start = self.positions.stop
        return slice(start, start + 6 * (self.joint_count - 1))

    @property
    def velocities(self) -> slice:
        start = self.rotations.stop
        return slice(start, start + 3 * self.joint_count)

    @property
    def contacts(self) -> slice:
        start = self.velocities.stop
        return slice(start, start + 4)

    @property
    def dim(self) -> int:
        return int(self.contacts.stop)

    def narrowed(self, joint_count: int) -> NDArray[np.int64]:
        """[D] where the features of the first `joint_count` joints lie, in the order of that layout."""
        if not 1 <= joint_count <= self.joint_count:
            raise ValueError(f"{joint_count} joints are not among {self.joint_count}")
        groups = (
            (self.root, 4),
            (self.positions, 3 * (joint_count - 1)),
            (self.rotations, 6 * (joint_count - 1)),
            (self.velocities, 3 * joint_count),
            (self.contacts, 4),
        )
        return np.concatenate([np.arange(group.start, group.start + count) for group, count in groups])

    def of_joint(self, joint: int) -> list[int]:
        """Feature indices that belong to one joint (for the root joint: only its velocity)."""
        velocity = self.velocities.start + 3 * joint
        indices = list(range(velocity, velocity + 3))
        if joint == 0:
            return indices
        position = self.positions.start + 3 * (joint - 1)
        rotation = self.rotations.start + 6 * (joint - 1)
        return [*range(position, position + 3), *range(rotation, rotation + 6), *indices]


def fit_features(features: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    """[T, width]: a skeleton that adds joints to another gives those that both have, and takes NaN for the others."""
    if features.ndim != 2 or {features.shape[1], width} != {EXPRESSIVE.num_features, HUMANML3D.num_features}:
        return features
    shared = FeatureLayout(EXPRESSIVE.num_joints).narrowed(HUMANML3D.num_joints)
    if width == HUMANML3D.num_features:
        return features[:, shared]
    wider = np.full((len(features), width), np.nan, dtype=np.float32)
    wider[:, shared] = features
    return wider


@dataclass(frozen=True)
class BodyPart:
    """A named set of joints and the sorted feature indices [D] that describe them."""

    name: str
    joints: tuple[int, ...]
    features: NDArray[np.int64]

    @property
    def dim(self) -> int:
        return int(self.features.size)


def body_parts(layout: PartsLayout, joint_count: int = 22) -> tuple[BodyPart, ...]:
    """The parts of a layout, in token-stream order; together they cover every feature once."""
    features = FeatureLayout(joint_count)
    everything = tuple(range(joint_count))
    if layout == "single":
        return (BodyPart("body", everything, np.arange(features.dim, dtype=np.int64)),)
    if layout != "lower_upper":
        raise ValueError(f"unknown parts layout {layout!r}: expected 'single' or 'lower_upper'")
    if joint_count not in LOWER_JOINTS:
        known = ", ".join(str(count) for count in sorted(LOWER_JOINTS))
        raise ValueError(f"no lower/upper split for {joint_count} joints: known are {known}")
    legs = LOWER_JOINTS[joint_count]
    lower = [*range(features.root.start, features.root.stop)]
    lower += [index for joint in legs for index in features.of_joint(joint)]
    lower += [*range(features.contacts.start, features.contacts.stop)]
    upper = sorted(set(range(features.dim)) - set(lower))
    return (
        BodyPart("lower", legs, np.array(sorted(lower), dtype=np.int64)),
        BodyPart(
            "upper",
            tuple(joint for joint in everything if joint not in legs),
            np.array(upper, dtype=np.int64),
        ),
    )
