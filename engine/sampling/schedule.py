"""How many tokens stay hidden after each step of iterative decoding (MMM section 3.3)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.models.errors import ModelError

# When steps are reused, one token more than will settle is looked at for each so many that will.
SPARE = 4


@dataclass(frozen=True)
class Step:
    """A pass, as far as all motions of a batch share it.

    Attributes:
        level: residual level that it settles; number: from 1, within the level
        hidden: how many tokens a motion hides at most when it begins
        changed: how many have settled at most since the pass before
        candidates: how many it looks at, at most, if it looks at those alone that stand a chance
    """

    level: int
    number: int
    hidden: int
    changed: int
    candidates: int


@dataclass(frozen=True)
class Plan:
    """All passes of a batch, known before the first: how many tokens settle does not depend on which.

    Attributes:
        stay: [T, B] how many tokens each motion hides after the pass
        look: [T, B] how many stand a chance in it, if only those are looked at that do
        luck: [T, B] how much luck counts in it, 1 to 0
    """

    steps: tuple[Step, ...]
    stay: NDArray[np.int64]
    look: NDArray[np.int64]
    luck: NDArray[np.float32]


def make_plan(totals: Sequence[Sequence[int]], own_steps: Sequence[Sequence[int]]) -> Plan:
    """totals: tokens to make, and own_steps: passes to make them in, of each level and motion.

    What takes fewer passes than it may, or none, gets no more than it takes.
    """
    steps: list[Step] = []
    stay, look, luck = [], [], []
    changed = 0
    for level, (counts, own) in enumerate(zip(totals, own_steps, strict=True)):
        left = list(counts)
        for number in range(1, 1 + max(own)):
            if not any(left):
                break
            after = [
                still_masked(min(number, of), of, count) if count else 0 for count, of in zip(counts, own, strict=True)
            ]
            settling = [before - later for before, later in zip(left, after, strict=True)]
            steps.append(Step(level, number, max(left), changed, max(map(candidates, settling))))
            stay.append(after)
            look.append([candidates(count) for count in settling])
            luck.append([1.0 - min(number, of) / of for of in own])
            changed, left = max(settling), after
    shape = len(steps), len(totals[0])
    return Plan(
        tuple(steps),
        np.array(stay, dtype=np.int64).reshape(shape),
        np.array(look, dtype=np.int64).reshape(shape),
        np.array(luck, dtype=np.float32).reshape(shape),
    )


def still_masked(step: int, steps: int, count: int) -> int:
    """Tokens of `count` still hidden after `step` (1..steps): cosine, 0 after the last.

    At least one token is settled by each step as long as there are any, so that no step is idle.
    """
    if not 1 <= step <= steps:
        raise ModelError(f"step {step} is not within 1..{steps}")
    if step == steps:
        return 0
    cosine = math.floor(count * math.cos(0.5 * math.pi * step / steps))
    return max(0, min(cosine, count - step))


def level_steps(steps: int, levels: int, fine_steps: int) -> tuple[int, ...]:
    """Steps of each residual level: the first gets the lot, finer ones `fine_steps` each.

    The first level decides what happens; finer ones only polish it (MoMask section 3.3 decodes
    each of them in a single pass).
    """
    return (max(1, steps), *(max(1, fine_steps) for _ in range(levels - 1)))


def candidates(settling: int) -> int:
    """How many tokens to look at again when `settling` of them will stay; none if none will."""
    return settling + max(1, settling // SPARE) if settling else 0
