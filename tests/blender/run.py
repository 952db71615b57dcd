"""Run the Blender tests, or those of the files named: ``python tests/blender/run.py [pytest arguments]``.

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
    named = any(Path(argument.partition("::")[0]).exists() for argument in sys.argv[1:])
    where = [] if named else [str(HERE)]
    code = pytest.main(["-p", "no:cacheprovider", f"--confcutdir={HERE}", *where, *sys.argv[1:]])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(int(code))


if __name__ == "__main__":
    main()
