"""The door to Blender: its headless commands, run in a process of their own.

The engine never imports bpy. Whatever needs Blender (reading FBX and GLB, writing .blend, .glb,
.mp4 and .png) is a command of `mmm_blender.headless`, and files are all that passes between.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

from engine.errors import InputError

ROOT = Path(__file__).resolve().parent.parent


def export_motion(motion: Path, outputs: list[Path], fps: int = 24) -> None:
    """Put a motion file on our character and write it as each of `outputs`."""
    files = [str(path) for path in outputs]
    _run("export", str(motion), "--out", *files, "--fps", str(fps))


def import_motions(files: list[Path], out: Path) -> None:
    """Convert FBX and GLB animations to .npz files of joint transforms in `out`."""
    _run("import-motion", *(str(path) for path in files), "--out", str(out), allow_failures=True)


def _run(*arguments: str, allow_failures: bool = False) -> None:
    if importlib.util.find_spec("bpy") is None:
        raise InputError("this needs Blender's Python module: pip install bpy==5.0.1")
    command = [sys.executable, "-m", "mmm_blender.headless", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    # Exit code 1 means that single input files failed; each was named.
    if done.returncode == 0 or (allow_failures and done.returncode == 1):
        return
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    errors = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]
    raise InputError((errors or lines or ["Blender stopped without a message"])[-1])
