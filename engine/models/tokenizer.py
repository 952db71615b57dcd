"""The motion tokenizer: a convolutional VQ-VAE for each body part.

Source: MMM section 3.1 (tokenizer) and "Upper body editing" (a codebook a part).
Each part has its own encoder, codes and decoder, so the decoded legs are a
function of the leg tokens alone and regenerating the arms cannot move them.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.models.config import FRAMES_PER_TOKEN, Activation, TokenizerConfig
from engine.models.quantizer import ResidualQuantizer
from engine.motion.parts import BodyPart, FeatureLayout, body_parts


def activation_module(name: Activation) -> nn.Module:
    return nn.ReLU() if name == "relu" else nn.GELU(approximate="tanh")


class ResidualBlock(nn.Module):
    """x + conv1(act(conv3 dilated(act(x)))), [B, C, T] -> [B, C, T]"""

    def __init__(self, width: int, dilation: int, activation: Activation) -> None:
        super().__init__()
        self.body = nn.Sequential(
            activation_module(activation),
            nn.Conv1d(width, width, 3, padding=dilation, dilation=dilation),
            activation_module(activation),
            nn.Conv1d(width, width, 1),
        )

    def forward(self, x: Tensor) -> Tensor:
        return x + self.body(x)


class Encoder(nn.Module):
    """Features [B, D, T] -> vectors [B, code_dim, T/4]"""

    def __init__(self, dim: int, config: TokenizerConfig) -> None:
        super().__init__()
        layers: list[nn.Module] = [
            nn.Conv1d(dim, config.stem_width, 3, padding=1),
            activation_module(config.activation),
        ]
        width = config.stem_width
        for next_width, dilations in zip(config.stage_widths, config.stage_dilations, strict=True):
            layers.append(nn.Conv1d(width, next_width, 4, stride=2, padding=1))
            layers += [ResidualBlock(next_width, d, config.activation) for d in dilations]
            width = next_width
        layers.append(nn.Conv1d(width, config.code_dim, 3, padding=1))
        self.layers = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)


class Decoder(nn.Module):
    """Vectors [B, code_dim, N] -> features [B, D, 4N]; the encoder mirrored."""

    def __init__(self, dim: int, config: TokenizerConfig) -> None:
        super().__init__()
        widths = [config.stem_width, *config.stage_widths]
        layers: list[nn.Module] = [
            nn.Conv1d(config.code_dim, widths[-1], 3, padding=1),
            activation_module(config.activation),
        ]
        for stage in reversed(range(len(config.stage_widths))):
            width, next_width = widths[stage + 1], widths[stage]
            layers += [ResidualBlock(width, d, config.activation) for d in config.stage_dilations[stage]]
            layers.append(nn.Upsample(scale_factor=2, mode="nearest"))
            layers.append(nn.Conv1d(width, next_width, 3, padding=1))
        layers += [
            nn.Conv1d(widths[0], widths[0], 3, padding=1),
            activation_module(config.activation),
            nn.Conv1d(widths[0], dim, 3, padding=1),
        ]
        self.layers = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)


class PartTokenizer(nn.Module):
    """Encoder, quantizer and decoder of one body part, on normalised features."""

    def __init__(self, dim: int, config: TokenizerConfig) -> None:
        super().__init__()
        self.encoder = Encoder(dim, config)
        self.quantizer = ResidualQuantizer(
            levels=config.levels,
            size=config.codebook_size,
            dim=config.code_dim,
            decay=config.ema_decay,
            dead_threshold=config.dead_code_threshold,
            normalise=config.normalise_codes,
            dropout=config.quantizer_dropout,
        )
        self.decoder = Decoder(dim, config)

    def vectors(self, features: Tensor) -> Tensor:
        """[B, T, D] -> [B, T/4, code_dim]"""
        return self.encoder(features.transpose(1, 2)).transpose(1, 2)

    def features(self, vectors: Tensor) -> Tensor:
        """[B, N, code_dim] -> [B, 4N, D]"""
        return self.decoder(vectors.transpose(1, 2)).transpose(1, 2)


@dataclass(frozen=True)
class TokenizerOutput:
    """Training output.

    Attributes:
        normalised: [B, T, F] reconstruction, normalised features, fp32
        ids: [B, T/4, S]
        residuals: [B, T/4, S, D] what each stream's codebook had to quantise
        losses: the quantizer's own losses by name (scalars): 'commitment'
        perplexity: [S] codes in use, per stream
    """

    normalised: Tensor
    ids: Tensor
    residuals: Tensor
    losses: dict[str, Tensor]
    perplexity: Tensor


class MotionTokenizer(nn.Module):
    """Raw features <-> token grid [B, N, S], S = parts x levels, part-major."""

    mean: Tensor
    std: Tensor
    order: Tensor
    relative: Tensor

    def __init__(self, config: TokenizerConfig) -> None:
        super().__init__()
        self.config = config
        self.body_parts: tuple[BodyPart, ...] = body_parts(config.parts, config.joint_count)
        self.parts = nn.ModuleDict({part.name: PartTokenizer(part.dim, config) for part in self.body_parts})
        self.register_buffer("mean", torch.zeros(config.feature_dim))
        self.register_buffer("std", torch.ones(config.feature_dim))
        # Where each feature lies once the parts' features are put side by side.
        side_by_side = torch.cat([torch.from_numpy(part.features) for part in self.body_parts])
        self.register_buffer("order", torch.argsort(side_by_side), persistent=False)
        layout = FeatureLayout(config.joint_count)
        self.root_height = layout.root.stop - 1
        heights = [
            layout.positions.start + 3 * (joint - 1) + 1
            for part in self.body_parts
            if 0 not in part.joints
            for joint in part.joints
        ]
        relative = torch.tensor(heights if config.relative_heights else [], dtype=torch.long)
        self.register_buffer("relative", relative, persistent=False)
        for part in self.body_parts:
            indices = torch.from_numpy(part.features)
            self.register_buffer(f"indices_{part.name}", indices, persistent=False)

    def set_normalisation(self, mean: Tensor, std: Tensor) -> None:
        """Take mean and std [F] of raw features; one that never varies gets std 1 to stay finite."""
        self.mean.copy_(self._with_heights(mean, -1.0))
        self.std.copy_(torch.where(std > 1e-6, std, torch.ones_like(std)))

    def normalise(self, features: Tensor) -> Tensor:
        """Raw features [..., F]; what is not known (NaN) stays so."""
        return (self._with_heights(features, -1.0) - self.mean) / self.std

    def denormalise(self, normalised: Tensor) -> Tensor:
        return self._with_heights(normalised * self.std + self.mean, 1.0)

    def _with_heights(self, features: Tensor, sign: float) -> Tensor:
        """Add (1) or take away (-1) the root's height from the heights coded relative to it."""
        if len(self.relative) == 0:
            return features
        root = features[..., self.root_height, None]
        return features.index_add(-1, self.relative, sign * root.expand(*features.shape[:-1], len(self.relative)))

    def encode(self, features: Tensor) -> Tensor:
        """Raw features [B, T, F] -> ids [B, T//4, S]; frames beyond a whole token are left out.

        Directions of head and hands that are not known may be NaN.
        """
        features = self._shown(features)
        return torch.cat(
            [part.quantizer.encode(part.vectors(features[..., indices])) for part, indices in self._parts()],
            dim=-1,
        )

    def decode(self, ids: Tensor) -> Tensor:
        """Ids [B, N, S] -> raw features [B, 4N, F]"""
        per_part = ids.split(self.config.levels, dim=-1)
        decoded = [
            part.features(part.quantizer.decode(own)) for (part, _), own in zip(self._parts(), per_part, strict=True)
        ]
        return self._raw(decoded)

    def decode_vectors(self, vectors: Tensor) -> Tensor:
        """What enters the parts' decoders [B, N, P, D] -> raw features [B, 4N, F]"""
        return self._raw([part.features(own) for (part, _), own in zip(self._parts(), vectors.unbind(2), strict=True)])

    def _raw(self, decoded: list[Tensor]) -> Tensor:
        """The parts' normalised features side by side -> raw features [..., F]"""
        return self.denormalise(torch.cat(decoded, dim=-1).float()[..., self.order])

    def forward(self, features: Tensor) -> TokenizerOutput:
        """Raw features [B, T, F] -> TokenizerOutput, with T a multiple of 4."""
        features = self._shown(features)
        decoded, ids, residuals, perplexities = [], [], [], []
        commitment = features.new_zeros(())
        for part, indices in self._parts():
            quantized = part.quantizer(part.vectors(features[..., indices]))
            decoded.append(part.features(quantized.values).float())
            ids.append(quantized.ids)
            residuals.append(quantized.residuals)
            perplexities.append(quantized.perplexity)
            commitment = commitment + quantized.commitment
        return TokenizerOutput(
            normalised=torch.cat(decoded, dim=-1)[..., self.order],
            ids=torch.cat(ids, dim=-1),
            residuals=torch.cat(residuals, dim=-2),
            losses={"commitment": commitment / len(decoded)},
            perplexity=torch.cat(perplexities),
        )

    @torch.no_grad()
    def start_codes(self, features: Tensor) -> None:
        """Take all codes from a first batch of raw features [B, T, F]: training starts with this."""
        features = self._shown(features)
        for part, indices in self._parts():
            part.quantizer.start(part.vectors(features[..., indices]))

    def follow_codes(self, residuals: Tensor, ids: Tensor) -> None:
        """Move all codebooks by what forward returned of a whole batch: [B, N, S, D] and [B, N, S]."""
        levels = self.config.levels
        shares = zip(residuals.split(levels, dim=-2), ids.split(levels, dim=-1), strict=True)
        for (part, _), (own, chosen) in zip(self._parts(), shares, strict=True):
            part.quantizer.follow(own, chosen)

    def keep_codes(self) -> None:
        """Let training change the decoders alone, on all levels of the codes."""
        for part, _ in self._parts():
            part.encoder.requires_grad_(False)
            part.quantizer.dropout = 0.0

    def code_table(self) -> Tensor:
        """All codes [S, K, code_dim], stream order."""
        return torch.stack([book.codes for part, _ in self._parts() for book in part.quantizer.books()])

    def _parts(self) -> list[tuple[PartTokenizer, Tensor]]:
        found: list[tuple[PartTokenizer, Tensor]] = []
        for part in self.body_parts:
            module, indices = self.parts[part.name], getattr(self, f"indices_{part.name}")
            assert isinstance(module, PartTokenizer)
            found.append((module, indices))
        return found

    def _shown(self, features: Tensor) -> Tensor:
        """What the encoders see of raw features [B, T, F]: whole tokens, the mean where nothing is known."""
        return self.normalise(self._whole_tokens(features)).nan_to_num(nan=0.0)

    def _whole_tokens(self, features: Tensor) -> Tensor:
        frames = features.shape[1] - features.shape[1] % FRAMES_PER_TOKEN
        if frames == 0:
            raise ValueError(f"a motion needs at least {FRAMES_PER_TOKEN} frames")
        return features[:, :frames]
