"""Fill in token grids of any length: each motion has a plan of its own, passes of many share a batch.

Generating, editing and stories all come through here, and from here to the one sampler.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.generation.sampler import MaskedSampler, Moods, SamplingRequest
from engine.generation.settings import SamplingConfig
from engine.generation.windows import Window, plan_windows
from engine.models.text_features import TextFeatures
from engine.models.tokenizer import MotionTokenizer
from engine.motion.reaching.goals import Goals
from engine.sampling.steering import Course, Steering
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
        goals: what joints are to reach; their frames count from the first of `before`
        before: [M, S] settled tokens of the same motion in front of these, if there are goals
    """

    ids: Tensor
    regenerate: Tensor
    seed: int
    goals: Goals | None = None
    before: Tensor | None = None


def fill_grids(
    sampler: MaskedSampler,
    grids: Sequence[Grid],
    text: TextFeatures,
    config: SamplingConfig,
    watch: Watch = UNWATCHED,
    tokenizer: MotionTokenizer | None = None,
    moods: Moods | None = None,
) -> list[Tensor]:
    """The grids' ids [N, S] with every token to regenerate filled in; one row of `text`, and of `moods`, a grid.

    Window k of every motion that has one is sampled in batch k. A motion's windows and randomness
    depend on itself alone, so it comes out the same alone and in a batch. Grids with goals need the `tokenizer` that
    tells where tokens bring the joints. Raises Cancelled.
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
            moods.rows(rows) if moods is not None else None,
        )
        steering = None
        if tokenizer is not None and any(grids[row].goals is not None for row in rows):
            courses = [_course_of(grids[row], filled[row], it) for row, it in zip(rows, windows, strict=True)]
            steering = Steering(tokenizer, courses)
        made = sampler.sample(request, config, watch.share(number, rounds), steering)
        for index, (row, window) in enumerate(zip(rows, windows, strict=True)):
            filled[row][window.start : window.stop] = made[index, : window.stop - window.start]
    return filled


def _window_of(grid: Grid, ids: Tensor, window: Window) -> tuple[Tensor, Tensor]:
    """Ids and what to regenerate within a window; hidden tokens before its first one are done."""
    regenerate = grid.regenerate[window.start : window.stop].clone()
    regenerate[: window.first - window.start] = False
    return ids[window.start : window.stop], regenerate


def _course_of(grid: Grid, ids: Tensor, window: Window) -> Course | None:
    """What a window has to reach, after all that comes before it."""
    if grid.goals is None or grid.before is None:
        return None
    return Course(torch.cat((grid.before, ids[: window.start])), window.stop - window.start, grid.goals)


def _batch(
    parts: list[tuple[Tensor, Tensor]], text: TextFeatures, seeds: tuple[int, ...], moods: Moods | None
) -> SamplingRequest:
    """Pad windows of different lengths to one batch."""
    lengths = [len(ids) for ids, _ in parts]
    first = parts[0][0]
    ids = first.new_zeros(len(parts), max(lengths), first.shape[1])
    regenerate = torch.zeros_like(ids, dtype=torch.bool)
    for row, (own, flags) in enumerate(parts):
        ids[row, : len(own)] = own
        regenerate[row, : len(own)] = flags
    return SamplingRequest(ids, regenerate, torch.tensor(lengths, device=ids.device), text, seeds, moods)
