"""The door to Blender: its headless commands, run in a process of their own that goes when ours goes.

The engine never imports bpy. Whatever needs Blender (reading FBX and GLB, writing .blend, .glb,
.mp4 and .png) is a command of `mmm_blender.headless`, and files are all that passes between.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.errors import InputError

ROOT = Path(__file__).resolve().parent.parent
# Exit codes of headless commands: done; single input files failed, each was named; bad input or a full disk; a fault.
# Any other is that of a Blender that died.
DONE, SOME_FAILED, REFUSED, FAULT = 0, 1, 2, 3
# Seconds in which a child that is no longer wanted may tidy up.
PATIENCE = 10.0
# What Blender's own allocator says last.
_NO_MEMORY = re.compile(r"[CM]alloc\w* returns null")
_FAILED = "] FAILED "
_FINISHED = re.compile(r"\[\d+/\d+\] ")


def check_blender() -> None:
    """Raise InputError if Blender's Python module is not installed."""
    if importlib.util.find_spec("bpy") is None:
        raise InputError("this needs Blender's Python module: pip install bpy==5.0.1")


def export_motion(motion: Path, outputs: list[Path], fps: int = 24) -> None:
    """Put a motion file on our character and write it as each of `outputs`. Raises InputError."""
    check_blender()
    files = [str(path.absolute()) for path in outputs]
    done = _run("export", str(motion.resolve()), "--out", *files, "--fps", str(fps))
    if done.returncode != DONE:
        raise InputError(_reason(done))


def import_motions(files: list[Path], out: Path) -> list[str]:
    """Convert FBX and GLB animations to .npz files of joint transforms in `out`.

    Returns a line for each file that could not be read, beginning with its name. A file at which Blender itself dies
    is one of them, and the rest goes on. Raises InputError where nothing can be converted at all.
    """
    check_blender()
    failed: list[str] = []
    left = list(files)
    while left:
        done = _run("import-motion", *(str(path.resolve()) for path in left), "--out", str(out.resolve()))
        failed += [line.split(_FAILED, 1)[1] for line in done.stderr.splitlines() if _FAILED in line]
        if done.returncode in (DONE, SOME_FAILED):
            break
        told = (*done.stdout.splitlines(), *done.stderr.splitlines())
        finished = sum(_FINISHED.match(line) is not None for line in told)
        if done.returncode in (REFUSED, FAULT) or finished >= len(left):
            raise InputError(_reason(done))
        failed.append(f"{left[finished].name}: Blender stopped while it read this file")
        left = left[finished + 1 :]
    return failed


def find_bones(skeleton: Path) -> dict[str, str]:
    """The joints of a skeleton file (see `mmm_blender.headless.find_bones`) by what they are; needs no Blender.

    Raises InputError saying what could not be found.
    """
    done = _run("find-bones", str(skeleton.resolve()))
    if done.returncode != DONE:
        raise InputError(_reason(done))
    answer = json.loads(done.stdout.splitlines()[-1])
    if "problem" in answer:
        raise InputError(answer["problem"])
    found: dict[str, str] = answer["bones"]
    return found


def make_library(arguments: list[str], hear: Callable[[str], None]) -> int:
    """The command `batch` of `mmm_blender.headless`; `hear` gets each line it says, also while it is stopped.

    Returns DONE or SOME_FAILED. Raises InputError where nothing could be made.
    """
    check_blender()
    done = _run("batch", *arguments, hear=hear)
    if done.returncode not in (DONE, SOME_FAILED):
        raise InputError(_reason(done))
    return done.returncode


def tell_builds(folder: Path, rigs: Path) -> list[dict[str, Any]]:
    """How pairs of rigs are built: of each its `names`, and `sizes` and `proportions` as the method interact has them.

    Args:
        folder: where it may be written down; rigs: folder of skeletons

    Raises InputError where a rig is missing.
    """
    check_blender()
    done = _run("play-pairs", str(folder), "--rigs", str(rigs.resolve()), "--builds")
    if done.returncode != DONE:
        raise InputError(_reason(done))
    found: list[dict[str, Any]] = json.loads((folder / "builds.json").read_text(encoding="utf-8"))
    return found


def play_pairs(folder: Path, rigs: Path, hear: Callable[[str], None]) -> None:
    """Have these pairs play motion files of `folder`, as `mmm_blender.headless.rigs.played_pairs` says; `hear` gets a
    line for each. Raises InputError where one cannot.
    """
    done = _run("play-pairs", str(folder), "--rigs", str(rigs.resolve()), hear=hear)
    if done.returncode != DONE:
        raise InputError(_reason(done))


def _run(*arguments: str, hear: Callable[[str], None] = lambda _: None) -> subprocess.CompletedProcess[str]:
    """A headless command and what it said. Its stdin is a pipe that nobody writes to: the child leaves when it closes,
    be it that we are done with it or that we are gone. `hear` gets the lines of its stdout as they come.
    """
    command = [sys.executable, "-m", "mmm_blender.headless", "--with-parent", *arguments]
    theirs, ours = os.pipe()
    said: list[str] = []
    with contextlib.closing(os.fdopen(ours, "wb")) as line, tempfile.TemporaryFile() as complaints:
        try:
            child = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, "PYTHONUTF8": "1"},
                stdin=theirs,
                stdout=subprocess.PIPE,
                stderr=complaints,
                encoding="utf-8",
                errors="replace",
            )
        finally:
            os.close(theirs)
        with child:
            assert child.stdout is not None  # a pipe
            try:
                for text in child.stdout:
                    said.append(text)
                    hear(text.rstrip("\n"))
                child.wait()
            except BaseException:
                line.close()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(PATIENCE)
                child.kill()
                for text in child.stdout:
                    hear(text.rstrip("\n"))
                raise
            finally:
                # A Blender that died, of too little memory, could not tidy up.
                for folder in Path(tempfile.gettempdir()).glob(f"mmm-{child.pid}-*"):
                    shutil.rmtree(folder, ignore_errors=True)
        complaints.seek(0)
        complained = complaints.read().decode("utf-8", "replace")
    return subprocess.CompletedProcess(command, child.returncode, "".join(said), complained)


def _reason(done: subprocess.CompletedProcess[str]) -> str:
    """The error that a command ended with, or the last it said."""
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    errors = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]
    if not errors and any(_NO_MEMORY.match(line) for line in lines):
        return "Blender stopped: there is not enough memory, close other programs"
    return (errors or lines or ["Blender stopped without a message"])[-1]
