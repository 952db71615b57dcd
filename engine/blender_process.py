"""The door to Blender: its headless commands, run in a process of their own.

The engine never imports bpy. Whatever needs Blender (reading FBX and GLB, writing .blend, .glb,
.mp4 and .png) is a command of `mmm_blender.headless`, and files are all that passes between.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

from engine.errors import InputError

ROOT = Path(__file__).resolve().parent.parent


def check_blender() -> None:
    """Raise InputError if Blender's Python module is not installed."""
    if importlib.util.find_spec("bpy") is None:
        raise InputError("this needs Blender's Python module: pip install bpy==5.0.1")


def export_motion(motion: Path, outputs: list[Path], fps: int = 24) -> None:
    """Put a motion file on our character and write it as each of `outputs`."""
    files = [str(path.resolve()) for path in outputs]
    _run("export", str(motion.resolve()), "--out", *files, "--fps", str(fps))


def import_motions(files: list[Path], out: Path) -> str:
    """Convert FBX and GLB animations to .npz files of joint transforms in `out`.

    Returns what Blender said about files that could not be read, a line each.
    """
    done = _run("import-motion", *(str(path.resolve()) for path in files), "--out", str(out.resolve()))
    return "\n".join(line for line in done.stderr.splitlines() if "FAILED" in line)


def find_bones(skeleton: Path) -> dict[str, str]:
    """The joints of a skeleton file (see `mmm_blender.headless.find_bones`) by what they are; needs no Blender.

    Raises InputError saying what could not be found.
    """
    command = [sys.executable, "-m", "mmm_blender.headless", "find-bones", str(skeleton.resolve())]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        raise InputError((lines or ["the finder of bones stopped without a message"])[-1])
    answer = json.loads(done.stdout.splitlines()[-1])
    if "problem" in answer:
        raise InputError(answer["problem"])
    found: dict[str, str] = answer["bones"]
    return found


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    check_blender()
    command = [sys.executable, "-m", "mmm_blender.headless", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    # Exit code 1 means that single input files failed; each was named.
    if done.returncode in (0, 1) and not (done.returncode == 1 and arguments[0] == "export"):
        return done
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    errors = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]
    raise InputError((errors or lines or ["Blender stopped without a message"])[-1])
