"""Render the gallery: `python docs/gallery/render.py [NAME ...]` (all by default).

Each prompt is generated once with seed 0 and the default settings: nothing is picked.
"""

import sys
import tempfile
from pathlib import Path

from PIL import Image

from engine.blender_process import export_motion
from engine.pipeline import Pipeline

HERE = Path(__file__).resolve().parent
PROMPTS = {
    "walk-forward": "a person walks forward",
    "run": "a person runs forward",
    "walk-backwards": "a person walks backwards",
    "turn-left": "a person turns left while walking",
    "jump-forward": "a person jumps forward",
    "punch": "a person punches with the right hand",
    "kick": "a person kicks with the right leg",
    "wave-left-hand": "a person waves with the left hand",
    "sit-and-stand": "a person sits down and stands up again",
    "salsa": "a person dances salsa",
    "pick-up": "a person bends down and picks something up",
    "crouch-and-sneak": "a person crouches and sneaks forward",
}
COLOURS = 128  # a palette keeps every version of a sheet small in the repository's history


def main(names: list[str]) -> None:
    pipeline = Pipeline.from_pretrained("mmm-open")
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            motion = pipeline.generate([PROMPTS[name]], seed=0)[0]
            source = Path(folder) / f"{name}.npz"
            motion.save(source)
            export_motion(source, [HERE / f"{name}.png"])
            shrink(HERE / f"{name}.png")
            print(name, f"{motion.seconds:.1f} s", flush=True)


def shrink(path: Path) -> None:
    """Store a picture with a palette and at two thirds of its size."""
    picture = Image.open(path).convert("RGB")
    width, height = (round(size * 2 / 3) for size in picture.size)
    picture.resize((width, height), Image.Resampling.LANCZOS).quantize(COLOURS).save(path, optimize=True)


if __name__ == "__main__":
    main(sys.argv[1:] or list(PROMPTS))
