"""Fill in token grids of any length: each motion has a plan of its own, passes of many share a batch.

Generating, editing and stories all come through here, and from here to the one sampler.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.generation.sampler import MaskedSampler, SamplingRequest
from engine.generation.settings import SamplingConfig
from engine.generation.windows import Window, plan_windows
from engine.models.text_features import TextFeatures
from engine.watch import UNWATCHED, Watch

# Share of a window that a long motion hands on to the next one.
WINDOW_OVERLAP = 0.25
# Windows of one motion draw from seeds this far apart, so that a batch of seeds does not meet them.
SEED_STRIDE = 7919


@dataclass(frozen=True)
class Grid:
    """One motion to fill in.

    Attributes:
        ids: [N, S] tokens; what stands where `regenerate` is true is ignored
        regenerate: [N, S] bool; all other tokens come back unchanged
    """

    ids: Tensor
    regenerate: Tensor
    seed: int


def fill_grids(
    sampler: MaskedSampler,
    grids: Sequence[Grid],
    text: TextFeatures,
    config: SamplingConfig,
    watch: Watch = UNWATCHED,
) -> list[Tensor]:
    """The grids' ids [N, S] with every token to regenerate filled in; one row of `text` a grid.

    Window k of every motion that has one is sampled in batch k. A motion's windows and randomness
    depend on itself alone, so it comes out the same alone and in a batch. Raises Cancelled.
    """
    longest = sampler.transformer.config.max_tokens
    overlap = round(longest * WINDOW_OVERLAP)
    plans = [plan_windows(grid.regenerate.any(dim=1).cpu().numpy(), longest, overlap) for grid in grids]
    filled = [grid.ids.clone() for grid in grids]
    rounds = max(map(len, plans), default=0)
    for number in range(rounds):
        rows = [row for row, plan in enumerate(plans) if number < len(plan)]
        windows = [plans[row][number] for row in rows]
        request = _batch(
            [_window_of(grids[row], filled[row], window) for row, window in zip(rows, windows, strict=True)],
            text.rows(rows),
            tuple(grids[row].seed + SEED_STRIDE * number for row in rows),
        )
        made = sampler.sample(request, config, watch.share(number, rounds))
        for index, (row, window) in enumerate(zip(rows, windows, strict=True)):
            filled[row][window.start : window.stop] = made[index, : window.stop - window.start]
    return filled


def _window_of(grid: Grid, ids: Tensor, window: Window) -> tuple[Tensor, Tensor]:
    """Ids and what to regenerate within a window; hidden tokens before its first one are done."""
    regenerate = grid.regenerate[window.start : window.stop].clone()
    regenerate[: window.first - window.start] = False
    return ids[window.start : window.stop], regenerate


def _batch(parts: list[tuple[Tensor, Tensor]], text: TextFeatures, seeds: tuple[int, ...]) -> SamplingRequest:
    """Pad windows of different lengths to one batch."""
    lengths = [len(ids) for ids, _ in parts]
    first = parts[0][0]
    ids = first.new_zeros(len(parts), max(lengths), first.shape[1])
    regenerate = torch.zeros_like(ids, dtype=torch.bool)
    for row, (own, flags) in enumerate(parts):
        ids[row, : len(own)] = own
        regenerate[row, : len(own)] = flags
    return SamplingRequest(ids, regenerate, torch.tensor(lengths, device=ids.device), text, seeds)
