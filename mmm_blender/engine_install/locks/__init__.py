"""The wheels that the engine is made of, each with its hash: what pip installs is what this version was made with.

``packages.txt`` has every package on PyPI for every system and Python, PyTorch's plain builds and NVIDIA's libraries
among them (``make lock`` writes it). ``torch_cpu_linux.txt`` has the CPU build, which is on PyTorch's own index. Other
builds of that index are pinned by version and taken as wheels only.
"""

from __future__ import annotations

import re
from pathlib import Path

_FOLDER = Path(__file__).parent
PACKAGES, PIP = _FOLDER / "packages.txt", _FOLDER / "pip.txt"
# Nothing but wheels, whose hashes are listed; what they need is listed as well.
LOCKED = ("--require-hashes", "--only-binary", ":all:", "--no-deps")
_NAME = re.compile(r"^([A-Za-z0-9][\w.-]*)==", re.ASCII)
_TORCHS = re.compile(r"torch|triton|nvidia-.*|cuda-.*")


def lock_of_build(name: str) -> Path:
    """The requirements file of a build of PyTorch."""
    return _FOLDER / f"{name}.txt"


def entries(text: str) -> list[tuple[str, str]]:
    """Name and lines of each requirement of a requirements file; a name may come twice, for two Pythons."""
    found: list[tuple[str, str]] = []
    for line in text.splitlines(keepends=True):
        if match := _NAME.match(line):
            found.append((match[1], line))
        elif found and line[:1].isspace():
            name, lines = found[-1]
            found[-1] = (name, lines + line)
    return found


def write_without_torch(path: Path) -> Path:
    """Write ``packages.txt`` without PyTorch and what comes with its GPU builds; returns ``path``."""
    kept = [lines for name, lines in entries(PACKAGES.read_text("utf-8")) if not _TORCHS.fullmatch(name)]
    path.write_text("".join(kept), "utf-8")
    return path
