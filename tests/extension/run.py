"""Run the extension's tests: ``python tests/extension/run.py --blender 4.2|4.5|5.0 [pytest arguments]``.

The built zip is installed into that Blender, with user files in a folder of its own that is thrown away.
Fails also when the extension prints a warning or a traceback to stderr. Inside, we leave through os._exit:
bpy may hang or crash when the interpreter exits by itself.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
ENVIRONMENTS = {"4.2": ".venv-4.2", "4.5": ".venv-4.5", "5.0": ".venv"}
SECONDS = 1500
# Of Blender's own chatter on stderr only what comes from us counts.
OURS = re.compile(r"mmm_blender|bl_ext|Traceback|Warning")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blender", choices=ENVIRONMENTS, required=True)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options, arguments = parser.parse_known_args()
    if options.inside:
        run_inside(arguments)
    sys.exit(run_outside(options.blender, arguments))


def run_inside(arguments: list[str]) -> None:
    import pytest

    paths = [] if any(Path(argument.split("::")[0]).exists() for argument in arguments) else [str(HERE)]
    code = pytest.main(["-p", "no:cacheprovider", "-c", str(HERE / "pytest.ini"), *paths, *arguments])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(int(code))


def run_outside(blender: str, arguments: list[str]) -> int:
    python = ROOT / ENVIRONMENTS[blender] / "bin" / "python"
    if not python.exists():
        print(f"{python} is not there: run `make setup`", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="mmm-blender-") as folder:
        env = {key: value for key, value in os.environ.items() if not key.startswith("BLENDER_")}
        env |= {"BLENDER_USER_RESOURCES": folder, "MMM_ENGINE_PYTHON": str(ROOT / ".venv/bin/python")}
        command = [str(python), str(Path(__file__)), "--blender", blender, "--inside", *arguments]
        process = subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True, errors="replace")
        alarm = threading.Timer(SECONDS, process.kill)
        alarm.start()
        assert process.stderr is not None
        complaints = []
        for line in process.stderr:
            sys.stderr.write(line)
            if OURS.search(line):
                complaints.append(line)
        code = process.wait()
        alarm.cancel()
    if code == 0 and complaints:
        print(f"Blender {blender}: {len(complaints)} lines on stderr come from the extension", file=sys.stderr)
        return 1
    return code


if __name__ == "__main__":
    main()
