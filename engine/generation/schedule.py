"""How many tokens stay hidden after each step of iterative decoding (MMM section 3.3)."""

from __future__ import annotations

import math

from engine.models.errors import ModelError


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
