"""A motion on a body of other proportions: bones point where they did, and are as long as that body's."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.interaction.bodies import trunk_axes
from engine.motion.skeleton import skeleton_of
from engine.requests.proportions import Proportions

Array = NDArray[np.floating]

# Field of `Proportions` -> the joints whose bone, from their parent, it is the length of.
BONES = {
    "trunk": ("spine1", "spine2", "spine3", "neck", "left_collar", "right_collar"),
    "collars": ("left_shoulder", "right_shoulder"),
    "upper_arms": ("left_elbow", "right_elbow"),
    "forearms": ("left_wrist", "right_wrist"),
    "hands": ("left_hand", "right_hand", "left_thumb", "right_thumb"),
}
ARMS = tuple(joint for field in ("collars", "upper_arms", "forearms", "hands") for joint in BONES[field])


def rebuild(joints: Array, proportions: Proportions) -> Array:
    """Joints (T, J, 3) of the model's body as one of other proportions; of hips and legs, the height alone."""
    skeleton = skeleton_of(joints.shape[1])
    factors = {joint: getattr(proportions, field) for field, bones in BONES.items() for joint in bones}
    built = joints.copy()
    for chain in skeleton.chains:
        for parent, child in zip(chain, chain[1:], strict=False):
            factor = factors.get(skeleton.joint_names[child], 1.0)
            built[:, child] = built[:, parent] + factor * (joints[:, child] - joints[:, parent])
    axes = trunk_axes(joints)
    for moved, up, ahead in (
        (ARMS, 0.0, proportions.shoulders_ahead),
        (("neck",), proportions.neck_up, proportions.neck_ahead),
        (("head", "head_front"), proportions.head_up, proportions.head_ahead),
    ):
        rows = [index for index, name in enumerate(skeleton.joint_names) if name in moved]
        built[:, rows] += (up * axes[:, 1] + ahead * axes[:, 2])[:, None]
    return built + [0.0, proportions.ankles, 0.0]
