"""An action as a game engine plays it: poses at even times, the way over the floor on the root bone or away.

Everything is in the frame of the file: metres, Z up, the character facing -Y as its object does at the action's first
frame, which stands over the origin.
"""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np

from .... import compat
from ....coordinates import FloatArray
from ....rig import rotations
from ....scene import pose_bones
from ...shown.obstacles import check_played
from ..takes import Take, playing_takes, stand_at_rest
from .settings import GameSettings
from .skeleton import GameSkeleton

SMOOTH = 0.25  # seconds over which the root's way is averaged: hips sway about it


@dataclass(frozen=True)
class GameClip:
    """``poses`` (T, B, 4, 4) of a skeleton's bones in the file's frame, T frames from 0 on."""

    name: str
    poses: FloatArray


def sample_clips(
    armature: bpy.types.Object,
    scene: bpy.types.Scene,
    takes: list[Take],
    skeleton: GameSkeleton,
    settings: GameSettings,
) -> list[GameClip]:
    """Each take as a clip; armature and scene are as before.

    Raises ObstacleError where an action is not what is seen.
    """
    rate = scene.render.fps / scene.render.fps_base
    clips: list[GameClip] = []
    with playing_takes(armature, scene):
        for take in takes:
            first, last = (float(take.action.frame_range[end]) for end in (0, 1))
            stand_at_rest(armature)
            compat.assign_action(armature, take.action, take.slot)
            check_played(armature, scene, first, last)
            count = max(int(round((last - first) / rate * settings.fps)), 1) + 1
            frames = np.minimum(first + np.arange(count) * rate / settings.fps, last)
            poses = _place(_watch(armature, scene, skeleton, frames), armature, skeleton)
            name = _unique(take.action.name, [clip.name for clip in clips])
            clips.append(GameClip(name, move_travel(poses, skeleton, settings)))
    return clips


def move_travel(poses: FloatArray, skeleton: GameSkeleton, settings: GameSettings) -> FloatArray:
    """Poses (T, B, 4, 4), their way over the floor where the settings want it; column 0 is the root bone."""
    pelvis = poses[:, skeleton.pelvis]
    width = SMOOTH * settings.fps
    way = np.tile(np.eye(4), (len(poses), 1, 1))
    if settings.travel != "BODY":
        way[:, :2, 3] = _calm(pelvis[:, :2, 3] - pelvis[0, :2, 3], width)
        way[:, :2, 3] -= way[0, :2, 3]
    if settings.travel == "ROOT" and settings.turns:
        turned = pelvis[:, :3, :3] @ skeleton.rest[skeleton.pelvis, :3, :3].T
        yaw = np.unwrap(np.arctan2(turned[:, 1, 0] - turned[:, 0, 1], turned[:, 0, 0] + turned[:, 1, 1]))
        yaw = _calm(yaw - yaw[0], width)
        way[:, :3, :3] = rotations.about(np.array([0.0, 0.0, 1.0]), yaw - yaw[0])
    moved = poses.copy()
    if settings.travel == "IN_PLACE":
        moved[:, :, :3, 3] -= way[:, None, :3, 3]
        way = np.tile(np.eye(4), (len(poses), 1, 1))
    moved[:, 0] = way @ skeleton.rest[0]
    return moved


def _calm(values: FloatArray, width: float) -> FloatArray:
    """``values`` (T, ...) averaged over ``width`` frames; beyond both ends they go on as they came.

    So the root is as fast at the ends as in between, where one clip runs into the next, and ends below the body.
    """
    if len(values) < 2:
        return values
    reach = int(np.ceil(3 * width))
    ends = [(reach, reach)] + [(0, 0)] * (values.ndim - 1)
    return rotations.smooth(np.pad(values, ends, mode="reflect", reflect_type="odd"), width)[reach:-reach]


def _watch(
    armature: bpy.types.Object, scene: bpy.types.Scene, skeleton: GameSkeleton, frames: FloatArray
) -> FloatArray:
    """(T, B, 4, 4) of the skeleton's bones in the world, in the root's place the armature's own matrix."""
    bones = pose_bones(armature)
    buffer = np.empty(16 * len(bones), np.float32)
    columns = [list(bones.keys()).index(name) for name in skeleton.sources[1:]]
    seen = np.empty((len(frames), len(skeleton.names), 4, 4))
    for row, frame in enumerate(frames):
        whole = int(np.floor(frame + 1e-6))
        scene.frame_set(whole, subframe=float(np.clip(frame - whole, 0.0, 0.9999)))
        bones.foreach_get("matrix", buffer)
        world = np.array(armature.matrix_world)
        seen[row, 0] = world
        # foreach_get hands matrices out column by column
        seen[row, 1:] = world @ buffer.reshape(-1, 4, 4).transpose(0, 2, 1)[columns]
    return seen


def _place(seen: FloatArray, armature: bpy.types.Object, skeleton: GameSkeleton) -> FloatArray:
    """World poses (T, B, 4, 4) in the file's frame: the pelvis begins over the origin, the object faces -Y."""
    first = seen[0, 0]
    yaw = np.arctan2(first[1, 0], first[0, 0])
    frame = np.eye(4)
    frame[:3, :3] = rotations.about(np.array([0.0, 0.0, 1.0]), np.array(-yaw))
    start = np.array([*seen[0, skeleton.pelvis, :2, 3], first[2, 3]])
    frame[:3, 3] = -frame[:3, :3] @ start
    placed = frame @ seen
    placed[..., :3, :3] /= np.linalg.norm(placed[..., :3, :3], axis=-2, keepdims=True)
    return placed


def _unique(name: str, taken: list[str]) -> str:
    found, number = name, 2
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    return found
