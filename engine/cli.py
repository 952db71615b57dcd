"""The command line: `mmm generate | edit | story | info | data ... | train ... | publish | evaluate`."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from engine.blender_process import check_blender
from engine.commands.bench import add_bench
from engine.commands.data import add_data
from engine.commands.edit import add_edit, add_evaluate_editing, add_story
from engine.commands.train import add_evaluate_finetuning, add_publish, add_train
from engine.commands.weights import add_weights_commands
from engine.errors import InputError

BLENDER_SUFFIXES = (".blend", ".glb", ".mp4", ".png")
GENERATED_SUFFIXES = (".npz", ".bvh", *BLENDER_SUFFIXES)


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Parse a command; exits with code 2 and a usage line if it makes no sense."""
    parser = argparse.ArgumentParser(prog="mmm", description="Text to human motion, offline.")
    commands = parser.add_subparsers(dest="command", required=True)
    _add_generate(commands.add_parser("generate", help="make a motion from a sentence"))
    add_edit(commands.add_parser("edit", help="regenerate a part of a motion, keep the rest"))
    add_story(commands.add_parser("story", help="one motion through many prompts"))
    commands.add_parser("info", help="device, versions and models").set_defaults(run=run_info)
    add_data(commands.add_parser("data", help="training data"))
    add_train(commands.add_parser("train", help="train a model's part"))
    add_publish(commands.add_parser("publish", help="a trained model in half precision, to be shipped"))
    _add_evaluate(commands.add_parser("evaluate", help="measure a model on held-out clips"))
    add_weights_commands(commands.add_parser("weights", help="published checkpoints"))
    add_bench(commands.add_parser("bench", help="sampling speed at the paper's size on this CPU"))
    add_evaluate_editing(commands.add_parser("evaluate-editing", help="measure editing on held-out clips"))
    add_evaluate_finetuning(commands.add_parser("evaluate-finetuning", help="new actions from a few clips"))
    return parser.parse_args(arguments)


def _add_generate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("prompt")
    parser.add_argument("--seconds", default="auto", help="length, or 'auto' (default)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--samples", type=int, default=1, help="variations, seeds counting up")
    add_generation_options(parser)
    parser.set_defaults(run=run_generate)


def add_generation_options(parser: argparse.ArgumentParser) -> None:
    """What every command that makes motions takes: how to sample, with what, and where to."""
    parser.add_argument("--steps", type=int, help="decoding steps of the coarse tokens")
    parser.add_argument("--guidance", type=float, help="how closely to follow the text")
    parser.add_argument("--weights", default="mmm-open", help="bundled name or model folder")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, mps or xpu")
    parser.add_argument(
        "--precision", default="fp32", choices=("fp32", "bf16", "fast"),
        help="of the sampling; fast: 8-bit and approximate, for the CPU",
    )
    parser.add_argument("--fps", type=int, default=24, help="scene rate of .blend, .glb, .mp4")
    parser.add_argument(
        "--out", type=Path, action="append", required=True, metavar="FILE",
        help="repeatable; " + ", ".join(GENERATED_SUFFIXES),
    )


def _add_evaluate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, help="folder in HumanML3D layout")
    parser.add_argument("--evaluator", type=Path, required=True, help="folder of a trained or converted evaluator")
    parser.add_argument(
        "--protocol", choices=("own", "paper"), default="own",
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


def run_generate(options: argparse.Namespace) -> None:
    """Generate and write; everything is checked before the model is loaded."""
    outputs = check_outputs(options.out, options.samples, options.fps)
    seconds = parse_seconds(options.seconds)
    started = time.perf_counter()
    # The imports below take seconds; bad arguments are told before.
    from engine.pipeline import Pipeline, Request

    requests = [Request(options.prompt, seconds, options.seed + i) for i in range(options.samples)]
    sampling = sampling_from(options)
    pipeline = Pipeline.from_pretrained(options.weights, options.device, options.precision)
    loaded = time.perf_counter()
    with progress_bar() as progress:
        motions = pipeline.generate_requests(requests, sampling, progress)
    generated = time.perf_counter()
    for index, motion in enumerate(motions):
        write_motion(motion, [numbered(path, index, len(motions)) for path in outputs], options.fps)
    written = time.perf_counter()
    length = sum(motion.seconds for motion in motions)
    print(
        f"{len(motions)} motion(s), {length:.1f} s in all, seed {options.seed}, model "
        f"{motions[0].model} on {pipeline.device.type}\n"
        f"load {loaded - started:.1f} s, generate {generated - loaded:.2f} s, "
        f"write {written - generated:.1f} s"
    )
    for index in range(len(motions)):
        for path in outputs:
            print(f"  {numbered(path, index, len(motions))}")


@contextlib.contextmanager
def progress_bar() -> Iterator[Callable[[int, int], None]]:
    """Decoding steps on stderr, when somebody watches; gone when done."""
    from tqdm import tqdm

    with tqdm(desc="decoding", unit="step", leave=False, disable=None) as bar:

        def report(step: int, of: int) -> None:
            bar.total = of
            bar.update(step - bar.n)

        yield report


def sampling_from(options: argparse.Namespace, default=None):  # type: ignore[no-untyped-def]
    """The sampling settings that the command line overrides; the rest is that of `default`."""
    from dataclasses import replace

    from engine.generation.settings import SamplingConfig

    given = {"steps": options.steps, "guidance": options.guidance}
    return replace(default or SamplingConfig(), **{key: value for key, value in given.items() if value is not None})


def parse_seconds(text: str) -> float | None:
    """"auto" is None; raises InputError for what is neither that nor a number."""
    if text == "auto":
        return None
    try:
        return float(text)
    except ValueError:
        raise InputError(f"--seconds {text!r} is neither a number nor 'auto'") from None


def check_outputs(paths: list[Path], samples: int, fps: int) -> list[Path]:
    """The paths, made absolute, if each can be written; raises InputError otherwise."""
    if not 1 <= samples <= 64:
        raise InputError(f"--samples {samples} is out of range: ask for 1 to 64")
    if not 1 <= fps <= 240:
        raise InputError(f"--fps {fps} is out of range: use 1 to 240")
    if any(path.suffix in BLENDER_SUFFIXES for path in paths):
        check_blender()
    for path in paths:
        if path.suffix not in GENERATED_SUFFIXES:
            raise InputError(
                f"--out {path}: unknown kind {path.suffix!r}, use one of {', '.join(GENERATED_SUFFIXES)}"
            )
        if path.is_dir():
            raise InputError(f"--out {path} is a folder: name a file")
        folder = path.resolve().parent
        if not folder.is_dir():
            raise InputError(f"--out {path}: the folder {folder} does not exist, make it first")
        if not os.access(folder, os.W_OK):
            raise InputError(f"--out {path}: the folder {folder} cannot be written to")
    return [path.resolve() for path in paths]


def numbered(path: Path, index: int, count: int) -> Path:
    """`walk.bvh` for one sample, `walk_1.bvh`, `walk_2.bvh` ... for several."""
    return path if count == 1 else path.with_name(f"{path.stem}_{index + 1}{path.suffix}")


def write_motion(motion, outputs: list[Path], fps: int) -> None:  # type: ignore[no-untyped-def]
    """Write one motion in every asked format; Blender's own formats in one Blender run."""
    import tempfile

    from engine.blender_process import export_motion
    from engine.motion.bvh import write_bvh

    for path in outputs:
        if path.suffix == ".npz":
            motion.save(path)
        elif path.suffix == ".bvh":
            write_bvh(path, motion.joints, motion.fps)
    for_blender = [path for path in outputs if path.suffix in BLENDER_SUFFIXES]
    if for_blender:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "motion.npz"
            motion.save(source)
            export_motion(source, for_blender, fps)


def run_info(options: argparse.Namespace) -> None:
    """Print what a bug report needs."""
    import importlib.metadata
    import platform

    import torch

    from engine import __version__
    from engine.models.folder import load_config
    from engine.pipeline import choose_device
    from engine.weights import list_weights

    print(f"mmm {__version__}, Python {platform.python_version()}, {platform.platform()}")
    packages = ("torch", "numpy", "transformers", "safetensors", "bpy")
    for package in packages:
        try:
            print(f"  {package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            print(f"  {package} not installed")
    print(f"device: {choose_device('auto')} ({torch.get_num_threads()} threads)")
    for folder in list_weights():
        config = load_config(folder)
        size = sum(path.stat().st_size for path in folder.iterdir() if path.is_file()) / 1e6
        print(f"model: {config.name} ({config.licence}, {size:.0f} MB) in {folder}")


def run_evaluate(options: argparse.Namespace) -> None:
    """Measure a model on the held-out split; real data and shuffled captions stand beside it."""
    from engine.evaluation.benchmark import run_benchmark
    from engine.evaluation.report_file import report_markdown, write_report

    if options.protocol == "paper":
        _evaluate_by_paper(options)
        return
    report = run_benchmark(
        options.data, options.evaluator, options.weights, options.split,
        5 if options.repeats is None else options.repeats, sampling_from(options), options.precision,
    )  # fmt: skip
    print(report_markdown(report))
    write_report(report, options.json, options.markdown)


def _evaluate_by_paper(options: argparse.Namespace) -> None:
    """The paper's tables with the published evaluator."""
    from engine.evaluation.benchmark import run_paper_benchmark
    from engine.evaluation.paper.file import protocol_markdown
    from engine.evaluation.paper.tables import ProtocolConfig
    from engine.evaluation.report_file import report_json, write_files

    config = ProtocolConfig(
        repeats=20 if options.repeats is None else options.repeats, limit=options.limit,
        multimodality_captions=options.multimodality,
    )  # fmt: skip
    given = {"steps": options.steps, "guidance": options.guidance}
    report = run_paper_benchmark(
        options.data, options.evaluator, options.weights, options.upper_weights, options.split, config,
        {key: value for key, value in given.items() if value is not None}, options.precision,
    )  # fmt: skip
    markdown = protocol_markdown(report)
    print(markdown)
    write_files(report_json(report), markdown, options.json, options.markdown, "paper protocol")


def main(arguments: list[str] | None = None) -> int:
    """Run a command; bad input is one line on stderr and exit code 2."""
    options = parse_arguments(arguments)
    try:
        options.run(options)
    except InputError as error:
        print(f"mmm: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"mmm: {error.filename or 'a file'}: {error.strerror or error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("mmm: stopped", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
