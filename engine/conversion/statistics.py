"""Mean and standard deviation of the features a checkpoint was trained on; its files do not hold them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.conversion.tokenizer_tensors import Statistics
from engine.errors import InputError
from engine.files.arrays import read_array
from engine.models.errors import ModelError

# What the published HumanML3D models normalise with (the meta file of their training): the spread is one
# for each group of features, and the root's is divided by 25 to weigh it more.
HUMANML3D = Path(__file__).with_name("humanml3d_statistics.json")


def read_statistics(mean: Path | None, std: Path | None, features: int) -> Statistics:
    """From two .npy files, or those of the published HumanML3D models. Raises ModelError."""
    if (mean is None) != (std is None):
        raise ModelError("--mean and --std belong together: give both or neither")
    if mean is not None and std is not None:
        found = Statistics(_read(mean, features), _read(std, features))
    else:
        content = json.loads(HUMANML3D.read_text(encoding="utf-8"))
        found = Statistics(torch.tensor(content["mean"]), torch.tensor(content["std"]))
        if len(found.mean) != features:
            raise ModelError(
                f"the checkpoint is of {features} features, not HumanML3D's {len(found.mean)}: "
                "give its data's --mean and --std (.npy)"
            )
    if not bool((found.std > 0).all()):
        raise ModelError(f"{std}: a standard deviation is not positive")
    return found


def _read(path: Path, features: int) -> Tensor:
    try:
        values = read_array(path)
    except InputError as error:
        raise ModelError(str(error)) from error
    if values.shape != (features,) or values.dtype.kind != "f":
        raise ModelError(f"{path} is no .npy array of {features} real numbers, as many as the checkpoint has features")
    if not np.isfinite(values).all():
        raise ModelError(f"{path} holds values that are not finite")
    return torch.from_numpy(values.astype(np.float32))
