"""Motion files: .npz with the joints' positions, those of this engine and others', and .npy of other models.

joints     (T, J >= 22, 3) metres; the first 22 joints are SMPL's (SMPL, SMPL-H and SMPL-X agree in them)
fps        number; AMASS's mocap_framerate and mocap_frame_rate are read as well
features   (T, 263), where the engine wrote it
request    JSON text: all that is needed to have the motion again; before there was one, prompt, seed and model

A .npy is one array (T, 22, 3) of HumanML3D's joints at 20 frames a second, as its own scripts and MoMask write it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import InputError
from engine.files.arrays import read_array, read_arrays
from engine.files.text import HOSTILE, parse_json, told
from engine.motion.errors import MotionError
from engine.motion.skeleton import HUMANML3D, SKELETONS

# An hour at 100 frames a second.
MOST_FRAMES = 360_000
RATES = ("fps", "mocap_framerate", "mocap_frame_rate")
KNOWN = {"joints", "poses", "features", "request", "prompt", "seed", "model", *RATES}


@dataclass(frozen=True)
class MotionFile:
    """What a file holds.

    Attributes:
        joints: (T >= 2, J >= 22, 3) in the file's own frame and type, maybe not finite
        fps: None if the file does not say
    """

    joints: NDArray[np.floating]
    fps: float | None
    features: NDArray[np.float32] | None
    request: dict[str, Any]


def read_motion_file(path: Path) -> MotionFile:
    """Raises MotionError, saying what is missing, for files without joints."""
    if not path.is_file():
        raise MotionError(f"{path} does not exist: give a motion file (.npz)")
    try:
        data = _read_bare(path) if path.suffix.lower() == ".npy" else read_arrays(path, KNOWN)
        joints = _read_joints(path, data)
        rate = next((float(data[key]) for key in RATES if key in data), None)
        features = data["features"].astype(np.float32) if "features" in data else None
        request = _read_request(path, data)
    except MotionError:
        raise
    except InputError as error:
        raise MotionError(f"{path} is no motion file: {str(error).removeprefix(f'{path} ')}") from error
    except HOSTILE as error:
        raise MotionError(f"{path} is no motion file: {told(error)}") from error
    if len(joints) > MOST_FRAMES:
        raise MotionError(f"{path} holds {len(joints)} frames, more than {MOST_FRAMES}: cut it")
    if features is not None and features.shape != (len(joints), skeleton_features(joints)):
        features = None
    if rate is not None and not 1.0 <= rate <= 1000.0:
        raise MotionError(f"{path} has {rate:g} frames a second: store its rate as 'fps'")
    return MotionFile(joints, rate, features, request)


def _read_bare(path: Path) -> dict[str, NDArray[Any]]:
    """A bare array as if it had been in a .npz: HumanML3D's 22 joints alone say by their number which rate is meant."""
    joints = read_array(path)
    if joints.ndim != 3 or joints.shape[1:] != (HUMANML3D.num_joints, 3):
        raise MotionError(
            f"{path} is an array of shape {joints.shape}, and not HumanML3D's joints (frames, 22, 3): save it with "
            "np.savez(NAME, joints=..., fps=...)"
        )
    return {"joints": joints, "fps": np.asarray(HUMANML3D.fps)}


def _read_joints(path: Path, data: Mapping[str, NDArray[Any]]) -> NDArray[np.floating]:
    if "joints" not in data:
        if "poses" in data:
            raise MotionError(
                f"{path} holds body parameters, not joints: run its body model and save its joints, "
                "see docs/training.md"
            )
        raise MotionError(f"{path} is no motion file: it holds no array 'joints'")
    joints = data["joints"]
    if joints.ndim != 3 or joints.shape[1] < HUMANML3D.num_joints or joints.shape[2] != 3 or len(joints) < 2:
        raise MotionError(f"{path}: joints have shape {joints.shape}, expected (2 or more frames, 22 or more, 3)")
    return joints if np.issubdtype(joints.dtype, np.floating) else joints.astype(np.float64)


def _read_request(path: Path, data: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    if "request" in data:
        request = parse_json(str(data["request"]), f"the request in {path}")
        if not isinstance(request, dict):
            raise ValueError("its request is no JSON object")
        return request
    kinds = {"prompt": str, "seed": int, "model": str}
    return {name: kind(data[name]) for name, kind in kinds.items() if name in data}


def skeleton_features(joints: NDArray[np.floating]) -> int:
    """How many features a frame of (T, J, 3) joints has, 0 for a skeleton that has none."""
    skeleton = SKELETONS.get(joints.shape[1])
    return 0 if skeleton is None else skeleton.num_features
