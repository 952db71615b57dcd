"""Draw the guide's picture of moods: `python docs/images/render_moods.py`.

Two prompts, once in each mood at intensity 1, with seed 0 and the default settings: nothing is picked. Bodies are seen
from the left and a little from the front, as they face at the start; right limbs are red, left ones blue.
"""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from engine.motion.skeleton import skeleton_of
from engine.pipeline import Pipeline

PROMPTS = ("a person walks forward", "a person waves with the right hand")
SECONDS = 3.0
FRAMES = (12, 24, 36, 48)
TILE, TITLE = (104, 116), 14  # pixels of a pose, and of the line above a row
VIEW = np.radians(55.0)
COLOURS = {"left": (40, 90, 220), "right": (215, 50, 40)}


def main() -> None:
    """Write moods.png beside this file."""
    pipeline = Pipeline.from_pretrained("mmm-open")
    moods = (None, *pipeline.moods)
    width, height = len(FRAMES) * TILE[0] + 10, TILE[1] + TITLE
    picture = Image.new("RGB", (len(PROMPTS) * width, len(moods) * height), "white")
    draw = ImageDraw.Draw(picture)
    for row, mood in enumerate(moods):
        for column, motion in enumerate(pipeline.generate(PROMPTS, SECONDS, mood=mood)):
            corner = column * width, row * height
            draw.text((corner[0] + 4, corner[1] + 1), mood or "neutral", fill="black")
            draw.line((*corner, corner[0] + width - 10, corner[1]), fill=(200, 200, 200))
            for place, frame in enumerate(FRAMES):
                at = corner[0] + (place + 0.5) * TILE[0], corner[1] + height - 4.0
                draw_pose(draw, motion.joints[frame], at)
    picture.quantize(64).save(Path(__file__).with_name("moods.png"), optimize=True)


def draw_pose(draw: ImageDraw.ImageDraw, pose: np.ndarray, at: tuple[float, float]) -> None:
    """One pose (J, 3) that stands at a place of the picture."""
    scale = TILE[1] / 2.05
    across = at[0] + scale * (np.cos(VIEW) * (pose[:, 0] - pose[0, 0]) + np.sin(VIEW) * (pose[:, 2] - pose[0, 2]))
    down = at[1] - scale * pose[:, 1]
    skeleton = skeleton_of(len(pose))
    for joint, parent in enumerate(skeleton.parents):
        if parent >= 0:
            colour = COLOURS.get(skeleton.joint_names[joint].split("_")[0], (50, 50, 50))
            draw.line((across[parent], down[parent], across[joint], down[joint]), fill=colour, width=3)
    draw.ellipse((across[15] - 6, down[15] - 9, across[15] + 6, down[15] + 4), fill=(90, 90, 90))


if __name__ == "__main__":
    main()
