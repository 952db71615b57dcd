"""The engine's environment on disk: where it is, and what state it is in."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from ..files.stored import MOST_TEXT, parse_object
from ..files.whole import written_whole
from ..translation import rpt_
from .packages import read_packages


class State(Enum):
    """What can be said of the environment without running it."""

    MISSING = "not installed"
    INCOMPLETE = "incomplete"
    OUTDATED = "outdated"
    BROKEN = "broken"
    READY = "ready"


@dataclass(frozen=True)
class EngineEnvironment:
    """A virtual environment in ``folder``, which is wholly ours. The marker is written last."""

    folder: Path

    @property
    def python(self) -> Path:
        if sys.platform == "win32":
            return self.folder / "Scripts" / "python.exe"
        return self.folder / "bin" / "python"

    @property
    def marker(self) -> Path:
        return self.folder / "installed.json"

    def state(self) -> State:
        """Judged by the files; cheap enough for drawing."""
        if not self.folder.is_dir() or not any(self.folder.iterdir()):
            return State.MISSING
        marker = self.read_marker()
        if marker is None:
            return State.INCOMPLETE
        if not self.python.exists():
            return State.BROKEN  # Also when the Blender whose Python it was made with has gone.
        return State.READY if marker.get("pins") == read_packages().pins() else State.OUTDATED

    def read_marker(self) -> dict[str, Any] | None:
        """What was installed (backend, pins, versions); None if nothing was finished."""
        try:
            if self.marker.stat().st_size > MOST_TEXT:
                return None
            return parse_object(self.marker.read_text("utf-8"))
        except (OSError, ValueError):
            return None

    def write_marker(self, backend: str, versions: dict[str, str]) -> None:
        """Declare the environment finished."""
        content = {"backend": backend, "pins": read_packages().pins(), "versions": versions}
        with written_whole(self.marker) as unfinished:
            unfinished.write_text(json.dumps(content, indent=1), "utf-8")

    def remove(self) -> None:
        """Delete the environment. Raises OSError with what could not be deleted."""
        self.marker.unlink(missing_ok=True)
        if self.folder.is_dir():
            shutil.rmtree(self.folder)


def blender_python() -> Path:
    """The Python Blender runs, as a program. Raises FileNotFoundError if it cannot be told."""
    program = Path(sys.executable)
    if program.name.lower().startswith("python") and program.is_file():
        return program
    # Blenders of Linux distributions may name themselves; the Python they use is the system's.
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for folder in (Path(sys.prefix) / "bin", Path(sys.base_prefix) / "bin", Path(sys.prefix)):
        for name in (version, "python3", "python.exe", "python"):
            if (folder / name).is_file():
                return folder / name
    raise FileNotFoundError(rpt_("Blender's Python is not to be found: use an existing Python instead"))
