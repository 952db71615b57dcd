"""Render the gallery: `python docs/gallery/render.py [FAMILY ...]` (all by default).

Each prompt is generated once with seed 0 and the default settings: nothing is picked. A picture shows four prompts.
"""

import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw

from engine.blender_process import export_motion
from engine.pipeline import Pipeline

HERE = Path(__file__).resolve().parent
FAMILIES = {
    "locomotion": (
        "a person walks forward",
        "a person runs forward",
        "a person walks backwards",
        "a person crouches and sneaks forward",
    ),
    "turns": (
        "a person turns left while walking",
        "the person turns around",
        "a person walks in a circle",
        "a person spins around once",
    ),
    "gait-styles": (
        "a person limps forward",
        "an old man walks with a bent back",
        "a soldier marches in place",
        "a zombie walks with its arms stretched out",
    ),
    "jumps": ("a person jumps forward", "a person jumps up", "someone hops on one leg", "does jumping jacks"),
    "gestures": (
        "a person waves with the left hand",
        "a soldier salutes",
        "someone claps their hands",
        "a person bows",
    ),
    "face-and-gaze": (
        "a person drinks from a cup",
        "a person looks around",
        "a person scratches their head",
        "a person covers their ears with both hands",
    ),
    "tools": (
        "a person hammers a nail",
        "someone sweeps the floor with a broom",
        "a person plays the guitar",
        "chops wood with an axe",
    ),
    "carrying": (
        "a person bends down and picks something up",
        "a person throws a ball",
        "a person pushes a heavy box forward",
        "someone pulls on a rope",
    ),
    "fighting": (
        "a person punches with the right hand",
        "a person kicks with the right leg",
        "swings a sword with both hands",
        "a person falls to the ground",
    ),
    "floor": (
        "a person sits down and stands up again",
        "a person lies down on the floor",
        "a person crawls on hands and knees",
        "a person kneels down on one knee",
    ),
    "sports-and-dance": (
        "a person dances salsa",
        "a golfer swings a club",
        "a person does push-ups",
        "a player kicks a soccer ball",
    ),
    "one-then-another": (
        "a person walks forward, then waves with the right hand",
        "a person picks something up from the floor and throws it",
        "jumps and then kicks",
        "a person sits on a chair and crosses the arms",
    ),
}
PANEL = (430, 230)  # pixels of one prompt: its eight poses under a line of text
QUALITY = 82  # keeps every version of a picture small in the repository's history


def main(names: list[str]) -> None:
    pipeline = Pipeline.from_pretrained("mmm-open")
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            panels = [render_panel(pipeline, prompt, Path(folder)) for prompt in FAMILIES[name]]
        picture = Image.new("RGB", (2 * PANEL[0], 2 * PANEL[1]), "white")
        for index, panel in enumerate(panels):
            picture.paste(panel, (index % 2 * PANEL[0], index // 2 * PANEL[1]))
        picture.save(HERE / f"{name}.jpg", quality=QUALITY, optimize=True)


def render_panel(pipeline: Pipeline, prompt: str, folder: Path) -> Image.Image:
    """The poses of the prompt's take, small, its words above them."""
    motion = pipeline.generate([prompt], seed=0)[0]
    source, sheet = folder / "take.npz", folder / "take.png"
    motion.save(source)
    export_motion(source, [sheet])
    panel = Image.new("RGB", PANEL, "white")
    poses = Image.open(sheet).convert("RGB")
    poses.thumbnail((PANEL[0] - 4, PANEL[1] - 18), Image.Resampling.LANCZOS)
    panel.paste(poses, (2, 16))
    ImageDraw.Draw(panel).text((4, 2), prompt, fill="black")
    print(f"{prompt}: {motion.seconds:.1f} s", flush=True)
    return panel


if __name__ == "__main__":
    main(sys.argv[1:] or list(FAMILIES))
