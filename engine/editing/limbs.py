"""Arms alone: the upper body is made anew as one, and of it the arms are taken onto the trunk that stays.

An arm hangs on the chest: it is held to the kept chest as the new one is held to the new chest.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.editing.canonical_frame import Placement
from engine.motion import rotations
from engine.motion.features import features_of_every_frame
from engine.motion.motion import Motion
from engine.motion.skeleton import skeleton_of
from engine.requests.kinds import Change, Inpaint, Pin

Array = NDArray[np.floating]

# Parts of the body smaller than those that tokens speak of -> the sides whose arms they are.
ARMS: dict[str, tuple[str, ...]] = {"arms": ("left", "right"), "left_arm": ("left",), "right_arm": ("right",)}
ARMS_TOKENS = "upper"  # the part whose tokens hold the arms
SPINE3, NECK, LEFT_COLLAR, RIGHT_COLLAR = 9, 12, 13, 14
COLLARS = {"left": LEFT_COLLAR, "right": RIGHT_COLLAR}


def arms_of(change: Change) -> str | None:
    """The part in ARMS that a change is about, or None."""
    spans = change.mask if isinstance(change, Inpaint | Pin) else (change,)
    parts = {getattr(span, "part", None) for span in spans}
    found = parts & set(ARMS)
    return str(found.pop()) if len(parts) == 1 and found else None


def keep_trunk(made: Motion, part: str, given: Array, placement: Placement) -> Motion:
    """An edit of the upper body as one of `part` alone: all else is that of the joints `given` (T, J, 3)."""
    joints = take_arms(given, made.joints, part)
    features = features_of_every_frame(placement.to_canonical(joints))
    runs = [{**run, "part": part} for run in made.request.get("mask", ())]
    return replace(made, joints=joints, features=features, request=made.request | ({"mask": runs} if runs else {}))


def take_arms(given: Array, made: Array, part: str) -> NDArray[np.float32]:
    """Joints (T, J, 3) of `given` with the arms of `made`; frames in which both are the same stay bit by bit."""
    changed = (given != made).any(axis=(1, 2))
    turn = _chests(given[changed]) @ np.swapaxes(_chests(made[changed]), -1, -2)
    joints = given.copy()
    parents = skeleton_of(given.shape[1]).parents
    for child in arm_joints(part, given.shape[1]):
        parent = parents[child]
        bone = (made[changed, child] - made[changed, parent]).astype(np.float64)
        joints[changed, child] = joints[changed, parent] + np.einsum("tij,tj->ti", turn, bone)
    return joints.astype(np.float32)


def arm_joints(part: str, joint_count: int) -> list[int]:
    """The joints that a part in ARMS moves, from the shoulders on, parents first."""
    moved = {COLLARS[side] for side in ARMS[part]}
    found = []
    for child, parent in enumerate(skeleton_of(joint_count).parents):
        if parent in moved:
            moved.add(child)
            found.append(child)
    return found


def _chests(joints: Array) -> NDArray[np.float64]:
    """(T, 3, 3) axes of the chest as columns: to the left, up, ahead."""
    points = joints.astype(np.float64)
    up = rotations.normalize(points[:, NECK] - points[:, SPINE3])
    across = points[:, LEFT_COLLAR] - points[:, RIGHT_COLLAR]
    ahead = rotations.normalize(np.cross(across, up))
    return np.stack((np.cross(up, ahead), up, ahead), axis=-1)
