"""A model of a few thousand numbers, trained in seconds."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import torch

from engine.models.config import ModelConfig, TokenizerConfig, TransformerConfig
from engine.models.text_features import TextFeatures
from engine.training.config import (
    CompositionConfig,
    OptimiserConfig,
    RunConfig,
    TokenizerTrainingConfig,
    TransformerTrainingConfig,
)
from engine.training.train_tokenizer import TokenizerRun
from engine.training.train_transformer import TransformerRun

RUN = RunConfig(batch_size=4, precision="fp32", eval_every=1000, checkpoint_every=1000, log_every=2, tensorboard=False)
MODEL = ModelConfig(
    tokenizer=TokenizerConfig(
        stem_width=16, stage_widths=(16, 16), stage_dilations=((1,), (1,)), code_dim=8, codebook_size=16
    ),
    transformer=TransformerConfig(width=16, heads=2, blocks=("self_cross",), sentence_dim=6, word_dim=5),
)
TOKENIZER = TokenizerRun(MODEL, TokenizerTrainingConfig(run=RUN, window_frames=48))


class LetterEncoder:
    """Stands in for a language model: features drawn from a prompt's letters."""

    sentence_dim, word_dim = 6, 5

    def encode(self, prompts: list[str]) -> TextFeatures:
        make = [np.random.default_rng(sum(map(ord, prompt))) for prompt in prompts]
        sentence = np.stack([rng.normal(size=6) for rng in make]).astype(np.float32)
        words = np.stack([rng.normal(size=(4, 5)) for rng in make]).astype(np.float32)
        mask = torch.ones(len(prompts), 4, dtype=torch.bool)
        return TextFeatures(torch.from_numpy(sentence), torch.from_numpy(words), mask)


def transformer_run(tokenizer_run: Path) -> TransformerRun:
    training = TransformerTrainingConfig(run=RUN, composition=CompositionConfig(pool=8))
    return TransformerRun(tokenizer_run / "model", tokenizer_run, MODEL, training)


def closely_watched(run: TokenizerRun | TransformerRun, **changes: int | str) -> TokenizerRun | TransformerRun:
    """Every step is logged and codes that nothing chooses die within the run; `changes` to RunConfig."""
    training = dataclasses.replace(
        run.training,
        run=dataclasses.replace(run.training.run, log_every=1, **changes),
        optimiser=OptimiserConfig(learning_rate=3e-3, warmup_steps=2, average_decay=0.9),
    )
    tokenizer = dataclasses.replace(run.model.tokenizer, codebook_size=48, ema_decay=0.6, dead_code_threshold=5.0)
    model = dataclasses.replace(run.model, tokenizer=tokenizer)
    return dataclasses.replace(run, training=training, model=model)
