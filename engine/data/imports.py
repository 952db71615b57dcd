"""A studio's own clips, or another publisher's, as a data set in HumanML3D's layout."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from engine.blender_process import import_motions
from engine.data.captions.caption_table import TABLE_NAME, Recordings, read_caption_table
from engine.data.captions.segments import Segment
from engine.data.dataset import OWN, ClipRow, DatasetConfig, build_dataset
from engine.data.formats.bones_seed import LABELS, is_bones_seed, read_bones_seed
from engine.data.sources import Archive, SourceClip
from engine.data.trials import build_trials
from engine.errors import InputError

# Their owner chose these clips: none is left out for sliding feet.
CONFIG = DatasetConfig(max_skate=float("inf"), right_handed=False, weights=())
# Of so many recordings, the last is held out, unless captions.csv says which.
HELD_OUT_EVERY = 8


@dataclass(frozen=True)
class Imported:
    """What became of a folder.

    Attributes:
        summary: clips and minutes of each split.
        left_out: a line for each file that could not be used, with its name.
        notes: what else there is to know.
    """

    summary: str
    left_out: tuple[str, ...]
    notes: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join((self.summary, *(f"left out {line}" for line in self.left_out), *self.notes))


def import_folder(source: Path, out: Path, licence: str, limit: int | None = None) -> Imported:
    """Make `out` from a folder with captions.csv or of BONES-SEED. A file that cannot be used is left out and named.

    `out` gets HumanML3D's layout and `trials/` with every recording whole. Raises InputError for a folder
    that is neither, a table that cannot be read (nothing is written then), or if no clip came out.
    """
    if not source.is_dir():
        raise InputError(f"{source} is no folder")
    if (out / "train.txt").exists():
        raise InputError(f"{out} holds a data set already: name another folder with --out")
    recordings = _read(source, limit)
    trials = out / "trials"
    trials.mkdir(parents=True, exist_ok=True)
    files, failed = _convert(recordings.files, out / "imported")
    archive = Archive(source.resolve().name, licence, OWN, 0)
    clips = [SourceClip(archive, path, name, "") for name, path in files.items()]
    reports = build_trials(clips, trials)
    failed += [f"{report.name}: {report.problem}" for report in reports if report.problem]
    usable = [report.name for report in reports if not report.problem]
    if not usable:
        raise InputError(f"none of the {len(recordings.files)} files can be used; the first: {failed[0]}")
    segments = _within(recordings.segments, trials, usable)
    splits = {**_choose_splits(usable), **recordings.splits}
    rows = build_dataset(trials, segments, out, OWN, CONFIG, splits)
    notes = [
        f"{part.trial}: the first {CONFIG.longest:g} of {part.end - part.start:.0f} seconds are used, give start and "
        "end in captions.csv to divide it"
        for part in segments
        if part.end - part.start > CONFIG.longest + 0.5
    ]
    if not any(row.split == "val" for row in rows):
        notes.append("too few recordings to hold any out: val repeats train, its scores say little")
        names = [row.name for row in rows if row.split == "train" and "_x" not in row.name]
        (out / "val.txt").write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
    return Imported(_summarise(out, rows), tuple(failed), tuple(notes))


def _read(source: Path, limit: int | None) -> Recordings:
    if (source / TABLE_NAME).is_file():
        found = read_caption_table(source)
        if limit is None:
            return found
        kept = dict(list(found.files.items())[:limit])
        return replace(found, files=kept, segments=[part for part in found.segments if part.trial in kept])
    if is_bones_seed(source):
        return read_bones_seed(source, limit)
    raise InputError(
        f"{source} has neither {TABLE_NAME} (columns file, caption) nor metadata/{LABELS}: see docs/training.md"
    )


def _convert(files: dict[str, Path], imported: Path) -> tuple[dict[str, Path], list[str]]:
    """FBX and GLB through Blender, all in one run; returns readable files by trial and what failed."""
    foreign = {name: path for name, path in files.items() if path.suffix.lower() in (".fbx", ".glb")}
    if not foreign:
        return files, []
    readable, failed = dict(files), []
    for number, group in enumerate(_of_different_names(foreign)):
        folder = imported / str(number)
        folder.mkdir(parents=True, exist_ok=True)
        failures = import_motions(list(group.values()), folder)
        failed += failures
        for name, path in group.items():
            stem = _imported_stem(path)
            made = [p for p in sorted(folder.glob("*.npz")) if p.stem == stem or p.stem.startswith(f"{stem}__")]
            if len(made) == 1:
                readable[name] = made[0]
                continue
            del readable[name]
            if made:
                failed.append(f"{path.name}: it holds {len(made)} animations, save each as a file of its own")
            elif not any(line.startswith(f"{path.name}: ") for line in failures):
                failed.append(f"{path.name}: Blender found no animation in it")
    return readable, failed


def _of_different_names(files: dict[str, Path]) -> list[dict[str, Path]]:
    """Groups in which no two files make a clip of the same name, as those of different folders may."""
    groups: list[dict[str, Path]] = []
    for name, path in files.items():
        stem = _imported_stem(path)
        free = (group for group in groups if all(_imported_stem(other) != stem for other in group.values()))
        group = next(free, None)
        if group is None:
            groups.append(group := {})
        group[name] = path
    return groups


def _imported_stem(path: Path) -> str:
    """What Blender's import calls the clip of a file that holds one."""
    return re.sub(r"[^\w.+-]+", "_", path.stem)


def _choose_splits(names: list[str]) -> dict[str, str]:
    return {
        name: "val" if number % HELD_OUT_EVERY == HELD_OUT_EVERY - 1 else "train"
        for number, name in enumerate(sorted(names))
    }


def _within(segments: Iterable[Segment], trials: Path, usable: list[str]) -> list[Segment]:
    """Segments of usable recordings, ending where these do."""
    seconds = {name: len(np.load(trials / f"{name}.npy", mmap_mode="r")) / 20.0 for name in usable}
    return [
        replace(segment, end=min(segment.end, seconds[segment.trial]))
        for segment in segments
        if segment.trial in seconds
    ]


def _summarise(out: Path, rows: list[ClipRow]) -> str:
    parts = []
    for split in ("train", "val", "test"):
        own = [row for row in rows if row.split == split]
        if own:
            recordings = len({row.trial for row in own})
            minutes = sum(row.frames for row in own) / 1200
            parts.append(f"{split} {len(own)} clips from {recordings} recordings ({minutes:.1f} minutes)")
    return f"{out}: {', '.join(parts)}"
