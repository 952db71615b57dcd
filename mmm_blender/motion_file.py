"""The motion file: the .npz an engine writes and Blender reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .coordinates import FloatArray
from .files.arrays import read_arrays
from .files.stored import list_in, mapping_in, parse_object, told, whole_in, words_in
from .rig.canonical import COUNTS

FARTHEST = 1000.0  # metres; beyond it the numbers are not metres
MOST_ROWS = 360_000  # an hour at 100 frames a second
MOST_SPANS = 10_000  # parts of a story, or spans that an edit regenerated
_ARRAYS = frozenset({"joints", "fps", "request", "prompt", "seed", "model"})


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
        """A motion that remembers the whole request it answers.

        Raises ValueError like the constructor, and for a request of other types than the protocol's: whoever applies
        the motion relies on them.
        """
        asked = mapping_in(asked)
        prompt, model = words_in(asked.get("prompt", "")), words_in(asked.get("model", ""))
        seed = whole_in(asked.get("seed", 0), 0, 2**63)
        for spans in (asked.get("strips", []), asked.get("mask", [])):
            for span in list_in(spans, MOST_SPANS):
                for end in ("start", "stop"):
                    whole_in(mapping_in(span).get(end), 0, MOST_ROWS)
        for strip in asked.get("strips", []):
            words_in(strip.get("prompt"))
        return cls(np.asarray(joints), float(fps), prompt, seed, model, dict(asked))

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
        asked = parse_object(text)
        whole_in(asked.get("seed", 0), 0, 2**63)
    except ValueError as error:
        raise ValueError(f"its request cannot be read ({error}): generate the motion again") from error
    return asked


def read_motion(path: Path) -> Motion:
    """Read a motion file. Raises ValueError with a one-line reason when it cannot be one."""
    if not path.is_file():
        raise ValueError(f"{path}: no such file")
    if path.suffix.casefold() == ".npy":
        raise ValueError(f"{path}: a bare array, not a motion file: save it with np.savez(joints=..., fps=...)")
    try:
        arrays = read_arrays(path, _ARRAYS)
        if missing := [key for key in ("joints", "fps") if key not in arrays]:
            raise ValueError(f"not a motion file: it has no '{missing[0]}'")
        asked = read_request_text(str(arrays["request"])) if "request" in arrays else None
        if asked is not None:
            return Motion.from_request(arrays["joints"], _number(arrays["fps"], "fps"), asked)
        return Motion(
            joints=arrays["joints"],
            fps=_number(arrays["fps"], "fps"),
            prompt=str(arrays["prompt"]) if "prompt" in arrays else "",
            seed=int(_number(arrays["seed"], "seed")) if "seed" in arrays else 0,
            model=str(arrays["model"]) if "model" in arrays else "",
        )
    except ValueError as error:
        raise ValueError(f"{path}: {told(error)}") from error


def _number(array: NDArray[Any], name: str) -> float:
    """The one number of an array. Raises ValueError where there is another count, or no finite one."""
    if array.size != 1 or not np.issubdtype(array.dtype, np.number) or np.iscomplexobj(array):
        raise ValueError(f"'{name}' is no number")
    value = float(array.reshape(-1)[0])
    if not np.isfinite(value):
        raise ValueError(f"'{name}' is no finite number")
    return value
