"""Limbs that inverse kinematics stretches: how long their bones become at which bend. Plain numpy.

A solver that may stretch bones (Rigify's may) reaches a near target partly by shortening them, and never bends a limb
quite straight. What it does depends on the distance it has to cover alone, so a few distances tried on the rig
tell all: retargeting then counts with limbs as they will be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..coordinates import FloatArray

MOST_STRETCH = 0.2  # share of a bone's length: what lengthens by more did not follow its target
LEAST_STRETCH = 1e-3  # share of a bone's length: less is none

Elasticities = Mapping[str, "Elasticity"]  # limb ("left_arm") -> what its solver makes of it


@dataclass(frozen=True)
class Elasticity:
    """``bends`` (N,) radians at middle joint, growing; ``shares`` (N, 2): lengths of the upper and the lower bone
    at them, as shares of those at rest.
    """

    bends: FloatArray
    shares: FloatArray

    def at(self, bend: FloatArray) -> FloatArray:
        """Shares (T, 2) at ``bend`` (T,) radians."""
        return np.stack([np.interp(bend, self.bends, column) for column in self.shares.T], -1)

    def reaching(self, distance: FloatArray, long: float, short: float) -> FloatArray:
        """Shares (T, 2) of a limb of bones ``long`` and ``short`` whose ends are ``distance`` (T,) apart."""
        upper, lower = long * self.shares[:, 0], short * self.shares[:, 1]
        apart = np.sqrt(upper**2 + lower**2 + 2 * upper * lower * np.cos(self.bends))
        return self.at(np.interp(distance, apart[::-1], self.bends[::-1]))


def read_elasticity(start: FloatArray, middle: FloatArray, end: FloatArray, lengths: FloatArray) -> Elasticity | None:
    """What joints seen at growing bends, each (N, 3), tell of a limb with bones of ``lengths`` (2,) at rest.

    None when they tell nothing: the limb did not follow, or nothing is stretched.
    """
    upper, lower = middle - start, end - middle
    sizes = np.stack([np.linalg.norm(part, axis=-1) for part in (upper, lower)], -1)
    if sizes.min() < 1e-9:
        return None
    bends = np.arctan2(np.linalg.norm(np.cross(upper, lower), axis=-1), np.sum(upper * lower, -1))
    shares = sizes / lengths
    if (np.diff(bends) < 1e-4).any() or np.abs(shares - 1.0).max() > MOST_STRETCH:
        return None
    return Elasticity(bends, shares) if np.abs(shares - 1.0).max() > LEAST_STRETCH else None
