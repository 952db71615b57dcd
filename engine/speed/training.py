"""Training steps a second, on random tokens: what the loop does of a transformer, without data and checkpoints."""

from __future__ import annotations

import copy
from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F

from engine.models.config import ModelConfig
from engine.models.text_features import TextFeatures
from engine.models.transformer import MaskedTransformer
from engine.training.config import MaskingConfig, OptimiserConfig
from engine.training.examples.masking import TrainingMasker
from engine.training.loop import make_optimiser, update_average
from engine.training.precision import trains_in_bf16


def training_step(config: ModelConfig, batch: int, tokens: int, words: int, device: torch.device) -> Callable[[], None]:
    """A step of the transformer's training, in the precision that `auto` chooses there."""
    torch.manual_seed(0)
    network = config.transformer
    model = MaskedTransformer(network, config.tokenizer).train().to(device)
    average, settings = copy.deepcopy(model), OptimiserConfig()
    optimiser = make_optimiser(model, settings)
    ids = torch.randint(config.tokenizer.codebook_size, (batch, tokens, model.streams))
    lengths = torch.full((batch,), tokens)
    example = TrainingMasker(MaskingConfig(), config.tokenizer).draw(ids, lengths, np.random.default_rng(0))
    inputs, learnt, weights = (part.to(device) for part in (example.inputs, example.learnt, example.weights))
    ids, lengths = ids.to(device), lengths.to(device)
    text = TextFeatures(
        torch.randn(batch, network.sentence_dim),
        torch.randn(batch, words, network.word_dim),
        torch.ones(batch, words, dtype=torch.bool),
    ).to(device)
    bf16 = trains_in_bf16("auto", device)

    def step() -> None:
        optimiser.zero_grad(set_to_none=True)
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=bf16):
            logits = model(inputs, lengths, text, at=learnt)
        each = F.cross_entropy(logits.float(), ids[learnt], reduction="none")
        (each * weights[learnt]).sum().backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        update_average(average, model, 0.999, 100)

    return step
