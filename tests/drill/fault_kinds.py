"""Faults, and the moment at which each strikes."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import bpy

from mmm_blender.client.session import session
from mmm_blender.extension_paths import BUNDLED_MODEL
from tests.drill.bad_answers import bad_answer, noise
from tests.drill.spoilt_files import link_model, spoil_model

Rng = random.Random
STAGES = ("engine", "model", "text", "decode", "motion")
SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM, signal.SIGINT, signal.SIGABRT)
OUR_FILES = ("/mmm_blender/", "/io_scene_")


class OutOfMemory(MemoryError):
    """What the drill raises in the middle of an operator."""


def engines() -> dict[int, str]:
    """Processes of this one and their state, as /proc has it, zombies among them."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            except OSError:
                continue
            if int(parent) == os.getpid():
                found[int(folder.name)] = state
    return found


def engine_pid() -> int | None:
    """The engine that is at work."""
    client = session._client
    process = client._process if client is not None else None
    return process.pid if process is not None and process.poll() is None else None


# Faults while the engine works: each strikes once, and says what was done.


def kill(rng: Rng) -> str:
    pid, number = engine_pid(), rng.choice(SIGNALS)
    if pid is not None:
        os.kill(pid, number)
    return f"{number.name}"


def freeze(rng: Rng) -> str:
    """It neither works nor answers; the artist gives up."""
    if (pid := engine_pid()) is not None:
        os.kill(pid, signal.SIGSTOP)
    if session.run is not None and rng.random() < 0.5:
        bpy.ops.mmm.cancel()
    bpy.ops.mmm.restart_engine()
    return "SIGSTOP, Restart Engine"


def cancel(_rng: Rng) -> str:
    if session.run is not None:
        bpy.ops.mmm.cancel()
    return "Cancel"


def restart(_rng: Rng) -> str:
    bpy.ops.mmm.restart_engine()
    return "Restart Engine"


def speak_noise(rng: Rng) -> str:
    data = noise(rng)
    _say(1, data)
    return f"noise {data[:40]!r}"


def hear_noise(rng: Rng) -> str:
    data = noise(rng)
    _say(0, data)
    return f"noise to the engine {data[:40]!r}"


def answer_badly(rng: Rng) -> str:
    data = bad_answer(rng, session.run.request_id if session.run is not None else 1)
    _say(1, data)
    return f"bad answer {data[:160]!r}"


def starve(rng: Rng) -> str:
    """The engine gets no more memory."""
    if (pid := engine_pid()) is not None:
        size = int(Path(f"/proc/{pid}/statm").read_text().split()[0]) * resource.getpagesize()
        room = rng.choice((0, 1_000_000, 30_000_000))
        resource.prlimit(pid, resource.RLIMIT_AS, (size + room, resource.RLIM_INFINITY))
    return "no more memory for the engine"


def fill_disk_of_engine(_rng: Rng) -> str:
    if (pid := engine_pid()) is not None:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    return "no more disk for the engine"


def close_pipe(rng: Rng) -> str:
    """A pipe to or from the engine breaks."""
    client: Any = session._client
    process = client._process if client is not None else None
    if process is None:
        return "no pipe"
    end = rng.choice((process.stdin, process.stdout))
    # a closed number could be given to another file at once
    null = os.open(os.devnull, os.O_RDWR)
    try:
        os.dup2(null, end.fileno())
    except ValueError:
        return "a pipe that is closed"
    finally:
        os.close(null)
    return "a broken pipe"


ENGINE_FAULTS: tuple[Callable[[Rng], str], ...] = (
    kill,
    kill,
    freeze,
    cancel,
    cancel,
    cancel,
    cancel,
    cancel,
    restart,
    speak_noise,
    hear_noise,
    answer_badly,
    answer_badly,
    answer_badly,
    starve,
    fill_disk_of_engine,
    close_pipe,
)


def moment(rng: Rng) -> Callable[[], bool]:
    """Whether the fault is to strike now: in a stage, some time after it began."""
    stage, delay = rng.choice((None, *STAGES, "decode", "decode", "motion")), rng.choice((0.0, rng.uniform(0.0, 1.0)))
    begun: list[float] = []

    def due() -> bool:
        if session.run is None:
            return True
        if stage is None or (session.run.stage == stage and session.run.stage in STAGES):
            begun.append(time.monotonic())
        return bool(begun) and time.monotonic() >= begun[0] + delay

    return due


def _say(descriptor: int, data: bytes) -> None:
    """Write into a pipe of the engine, as some library in it may."""
    if (pid := engine_pid()) is None:
        return
    try:
        pipe = os.open(f"/proc/{pid}/fd/{descriptor}", os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return  # it is just beginning, or just gone
    try:
        os.write(pipe, data)
    except OSError:
        pass
    finally:
        os.close(pipe)


# Missing and damaged files: what the preferences point to.


def spoil_files(rng: Rng, folder: Path) -> str:
    """Let the preferences name a model or a Python that is not whole; what it is in words."""
    preferences: Any = bpy.context.preferences.addons["mmm_blender"].preferences
    if rng.random() < 0.3:
        path, content = folder / "python", rng.choice(("", "#!/bin/sh\nexit 3\n", "#!/bin/sh\nexec yes\n", None))
        if content is not None:
            path.write_text(content)
            path.chmod(path.stat().st_mode | stat.S_IXUSR)
        preferences.existing_python = str(path)
        return f"a Python of {content!r}"
    model = folder / "model"
    link_model(BUNDLED_MODEL, model)
    preferences.weights_folder = str(model)
    return spoil_model(rng, model)


# Faults inside an operator.


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """No file of this process may grow beyond ``size`` bytes inside."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


@contextmanager
def at_call(number: int, strike: Callable[[str], None]) -> Iterator[list[int]]:
    """``strike`` at the ``number``-th call of a function of ours inside; what comes is how many there were."""
    calls = [0]

    def look(frame: FrameType, event: str, _argument: Any) -> None:
        if event != "call" or not any(part in frame.f_code.co_filename for part in OUR_FILES):
            return
        calls[0] += 1
        if calls[0] == number:
            strike(f"{Path(frame.f_code.co_filename).name}:{frame.f_code.co_name}")

    sys.setprofile(look)
    try:
        yield calls
    finally:
        sys.setprofile(None)


def spoil_folder(rng: Rng, folder: Path) -> str:
    """Take the folder away that files are to go to, or put something in the way."""
    way = rng.choice(("missing", "a file", "full of folders"))
    if way == "full of folders":
        for name in ("captions.csv", "Walk.glb", "MMM Character.glb", "MMM Character.fbx", "Walk.npz"):
            (folder / name).mkdir(exist_ok=True)
    else:
        shutil.rmtree(folder)
        if way == "a file":
            folder.write_text("in the way")
    return f"the folder is {way}"
