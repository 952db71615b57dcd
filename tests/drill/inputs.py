"""Damaged files for every reader: each must end in a result or in one line.

    python -m tests.drill.inputs --count 10000

Children of this process read, within limits of time and memory; where one dies or hangs, that input has failed and
another child goes on. An input is told by --seed and its number; what failed is kept with --keep FOLDER. Linux only:
it forks, and looks at /proc.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import os
import random
import resource
import select
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tests.drill.mutations import mutate
from tests.drill.readers import Reader, make_seeds, readers

SECONDS = 20.0  # of a processor, for one input
PATIENCE = 300.0  # seconds without a word, on a machine that does much else
MEMORY = 1_500_000_000  # bytes that reading one small file may take
LONGEST_LINE = 900  # characters
GOOD = ("result", "one line")


class End(NamedTuple):
    """How an input ended: one of GOOD, or what is wrong."""

    number: int
    reader: str
    end: str


@dataclass(frozen=True)
class Case:
    """One damaged file."""

    reader: Reader
    folder: Path
    file: Path


def make_case(number: int, seed: int, all_readers: tuple[Reader, ...], seeds: Path, folder: Path) -> Case:
    """The input of that number: always the same."""
    rng = random.Random(f"{seed}:{number}")
    reader = all_readers[number % len(all_readers)]
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(seeds / rng.choice(reader.seeds), folder)
    file = rng.choice(sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size))
    file.write_bytes(mutate(file.read_bytes(), rng))
    return Case(reader, folder, file)


def judge(case: Case) -> str:
    """Read it; one of GOOD, or what is wrong with the end."""
    begun, end = resource.getrusage(resource.RUSAGE_SELF), "result"
    try:
        case.reader.read(case.folder)
    except case.reader.refusals as error:
        text = str(error)
        end = "one line" if text.strip() and "\n" not in text and len(text) <= LONGEST_LINE else f"message: {text!r}"
    except Exception as error:
        end = f"{type(error).__name__}: {error}"
    ended = resource.getrusage(resource.RUSAGE_SELF)
    if (grown := (ended.ru_maxrss - begun.ru_maxrss) * 1024) > MEMORY:
        return f"{grown / 1e6:.0f} MB of memory"
    if (took := ended.ru_utime - begun.ru_utime) > SECONDS:
        return f"{took:.0f} s"
    return end


def read_inputs(numbers: range, seed: int, all_readers: tuple[Reader, ...], seeds: Path, pipe: int) -> None:
    """The child's part: a line a case into the pipe."""
    faulthandler.disable()  # a child that dies says so by its code
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + 3 * MEMORY, resource.RLIM_INFINITY))
    with tempfile.TemporaryDirectory(prefix="mmm-drill-") as scratch:
        for number in numbers:
            case = make_case(number, seed, all_readers, seeds, Path(scratch) / "case")
            spent = int(time.process_time()) + 1
            resource.setrlimit(resource.RLIMIT_CPU, (spent + 2 * int(SECONDS), resource.RLIM_INFINITY))
            os.write(pipe, (json.dumps([number, case.reader.name, judge(case)]) + "\n").encode())


def read_in_child(numbers: range, seed: int, all_readers: tuple[Reader, ...], seeds: Path) -> Iterator[End]:
    """Ends in order, as far as one child gets: at the first bad one it is over."""
    theirs, ours = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(theirs)
            read_inputs(numbers, seed, all_readers, seeds, ours)
        finally:
            os._exit(0)
    os.close(ours)
    try:
        with os.fdopen(theirs, "rb", buffering=0) as pipe:
            for number in numbers:
                line = pipe.readline() if select.select([pipe], [], [], PATIENCE)[0] else b""
                if not line.endswith(b"\n"):
                    os.kill(child, signal.SIGKILL)
                    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
                    child = 0
                    yield End(number, all_readers[number % len(all_readers)].name, f"the process ended with {ended}")
                    return
                end = End(*json.loads(line))
                yield end
                if end.end not in GOOD:
                    return
    finally:
        if child:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def drill(count: int, seed: int, keep: Path | None = None, first: int = 0) -> list[End]:
    """The ends of all inputs; what fails is told at once."""
    import torch

    torch.set_num_threads(1)  # a child of a process with threads would wait for them
    ends: list[End] = []
    with tempfile.TemporaryDirectory(prefix="mmm-drill-") as scratch:
        seeds = Path(scratch)
        make_seeds(seeds)
        all_readers, last = readers(), first + count
        while len(ends) < count:
            for end in read_in_child(range(first + len(ends), last), seed, all_readers, seeds):
                ends.append(end)
                if end.end not in GOOD:
                    place = seeds / "failed"
                    case = make_case(end.number, seed, all_readers, seeds, keep / str(end.number) if keep else place)
                    print(f"input {end.number}, {end.reader}, {case.file.name}: {end.end[:300]}", flush=True)
    return ends


def table(ends: list[End]) -> str:
    """Markdown: a line a reader, with how often it gave a result, one line, and neither."""
    rows = ["| reader | inputs | result | one line | failed |", "|---|---|---|---|---|"]
    for name in [*dict.fromkeys(end.reader for end in ends), "all"]:
        counts = Counter(end.end if end.end in GOOD else "failed" for end in ends if name in (end.reader, "all"))
        rows.append(f"| {name} | {counts.total()} | {counts['result']} | {counts['one line']} | {counts['failed']} |")
    return "\n".join(rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="number of the first input")
    parser.add_argument("--keep", type=Path, help="folder for the inputs that fail")
    options = parser.parse_args()
    ends = drill(options.count, options.seed, options.keep, options.first)
    print(table(ends))
    return 0 if all(end.end in GOOD for end in ends) else 1


if __name__ == "__main__":
    sys.exit(main())
