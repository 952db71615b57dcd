"""The authors' VQ-VAE: sizes from its tensors, and its tensors under our names.

Source of the layout: the published files' key names; the public VQ-VAE of T2M-GPT (Zhang 2023, MIT), whose
structure they name: residual blocks in stages, their dilations growing by 3 and given in reverse.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.conversion.checkpoint import Checkpoint
from engine.models.config import TokenizerConfig
from engine.models.errors import ModelError
from engine.models.tokenizer import MotionTokenizer
from engine.motion.parts import FeatureLayout, PartsLayout, body_parts

DILATION_GROWTH = 3  # of each residual block over the one before
STAGES = 2  # that halve the frame rate: four frames a token
# Of the names in a tokenizer's own file: only the whole-body one is wrapped in another module.
PREFIXES: dict[PartsLayout, str] = {"single": "vqvae.", "lower_upper": ""}


@dataclass(frozen=True)
class Statistics:
    """Mean and standard deviation [F] that the checkpoint's features were normalised with."""

    mean: Tensor
    std: Tensor


def tokenizer_sizes(source: Checkpoint) -> TokenizerConfig:
    """What the shapes of the tensors say."""
    parts: PartsLayout = "lower_upper" if "encoder_upper.model.0.weight" in source else "single"
    prefix, suffixes = PREFIXES[parts], _suffixes(parts)
    sides = [f"{prefix}encoder{suffix}.model" for suffix in suffixes]
    width = source.shape(f"{sides[0]}.0.weight", 3)[0]
    features = sum(source.shape(f"{side}.0.weight", 3)[1] for side in sides)
    joints, rest = divmod(features + 1, 12)
    if rest or joints < 2 or FeatureLayout(joints).dim != features:
        raise ModelError(f"{source.path}: tensor {sides[0]}.0.weight is of {features} features, which fit no skeleton")
    stages = 0
    while f"{sides[0]}.{2 + stages}.0.weight" in source:
        stages += 1
    if stages != STAGES:
        raise ModelError(f"{source.path} has {stages} down-sampling stages below {sides[0]}, expected {STAGES}")
    depth = source.count(sides[0] + ".2.1.model.{}.conv1.weight")
    dilations = tuple(DILATION_GROWTH**step for step in reversed(range(depth)))
    codebook, dim = source.shape(f"{prefix}quantizer{suffixes[0]}.codebook", 2)
    return TokenizerConfig(
        joint_count=joints,
        parts=parts,
        stem_width=width,
        stage_widths=(width, width),
        stage_dilations=(dilations, dilations),
        activation="relu",
        code_dim=dim,
        codebook_size=codebook,
        levels=1,
        quantizer_dropout=0.0,
    )


def tokenizer_tensors(source: Checkpoint, config: TokenizerConfig, statistics: Statistics) -> dict[str, Tensor]:
    """The state of our MotionTokenizer."""
    tensors = take_tokenizer(source, config, PREFIXES[config.parts])
    mean, std = statistics.mean.clone(), statistics.std.clone()
    if config.parts == "lower_upper":
        heights = MotionTokenizer(config).relative
        mean[heights] = source.take("mean_upper", len(heights))
        std[heights] = source.take("std_upper", len(heights))
    return {**tensors, "mean": mean, "std": std}


def take_tokenizer(source: Checkpoint, config: TokenizerConfig, prefix: str) -> dict[str, Tensor]:
    """Encoders, codebooks and decoders below `prefix`, under our names."""
    tensors: dict[str, Tensor] = {}
    parts = body_parts(config.parts, config.joint_count)
    for part, suffix in zip(parts, _suffixes(config.parts), strict=True):
        for theirs, ours, shape in _encoder_layout(config, part.dim) + _decoder_layout(config, part.dim):
            side, _, rest = theirs.partition(".")
            for kind, own_shape in (("weight", shape), ("bias", shape[:1])):
                tensor = source.take(f"{prefix}{side}{suffix}.{rest}.{kind}", *own_shape)
                tensors[f"parts.{part.name}.{ours}.{kind}"] = tensor
        codes = source.take(f"{prefix}quantizer{suffix}.codebook", config.codebook_size, config.code_dim)
        book = f"parts.{part.name}.quantizer.levels.0"
        tensors[f"{book}.codes"] = codes
        tensors[f"{book}.cluster_sum"] = codes.clone()
        tensors[f"{book}.cluster_size"] = torch.ones(len(codes))
        tensors[f"{book}.initialised"] = torch.ones((), dtype=torch.bool)
    return tensors


def _suffixes(parts: PartsLayout) -> tuple[str, ...]:
    """Of the authors' names, in the order of our parts."""
    return ("_lower", "_upper") if parts == "lower_upper" else ("",)


Layer = tuple[str, str, tuple[int, int, int]]


def _encoder_layout(config: TokenizerConfig, features: int) -> list[Layer]:
    """(their name, our name, shape) of each convolution."""
    width, place = config.stem_width, 2
    layers = [("encoder.model.0", "encoder.layers.0", (width, features, 3))]
    for stage, dilations in enumerate(config.stage_dilations):
        theirs = f"encoder.model.{2 + stage}"
        layers.append((f"{theirs}.0", f"encoder.layers.{place}", (width, width, 4)))
        layers += _block_layout(f"{theirs}.1", "encoder.layers", place + 1, len(dilations), width)
        place += 1 + len(dilations)
    theirs = f"encoder.model.{2 + len(config.stage_dilations)}"
    return [*layers, (theirs, f"encoder.layers.{place}", (config.code_dim, width, 3))]


def _decoder_layout(config: TokenizerConfig, features: int) -> list[Layer]:
    """(their name, our name, shape) of each convolution."""
    width, place, stages = config.stem_width, 2, len(config.stage_dilations)
    layers = [("decoder.model.0", "decoder.layers.0", (width, config.code_dim, 3))]
    for stage, dilations in enumerate(config.stage_dilations):
        theirs = f"decoder.model.{2 + stage}"
        layers += _block_layout(f"{theirs}.0", "decoder.layers", place, len(dilations), width)
        place += len(dilations) + 1  # the up-sampling has no tensors
        layers.append((f"{theirs}.2", f"decoder.layers.{place}", (width, width, 3)))
        place += 1
    return [
        *layers,
        (f"decoder.model.{2 + stages}", f"decoder.layers.{place}", (width, width, 3)),
        (f"decoder.model.{4 + stages}", f"decoder.layers.{place + 2}", (features, width, 3)),
    ]


def _block_layout(theirs: str, ours: str, place: int, depth: int, width: int) -> list[Layer]:
    layers: list[Layer] = []
    for step in range(depth):
        layers.append((f"{theirs}.model.{step}.conv1", f"{ours}.{place + step}.body.1", (width, width, 3)))
        layers.append((f"{theirs}.model.{step}.conv2", f"{ours}.{place + step}.body.3", (width, width, 1)))
    return layers
