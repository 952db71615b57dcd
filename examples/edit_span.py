"""Regenerate two seconds of a motion, keep the rest to the bit: ``python examples/edit_span.py OUT``."""

import sys
from pathlib import Path

import numpy as np

from engine import MotionEditor

out = Path(sys.argv[1])
editor = MotionEditor.from_pretrained("mmm-open")
(walk,) = editor.pipeline.generate("a person walks forward", seconds=6, seed=3)
# Frames at the model's 20 a second: from 2 s to 4 s.
jump = editor.set_motion(walk).regenerate(40, 80, "a person jumps", seed=1)
kept = np.r_[0:40, 80 : len(walk)]
print("kept frames are identical:", np.array_equal(walk.joints[kept], jump.joints[kept]))
jump.save(out / "edited.npz")
# Arms only: the legs go on as they were.
wave = editor.set_motion(walk).regenerate(20, 100, "a person waves", part="upper", seed=1)
wave.save(out / "waving.npz")
