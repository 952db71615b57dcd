"""Faults while a command works: what it says must be true, and nothing may be half written or left running.

    python -m tests.drill.commands --count 200

`mmm generate`, `edit`, `story`, `batch`, `weights convert`, `publish` and the export through Blender, each in a process
of its own, are stopped by signals, starved of disk or memory, given missing or damaged files, and told to write where
that cannot be. Linux only: it looks at /proc.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NamedTuple

from tests.drill import command_world
from tests.drill.command_world import Task
from tests.drill.mutations import mutate
from tests.drill.spoilt_files import Rng, spoil, spoil_model

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 240.0  # seconds until a command counts as hanging
LEAVING = 20.0  # ... that its children may take to go
PROCESSOR = 120  # ... of a processor, after which the kernel ends a process, also where the drill is no more
LONGEST = 1200  # characters of what is said on one line
STOPS = (signal.SIGINT, signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL)
KINDS = ("signal", "signal", "signal", "disk", "disk", "memory", "input", "input", "place", "place", "talk")
MARK = "MMM_DRILL"
LIBC = ctypes.CDLL(None)
DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG of linux/prctl.h


class Outcome(NamedTuple):
    """One fault: of which command, what struck, how it ended, and what is wrong with that, if anything."""

    number: int
    task: str
    fault: str
    end: str
    wrong: str


@dataclass
class Run:
    """How a command is started and disturbed; a fault changes some of it."""

    arguments: list[str]
    outputs: list[Path]
    prepare: Callable[[], None] = lambda: None  # in the new process, before it is the command
    strike: Callable[[subprocess.Popen[bytes]], None] = lambda _: None
    struck: list[signal.Signals] = field(default_factory=list)
    stdout: str = "heard"


class Drill:
    """Faults one after the other, over one set of good files."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.seed, self.folder = seed, folder
        self.world = folder / "world"
        command_world.build(self.world)
        self.took: dict[str, float] = {}  # seconds that a command needs, at the most

    def try_fault(self, number: int) -> Outcome:
        """The fault of that number."""
        rng = Rng(f"{self.seed}:{number}")
        task = command_world.TASKS[number % len(command_world.TASKS)]
        given, out, scratch = (self.folder / name for name in ("given", "out", "scratch"))
        for folder in (given, out, scratch):
            _clear(folder)
            folder.mkdir()
        command_world.give(self.world, given)
        (out / "mine.txt").write_text("the artist's own")
        run = Run(*task.ask(rng, given, out))
        if task.replaces and rng.random() < 0.7:
            for path in run.outputs:
                command_world.put_old(path, self.world)
        fault = getattr(self, f"_{rng.choice(KINDS)}")(rng, task, run, given)
        before = command_world.look(out)
        begun = time.monotonic()
        ended = run_command(run, scratch)
        if ended.code == 0:
            self.took[task.name] = max(self.took.get(task.name, 0.0), time.monotonic() - begun)
        wrong = judge(run, ended, before, out, scratch)
        return Outcome(number, task.name, fault, ended.told(), "; ".join(wrong))

    def _signal(self, rng: Rng, task: Task, run: Run, _given: Path) -> str:
        """A wish to end, to the command alone or, as a terminal does it, to all its processes."""
        number, to_all, late = rng.choice(STOPS), rng.random() < 0.5, rng.random() < 0.4
        delay = rng.uniform(0.0, 0.3 if late else self.took.get(task.name, 12.0))

        def strike(process: subprocess.Popen[bytes]) -> None:
            wait = time.monotonic() + PATIENCE
            # Python itself is not yet there, or something is being written
            while process.poll() is None and time.monotonic() < wait:
                if _is_ready(process.pid) and (not late or any(run.outputs[0].parent.glob(".mmm-*"))):
                    break
                time.sleep(0.002)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(delay)
            if process.poll() is None:
                run.struck.append(number)
                (os.killpg if to_all else os.kill)(process.pid, number)

        run.strike = strike
        return f"{number.name}{' to all' if to_all else ''}, {'while it writes' if late else f'after {delay:.1f} s'}"

    def _disk(self, rng: Rng, _task: Task, run: Run, _given: Path) -> str:
        size = int(10 ** rng.uniform(0.0, 6.5))
        run.prepare = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        return f"a disk full after {size} bytes"

    def _memory(self, rng: Rng, _task: Task, run: Run, _given: Path) -> str:
        size = int(rng.uniform(0.3, 4.0) * 1e9)
        run.prepare = lambda: resource.setrlimit(resource.RLIMIT_AS, (size, size))
        return f"{size / 1e9:.1f} GB of memory"

    def _input(self, rng: Rng, task: Task, _run: Run, given: Path) -> str:
        path = given / rng.choice(task.inputs)
        if path.is_dir():
            return f"{path.name}: {spoil_model(rng, path)}"
        if rng.random() < 0.4:
            path.write_bytes(mutate(path.read_bytes(), rng))
            return f"{path.name} is damaged"
        return f"{path.name} is {spoil(rng, path)}"

    def _place(self, rng: Rng, task: Task, run: Run, given: Path) -> str:
        """Where it is to write is no good place, or an odd one."""
        path = rng.choice(run.outputs)
        ways = ("no folder", "a file for a folder", "a long name", "a circle of links")
        ways += ("a folder", "a link", "a link to nothing", "a link to a folder") if path.suffix else ("a file",)
        way = rng.choice(ways)
        _clear(path)
        other = path.with_name(f"elsewhere{path.suffix}")
        if way == "a folder":
            path.mkdir()
        elif way == "a file":
            path.write_text("in the way")
        elif way == "a circle of links":
            path.symlink_to(path.name)
        elif way.startswith("a link"):
            if way == "a link":
                command_world.put_old(other, self.world)
            elif way == "a link to a folder":
                other.mkdir()
            path.symlink_to(other)
        else:
            new = {"no folder": "none", "a file for a folder": "mine.txt", "a long name": "n" * 300}[way]
            moved = path.with_name(new + path.suffix) if way == "a long name" else path.parent / new / path.name
            run.arguments[:] = [str(moved) if each == str(path) else each for each in run.arguments]
            run.outputs[run.outputs.index(path)] = moved
        return f"{path.name} is {way}"

    def _talk(self, rng: Rng, _task: Task, run: Run, _given: Path) -> str:
        """What it says is heard by nobody."""
        run.stdout = rng.choice(("full", "closed"))
        return f"stdout is {run.stdout}"


class Ended(NamedTuple):
    """How a process ended: its code, its stderr, its children that were still there, whether it had to be killed."""

    code: int
    complained: str
    left: int
    hung: bool

    def lines(self) -> list[str]:
        """What a command of ours says on stderr."""
        return [line for line in self.complained.splitlines() if line.startswith(("mmm: ", "error: ", "usage: "))]

    def told(self) -> str:
        """In a few words."""
        return f"{self.code}, {(self.lines() or ['nothing said'])[-1]}" if self.code else "done"


def run_command(run: Run, scratch: Path) -> Ended:
    """Start it, disturb it, and wait for its end; none of its processes is there afterwards, whatever happens."""
    mark = uuid.uuid4().hex
    ours = {MARK: mark, "TMPDIR": str(scratch), "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    read, write = os.pipe()
    if run.stdout == "closed":
        os.close(read)
    with open("/dev/full", "w") as full:
        out = {"full": full, "closed": write, "heard": subprocess.DEVNULL}[run.stdout]
        process = subprocess.Popen(
            [sys.executable, "-m", *run.arguments],
            cwd=ROOT,
            env={**os.environ, **ours},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.PIPE,
            preexec_fn=lambda: _prepare(run),
            start_new_session=True,
        )
        os.close(write)
        complained: list[bytes] = []
        listener = threading.Thread(target=_listen, args=(process.stderr, complained), daemon=True)
        listener.start()
        hung = False
        left: list[int] = []
        # also where the drill itself is interrupted: a command has a session of its own, no Ctrl-C reaches it
        try:
            run.strike(process)
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                hung = True
            end = time.monotonic() + LEAVING
            while (left := _marked(mark)) and time.monotonic() < end and not hung:
                time.sleep(0.05)
        finally:
            _end_all(process, mark)
        listener.join(LEAVING)
        text = b"".join(complained).decode("utf-8", "replace")
    if run.stdout != "closed":
        os.close(read)
    return Ended(process.returncode, text, len(left), hung or process.returncode == -signal.SIGXCPU)


def judge(run: Run, ended: Ended, before: dict[str, bytes], out: Path, scratch: Path) -> list[str]:
    """What is wrong with the end of a command; ``before``: what was in the folder ``out``."""
    wrong = ["it hangs"] if ended.hung else []
    if ended.left:
        wrong.append(f"{ended.left} processes are left")
    killed = signal.SIGKILL in run.struck
    wrong += [] if killed else _judge_words(run, ended)
    after = command_world.look(out)
    ours = {name for path in run.outputs for name in _names_of(path, out)}
    for name in sorted(before.keys() | after.keys()):
        if name.split("/")[0] in ours or (killed and name.startswith(".mmm-")):
            continue
        if name not in after:
            wrong.append(f"{name} is gone")
        elif before.get(name) != after[name]:
            wrong.append(f"{name} is {'changed' if name in before else 'left'}")
    for path in run.outputs:
        changed = {name: after.get(name) for name in _inside(path, out, after)} != {
            name: before.get(name) for name in _inside(path, out, before)
        }
        if changed and (fault := command_world.is_whole(path)):
            wrong.append(f"{path.name} is not whole: {fault}")
        if not changed and ended.code == 0:
            wrong.append(f"it says success, and {path.name} is what it was")
    # a process that is killed, or that memory kills, cannot tidy up
    if not killed and ended.code >= 0 and (files := sorted(path.name for path in scratch.iterdir())):
        wrong.append(f"temporary files left: {files[:3]}")
    return wrong


def _judge_words(run: Run, ended: Ended) -> list[str]:
    """Whether code and words of a command that could still speak tell the truth."""
    wrong = []
    if run.stdout == "full" and ended.code == 0:
        wrong.append("nobody could read what it said, and it says success")
    # a process that had done all, and was only leaving, dies of the signal itself
    if run.struck and ended.code not in (0, 1, 2, 128 + run.struck[0], -run.struck[0]):
        wrong.append(f"code {ended.code} after {run.struck[0].name}")
    lines = ended.lines()
    if ended.code > 0 and run.stdout == "heard" and len(lines) != 1:
        wrong.append(f"it says {len(lines)} lines: {ended.complained.strip()[-300:]!r}")
    if any(len(line) > LONGEST for line in lines):
        wrong.append("a very long line")
    if "a fault in MMM" in ended.complained:
        wrong.append(f"a fault: {lines[-1][:300]}")
    # what Blender's own operators tell the console is theirs
    if "Traceback" in ended.complained and "/io_scene_" not in ended.complained and ended.code >= 0:
        wrong.append(f"a traceback: {ended.complained.strip()[-300:]!r}")
    return wrong


def _prepare(run: Run) -> None:
    """In the new process: signals as a terminal's shell leaves them, also where the drill runs in the background."""
    for number in set(STOPS) - {signal.SIGKILL}:
        signal.signal(number, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, PROCESSOR + 5))
    LIBC.prctl(DIES_WITH_PARENT, signal.SIGKILL)
    run.prepare()


def _listen(stream: IO[bytes], heard: list[bytes]) -> None:
    with stream:
        heard.append(stream.read())


def _names_of(path: Path, out: Path) -> set[str]:
    """Names in ``out`` that belong to an output: itself, and what it links to."""
    if path.parent == out:
        return {path.name, f"elsewhere{path.suffix}"}
    # a folder that was not there may be made; the artist's own file is none
    return {path.relative_to(out).parts[0]} - {"mine.txt"}


def _inside(path: Path, out: Path, files: dict[str, bytes]) -> list[str]:
    names = _names_of(path, out)
    return [name for name in files if name.split("/")[0] in names]


def _is_ready(pid: int) -> bool:
    """Whether a process catches SIGTERM: before, Python is not there yet."""
    try:
        caught = next(
            line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("SigCgt")
        )
    except (OSError, StopIteration):
        return False
    return bool(int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1)


def _marked(mark: str) -> list[int]:
    """Processes that were started by a command of ours, with what it was given."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if f"{MARK}={mark}".encode() in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found


def _end_all(process: subprocess.Popen[bytes], mark: str) -> None:
    """End a command, its group and what has left that: what they started meanwhile as well."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    while left := _marked(mark):
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)
    process.wait()


def _clear(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def drill(count: int, seed: int, first: int = 0) -> list[Outcome]:
    """All outcomes; what is wrong is told at once."""
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="mmm-drill-") as scratch:
        held = Drill(seed, Path(scratch))
        for number in range(first, first + count):
            outcome = held.try_fault(number)
            outcomes.append(outcome)
            if outcome.wrong or os.environ.get("DRILL_TELLS"):
                print(f"{number}, {outcome.task}, {outcome.fault} -> {outcome.end[:300]}: {outcome.wrong}", flush=True)
    return outcomes


def table(outcomes: list[Outcome]) -> str:
    """Markdown: a line a command, with how its faults ended."""
    rows = ["| command | faults | done all the same | refused or stopped | failed |", "|---|---|---|---|---|"]
    for name in [*dict.fromkeys(outcome.task for outcome in outcomes), "all"]:
        counts = Counter(
            "failed" if outcome.wrong else "done" if outcome.end == "done" else "refused"
            for outcome in outcomes
            if name in (outcome.task, "all")
        )
        rows.append(f"| {name} | {counts.total()} | {counts['done']} | {counts['refused']} | {counts['failed']} |")
    return "\n".join(rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="number of the first fault")
    options = parser.parse_args()
    outcomes = drill(options.count, options.seed, options.first)
    print(table(outcomes))
    return 1 if any(outcome.wrong for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
