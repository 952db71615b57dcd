"""The settings that the bundled models were trained with, and the licence their data allows."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

from engine.errors import InputError
from engine.evaluation.train_evaluator import EvaluatorTrainingConfig
from engine.models.config import ModelConfig, TokenizerConfig, TransformerConfig
from engine.models.folder import load_config
from engine.training.config import TokenizerTrainingConfig, TransformerTrainingConfig
from engine.training.train_tokenizer import TokenizerRun
from engine.training.train_transformer import TransformerRun

NAMES = {"open": ("mmm-open", "CC0-1.0"), "nc": ("mmm-styles-nc", "CC-BY-NC-4.0")}


def describe_model(data: Path) -> ModelConfig:
    """Name and licence of a model trained on a data set, from the `openness` in its clips.csv.

    A data set without that table gives the licence "unknown". Raises InputError if open and
    non-commercial clips are mixed.
    """
    table = data / "clips.csv"
    kinds: set[str] = set()
    if table.is_file():
        with table.open(newline="", encoding="utf-8") as handle:
            kinds = {row.get("openness") or "unknown" for row in csv.DictReader(handle)}
    if len(kinds) > 1:
        raise InputError(
            f"{table} mixes clips that are {' and '.join(sorted(kinds))}: train on one kind only"
        )
    name, licence = NAMES.get(next(iter(kinds), ""), (data.resolve().name, "unknown"))
    return ModelConfig(
        name=name,
        licence=licence,
        text_encoder="minilm_wide",
        tokenizer=TokenizerConfig(levels=3),
        transformer=TransformerConfig(word_dim=768),
    )


def tokenizer_run(data: Path, seed: int) -> TokenizerRun:
    training = TokenizerTrainingConfig()
    return TokenizerRun(describe_model(data), replace(training, run=replace(training.run, seed=seed)))


def transformer_run(data: Path, tokenizer: Path, text_encoder: Path, seed: int) -> TransformerRun:
    """Raises InputError if the tokenizer was trained on data of another licence."""
    model = describe_model(data)
    licence = load_config(tokenizer).licence
    if licence != model.licence:
        raise InputError(
            f"the tokenizer's licence is {licence}, the data's {model.licence}: they must agree"
        )
    training = TransformerTrainingConfig()
    training = replace(training, run=replace(training.run, seed=seed))
    return TransformerRun(tokenizer, text_encoder, model, training)


def evaluator_run(seed: int) -> EvaluatorTrainingConfig:
    training = EvaluatorTrainingConfig()
    return replace(training, run=replace(training.run, seed=seed))
