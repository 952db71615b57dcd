"""The motions of two characters that came back, newest first. In Python, where undo does not reach them."""

from __future__ import annotations

from collections.abc import Callable

from ..animation.directing.pairs import Pair, PairPlan
from ..motion_file import Motion

KEPT = 6

made: list[Pair] = []


def taker(name: str, plan: PairPlan) -> Callable[[list[Motion]], None]:
    """What takes in the answer for a plan: motions of a and b by turns."""

    def take(motions: list[Motion]) -> None:
        pairs = [
            Pair(name, one.seed, plan, plan.placed((one, two)))
            for one, two in zip(motions[::2], motions[1::2], strict=True)
        ]
        made[:] = [*pairs, *made][:KEPT]

    return take
