"""Clips of a data set folder in HumanML3D's layout, as evaluation sees them.

    DIR/{train,val,test}.txt        clip names, one a line; the mirrored twin of X is named MX
    DIR/new_joint_vecs/NAME.npy     (T, 263) float32 features
    DIR/texts/NAME.txt              lines `caption#tokens#start#end`, seconds; 0 and 0: whole clip
    DIR/clips.csv                   optional, one row a clip: name, trial, group

A caption with a time range of its own describes only that part and becomes a clip of its own, as in
the data set's own protocol.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.data.clips import ClipFolder, ClipSource, load_table
from engine.errors import InputError
from engine.files.arrays import read_array
from engine.files.text import read_text
from engine.motion.parts import fit_features
from engine.motion.skeleton import EXPRESSIVE, HUMANML3D

FPS = 20.0
# Clips of 2 s to 10 s, as in HumanML3D's evaluation; the others are left out.
MIN_FRAMES = 40
MAX_FRAMES = 199


@dataclass(frozen=True)
class Clip:
    """One described stretch of motion, loaded when asked for.

    Attributes:
        name: file name without suffix, plus `@start-end` for a part.
        stored: the .npy file, or the features themselves where there is none (a pack).
        captions: at least one sentence.
        trial: what it was cut from; mirrored twins and parts share it.
        group: coarse category from clips.csv, "" if there is none.
        first, last: frame range of the file, `last` None for its end.
    """

    name: str
    stored: Path | NDArray[np.float32]
    captions: tuple[str, ...]
    trial: str
    group: str = ""
    first: int = 0
    last: int | None = None

    def load(self) -> NDArray[np.float32]:
        """Features (T, F) of the joints that all data sets of a kind have: 263 wide for a file of 27 joints."""
        whole = read_array(self.stored) if isinstance(self.stored, Path) else self.stored
        features = whole[self.first : self.last].astype(np.float32)
        wider = features.shape[1] == EXPRESSIVE.num_features
        return fit_features(features, HUMANML3D.num_features) if wider else features


def original_name(name: str, names: frozenset[str]) -> str:
    """The unmirrored twin's name if `name` is a mirrored clip of the set, else `name`."""
    return name[1:] if name.startswith("M") and name[1:] in names else name


def load_clips(root: Path, split: str, mirrored: bool = True) -> list[Clip]:
    """All clips of a split ("train", "val", "test") with at least one caption, in file order.

    Without `mirrored` the mirrored twins of clips in the split are left out.
    """
    names = read_text(root / f"{split}.txt").split()
    known = frozenset(names)
    rows = load_table(root)
    clips: list[Clip] = []
    for name in names:
        original = original_name(name, known)
        if original != name and not mirrored:
            continue
        row = rows.get(name) or rows.get(original) or {}
        trial = row.get("trial") or original
        whole, parts = _read_captions(root / "texts" / f"{name}.txt")
        path = root / "new_joint_vecs" / f"{name}.npy"
        group = row.get("group", "")
        if whole:
            clips.append(Clip(name, path, tuple(whole), trial, group))
        for (start, end), captions in parts.items():
            first, last = round(start * FPS), round(end * FPS)
            if MIN_FRAMES <= last - first <= MAX_FRAMES + 1:
                part = f"{name}@{start:g}-{end:g}"
                clips.append(Clip(part, path, tuple(captions), trial, group, first, last))
    if not clips:
        raise InputError(f"no described clips in split {split!r} of {root}")
    return clips


def clips_of(source: ClipSource, split: str) -> list[Clip]:
    """As `load_clips`, of any source: a folder by its files, a pack by the clips that it makes."""
    if isinstance(source, ClipFolder):
        return load_clips(source.path, split)
    clips: list[Clip] = []
    for clip in source.load_clips(split, width=HUMANML3D.num_features, fps=FPS):
        parts: dict[tuple[int, int | None], list[str]] = {}
        for caption in clip.captions:
            parts.setdefault((caption.start, caption.end), []).append(caption.text)
        for (first, last), captions in parts.items():
            if last is None or MIN_FRAMES <= last - first <= MAX_FRAMES + 1:
                name = clip.name if last is None else f"{clip.name}@{first / FPS:g}-{last / FPS:g}"
                clips.append(Clip(name, clip.features, tuple(captions), clip.trial, clip.group, first, last))
    if not clips:
        raise InputError(f"no described clips in split {split!r} of {source.name}")
    return clips


def same_trial(clips: Sequence[Clip]) -> NDArray[np.bool_]:
    """[N, N] true where two clips were cut from one trial (a clip and its mirror included)."""
    _, trial = np.unique([clip.trial for clip in clips], return_inverse=True)
    return np.asarray(trial[:, None] == trial[None, :])


def _read_captions(path: Path) -> tuple[list[str], dict[tuple[float, float], list[str]]]:
    """Captions of the whole clip, and those of its parts by time range in seconds."""
    whole: list[str] = []
    parts: dict[tuple[float, float], list[str]] = {}
    for line in read_text(path).splitlines():
        fields = line.strip().split("#")
        caption = fields[0].strip()
        if not caption:
            continue
        # The data set writes "nan" where an annotator gave no range.
        start, end = (_seconds(field) for field in (*fields[2:4], "0", "0")[:2])
        if end > start:
            parts.setdefault((start, end), []).append(caption)
        else:
            whole.append(caption)
    return whole, parts


def _seconds(text: str) -> float:
    """Zero for what is no time."""
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if math.isfinite(value) else 0.0
