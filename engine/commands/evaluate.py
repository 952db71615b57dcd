"""The command `mmm evaluate`."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.commands.outputs import sampling_from


def add_evaluate(parser: argparse.ArgumentParser) -> None:
    """Fill in `mmm evaluate`."""
    parser.add_argument("--data", type=Path, required=True, help="folder in HumanML3D layout")
    parser.add_argument("--evaluator", type=Path, required=True, help="folder of a trained or converted evaluator")
    parser.add_argument(
        "--protocol",
        choices=("own", "paper"),
        default="own",
        help="own evaluator and tables, or the published evaluator and the paper's tables",
    )
    parser.add_argument("--weights", default="mmm-open")
    parser.add_argument("--upper-weights", help="paper: the upper-body model, for its table")
    parser.add_argument("--precision", default="fp32", choices=("fp32", "bf16", "fast"))
    parser.add_argument("--split", default="test", choices=("val", "test"))
    parser.add_argument("--steps", type=int)
    parser.add_argument("--guidance", type=float)
    parser.add_argument("--repeats", type=int, help="repeats of generated rows (5; paper: 20)")
    parser.add_argument("--multimodality", type=int, help="paper: captions for MModality, by default all; 0 for none")
    parser.add_argument("--limit", type=int, default=0, help="paper: use at most so many clips")
    parser.add_argument("--json", type=Path, default=Path("out/results.json"))
    parser.add_argument("--markdown", type=Path, help="file whose section is replaced")
    parser.set_defaults(run=run_evaluate)


def run_evaluate(options: argparse.Namespace) -> None:
    """Measure a model on the held-out split; real data and shuffled captions stand beside it."""
    from engine.evaluation.benchmark import run_benchmark
    from engine.evaluation.report_file import report_markdown, write_report

    if options.protocol == "paper":
        _evaluate_by_paper(options)
        return
    report = run_benchmark(
        options.data,
        options.evaluator,
        options.weights,
        options.split,
        5 if options.repeats is None else options.repeats,
        sampling_from(options),
        options.precision,
    )
    print(report_markdown(report))
    write_report(report, options.json, options.markdown)


def _evaluate_by_paper(options: argparse.Namespace) -> None:
    """The paper's tables with the published evaluator."""
    from engine.evaluation.paper.benchmark import run_paper_benchmark
    from engine.evaluation.paper.file import protocol_markdown
    from engine.evaluation.paper.tables import ProtocolConfig
    from engine.evaluation.report_file import report_json, write_files

    config = ProtocolConfig(
        repeats=20 if options.repeats is None else options.repeats,
        limit=options.limit,
        multimodality_captions=options.multimodality,
    )
    given = {"steps": options.steps, "guidance": options.guidance}
    report = run_paper_benchmark(
        options.data,
        options.evaluator,
        options.weights,
        options.upper_weights,
        options.split,
        config,
        {key: value for key, value in given.items() if value is not None},
        options.precision,
    )
    markdown = protocol_markdown(report)
    print(markdown)
    write_files(report_json(report), markdown, options.json, options.markdown, "paper protocol")
