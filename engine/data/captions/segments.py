"""Captioned stretches of recordings, and the JSON-lines files that list them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.files.text import HOSTILE, read_json_lines, told
from engine.motion.errors import MotionError


@dataclass(frozen=True)
class Segment:
    """A captioned stretch of a trial, seconds.

    Attributes:
        side: "left" or "right" where one hand or leg is known to do it, else what the motion shows counts
    """

    trial: str
    start: float
    end: float
    captions: tuple[str, ...]
    group: str = ""
    side: str = ""


def write_segments(path: Path, segments: Iterable[Segment]) -> None:
    """Write what `read_segments` reads, a line a segment."""
    lines = (json.dumps(asdict(segment), ensure_ascii=False) for segment in segments)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def read_segments(path: Path) -> list[Segment]:
    """Read a JSON-lines caption file; raises MotionError with the line number of a bad line."""
    segments = []
    for number, row in read_json_lines(path):
        try:
            segments.append(
                Segment(
                    row["trial"],
                    float(row["start"]),
                    float(row["end"]),
                    tuple(str(text).strip() for text in row["captions"]),
                    row.get("group", ""),
                    row.get("side", ""),
                )
            )
        except HOSTILE as error:
            raise MotionError(f"{path}, line {number}: not a caption entry ({told(error)})") from error
    return segments
