"""Motions to test with: the golden HumanML3D clip, and motions made by formula: a walk of 22 joints, and some of 27
in which head and hands have something to say."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from mmm_blender.coordinates import FloatArray
from mmm_blender.rig import canonical
from mmm_blender.rig.rotations import frame

GOLDEN = Path(__file__).parents[1] / "golden" / "humanml3d_new_joints_012314.npy"


def golden_joints() -> FloatArray:
    """The official clip (170, 22, 3) at 20 fps."""
    return np.load(GOLDEN)


def walking_joints(frames: int = 60, fps: float = 20.0, count: int = len(canonical.JOINTS)) -> FloatArray:
    """A plain walk along +Z (T, ``count``, 3): legs and arms swing, knees and elbows bend, exactly rigid."""
    time = np.arange(frames) / fps
    phase = 2 * np.pi * time
    turned: dict[str, FloatArray] = {}
    for side, sign in (("left", 1.0), ("right", -1.0)):
        swing = 0.5 * sign * np.sin(phase)
        turned[f"{side}_hip"] = pitch(-swing)
        turned[f"{side}_knee"] = pitch(-swing + 0.5 + 0.4 * np.cos(phase) * sign)
        turned[f"{side}_ankle"] = pitch(0.2 * swing)
        turned[f"{side}_shoulder"] = pitch(0.6 * swing) @ hang(sign)
        turned[f"{side}_elbow"] = pitch(0.6 * swing - 0.6) @ hang(sign)
    root = np.stack([0 * time, 0.95 + 0 * time, 1.2 * time], -1)
    return placed_joints(root, turned)[:, :count]


def waving_joints(frames: int = 60, fps: float = 20.0) -> FloatArray:
    """Standing, the right hand up beside the head, its palm ahead, waving three times (T, 27, 3)."""
    time = np.arange(frames) / fps
    tilt = 0.5 * np.sin(2 * np.pi * time)
    forearm = np.stack([-np.sin(0.4 * tilt) - 0.1, np.cos(0.4 * tilt), 0.25 + 0 * tilt], -1)
    fingers = np.stack([-np.sin(tilt), np.cos(tilt), 0 * tilt], -1)
    inwards = np.stack([np.cos(tilt), np.sin(tilt), 0 * tilt], -1)  # thumb to the head: the palm looks ahead
    turned = standing(frames)
    turned["right_shoulder"] = aimed("right", np.array([-0.8, -0.55, 0.2]), np.array([0.3, 0.3, 0.9]), frames)
    turned["right_elbow"] = aimed("right", forearm, np.array([0.5, 0.0, 0.9]), frames)
    turned["right_wrist"] = aimed("right", fingers, inwards, frames)
    return placed_joints(upright_root(frames), turned)


def walking_and_waving_joints(frames: int = 60) -> FloatArray:
    """The walk's legs below the upper body that waves (T, 27, 3)."""
    joints, waving = walking_joints(frames, count=len(canonical.ALL_JOINTS)), waving_joints(frames)
    legs = ("pelvis", "hip", "knee", "ankle", "foot")
    upper = [row for name, row in canonical.INDEX.items() if not name.endswith(legs)]
    joints[:, upper] = joints[:, :1] + waving[:, upper] - waving[:, :1]
    return joints


def looking_joints(yaw: float, nod: float = 0.0, frames: int = 40) -> FloatArray:
    """Standing, the head turning ``yaw`` radians to the left and ``nod`` downwards and back (T, 27, 3)."""
    share = np.sin(np.pi * np.linspace(0, 1, frames)) ** 2
    turned = standing(frames)
    turned["neck"] = pitch(0.4 * nod * share - np.radians(16))  # the T-pose's neck leans further ahead than people's
    turned["head"] = about_y(yaw * share) @ pitch(nod * share)
    return placed_joints(upright_root(frames), turned)


def push_up_joints(frames: int = 40) -> FloatArray:
    """Face down on hands and toes, the hands flat, fingers ahead, thumbs inwards, elbows bending (T, 27, 3)."""
    bend = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(frames) / 20)
    level = np.radians(78) + 0.1 * bend
    trunk = pitch(level)
    turned = dict.fromkeys(canonical.ALL_JOINTS, trunk)
    turned["neck"] = turned["head"] = pitch(level - 0.5)
    for side, sign in (("left", 1.0), ("right", -1.0)):
        turned[f"{side}_ankle"] = pitch(level - 1.2)
        upper = np.stack([sign * (0.1 + 0.5 * bend), -1.0 + 0.4 * bend, -0.15 - 0.6 * bend], -1)
        lower = np.stack([-0.1 * sign * bend, -1.0 + 0 * bend, 0.1 + 0.5 * bend], -1)
        turned[f"{side}_shoulder"] = aimed(side, upper, np.array([0.0, 0.2, 1.0]), frames)
        turned[f"{side}_elbow"] = aimed(side, lower, np.array([0.0, 0.2, 1.0]), frames)
        turned[f"{side}_wrist"] = aimed(side, np.array([0.0, 0.0, 1.0]), np.array([-sign, 0.0, 0.0]), frames)
    joints = placed_joints(np.zeros((frames, 3)), turned)
    wrists = joints[:, [canonical.INDEX["left_wrist"], canonical.INDEX["right_wrist"]]]
    lowest = np.stack([0 * bend, wrists[..., 1].mean(1) - 0.03, wrists[..., 2].mean(1)], -1)
    return joints - lowest[:, None]


def pitch(angle: FloatArray | float) -> FloatArray:
    """Turns (..., 3, 3) forwards about the axis to the left."""
    c, s = np.cos(angle), np.sin(angle)
    o, i = np.zeros_like(c), np.ones_like(c)
    return np.stack([np.stack([i, o, o], -1), np.stack([o, c, -s], -1), np.stack([o, s, c], -1)], -2)


def about_y(angle: FloatArray) -> FloatArray:
    """Turns (T, 3, 3) to the left about the vertical."""
    c, s, o, i = np.cos(angle), np.sin(angle), np.zeros_like(angle), np.ones_like(angle)
    return np.stack([np.stack([c, o, s], -1), np.stack([o, i, o], -1), np.stack([-s, o, c], -1)], -2)


def hang(sign: float) -> FloatArray:
    """(3, 3) an arm from sideways to nearly straight down; ``sign`` 1: the left one."""
    c, s = np.cos(np.radians(-75 * sign)), np.sin(np.radians(-75 * sign))
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def aimed(side: str, along: FloatArray, thumb: FloatArray, frames: int) -> FloatArray:
    """Turns (T, 3, 3) of an arm's bone that points along ``along``, what looks ahead in a T-pose to ``thumb``."""
    rest = frame(np.array([1.0 if side == "left" else -1.0, 0.0, 0.0]), np.array([0.0, 0.0, 1.0]))
    return np.broadcast_to(frame(*np.broadcast_arrays(along, thumb)) @ rest.T, (frames, 3, 3))


def standing(frames: int) -> dict[str, FloatArray]:
    """Turns of a body that stands with hanging arms."""
    turned: dict[str, FloatArray] = {}
    for side, sign in (("left", 1.0), ("right", -1.0)):
        for joint in ("shoulder", "elbow", "wrist"):
            turned[f"{side}_{joint}"] = np.broadcast_to(hang(sign), (frames, 3, 3))
    return turned


def upright_root(frames: int) -> FloatArray:
    """Where the pelvis (T, 3) of a standing body is."""
    rest = canonical.rest_joints()
    return np.repeat([[0.0, 0.01 - rest[canonical.INDEX["left_foot"], 1], 0.0]], frames, 0)


def placed_joints(root: FloatArray, turned: dict[str, FloatArray]) -> FloatArray:
    """Joints (T, 27, 3) of the canonical body, pelvis at ``root`` (T, 3); ``turned``: joint -> its turn."""
    rest = canonical.rest_joints(canonical.ALL_JOINTS)
    joints = np.zeros((len(root), len(rest), 3))
    joints[:, 0] = root
    for index, parent in enumerate(canonical.ALL_PARENTS[1:], 1):
        turn = turned.get(canonical.ALL_JOINTS[parent], np.eye(3))
        joints[:, index] = joints[:, parent] + turn @ (rest[index] - rest[parent])
    return joints
