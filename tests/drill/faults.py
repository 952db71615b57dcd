"""Faults at random moments of an artist's work: each must leave the scene as it was, and no process behind.

    python -m tests.drill.faults --count 1000

Blender (the module) with the add-on, the real engine with the bundled model. Something is asked, applied or exported;
meanwhile the engine is killed, frozen, starved or made to talk nonsense, its files are damaged, the disk is full,
memory ends in the middle of an operator, or the artist cancels. Then all data of the file is compared with what it was,
undo is tried, and processes and files left behind are looked for. A fault is told by --seed and its number; when within
a stage the engine is struck is up to the machine. Linux only: it looks at /proc.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import re
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, TextIO

import bpy
import numpy as np

from mmm_blender.client.session import session
from mmm_blender.motion_file import Motion
from tests.drill import fault_kinds, stage
from tests.drill.bad_answers import odd_joints
from tests.drill.fault_kinds import OutOfMemory, Rng
from tests.drill.scene_state import describe, differences

LEAVING = 10.0  # seconds that an engine which is to go may take
FRESH = 20  # faults until the file is opened anew
MOST_CALLS = 3000  # of functions of ours in an operator, until it is counted
HEAL = 25  # ... until it is seen whether the engine still makes motions


class Outcome(NamedTuple):
    """One fault: of which task, what struck, how the task ended, and what is wrong with that, if anything."""

    number: int
    task: str
    fault: str
    end: str
    wrong: str


class Drill:
    """Faults one after the other in one Blender."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.seed, self.folder, self.file = seed, folder, folder / "scene.blend"
        self.calls: dict[str, int] = {}  # task -> calls of functions that it took
        self.told = io.StringIO()  # what went to stderr through Python
        self.stale = True

    def try_fault(self, number: int) -> Outcome:
        """The fault of that number."""
        rng = Rng(f"{self.seed}:{number}")
        task = stage.TASKS[number % len(stage.TASKS)]
        out = self.folder / "out"
        self._begin(number, rng, task, out)
        files = _files(out)
        fault, wrong, end = "none", [], "done"
        try:
            with _quiet(self.told):
                before = describe()
                fault, end = (self._strike_engine if task.engine else self._strike_operator)(rng, task, out)
                files = _files(out) if fault.startswith("the folder") else files
                wrong += self._judge_scene(before, end, task, number)
        except Exception as error:
            wrong.append(f"{type(error).__name__}: {error}".splitlines()[0])
            traceback.print_exc(file=self.told)
            fault = fault if fault != "none" else repr(traceback.format_exc()[-300:])
        stage.reset_preferences()
        wrong += self._judge_rest(end, fault)
        if end != "done" and _files(out) != files:
            wrong.append(f"files left or changed: {sorted(set(_files(out).items()) ^ set(files.items()))[:3]}")
        if wrong:
            self.stale = True
        return Outcome(number, task.name, fault, end, "; ".join(wrong))

    def heal(self) -> str:
        """Whether a motion can be made and applied after all that; what is wrong, or ""."""
        with _quiet(self.told):
            stage.load_scene(self.file)
            stage.set_prompt(Rng(1), self.folder)
            stage.press(bpy.ops.mmm.generate)
            stage.wait()
            if session.message or not session.results:
                return f"no motion any more: {session.message}"
            stage.press(bpy.ops.mmm.apply)
        return ""

    def _begin(self, number: int, rng: Rng, task: stage.Task, out: Path) -> None:
        if out.is_dir():
            shutil.rmtree(out)
        out.unlink(missing_ok=True)
        out.mkdir()
        (out / "mine.txt").write_text("the artist's own")
        with _quiet(self.told):
            if self.stale or number % FRESH == 0:
                stage.load_scene(self.file)
                self.stale = False
            session.discard_all()
            session.message, session.outcome = "", ""
            bpy.context.scene["drill"] = number
            task.prepare(rng, out)
            stage.see_ghost() if session.chosen is not None else None
            bpy.ops.ed.undo_push(message=f"fault {number}")
        self.told.seek(0)
        self.told.truncate()

    def _strike_engine(self, rng: Rng, task: stage.Task, out: Path) -> tuple[str, str]:
        """Ask, strike, and wait; what was done, and how it ended."""
        if rng.random() < 0.12:
            return self._spoil_files(rng, task, out)
        due, strike = fault_kinds.moment(rng), rng.choice(fault_kinds.ENGINE_FAULTS)
        if rng.random() < 0.1:
            session.stop()
        if refusal := _pressed(task, rng, out):
            return strike.__name__, refusal
        struck: list[str] = []

        def meanwhile() -> None:
            if not struck and due():
                struck.append(strike(rng))

        stage.wait(meanwhile)
        if not struck:
            struck.append(strike(rng))
            stage.wait()
        if strike is fault_kinds.starve or strike is fault_kinds.fill_disk_of_engine:
            session.stop()  # the next one has room again
        if session.message:
            return struck[0], session.message
        if session.results:
            stage.see_ghost()
            if rng.random() < 0.5:
                return f"{struck[0]}, then applied", _call(lambda: stage.press(bpy.ops.mmm.apply)) or "done"
            return struck[0], "motions"
        if strike in (fault_kinds.restart, fault_kinds.freeze):
            return struck[0], "restarted"
        return struck[0], session.outcome or "no motion, no word"

    def _spoil_files(self, rng: Rng, task: stage.Task, out: Path) -> tuple[str, str]:
        spoilt = self.folder / "spoilt"
        shutil.rmtree(spoilt, ignore_errors=True)
        spoilt.mkdir()
        fault = fault_kinds.spoil_files(rng, spoilt)
        refusal = _pressed(task, rng, out)
        if not refusal:
            stage.wait()
        return fault, refusal or session.message or ("motions" if session.results else "no motion, no word")

    def _strike_operator(self, rng: Rng, task: stage.Task, out: Path) -> tuple[str, str]:
        """Press the button while something strikes; what it was, and how it ended."""
        kinds = ("memory", "memory", "memory", "kill")
        kinds += ("disk", "disk", "folder") if "export" in task.name else ("odd", "held")
        kind = rng.choice(kinds)

        def press() -> None:
            task.press(rng, out)

        if kind == "disk":
            size = int(10 ** rng.uniform(0, 6.3))
            with fault_kinds.full_disk(size):
                return f"a disk full after {size} bytes", _call(press) or "done"
        if kind == "folder":
            return fault_kinds.spoil_folder(rng, out), _call(press) or "done"
        if kind == "odd":
            joints = odd_joints(rng)
            stage.put_motion(Motion(joints, 20.0, "odd"))
            stage.see_ghost()
            return f"an odd motion {joints.shape}", _call(press) or "done"
        if kind == "held":
            return self._hold_bones(rng), _call(press) or "done"
        struck: list[str] = []

        def strike(place: str) -> None:
            struck.append(place)
            if kind == "kill":
                fault_kinds.kill(rng)
            else:
                raise OutOfMemory(f"no memory in {place}")

        most = self.calls.get(task.name, MOST_CALLS)
        number = rng.choice((int(10 ** rng.uniform(0, np.log10(most))), rng.randint(1, most)))
        with fault_kinds.at_call(number, strike) as calls:
            end = _call(press) or "done"
        self.calls[task.name] = max(self.calls.get(task.name, 0), calls[0])
        return f"{kind} at call {number} ({struck[0] if struck else 'not reached'})", end

    def _hold_bones(self, rng: Rng) -> str:
        """Something moves a bone that the motion wants to move."""
        armature = bpy.context.view_layer.objects.active
        bone = rng.choice([bone for bone in armature.pose.bones if re.search("arm|leg|thigh", bone.name, re.I)])
        constraint = bone.constraints.new("COPY_ROTATION")
        constraint.target, constraint.influence = bpy.data.objects["Cube"], rng.choice((0.3, 1.0))
        bpy.context.view_layer.update()
        self.held = True
        return f"Copy Rotation on {bone.name}"

    def _judge_scene(self, before: dict, end: str, task: stage.Task, number: int) -> list[str]:
        """What of the scene is not as it was: as it is, or after one step back where something was done."""
        if getattr(self, "held", False):  # the constraint is ours
            self.held, self.stale = False, True
            _release()
        after = describe()
        changed = differences(before, after)
        if end == "done" and changed and not task.name.startswith("export"):
            bpy.ops.ed.undo()
            return [f"after undo: {line}" for line in differences(before, describe())[:4]]
        if changed:
            return changed[:4]
        if end == "done":
            self.stale = True
            return []
        bpy.ops.ed.undo()
        wrong = [] if bpy.context.scene.get("drill") != number else ["there is a step of undo too many"]
        bpy.ops.ed.redo()
        return wrong + [f"after undo and redo: {line}" for line in differences(before, describe())[:4]]

    def _judge_rest(self, end: str, fault: str) -> list[str]:
        """Processes, messages, tracebacks."""
        wrong = []
        wait_until = time.monotonic() + LEAVING
        while (left := _strangers()) and time.monotonic() < wait_until:
            stage.beat()
        if left:
            wrong.append(f"processes left: {left}")
        if "\n" in end.strip() or "Traceback" in end or "Something went wrong" in end or end == "no motion, no word":
            wrong.append(f"told: {end!r}")
        text = self.told.getvalue()
        # what Blender's own exporters tell the console is theirs
        if "Traceback" in text and "memory at" not in fault and "/io_scene_" not in text:
            wrong.append(f"a traceback: {text.strip().splitlines()[-1]}")
        return wrong


def _pressed(task: stage.Task, rng: Rng, out: Path) -> str:
    return _call(lambda: task.press(rng, out))


def _call(press: Callable[[], None]) -> str:
    """Press a button: what it reports as an error, "" if it went well."""
    try:
        press()
    except RuntimeError as error:
        text = str(error).strip()
        return text.removeprefix("Error: ")
    return ""


def _release() -> None:
    for item in bpy.data.objects:
        for bone in item.pose.bones if item.pose else ():
            for constraint in list(bone.constraints):
                bone.constraints.remove(constraint)
    bpy.context.view_layer.update()


def _strangers() -> dict[int, str]:
    """Processes of ours beside the engine that is at work."""
    return {pid: state for pid, state in fault_kinds.engines().items() if pid != fault_kinds.engine_pid()}


def _files(folder: Path) -> dict[str, bytes]:
    if not folder.is_dir():
        return {}
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b"" for path in folder.rglob("*")}


@contextlib.contextmanager
def _quiet(told: TextIO) -> Iterator[None]:
    """Blender's own chatter goes nowhere, what Python writes to stderr into ``told``."""
    sys.stdout.flush()
    kept = [os.dup(stream) for stream in (1, 2)]
    null = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(null, stream)
    os.close(null)
    try:
        with contextlib.redirect_stderr(told), contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        for stream, copy in zip((1, 2), kept, strict=True):
            os.dup2(copy, stream)
            os.close(copy)


def recorded(record: Path | None, seed: int) -> list[Outcome]:
    """What an earlier run with this seed has written down."""
    if record is None or not record.is_file():
        return []
    lines = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    return [Outcome(*line[1:]) for line in lines if line[0] == seed]


def drill(count: int, seed: int, first: int = 0, record: Path | None = None) -> list[Outcome]:
    """All outcomes; what is wrong is told at once. Those that ``record`` has are taken from there, others added."""
    wanted = range(first, first + count)
    outcomes = [outcome for outcome in recorded(record, seed) if outcome.number in wanted]
    left_over = [number for number in wanted if number not in {outcome.number for outcome in outcomes}]
    if not left_over:
        return outcomes
    with tempfile.TemporaryDirectory(prefix="mmm-drill-") as scratch:
        held = Drill(seed, Path(scratch))
        stage.open_studio()
        with _quiet(io.StringIO()):
            stage.build_scene(held.file)
        for number in left_over:
            outcome = held.try_fault(number)
            if (number + 1) % HEAL == 0 and (sick := held.heal()):
                outcome = outcome._replace(wrong="; ".join(filter(None, (outcome.wrong, sick))))
            outcomes.append(outcome)
            if record is not None:
                with record.open("a", encoding="utf-8") as file:
                    file.write(json.dumps([seed, *outcome]) + "\n")
            if outcome.wrong:
                print(
                    f"{number}, {outcome.task}, {outcome.fault} -> {outcome.end[:200]}: {outcome.wrong[:900]}",
                    flush=True,
                )
            elif os.environ.get("DRILL_TELLS"):
                print(f"{number}, {outcome.task}, {outcome.fault} -> {outcome.end[:120]}", flush=True)
        session.stop()
        end = time.monotonic() + LEAVING
        while (left := fault_kinds.engines()) and time.monotonic() < end:
            time.sleep(0.1)
        if left:
            outcomes.append(Outcome(first + count, "the end", "none", "done", f"processes left: {left}"))
    return outcomes


def table(outcomes: list[Outcome]) -> str:
    """Markdown: a line a task, with how its faults ended."""
    rows = ["| task | faults | went on | one line | failed |", "|---|---|---|---|---|"]
    for name in [*dict.fromkeys(outcome.task for outcome in outcomes), "all"]:
        counts = Counter(
            "failed" if outcome.wrong else "went on" if outcome.end in ("done", "motions") else "one line"
            for outcome in outcomes
            if name in (outcome.task, "all")
        )
        rows.append(f"| {name} | {counts.total()} | {counts['went on']} | {counts['one line']} | {counts['failed']} |")
    return "\n".join(rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="number of the first fault")
    parser.add_argument("--record", type=Path, help="file of outcomes: what it has is not tried again")
    options = parser.parse_args()
    outcomes = drill(options.count, options.seed, options.first, options.record)
    print(table(outcomes), flush=True)
    return 1 if any(outcome.wrong for outcome in outcomes) else 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # Blender as a module may hang at the interpreter's own end
