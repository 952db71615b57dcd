"""Run the Blender tests: ``python tests/blender/run.py [pytest arguments]``.

bpy may hang or crash when the interpreter exits by itself, so we leave through os._exit.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


def main() -> None:
    sys.path.insert(0, str(HERE.parents[1]))
    # pytest must not look above this folder: a checkout's folder need not be named like a Python package
    code = pytest.main(["-p", "no:cacheprovider", f"--confcutdir={HERE}", str(HERE), *sys.argv[1:]])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(int(code))


if __name__ == "__main__":
    main()
