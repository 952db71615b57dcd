"""Vector quantisation with codebooks that follow their data by moving averages.

Source: VQ-VAE (van den Oord 2017, appendix A.1: EMA updates), dead-code reset as in
Jukebox (Dhariwal 2020), residual levels and quantizer dropout as in SoundStream
(Zeghidour 2021) and MoMask (Guo 2024).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.models.batch_rows import batch_size, own_rows


@dataclass(frozen=True)
class Quantized:
    """What a quantizer returns.

    Attributes:
        values: [B, N, D] quantised vectors, gradients passed straight through
        ids: [B, N, L] chosen codes, coarse to fine
        residuals: [B, N, L, D] what each level had to quantise, without gradients
        commitment: scalar, mean squared distance of the encoder's output to its codes
        perplexity: [L] exp(entropy) of the codes used in this batch
    """

    values: Tensor
    ids: Tensor
    residuals: Tensor
    commitment: Tensor
    perplexity: Tensor


class Codebook(nn.Module):
    """One table of K codes of D dimensions, moved by EMA instead of by gradients."""

    codes: Tensor
    cluster_size: Tensor
    cluster_sum: Tensor
    initialised: Tensor

    def __init__(self, size: int, dim: int, decay: float, dead_threshold: float, normalise: bool) -> None:
        super().__init__()
        self.size = size
        self.decay = decay
        self.dead_threshold = dead_threshold
        self.normalise = normalise
        self.register_buffer("codes", torch.randn(size, dim) / dim**0.5)
        self.register_buffer("cluster_size", torch.ones(size))
        self.register_buffer("cluster_sum", torch.zeros(size, dim))
        self.register_buffer("initialised", torch.zeros((), dtype=torch.bool))

    def nearest(self, vectors: Tensor) -> Tensor:
        """[M, D] -> [M] ids of the nearest codes; fp32, as bf16 cannot tell close ones apart."""
        with torch.autocast(vectors.device.type, enabled=False):
            vectors = self.prepare(vectors.float())
            scores = vectors @ self.codes.t() * 2 - self.codes.square().sum(1)
            return scores.argmax(dim=1)

    def lookup(self, ids: Tensor) -> Tensor:
        """[...] -> [..., D]"""
        return F.embedding(ids, self.codes)

    def prepare(self, vectors: Tensor) -> Tensor:
        return F.normalize(vectors, dim=-1) if self.normalise else vectors

    @torch.no_grad()
    def start_from(self, vectors: Tensor) -> None:
        """Take vectors [M, D] as codes (noisy repeats if there are too few)."""
        vectors = self.prepare(vectors.float())
        self.codes.copy_(self._draw(vectors, self.size))
        self.cluster_sum.copy_(self.codes)
        self.cluster_size.fill_(1.0)
        self.initialised.fill_(True)

    @torch.no_grad()
    def follow(self, vectors: Tensor, ids: Tensor) -> None:
        """Move each code towards the mean of the vectors [M, D] assigned to it, ids [M]."""
        vectors = self.prepare(vectors.float())
        counts = torch.bincount(ids, minlength=self.size).float()
        sums = torch.zeros_like(self.codes).index_add_(0, ids, vectors)
        self.cluster_size.lerp_(counts, 1.0 - self.decay)
        self.cluster_sum.lerp_(sums, 1.0 - self.decay)
        # A code that hardly anything chooses restarts at a vector of this batch.
        # The threshold is counted in hits of a batch the size of the codebook.
        expected = vectors.shape[0] / self.size
        dead = self.cluster_size < self.dead_threshold * min(1.0, expected) * 0.1
        if bool(dead.any()):
            fresh = self._draw(vectors, int(dead.sum()))
            self.cluster_sum[dead] = fresh * expected
            self.cluster_size[dead] = expected
        means = self.cluster_sum / self.cluster_size.clamp_min(1e-6)[:, None]
        self.codes.copy_(self.prepare(means))

    def _draw(self, vectors: Tensor, count: int) -> Tensor:
        available = vectors.shape[0]
        picks = torch.randperm(available, device=vectors.device)[:count]
        if count > available:
            more = torch.randint(available, (count - available,), device=vectors.device)
            picks = torch.cat([picks, more])
        drawn = vectors[picks]
        return drawn + torch.randn_like(drawn) * 1e-3 * vectors.std(unbiased=False)


class ResidualQuantizer(nn.Module):
    """L codebooks in a row: each quantises what the ones before it left over."""

    def __init__(
        self,
        levels: int,
        size: int,
        dim: int,
        decay: float = 0.99,
        dead_threshold: float = 1.0,
        normalise: bool = False,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.dropout = dropout
        self.levels = nn.ModuleList(Codebook(size, dim, decay, dead_threshold, normalise) for _ in range(levels))

    def books(self) -> list[Codebook]:
        return [level for level in self.levels if isinstance(level, Codebook)]

    def encode(self, vectors: Tensor) -> Tensor:
        """[B, N, D] -> ids [B, N, L]"""
        residual = vectors.float().reshape(-1, vectors.shape[-1])
        ids = []
        for book in self.books():
            chosen = book.nearest(residual)
            residual = residual - book.lookup(chosen)
            ids.append(chosen)
        return torch.stack(ids, dim=-1).reshape(*vectors.shape[:-1], len(self.levels))

    def decode(self, ids: Tensor) -> Tensor:
        """Ids [B, N, l] with l <= L -> [B, N, D]; fewer levels give the coarse version."""
        books = self.books()[: ids.shape[-1]]
        return torch.stack([book.lookup(ids[..., i]) for i, book in enumerate(books)]).sum(0)

    @torch.no_grad()
    def start(self, vectors: Tensor) -> None:
        """Take the codes of every level from the vectors [B, N, D] of a first batch."""
        left = self.books()[0].prepare(vectors.float().reshape(-1, vectors.shape[-1]))
        for book in self.books():
            book.start_from(left)
            left = left - book.lookup(book.nearest(left))

    def follow(self, residuals: Tensor, ids: Tensor) -> None:
        """Move the codebooks by a batch: residuals [B, N, L, D] and ids [B, N, L] that forward returned.

        All of a batch at once, whichever processes and micro-batches it was computed in.
        """
        for level, book in enumerate(self.books()):
            book.follow(residuals[..., level, :].flatten(0, 1), ids[..., level].flatten())

    def forward(self, vectors: Tensor) -> Quantized:
        """[B, N, D] -> Quantized; the codebooks stay as they are until they are told to follow."""
        shape = vectors.shape
        flat = vectors.float().reshape(-1, shape[-1])
        keep = self._levels_kept(shape, flat.device)
        target = self.books()[0].prepare(flat)
        total = torch.zeros_like(flat)
        commitment = flat.new_zeros(())
        ids, residuals, perplexities = [], [], []
        for level, book in enumerate(self.books()):
            left = (target - total).detach()
            chosen = book.nearest(left)
            code = book.lookup(chosen)
            kept = keep[:, None] > level
            total = total + torch.where(kept, code, torch.zeros_like(code))
            commitment = commitment + F.mse_loss(target, total.detach())
            ids.append(chosen)
            residuals.append(left)
            perplexities.append(_perplexity(chosen, book.size))
        values = target + (total - target).detach()
        levels = len(self.levels)
        return Quantized(
            values=values.reshape(shape),
            ids=torch.stack(ids, dim=-1).reshape(*shape[:-1], levels),
            residuals=torch.stack(residuals, dim=-2).reshape(*shape[:-1], levels, shape[-1]),
            commitment=commitment / levels,
            perplexity=torch.stack(perplexities),
        )

    def _levels_kept(self, shape: torch.Size, device: torch.device) -> Tensor:
        """How many levels each vector uses [B*N]: all, or for some samples fewer (dropout)."""
        batch, positions = shape[0], shape[1]
        count = len(self.levels)
        kept = torch.full((batch,), count, device=device)
        if self.training and self.dropout > 0 and count > 1:
            whole = batch_size(batch)
            fewer = own_rows(torch.randint(1, count, (whole,), device=device))
            chance = own_rows(torch.rand(whole, device=device))
            kept = torch.where(chance < self.dropout, fewer, kept)
        return kept.repeat_interleave(positions)


def _perplexity(ids: Tensor, size: int) -> Tensor:
    share = torch.bincount(ids, minlength=size).float() / ids.numel()
    return torch.exp(-(share * (share + 1e-10).log()).sum())
