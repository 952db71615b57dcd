"""What a first motion costs before it begins."""

import subprocess
import sys

import pytest

from engine.weights import BUNDLED

PROGRAM = """
import sys
from engine.pipeline import Pipeline

Pipeline.from_pretrained("mmm-open", device="cpu").generate("a person walks", seconds=1)
print([name for name in ("transformers", "torch._dynamo", "sympy", "scipy") if name in sys.modules])
"""


def test_a_first_motion_loads_neither_transformers_nor_scipy_nor_the_compiler():
    """Together they take longer to import than all that is needed."""
    if not (BUNDLED / "mmm-open" / "config.json").is_file():
        pytest.skip("weights/mmm-open has not been made")
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=300)
    assert done.stdout.strip() == "[]"
