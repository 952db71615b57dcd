"""The motion file: the .npz an engine writes and Blender reads."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from .coordinates import FloatArray
from .rig.canonical import COUNTS

FARTHEST = 1000.0  # metres; beyond it the numbers are not metres


@dataclass(frozen=True)
class Motion:
    """Decoded motion: ``joints`` (T, 22 or 27, 3) in motion space, metres, and what it was asked for.

    ``asked`` is the engine's whole request (docs/protocol.md), in JSON's types; motion files written
    before there was one have only prompt, seed and model.
    """

    joints: FloatArray
    fps: float
    prompt: str = ""
    seed: int = 0
    model: str = ""
    asked: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_joints(self.joints)
        if not (np.isfinite(self.fps) and 1.0 <= self.fps <= 1000.0):
            raise ValueError(f"fps must be between 1 and 1000, not {self.fps:g}")

    @property
    def seconds(self) -> float:
        return (len(self.joints) - 1) / self.fps

    @classmethod
    def from_request(cls, joints: FloatArray, fps: float, asked: Mapping[str, Any]) -> Motion:
        """A motion that remembers the whole request it answers. Raises ValueError like the constructor."""
        prompt, model = str(asked.get("prompt", "")), str(asked.get("model", ""))
        return cls(np.asarray(joints), float(fps), prompt, int(asked.get("seed", 0)), model, dict(asked))

    def request(self) -> dict[str, Any]:
        """What was asked for, in JSON's types; stored on the action."""
        if self.asked:
            return dict(self.asked)
        return {"prompt": self.prompt, "seed": self.seed, "model": self.model, "fps": self.fps}


def check_joints(joints: FloatArray) -> None:
    """Raise ValueError, saying what to do, unless ``joints`` can be a motion."""
    if joints.ndim != 3 or joints.shape[1] not in COUNTS or joints.shape[2] != 3:
        raise ValueError(f"joints must have shape (frames, 22 or 27, 3), not {joints.shape}")
    if not np.issubdtype(joints.dtype, np.floating):
        raise ValueError(f"joints must be floating point, not {joints.dtype}")
    if len(joints) < 2:
        raise ValueError(f"a motion needs at least 2 frames, this one has {len(joints)}")
    if not np.isfinite(joints).all():
        frame = int(np.argwhere(~np.isfinite(joints))[0][0])
        raise ValueError(f"joints hold NaN or infinity (first at frame {frame}): generate the motion again")
    if np.abs(joints).max() > FARTHEST:
        raise ValueError("joints lie over 1 km from the origin: they must be in metres")
    spread = np.linalg.norm(joints - joints[:, :1], axis=-1).max()
    if spread < 1e-3:
        raise ValueError("all joints lie in one point: this is not a body")


def read_request_text(text: str) -> dict[str, Any]:
    """The request in JSON ``text``. Raises ValueError when it is not a JSON object with a number as seed."""
    try:
        asked = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"its request is not JSON ({error}): generate the motion again") from error
    if not isinstance(asked, dict) or not isinstance(asked.get("seed", 0), int):
        raise ValueError("its request is not a JSON object with a whole number as seed: generate the motion again")
    return asked


def read_motion(path: Path) -> Motion:
    """Read a motion file. Raises ValueError with a one-line reason when it cannot be one."""
    if not path.is_file():
        raise ValueError(f"{path}: no such file")
    try:
        with np.load(path, allow_pickle=False) as archive:
            if not isinstance(archive, np.lib.npyio.NpzFile):
                raise ValueError("a bare array, not a motion file: save it with np.savez(joints=..., fps=...)")
            missing = [key for key in ("joints", "fps") if key not in archive]
            if missing:
                raise ValueError(f"not a motion file: it has no '{missing[0]}'")
            if "request" in archive:
                asked = read_request_text(str(archive["request"]))
                return Motion.from_request(archive["joints"], float(archive["fps"]), asked)
            return Motion(
                joints=archive["joints"],
                fps=float(archive["fps"]),
                prompt=str(archive["prompt"]) if "prompt" in archive else "",
                seed=int(archive["seed"]) if "seed" in archive else 0,
                model=str(archive["model"]) if "model" in archive else "",
            )
    except (OSError, EOFError, zipfile.BadZipFile, TypeError) as error:
        raise ValueError(f"{path}: cannot be read as .npz ({error})") from error
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
