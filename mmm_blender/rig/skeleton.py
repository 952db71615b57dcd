"""What retargeting must know of a rig's rest pose, as plain arrays in armature space."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..coordinates import FloatArray
from . import canonical
from .mapping import RigMapping


@dataclass(frozen=True)
class RigRest:
    """Rest pose of the mapped bones of one armature.

    Armature space is the object's own: its scale and rotation play no part, so a rig that was
    imported Y-up in centimetres needs nothing special.
    """

    joints: tuple[str, ...]  # mapped canonical joints, in canonical order
    bones: tuple[str, ...]  # the bone playing each joint
    heads: dict[str, FloatArray]  # joint -> (3,) bone head
    tails: dict[str, FloatArray]  # joint -> (3,) bone tail
    rotations: dict[str, FloatArray]  # joint -> (3,3) bone axes
    parents: dict[str, str | None]  # joint -> nearest mapped ancestor joint

    def facing(self) -> FloatArray:
        """(3,3) rotation from motion space to armature space, snapped to the armature's axes.

        Read off the rest pose: up runs from the pelvis to the neck, left across the hips. Raises
        ValueError when the hips lie on top of each other or along the spine.
        """
        up = _snap(self.heads["neck"] - self.heads["pelvis"])
        across = self.heads["left_hip"] - self.heads["right_hip"]
        left = _snap(across - up * (across @ up))
        if abs(float(up @ left)) > 0.5:
            raise ValueError("the rest pose has no left and right hip: check the bone mapping")
        return np.stack([left, up, np.cross(left, up)], -1)

    def leg_length(self) -> float:
        """Hip to knee to ankle, mean of both legs, in armature units."""
        return _leg_length(self.heads)

    def standing(self, facing: FloatArray) -> dict[str, FloatArray]:
        """The canonical T-pose turned the way this rig faces: joint -> (3,)."""
        return dict(zip(canonical.JOINTS, canonical.rest_joints() @ facing.T, strict=True))


def leg_length(joints: FloatArray) -> float:
    """Median over frames of the leg length of joints (T, 22, 3), mean of both legs."""
    frames = {name: joints[:, index] for index, name in enumerate(canonical.JOINTS)}
    return _leg_length(frames)


def read_rest(armature: object, mapping: RigMapping) -> RigRest:
    """Read the rest pose of an armature object (a ``bpy.types.Object``).

    Raises ValueError naming the bones of the mapping that the armature lacks.
    """
    bones = armature.data.bones  # type: ignore[attr-defined]
    absent = [bone for bone in mapping.bones.values() if bone not in bones]
    if absent:
        raise ValueError(f"'{armature.name}' lacks the bones {', '.join(absent)}")  # type: ignore[attr-defined]
    joints = tuple(joint for joint in canonical.JOINTS if joint in mapping.bones)
    joint_of = {mapping.bones[joint]: joint for joint in joints}
    parents: dict[str, str | None] = {}
    for joint in joints:
        above = (bone.name for bone in bones[mapping.bones[joint]].parent_recursive)
        parents[joint] = next((joint_of[name] for name in above if name in joint_of), None)
    rest = {joint: bones[mapping.bones[joint]] for joint in joints}
    return RigRest(
        joints=joints,
        bones=tuple(mapping.bones[joint] for joint in joints),
        heads={joint: np.array(bone.head_local) for joint, bone in rest.items()},
        tails={joint: np.array(bone.tail_local) for joint, bone in rest.items()},
        rotations={joint: np.array(bone.matrix_local.to_3x3()) for joint, bone in rest.items()},
        parents=parents,
    )


def _snap(direction: FloatArray) -> FloatArray:
    """The coordinate axis nearest to ``direction`` (3,)."""
    axis = np.zeros(3)
    largest = int(np.abs(direction).argmax())
    axis[largest] = np.sign(direction[largest])
    return axis


def _leg_length(joints: dict[str, FloatArray]) -> float:
    total = 0.0
    for side in ("left", "right"):
        hip, knee, ankle = (joints[f"{side}_{joint}"] for joint in ("hip", "knee", "ankle"))
        length = np.linalg.norm(knee - hip, axis=-1) + np.linalg.norm(ankle - knee, axis=-1)
        total += float(np.median(length)) / 2
    return total

