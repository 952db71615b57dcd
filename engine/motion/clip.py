"""An animated skeleton as its file describes it, before it is brought onto ours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.motion import rotations
from engine.motion.errors import MotionError

Array = NDArray[np.floating]


@dataclass(frozen=True)
class SkeletonClip:
    """Global joint transforms over time.

    Attributes:
        joint_names: J names; end sites are called ``PARENT_end``.
        parents: J indices, -1 for roots; a parent comes before its children.
        positions: (T, J, 3) in the file's own axes and unit.
        rotations: (T, J, 4) global quaternions (w, x, y, z).
        rest_positions: (J, 3) of the rest pose.
        rest_rotations: (J, 4) of the rest pose.
        fps: frames per second.
    """

    joint_names: tuple[str, ...]
    parents: tuple[int, ...]
    positions: Array
    rotations: Array
    rest_positions: Array
    rest_rotations: Array
    fps: float

    def __len__(self) -> int:
        return len(self.positions)

    def index(self, name: str) -> int:
        """Index of a joint by name; raises MotionError if there is none."""
        try:
            return self.joint_names.index(name)
        except ValueError:
            raise MotionError(f"the skeleton has no joint named {name!r}") from None

    def cut(self, start: int, stop: int | None = None) -> SkeletonClip:
        """Frames `start` up to `stop`."""
        return self.replaced(self.positions[start:stop], self.rotations[start:stop], self.fps)

    def resample(self, fps: float) -> SkeletonClip:
        """The same motion at another rate: positions linear, rotations spherical.

        The first frame stays; the last is the last that the source covers.
        """
        if len(self) < 2 or abs(fps - self.fps) < 1e-6:
            return self
        count = int(np.floor((len(self) - 1) * fps / self.fps + 1e-6)) + 1
        time = np.arange(count) * self.fps / fps
        left = np.minimum(time.astype(int), len(self) - 2)
        fraction = time - left
        positions = (1 - fraction)[:, None, None] * self.positions[left]
        positions = positions + fraction[:, None, None] * self.positions[left + 1]
        turned = rotations.slerp(self.rotations[left], self.rotations[left + 1], fraction[:, None])
        return self.replaced(positions, turned, fps)

    def replaced(self, positions: Array, turned: Array, fps: float) -> SkeletonClip:
        """The same skeleton with other frames."""
        return SkeletonClip(
            self.joint_names,
            self.parents,
            positions,
            turned,
            self.rest_positions,
            self.rest_rotations,
            fps,
        )


def pose_skeleton(
    parents: tuple[int, ...], offsets: Array, local: Array, translations: Array | None = None
) -> tuple[Array, Array]:
    """Forward kinematics: (J, 3) offsets and (T, J, 4) local rotations -> global transforms.

    `translations` (T, J, 3) replaces the offsets where a joint is animated in position. Returns
    positions (T, J, 3) and rotations (T, J, 4).
    """
    positions = np.zeros((*local.shape[:2], 3))
    turned = np.zeros(local.shape)
    moves = np.broadcast_to(offsets, positions.shape) if translations is None else translations
    for joint, parent in enumerate(parents):
        if parent < 0:
            positions[:, joint] = moves[:, joint]
            turned[:, joint] = local[:, joint]
            continue
        turned[:, joint] = rotations.multiply(turned[:, parent], local[:, joint])
        reach = rotations.rotate(turned[:, parent], moves[:, joint])
        positions[:, joint] = positions[:, parent] + reach
    return positions, turned
