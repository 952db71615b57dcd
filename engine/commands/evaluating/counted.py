"""What commands share that measure so many takes of one kind: options, limits, a table."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.commands.outputs import progress_bar
from engine.errors import InputError

if TYPE_CHECKING:
    from engine.pipeline import Pipeline

MOST = 1000


def add_counted(parser: argparse.ArgumentParser, count: int, told: str) -> None:
    """Options of such a command, with `count` takes by default; `told` says of what."""
    parser.add_argument("--weights", default="mmm-open", help="bundled name or model folder")
    parser.add_argument("--device", default="cpu", help="auto, cpu, cuda, mps or xpu")
    parser.add_argument("--count", type=int, default=count, help=told)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--markdown", type=Path, help="file whose section is replaced")


def check_count(options: argparse.Namespace) -> None:
    """Raise InputError for a count that is out of range, before anything heavy is imported."""
    if not 1 <= options.count <= MOST:
        raise InputError(f"--count {options.count} is out of range: use 1 to {MOST:,}")


def measure_counted(
    options: argparse.Namespace,
    section: str,
    unit: str,
    measure: Callable[[Pipeline, int, int, Any], list[Any]],
    markdown: Callable[[str, int, list[Any]], str],
) -> None:
    """Print what `measure` (pipeline, count, seed, watch) finds as a table, and put it into `section` of a file."""
    from engine.evaluation.report_file import write_section
    from engine.pipeline import Pipeline

    pipeline = Pipeline.from_pretrained(options.weights, options.device)
    with progress_bar("measuring", unit) as watch:
        found = measure(pipeline, options.count, options.seed, watch)
    text = markdown(pipeline.model.config.name, options.seed, found)
    print(text)
    if options.markdown is not None:
        write_section(options.markdown, section, text)
