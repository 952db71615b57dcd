"""Random choices that a seed, an action's name and a variant's number fix for good."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

Option = TypeVar("Option")


class Draw:
    """A counter-based stream (Philox) of one variant; the same arguments give the same choices anywhere.

    `tempo` multiplies every duration, `size` the amplitude of what an action lets it scale; both are drawn
    first, so that sentences can speak of them.
    """

    def __init__(self, seed: int, action: str, variant: int) -> None:
        key = (seed & 0xFFFFFFFF) << 32 | zlib.crc32(action.encode())
        self._random = np.random.Generator(np.random.Philox(key=key, counter=variant << 64))
        self.side = self.pick(("right", "right", "left"))
        self.tempo = float(np.exp(self._random.normal(0.0, 0.16)))
        self.size = float(np.clip(self._random.normal(1.0, 0.12), 0.75, 1.3))

    def between(self, low: float, high: float) -> float:
        return float(self._random.uniform(low, high))

    def near(self, value: float, spread: float) -> float:
        """Normal about `value`, cut at two deviations."""
        return float(value + spread * np.clip(self._random.normal(), -2.0, 2.0))

    def count(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return int(self._random.integers(low, high + 1))

    def chance(self, probability: float) -> bool:
        return bool(self._random.random() < probability)

    def pick(self, options: Sequence[Option]) -> Option:
        return options[int(self._random.integers(len(options)))]

    def shuffled(self, options: Sequence[Option]) -> list[Option]:
        return [options[place] for place in self._random.permutation(len(options))]

    def noise(self, frames: int, width: int, deviation: float) -> NDArray[np.floating]:
        """(frames, width) smooth wandering of unit variance, `deviation` frames wide."""
        wild = self._random.normal(size=(frames + int(8 * deviation), width))
        smooth = gaussian_filter1d(wild, deviation, axis=0)[int(4 * deviation) :][:frames]
        return smooth * np.sqrt(2.0 * np.sqrt(np.pi) * deviation)
