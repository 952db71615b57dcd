"""Sequences of motion or of words as single unit vectors, which lie close where both tell of the same.

The encoders of TMR (Petrovich et al., *Text-to-Motion Retrieval*, ICCV 2023) without its generative half.
"""

from __future__ import annotations

import math
from typing import Protocol

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from engine.models.attention import attend
from engine.models.text_features import TextFeatures


class PoolConfig(Protocol):
    """The sizes that the networks here share."""

    @property
    def latent_dim(self) -> int: ...
    @property
    def width(self) -> int: ...
    @property
    def heads(self) -> int: ...
    @property
    def feed_forward(self) -> int: ...
    @property
    def dropout(self) -> float: ...


def sinusoids(length: int, width: int) -> Tensor:
    """Sinusoidal positions [length, width] (Vaswani et al., 2017)."""
    rate = torch.exp(torch.arange(0, width, 2) * (-math.log(10000.0) / width))
    angle = torch.arange(length)[:, None] * rate[None]
    return torch.stack((angle.sin(), angle.cos()), dim=-1).reshape(length, width)


class Block(nn.Module):
    """Pre-norm transformer layer. No dropout on attention weights: on a CPU drawing those random
    numbers costs as much as the attention itself.
    """

    def __init__(self, config: PoolConfig) -> None:
        super().__init__()
        self.heads = config.heads
        self.attention_norm = nn.LayerNorm(config.width)
        self.query_key_value = nn.Linear(config.width, 3 * config.width)
        self.project = nn.Linear(config.width, config.width)
        self.dropout = nn.Dropout(config.dropout)
        self.feed_forward = nn.Sequential(
            nn.LayerNorm(config.width),
            nn.Linear(config.width, config.feed_forward),
            nn.GELU(),
            nn.Linear(config.feed_forward, config.width),
        )

    def forward(self, hidden: Tensor, valid: Tensor) -> Tensor:
        """[B, L, C] and [B, L] true where attention may look -> [B, L, C]."""
        batch, length, width = hidden.shape
        split = self.query_key_value(self.attention_norm(hidden))
        split = split.view(batch, length, 3, self.heads, width // self.heads)
        query, key, value = split.permute(2, 0, 3, 1, 4)
        mixed = attend(query, key, value, valid)
        mixed = mixed.transpose(1, 2).reshape(batch, length, width)
        hidden = hidden + self.dropout(self.project(mixed))
        return torch.as_tensor(hidden + self.feed_forward(hidden))


class SequencePool(nn.Module):
    """Transformer over a masked sequence with a summary token in front; returns the summary."""

    def __init__(self, config: PoolConfig, layers: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Block(config) for _ in range(layers))
        self.norm = nn.LayerNorm(config.width)
        self.out = nn.Linear(config.width, config.latent_dim)

    def forward(self, summary: Tensor, sequence: Tensor, mask: Tensor) -> Tensor:
        """[B, C] summary tokens, [B, L, C], [B, L] true where valid -> unit vectors [B, latent]."""
        sequence = sequence + sinusoids(sequence.shape[1], sequence.shape[2]).to(sequence)
        tokens = torch.cat((summary[:, None], sequence), dim=1)
        valid = functional.pad(mask, (1, 0), value=True)
        hidden = tokens
        for layer in self.layers:
            hidden = layer(hidden, valid)
        # float() keeps unit length exact under bfloat16 autocast.
        return functional.normalize(self.out(self.norm(hidden[:, 0])).float(), dim=-1)


class TextHead(nn.Module):
    """Word features through a small transformer, the sentence feature as its summary token."""

    def __init__(self, config: PoolConfig, layers: int, max_words: int, sentence_dim: int, word_dim: int) -> None:
        super().__init__()
        self.max_words = max_words
        self.sentence = nn.Linear(sentence_dim, config.width)
        self.words = nn.Linear(word_dim, config.width)
        self.dropout = nn.Dropout(config.dropout)
        self.pool = SequencePool(config, layers)

    def forward(self, text: TextFeatures) -> Tensor:
        """Features of B captions -> unit vectors [B, latent]; words beyond the limit drop out."""
        words, mask = text.words[:, : self.max_words], text.mask[:, : self.max_words]
        # Encoders scale their features differently; unit root mean square suits the linear maps.
        summary = self.sentence(_of_unit_scale(text.sentence))
        tokens = self.words(_of_unit_scale(words))
        return torch.as_tensor(self.pool(summary, self.dropout(tokens), mask))


def _of_unit_scale(features: Tensor) -> Tensor:
    return functional.normalize(features, dim=-1) * math.sqrt(features.shape[-1])
