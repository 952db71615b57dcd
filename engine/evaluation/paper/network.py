"""The networks that published text-to-motion tables are measured with, to be filled from their checkpoint.

Architecture as described by Guo et al. (CVPR 2022, supplementary) and by the published file's key names and shapes:
a movement encoder of two strided convolutions (4 frames a step, foot contacts hidden), a bidirectional GRU over its
steps, and another one over GloVe word vectors with an embedding of the word's tag. Both end in one latent space.
A third GRU guesses a motion's length from the words.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence

HIDDEN_FEATURES = 4
FRAMES_PER_STEP = 4
SLOPE = 0.2  # of the leaky ReLUs for negative values


@dataclass(frozen=True)
class PublishedConfig:
    """Sizes; `lengths` is how many lengths (in steps of 4 frames) are told apart, 0 without that network."""

    feature_dim: int
    words: int
    movement_width: int = 512
    movement_dim: int = 512
    motion_width: int = 1024
    text_width: int = 512
    latent_dim: int = 512
    word_dim: int = 300
    tags: int = 15
    lengths: int = 0
    length_width: int = 512


class SequenceSummary(nn.Module):
    """A bidirectional GRU with learned first states; its two last states go through `head`."""

    def __init__(self, inputs: int, width: int, head: nn.Module) -> None:
        super().__init__()
        self.input = nn.Linear(inputs, width)
        self.gru = nn.GRU(width, width, batch_first=True, bidirectional=True)
        self.start = nn.Parameter(torch.zeros(2, 1, width))
        self.head = head

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        """[B, N, D], of which each row's first lengths [B] count -> [B, latent]"""
        packed = pack_padded_sequence(self.input(x), lengths.cpu(), batch_first=True, enforce_sorted=False)
        _, last = self.gru(packed, self.start.expand(-1, len(x), -1).contiguous())
        return torch.as_tensor(self.head(torch.cat([last[0], last[1]], dim=-1)))


class TextSummary(SequenceSummary):
    """The same over words: [B, N, word_dim] vectors, to which those of their tags are added."""

    def __init__(self, config: PublishedConfig, width: int, head: nn.Module) -> None:
        super().__init__(config.word_dim, width, head)
        self.tag = nn.Linear(config.tags, config.word_dim)

    def read(self, words: Tensor, tags: Tensor, lengths: Tensor) -> Tensor:
        """Words [B, N, word_dim], tags one-hot [B, N, tags], lengths [B] -> [B, latent]"""
        return torch.as_tensor(self(words + self.tag(tags), lengths))


class PublishedNetwork(nn.Module):
    """Motions and tagged sentences in one latent space."""

    mean: Tensor
    std: Tensor
    word_vectors: Tensor

    def __init__(self, config: PublishedConfig) -> None:
        super().__init__()
        self.config = config
        self.register_buffer("mean", torch.zeros(config.feature_dim))
        self.register_buffer("std", torch.ones(config.feature_dim))
        self.register_buffer("word_vectors", torch.zeros(config.words, config.word_dim))
        seen = config.feature_dim - HIDDEN_FEATURES
        self.first = nn.Conv1d(seen, config.movement_width, 4, stride=2, padding=1)
        self.second = nn.Conv1d(config.movement_width, config.movement_dim, 4, stride=2, padding=1)
        self.movement = nn.Linear(config.movement_dim, config.movement_dim)
        self.motion = SequenceSummary(
            config.movement_dim,
            config.motion_width,
            layers(2 * config.motion_width, config.motion_width, config.latent_dim),
        )
        self.text = TextSummary(
            config, config.text_width, layers(2 * config.text_width, config.text_width, config.latent_dim)
        )
        self.length: TextSummary | None = None
        if config.lengths:
            wide = config.length_width
            self.length = TextSummary(config, wide, layers(2 * wide, wide, wide // 2, wide // 4, config.lengths))

    def embed_motion(self, motion: Tensor, lengths: Tensor) -> Tensor:
        """Features [B, T, F], frames [B], of which whole steps count -> [B, latent].

        The last step of a motion sees what comes behind it: in the published tables that is the mean pose, up to
        one length for all motions.
        """
        steps = torch.div(lengths, FRAMES_PER_STEP, rounding_mode="floor")
        x = ((motion - self.mean) / self.std)[..., :-HIDDEN_FEATURES].transpose(1, 2)
        x = F.leaky_relu(self.second(F.leaky_relu(self.first(x), SLOPE)), SLOPE)
        return torch.as_tensor(self.motion(self.movement(x.transpose(1, 2)), steps))

    def embed_text(self, words: Tensor, tags: Tensor, lengths: Tensor) -> Tensor:
        """Word numbers [B, N], tag numbers [B, N], words of each [B] -> [B, latent]"""
        return self.text.read(self.word_vectors[words], F.one_hot(tags, self.config.tags).float(), lengths)

    def length_logits(self, words: Tensor, tags: Tensor, lengths: Tensor) -> Tensor:
        """The same -> [B, lengths]: how likely the motion has so many steps of 4 frames."""
        assert self.length is not None
        return self.length.read(self.word_vectors[words], F.one_hot(tags, self.config.tags).float(), lengths)


def layers(first: int, *widths: int) -> nn.Sequential:
    """Linear layers with norm and leaky ReLU between them."""
    made: list[nn.Module] = []
    for place, width in enumerate(widths):
        made.append(nn.Linear(first, width))
        if place < len(widths) - 1:
            made += [nn.LayerNorm(width), nn.LeakyReLU(SLOPE)]
        first = width
    return nn.Sequential(*made)
