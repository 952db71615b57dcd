"""A generated or edited motion: what the engine gives and takes."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Motion:
    """One clip on the canonical 22 joints.

    Attributes:
        joints: (T, 22, 3) float32, Y up, metres, facing +Z with the root over the origin at frame 0.
        features: (T, 263) float32, HumanML3D's representation of the same motion.
        fps: frames per second.
        request: everything needed to have this one motion again, in JSON's types: method, prompt,
            seconds as asked (None: by the duration estimate), seed, steps, fine_steps, guidance,
            temperature, model. Also in the motion file and in the worker's answer.
    """

    joints: NDArray[np.float32]
    features: NDArray[np.float32]
    fps: float
    request: dict[str, Any]

    @property
    def prompt(self) -> str:
        return str(self.request["prompt"])

    @property
    def seed(self) -> int:
        return int(self.request["seed"])

    @property
    def model(self) -> str:
        return str(self.request["model"])

    def __len__(self) -> int:
        return len(self.joints)

    @property
    def seconds(self) -> float:
        return len(self.joints) / self.fps

    def save(self, path: Path) -> None:
        """Write an .npz; a failure leaves no partial file.

        Entries: joints, features, fps, request (JSON text), and its prompt, seed and model by themselves.
        """
        partial = path.with_name(path.name + ".partial")
        try:
            with partial.open("wb") as handle:
                np.savez_compressed(
                    handle, joints=self.joints, features=self.features, fps=self.fps,
                    prompt=self.prompt, seed=self.seed, model=self.model,
                    request=json.dumps(self.request, ensure_ascii=False),
                )
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)
