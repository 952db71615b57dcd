"""What a .blend, a preset or a motion file holds as JSON, read with types and bounds.

A .blend travels: its custom properties may be damaged, of another version, or made to do harm. Whatever they hold
ends in a value of the kind that is asked for, or in one ValueError of one line.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NoReturn

MOST_TEXT = 4_000_000  # characters; a long story with its path has a hundred thousand
MOST_DEPTH = 32  # ours has six levels
MOST_TOLD = 160  # characters of a message that are passed on
FRAMES = 1_048_574  # first and last frame that Blender knows, on both sides of 0


def text_of(owner: Any, key: str) -> str:
    """The custom property ``key`` of a data-block if it is text, else ""."""
    try:
        value = owner.get(key, "")
    except UnicodeDecodeError:  # bytes that are no text
        return ""
    return value if isinstance(value, str) else ""


def parse_json(text: str) -> Any:
    """JSON with finite numbers, bounded in size and depth. Raises ValueError in one line."""
    if len(text) > MOST_TEXT:
        raise ValueError(f"it has {len(text):,} characters, more than anything of ours")
    try:
        content = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"it is not JSON ({told(error)})") from error
    _check_depth(content)
    return content


def parse_object(text: str) -> dict[str, Any]:
    """As ``parse_json``, of an object: other content raises ValueError too."""
    return mapping_in(parse_json(text))


def told(error: BaseException) -> str:
    """The first words of an error, on one line."""
    words = " ".join(str(error).split()) or type(error).__name__
    return words if len(words) <= MOST_TOLD else words[: MOST_TOLD - 1] + "…"


def mapping_in(value: Any) -> dict[str, Any]:
    """``value`` as an object of JSON. Raises ValueError."""
    if not isinstance(value, dict):
        raise ValueError(f"{_shown(value)} stands where an object should")
    return value


def list_in(value: Any, most: int) -> list[Any]:
    """``value`` as a list of at most so many entries. Raises ValueError."""
    if not isinstance(value, list | tuple) or len(value) > most:
        raise ValueError(f"{_shown(value)} stands where a list of at most {most} should")
    return list(value)


def words_in(value: Any, most: int = 2000) -> str:
    """``value`` as text of at most so many characters. Raises ValueError."""
    if not isinstance(value, str) or len(value) > most:
        raise ValueError(f"{_shown(value)} stands where a text of at most {most} characters should")
    return value


def whole_in(value: Any, least: int, most: int) -> int:
    """``value`` as a whole number within bounds. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"{_shown(value)} stands where a whole number from {least} to {most} should")
    return value


def number_in(value: Any, least: float, most: float) -> float:
    """``value`` as a number within bounds. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise ValueError(f"{_shown(value)} stands where a number from {least:g} to {most:g} should")
    return float(value)


def read_text(path: Path, most: int = MOST_TEXT) -> str:
    """UTF-8 text of a file of at most so many bytes, a byte order mark taken off. Raises ValueError in one line."""
    try:
        if path.stat().st_size > most:
            raise ValueError(f"it has {path.stat().st_size:,} bytes, more than anything of ours")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"it is not UTF-8 text ({told(error)})") from error
    except OSError as error:
        raise ValueError(error.strerror or told(error)) from error


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple | dict):
        return f"a {'list' if not isinstance(value, dict) else 'object'} of {len(value)}"
    if isinstance(value, int) and value.bit_length() > 128:  # whose digits Python may refuse to tell
        return "an endless number"
    text = repr(value[: MOST_TOLD + 1] if isinstance(value, str) else value)
    return text if len(text) <= MOST_TOLD else text[: MOST_TOLD - 1] + "…"


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no finite number")


def _check_depth(content: Any) -> None:
    level = [content]
    for _ in range(MOST_DEPTH):
        level = [
            inner
            for value in level
            if isinstance(value, dict | list)
            for inner in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return
        if any(isinstance(value, float) and not abs(value) < float("inf") for value in level):
            raise ValueError("it holds a number that is not finite")
    raise ValueError(f"it is nested deeper than {MOST_DEPTH} levels")
