"""A generated or edited motion: what the engine gives and takes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.files.arrays import write_arrays
from engine.motion.errors import MotionError
from engine.motion.features import features_of_every_frame
from engine.motion.motion_file import read_motion_file


@dataclass(frozen=True)
class Motion:
    """One clip on the canonical 22 joints.

    Attributes:
        joints: (T, 22, 3) float32, Y up, metres, facing +Z with the root over the origin at frame 0.
        features: (T, 263) float32, HumanML3D's representation of the same motion.
        fps: frames per second.
        request: everything needed to have this one motion again, in JSON's types: method, prompt,
            seconds as asked (None: by the duration estimate), seed, steps, fine_steps, guidance,
            temperature, model (engine.requests.read_record). Also in the motion file and in the worker's answer.
        faults: what no body does and the prompt does not ask for (engine.generation.faults), as far as it was looked
            for and drawing again did not help.
        note: one line about what could not be done as asked, such as a target out of reach; mostly empty.
        missing: what the prompt says and the motion does not show (engine.generation.promises), in words: "waving".
    """

    joints: NDArray[np.float32]
    features: NDArray[np.float32]
    fps: float
    request: dict[str, Any]
    faults: tuple[str, ...] = ()
    note: str = ""
    missing: tuple[str, ...] = ()

    @property
    def prompt(self) -> str:
        return str(self.request.get("prompt", ""))

    @property
    def seed(self) -> int:
        return int(self.request.get("seed", 0))

    @property
    def model(self) -> str:
        return str(self.request.get("model", ""))

    def __len__(self) -> int:
        return len(self.joints)

    @property
    def seconds(self) -> float:
        return len(self.joints) / self.fps

    @classmethod
    def load(cls, path: str | Path) -> Motion:
        """The motion of a file that `save` wrote, or of any with `joints` and `fps` (engine.motion.motion_file).

        Features are worked out where the file has none. Raises MotionError for what is no motion.
        """
        path = Path(path)
        file = read_motion_file(path)
        if file.fps is None:
            raise MotionError(f"{path} does not say its frame rate: store it as 'fps'")
        joints = file.joints.astype(np.float32)
        if not np.isfinite(joints).all():
            raise MotionError(f"{path}: joints contain NaN or infinite values")
        try:
            features = file.features if file.features is not None else features_of_every_frame(joints)
        except ValueError as error:
            # Finite, but so far away that nothing can be reckoned of it.
            raise MotionError(f"{path}: {error}") from error
        return cls(joints, features, file.fps, file.request)

    def save(self, path: str | Path) -> None:
        """Write an .npz, whole or not at all. Raises InputError where the disk refuses.

        Entries: joints, features, fps, request (JSON text), and its prompt, seed and model by themselves.
        """
        write_arrays(
            Path(path),
            joints=self.joints,
            features=self.features,
            fps=self.fps,
            prompt=self.prompt,
            seed=self.seed,
            model=self.model,
            request=json.dumps(self.request, ensure_ascii=False),
        )
