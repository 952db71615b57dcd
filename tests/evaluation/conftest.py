"""Fixtures of the evaluation tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from tests.evaluation.evaluation_toys import write_toy_data


@pytest.fixture(scope="session")
def toy_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A toy data set folder."""
    return write_toy_data(tmp_path_factory.mktemp("toy") / "data")


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> Iterator[None]:
    """Threads of tiny networks wait for one another far longer than they work on a busy machine."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
