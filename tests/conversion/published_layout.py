"""Random checkpoints with the keys and shapes of the published files, of any size."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch

PARTS = {"": 263, "_lower": 107, "_upper": 156}


@dataclass(frozen=True)
class Sizes:
    """The published ones; `tiny` is quick."""

    upper_body: bool = False
    conv_width: int = 512
    codes: int = 8192
    code_dim: int = 32
    width: int = 1024
    self_blocks: int = 7
    word_blocks: int = 2
    head_blocks: int = 9
    positions: int = 51


TINY = Sizes(conv_width=8, codes=16, code_dim=4, width=32, self_blocks=1, word_blocks=1, head_blocks=1)


def published_shapes(sizes: Sizes) -> tuple[dict, dict]:
    """Shapes by key: of the tokenizer's file and of the transformer's."""
    tokenizer = _tokenizer(sizes)
    own = {("" if sizes.upper_body else "vqvae.") + key: shape for key, shape in tokenizer.items()}
    copy = {f"trans_base.vqvae.vqvae.{key}": shape for key, shape in tokenizer.items()}
    return own, copy | _transformer(sizes)


def published_checkpoints(sizes: Sizes, seed: int = 0) -> tuple[dict, dict]:
    """Contents of the tokenizer's and the transformer's net_last.pth."""
    generator = torch.Generator().manual_seed(seed)
    own, masked = published_shapes(sizes)
    net = {key: _values(key, shape, generator) for key, shape in own.items()}
    copy = {f"trans_base.vqvae.vqvae.{key.removeprefix('vqvae.')}": value for key, value in net.items()}
    rest = {key: _values(key, shape, generator) for key, shape in masked.items() if key not in copy}
    return {"net": net}, {"trans": copy | rest}


def _values(key, shape, generator):
    values = torch.randn(shape, generator=generator) / max(1, math.prod(shape[1:])) ** 0.5
    if key.endswith("std_upper"):
        return values.abs() + 0.1
    return values + 1 if ".ln" in key and key.endswith("weight") else values


def _tokenizer(sizes):
    shapes, width = {}, sizes.conv_width
    suffixes = ("_upper", "_lower") if sizes.upper_body else ("",)
    dim = sizes.code_dim
    for suffix in suffixes:
        side = f"encoder{suffix}.model"
        _layer(shapes, f"{side}.0", width, PARTS[suffix], 3)
        for stage in (2, 3):
            _layer(shapes, f"{side}.{stage}.0", width, width, 4)
            _residual(shapes, f"{side}.{stage}.1", width)
        _layer(shapes, f"{side}.4", dim, width, 3)
        side = f"decoder{suffix}.model"
        _layer(shapes, f"{side}.0", width, dim, 3)
        for stage in (2, 3):
            _residual(shapes, f"{side}.{stage}.0", width)
            _layer(shapes, f"{side}.{stage}.2", width, width, 3)
        _layer(shapes, f"{side}.4", width, width, 3)
        _layer(shapes, f"{side}.6", PARTS[suffix], width, 3)
        shapes[f"quantizer{suffix}.codebook"] = (sizes.codes, dim)
    if sizes.upper_body:
        shapes["mean_upper"] = shapes["std_upper"] = (13,)
    return shapes


def _transformer(sizes):
    shapes, width = {}, sizes.width
    parts = 2 if sizes.upper_body else 1
    shapes["trans_base.learn_tok_emb.weight"] = (3, sizes.code_dim)
    shapes["trans_base.pos_embedding.weight"] = (sizes.positions, width)
    shapes["trans_base.pos_embed.embed"] = (sizes.positions, 1, width)
    _layer(shapes, "trans_base.to_emb", width, parts * sizes.code_dim)
    for name in ("cond_emb", "word_emb"):
        _layer(shapes, f"trans_base.{name}", width, 512)
    for number in range(sizes.self_blocks):
        _block(shapes, f"trans_base.blocks.{number}", width, 2)
    for number in range(sizes.word_blocks):
        _block(shapes, f"trans_base.cross_att.{number}", width, 3)
        shapes[f"trans_base.cross_att.{number}.attn.mask"] = (1, 1, sizes.positions, 77)
    for number in range(sizes.head_blocks):
        _block(shapes, f"trans_head.blocks.{number}", width, 2)
    _layer(shapes, "trans_head.ln_f", width)
    shapes["trans_head.head.weight"] = (sizes.codes, width)
    return shapes


def _residual(shapes, name, width):
    for number in range(3):
        _layer(shapes, f"{name}.model.{number}.conv1", width, width, 3)
        _layer(shapes, f"{name}.model.{number}.conv2", width, width, 1)


def _block(shapes, name, width, norms):
    for number in range(1, norms + 1):
        _layer(shapes, f"{name}.ln{number}", width)
    for projection in ("key", "query", "value", "proj"):
        _layer(shapes, f"{name}.attn.{projection}", width, width)
    _layer(shapes, f"{name}.mlp.0", 4 * width, width)
    _layer(shapes, f"{name}.mlp.2", width, 4 * width)


def _layer(shapes, name, *shape):
    shapes[f"{name}.weight"], shapes[f"{name}.bias"] = shape, shape[:1]
