"""The authors' checkpoint files, read without running anything in them."""

from __future__ import annotations

import pickle
import re
import zipfile
from pathlib import Path

import torch
from torch import Tensor

from engine.files.text import shown, told
from engine.models.errors import ModelError

ENTRIES = {
    "net": "a tokenizer",
    "trans": "a transformer",
    "text_encoder": "an evaluator",
    "estimator": "a length estimator",
}
FILES = {
    "net": "a tokenizer's net_last.pth",
    "trans": "a transformer's net_last.pth",
    "estimator": "length_est_bigru's finest.tar",
}


# Largest pickle of a checkpoint, bytes: the published ones list some hundred tensors in 50 kB.
MOST_PICKLE = 2_000_000
QUOTES = "'\""
REAL = (torch.float16, torch.bfloat16, torch.float32, torch.float64)


class Checkpoint:
    """The tensors of one file by the authors' keys; each must be taken once, and none may be left.

    The tensors are views of the file (a memory map), so that reading costs no memory until used.
    """

    def __init__(self, path: Path, tensors: dict[str, Tensor]) -> None:
        self.path = path
        self._tensors = tensors
        self._left = dict.fromkeys(tensors)

    def __contains__(self, key: str) -> bool:
        return key in self._tensors

    def keys(self) -> list[str]:
        return list(self._tensors)

    def shape(self, key: str, dimensions: int) -> tuple[int, ...]:
        """The shape of a tensor that decides a size of the model."""
        found = self._find(key).shape
        if len(found) != dimensions or 0 in found:
            raise ModelError(f"{self.path}: tensor {key} has shape {list(found)}, expected {dimensions} dimensions")
        return tuple(found)

    def count(self, pattern: str) -> int:
        """How many of pattern.format(0), pattern.format(1) ... there are in a row."""
        number = 0
        while pattern.format(number) in self._tensors:
            number += 1
        return number

    def take(self, key: str, *shape: int) -> Tensor:
        """A tensor in float32, which has to have that shape and finite values."""
        tensor = self._find(key)
        if tuple(tensor.shape) != shape:
            raise ModelError(f"{self.path}: tensor {key} has shape {list(tensor.shape)}, expected {list(shape)}")
        if tensor.dtype not in REAL:
            raise ModelError(f"{self.path}: tensor {key} holds {tensor.dtype} instead of real numbers")
        if not bool(tensor.isfinite().all()):
            raise ModelError(f"{self.path}: tensor {key} holds values that are not finite")
        self._left.pop(key, None)
        return tensor.float()

    def finish(self) -> None:
        """Raises ModelError if a tensor was not taken."""
        if self._left:
            names = list(self._left)
            more = f" and {len(names) - 5} more" if len(names) > 5 else ""
            raise ModelError(f"{self.path} has unknown tensor {', '.join(names[:5])}{more}")

    def _find(self, key: str) -> Tensor:
        if key not in self._tensors:
            raise ModelError(f"{self.path} lacks tensor {key}")
        return self._tensors[key]


def read_checkpoint(path: Path, entry: str, beside: tuple[str, ...] = ()) -> Checkpoint:
    """The tensors below `entry` of a published file: 'net' or 'trans' of a `net_last.pth`, networks of a `finest.tar`.

    Args:
        beside: beginnings of other entries' names that are known to be there and not needed

    Raises ModelError, naming what is wrong, for anything but tensors; code in the file is never run.
    """
    if not path.is_file():
        raise ModelError(f"checkpoint {path} does not exist")
    zipped = _is_zip(path)  # files of before PyTorch 1.6 are not, and cannot be mapped
    if not zipped and not beside:
        raise ModelError(f"{path} is damaged or not a PyTorch checkpoint (.pth)")
    try:
        content = torch.load(path, map_location="cpu", weights_only=True, mmap=zipped)
    except pickle.UnpicklingError as error:
        raise ModelError(f"{path} is refused: it holds more than tensors ({_culprit(error)})") from error
    except Exception as error:
        # Damaged archives surface as RuntimeError, KeyError, EOFError, ValueError ... from torch's reader.
        raise ModelError(f"{path} is damaged or not a PyTorch checkpoint (.pth): {_first_line(error)}") from error
    if not isinstance(content, dict) or entry not in content:
        other = next((kind for name, kind in ENTRIES.items() if isinstance(content, dict) and name in content), None)
        wanted = FILES.get(entry, "text_mot_match's finest.tar")
        raise ModelError(f"{path} has no entry {entry!r}: " + (f"it is {other}'s" if other else f"expected {wanted}"))
    if beside:
        known = (*beside, "movement_encoder", "motion_encoder", "text_encoder", "estimator")
        unknown = [name for name in content if not str(name).startswith(known)]
        if unknown:
            raise ModelError(f"{path} has unknown entry {unknown[0]!r}")
    tensors, size = content[entry], path.stat().st_size
    if not isinstance(tensors, dict):
        raise ModelError(f"{path}: entry {entry!r} is not a table of tensors")
    for key, value in tensors.items():
        if not isinstance(key, str) or not isinstance(value, Tensor) or value.layout != torch.strided:
            raise ModelError(f"{path}: {entry}.{shown(key).strip(QUOTES)} is not a plain tensor")
        if value.numel() * value.element_size() > size:
            raise ModelError(f"{path}: {entry}.{shown(key).strip(QUOTES)} claims to be larger than the file")
    return Checkpoint(path, tensors)


def _is_zip(path: Path) -> bool:
    """Whether a file is a zip archive. Raises ModelError for a damaged one and for one that lists too much.

    Unpickling needs memory by the length of what is unpickled, however small the file.
    """
    try:
        if not zipfile.is_zipfile(path):
            return False
        with zipfile.ZipFile(path) as archive:
            lists = [entry for entry in archive.infolist() if entry.filename.endswith(".pkl")]
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError) as error:
        raise ModelError(f"{path} is damaged or not a PyTorch checkpoint (.pth): {told(error)}") from error
    if sum(entry.file_size for entry in lists) > MOST_PICKLE:
        raise ModelError(f"{path} is refused: its list of tensors is larger than {MOST_PICKLE / 1e6:g} MB")
    return True


def _culprit(error: pickle.UnpicklingError) -> str:
    """The global that torch's restricted reader met, out of its long explanation."""
    found = re.search(r"GLOBAL ([\w.]+)", str(error))
    return found[1] if found else _first_line(error)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
