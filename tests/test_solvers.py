"""scipy's solvers where memory is short."""

import subprocess
import sys

import pytest

pytest.importorskip("resource", reason="the test sets limits")
pytestmark = pytest.mark.linux

SHORT = """
import resource
from pathlib import Path
import numpy as np
from engine.solvers import solve_banded

size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (size + {room}, resource.RLIM_INFINITY))
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
try:
    print(solve_banded(np.array([[0.0, 0.0], [2.0, 4.0]]), np.array([[2.0], [8.0]])).ravel().tolist())
except MemoryError:
    print("not enough memory")
"""


@pytest.mark.parametrize(("room", "said"), [(50_000_000, "not enough memory"), (1_500_000_000, "[1.0, 2.0]")])
def test_scipy_is_not_waited_for_where_there_is_no_room(room: int, said: str) -> None:
    done = subprocess.run([sys.executable, "-c", SHORT.format(room=room)], capture_output=True, text=True)
    assert done.stdout.strip() == said, (done.returncode, done.stderr)
