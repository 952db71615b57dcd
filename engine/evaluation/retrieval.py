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

from engine.files.whole import folder_updated_whole
from engine.models.config import TextEncoderKind
from engine.models.errors import ModelError
from engine.models.matching.pooling import SequencePool, TextHead
from engine.models.tensor_file import load_module, save_module
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


class RetrievalNetwork(nn.Module):
    """Both encoders, the feature statistics and the temperature of the loss."""

    mean: Tensor
    std: Tensor

    def __init__(self, config: RetrievalConfig) -> None:
        super().__init__()
        self.config = config
        self.motion = MotionEncoder(config)
        self.text = TextHead(config, config.text_layers, config.max_words, config.text_dim, config.text_dim)
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
    """Read what :func:`save_retrieval` wrote, in evaluation mode. Nothing is unpickled."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    architecture = config.pop("architecture", None)
    if architecture != ARCHITECTURE:
        raise ModelError(f"{folder} holds a {architecture!r} model, not {ARCHITECTURE!r}")
    network = RetrievalNetwork(RetrievalConfig(**config))
    load_module(folder / "model.safetensors", network)
    return network.eval()
