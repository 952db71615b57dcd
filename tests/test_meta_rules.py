"""What torch would read at its import, read when it is needed; each in a process of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from engine.meta_rules import KNOWN

QUICKLY = """
import gc, sys
from engine.meta_rules import quick_imports, read_meta_rules
{before}
with quick_imports():
    import torch
collecting, read = gc.isenabled(), "torch._decomp" in sys.modules
{after}
far = torch.empty(2, 3, device="meta")
print(collecting, read, tuple(torch.cdist(far, far).shape), torch._meta_registrations.__name__)
"""


def run(before: str = "", after: str = "") -> list[str]:
    program = QUICKLY.format(before=before, after=after)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=300)
    return done.stdout.split(maxsplit=2)


@pytest.mark.skipif(not torch.__version__.startswith(KNOWN), reason="this torch reads its rules as it likes")
def test_rules_are_left_for_later_and_then_are_torchs_own():
    assert run(after="read_meta_rules()") == ["True", "False", "(2, 2) torch._meta_registrations\n"]
    # Whatever of torch needs them asks for them by itself.
    for name in ("torch._decomp", "torch._prims", "torch._refs", "torch._dynamo"):
        after = f"import {name}\nassert sys.modules['{name}'].__spec__.origin.endswith('__init__.py')"
        assert run(after=after) == ["True", "False", "(2, 2) torch._meta_registrations\n"]


def test_who_has_torch_already_keeps_it_as_it_is():
    assert run(before="import torch\ngc.disable()") == ["False", "True", "(2, 2) torch._meta_registrations\n"]


def test_other_versions_are_left_alone():
    assert run(before="import engine.meta_rules as rules\nrules.KNOWN = ('9.',)")[1] == "True"
