"""A span that gets longer or shorter: where every frame of the action goes, and its keys with it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..animation.actions import SAME_FRAME
from ..animation.clock import Clock
from ..coordinates import FloatArray
from .keys import Keys
from .selection import Span


@dataclass(frozen=True)
class Retiming:
    """Scene frames ``first`` to ``last`` become ``first`` to ``until``, what is behind moves by as much.

    What is before ``first`` stays.
    """

    first: int
    last: int
    until: int

    @property
    def moved(self) -> int:
        """Frames by which what is behind moves."""
        return self.until - self.last

    def to_new(self, frames: FloatArray) -> FloatArray:
        """Where scene ``frames`` (...) go."""
        return _bend(frames, self.first, self.last, self.until)

    def to_old(self, frames: FloatArray) -> FloatArray:
        """Where the scene ``frames`` (...) of afterwards come from."""
        return _bend(frames, self.first, self.until, self.last)

    def span_of(self, span: Span) -> Span:
        """``span`` as it is afterwards."""
        first, last = self.to_new(np.array([span.first, span.last]))
        return replace(span, first=round(float(first)), last=round(float(last)))

    def move_keys(self, keys: Keys, clock: Clock) -> Keys:
        """``keys`` with their handles at their new frames; those before the span are the same bits."""
        rows = {name: values.copy() for name, values in keys.rows.items()}
        begin = clock.to_action(np.array(float(self.first)))
        behind = rows["co"][:, 0] > begin + SAME_FRAME
        for name in ("co", "handle_left", "handle_right"):
            at = clock.to_scene(rows[name][behind, 0].astype(np.float64))
            rows[name][behind, 0] = clock.to_action(self.to_new(at))
        # a key on the first frame stays, but its way out leads into the span
        on_first = np.abs(rows["co"][:, 0] - begin) <= SAME_FRAME
        at = clock.to_scene(rows["handle_right"][on_first, 0].astype(np.float64))
        rows["handle_right"][on_first, 0] = clock.to_action(self.to_new(at))
        return Keys(rows)


def _bend(frames: FloatArray, first: float, last: float, until: float) -> FloatArray:
    """``frames`` (...) with those between ``first`` and ``last`` spread until ``until``, and those behind moved on."""
    frames = np.asarray(frames, np.float64)
    inside = first + (frames - first) * (until - first) / (last - first)
    return np.where(frames <= first, frames, np.where(frames <= last, inside, frames + until - last))
