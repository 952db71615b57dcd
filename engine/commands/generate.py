"""The command `mmm generate`."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.commands.outputs import (
    add_generation_options,
    check_outputs,
    numbered,
    print_hint,
    progress_bar,
    sampling_from,
    write_motion,
)
from engine.errors import InputError

if TYPE_CHECKING:
    from engine.requests.targets import Target

FPS = 20.0  # of the models
MAX_SPAN = 1200  # frames of a target: the longest motion


def add_generate(parser: argparse.ArgumentParser) -> None:
    """Fill in `mmm generate`."""
    parser.add_argument("prompt")
    parser.add_argument("--seconds", default="auto", help="length, or 'auto' (default)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--samples", type=int, default=1, help="variations, seeds counting up")
    parser.add_argument(
        "--target",
        action="append",
        default=[],
        metavar="PART@TIME=X,Y,Z",
        help="repeatable: right_hand@2.0s=0.3,1.1,0.4 (metres, Y up), TIME a frame, a time or a span 40-60, 2s-3s",
    )
    add_generation_options(parser)
    parser.set_defaults(run=run_generate)


def run_generate(options: argparse.Namespace) -> None:
    """Generate and write; everything is checked before the model is loaded."""
    outputs = check_outputs(options.out, options.samples, options.fps)
    seconds = parse_seconds(options.seconds)
    started = time.perf_counter()
    # The imports below take seconds; bad arguments are told before.
    from engine.pipeline import Pipeline
    from engine.requests import GenerateRequest

    sampling = sampling_from(options)
    targets = tuple(map(parse_target, options.target))
    requests = [
        GenerateRequest(options.prompt, seconds, options.seed + i, sampling, targets) for i in range(options.samples)
    ]
    pipeline = Pipeline.from_pretrained(options.weights, options.device, options.precision)
    loaded = time.perf_counter()
    with progress_bar() as watch:
        motions = pipeline.generate_requests(requests, watch)
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
    for index, motion in enumerate(motions):
        if motion.note:
            print(motion.note)
        for path in outputs:
            print(f"  {numbered(path, index, len(motions))}{describe_faults(motion.faults)}")
    print_hint(pipeline.find_hint(options.prompt))


def describe_faults(faults: Sequence[str]) -> str:
    """What is wrong with a motion, to stand behind its name; nothing for most."""
    return f" ({', '.join(faults)}: try another seed)" if faults else ""


def parse_target(text: str) -> Target:
    """A target such as right_hand@2.0s=0.3,1.1,0.4; raises InputError for what is none."""
    from engine.requests.targets import Target

    part, _, rest = text.partition("@")
    when, _, where = rest.partition("=")
    first, _, last = when.partition("-")
    try:
        position = [float(number) for number in where.split(",")]
        start, stop = _frame(first), _frame(last or first)
    except (ValueError, OverflowError):
        raise InputError(
            f"--target {text!r} is none: write PART@TIME=X,Y,Z, such as right_hand@2.0s=0.3,1.1,0.4"
        ) from None
    if stop < start or stop - start > MAX_SPAN:
        raise InputError(f"--target {text!r}: the span has to go forward, over at most {MAX_SPAN} frames")
    return Target(part, position, range(start, stop + 1))


def _frame(text: str) -> int:
    """The frame of '40' or '2.0s'; raises ValueError, OverflowError."""
    return round(float(text[:-1]) * FPS) if text.endswith("s") else int(text)


def parse_seconds(text: str) -> float | None:
    """Seconds, None for "auto"; raises InputError for what is neither that nor a number."""
    if text == "auto":
        return None
    try:
        return float(text)
    except ValueError:
        raise InputError(f"--seconds {text!r} is neither a number nor 'auto'") from None
