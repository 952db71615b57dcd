"""Clips held in memory, and where they come from: a folder in HumanML3D's layout, or anything like it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.errors import InputError
from engine.files.arrays import read_array
from engine.files.text import read_rows, read_text, shown
from engine.motion.parts import FeatureLayout, fit_features
from engine.motion.skeleton import skeleton_of_features

FPS = 20.0  # where nobody says otherwise: HumanML3D's
# Features of a frame, by data set: how a reader of another one is told.
WIDTHS = {263: "HumanML3D's 263 (22 joints)", 251: "KIT-ML's 251 (21 joints)", 323: "323 (27 joints)"}


class DatasetError(InputError):
    """A data folder cannot be used; the message names the file."""


@dataclass(frozen=True)
class Caption:
    """A description of a clip, or of its frames `start` up to `end` (None: the whole clip)."""

    text: str
    start: int = 0
    end: int | None = None


@dataclass(frozen=True)
class Clip:
    """One motion: features [T, F] at the data set's rate, its captions, its sampling weight, what it was cut from."""

    name: str
    features: NDArray[np.float32]
    captions: tuple[Caption, ...]
    weight: float = 1.0
    trial: str = ""
    group: str = ""

    @property
    def frames(self) -> int:
        return int(self.features.shape[0])


@dataclass(frozen=True)
class Normalisation:
    mean: NDArray[np.float32]
    std: NDArray[np.float32]


class ClipSource(Protocol):
    """A data set that clips are taken from."""

    @property
    def name(self) -> str:
        """What a message or a fine-tuned model calls it."""

    def load_clips(self, split: str, min_frames: int = 4, width: int = 263, fps: float = FPS) -> list[Clip]:
        """As `load_clips` below."""

    def load_normalisation(self, width: int | None = None) -> Normalisation:
        """As `load_normalisation` below."""

    def load_licences(self) -> list[tuple[str, str]]:
        """Openness and licence of each clip; none where the data set does not say."""


@dataclass(frozen=True)
class ClipFolder:
    """A folder in HumanML3D's layout as a source of clips."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.resolve().name

    def load_clips(self, split: str, min_frames: int = 4, width: int = 263, fps: float = FPS) -> list[Clip]:
        return load_clips(self.path, split, min_frames, width, fps)

    def load_normalisation(self, width: int | None = None) -> Normalisation:
        return load_normalisation(self.path, width)

    def load_licences(self) -> list[tuple[str, str]]:
        rows = load_table(self.path).values()
        return [(row.get("openness") or "", row.get("licence") or "") for row in rows]


def clip_source(data: Path | ClipSource) -> ClipSource:
    return ClipFolder(data) if isinstance(data, Path) else data


def load_normalisation(data_dir: Path, width: int | None = None) -> Normalisation:
    """Mean.npy and Std.npy of a data folder, for features `width` wide: 0 and 1 for joints that it has not."""
    mean, std = (_load_array(data_dir / name) for name in ("Mean.npy", "Std.npy"))
    mean, std = (fit_features(array[None], width or len(array))[0] for array in (mean, std))
    return Normalisation(np.nan_to_num(mean, nan=0.0), np.nan_to_num(std, nan=1.0))


def load_clips(data_dir: Path, split: str, min_frames: int = 4, width: int = 263, fps: float = FPS) -> list[Clip]:
    """All clips of `train`, `val` or `test`, in the order of the split file.

    Names without a motion file and clips shorter than `min_frames` are left out, as the split
    files of HumanML3D list such names, and so are files with values that are not finite, of which
    HumanML3D has one (007975); joints that a recording may lack are NaN throughout. Of 27 joints, who asks for 22
    gets those; of 22, who asks for 27 gets NaN for the others. Raises DatasetError for arrays of another width.
    """
    listing = data_dir / f"{split}.txt"
    if not listing.is_file():
        raise DatasetError(f"no split file {listing}")
    table = load_table(data_dir)
    clips = []
    for name in listing.read_text(encoding="utf-8").split():
        motion = data_dir / "new_joint_vecs" / f"{name}.npy"
        if not motion.is_file():
            continue
        features = fitted_features(_load_array(motion), width, motion)
        if len(features) >= min_frames and is_usable(features):
            captions = _load_captions(data_dir / "texts" / f"{name}.txt", len(features), fps)
            row = table.get(name, {})
            weight = _weight(row.get("weight") or "1", data_dir)
            clips.append(Clip(name, features, captions, weight, row.get("trial") or "", row.get("group") or ""))
    if not clips:
        raise DatasetError(f"{listing} names no clip of {min_frames} or more frames in {data_dir}")
    return clips


def fitted_features(features: NDArray[np.float32], width: int, named: Path | str) -> NDArray[np.float32]:
    """[T, width]; raises DatasetError, with the file's name, for features that cannot be brought to it."""
    features = fit_features(features, width)
    if features.ndim != 2 or features.shape[1] != width:
        wanted = WIDTHS.get(width, str(width))
        found = WIDTHS.get(features.shape[-1] if features.ndim == 2 else 0, f"shape {features.shape}")
        raise DatasetError(
            f"{named} holds {found}, the recipe's model takes {wanted}: choose the recipe made for this data set"
        )
    return features


def is_usable(features: NDArray[np.float32]) -> bool:
    """Whether all of [T, F] is finite, but for optional joints, which are known throughout or not at all."""
    known = np.isfinite(features)
    if known.all():
        return True
    skeleton = skeleton_of_features(features.shape[1])
    layout = FeatureLayout(skeleton.num_joints)
    optional = [column for joint in skeleton.optional for column in layout.of_joint(joint)]
    return bool(np.delete(known, optional, axis=1).all() and (known.all(axis=0) == known.any(axis=0)).all())


class WindowSampler:
    """Draws windows of a fixed length; longer and heavier clips come up more often."""

    def __init__(self, clips: list[Clip], frames: int) -> None:
        self.frames = frames
        self.clips = [clip for clip in clips if clip.frames >= frames]
        if not self.clips:
            raise DatasetError(f"no clip is as long as a window of {frames} frames")
        share = np.array([clip.weight * clip.frames for clip in self.clips])
        if not share.sum() > 0:
            raise DatasetError("all clip weights are zero")
        self._cumulative = np.cumsum(share) / share.sum()

    def draw(self, count: int, rng: np.random.Generator) -> NDArray[np.float32]:
        """[count, frames, F]"""
        picks = np.searchsorted(self._cumulative, rng.random(count), side="right")
        windows = []
        for index in np.minimum(picks, len(self.clips) - 1):
            clip = self.clips[index]
            start = int(rng.integers(clip.frames - self.frames + 1))
            windows.append(clip.features[start : start + self.frames])
        return np.stack(windows)


def _load_array(path: Path) -> NDArray[np.float32]:
    try:
        return read_array(path).astype(np.float32)
    except (ValueError, TypeError) as error:
        raise DatasetError(f"cannot read {path}: {error}") from error


def load_table(data_dir: Path) -> dict[str, dict[str, str]]:
    """The rows of a data folder's clips.csv by name of the clip; none if there is no such table.

    Raises InputError for something else of that name.
    """
    path = data_dir / "clips.csv"
    return {row["name"]: row for row in read_rows(path, "name")} if path.exists() else {}


def _weight(text: str, data_dir: Path) -> float:
    try:
        weight = float(text)
    except ValueError:
        weight = np.nan
    if not 0.0 <= weight < np.inf:
        raise DatasetError(f"{data_dir / 'clips.csv'} has the weight {shown(text)}: it is a number, 0 or more")
    return weight


def _load_captions(path: Path, frames: int, fps: float) -> tuple[Caption, ...]:
    """Lines `caption#tokens#start#end`, times in seconds, 0 and 0 meaning the whole clip."""
    if not path.is_file():
        return ()
    captions = []
    for line in read_text(path).splitlines():
        fields = line.strip().split("#")
        if not fields[0].strip():
            continue
        start, end = (_seconds(fields, index) for index in (2, 3))
        if end > start:
            first, last = int(start * fps), min(frames, int(end * fps))
            if last > first:
                captions.append(Caption(fields[0].strip(), first, last))
        else:
            captions.append(Caption(fields[0].strip()))
    return tuple(captions)


def _seconds(fields: list[str], index: int) -> float:
    try:
        value = float(fields[index])
    except (IndexError, ValueError):
        return 0.0
    return value if np.isfinite(value) else 0.0
