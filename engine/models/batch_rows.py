"""Random numbers of a batch that is worked on in parts.

Several processes, or several micro-batches, share one global batch. Each draws the random numbers of the
whole batch (they are few: one mask a sample) from the same seed and keeps its own rows. So a sample gets
the same dropout wherever it is computed, and a run does not depend on how it was spread.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor, nn


@dataclass(frozen=True)
class Share:
    """Part `index` of `of` equal parts of a batch."""

    index: int = 0
    of: int = 1

    def rows(self, total: int) -> slice:
        """Which rows of a batch of `total` rows these are."""
        return slice(total * self.index // self.of, total * (self.index + 1) // self.of)


_share = Share()


@contextlib.contextmanager
def working_on(share: Share) -> Iterator[None]:
    """What is drawn inside is drawn for the whole batch, of which this is the `share`."""
    global _share
    before, _share = _share, share
    try:
        yield
    finally:
        _share = before


def batch_size(rows: int) -> int:
    """Rows of the whole batch, given those at hand."""
    return rows * _share.of


def own_rows(drawn: Tensor) -> Tensor:
    """The rows at hand of what was drawn for the whole batch [B, ...]."""
    return drawn[_share.rows(len(drawn))]


class RowDropout(nn.Module):
    """Dropout of single numbers of [B, ...]."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.share == 0.0:
            return x
        kept = own_rows(x.new_empty(batch_size(x.shape[0]), *x.shape[1:]).bernoulli_(1.0 - self.share))
        return x * (kept / (1.0 - self.share))
