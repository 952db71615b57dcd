"""A model on disk: config.json beside safetensors files. Nothing is ever unpickled."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import InputError
from engine.files.text import HOSTILE, read_json, told
from engine.files.whole import folder_updated_whole, written_whole
from engine.models.config import ModelConfig, TokenizerConfig, TransformerConfig
from engine.models.errors import ModelError
from engine.models.tensor_file import HALF, MOST_SIZE, load_module, save_module
from engine.models.tokenizer import MotionTokenizer
from engine.models.transformer import MaskedTransformer
from engine.models.unfilled import Unfilled

CONFIG_NAME = "config.json"
TOKENIZER_NAME = "tokenizer.safetensors"
TRANSFORMER_NAME = "transformer.safetensors"
# Longest list of a config.
MOST_LENGTH = 256


@dataclass(frozen=True)
class MotionModel:
    """A loaded model, ready to use (eval mode); the duration head is part of the transformer."""

    config: ModelConfig
    tokenizer: MotionTokenizer
    transformer: MaskedTransformer


def save_config(folder: Path, config: ModelConfig) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(config.to_json(), indent=2, ensure_ascii=False)
    with written_whole(folder / CONFIG_NAME) as unfinished:
        unfinished.write_text(text + "\n", encoding="utf-8")


def load_config(folder: Path) -> ModelConfig:
    path = folder / CONFIG_NAME
    try:
        content = read_json(path)
    except InputError as error:
        raise ModelError(str(error)) from error
    try:
        return ModelConfig.from_json(content)
    except (ModelError, *HOSTILE) as error:
        raise ModelError(f"{path}: {told(error)}") from error


def save_tokenizer(folder: Path, config: ModelConfig, tokenizer: MotionTokenizer, half: bool = False) -> None:
    save_config(folder, config)
    save_module(folder / TOKENIZER_NAME, tokenizer, half)


def load_tokenizer(folder: Path) -> tuple[ModelConfig, MotionTokenizer]:
    """Config and tokenizer of a folder (a tokenizer's training run has no more than these)."""
    config = load_config(folder)
    check_size(folder / TOKENIZER_NAME, config)
    with Unfilled():
        tokenizer = MotionTokenizer(config.tokenizer)
    load_module(folder / TOKENIZER_NAME, tokenizer)
    return config, tokenizer.eval()


def save_model_folder(folder: Path, model: MotionModel, half: bool = False) -> None:
    """The folder holds all of the model or what it held before; other files in it stay."""
    with folder_updated_whole(folder) as unfinished:
        save_tokenizer(unfinished, model.config, model.tokenizer, half)
        save_module(unfinished / TRANSFORMER_NAME, model.transformer, half)


def load_model_folder(folder: Path) -> MotionModel:
    """Everything of a model folder. ModelError names what does not fit."""
    config, tokenizer = load_tokenizer(folder)
    check_size(folder / TRANSFORMER_NAME, config)
    transformer = MaskedTransformer.without_values(config.transformer, config.tokenizer)
    load_module(folder / TRANSFORMER_NAME, transformer, mapped=True)
    return MotionModel(config, tokenizer, transformer.eval())


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
