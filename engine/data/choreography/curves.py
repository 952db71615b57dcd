"""Minimum-jerk curves through keyed values (Flash & Hogan, *The Coordination of Arm Movements*, 1985).

The curve through given places at given times, at rest at both ends, that has the least squared jerk is a
quintic spline with four continuous derivatives inside. It is linear in the places, so one matrix serves
every channel, even places that move (a hand on the chest, a foot on the floor).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import make_interp_spline

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Knot:
    """At `time` seconds the value is that of key `key`; unless `through`, the motion rests there."""

    time: float
    key: int
    through: bool = False


def minimum_jerk_basis(knots: Sequence[Knot], keys: int, times: Array) -> Array:
    """(T, keys) weights, rows summing to 1, of every key at `times` seconds (T,).

    Before the first and after the last knot the value stays. Knots must come in order of time.
    """
    weights = np.zeros((len(times), keys))
    stops = [place for place, knot in enumerate(knots) if not knot.through]
    if not knots or stops[:1] != [0] or stops[-1:] != [len(knots) - 1]:
        raise ValueError("a curve begins and ends at rest")
    weights[times <= knots[0].time, knots[0].key] = 1.0
    weights[times >= knots[-1].time, knots[-1].key] = 1.0
    for first, last in zip(stops, stops[1:], strict=False):
        part = knots[first : last + 1]
        inside = (times >= part[0].time) & (times < part[-1].time)
        if not inside.any():
            continue
        if len(part) == 2:
            values = _rest_to_rest((times[inside] - part[0].time) / (part[1].time - part[0].time))
            spread = np.stack((1.0 - values, values), axis=-1)
        else:
            rest = [(1, np.zeros(len(part))), (2, np.zeros(len(part)))]
            spline = make_interp_spline([knot.time for knot in part], np.eye(len(part)), k=5, bc_type=(rest, rest))
            spread = spline(times[inside])
        weights[inside] = 0.0
        for place, knot in enumerate(part):
            weights[inside, knot.key] += spread[:, place]
    return weights


def _rest_to_rest(progress: Array) -> Array:
    """10 s^3 - 15 s^4 + 6 s^5: the closed form between two places at rest."""
    s = np.clip(progress, 0.0, 1.0)
    return np.asarray(s**3 * (10.0 - 15.0 * s + 6.0 * s**2), dtype=np.float64)


def hump(times: Array, start: float, end: float) -> Array:
    """(T,) a smooth 0-1-0 between two times: the lift of a stepping foot."""
    s = np.clip((times - start) / (end - start), 0.0, 1.0)
    return 16.0 * (s * (1.0 - s)) ** 2
