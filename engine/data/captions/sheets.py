"""Contact sheets of trials, and their motion in numbers: what captions are written from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from engine.motion.features import facing
from engine.motion.skeleton import HUMANML3D, skeleton_of

Array = NDArray[np.floating]

LEFT_COLOUR, RIGHT_COLOUR, MIDDLE_COLOUR = (40, 90, 220), (215, 50, 40), (50, 50, 50)
TILE = (150, 170)  # pixels of a pose


def draw_sheet(joints: Array, title: str, step: float = 0.5, start: float = 0.0, columns: int = 8) -> Image.Image:
    """A picture of (T, 22, 3) joints, one pose every `step` seconds, left limbs blue, right red.

    The camera looks from the front right and follows the root; the ground position in metres
    stands beside the time.
    """
    frames = np.arange(0, len(joints), max(1, round(step * HUMANML3D.fps)))
    width, height = TILE
    rows = -(-len(frames) // columns)
    sheet = Image.new("RGB", (columns * width, rows * height + 18), (246, 246, 246))
    draw = ImageDraw.Draw(sheet)
    draw.text((4, 3), title, fill=(0, 0, 0))
    # Everything is turned so that the body faces the viewer, slightly to the picture's left, at
    # the start: what goes left on paper then goes to the character's right.
    ahead = facing(joints[:1])[0]
    yaw = -np.arctan2(ahead[0], ahead[2]) - np.radians(30)
    for tile, frame in enumerate(frames):
        corner = (tile % columns * width, 18 + tile // columns * height)
        _draw_pose(draw, joints[frame], corner, yaw)
        ground = joints[frame, 0, [0, 2]] - joints[0, 0, [0, 2]]
        label = f"{start + frame / HUMANML3D.fps:.1f}s ({ground[0]:+.1f},{ground[1]:+.1f})"
        draw.text((corner[0] + 4, corner[1] + 2), label, fill=(90, 90, 90))
        draw.rectangle((*corner, corner[0] + width - 1, corner[1] + height - 1), outline=(210, 210, 210))
    return sheet


def _draw_pose(draw: ImageDraw.ImageDraw, pose: Array, corner: tuple[int, int], yaw: float) -> None:
    width, height = TILE
    points = pose - [pose[0, 0], 0.0, pose[0, 2]]
    x = points[:, 0] * np.cos(yaw) + points[:, 2] * np.sin(yaw)
    z = -points[:, 0] * np.sin(yaw) + points[:, 2] * np.cos(yaw)
    distance = 4.2
    scale = height * 0.47 * distance / (distance - z)
    across = corner[0] + width / 2 + x * scale
    down = corner[1] + height * 0.93 - (points[:, 1] - 0.18 * z) * scale
    floor = corner[1] + height * 0.93
    draw.line((corner[0] + 8, floor, corner[0] + width - 8, floor), fill=(190, 190, 190))
    skeleton = skeleton_of(len(z))
    parents = skeleton.parents
    known = [joint for joint in range(1, len(parents)) if np.isfinite(z[joint])]
    for joint in sorted(known, key=lambda j: z[j] + z[parents[j]]):
        name = skeleton.joint_names[joint]
        colour = MIDDLE_COLOUR
        if name.startswith("left"):
            colour = LEFT_COLOUR
        elif name.startswith("right"):
            colour = RIGHT_COLOUR
        parent = parents[joint]
        draw.line((across[parent], down[parent], across[joint], down[joint]), fill=colour, width=4)
    head = (across[15], down[15])
    draw.ellipse((head[0] - 6, head[1] - 10, head[0] + 6, head[1] + 3), fill=(90, 90, 90))


def describe_motion(joints: Array) -> str:
    """The motion second by second in numbers, for writing directions and sides correctly.

    Forward and left are relative to where the body faces at that second.
    """
    forward = facing(joints)
    left = np.stack((forward[:, 2], 0 * forward[:, 0], -forward[:, 0]), axis=-1)
    yaw = np.unwrap(np.arctan2(forward[:, 0], forward[:, 2]))
    rate = round(HUMANML3D.fps)
    lines = ["time  fwd   left  turn(left+)  hips  Lhand Rhand  Lfoot Rfoot  (heights in m)"]
    for start in range(0, len(joints) - 1, rate):
        stop = min(start + rate, len(joints) - 1)
        moved = joints[stop, 0] - joints[start, 0]
        part = joints[start : stop + 1]
        top = part[:, [0, 20, 21, 10, 11], 1].max(axis=0)
        lines.append(
            f"{start / rate:4.0f}s {moved @ forward[start]:+5.2f} {moved @ left[start]:+5.2f}"
            f"  {np.degrees(yaw[stop] - yaw[start]):+6.0f}      {part[:, 0, 1].min():.2f}"
            f"-{top[0]:.2f} {top[1]:.2f}  {top[2]:.2f}   {top[3]:.2f}  {top[4]:.2f}"
        )
    return "\n".join(lines)


def write_sheets(trials: Path, out: Path, names: list[str], tiles: int = 24) -> None:
    """For each trial, `out`/NAME_K.png with `tiles` poses each and `out`/NAME.txt in numbers."""
    out.mkdir(parents=True, exist_ok=True)
    for name in names:
        joints = np.load(trials / f"{name}.npy").astype(np.float64)
        span = round(tiles * 0.5 * HUMANML3D.fps)
        for number, first in enumerate(range(0, len(joints), span)):
            part = joints[first : first + span]
            start = first / HUMANML3D.fps
            step = 0.25 if len(joints) <= span // 2 else 0.5
            draw_sheet(part, f"{name}  from {start:.1f} s", step, start).save(out / f"{name}_{number}.png")
        (out / f"{name}.txt").write_text(describe_motion(joints) + "\n", encoding="utf-8")
