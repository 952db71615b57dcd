"""The physical tests by name: what a prompt's expression may ask for."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import ParamSpec

from engine.errors import InputError

P = ParamSpec("P")
Test = Callable[..., bool]
TESTS: dict[str, Test] = {}


def physical_test(test: Callable[P, bool]) -> Callable[P, bool]:
    """Register a pure function of joints (T, J, 3) under its own name."""
    TESTS[test.__name__] = test
    return test


def check_arguments(name: str, arguments: dict[str, object]) -> None:
    """Raises InputError for an unknown test or for arguments it does not take."""
    if name not in TESTS:
        raise InputError(f"unknown test {name!r}: one of {', '.join(sorted(TESTS))}")
    parameters = list(inspect.signature(TESTS[name]).parameters)[1:]
    unknown = [key for key in arguments if key not in parameters]
    if unknown:
        raise InputError(f"test {name} takes {', '.join(parameters) or 'no arguments'}, not {', '.join(unknown)}")
