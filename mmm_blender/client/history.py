"""Prompts and seeds of earlier runs, newest first, to be used again.

The list lives in Python, where undo does not reach it; saving the file writes it into the scene.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..files.stored import list_in, mapping_in, number_in, parse_json, whole_in, words_in
from ..protocol import MAX_INTENSITY

LENGTH = 30  # entries


@dataclass(frozen=True)
class Entry:
    """What was asked for in one run. ``seconds`` None is automatic; the first variation has ``seed``."""

    prompt: str
    seed: int
    seconds: float | None = None
    samples: int = 1
    steps: int = 12
    guidance: float = 3.0
    temperature: float = 1.0
    mood: str | None = None
    intensity: float = 1.0

    @classmethod
    def from_request(cls, request: Mapping[str, Any]) -> Entry:
        """The entry in a request of the protocol; keys it does not know are left out.

        Raises ValueError when a value is of the wrong kind or beyond what the protocol takes.
        """
        seconds, mood = request.get("seconds"), request.get("mood")
        return cls(
            prompt=words_in(request.get("prompt")),
            seed=whole_in(request.get("seed"), 0, 2**31 - 1),
            seconds=None if seconds is None else number_in(seconds, 0.0, 3600.0),
            samples=whole_in(request.get("samples", 1), 1, 64),
            steps=whole_in(request.get("steps", 12), 1, 1000),
            guidance=number_in(request.get("guidance", 3.0), 0.0, 100.0),
            temperature=number_in(request.get("temperature", 1.0), 0.0, 100.0),
            mood=None if mood is None else words_in(mood),
            intensity=number_in(request.get("intensity", 1.0), 0.0, MAX_INTENSITY),
        )

    def params(self) -> dict[str, Any]:
        """The params of a ``generate`` request."""
        return asdict(self)


def add(entries: Iterable[Entry], entry: Entry) -> list[Entry]:
    """``entry`` in front of ``entries``, without a second copy of it and not longer than ``LENGTH``."""
    return [entry, *(other for other in entries if other != entry)][:LENGTH]


def write_text(entries: Iterable[Entry]) -> str:
    """JSON to be kept in the scene; empty when there is nothing to keep."""
    rows = [asdict(entry) for entry in entries]
    return json.dumps(rows, ensure_ascii=False) if rows else ""


def read_text(text: str) -> list[Entry]:
    """The entries in ``text``; what cannot be read is left out, a file must open whatever it holds."""
    try:
        rows = list_in(parse_json(text), 1000) if text else []
    except ValueError:
        return []
    entries = []
    for row in rows:
        try:
            entries.append(Entry.from_request(mapping_in(row)))
        except ValueError:
            continue
    return entries[:LENGTH]
