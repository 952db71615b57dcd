"""Damage done to a file: by a bad disk, by a bad program, on purpose."""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
from collections.abc import Callable

EXTREMES = (
    "-1",
    "0",
    "1e308",
    "1e999",
    "-1e308",
    "nan",
    "NaN",
    "inf",
    "-Infinity",
    "1e-320",
    "9223372036854775808",
    "-9223372036854775809",
    "4294967295",
    "null",
    "true",
    "99999999999999999999999999999999",
    "0x10",
    "1_000",
    ".5",
    "1e",
    "2026-13-45",
    "1;2",
    "''",
    "~",
    "!!float",
    "*a",
    "&a",
)
ODDITIES = (
    "\0",
    "\ufeff",
    "😀",
    "ह",
    "\ud800",
    "\u202e",
    "{",
    "}",
    "[",
    "]",
    '"',
    "\\",
    ",",
    ":",
    "\n",
    "\r",
    "\t",
    "#",
)
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_WORD = re.compile(rb"[A-Za-z_]\w*")

Mutation = Callable[[bytes, random.Random], bytes]


def flip(data: bytes, rng: random.Random) -> bytes:
    """Some bits are others."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 2, 8, 64))):
        if changed:
            changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def cut(data: bytes, rng: random.Random) -> bytes:
    """The end is missing."""
    return data[: rng.randrange(len(data) + 1)]


def drop(data: bytes, rng: random.Random) -> bytes:
    """A piece is missing."""
    start = rng.randrange(len(data) + 1)
    return data[:start] + data[start + rng.choice((1, 4, 100, 5000)) :]


def repeat(data: bytes, rng: random.Random) -> bytes:
    """A piece stands there many times."""
    start = rng.randrange(len(data) + 1)
    piece = data[start : start + rng.choice((1, 20, 400))]
    return data[:start] + piece * rng.choice((2, 30, 3000)) + data[start:]


def swap(data: bytes, rng: random.Random) -> bytes:
    """Two pieces have changed places."""
    one, two, three = sorted(rng.randrange(len(data) + 1) for _ in range(3))
    return data[:one] + data[two:three] + data[one:two] + data[three:]


def size(data: bytes, rng: random.Random) -> bytes:
    """Four or eight bytes hold an extreme number, as a length or an offset may."""
    value = rng.choice((0, 1, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, 2**64 - 1))
    packed = struct.pack("<Q" if value > 2**32 - 1 or rng.random() < 0.3 else "<I", value)
    start = rng.randrange(len(data) + 1)
    return data[:start] + packed + data[start + len(packed) :]


def number(data: bytes, rng: random.Random) -> bytes:
    """A number in the text is an extreme one."""
    return _replaced(data, rng, _NUMBER, rng.choice(EXTREMES))


def word(data: bytes, rng: random.Random) -> bytes:
    """A word in the text is another one of the same text."""
    words = _WORD.findall(data[:100_000]) or [b"x"]
    return _replaced(data, rng, _WORD, rng.choice(words).decode())


def oddity(data: bytes, rng: random.Random) -> bytes:
    """Strange characters stand in the text."""
    start = rng.randrange(len(data) + 1)
    text = rng.choice(ODDITIES) * rng.choice((1, 1, 3, 200))
    return data[:start] + text.encode("utf-8", "surrogatepass") + data[start:]


def nest(data: bytes, rng: random.Random) -> bytes:
    """Something is nested deeply."""
    opened, closed = rng.choice((("[", "]"), ('{"a":', "}"), ("(", ")"), ("{", "}"), ("- ", "")))
    depth = rng.choice((40, 500, 20_000))
    start = rng.randrange(len(data) + 1)
    inner = (opened * depth + "1" + closed * rng.choice((0, depth))).encode()
    return data[:start] + inner + data[start + rng.choice((0, 1, 10)) :]


def digits(data: bytes, rng: random.Random) -> bytes:
    """A number has thousands of digits."""
    return _replaced(data, rng, _NUMBER, "9" * rng.choice((400, 5000)) + rng.choice(("", ".5", "e9")))


def within_zip(data: bytes, rng: random.Random) -> bytes:
    """A member of an archive is damaged, and the archive is whole again."""
    made = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(made, "w") as out:
            names = archive.namelist()
            chosen = rng.choice(names)
            for name in names:
                content = archive.read(name)
                out.writestr(name, mutate(content, rng) if name == chosen else content)
    except Exception:  # an earlier accident left nothing to unpack
        return flip(data, rng)
    return made.getvalue()


BINARY: tuple[Mutation, ...] = (flip, cut, drop, repeat, swap, size)
TEXT: tuple[Mutation, ...] = (number, number, number, word, oddity, nest, digits)


def mutate(data: bytes, rng: random.Random) -> bytes:
    """The file after one to three accidents."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        if data[:2] == b"PK" and rng.random() < 0.7:
            data = within_zip(data, rng)
            continue
        # The header of an array is text in front of numbers.
        kinds = BINARY + TEXT if b"\0" not in data[:2000] or data[:6] == b"\x93NUMPY" else BINARY
        data = rng.choice(kinds)(data, rng)
    return data


def _replaced(data: bytes, rng: random.Random, pattern: re.Pattern[bytes], text: str) -> bytes:
    places = list(pattern.finditer(data[:200_000]))
    if not places:
        return data + text.encode()
    place = rng.choice(places)
    return data[: place.start()] + text.encode() + data[place.end() :]
