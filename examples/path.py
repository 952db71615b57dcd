"""A walk along a curve on the ground: ``python examples/path.py OUT``."""

import math
import sys
from pathlib import Path

from engine import PathRequest, Pipeline, follow_path

# x and z in metres: an S of six metres.
curve = tuple((1.2 * math.sin(2 * math.pi * share / 20), 6.0 * share / 20) for share in range(21))
motion = follow_path(Pipeline.from_pretrained("mmm-open"), PathRequest(curve, "a person walks", seed=1))
print(f"{motion.seconds:.1f} s, ends at x {motion.joints[-1, 0, 0]:.2f} m, z {motion.joints[-1, 0, 2]:.2f} m")
motion.save(Path(sys.argv[1]) / "path.npz")
