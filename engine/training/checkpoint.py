"""A training run on disk: one safetensors file, with its state as JSON in the header.

One file, replaced atomically, so a run that is killed while saving loses nothing and
tensors can never belong to another step than the state says.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from engine.errors import InputError
from engine.files.text import HOSTILE, parse_json, shown, told
from engine.models.tensor_file import save_tensors

CHECKPOINT_NAME = "checkpoint.safetensors"
MOST_STEPS = 1_000_000_000


class CheckpointError(InputError):
    """A checkpoint cannot be resumed from."""


@dataclass
class TrainState:
    """What has to survive an interruption besides the tensors."""

    step: int = 0
    seconds: float = 0.0


def save_checkpoint(
    run_dir: Path,
    model: nn.Module,
    average: nn.Module,
    optimiser: torch.optim.Optimizer,
    state: TrainState,
    fingerprint: dict[str, Any],
) -> None:
    tensors: dict[str, Tensor] = {}
    for prefix, module in (("model", model), ("average", average)):
        for key, value in module.state_dict().items():
            tensors[f"{prefix}.{key}"] = value.detach().clone().contiguous()
    for index, slots in optimiser.state_dict()["state"].items():
        for key, value in slots.items():
            tensors[f"optimiser.{index}.{key}"] = torch.as_tensor(value).clone()
    header = {"state": json.dumps(vars(state)), "fingerprint": json.dumps(fingerprint)}
    save_tensors(run_dir / CHECKPOINT_NAME, tensors, header)


def load_checkpoint(
    run_dir: Path,
    model: nn.Module,
    average: nn.Module,
    optimiser: torch.optim.Optimizer,
    fingerprint: dict[str, Any],
) -> TrainState | None:
    """Fill model, average and optimiser from the run's checkpoint; None if there is none."""
    path = run_dir / CHECKPOINT_NAME
    if not path.is_file():
        return None
    try:
        with safe_open(path, framework="pt") as file:
            header = file.metadata() or {}
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        state = _read_state(parse_json(header["state"], "its state"))
        made_with = parse_json(header["fingerprint"], "its fingerprint")
    except (SafetensorError, OSError, *HOSTILE) as error:
        raise CheckpointError(f"{path} is damaged: {told(error)}") from error
    if made_with != json.loads(json.dumps(fingerprint)):
        raise CheckpointError(f"{path} was made with another model config; use a new run folder to start afresh")
    try:
        for prefix, module in (("model", model), ("average", average)):
            module.load_state_dict(_below(tensors, prefix))
        slots: dict[int, dict[str, Tensor]] = {}
        for key, value in _below(tensors, "optimiser").items():
            index, _, name = key.partition(".")
            slots.setdefault(int(index), {})[name] = value
        content = optimiser.state_dict()
        optimiser.load_state_dict({"state": slots, "param_groups": content["param_groups"]})
    except (RuntimeError, *HOSTILE) as error:
        raise CheckpointError(f"{path} does not fit this model: {told(error)}") from error
    return state


def _read_state(content: Any) -> TrainState:
    """Raises InputError for what is no state of a training."""
    names = {"step", "seconds"}
    numbers = isinstance(content, dict) and all(type(content.get(name)) in (int, float) for name in names)
    if not numbers or set(content) != names or not 0 <= content["step"] <= MOST_STEPS:
        raise InputError(f"{shown(content)} is no state of a training")
    return TrainState(int(content["step"]), float(content["seconds"]))


def _below(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    start = len(prefix) + 1
    return {key[start:]: value for key, value in tensors.items() if key.startswith(prefix + ".")}
