"""Motions to test with: the golden HumanML3D clip, and a walk made by formula."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from mmm_blender.coordinates import FloatArray
from mmm_blender.rig import canonical

GOLDEN = Path(__file__).parents[1] / "golden" / "humanml3d_new_joints_012314.npy"


def golden_joints() -> FloatArray:
    """The official clip (170, 22, 3) at 20 fps."""
    return np.load(GOLDEN)


def walking_joints(frames: int = 60, fps: float = 20.0) -> FloatArray:
    """A plain walk along +Z (T, 22, 3): legs and arms swing, knees and elbows bend, exactly rigid."""
    rest = canonical.rest_joints()
    offsets = rest - rest[list(canonical.PARENTS)]
    time = np.arange(frames) / fps
    phase = 2 * np.pi * time

    def pitch(angle: FloatArray) -> FloatArray:
        c, s, o, i = np.cos(angle), np.sin(angle), np.zeros_like(angle), np.ones_like(angle)
        return np.stack([np.stack([i, o, o], -1), np.stack([o, c, -s], -1), np.stack([o, s, c], -1)], -2)

    def hang(sign: float) -> FloatArray:  # the arm from sideways to straight down
        c, s = np.cos(np.radians(-75 * sign)), np.sin(np.radians(-75 * sign))
        return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])

    turned = {name: np.broadcast_to(np.eye(3), (frames, 3, 3)) for name in canonical.JOINTS}
    for side, sign in (("left", 1.0), ("right", -1.0)):
        swing = 0.5 * sign * np.sin(phase)
        turned[f"{side}_hip"] = pitch(-swing)
        turned[f"{side}_knee"] = pitch(-swing + 0.5 + 0.4 * np.cos(phase) * sign)
        turned[f"{side}_ankle"] = pitch(0.2 * swing)
        turned[f"{side}_shoulder"] = pitch(0.6 * swing) @ hang(sign)
        turned[f"{side}_elbow"] = pitch(0.6 * swing - 0.6) @ hang(sign)
    joints = np.zeros((frames, len(canonical.JOINTS), 3))
    joints[:, 0] = np.stack([0 * time, 0.95 + 0 * time, 1.2 * time], -1)
    for index, parent in enumerate(canonical.PARENTS):
        if parent >= 0:
            bone = turned[canonical.JOINTS[parent]]
            joints[:, index] = joints[:, parent] + bone @ offsets[index]
    return joints
