"""The built data set, made once."""

from pathlib import Path

import pytest

from tests.data.packing.built import write_built


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Path:
    return write_built(tmp_path_factory.mktemp("built"))
