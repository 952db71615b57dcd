"""Starting programs beside Blender: whose environment they get, and what their end means."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..translation import rpt_

# No console window pops up on Windows.
NO_WINDOW: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)

# Threads that wait for each other sleep instead of spinning: beside a busy Blender (playback, rendering)
# spinning threads make a generation twenty times slower. GNU's OpenMP reads the first, Intel's the second.
_THREADS = {"OMP_WAIT_POLICY": "PASSIVE", "KMP_BLOCKTIME": "0"}

_MISSING_MODULE = re.compile(r"(?:ModuleNotFoundError|ImportError): No module named '([\w.]+)'")


@dataclass(frozen=True)
class EngineCommand:
    """How the engine is started.

    Attributes:
        argv: the program and its arguments.
        cwd: the folder that holds the ``engine`` package.
        env: variables added to ``clean_environment()``.
    """

    argv: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str] = field(default_factory=dict)


def worker_command(python: Path, root: Path) -> EngineCommand:
    """The worker, run by ``python`` from the extension folder ``root``."""
    return EngineCommand(argv=(str(python), "-m", "engine.worker"), cwd=root, env=_THREADS)


def clean_environment() -> dict[str, str]:
    """Blender's environment without what would steer another Python: PYTHON* and virtual environments."""
    dropped = {"VIRTUAL_ENV", "CONDA_PREFIX", "__PYVENV_LAUNCHER__"}
    env = {key: value for key, value in os.environ.items() if not key.upper().startswith("PYTHON")}
    env = {key: value for key, value in env.items() if key not in dropped}
    # Packages in the user's home must not mix into the engine's; logs are UTF-8 everywhere.
    return {**env, "PYTHONNOUSERSITE": "1", "PYTHONUTF8": "1"}


def explain_start(command: EngineCommand, error: OSError) -> str:
    """Why the engine could not be started, and what to do."""
    if not command.cwd.is_dir():
        return rpt_("The engine's files are gone: install the extension again")
    if isinstance(error, FileNotFoundError):
        return rpt_("The engine's Python is gone: press Repair in the extension's preferences")
    if isinstance(error, PermissionError):
        return rpt_("The engine's Python may not be run (no permission): press Repair in the extension's preferences")
    return rpt_("The engine could not be started ({error}): press Repair in the extension's preferences").format(
        error=error.strerror or error
    )


def explain_exit(code: int | None, log: str) -> str:
    """Why the engine left by itself with ``code``, judged by the end of its ``log``, and what to do."""
    missing = _MISSING_MODULE.findall(log)
    if missing:
        if missing[-1].partition(".")[0] == "engine":
            return rpt_("The engine's files are incomplete: install the extension again")
        return rpt_("The engine's Python has no '{missing}': press Repair in the extension's preferences").format(
            missing=missing[-1]
        )
    killed = code in (-9, 137) or (sys.platform == "win32" and code == 0xC0000017)
    if killed or "MemoryError" in log or "bad_alloc" in log:
        return rpt_(
            "The engine was stopped by the system, perhaps out of memory: press Restart Engine, "
            "and ask for fewer variations if it happens again"
        )
    return rpt_("The engine stopped by itself (exit code {code}): press Restart Engine").format(code=code)
