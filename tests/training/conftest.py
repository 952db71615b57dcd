"""The tiny data set, made once."""

from pathlib import Path

import pytest
import torch

from tests.data.tiny_clips import write_tiny_clips

# Tiny tensors are computed fastest by one thread, and do not wait for busy cores.
torch.set_num_threads(1)


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory) -> Path:
    return write_tiny_clips(tmp_path_factory.mktemp("data"))
