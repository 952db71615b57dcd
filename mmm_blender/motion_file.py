"""The motion file: the .npz an engine writes and Blender reads."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .coordinates import FloatArray

JOINT_COUNT = 22
FARTHEST = 1000.0  # metres; beyond it the numbers are not metres


@dataclass(frozen=True)
class Motion:
    """Decoded motion: ``joints`` (T, 22, 3) in motion space, metres, and what it was asked for."""

    joints: FloatArray
    fps: float
    prompt: str = ""
    seed: int = 0
    model: str = ""

    def __post_init__(self) -> None:
        check_joints(self.joints)
        if not (np.isfinite(self.fps) and 1.0 <= self.fps <= 1000.0):
            raise ValueError(f"fps must be between 1 and 1000, not {self.fps:g}")

    @property
    def seconds(self) -> float:
        return (len(self.joints) - 1) / self.fps

    def request(self) -> dict[str, Any]:
        """What was asked for, in JSON's types; stored on the action."""
        return {"prompt": self.prompt, "seed": self.seed, "model": self.model, "fps": self.fps}


def check_joints(joints: FloatArray) -> None:
    """Raise ValueError, saying what to do, unless ``joints`` can be a motion."""
    if joints.ndim != 3 or joints.shape[1:] != (JOINT_COUNT, 3):
        raise ValueError(f"joints must have shape (frames, 22, 3), not {joints.shape}")
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
