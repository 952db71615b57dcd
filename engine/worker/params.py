"""Reading a request's params: each has a type and a range, and an error names the one that is wrong."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from engine.worker.messages import Code, RpcError, array_from_json

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# What `value` gets as default where the param must be given.
_REQUIRED: Any = object()


class Params:
    """The params of one request. Raises RpcError WRONG_PARAMS for what does not fit."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values

    def allow(self, *names: str) -> None:
        """Refuse params with any other name."""
        unknown = sorted(set(self._values) - set(names))
        if unknown:
            raise _wrong(f"unknown param {_show(unknown[0])}: there are {', '.join(names) or 'none'}")

    def text(self, name: str, default: str = _REQUIRED) -> str:
        value = self._value(name, default)
        if not isinstance(value, str):
            raise _wrong(f"{name} must be a text, not {_show(value)}")
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise _wrong(f"{name} holds half a surrogate pair: it is not valid text") from None
        return value

    def choice(self, name: str, choices: Sequence[str], default: str = _REQUIRED) -> str:
        value = self.text(name, default)
        if value not in choices:
            raise _wrong(f"{name} must be one of {', '.join(choices)}, not {_show(value)}")
        return value

    def whole(self, name: str, low: int, high: int, default: int = _REQUIRED) -> int:
        value = self._value(name, default)
        if type(value) is not int or not low <= value <= high:
            raise _wrong(f"{name} must be a whole number from {low} to {high}, not {_show(value)}")
        return value

    def number(self, name: str, low: float, high: float, default: float = _REQUIRED) -> float:
        value = self._value(name, default)
        if not _is_finite(value) or not low <= value <= high:
            raise _wrong(f"{name} must be a number from {low:g} to {high:g}, not {_show(value)}")
        return float(value)

    def number_or_none(self, name: str) -> float | None:
        value = self._value(name, None)
        if value is None:
            return None
        if not _is_finite(value):
            raise _wrong(f"{name} must be a finite number or null, not {_show(value)}")
        return float(value)

    def flag_or_none(self, name: str) -> bool | None:
        value = self._value(name, None)
        if value is not None and type(value) is not bool:
            raise _wrong(f"{name} must be true, false or null, not {_show(value)}")
        return value

    def entries(self, name: str) -> list[Params]:
        """A list of objects, each with params of its own."""
        value = self._value(name, _REQUIRED)
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            raise _wrong(f"{name} must be a list of objects, not {_show(value)}")
        return [Params(entry) for entry in value]

    def numbers(self, name: str) -> list[int]:
        """A list of whole numbers from 0 on; empty if it is not given."""
        value = self._value(name, [])
        if not isinstance(value, list) or not all(type(entry) is int and entry >= 0 for entry in value):
            raise _wrong(f"{name} must be a list of whole numbers from 0 on, not {_show(value)}")
        return value

    def array(self, name: str) -> NDArray[np.float32]:
        value = self._value(name, _REQUIRED)
        try:
            return array_from_json(value)
        except ValueError as error:
            raise _wrong(f"{name}: {error}") from error

    def _value(self, name: str, default: Any) -> Any:
        value = self._values.get(name, default)
        if value is _REQUIRED:
            raise _wrong(f"{name} is missing")
        return value


def _is_finite(value: Any) -> bool:
    """Whether a JSON value is a number that a float can hold."""
    if type(value) not in (int, float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _show(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


def _wrong(message: str) -> RpcError:
    return RpcError(Code.WRONG_PARAMS, message)
