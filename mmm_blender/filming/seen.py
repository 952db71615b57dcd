"""What a character does in each part of a story, as points in the world."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np

from ..coordinates import FloatArray
from ..rig.mapping import RigMapping
from ..scene import pose_bones

LOOKS = 24  # frames of a part that are looked at
ABOVE = 0.12  # of the body's height: how far the top of the head is above the joint
UPPER = (
    "spine2",
    "spine3",
    "neck",
    "head",
    *(f"{side}_{joint}" for side in ("left", "right") for joint in ("shoulder", "elbow", "wrist")),
)
FACE = ("neck", "head", "left_shoulder", "right_shoulder")


@dataclass(frozen=True)
class Part:
    """One part of a story.

    Attributes:
        prompt: what happens.
        first, last: its scene frames.
        frames: (K,) at which it was looked at.
        points: (K, J, 3) joints in the world, metres, Z up, and as the last row the top of the head.
        slots: of the J - 1 joints.
        floor: height that the character stands on.
    """

    prompt: str
    first: int
    last: int
    frames: FloatArray
    points: FloatArray
    slots: tuple[str, ...]
    floor: float

    def rows(self, slots: tuple[str, ...]) -> FloatArray:
        """Those joints, and the top of the head: (K, N, 3)."""
        return self.points[:, [*(self.slots.index(slot) for slot in slots if slot in self.slots), -1]]

    @property
    def pelvis(self) -> FloatArray:
        """(K, 3)."""
        return self.points[:, self.slots.index("pelvis")]

    @property
    def facing(self) -> FloatArray:
        """(2,) unit: where the hips face on average, over the floor."""
        across = self.points[:, self.slots.index("left_hip")] - self.points[:, self.slots.index("right_hip")]
        ahead = np.stack([across[:, 1], -across[:, 0]], -1).mean(0)
        length = float(np.linalg.norm(ahead))
        return ahead / length if length > 1e-6 else np.array([0.0, -1.0])

    @property
    def travel(self) -> float:
        """Metres from where the part begins to where it ends."""
        return float(np.linalg.norm(self.pelvis[-1, :2] - self.pelvis[0, :2]))

    @property
    def height(self) -> float:
        """Metres from the floor to the top of the head, at its highest."""
        return float(self.points[:, -1, 2].max() - self.floor)


def see_part(
    armature: bpy.types.Object, mapping: RigMapping, scene: bpy.types.Scene, prompt: str, first: int, last: int
) -> Part:
    """The part from ``first`` to ``last`` as the rig shows it. The scene's frame is put back."""
    bones = pose_bones(armature)
    shown = {**mapping.bones, **mapping.sampled}
    slots = tuple(slot for slot, name in shown.items() if name in bones)
    now = scene.frame_current, scene.frame_subframe
    frames = np.unique(np.linspace(first, last, LOOKS).round())
    points = []
    try:
        for frame in frames:
            scene.frame_set(int(frame))
            points.append([armature.matrix_world @ bones[shown[slot]].head for slot in slots])
    finally:
        scene.frame_set(now[0], subframe=now[1])
    joints = np.array(points)
    head, neck = (joints[:, slots.index(slot)] for slot in ("head", "neck"))
    floor = float(np.percentile(joints[..., 2].min(axis=1), 10))
    up = head - neck
    up /= np.maximum(np.linalg.norm(up, axis=-1, keepdims=True), 1e-6)
    tall = float((joints[..., 2].max() - floor) * ABOVE)
    return Part(prompt, first, last, frames, np.concatenate((joints, (head + tall * up)[:, None]), 1), slots, floor)
