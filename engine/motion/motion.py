"""A generated or edited motion: what the engine gives and takes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Motion:
    """One clip on the canonical 22 joints.

    Attributes:
        joints: (T, 22, 3) float32, Y up, metres, facing +Z with the root over the origin at frame 0.
        features: (T, 263) float32, HumanML3D's representation of the same motion.
        fps: frames per second.
        prompt, seed, model: the request it came from.
    """

    joints: NDArray[np.float32]
    features: NDArray[np.float32]
    fps: float
    prompt: str
    seed: int
    model: str

    def __len__(self) -> int:
        return len(self.joints)

    @property
    def seconds(self) -> float:
        return len(self.joints) / self.fps

    def save(self, path: Path) -> None:
        """Write an .npz with the attributes as entries; a failure leaves no partial file."""
        partial = path.with_name(path.name + ".partial")
        try:
            with partial.open("wb") as handle:
                np.savez_compressed(
                    handle, joints=self.joints, features=self.features, fps=self.fps,
                    prompt=self.prompt, seed=self.seed, model=self.model,
                )
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)
