"""Reading plain data, from the wire or a record: each param has a type, and an error names the one that is wrong."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from engine.errors import InputError
from engine.requests.arrays import array_from_json

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# What `value` gets as default where the param must be given.
_REQUIRED: Any = object()

# Longest lists: spans or parts of a request, and frames of an hour at 20 fps.
MOST_ENTRIES = 10_000
MOST_NUMBERS = 72_000


class ParamError(InputError):
    """A param has a name or type that its request does not know."""


class Params:
    """The params of one request. Raises ParamError for what does not fit."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values

    def allow(self, *names: str) -> None:
        """Refuse params with any other name."""
        unknown = sorted(set(self._values) - set(names))
        if unknown:
            raise ParamError(f"unknown param {_show(unknown[0])}: there are {', '.join(names) or 'none'}")

    def has(self, name: str) -> bool:
        """Whether it is given, and not null."""
        return self._values.get(name) is not None

    def names(self) -> list[str]:
        """Of all that is given."""
        return list(self._values)

    def text(self, name: str, default: str = _REQUIRED) -> str:
        value = self._value(name, default)
        if not isinstance(value, str):
            raise ParamError(f"{name} must be a text, not {_show(value)}")
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise ParamError(f"{name} holds half a surrogate pair: it is not valid text") from None
        return value

    def text_or_none(self, name: str) -> str | None:
        return self.text(name) if self.has(name) else None

    def choice(self, name: str, choices: Sequence[str], default: str = _REQUIRED) -> str:
        value = self.text(name, default)
        if value not in choices:
            raise ParamError(f"{name} must be one of {', '.join(choices)}, not {_show(value)}")
        return value

    def whole(self, name: str, default: int = _REQUIRED) -> int:
        value = self._value(name, default)
        if type(value) is not int:
            raise ParamError(f"{name} must be a whole number, not {_show(value)}")
        return value

    def whole_or_none(self, name: str, default: int | None) -> int | None:
        return None if self._value(name, default) is None else self.whole(name)

    def number(self, name: str, default: float = _REQUIRED) -> float:
        value = self._value(name, default)
        if not _is_finite(value):
            raise ParamError(f"{name} must be a finite number, not {_show(value)}")
        return float(value)

    def number_or_none(self, name: str) -> float | None:
        value = self._value(name, None)
        if value is None:
            return None
        if not _is_finite(value):
            raise ParamError(f"{name} must be a finite number or null, not {_show(value)}")
        return float(value)

    def flag_or_none(self, name: str, default: bool | None = None) -> bool | None:
        value = self._value(name, default)
        if value is not None and type(value) is not bool:
            raise ParamError(f"{name} must be true, false or null, not {_show(value)}")
        return value

    def entries(self, name: str) -> list[Params]:
        """A list of objects, each with params of its own."""
        value = self._value(name, _REQUIRED)
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            raise ParamError(f"{name} must be a list of objects, not {_show(value)}")
        if len(value) > MOST_ENTRIES:
            raise ParamError(f"{name} has {len(value)} entries, the limit is {MOST_ENTRIES}")
        return [Params(entry) for entry in value]

    def table(self, name: str) -> Params:
        """An object with params of its own."""
        value = self._value(name, _REQUIRED)
        if not isinstance(value, dict):
            raise ParamError(f"{name} must be an object, not {_show(value)}")
        return Params(value)

    def numbers(self, name: str) -> list[int]:
        """A list of whole numbers from 0 on; empty if it is not given."""
        value = self._value(name, [])
        if not isinstance(value, list) or not all(type(entry) is int and entry >= 0 for entry in value):
            raise ParamError(f"{name} must be a list of whole numbers from 0 on, not {_show(value)}")
        if len(value) > MOST_NUMBERS:
            raise ParamError(f"{name} has {len(value)} numbers, the limit is {MOST_NUMBERS}")
        return value

    def words(self, name: str) -> list[str]:
        """A list of texts; empty if it is not given."""
        value = self._value(name, [])
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            raise ParamError(f"{name} must be a list of texts, not {_show(value)}")
        if len(value) > MOST_NUMBERS:
            raise ParamError(f"{name} has {len(value)} texts, the limit is {MOST_NUMBERS}")
        return value

    def vector(self, name: str) -> list[float]:
        """A list of finite numbers."""
        value = self._value(name, _REQUIRED)
        if not isinstance(value, list) or len(value) > MOST_NUMBERS or not all(map(_is_finite, value)):
            raise ParamError(f"{name} must be a list of finite numbers, not {_show(value)}")
        return [float(entry) for entry in value]

    def array(self, name: str) -> NDArray[np.float32]:
        """A float32 array, as the protocol carries it."""
        try:
            return array_from_json(self._value(name, _REQUIRED))
        except ValueError as error:
            raise ParamError(f"{name}: {error}") from error

    def points(self, name: str) -> list[list[float]]:
        """Rows of numbers: an array (N, D), or lists in a list as records have them."""
        value = self._value(name, _REQUIRED)
        if isinstance(value, list):
            if not all(isinstance(row, list) and all(map(_is_finite, row)) for row in value):
                raise ParamError(f"{name} must be a list of points, not {_show(value)}")
            if len(value) > MOST_NUMBERS:
                raise ParamError(f"{name} has {len(value)} points, the limit is {MOST_NUMBERS}")
            return value
        array = self.array(name)
        if array.ndim != 2:
            raise ParamError(f"{name} must be an array (N, 2) or (N, 3), not of shape {list(array.shape)}")
        if len(array) > MOST_NUMBERS:
            raise ParamError(f"{name} has {len(array)} points, the limit is {MOST_NUMBERS}")
        return array.tolist()

    def _value(self, name: str, default: Any) -> Any:
        value = self._values.get(name, default)
        if value is _REQUIRED:
            raise ParamError(f"{name} is missing")
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
