"""Captioned stretches of recordings, and the JSON-lines files that list them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from engine.motion.errors import MotionError


@dataclass(frozen=True)
class Segment:
    """A captioned stretch of a trial, seconds."""

    trial: str
    start: float
    end: float
    captions: tuple[str, ...]
    group: str = ""


def read_segments(path: Path) -> list[Segment]:
    """Read a JSON-lines caption file; raises MotionError with the line number of a bad line."""
    segments = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            segments.append(
                Segment(
                    row["trial"], float(row["start"]), float(row["end"]),
                    tuple(str(text).strip() for text in row["captions"]), row.get("group", ""),
                )
            )
        except (ValueError, KeyError, TypeError) as error:
            raise MotionError(f"{path}, line {number}: not a caption entry ({error})") from error
    return segments
