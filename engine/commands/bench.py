"""`mmm bench`: how fast a model of the paper's size samples on this CPU, against a plain float32 loop."""

from __future__ import annotations

import argparse
import functools
import json
import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from engine.errors import InputError
from engine.files.whole import write_text

if TYPE_CHECKING:
    from torch import Tensor

    from engine.models.config import ModelConfig
    from engine.models.transformer import MaskedTransformer
    from engine.sampling.packing import Numbers

# Of the sampler: the transformer's numbers, and whether steps reuse what hardly changes.
MODES: dict[str, tuple[Numbers, bool]] = {
    "fp32": ("fp32", False),
    "bf16": ("bf16", False),
    "int8": ("int8", False),
    "reuse": ("fp32", True),
    "fast": ("int8", True),
}
WORDS = 77  # of a prompt, as CLIP has them


@dataclass(frozen=True)
class Timing:
    """One way of sampling.

    Attributes:
        seconds: of each run, by the clock
        cpu_seconds: of each run, as spent by this process; other programs on the same cores disturb these less
        agreement: share of the plain loop's tokens that it gives too
    """

    name: str
    seconds: list[float]
    cpu_seconds: list[float]
    agreement: float


def add_bench(parser: argparse.ArgumentParser) -> None:
    """Fill in `mmm bench`."""
    parser.add_argument("--weights", type=Path, help="a model folder; by default random ones of the paper's size")
    parser.add_argument("--frames", type=int, default=196)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--runs", type=int, default=3, help="of each way, in turns")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path, help="write the numbers there as well")
    parser.set_defaults(run=run_bench)


def run_bench(options: argparse.Namespace) -> None:
    """Time each way of sampling in turns and print a table; text encoding and decoding are left out."""
    import torch

    from engine.models.config import FRAMES_PER_TOKEN, paper_config
    from engine.models.folder import load_model_folder
    from engine.models.transformer import MaskedTransformer

    if min(options.frames, options.steps, options.runs, options.threads) < 1:
        raise InputError("--frames, --steps, --runs and --threads must be at least 1")
    torch.set_num_threads(options.threads)
    if options.weights is None:
        config = paper_config()
        torch.manual_seed(0)
        transformer = MaskedTransformer(config.transformer, config.tokenizer).eval()
        if transformer.codes is not None:
            transformer.codes.normal_()
    else:
        model = load_model_folder(options.weights)
        config, transformer = model.config, model.transformer
    tokens = -(-options.frames // FRAMES_PER_TOKEN)
    if tokens > config.transformer.max_tokens:
        most = config.transformer.max_tokens * FRAMES_PER_TOKEN
        raise InputError(f"--frames {options.frames} is too long for one pass of this model: at most {most}")
    if config.transformer.predicted_parts != "all" or config.tokenizer.levels > 1:
        raise InputError(f"{config.name} cannot be timed: the plain loop makes whole motions of one level")
    timings = measure(config, transformer, tokens, options.steps, options.runs)
    print(report(config, options, timings))
    if options.json is not None:
        write_text(options.json, json.dumps(_as_json(options, timings), indent=2) + "\n")


def measure(config: ModelConfig, transformer: MaskedTransformer, tokens: int, steps: int, runs: int) -> list[Timing]:
    """The plain loop first, then the sampler in each mode; one round after another, so that they share the noise."""
    import torch

    from engine.generation.sampler import MaskedSampler, SamplingRequest
    from engine.generation.settings import SamplingConfig
    from engine.models.text_features import TextFeatures
    from engine.sampling.packing import has_bf16_products
    from engine.sampling.plain import fill_plainly

    generator = torch.Generator().manual_seed(1)
    network = config.transformer
    text = TextFeatures(
        torch.randn(1, network.sentence_dim, generator=generator),
        torch.randn(1, WORDS, network.word_dim, generator=generator),
        torch.ones(1, WORDS, dtype=torch.bool),
    )
    ids = torch.zeros(1, tokens, transformer.streams, dtype=torch.long)
    request = SamplingRequest(ids, torch.ones_like(ids, dtype=torch.bool), torch.tensor([tokens]), text, (0,))
    plain = SamplingConfig(steps=steps, temperature=0.0, guidance=1.0)
    levels, todo = config.tokenizer.levels, request.regenerate[0]
    ways: dict[str, Callable[[], Tensor]] = {
        "plain": lambda: fill_plainly(transformer, levels, ids[0], todo, text, 0, plain)[None]
    }
    copies: dict[str, MaskedSampler] = {}
    for mode, (numbers, reuse) in MODES.items():
        if numbers == "bf16" and not has_bf16_products():
            continue
        if numbers not in copies:
            copies[numbers] = MaskedSampler(transformer, config.tokenizer.levels, numbers)
        greedy = replace(plain, reuse=reuse)
        ways[mode] = functools.partial(copies[numbers].sample, request, greedy)
    wanted = {name: way() for name, way in ways.items()}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    cpu_seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(runs):
        for name, way in ways.items():
            started, cpu_started = time.perf_counter(), time.process_time()
            way()
            seconds[name].append(time.perf_counter() - started)
            cpu_seconds[name].append(time.process_time() - cpu_started)
    same = {name: float((made == wanted["plain"]).float().mean()) for name, made in wanted.items()}
    return [Timing(name, seconds[name], cpu_seconds[name], same[name]) for name in ways]


def report(config: ModelConfig, options: argparse.Namespace, timings: list[Timing]) -> str:
    """A table; ratios are of medians, to the plain loop."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    lines = [
        f"{config.name}, {options.frames} frames, {options.steps} steps at full length, {options.threads} threads, "
        f"{processor()}{load}; seconds, text encoder and decoder excluded",
        "way    median    best    ratio  CPU time    ratio  same tokens as plain",
    ]
    plain, cpu_plain = median(timings[0].seconds), median(timings[0].cpu_seconds)
    for timing in timings:
        middle, cpu = median(timing.seconds), median(timing.cpu_seconds)
        lines.append(
            f"{timing.name:<6} {middle:6.2f}  {min(timing.seconds):6.2f}  {plain / middle:5.1f} x"
            f"  {cpu:8.2f}  {cpu_plain / cpu:5.1f} x  {timing.agreement:20.1%}"
        )
    return "\n".join(lines)


def processor() -> str:
    """The processor as far as sampling cares: its kind, and the widest instructions that torch uses."""
    import torch

    return f"{platform.processor() or platform.machine()} with {torch.backends.cpu.get_cpu_capability()}"


def _as_json(options: argparse.Namespace, timings: list[Timing]) -> dict[str, Any]:
    return {
        "frames": options.frames,
        "steps": options.steps,
        "threads": options.threads,
        "processor": processor(),
        "ways": {
            timing.name: {
                "seconds": timing.seconds,
                "cpu_seconds": timing.cpu_seconds,
                "agreement": timing.agreement,
            }
            for timing in timings
        },
    }
