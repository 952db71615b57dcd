"""captions.csv: which motion files there are and what happens in them.

Columns `file` and `caption`, optional `start` and `end` (seconds; empty: the whole clip) and `split` (train, val
or test). Several rows of one file and span are several wordings of the same.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from engine.data.captions.segments import Segment
from engine.errors import InputError
from engine.files.text import read_table, shown

TABLE_NAME = "captions.csv"
SUFFIXES = (".bvh", ".fbx", ".glb", ".npz", ".npy")
SPLITS = ("train", "val", "test")
# A segment without an end goes on for as long as the clip does.
TO_THE_END = 1e6


@dataclass(frozen=True)
class Recordings:
    """Motion files by trial name, their described spans, and the splits that somebody chose."""

    files: dict[str, Path]
    segments: list[Segment]
    splits: dict[str, str]


def read_caption_table(folder: Path) -> Recordings:
    """Raises InputError naming the line for whatever is not as described above."""
    table = folder / TABLE_NAME
    columns, rows = read_table(table)
    missing = {"file", "caption"} - set(columns)
    if missing:
        raise InputError(f"{table} has no column {' and no column '.join(sorted(missing))} in its first line")
    files: dict[str, Path] = {}
    splits: dict[str, str] = {}
    spans: dict[tuple[str, float, float], list[str]] = {}
    for line, row in rows:
        where = f"{table}, line {line}"
        path = _find_file(folder, row["file"].strip(), where)
        caption = " ".join(row["caption"].replace("#", " ").split())
        if not caption:
            raise InputError(f"{where}: no caption")
        name = trial_name(path.relative_to(folder))
        if files.setdefault(name, path) != path:
            raise InputError(f"{where}: {path.name} and {files[name].name} would share a name, rename one")
        start, end = (_seconds(row.get(key), where) for key in ("start", "end"))
        if end is not None and end <= (start or 0.0):
            raise InputError(f"{where}: ends at {end:g} s, before it starts")
        spans.setdefault((name, start or 0.0, end or TO_THE_END), []).append(caption)
        split = (row.get("split") or "").strip().lower()
        if split and split not in SPLITS:
            raise InputError(f"{where}: split {shown(split)}, expected train, val, test or nothing")
        if split and splits.setdefault(name, split) != split:
            raise InputError(f"{where}: {path.name} cannot be in {split} and {splits[name]}")
    if not files:
        raise InputError(f"{table} describes no clip: write a line a clip, file,caption")
    segments = [Segment(name, start, end, tuple(texts), name) for (name, start, end), texts in spans.items()]
    return Recordings(files, segments, splits)


def trial_name(path: Path) -> str:
    """Name of a recording: letters and digits of its path, of any alphabet, in small letters.

    A capital M in front means mirrored.
    """
    text = unicodedata.normalize("NFKC", str(path.with_suffix(""))).casefold()
    return re.sub(r"[\W_]+", "_", text).strip("_") or "clip"


def _find_file(folder: Path, name: str, where: str) -> Path:
    path = folder / name
    try:
        there = bool(name) and path.is_file()
    except (OSError, ValueError):
        there = False  # no system has a file of such a name
    if not there:
        raise InputError(f"{where}: there is no file {shown(name)} in {folder}")
    if not path.resolve().is_relative_to(folder.resolve()):
        raise InputError(f"{where}: {name!r} lies outside {folder}")
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"{where}: {name!r} is none of {', '.join(SUFFIXES)}")
    return path


def _seconds(text: str | None, where: str) -> float | None:
    if text is None or not text.strip():
        return None
    try:
        value = float(text)
    except ValueError:
        raise InputError(f"{where}: {shown(text)} is no time in seconds") from None
    if not 0.0 <= value < TO_THE_END:
        raise InputError(f"{where}: {shown(text)} is no time within a clip")
    return value
