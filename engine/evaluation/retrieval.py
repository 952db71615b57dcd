"""The evaluator's network: text and motion in one latent space, trained on real clips only.

The part it plays is that of the feature extractor of Guo et al. (CVPR 2022): captions and motions
that belong together lie close. The recipe is that of TMR (Petrovich et al., *Text-to-Motion
Retrieval*, ICCV 2023): transformer encoders and a contrastive loss over frozen sentence features,
without TMR's generative half. Embeddings are unit vectors, so distances lie in [0, 2].

The contact flags are hidden from the network, as in the original: a generator may get them wrong
without anyone seeing a difference.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from engine.files.text import read_json, shown
from engine.files.whole import folder_updated_whole
from engine.models.config import TextEncoderKind, from_dict
from engine.models.errors import ModelError
from engine.models.tensor_file import check_room, load_module, save_module
from engine.models.text_features import TextFeatures

ARCHITECTURE = "mmm-retrieval"


@dataclass(frozen=True)
class RetrievalConfig:
    """Sizes of both encoders; the text side must match the text encoder named here."""

    feature_dim: int = 263
    hidden_features: int = 4
    """trailing feature columns (contacts) that are not shown to the network"""
    text_encoder: TextEncoderKind = "minilm"
    text_dim: int = 384
    max_words: int = 40
    latent_dim: int = 128
    width: int = 256
    heads: int = 4
    feed_forward: int = 768
    motion_layers: int = 2
    text_layers: int = 1
    dropout: float = 0.1
    temperature: float = 0.07
    """initial temperature of the contrastive loss; learned from there"""


def sinusoids(length: int, width: int) -> Tensor:
    """Sinusoidal positions [length, width] (Vaswani et al., 2017)."""
    rate = torch.exp(torch.arange(0, width, 2) * (-math.log(10000.0) / width))
    angle = torch.arange(length)[:, None] * rate[None]
    return torch.stack((angle.sin(), angle.cos()), dim=-1).reshape(length, width)


class Block(nn.Module):
    """Pre-norm transformer layer. No dropout on attention weights: on a CPU drawing those random
    numbers costs as much as the attention itself.
    """

    def __init__(self, config: RetrievalConfig) -> None:
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
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=valid[:, None, None, :])
        mixed = mixed.transpose(1, 2).reshape(batch, length, width)
        hidden = hidden + self.dropout(self.project(mixed))
        return torch.as_tensor(hidden + self.feed_forward(hidden))


class SequencePool(nn.Module):
    """Transformer over a masked sequence with a summary token in front; returns the summary."""

    def __init__(self, config: RetrievalConfig, layers: int) -> None:
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


class MotionEncoder(nn.Module):
    """Two strided convolutions (4 frames a token), then :class:`SequencePool`."""

    def __init__(self, config: RetrievalConfig) -> None:
        super().__init__()
        shown = config.feature_dim - config.hidden_features
        self.shown = shown
        self.first = nn.Conv1d(shown, config.width, 4, stride=2, padding=1)
        self.second = nn.Conv1d(config.width, config.width, 4, stride=2, padding=1)
        self.dropout = nn.Dropout(config.dropout)
        self.summary = nn.Parameter(torch.randn(config.width) * 0.02)
        self.pool = SequencePool(config, config.motion_layers)

    def forward(self, motion: Tensor, lengths: Tensor) -> Tensor:
        """Normalised features [B, T, F] and frame counts [B] -> unit vectors [B, latent].

        What lies beyond a clip's length has no influence: it is zeroed before each convolution,
        just as the convolutions pad with zeros.
        """
        padding = -motion.shape[1] % 4
        motion = functional.pad(motion[..., : self.shown], (0, 0, 0, padding))
        hidden = motion.transpose(1, 2)
        mask = _length_mask(lengths, hidden.shape[2])
        hidden = functional.gelu(self.first(hidden * mask[:, None]))
        mask = _length_mask((lengths + 1) // 2, hidden.shape[2])
        hidden = functional.gelu(self.second(hidden * mask[:, None]))
        mask = _length_mask((lengths + 3) // 4, hidden.shape[2])
        tokens = self.dropout(hidden.transpose(1, 2))
        return torch.as_tensor(self.pool(self.summary.expand(len(tokens), -1), tokens, mask))


class TextHead(nn.Module):
    """Word features through a small transformer, the sentence feature as its summary token."""

    def __init__(self, config: RetrievalConfig) -> None:
        super().__init__()
        self.max_words = config.max_words
        self.sentence = nn.Linear(config.text_dim, config.width)
        self.words = nn.Linear(config.text_dim, config.width)
        self.dropout = nn.Dropout(config.dropout)
        self.pool = SequencePool(config, config.text_layers)

    def forward(self, text: TextFeatures) -> Tensor:
        """Features of B captions -> unit vectors [B, latent]; words beyond the limit drop out."""
        words, mask = text.words[:, : self.max_words], text.mask[:, : self.max_words]
        # Encoders scale their features differently; unit root mean square suits the linear maps.
        scale = math.sqrt(words.shape[-1])
        summary = self.sentence(functional.normalize(text.sentence, dim=-1) * scale)
        tokens = self.words(functional.normalize(words, dim=-1) * scale)
        return torch.as_tensor(self.pool(summary, self.dropout(tokens), mask))


class RetrievalNetwork(nn.Module):
    """Both encoders, the feature statistics and the temperature of the loss."""

    mean: Tensor
    std: Tensor

    def __init__(self, config: RetrievalConfig) -> None:
        super().__init__()
        self.config = config
        self.motion = MotionEncoder(config)
        self.text = TextHead(config)
        self.log_scale = nn.Parameter(torch.tensor(-math.log(config.temperature)))
        self.register_buffer("mean", torch.zeros(config.feature_dim))
        self.register_buffer("std", torch.ones(config.feature_dim))

    def set_statistics(self, mean: Tensor, std: Tensor) -> None:
        """Adopt the data set's mean and standard deviation, both (F,)."""
        self.mean.copy_(mean)
        self.std.copy_(std.clamp_min(1e-4))

    def embed_motion(self, motion: Tensor, lengths: Tensor) -> Tensor:
        """Raw features [B, T, F], frame counts [B] -> [B, latent]."""
        return torch.as_tensor(self.motion((motion - self.mean) / self.std, lengths))

    def embed_text(self, text: TextFeatures) -> Tensor:
        """Features of B captions -> [B, latent]."""
        return torch.as_tensor(self.text(text))

    @property
    def scale(self) -> Tensor:
        """Inverse temperature, at most 100 (the bound of CLIP, which keeps the loss stable)."""
        return self.log_scale.exp().clamp(max=100.0)


def _length_mask(lengths: Tensor, size: int) -> Tensor:
    """[B, size] true at positions below each length."""
    return torch.arange(size, device=lengths.device)[None] < lengths[:, None]


def save_retrieval(network: RetrievalNetwork, folder: Path) -> None:
    """Write config.json and model.safetensors."""
    config = {"architecture": ARCHITECTURE, **asdict(network.config)}
    with folder_updated_whole(folder) as unfinished:
        (unfinished / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
        save_module(unfinished / "model.safetensors", network)


def load_retrieval(folder: Path) -> RetrievalNetwork:
    """Read what :func:`save_retrieval` wrote, in evaluation mode. Nothing is unpickled. Raises InputError."""
    config = read_json(folder / "config.json")
    architecture = config.pop("architecture", None) if isinstance(config, dict) else None
    if architecture != ARCHITECTURE:
        raise ModelError(f"{folder} holds a model of {shown(architecture)}, not of {ARCHITECTURE!r}")
    sizes = from_dict(RetrievalConfig, config, str(folder / "config.json"))
    layers = sizes.motion_layers + sizes.text_layers
    check_room(
        folder / "model.safetensors",
        layers * 2 * sizes.width * sizes.feed_forward,
        (sizes.width, sizes.heads, sizes.latent_dim, sizes.text_dim, sizes.max_words, sizes.feed_forward, layers),
    )
    if sizes.width % sizes.heads or not 0 < sizes.feature_dim - sizes.hidden_features < 10_000:
        raise ModelError(f"{folder / 'config.json'} has sizes that do not fit each other")
    network = RetrievalNetwork(sizes)
    load_module(folder / "model.safetensors", network)
    return network.eval()
