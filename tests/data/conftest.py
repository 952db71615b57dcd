"""The tiny data set, made once."""

from pathlib import Path

import pytest

from tests.data.tiny_clips import write_tiny_clips


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory) -> Path:
    return write_tiny_clips(tmp_path_factory.mktemp("data"))
