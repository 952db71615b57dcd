"""The command `mmm evaluate-direction`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from engine.commands.outputs import progress_bar
from engine.errors import InputError

if TYPE_CHECKING:
    from engine.evaluation.direction.measure import Key, Measured

SECTION = "direction"


def add_evaluate_direction(parser: argparse.ArgumentParser) -> None:
    """Fill in `mmm evaluate-direction`."""
    parser.add_argument("--weights", default="mmm-open", help="bundled name or model folder")
    parser.add_argument("--device", default="cpu", help="auto, cpu, cuda, mps or xpu")
    parser.add_argument("--prompts", type=int, default=100, help="how many of the tuned prompts, spread over all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--results", type=Path, help="JSON file to keep what is measured in, and to go on from")
    parser.add_argument("--markdown", type=Path, help="file whose section is replaced")
    parser.set_defaults(run=run_evaluate_direction)


def run_evaluate_direction(options: argparse.Namespace) -> None:
    """Measure how well motions come to targets; bad options are told before the model is loaded."""
    from engine.evaluation.prompts.prompt_list import load_prompts

    prompts = [prompt for prompt in load_prompts() if not prompt.held_out]
    if not 1 <= options.prompts <= len(prompts):
        raise InputError(f"--prompts {options.prompts} is out of range: use 1 to {len(prompts)}")
    from engine.evaluation.direction.measure import choose_prompts, measure_direction
    from engine.evaluation.direction.report import direction_markdown
    from engine.evaluation.direction.store import load_measured, save_measured, weights_hash
    from engine.evaluation.report_file import write_section
    from engine.pipeline import Pipeline

    pipeline = Pipeline.from_pretrained(options.weights, options.device)
    path, seed = options.results, options.seed
    weights = weights_hash(pipeline.model) if path is not None else ""
    before = load_measured(path, weights, seed) if path is not None else {}

    def save(measured: dict[Key, Measured]) -> None:
        if path is not None:
            save_measured(path, weights, seed, measured)

    chosen = choose_prompts(prompts, options.prompts)
    with progress_bar("measuring", "prompt") as watch:
        rows = measure_direction(pipeline, chosen, seed, watch, before, save)
    text = direction_markdown(pipeline.model.config.name, len(chosen), options.seed, rows)
    print(text)
    if options.markdown is not None:
        write_section(options.markdown, SECTION, text)
