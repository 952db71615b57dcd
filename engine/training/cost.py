"""What a recipe costs: arithmetic and memory, counted on one small batch of random numbers.

Floating-point operations and the bytes kept for the backward pass are counted exactly and grow with the batch;
how many hours that takes depends on the machine, of which only peak and utilisation are assumed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from engine.models.text_features import TextFeatures
from engine.models.tokenizer import MotionTokenizer
from engine.models.transformer import MaskedTransformer
from engine.training.config import RunConfig
from engine.training.recipe import Recipe

# Weights, gradients, two moments of AdamW and the moving average, all in float32.
COPIES = 5
ROWS = 2  # motions of the small batch


@dataclass(frozen=True)
class Cost:
    """Of one part's training.

    Attributes:
        operations: of a step, forward and backward
        kept: bytes a step keeps for its backward pass, at the recipe's precision
    """

    parameters: int
    operations: float
    kept: float
    run: RunConfig

    @property
    def memory(self) -> float:
        """Bytes: the model, its optimiser and the activations, with nothing accumulated."""
        return self.parameters * 4 * COPIES + self.kept

    def hours(self, teraflops: float, steps: int) -> float:
        return self.operations * steps / (teraflops * 1e12) / 3600


def tokenizer_cost(recipe: Recipe) -> Cost:
    """Of the recipe's windows."""
    config = recipe.model.tokenizer
    model = MotionTokenizer(config).train()
    motion = torch.randn(ROWS, recipe.tokenizer.window_frames, config.feature_dim)

    def step() -> Tensor:
        output = model(motion)
        return output.normalised.square().mean() + output.losses["commitment"]

    return _measure(model, step, recipe.tokenizer.run)


def transformer_cost(recipe: Recipe) -> Cost:
    """Of motions as long as the model takes: the dearest batch there is."""
    tokenizer, config = recipe.model.tokenizer, recipe.model.transformer
    model = MaskedTransformer(config, tokenizer).train()
    count = config.max_tokens
    ids = torch.randint(tokenizer.codebook_size, (ROWS, count, tokenizer.streams))
    words = 77 if recipe.model.text_encoder == "clip" else 16
    text = TextFeatures(
        torch.randn(ROWS, config.sentence_dim),
        torch.randn(ROWS, words, config.word_dim),
        torch.ones(ROWS, words, dtype=torch.bool),
    )
    lengths = torch.full((ROWS,), count)

    def step() -> Tensor:
        logits = model(ids, lengths, text)[:, :, list(model.predicted_streams)]
        wanted = ids[:, :, list(model.predicted_streams)]
        return nn.functional.cross_entropy(logits.flatten(0, 2), wanted.flatten())

    return _measure(model, step, recipe.transformer.run)


def _measure(model: nn.Module, step: Callable[[], Tensor], run: RunConfig) -> Cost:
    kept: dict[int, int] = {}
    own = {tensor.untyped_storage().data_ptr() for tensor in model.state_dict().values()}

    def keep(tensor: Tensor) -> Tensor:
        place = tensor.untyped_storage().data_ptr()
        if place not in own:
            kept[place] = max(kept.get(place, 0), tensor.untyped_storage().nbytes())
        return tensor

    def same(tensor: Any) -> Any:
        return tensor

    with FlopCounterMode(display=False) as counter:
        with torch.autograd.graph.saved_tensors_hooks(keep, same):
            loss = step()
        loss.backward()
    scale = run.batch_size / ROWS
    # Half of float32 under bf16: matrix products keep their inputs in bf16, norms theirs in float32.
    share = 0.6 if run.precision == "bf16" else 1.0
    parameters = sum(parameter.numel() for parameter in model.parameters())
    return Cost(parameters, counter.get_total_flops() * scale, share * sum(kept.values()) * scale, run)


def cost_markdown(recipe: Recipe, steps: int | None, machines: dict[str, float], utilisation: float) -> str:
    """A table of both parts; machines: peak TFLOP/s by name."""
    head = " | ".join(f"hours, {name}" for name in machines)
    lines = [
        f"| part | parameters | batch | steps | TFLOP a step | memory | {head} |",
        "|---" * (6 + len(machines)) + "|",
    ]
    for name, cost in (("tokenizer", tokenizer_cost(recipe)), ("transformer", transformer_cost(recipe))):
        count = steps or cost.run.steps
        hours = [f"{cost.hours(peak * utilisation, count):.1f}" if count else "-" for peak in machines.values()]
        lines.append(
            f"| {name} | {cost.parameters / 1e6:.1f} M | {cost.run.batch_size} | {count or '-'} | "
            f"{cost.operations / 1e12:.2f} | {cost.memory / 1e9:.1f} GB | {' | '.join(hours)} |"
        )
    return "\n".join(lines)
