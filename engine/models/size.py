"""How large a configured model is at least, told before anything of that size is made."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from engine.models.config import ModelConfig, TokenizerConfig, TransformerConfig
from engine.models.errors import ModelError

# Largest number and longest list of a config: ten times the published model's.
MOST_SIZE, MOST_LENGTH = 100_000, 256
# Bytes of the smallest stored number.
HALF = 2


def check_size(path: Path, config: ModelConfig) -> None:
    """Raises ModelError if the tensors that the config asks for cannot be in the file `path`.

    A config of a few lines may ask for more memory than there is; the file beside it cannot lie about its size.
    """
    for part in (config.tokenizer, config.transformer):
        _check_numbers(path, dataclasses.asdict(part))
    part = config.tokenizer if path.stem == "tokenizer" else config.transformer
    least = _tokenizer(config.tokenizer) if part is config.tokenizer else _transformer(config.transformer)
    if path.is_file() and least * HALF > path.stat().st_size:
        raise ModelError(f"{path} is smaller than the model that its config.json asks for")


def _check_numbers(path: Path, content: Any) -> None:
    if isinstance(content, dict):
        for value in content.values():
            _check_numbers(path, value)
    elif isinstance(content, (list, tuple)):
        if len(content) > MOST_LENGTH:
            raise ModelError(f"{path.parent}: config.json lists {len(content)} sizes where {MOST_LENGTH} are the most")
        for value in content:
            _check_numbers(path, value)
    elif isinstance(content, (int, float)) and not 0 <= content <= MOST_SIZE:
        raise ModelError(f"{path.parent}: config.json asks for a size of {content:g}: from 0 to {MOST_SIZE} can be")


def _tokenizer(config: TokenizerConfig) -> int:
    """Numbers in the codebooks and in the widest convolution."""
    widest = max((config.stem_width, *config.stage_widths))
    return config.part_count * (config.levels * config.codebook_size * config.code_dim + widest * widest)


def _transformer(config: TransformerConfig) -> int:
    """Numbers in the blocks' two largest products and in the positions."""
    return len(config.blocks) * 2 * config.feed_forward * config.width**2 + config.max_tokens * config.width
