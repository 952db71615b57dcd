"""Sheets of two characters: both in one picture, pose by pose."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from engine.interaction.bodies import CAPSULES
from engine.motion.skeleton import skeleton_of

Array = NDArray[np.floating]

TILE = (230, 210)  # pixels of a pose
# Of a and b: left limbs, right limbs and the rest.
COLOURS = (
    {"left": (40, 90, 220), "right": (20, 50, 140), "": (70, 110, 190)},
    {"left": (235, 120, 40), "right": (170, 60, 20), "": (205, 110, 70)},
)
TILT = 0.22  # how much of what lies further away is drawn higher


def draw_pair(
    a: Array, b: Array, title: str, sizes: tuple[float, float], step: int = 5, columns: int = 6
) -> Image.Image:
    """A picture of joints (T, J, 3), a blue and b orange, every `step` frames, seen from the side of the two."""
    frames = np.arange(0, len(a), step)
    width, height = TILE
    sheet = Image.new("RGB", (columns * width, -(-len(frames) // columns) * height + 18), (246, 246, 246))
    draw = ImageDraw.Draw(sheet)
    draw.text((4, 3), title, fill=(0, 0, 0))
    between = (b[:, 0] - a[:, 0]).mean(axis=0)
    yaw = float(np.arctan2(between[2], between[0])) + np.radians(20)
    both = np.concatenate((a, b), axis=1)
    for tile, frame in enumerate(frames):
        corner = (tile % columns * width, 18 + tile // columns * height)
        middle = (a[frame, 0] + b[frame, 0]) / 2 * [1.0, 0.0, 1.0]
        reach = np.linalg.norm((both[frame] - middle)[:, [0, 2]], axis=-1).max()
        scale = min(0.44 * width / max(reach, 0.3), 0.82 * height / max(both[:, :, 1].max() + 0.15, 1.0))
        _draw_tile(draw, (a[frame] - middle, b[frame] - middle), corner, yaw, float(scale), sizes)
        draw.text((corner[0] + 4, corner[1] + 2), f"{frame / 20:.2f} s", fill=(90, 90, 90))
        draw.rectangle((*corner, corner[0] + width - 1, corner[1] + height - 1), outline=(210, 210, 210))
    return sheet


def _draw_tile(
    draw: ImageDraw.ImageDraw,
    poses: tuple[Array, Array],
    corner: tuple[int, int],
    yaw: float,
    scale: float,
    sizes: tuple[float, float],
) -> None:
    """Capsules of both, the farther ones first."""
    width, height = TILE
    limbs = []
    for pose, colours, size in zip(poses, COLOURS, sizes, strict=True):
        names = skeleton_of(len(pose)).joint_names
        x = pose[:, 0] * np.cos(yaw) + pose[:, 2] * np.sin(yaw)
        away = -pose[:, 0] * np.sin(yaw) + pose[:, 2] * np.cos(yaw)
        across = corner[0] + width / 2 + x * scale
        down = corner[1] + 0.95 * height - (pose[:, 1] + TILT * away) * scale
        lines = [
            (name, names.index(first), names.index(last), radius) for name, (first, last, radius) in CAPSULES.items()
        ]
        lines += [
            (f"{side} hand", names.index(f"{side}_wrist"), names.index(f"{side}_hand"), 0.03)
            for side in ("left", "right")
            if f"{side}_hand" in names
        ]
        for name, first, last, radius in lines:
            side = name.partition(" ")[0]
            colour = colours[side if side in colours else ""]
            line = (across[first], down[first], across[last], down[last])
            limbs.append((away[first] + away[last], line, colour, radius * size * scale))
        if "head_front" in names:
            nose = names.index("head_front")
            line = (across[15], down[15] - 0.05 * scale, across[nose], down[nose] - 0.05 * scale)
            limbs.append((away[15] + away[nose], line, colours[""], 0.02 * size * scale))
    for _, line, colour, radius in sorted(limbs, key=lambda it: -it[0]):
        draw.line(line, fill=colour, width=max(2, round(1.6 * radius)))
        for x, y in (line[:2], line[2:]):
            draw.ellipse((x - 0.8 * radius, y - 0.8 * radius, x + 0.8 * radius, y + 0.8 * radius), fill=colour)
