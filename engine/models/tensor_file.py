"""A module's tensors in one safetensors file; loading checks every key and shape."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from engine.errors import InputError
from engine.files.text import HOSTILE, told
from engine.files.whole import written_whole
from engine.models.errors import ModelError

# Largest number of a config: ten times the published model's.
MOST_SIZE = 100_000
# Bytes of the smallest stored number.
HALF = 2


def save_module(path: Path, module: nn.Module, half: bool = False) -> None:
    """Write the state of a module; the file appears whole or not at all.

    `half` stores weight matrices in fp16, which loading turns back into the module's own type;
    vectors and buffers (statistics, codebooks) stay as they are.
    """
    state = module.state_dict()
    tensors = {key: value.detach().clone().contiguous() for key, value in state.items()}
    if half:
        matrices = {name for name, parameter in module.named_parameters() if parameter.ndim > 1}
        tensors.update({name: tensors[name].half() for name in matrices})
    save_tensors(path, tensors)


def save_tensors(path: Path, tensors: dict[str, Tensor], header: dict[str, str] | None = None) -> None:
    """Write named tensors, and words for the header; the file appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(path) as unfinished:
        try:
            save_file(tensors, unfinished, header)
        except SafetensorError as error:
            # What safetensors makes of a full disk.
            raise InputError(f"cannot write {path}: {told(error)}") from error


def load_module(path: Path, module: nn.Module, mapped: bool = False) -> None:
    """Fill a module from a file. ModelError if the file does not fit it exactly.

    `mapped` makes the file's memory map itself the module's tensors where their type
    allows: nothing is copied, and pages are read when they are used.
    """
    if not path.is_file():
        raise ModelError(f"model file {path} does not exist")
    try:
        tensors = load_file(path)
    except (SafetensorError, OSError, *HOSTILE) as error:
        raise ModelError(f"{path} is damaged or not a safetensors file: {told(error)}") from error
    check_tensors(path, tensors, module)
    for key, value in tensors.items():
        if value.is_floating_point() and not is_finite(value):
            raise ModelError(f"{path}: tensor {key} holds values that are not finite")
    if mapped:
        types = {key: value.dtype for key, value in module.state_dict().items()}
        tensors = {key: value.to(types[key]) for key, value in tensors.items()}
    module.load_state_dict(tensors, assign=mapped)


def check_room(path: Path, numbers: int, sizes: Iterable[int]) -> None:
    """Raises ModelError for `sizes` that nothing has, and where a module of at least so many `numbers` cannot be in
    the file: a config of a few lines may ask for more memory than there is.
    """
    if odd := [size for size in sizes if not 0 < size <= MOST_SIZE]:
        raise ModelError(f"{path.parent}: config.json asks for a size of {odd[0]}: from 1 to {MOST_SIZE} can be")
    if path.is_file() and numbers * HALF > path.stat().st_size:
        raise ModelError(f"{path} is smaller than the model that its config.json asks for")


def check_tensors(path: Path, tensors: dict[str, Tensor], module: nn.Module) -> None:
    """Raises ModelError, naming the tensor, unless they are the module's own, of its shapes."""
    wanted = module.state_dict()
    missing = sorted(set(wanted) - set(tensors))
    if missing:
        raise ModelError(f"{path} lacks tensor {_some(missing)}")
    extra = sorted(set(tensors) - set(wanted))
    if extra:
        raise ModelError(f"{path} has unknown tensor {_some(extra)}")
    for key, value in wanted.items():
        if tensors[key].shape != value.shape:
            raise ModelError(
                f"{path}: tensor {key} has shape {list(tensors[key].shape)}, the config asks for {list(value.shape)}"
            )


def is_finite(values: Tensor) -> bool:
    """Whether no number is infinite or NaN: their sum would be so too, and takes a fifth of the time of a look at each.

    A sum can overflow without that.
    """
    return bool(values.sum(dtype=torch.float32).isfinite()) or bool(values.isfinite().all())


def _some(keys: list[str]) -> str:
    shown = ", ".join(keys[:5])
    return shown if len(keys) <= 5 else f"{shown} and {len(keys) - 5} more"
