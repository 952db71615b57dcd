"""Ways of sampling: the plain loop, the exact sampler and its approximations, at one size and batch."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

import torch
from torch import Tensor

from engine.generation.sampler import MaskedSampler, SamplingRequest
from engine.generation.settings import SamplingConfig
from engine.models.config import ModelConfig
from engine.models.text_features import TextFeatures
from engine.models.transformer import MaskedTransformer
from engine.pipeline import numbers_of
from engine.sampling.packing import Numbers, has_bf16_products
from engine.sampling.plain import fill_plainly
from engine.speed.turns import Timing, take_turns


@dataclass(frozen=True)
class Task:
    """What is sampled: so many motions of so many tokens, whole, with prompts of so many words."""

    config: ModelConfig
    transformer: MaskedTransformer
    sampling: SamplingConfig
    tokens: int
    words: int
    batch: int
    device: torch.device

    def request(self) -> SamplingRequest:
        """Made-up prompts; every token that the model makes is to be made."""
        generator, network = torch.Generator().manual_seed(1), self.config.transformer
        text = TextFeatures(
            torch.randn(self.batch, network.sentence_dim, generator=generator),
            torch.randn(self.batch, self.words, network.word_dim, generator=generator),
            torch.ones(self.batch, self.words, dtype=torch.bool),
        )
        ids = torch.zeros(self.batch, self.tokens, self.transformer.streams, dtype=torch.long, device=self.device)
        regenerate = torch.zeros_like(ids, dtype=torch.bool)
        regenerate[..., list(self.transformer.predicted_streams)] = True
        lengths = torch.full((self.batch,), self.tokens, device=self.device)
        return SamplingRequest(ids, regenerate, lengths, text.to(self.device), tuple(range(self.batch)))


def modes(device: torch.device) -> dict[str, tuple[Numbers, bool]]:
    """Of the sampler: the transformer's numbers, and whether steps reuse what hardly changes."""
    if device.type != "cpu":
        return {"exact": ("fp32", False), "bf16": ("bf16", False)}
    found: dict[str, tuple[Numbers, bool]] = {"exact": ("fp32", False), "int8": ("int8", False)}
    if has_bf16_products():
        found["bf16"] = ("bf16", False)
    return found | {"reuse": ("fp32", True), "fast": (numbers_of("fast"), True)}


def time_sampling(
    task: Task,
    runs: int,
    finish: Callable[[], None],
    plainly: bool = True,
    reference: Callable[[], object] | None = None,
) -> list[Timing]:
    """Text encoder and decoder are left out; agreement is with the plain loop, or the exact sampler without it."""
    request = task.request()
    levels = task.config.tokenizer.levels
    ways: dict[str, Callable[[], object]] = {}
    if plainly:
        ways["plain"] = functools.partial(fill_all, task, request)
    copies: dict[str, MaskedSampler] = {}
    for name, (numbers, reuse) in modes(task.device).items():
        if numbers not in copies:
            copies[numbers] = MaskedSampler(task.transformer, levels, numbers)
        ways[name] = functools.partial(copies[numbers].sample, request, replace(task.sampling, reuse=reuse))
    made = {name: cast(Tensor, way()) for name, way in ways.items()}
    first = next(iter(made.values()))
    if reference is not None:
        ways["published code"] = reference
    same = {name: float((ids == first).float().mean()) for name, ids in made.items()}
    return [replace(timing, agreement=same.get(timing.name)) for timing in take_turns(ways, runs, finish)]


def fill_all(task: Task, request: SamplingRequest) -> Tensor:
    """The plain loop, motion by motion."""
    rows = [
        fill_plainly(
            task.transformer,
            task.config.tokenizer.levels,
            request.ids[row],
            request.regenerate[row],
            request.text.rows([row]),
            seed,
            task.sampling,
        )
        for row, seed in enumerate(request.seeds)
    ]
    return torch.stack(rows)
