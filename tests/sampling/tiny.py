"""Tiny random transformers of every kind, and batches to fill in."""

from __future__ import annotations

import dataclasses

import torch

from engine.generation.sampler import SamplingRequest
from engine.models.config import ModelConfig, TokenizerConfig, TransformerConfig, paper_config
from engine.models.text_features import TextFeatures
from engine.models.transformer import MaskedTransformer

CODES, LONGEST = 32, 12
SMALL = {"width": 64, "heads": 4, "sentence_dim": 16, "word_dim": 12, "max_tokens": LONGEST}

OURS = ModelConfig(
    tokenizer=TokenizerConfig(codebook_size=CODES, code_dim=8, levels=3),
    transformer=TransformerConfig(blocks=("self_cross", "self", "cross"), **SMALL),
)
PAPER = dataclasses.replace(
    paper_config(),
    tokenizer=TokenizerConfig(
        parts="single", stem_width=8, stage_widths=(8, 8), code_dim=8, codebook_size=CODES, levels=1
    ),
    transformer=dataclasses.replace(paper_config().transformer, blocks=("cross", "cross", "self", "self"), **SMALL),
)
UPPER = dataclasses.replace(
    PAPER,
    tokenizer=dataclasses.replace(PAPER.tokenizer, parts="lower_upper"),
    transformer=dataclasses.replace(PAPER.transformer, predicted_parts="upper", steps_follow_length=False),
)
CONFIGS = {"ours": OURS, "paper": PAPER, "upper": UPPER}


def made(config: ModelConfig) -> MaskedTransformer:
    """Matrices that keep the size of what goes through them."""
    torch.manual_seed(0)
    model = MaskedTransformer(config.transformer, config.tokenizer).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=parameter.shape[1] ** -0.5 if parameter.ndim > 1 else 0.3)
    if model.codes is not None:
        model.codes.normal_()
    return model


def prompts(batch: int, words: int, generator: torch.Generator) -> TextFeatures:
    """Of one to `words` words each."""
    counts = torch.randint(1, words + 1, (batch, 1), generator=generator)
    return TextFeatures(
        torch.randn(batch, 16, generator=generator),
        torch.randn(batch, words, 12, generator=generator),
        torch.arange(words)[None] < counts,
    )


def batch_of(config: ModelConfig, lengths: list[int], share: float, seed: int) -> SamplingRequest:
    """Random tokens of motions so long, a `share` of which is to be made."""
    generator = torch.Generator().manual_seed(seed)
    shape = len(lengths), max(lengths), config.tokenizer.streams
    regenerate = torch.rand(shape, generator=generator) < share
    if config.transformer.predicted_parts == "upper":
        regenerate[..., : config.tokenizer.levels] = False
    return SamplingRequest(
        torch.randint(CODES, shape, generator=generator),
        regenerate,
        torch.tensor(lengths),
        prompts(len(lengths), 5, generator),
        tuple(range(seed, seed + len(lengths))),
    )


def row_of(request: SamplingRequest, row: int) -> SamplingRequest:
    """One motion of a batch, without its padding."""
    count = int(request.lengths[row])
    return SamplingRequest(
        request.ids[row : row + 1, :count],
        request.regenerate[row : row + 1, :count],
        request.lengths[row : row + 1],
        request.text.rows([row]),
        request.seeds[row : row + 1],
    )
