"""Prompts and seeds of earlier runs, newest first, to be used again.

The list lives in Python, where undo does not reach it; saving the file writes it into the scene.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

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

    @classmethod
    def from_request(cls, request: Mapping[str, Any]) -> Entry:
        """The entry in a request of the protocol; keys it does not know are left out.

        Raises ValueError when a value is of the wrong kind.
        """
        known = {field.name: request[field.name] for field in fields(cls) if field.name in request}
        try:
            seconds = known.get("seconds")
            return cls(
                prompt=str(known["prompt"]),
                seed=int(known["seed"]),
                seconds=None if seconds is None else float(seconds),
                samples=int(known.get("samples", 1)),
                steps=int(known.get("steps", 12)),
                guidance=float(known.get("guidance", 3.0)),
                temperature=float(known.get("temperature", 1.0)),
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"not a request: {error}") from error

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
        rows = json.loads(text) if text else []
    except json.JSONDecodeError:
        return []
    entries = []
    for row in rows if isinstance(rows, list) else []:
        try:
            entries.append(Entry.from_request(row))
        except (ValueError, AttributeError, TypeError):
            continue
    return entries[:LENGTH]
