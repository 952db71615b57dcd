"""`mmm bench`: how fast this machine samples, starts and trains, way beside way in one run."""

from __future__ import annotations

import argparse
import datetime
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import InputError
from engine.files.whole import write_text

if TYPE_CHECKING:
    import torch

    from engine.models.config import ModelConfig
    from engine.models.transformer import MaskedTransformer
    from engine.pipeline import Precision
    from engine.speed.report import Results, Table
    from engine.speed.sampling import Task

SIZES = ("bundled", "paper")
PARTS = ("sample", "sentence", "requests", "start", "train", "operations")
# Tokens, words and samples of a training step.
TRAINED = (30, 16, 64)
BUNDLED_FRAMES, PAPER_FRAMES = 120, 196
BUNDLED_WORDS, PAPER_WORDS = 10, 77
PAPER_STEPS = 10
PROMPT = "a person walks forward and waves"


def add_bench(parser: argparse.ArgumentParser) -> None:
    """Fill in `mmm bench`."""
    parser.add_argument("--weights", default="mmm-open", help="the bundled model, or a model folder")
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=list(SIZES), help="paper: with random weights")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--batches", nargs="+", type=int, default=[1, 32], help="motions at once")
    parser.add_argument("--runs", type=int, default=3, help="of each way, in turns")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cpu", help="auto, cpu, cuda, mps or xpu")
    parser.add_argument("--check", action="store_true", help="first compare the device's tokens with the CPU's")
    parser.add_argument("--reference", type=Path, metavar="CHECKOUT", help="time the published code too: docs/speed.md")
    parser.add_argument("--markdown", type=Path, help="write the tables there as well")
    parser.add_argument("--json", type=Path, help="write the numbers there as well")
    parser.set_defaults(run=run_bench)


def run_bench(options: argparse.Namespace) -> int:
    """Time all that is asked for, in turns within each table, and print tables; 1 if a check fails."""
    import torch

    from engine.pipeline import choose_device
    from engine.speed.report import Results, machine_name, markdown
    from engine.speed.start import time_start

    if min(*options.batches, options.runs, options.threads) < 1:
        raise InputError("--batches, --runs and --threads must be at least 1")
    device = choose_device(options.device)
    torch.set_num_threads(options.threads)
    if options.check and not _check(options, device):
        return 1
    command = "mmm " + " ".join(sys.argv[1:])
    results = Results(machine_name(device, options.threads), command, datetime.date.today().isoformat())
    if "sample" in options.parts:
        for size in options.sizes:
            config, transformer = _sized(size, options.weights)
            transformer.to(device)
            for batch in options.batches:
                results.tables.append(_sampling(size, config, transformer, batch, device, options))
    if "sentence" in options.parts:
        results.tables.append(_sentences(options, device))
    if "requests" in options.parts:
        results.tables.append(_requests(options, device))
    if "start" in options.parts:
        for precision in _precisions(device):
            results.starts[precision] = time_start(options.weights, device.type, precision, options.threads)
    if "train" in options.parts:
        results.tables.append(_training(options, device))
    if "operations" in options.parts:
        from engine.speed.operations import count_operations

        for size in options.sizes:
            results.operations[size] = count_operations(_task(size, *_sized(size, options.weights), 1, device))
    print(markdown(results))
    _write(results, options)
    return 0


def _check(options: argparse.Namespace, device: torch.device) -> bool:
    from engine.speed.check import check_device

    checks = []
    for size in options.sizes:
        config, transformer = _sized(size, options.weights)
        for batch in options.batches:
            checks += check_device(_task(size, config, transformer, batch, device), size)
    for check in checks:
        print(check)
    return all(check.passed for check in checks)


def _write(results: Results, options: argparse.Namespace) -> None:
    from engine.speed.report import markdown

    if options.markdown is not None:
        write_text(options.markdown, markdown(results) + "\n")
    if options.json is not None:
        write_text(options.json, json.dumps(results.as_json(), indent=2) + "\n")


def _sized(size: str, weights: str) -> tuple[ModelConfig, MaskedTransformer]:
    """The bundled transformer, or one of the paper's size with random weights."""
    import torch

    from engine.models.config import paper_config
    from engine.models.folder import load_model_folder
    from engine.models.transformer import MaskedTransformer
    from engine.weights import find_weights

    if size == "bundled":
        model = load_model_folder(find_weights(weights))
        return model.config, model.transformer
    config = paper_config()
    torch.manual_seed(0)
    transformer = MaskedTransformer(config.transformer, config.tokenizer).eval()
    if transformer.codes is not None:
        transformer.codes.normal_()
    return config, transformer


def _task(size: str, config: ModelConfig, transformer: MaskedTransformer, batch: int, device: torch.device) -> Task:
    """What is sampled at a size."""
    from engine.generation.settings import SamplingConfig
    from engine.models.config import FRAMES_PER_TOKEN
    from engine.speed.sampling import Task

    ours = size == "bundled"
    frames = BUNDLED_FRAMES if ours else PAPER_FRAMES
    tokens = min(frames // FRAMES_PER_TOKEN, config.transformer.max_tokens)
    # The published code takes the likeliest code and the surest places.
    sampling = SamplingConfig() if ours else SamplingConfig(steps=PAPER_STEPS, temperature=0.0, guidance=1.0)
    return Task(config, transformer, sampling, tokens, BUNDLED_WORDS if ours else PAPER_WORDS, batch, device)


def _sampling(
    size: str,
    config: ModelConfig,
    transformer: MaskedTransformer,
    batch: int,
    device: torch.device,
    options: argparse.Namespace,
) -> Table:
    from engine.models.config import FRAMES_PER_TOKEN
    from engine.speed.reference import prepare_reference
    from engine.speed.report import Table
    from engine.speed.sampling import time_sampling

    ours = size == "bundled"
    task = _task(size, config, transformer, batch, device)
    frames = task.tokens * FRAMES_PER_TOKEN
    reference = None
    if options.reference is not None and not ours:
        reference = prepare_reference(options.reference, batch, frames, PAPER_STEPS, device.type)
    # One after the other, what it takes for many is what it takes for one.
    timings = time_sampling(task, options.runs, _finish(device), batch == 1, reference)
    title = f"{config.name if ours else 'The size of the paper, random weights'}, {frames} frames, "
    return Table(f"{title}{batch} at once, text encoder and decoder left out", batch, timings)


def _sentences(options: argparse.Namespace, device: torch.device) -> Table:
    """From a sentence to joints, with all that the user waits for once the model is there."""
    from engine.pipeline import Pipeline
    from engine.speed.report import Table
    from engine.speed.turns import take_turns

    pipelines = {kind: Pipeline.from_pretrained(options.weights, device.type, kind) for kind in _precisions(device)}
    ways: dict[str, Callable[[], object]] = {}
    for kind, pipeline in pipelines.items():
        ways[kind] = lambda pipeline=pipeline: pipeline.generate(PROMPT, seconds=6.0, seed=1)  # type: ignore[misc]
    timings = take_turns(ways, options.runs, _finish(device))
    return Table("From a sentence to the joints of 6 s, bundled model, warm", 1, timings)


def _requests(options: argparse.Namespace, device: torch.device) -> Table:
    """What users ask for; here the ratio says how much longer each takes than a motion from a sentence."""
    from engine.pipeline import Pipeline
    from engine.speed.report import Table
    from engine.speed.requests import request_ways
    from engine.speed.turns import take_turns

    pipeline = Pipeline.from_pretrained(options.weights, device.type)
    timings = take_turns(request_ways(pipeline), options.runs, _finish(device))
    return Table("Requests, from words to joints, bundled model, fp32, warm", 1, timings)


def _training(options: argparse.Namespace, device: torch.device) -> Table:
    from engine.models.folder import load_config
    from engine.speed.report import Table
    from engine.speed.training import training_step
    from engine.speed.turns import take_turns
    from engine.weights import find_weights

    tokens, words, batch = TRAINED
    step = training_step(load_config(find_weights(options.weights)), batch, tokens, words, device)
    title = f"Training the bundled transformer, of one of {batch} samples of {tokens} tokens"
    return Table(title, batch, take_turns({"step": step}, options.runs, _finish(device)))


def _precisions(device: torch.device) -> tuple[Precision, ...]:
    return ("fp32", "fast") if device.type == "cpu" else ("fp32",)


def _finish(device: torch.device) -> Callable[[], None]:
    """What waits for the device."""
    import torch

    waits = {"cuda": torch.cuda.synchronize, "mps": torch.mps.synchronize}
    if device.type == "xpu":
        return torch.xpu.synchronize
    return waits.get(device.type, lambda: None)
