"""A sentence becomes a motion: ``python examples/generate.py "a person waves" OUT``."""

import sys
from pathlib import Path

from engine import Pipeline
from engine.motion.bvh import write_bvh

prompt, out = sys.argv[1], Path(sys.argv[2])
(motion,) = Pipeline.from_pretrained("mmm-open").generate(prompt, seconds=4, seed=1)
print(f"{prompt!r}: {len(motion)} frames of {motion.joints.shape[1]} joints at {motion.fps:g} a second")
motion.save(out / "motion.npz")
write_bvh(out / "motion.bvh", motion.joints, motion.fps)
