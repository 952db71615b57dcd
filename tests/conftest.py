"""What holds for all tests of the engine."""

from __future__ import annotations

import sys

import pytest
from hypothesis import HealthCheck, settings

# How long an example or its making takes says something about the machine, which may be busy, and nothing of the code.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

ELSEWHERE = {"posix": sys.platform == "win32", "linux": sys.platform != "linux"}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out what this system does not have."""
    for name, missing in ELSEWHERE.items():
        if missing and item.get_closest_marker(name):
            pytest.skip(f"needs {name}")
