"""The settings that the bundled models were trained with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.evaluation.train_evaluator import EvaluatorTrainingConfig
from engine.models.config import ModelConfig
from engine.training.config import TokenizerTrainingConfig, TransformerTrainingConfig
from engine.training.train_tokenizer import TokenizerRun
from engine.training.train_transformer import TransformerRun


def bundled_model() -> ModelConfig:
    """mmm-open: small, CPU-fast, MiniLM text."""
    return ModelConfig(
        name="mmm-open",
        description="Text to motion, trained on openly licensed motion capture only.",
        licence="CC0-1.0",
    )


def tokenizer_run(seed: int) -> TokenizerRun:
    training = TokenizerTrainingConfig()
    return TokenizerRun(bundled_model(), replace(training, run=replace(training.run, seed=seed)))


def transformer_run(tokenizer: Path, text_encoder: Path, seed: int) -> TransformerRun:
    training = TransformerTrainingConfig()
    training = replace(training, run=replace(training.run, seed=seed))
    return TransformerRun(tokenizer, text_encoder, bundled_model(), training)


def evaluator_run(seed: int) -> EvaluatorTrainingConfig:
    training = EvaluatorTrainingConfig()
    return replace(training, run=replace(training.run, seed=seed))
