"""How many operations sampling takes: what a device is told, and what a graph tells it at once.

Counted on the CPU: operations of torch that compute something and call no others that do. On a GPU most are one
launch, some (sorting) are several.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch.autograd.profiler import profile
from torch.autograd.profiler_util import FunctionEvent

from engine.generation.sampler import MaskedSampler, plan_request
from engine.speed.sampling import Task, fill_all

# Other names for the same numbers, or room for new ones.
IDLE = re.compile(
    "aten::(alias|as_strided_?|broadcast_tensors|chunk|contiguous|detach_?|empty|empty_like|empty_strided|expand|expand_as|"
    "flatten|lift_fresh|narrow|new_empty|permute|reshape|resize_|resolve_conj|resolve_neg|result_type|select|set_|slice|"
    "split|split_with_sizes|squeeze|t|to|transpose|unbind|unflatten|unfold|unsqueeze|view|_reshape_alias|_unsafe_view)"
)


@dataclass(frozen=True)
class Operations:
    """Of one way of sampling: all of them, and passes of the transformer."""

    total: int
    passes: int


def count_operations(task: Task) -> dict[str, Operations]:
    """By way of sampling; the task's device is not used."""
    levels, request = task.config.tokenizer.levels, task.request()
    passes = len(plan_request(task.transformer, levels, request, task.sampling).steps)
    sampler = MaskedSampler(task.transformer, levels)
    ways: dict[str, Callable[[], object]] = {
        "plain": lambda: fill_all(task, request),
        "exact": lambda: sampler.sample(request, task.sampling),
    }
    return {name: Operations(_count(way), passes) for name, way in ways.items()}


def _count(way: Callable[[], object]) -> int:
    way()
    with torch.inference_mode(), profile() as seen:
        way()
    return sum(_computes(event) and not any(map(_computes, event.cpu_children)) for event in seen.function_events)


def _computes(event: FunctionEvent) -> bool:
    return event.name.startswith("aten::") and IDLE.fullmatch(event.name) is None
