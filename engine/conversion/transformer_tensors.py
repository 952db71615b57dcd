"""The authors' masked transformer: sizes from its tensors, and its tensors under our names.

Source of the layout: the published files' key names; the roles of the layers were found by agreement with
recorded inputs and outputs (logits to 1e-6). The three norms of a word block are not told apart by
those: taken in the order query, feed-forward, words, which continues ln1 and ln2 of the other blocks.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.conversion.checkpoint import Checkpoint
from engine.conversion.tokenizer_tensors import take_tokenizer
from engine.models.config import BlockKind, TokenizerConfig, TransformerConfig
from engine.models.errors import ModelError

PAPER_WIDTH, PAPER_HEADS = 1024, 16
SPECIAL_TOKENS = 3  # end, pad and mask
# The sentence and the end token share the positions with a motion's tokens.
EXTRA_POSITIONS = 2
BASE, HEAD = "trans_base", "trans_head"
TOKENIZER_COPY = f"{BASE}.vqvae.vqvae."


def transformer_sizes(source: Checkpoint, tokenizer: TokenizerConfig, heads: int | None) -> TransformerConfig:
    """What the shapes of the tensors say; the number of heads leaves no trace in them."""
    width, sentence = source.shape(f"{BASE}.cond_emb.weight", 2)
    hidden, rest = divmod(source.shape(f"{HEAD}.blocks.0.mlp.0.weight", 2)[0], width)
    if rest or not hidden:
        raise ModelError(f"{source.path}: tensor {HEAD}.blocks.0.mlp.0.weight is no multiple of the width {width}")
    if heads is None and width != PAPER_WIDTH:
        raise ModelError(
            f"{source.path} is {width} wide, not {PAPER_WIDTH} as published, and its number of attention heads "
            "cannot be read from it: give --heads"
        )
    blocks: list[BlockKind] = ["cross"] * source.count(BASE + ".cross_att.{}.ln1.weight")
    blocks += ["self"] * (source.count(BASE + ".blocks.{}.ln1.weight") + source.count(HEAD + ".blocks.{}.ln1.weight"))
    positions = source.shape(f"{BASE}.pos_embed.embed", 3)[0]
    if positions <= EXTRA_POSITIONS:
        raise ModelError(f"{source.path}: tensor {BASE}.pos_embed.embed has too few positions ({positions})")
    return TransformerConfig(
        width=width,
        heads=heads or PAPER_HEADS,
        blocks=tuple(blocks),
        feed_forward=hidden,
        positions="learned",
        token_input="codebook",
        end_token=True,
        sentence_place="after_words",
        word_norm=True,
        null_text=False,
        predicted_parts="upper" if tokenizer.parts == "lower_upper" else "all",
        steps_follow_length=True,
        max_tokens=positions - EXTRA_POSITIONS,
        sentence_dim=sentence,
        word_dim=source.shape(f"{BASE}.word_emb.weight", 2)[1],
        duration_width=0,
    )


def transformer_tensors(
    source: Checkpoint, config: TransformerConfig, tokenizer: TokenizerConfig, copy: dict[str, Tensor]
) -> dict[str, Tensor]:
    """The state of our MaskedTransformer; `copy` is the tokenizer that the file repeats."""
    width, positions = config.width, config.max_tokens + EXTRA_POSITIONS
    tensors = _token_embedding(source, config, tokenizer, copy)
    tensors["positions"] = source.take(f"{BASE}.pos_embed.embed", positions, 1, width)[:, 0]
    source.take(f"{BASE}.pos_embedding.weight", positions, width)  # stored, but nothing reads it
    for theirs, ours, dim in (("cond_emb", "sentence", config.sentence_dim), ("word_emb", "words", config.word_dim)):
        tensors[f"{ours}.weight"] = source.take(f"{BASE}.{theirs}.weight", width, dim)
        tensors[f"{ours}.bias"] = source.take(f"{BASE}.{theirs}.bias", width)
    words = config.word_blocks
    for place in range(words):
        theirs = f"{BASE}.cross_att.{place}"
        tensors |= _block(source, config, theirs, f"blocks.{place}", "cross")
        tensors |= _pair(source, f"{theirs}.ln3", f"blocks.{place}.word_norm", (width,))
        mask = f"{theirs}.attn.mask"
        source.take(mask, 1, 1, positions, source.shape(mask, 4)[3])  # stored, but nothing reads it
    base = source.count(BASE + ".blocks.{}.ln1.weight")
    for place in range(words, len(config.blocks)):
        number = place - words
        theirs = f"{BASE}.blocks.{number}" if number < base else f"{HEAD}.blocks.{number - base}"
        tensors |= _block(source, config, theirs, f"blocks.{place}", "self")
    tensors |= _pair(source, f"{HEAD}.ln_f", "norm", (width,))
    tensors["heads.0.weight"] = source.take(f"{HEAD}.head.weight", tokenizer.codebook_size, width)
    tensors["heads.0.bias"] = torch.zeros(tokenizer.codebook_size)
    return tensors


def take_tokenizer_copy(source: Checkpoint, config: TokenizerConfig) -> dict[str, Tensor]:
    """The tokenizer that the transformer's file repeats, under our names."""
    copy = take_tokenizer(source, config, TOKENIZER_COPY)
    if config.parts == "lower_upper":
        for name in ("mean_upper", "std_upper"):
            key = TOKENIZER_COPY + name
            copy[name] = source.take(key, *source.shape(key, 1))
    return copy


def _token_embedding(
    source: Checkpoint, config: TransformerConfig, tokenizer: TokenizerConfig, copy: dict[str, Tensor]
) -> dict[str, Tensor]:
    """Codes and special tokens go through one projection; with two parts it reads upper and lower side by side.

    Ours sums over the streams instead: each has its share of the columns, the first one the bias.
    """
    dim, parts = tokenizer.code_dim, tokenizer.part_count
    matrix = source.take(f"{BASE}.to_emb.weight", config.width, parts * dim)
    bias = source.take(f"{BASE}.to_emb.bias", config.width)
    special = source.take(f"{BASE}.learn_tok_emb.weight", SPECIAL_TOKENS, dim)
    shares = matrix.split(dim, dim=1)[::-1]  # theirs: upper, lower; ours: lower, upper
    books = [tensor for key, tensor in copy.items() if key.endswith("quantizer.levels.0.codes")]
    tensors = {"codes": torch.stack(books)}
    for stream, share in enumerate(shares):
        own_bias = bias if stream == 0 else torch.zeros_like(bias)
        tensors[f"code_projections.{stream}.weight"] = share
        tensors[f"code_projections.{stream}.bias"] = own_bias
        tensors[f"embeddings.{stream}.weight"] = special @ share.T + own_bias
    return tensors


def _block(source: Checkpoint, config: TransformerConfig, theirs: str, ours: str, kind: str) -> dict[str, Tensor]:
    """Attention and feed-forward of a block with their norms."""
    width, hidden = config.width, config.feed_forward * config.width
    square = (width, width)
    tensors = _pair(source, f"{theirs}.ln1", f"{ours}.{kind}_norm", (width,))
    tensors |= _pair(source, f"{theirs}.ln2", f"{ours}.feed_norm", (width,))
    attention = f"{ours}.{kind}_attention"
    tensors |= _pair(source, f"{theirs}.attn.query", f"{attention}.query", square)
    tensors |= _pair(source, f"{theirs}.attn.proj", f"{attention}.output", square)
    key = _pair(source, f"{theirs}.attn.key", "", square)
    value = _pair(source, f"{theirs}.attn.value", "", square)
    tensors |= {f"{attention}.key_value{end}": torch.cat([key[end], value[end]]) for end in key}
    tensors |= _pair(source, f"{theirs}.mlp.0", f"{ours}.feed_forward.0", (hidden, width))
    return tensors | _pair(source, f"{theirs}.mlp.2", f"{ours}.feed_forward.2", (width, hidden))


def _pair(source: Checkpoint, theirs: str, ours: str, shape: tuple[int, ...]) -> dict[str, Tensor]:
    """Weight and bias of a layer."""
    return {
        f"{ours}.weight": source.take(f"{theirs}.weight", *shape),
        f"{ours}.bias": source.take(f"{theirs}.bias", shape[0]),
    }
