"""The captured and hand-keyed clips beside this file (SOURCES.md)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("clips.npz")


@lru_cache(maxsize=1)
def read_clips() -> dict[str, np.ndarray]:
    """Joints (T, 22 to 27, 3) in metres by name."""
    with np.load(FILE) as data:
        return {name: np.cumsum(data[name].astype(np.int64), axis=0) / 1000.0 for name in data.files}


def clip(name: str) -> np.ndarray:
    """Joints of one clip."""
    return read_clips()[name]
