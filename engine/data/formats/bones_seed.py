"""The folder layout of BONES-SEED (Bones Studio 2026): BVH on the SOMA skeleton with timed captions.

    metadata/*temporal_labels.jsonl   a line a motion: {"filename", "events": [{"start_time", "end_time",
                                      "description"}]}, seconds
    metadata/seed_metadata*.csv       optional: "filename", "content_natural_desc_1" to "_4" (of the whole motion)
    soma_uniform/bvh/**/FILENAME.bvh  or soma_proportional

Mirrored copies (names ending in _M) are left out: twins are made anyway, with their captions.
"""

from __future__ import annotations

from pathlib import Path

from engine.data.captions.caption_table import Recordings, trial_name
from engine.data.captions.segments import Segment
from engine.errors import InputError
from engine.files.text import HOSTILE, read_json_lines, read_table, told

LABELS = "*temporal_labels.jsonl"
DESCRIPTIONS = tuple(f"content_natural_desc_{number}" for number in range(1, 5))
# Descriptions of the whole motion are given to motions up to this long: a caption speaks of what is seen.
WHOLE_SECONDS = 10.0


def is_bones_seed(folder: Path) -> bool:
    return any((folder / "metadata").glob(LABELS))


def read_bones_seed(folder: Path, limit: int | None = None) -> Recordings:
    """Motions that have both labels and a file; raises InputError if there is none, or for a broken line."""
    labels = sorted((folder / "metadata").glob(LABELS))[-1]
    motions = {path.stem: path for path in sorted(folder.rglob("*.bvh")) if "soma_shapes" not in path.parts}
    whole = _descriptions(folder)
    files: dict[str, Path] = {}
    segments: list[Segment] = []
    for number, row in read_json_lines(labels):
        try:
            stem = str(row["filename"])
            spans = [
                (float(event["start_time"]), float(event["end_time"]), str(event["description"]).strip())
                for event in row["events"]
            ]
        except HOSTILE as error:
            raise InputError(f"{labels}, line {number}: not a motion with events ({told(error)})") from None
        if stem.endswith("_M") or stem not in motions or not spans:
            continue
        if limit is not None and len(files) >= limit:
            break
        name = trial_name(Path(stem))
        files[name] = motions[stem]
        segments += [Segment(name, start, end, (text,), name) for start, end, text in spans if text]
        last = max(end for _, end, _ in spans)
        if stem in whole and last <= WHOLE_SECONDS and len(spans) > 1:
            segments.append(Segment(name, 0.0, last, whole[stem], name))
    if not files:
        raise InputError(f"{folder}: none of the motions of {labels.name} lies below it as .bvh: unpack soma_uniform")
    return Recordings(files, segments, {})


def _descriptions(folder: Path) -> dict[str, tuple[str, ...]]:
    tables = sorted((folder / "metadata").glob("seed_metadata*.csv"))
    if not tables:
        return {}
    found = {}
    for _, row in read_table(tables[-1])[1]:
        texts = tuple(text for key in DESCRIPTIONS if (text := row.get(key, "").strip()))
        if texts and row.get("filename"):
            found[row["filename"]] = texts
    return found
