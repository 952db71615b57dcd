"""A model on disk: config.json beside safetensors files. Nothing is ever unpickled."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from engine.models.config import ModelConfig
from engine.models.errors import ModelError
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
    partial = folder / (CONFIG_NAME + ".partial")
    text = json.dumps(config.to_json(), indent=2, ensure_ascii=False)
    partial.write_text(text + "\n", encoding="utf-8")
    os.replace(partial, folder / CONFIG_NAME)


def load_config(folder: Path) -> ModelConfig:
    path = folder / CONFIG_NAME
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ModelError(f"cannot read {path}: {error}") from error
    try:
        return ModelConfig.from_json(content)
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error


def save_tokenizer(
    folder: Path, config: ModelConfig, tokenizer: MotionTokenizer, half: bool = False
) -> None:
    save_config(folder, config)
    save_module(folder / TOKENIZER_NAME, tokenizer, half)


def load_tokenizer(folder: Path) -> tuple[ModelConfig, MotionTokenizer]:
    """Config and tokenizer of a folder (a tokenizer's training run has no more than these)."""
    config = load_config(folder)
    tokenizer = MotionTokenizer(config.tokenizer)
    load_module(folder / TOKENIZER_NAME, tokenizer)
    return config, tokenizer.eval()


def save_model_folder(folder: Path, model: MotionModel, half: bool = False) -> None:
    save_tokenizer(folder, model.config, model.tokenizer, half)
    save_module(folder / TRANSFORMER_NAME, model.transformer, half)


def load_model_folder(folder: Path) -> MotionModel:
    """Everything of a model folder. ModelError names what does not fit."""
    config, tokenizer = load_tokenizer(folder)
    transformer = MaskedTransformer.without_values(config.transformer, config.tokenizer)
    load_module(folder / TRANSFORMER_NAME, transformer, mapped=True)
    return MotionModel(config, tokenizer, transformer.eval())
