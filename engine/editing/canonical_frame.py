"""Where an artist's motion stands, and the way into the frame that the model knows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.motion import rotations
from engine.motion.contacts import TOE_HEIGHT
from engine.motion.errors import MotionError
from engine.motion.features import FORWARD, facing
from engine.motion.feet import LEGS
from engine.motion.skeleton import HUMANML3D
from engine.motion.uniform import uniform_offsets

Array = NDArray[np.floating]

# Legs longer or shorter than the model's by this share of them are within what it saw in training.
SAME_LENGTH = 0.02
# From the origin, in lengths of the model: float32 tells no centimetres there any more.
FARTHEST = 100_000.0


@dataclass(frozen=True)
class Placement:
    """A rigid, uniformly scaled frame: canonical = scale * turn(world - origin).

    Attributes:
        origin: (3,) the point on the floor below the first frame's root, world.
        turn: (4,) rotation about the vertical that makes the first frame face +Z.
        scale: model's leg length by the motion's.
    """

    origin: Array
    turn: Array
    scale: float

    def to_canonical(self, points: Array) -> NDArray[np.float64]:
        """(..., 3) world -> canonical frame."""
        return self.scale * rotations.rotate(self.turn, np.asarray(points, dtype=np.float64) - self.origin)

    def to_world(self, points: Array) -> NDArray[np.float64]:
        """(..., 3) canonical -> world frame."""
        return rotations.rotate(rotations.invert(self.turn), np.asarray(points) / self.scale) + self.origin


def find_placement(joints: Array, floor: float | None = None) -> Placement:
    """The placement of joints (T, 22, 3), Y up, any unit, anywhere.

    `floor` is the height that the character stands on; by default it is taken from how low the
    motion usually comes. Raises MotionError if the legs have no length, and for places where no scene reaches.
    """
    joints = np.asarray(joints, dtype=np.float64)
    wanted = float(np.linalg.norm(uniform_offsets()[[4, 7]], axis=-1).sum())
    bones = [(hip, knee) for hip, knee, _, _ in LEGS] + [(knee, ankle) for _, knee, ankle, _ in LEGS]
    spans = [np.median(np.linalg.norm(joints[:, b] - joints[:, a], axis=-1)) for a, b in bones]
    length = float(sum(spans)) / 2
    if not length > 1e-6:
        raise MotionError("the legs have no length: map the hips, knees and ankles of the rig")
    scale = wanted / length
    scale = 1.0 if abs(scale - 1.0) < SAME_LENGTH else scale
    farthest = scale * max(float(np.abs(joints).max()), abs(floor or 0.0))
    if not farthest < FARTHEST:
        raise MotionError(f"the motion or its floor lies {farthest:.3g} m from the origin: move the character nearer")
    if floor is None:
        floor = float(np.percentile(joints[..., 1].min(axis=1), 10)) - TOE_HEIGHT / scale
    turn = rotations.between(facing(joints[:1], HUMANML3D), FORWARD)[0]
    return Placement(np.array([joints[0, 0, 0], floor, joints[0, 0, 2]]), turn, scale)
