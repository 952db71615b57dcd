"""Attention and the blocks of the masked transformer."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.models.batch_rows import batch_size, own_rows
from engine.models.config import BlockKind


class Attention(nn.Module):
    """Multi-head attention of x [B, N, W] to a context [B, M, W] where mask [B, M] is true."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key_value = nn.Linear(width, 2 * width)
        self.output = nn.Linear(width, width)

    def forward(self, x: Tensor, context: Tensor, mask: Tensor) -> Tensor:
        if context is x and self.training:
            # One product for all three; their weights are put together for it, which pays with many rows.
            weight = torch.cat([self.query.weight, self.key_value.weight])
            bias = torch.cat([self.query.bias, self.key_value.bias])
            query, key, value = F.linear(x, weight, bias).chunk(3, dim=-1)
        else:
            query = self.query(x)
            key, value = self.key_value(context).chunk(2, dim=-1)
        return self.attend(self._split(query), self._split(key), self._split(value), mask)

    def attend(self, query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
        """What the queries [B, heads, N, D] find among keys and values [B, heads, M, D] -> [B, N, W]."""
        # No dropout on the attention weights: it would rule out the fused kernels.
        if torch.is_grad_enabled() and query.requires_grad and query.device.type == "cpu":
            attended = attend_plainly(query, key, value, mask)
        else:
            attended = F.scaled_dot_product_attention(query, key, value, attn_mask=mask[:, None, None, :])
        return self.output(attended.transpose(1, 2).flatten(2))

    def _split(self, x: Tensor) -> Tensor:
        """[B, N, W] -> [B, heads, N, W / heads]"""
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)


def attend_plainly(query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
    """What the fused kernel computes, in separate products: [B, heads, N, D] of keys and values [B, heads, M, D].

    On CPUs the fused kernel's backward pass takes four to six times as long as these in bfloat16 (50 positions,
    64 channels a head).
    """
    batch, heads, _, dim = query.shape
    outside = torch.zeros(mask.shape, dtype=query.dtype, device=query.device).masked_fill_(~mask, -torch.inf)
    outside = outside[:, None, None].expand(batch, heads, 1, -1).flatten(0, 1)
    queries, keys, values = (part.reshape(batch * heads, -1, dim) for part in (query, key, value))
    scores = torch.baddbmm(outside, queries, keys.transpose(1, 2), alpha=dim**-0.5)
    return torch.bmm(scores.softmax(-1), values).unflatten(0, (batch, heads))


class SequenceDropout(nn.Module):
    """Dropout of [B, N, W] with one mask for all positions of a sequence (Gal 2016, section 4).

    Random numbers are drawn serially on a CPU; a mask of [B, 1, W] makes a training step a
    seventh faster than one of [B, N, W].
    """

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.share == 0.0:
            return x
        kept = own_rows(x.new_empty(batch_size(x.shape[0]), 1, x.shape[2]).bernoulli_(1.0 - self.share))
        return x * (kept / (1.0 - self.share))


class Block(nn.Module):
    """A pre-norm transformer block: to the motion, to the words, or both; then feed-forward.

    Attributes:
        word_norm: blocks that attend to the words normalise those too
    """

    def __init__(
        self, kind: BlockKind, width: int, heads: int, feed_forward: int, dropout: float, word_norm: bool = False
    ) -> None:
        super().__init__()
        self.self_norm = nn.LayerNorm(width) if kind != "cross" else None
        self.self_attention = Attention(width, heads) if kind != "cross" else None
        self.cross_norm = nn.LayerNorm(width) if kind != "self" else None
        self.cross_attention = Attention(width, heads) if kind != "self" else None
        self.word_norm = nn.LayerNorm(width) if kind != "self" and word_norm else None
        self.feed_norm = nn.LayerNorm(width)
        self.feed_forward = nn.Sequential(
            nn.Linear(width, feed_forward * width),
            nn.GELU(),
            nn.Linear(feed_forward * width, width),
        )
        self.dropout = SequenceDropout(dropout)

    def forward(self, x: Tensor, x_mask: Tensor, words: Tensor, word_mask: Tensor) -> Tensor:
        """X [B, N, W], x_mask [B, N], words [B, M, W], word_mask [B, M] -> [B, N, W]"""
        if self.self_norm is not None and self.self_attention is not None:
            normed = self.self_norm(x)
            x = x + self.dropout(self.self_attention(normed, normed, x_mask))
        if self.cross_norm is not None and self.cross_attention is not None:
            read = words if self.word_norm is None else self.word_norm(words)
            x = x + self.dropout(self.cross_attention(self.cross_norm(x), read, word_mask))
        return x + self.dropout(self.feed_forward(self.feed_norm(x)))
