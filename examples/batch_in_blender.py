"""A list of prompts to .blend files, an Action each, without a window: ``python examples/batch_in_blender.py OUT``.

The engine and Blender are two processes here as they are in the add-on; `bpy` is Blender as a Python module.
"""

import sys
from pathlib import Path

from engine import Pipeline
from engine.blender_process import export_motion

PROMPTS = ("a person claps", "a person bows")

out = Path(sys.argv[1])
for motion in Pipeline.from_pretrained("mmm-open").generate(list(PROMPTS), seconds=3, seed=1):
    name = motion.prompt.replace(" ", "_")
    motion.save(out / f"{name}.npz")
    export_motion(out / f"{name}.npz", [out / f"{name}.blend"], fps=24)
    print(out / f"{name}.blend")
