"""The published code beside ours, if its user has a checkout of it.

None of it is ours to ship, and it has no entry that samples without its data set. So a file of the checkout's user says
how to call it: `mmm_reference.py` in its folder, with

    def prepare(batch, frames, steps, device):
        '''Build the published models with random weights; return a function that samples once.'''
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path

from engine.errors import InputError

FILE_NAME = "mmm_reference.py"


def prepare_reference(checkout: Path, batch: int, frames: int, steps: int, device: str) -> Callable[[], object]:
    """What samples `batch` motions with the published code. Raises InputError that says what is missing."""
    path = checkout / FILE_NAME
    if not path.is_file():
        raise InputError(f"{path} does not exist: it has to define prepare(batch, frames, steps, device)")
    found = importlib.util.spec_from_file_location("mmm_reference", path)
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    if str(checkout) not in sys.path:
        sys.path.append(str(checkout))
    try:
        found.loader.exec_module(module)
        sample = module.prepare(batch, frames, steps, device)
    except Exception as error:
        # It is not our code: whatever it stumbles over is told, and the rest of the bench is worth having.
        raise InputError(f"{path} failed: {type(error).__name__}: {error}") from error
    if not callable(sample):
        raise InputError(f"{path}: prepare has to return a function that samples once")
    return sample
