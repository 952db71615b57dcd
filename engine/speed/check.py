"""Does a device make the tokens that it should? Asked before anything is timed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch

from engine.generation.sampler import MaskedSampler
from engine.generation.settings import SamplingConfig
from engine.speed.sampling import Task

# Rounding differs between devices, and may decide between two codes that are nearly as likely: so many tokens are the
# same at least.
NEARLY_ALL = 0.99


@dataclass(frozen=True)
class Check:
    """Of one task and way of decoding.

    Attributes:
        same: share of the CPU's tokens that the device makes too
        repeats: what it makes the third time, which may be a recording's, is what it made the first time
        recorded: whether it was a recording's
    """

    name: str
    same: float
    repeats: bool
    recorded: bool

    @property
    def passed(self) -> bool:
        return self.repeats and self.same >= NEARLY_ALL

    def __str__(self) -> str:
        how = "recorded" if self.recorded else "not recorded"
        again = "the same again" if self.repeats else "OTHERS the second time"
        return f"{'ok' if self.passed else 'WRONG'}: {self.name}: {self.same:.2%} of the CPU's tokens, {again} ({how})"


def check_device(task: Task, name: str) -> list[Check]:
    """The task's transformer in float32 on its device against the CPU, greedy and drawn; it ends up on its device."""
    found = []
    levels, device = task.config.tokenizer.levels, task.device
    for kind, temperature in (("greedy", 0.0), ("drawn", 1.0)):
        config: SamplingConfig = replace(task.sampling, temperature=temperature, fine_temperature=temperature)
        task.transformer.to("cpu")
        on_cpu = replace(task, device=torch.device("cpu"))
        wanted = MaskedSampler(task.transformer, levels).sample(on_cpu.request(), config)
        sampler = MaskedSampler(task.transformer.to(device), levels)
        request = task.request()
        first, *_, last = (sampler.sample(request, config) for _ in range(3))
        same = float((first.cpu() == wanted).float().mean())
        recorded = sampler.graphs.recorder is not None
        found.append(Check(f"{name}, {task.batch} at once, {kind}", same, torch.equal(first, last), recorded))
    return found
