"""Which tokens a training example hides, and which it falsifies (MMM section 3.2).

The sampler meets a grid in a particular state: outside the region it regenerates
everything is known; inside, coarser levels are known, the current level partly,
finer ones not at all.  Training draws exactly such states.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from engine.models.config import PredictedParts, TokenizerConfig
from engine.models.transformer import SpecialTokens
from engine.training.config import MaskingConfig

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class MaskedExample:
    """A batch as the model is shown it.

    Attributes:
        inputs: [B, N, S] ids with mask ids and false codes
        learnt: [B, N, S] where to predict
        weights: [B, N, S] of each prediction in the batch's loss; they add up to 1
    """

    inputs: torch.Tensor
    learnt: torch.Tensor
    weights: torch.Tensor


class TrainingMasker:
    """Draws masked examples for a token layout."""

    def __init__(self, config: MaskingConfig, tokenizer: TokenizerConfig, predicted: PredictedParts = "all") -> None:
        self.config = config
        # The first part, the lower body, may be one that is given and never made.
        self.made = np.arange(tokenizer.part_count) >= (1 if predicted == "upper" else 0)
        self.parts = tokenizer.part_count
        self.levels = tokenizer.levels
        self.codebook_size = tokenizer.codebook_size
        self.mask_id = SpecialTokens.after(tokenizer.codebook_size).mask
        weights = np.array((config.level_weights + (0.2,) * self.levels)[: self.levels])
        self.level_share = weights / weights.sum()

    def draw(self, ids: torch.Tensor, lengths: torch.Tensor, rng: np.random.Generator) -> MaskedExample:
        """Ids [B, N, S], lengths [B] -> a masked example"""
        batch, count, _ = ids.shape
        grid = ids.numpy().reshape(batch, count, self.parts, self.levels)
        inside = np.arange(count)[None] < lengths.numpy()[:, None]
        region = self._regions(lengths.numpy(), count, rng) & inside[..., None] & self.made
        level = rng.choice(self.levels, size=batch, p=self.level_share)
        hidden_now = self._hidden(region, rng)
        depth = np.arange(self.levels)[None, None, None]
        current = depth == level[:, None, None, None]
        finer = depth > level[:, None, None, None]
        hidden = (current & hidden_now[..., None]) | (finer & region[..., None])
        inputs = np.where(self._falsified(grid, region, rng), self._random(grid.shape, rng), grid)
        hidden = hidden | self._unknown(grid, rng)
        inputs = np.where(hidden, self.mask_id, inputs)
        learnt = current & hidden_now[..., None]
        if self.config.all_tokens_loss:
            learnt = np.broadcast_to(current & (inside[..., None] & self.made)[..., None], grid.shape)
        return MaskedExample(
            torch.from_numpy(inputs.reshape(ids.shape)),
            torch.from_numpy(np.ascontiguousarray(learnt).reshape(ids.shape)),
            torch.from_numpy(self._weights(learnt.reshape(ids.shape))),
        )

    def _weights(self, learnt: Flags) -> NDArray[np.float32]:
        """[B, N, S] equal for all learnt tokens, or for all motions."""
        each = learnt.astype(np.float32)
        if self.config.loss_average == "tokens":
            return each / max(1.0, float(each.sum()))
        own = np.maximum(each.sum((1, 2), keepdims=True), 1.0)
        return each / own / len(each)

    def _unknown(self, grid: NDArray[np.int64], rng: np.random.Generator) -> Flags:
        """[B, N, P, L] tokens of a part that is only given, hidden so that the model can do without."""
        if self.made.all() or self.config.given_hidden == 0.0:
            return np.zeros(grid.shape, dtype=np.bool_)
        share = rng.random(len(grid)) * self.config.given_hidden
        return (rng.random(grid.shape) < share[:, None, None, None]) & ~self.made[:, None]

    def _regions(self, lengths: NDArray[np.int64], count: int, rng: np.random.Generator) -> Flags:
        """[B, N, P] what is being regenerated: everything, one part, or a span (or all but it)."""
        batch = len(lengths)
        region = np.ones((batch, count, self.parts), dtype=np.bool_)
        kind = rng.random(batch)
        part = rng.choice(np.flatnonzero(self.made), size=batch)
        place = np.arange(count)
        for row in range(batch):
            by_part = kind[row] < self.config.part_only and self.parts > 1
            by_span = self.config.part_only <= kind[row] < self.config.part_only + self.config.span
            if by_part:
                region[row] = np.arange(self.parts)[None] == part[row]
            if by_span or (by_part and rng.random() < 0.3):
                ends = np.sort(rng.integers(0, lengths[row] + 1, size=2))
                span = (place >= ends[0]) & (place < ends[1])
                region[row] &= (span if rng.random() < 0.5 else ~span)[:, None]
        return region

    def _hidden(self, region: Flags, rng: np.random.Generator) -> Flags:
        """[B, N, P] what of the region is hidden at the current level; at least one token each."""
        batch = len(region)
        ratio = np.cos(0.5 * np.pi * rng.random(batch))
        uniform = rng.random(batch) < self.config.uniform_share
        ratio = np.where(uniform, rng.uniform(0.5, 1.0, batch), ratio)
        drawn = rng.random(region.shape)
        lowest = np.where(region, drawn, np.inf).min(axis=(1, 2), keepdims=True)
        return region & ((drawn < ratio[:, None, None]) | (drawn == lowest))

    def _falsified(self, grid: NDArray[np.int64], region: Flags, rng: np.random.Generator) -> Flags:
        """[B, N, P, L] codes that are replaced: a wrong guess of an earlier step looks so."""
        chosen = rng.random(len(grid)) < self.config.replace_in
        drawn = rng.random(len(grid))
        share = np.where(chosen, (1.0 if self.config.replace_exactly else drawn) * self.config.replace, 0.0)
        wrong = rng.random(grid.shape) < share[:, None, None, None]
        return wrong & region[..., None]

    def _random(self, shape: tuple[int, ...], rng: np.random.Generator) -> NDArray[np.int64]:
        return rng.integers(self.codebook_size, size=shape)
