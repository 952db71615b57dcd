"""The command `mmm generate`."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import replace

from engine.commands.outputs import (
    add_generation_options,
    add_mood,
    check_outputs,
    numbered,
    print_hint,
    progress_bar,
    sampling_from,
    write_motion,
)
from engine.commands.targets import add_stop, add_targets, find_seat_doubt, parse_stop, parse_target
from engine.errors import InputError


def add_generate(parser: argparse.ArgumentParser) -> None:
    """Fill in `mmm generate`."""
    parser.add_argument("prompt")
    parser.add_argument("--seconds", default="auto", help="length, or 'auto' (default)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--samples", type=int, default=1, help="variations, seeds counting up")
    add_mood(parser)
    add_targets(parser)
    add_stop(parser)
    add_generation_options(parser)
    parser.set_defaults(run=run_generate)


def run_generate(options: argparse.Namespace) -> None:
    """Generate and write; everything is checked before the model is loaded."""
    outputs = check_outputs(options.out, options.samples, options.fps)
    seconds = parse_seconds(options.seconds)
    started = time.perf_counter()
    # The imports below take seconds; bad arguments are told before.
    from engine.pipeline import Pipeline
    from engine.requests import GenerateRequest, PathRequest

    sampling = sampling_from(options)
    targets = tuple(map(parse_target, options.target))
    if doubt := find_seat_doubt(targets):
        print(f"note: {doubt}")
    requests = [
        GenerateRequest(options.prompt, seconds, options.seed + i, sampling, targets, options.mood, options.intensity)
        for i in range(options.samples)
    ]
    ways = []
    if options.stop is not None:
        if seconds is not None:
            raise InputError("--seconds and --stop say the same twice: the time of --stop tells how long it takes")
        from engine.editing.path import CANDIDATES, follow_path

        seeds = [options.seed + i * CANDIDATES for i in range(options.samples)]
        stop = parse_stop(options.stop)
        points, facing = stop.way()
        mood = options.mood, options.intensity
        way = PathRequest(points, options.prompt, None, 0, sampling, targets, True, facing, stop.arrive, *mood)
        ways = [replace(way, seed=seed) for seed in seeds]
    pipeline = Pipeline.from_pretrained(options.weights, options.device, options.precision)
    loaded = time.perf_counter()
    with progress_bar() as watch:
        if ways:
            motions = [follow_path(pipeline, way, watch.share(i, len(ways))) for i, way in enumerate(ways)]
        else:
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


def parse_seconds(text: str) -> float | None:
    """Seconds, None for "auto"; raises InputError for what is neither that nor a number."""
    if text == "auto":
        return None
    try:
        return float(text)
    except ValueError:
        raise InputError(f"--seconds {text!r} is neither a number nor 'auto'") from None
