"""The command `mmm evaluate-moods`."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.commands.outputs import progress_bar
from engine.errors import InputError

MOST_SEEDS = 100


def add_evaluate_moods(parser: argparse.ArgumentParser) -> None:
    """Fill in `mmm evaluate-moods`."""
    parser.add_argument("--weights", default="mmm-open", help="bundled name or model folder")
    parser.add_argument("--device", default="cpu", help="auto, cpu, cuda, mps or xpu")
    parser.add_argument("--mood", nargs="+", default=[], help="only these; default: all that the model is offered")
    parser.add_argument("--seeds", type=int, default=3, help="takes of each prompt (default 3)")
    parser.add_argument("--first-seed", type=int, default=0, help="of which the first has this seed")
    parser.add_argument("--markdown", type=Path, help="file whose section of this model is replaced")
    parser.set_defaults(run=run_evaluate_moods)


def run_evaluate_moods(options: argparse.Namespace) -> None:
    """Measure moods; bad options are told before the model is loaded."""
    if not 1 <= options.seeds <= MOST_SEEDS:
        raise InputError(f"--seeds {options.seeds} is out of range: use 1 to {MOST_SEEDS}")
    from engine.evaluation.moods.measure import choose_prompts, measure_moods
    from engine.evaluation.moods.report import moods_markdown
    from engine.evaluation.report_file import write_section
    from engine.pipeline import Pipeline

    pipeline = Pipeline.from_pretrained(options.weights, options.device)
    name = pipeline.model.config.name
    moods = options.mood or pipeline.moods
    if not moods:
        raise InputError(f"the model {name} is offered no mood: engine/requests/moods/moods.toml names none for it")
    with progress_bar("measuring", "intensity") as watch:
        rows = measure_moods(pipeline, moods, options.seeds, options.first_seed, watch)
    text = moods_markdown(name, len(choose_prompts(name)), options.seeds, rows)
    print(text)
    for row in rows:
        if not row.passes:
            print(f"{row.mood} is not to be offered for {name}: {', '.join(row.faults)}")
    if options.markdown is not None:
        write_section(options.markdown, f"moods-{name}", text)
