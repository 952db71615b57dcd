"""Text, JSON, TOML, YAML and CSV out of files that anybody may have made.

Whatever a reader stumbles over, deep nesting, endless numbers, aliases that multiply, becomes one `InputError` of one
line that names the file. Sizes are looked at before anything is read.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from engine.errors import InputError

# Largest text files, bytes. A caption table of a hundred thousand lines has ten million.
MOST_TEXT = 64_000_000
MOST_SETTINGS = 4_000_000
# Deepest nesting of JSON, YAML and TOML; ours have six levels.
MOST_DEPTH = 64
# Longest message that is passed on from a reader, characters.
MOST_TOLD = 200

# What readers raise for damaged or hostile content, beside their own errors.
HOSTILE = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError, MemoryError)


def told(error: BaseException) -> str:
    """The first words of an error, on one line."""
    words = " ".join(str(error).split()) or type(error).__name__
    return words if len(words) <= MOST_TOLD else words[: MOST_TOLD - 1] + "…"


def shown(value: object) -> str:
    """A value of a file as it stands in a message: quoted, short, on one line."""
    text = repr(value[: MOST_TOLD + 1] if isinstance(value, str) else value)
    return text if len(text) <= MOST_TOLD else text[: MOST_TOLD - 1] + "…"


def read_text(path: Path, most: int = MOST_TEXT) -> str:
    """UTF-8 text of at most so many bytes, a byte order mark taken off. Raises InputError."""
    try:
        if path.stat().st_size > most:
            raise InputError(f"{path} is larger than {most / 1e6:g} MB: that is no such file")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8 text: save it as UTF-8") from None
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or told(error)}") from error


def parse_json(text: str | bytes, where: object) -> Any:
    """JSON with finite numbers and bounded depth. Raises InputError that begins with `where`."""
    try:
        content = json.loads(text, parse_constant=_no_number)
        _check_depth(content, where)
    except (*HOSTILE, UnicodeDecodeError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{where} is not JSON: {told(error)}") from error
    return content


def read_json(path: Path, most: int = MOST_SETTINGS) -> Any:
    """Raises InputError that names the file."""
    return parse_json(read_text(path, most), path)


def read_json_lines(path: Path) -> Iterator[tuple[int, Any]]:
    """Line numbers and contents of a file with JSON in each line, empty ones left out; it may be of any length.

    Raises InputError that names file and line.
    """
    try:
        with path.open("rb") as stream:
            for number, line in enumerate(iter(lambda: stream.readline(MOST_SETTINGS + 1), b""), start=1):
                if len(line) > MOST_SETTINGS:
                    raise InputError(f"{path}, line {number} is longer than {MOST_SETTINGS / 1e6:g} MB")
                if line.strip():
                    yield number, parse_json(line, f"{path}, line {number}")
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or told(error)}") from error


# Keys and numbers of TOML take time that grows with the square of their length.
_LONG_KEY = re.compile(r"(?:[\w\"'-]+[ \t]*\.[ \t]*){33}")
_LONG_NUMBER = re.compile(r"[\d_]{400}")
# Searching for the keys does so too, in a word without end.
_LONG_WORD = re.compile(r"[\w\"'-]{1000}")


def parse_toml(text: str, where: object) -> dict[str, Any]:
    """TOML with finite numbers, short keys and bounded depth. Raises InputError that begins with `where`."""
    if _LONG_WORD.search(text) or _LONG_NUMBER.search(text) or _LONG_KEY.search(text):
        raise InputError(f"{where} is not a TOML file of ours: a key or a number is too long")
    try:
        content = tomllib.loads(text)
        _check_depth(content, where)
    except HOSTILE as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{where} is not TOML: {told(error)}") from error
    return content


def read_toml(path: Path) -> dict[str, Any]:
    """Raises InputError that names the file."""
    return parse_toml(read_text(path, MOST_SETTINGS), path)


def read_yaml(path: Path) -> Any:
    """Plain YAML or JSON: no aliases, tags of plain values only, finite numbers. Raises InputError."""
    import yaml

    class PlainLoader(yaml.SafeLoader):
        """Refuses aliases, by which a short text becomes an endless one, and deep nesting."""

        depth = 0

        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                raise InputError(f"{path} refers to another place in itself (*): write it out")
            self.depth += 1
            if self.depth > MOST_DEPTH:
                raise InputError(f"{path} is nested deeper than {MOST_DEPTH} levels")
            node = super().compose_node(parent, index)
            self.depth -= 1
            return node

    text = read_text(path, MOST_SETTINGS)
    if _LONG_NUMBER.search(text):
        raise InputError(f"{path} holds a number with hundreds of digits")
    try:
        content = yaml.load(text, PlainLoader)  # noqa: S506, a SafeLoader
        _check_depth(content, path)
    except (yaml.YAMLError, *HOSTILE) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path} is neither YAML nor JSON: {told(error)}") from error
    return content


def read_table(path: Path) -> tuple[list[str], Iterator[tuple[int, dict[str, str]]]]:
    """Column names of a CSV and its rows with their line numbers; absent cells are "". Raises InputError."""
    return parse_table(read_text(path), path)


def parse_table(text: str, where: object) -> tuple[list[str], Iterator[tuple[int, dict[str, str]]]]:
    """As `read_table`, of text."""
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="")
    try:
        names = list(reader.fieldnames or ())
    except csv.Error as error:
        raise InputError(f"{where} is not CSV: {told(error)}") from error

    def rows() -> Iterator[tuple[int, dict[str, str]]]:
        try:
            for row in reader:
                yield reader.line_num, {str(key): str(value) for key, value in row.items() if key is not None}
        except csv.Error as error:
            raise InputError(f"{where}, line {reader.line_num}: {told(error)}") from error

    return names, rows()


def read_rows(path: Path, *columns: str) -> list[dict[str, str]]:
    """All rows of a CSV that has at least these columns. Raises InputError."""
    names, rows = read_table(path)
    if missing := [name for name in columns if name not in names]:
        raise InputError(f"{path} has no column '{missing[0]}'")
    return [row for _, row in rows]


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no finite number")


def _check_depth(content: Any, where: object) -> None:
    """Raises InputError for nesting too deep to be walked by recursion, and for numbers that are not finite."""
    level = [content]
    for _ in range(MOST_DEPTH):
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                below += value.values()
            elif isinstance(value, list):
                below += value
            elif isinstance(value, float) and not abs(value) < float("inf"):
                raise InputError(f"{where} holds {value}, which is no finite number")
        if not below:
            return
        level = below
    raise InputError(f"{where} is nested deeper than {MOST_DEPTH} levels")
