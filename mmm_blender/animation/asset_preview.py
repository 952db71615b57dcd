"""A motion as an asset: what the Asset Browser shows and finds of it."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np

from ..coordinates import FloatArray
from ..motion_file import Motion
from ..palette import MIDDLE, Rgb, side_color
from ..rig import canonical

SIZE = 128  # pixels, what Blender shows large previews in
THICKNESS = 0.045  # metres, half the width of a limb
THIN = {"head_front": 0.028, "hand": 0.036, "thumb": 0.022}  # metres, of nose, hand and thumb
HEAD, FACE = np.array([0.0, 0.08]), np.array([0.0, 0.05])  # metres above its joint
POSES = ((0.0, 0.35), (0.5, 0.6), (1.0, 1.0))  # moment as a share of the motion, opacity
TURN = np.radians(35)  # the figure is seen from ahead and a little from its left


def mark_asset(action: bpy.types.Action, motion: Motion) -> None:
    """Mark ``action`` as an asset that tells the prompt and shows three poses."""
    pixels = draw_poses(motion.joints).ravel()
    action.asset_mark()
    data: Any = action.asset_data
    data.description = motion.prompt
    data.tags.new("MMM", skip_if_exists=True)
    preview: Any = action.preview_ensure()
    preview.image_size = (SIZE, SIZE)
    preview.image_pixels_float.foreach_set(pixels)


def draw_poses(joints: FloatArray, size: int = SIZE) -> FloatArray:
    """(size, size, 4) float32 RGBA picture, the first row at the bottom, of three poses of ``joints`` (T, J, 3),
    one over the other, the last one in front.
    """
    cos, sin = np.cos(TURN), np.sin(TURN)
    moments = [round(share * (len(joints) - 1)) for share, _ in POSES]
    shown = np.asarray(joints, np.float64)[moments]
    across = shown[..., 0] * cos - shown[..., 2] * sin
    flat = np.stack([across, shown[..., 1]], -1)
    low, high = flat.min((0, 1)) - 0.12, flat.max((0, 1)) + [0.12, 0.22]
    extent = float((high - low).max())
    low = (low + high) / 2 - extent / 2
    axis = (np.arange(size) + 0.5) / size * extent
    points = np.stack(np.meshgrid(axis + low[0], axis + low[1]), -1)
    picture = np.zeros((size, size, 4))
    for pose, (_, opacity) in zip(flat, POSES, strict=True):
        for name, start, end in zip(
            canonical.names_of(joints), pose[list(canonical.parents_of(joints))], pose, strict=True
        ):
            if name == "pelvis":
                continue
            half = THIN.get(name.removeprefix("left_").removeprefix("right_"), THICKNESS)
            start, end = (start + FACE, end + FACE) if name == "head_front" else (start, end)
            _draw_capsule(picture, points, start, end, half, side_color(name), opacity, extent / size)
        head = pose[canonical.INDEX["head"]] + HEAD
        _draw_capsule(picture, points, head, head, 0.1, MIDDLE, opacity, extent / size)
    picture[..., :3] /= np.maximum(picture[..., 3:], 1e-6)  # laid over black so far; Blender wants plain colours
    return picture.astype(np.float32)


def _draw_capsule(
    picture: FloatArray,
    points: FloatArray,
    start: FloatArray,
    end: FloatArray,
    radius: float,
    color: Rgb,
    opacity: float,
    pixel: float,
) -> None:
    """Lay a line with round ends over ``picture``, lit from above; ``pixel``: size of one, for soft edges."""
    line = end - start
    length = float(line @ line)
    share = np.clip((points - start) @ line / length, 0.0, 1.0)[..., None] if length > 1e-12 else 0.0
    away = points - (start + share * line)
    distance = np.linalg.norm(away, axis=-1)
    cover = np.clip((radius - distance) / pixel + 0.5, 0.0, 1.0) * opacity
    light = 0.75 + 0.35 * np.clip(away[..., 1] / radius, -1.0, 1.0)
    for channel, value in enumerate(color):
        picture[..., channel] += cover * (np.clip(value * light, 0.0, 1.0) - picture[..., channel])
    picture[..., 3] += cover * (1.0 - picture[..., 3])
