"""A model on disk: config.json beside safetensors files. Nothing is ever unpickled."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from engine.errors import InputError
from engine.files.text import HOSTILE, read_json, told
from engine.files.whole import folder_updated_whole, written_whole
from engine.models.config import ModelConfig
from engine.models.errors import ModelError
from engine.models.size import check_size
from engine.models.tensor_file import load_module, save_module
from engine.models.tokenizer import MotionTokenizer
from engine.models.transformer import MaskedTransformer

CONFIG_NAME = "config.json"
TOKENIZER_NAME = "tokenizer.safetensors"
TRANSFORMER_NAME = "transformer.safetensors"


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


def save_tokenizer(
    folder: Path, config: ModelConfig, tokenizer: MotionTokenizer, half: bool = False
) -> None:
    save_config(folder, config)
    save_module(folder / TOKENIZER_NAME, tokenizer, half)


def load_tokenizer(folder: Path) -> tuple[ModelConfig, MotionTokenizer]:
    """Config and tokenizer of a folder (a tokenizer's training run has no more than these)."""
    config = load_config(folder)
    check_size(folder / TOKENIZER_NAME, config)
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
