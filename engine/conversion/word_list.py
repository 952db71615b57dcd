"""The published evaluator's word vectors: three files, two of them pickles that may hold nothing but plain values."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.errors import InputError
from engine.files.arrays import read_array
from engine.models.errors import ModelError

PREFIX = "our_vab"


class _PlainUnpickler(pickle.Unpickler):
    """Lists, dictionaries, texts and numbers need no code; whatever asks for some is refused."""

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"{module}.{name}")


def read_word_vectors(folder: Path) -> tuple[list[str], Tensor]:
    """Words and their vectors [V, D], in the words' order. Raises ModelError; code in the files is never run."""
    words = _read_plain(folder / f"{PREFIX}_words.pkl")
    numbers = _read_plain(folder / f"{PREFIX}_idx.pkl")
    path = folder / f"{PREFIX}_data.npy"
    try:
        vectors = read_array(path)
    except InputError as error:
        raise ModelError(str(error)) from error
    if vectors.ndim != 2 or vectors.dtype.kind != "f" or not np.isfinite(vectors).all():
        raise ModelError(f"{path} is no table of real numbers")
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise ModelError(f"{folder / PREFIX}_words.pkl is no list of words")
    if not isinstance(numbers, dict) or set(numbers) != set(words) or len(set(words)) != len(words):
        raise ModelError(f"{folder / PREFIX}_idx.pkl does not number the words of {PREFIX}_words.pkl")
    order = [numbers[word] for word in words]
    if not all(type(place) is int and 0 <= place < len(vectors) for place in order):
        raise ModelError(f"{folder / PREFIX}_idx.pkl points outside {path.name}")
    return words, torch.from_numpy(vectors[order].astype(np.float32))


def _read_plain(path: Path) -> Any:
    if not path.is_file():
        raise ModelError(f"{path} does not exist: give the folder that holds the evaluator's {PREFIX}_* files")
    try:
        with path.open("rb") as file:
            return _PlainUnpickler(file).load()
    except pickle.UnpicklingError as error:
        raise ModelError(f"{path} is refused: it holds more than words and numbers ({error})") from error
    except Exception as error:
        # Damaged pickles surface as EOFError, ValueError, IndexError, UnicodeDecodeError ...
        raise ModelError(f"{path} is damaged or not a pickle: {error}") from error
