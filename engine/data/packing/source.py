"""The clips of a pack: cut, mirrored and varied anew, by several processes where there are many."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from engine.data.captions.segments import Segment
from engine.data.clips import (
    FPS,
    Caption,
    Clip,
    ClipFolder,
    ClipSource,
    DatasetError,
    Normalisation,
    fitted_features,
    is_usable,
)
from engine.data.dataset import CutClip, DatasetConfig, cut_trial, name_clip
from engine.data.packing.pack import Pack, read_pack
from engine.motion.parts import fit_features

# With fewer recordings, other processes would not have started before this one is done.
FEW = 64


def open_source(path: Path) -> ClipSource:
    """A pack if it is a file, else a folder in HumanML3D's layout. Raises PackError for a file that is no pack."""
    return PackedClips.open(path) if path.is_file() else ClipFolder(path)


class _Job(NamedTuple):
    trial: str
    joints: NDArray[np.float32]
    segments: list[Segment]
    cut: DatasetConfig
    wanted: frozenset[str]
    trained_on: bool


class PackedClips:
    """A pack as a source of clips, which are made when they are first asked for.

    Attributes:
        workers: processes that make them; by default one less than there are cores
    """

    def __init__(self, pack: Pack, named: str = "the pack", workers: int | None = None) -> None:
        self.pack = pack
        self.named = named
        self.workers = workers if workers is not None else max(1, (os.cpu_count() or 1) - 1)

    @classmethod
    def open(cls, path: Path, workers: int | None = None) -> PackedClips:
        """Raises PackError for a file that cannot be used."""
        return cls(read_pack(path), str(path), workers)

    @property
    def name(self) -> str:
        return self.pack.name

    def load_clips(self, split: str, min_frames: int = 4, width: int = 263, fps: float = FPS) -> list[Clip]:
        """As `engine.data.clips.load_clips` reads them from a folder."""
        if split not in self.pack.splits:
            raise DatasetError(f"{self.named} has no split {split!r}")
        clips = []
        for name in self.pack.splits[split]:
            clip = self._clips.get(name)
            if clip is None or clip.frames < min_frames or not is_usable(clip.features):
                continue
            features = fitted_features(clip.features, width, self.named)
            clips.append(Clip(name, features, clip.captions, clip.weight, clip.trial, clip.group))
        if not clips:
            raise DatasetError(f"{self.named} has no {split} clip of {min_frames} or more frames")
        return clips

    def load_normalisation(self, width: int | None = None) -> Normalisation:
        """As `engine.data.clips.load_normalisation` reads it."""
        own = self.pack.normalisation
        mean, std = (fit_features(array[None], width or len(array))[0] for array in (own.mean, own.std))
        return Normalisation(np.nan_to_num(mean, nan=0.0), np.nan_to_num(std, nan=1.0))

    def load_licences(self) -> list[tuple[str, str]]:
        return [(recording.openness, recording.licence) for recording in self.pack.recordings]

    @cached_property
    def _clips(self) -> dict[str, Clip]:
        found: dict[str, Clip] = {}
        with tqdm(total=len(self.pack.recordings), desc="clips", unit="recording", leave=False) as bar:
            for recording, cuts in zip(self.pack.recordings, self._cut(), strict=True):
                for cut in cuts:
                    said = tuple(Caption(text.strip()) for text in cut.captions)
                    weight = cut.weight * recording.weight
                    found[cut.name] = Clip(cut.name, cut.features, said, weight, recording.name, cut.group)
                bar.update()
        return found

    def _cut(self) -> Iterator[list[CutClip]]:
        jobs = list(self._jobs())
        if self.workers == 1 or len(jobs) < FEW:
            yield from map(_cut_one, jobs)
            return
        # Threads of this process may hold locks that a forked one would wait for.
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(self.workers, mp_context=context) as pool:
            yield from pool.map(_cut_one, jobs, chunksize=8)

    def _jobs(self) -> Iterable[_Job]:
        joints = self.pack.joints()
        segments: dict[str, list[Segment]] = {}
        for segment in self.pack.segments:
            segments.setdefault(segment.trial, []).append(segment)
        wanted = frozenset(name for names in self.pack.splits.values() for name in names)
        trained_on = frozenset(self.pack.splits["train"])
        for recording in self.pack.recordings:
            own, cut = segments.get(recording.name, []), self.pack.cut
            names = frozenset(
                name_clip(recording.name, number, speed, prefix)
                for number in range(len(own))
                for speed in (1.0, *(speed for speed, _ in cut.speeds))
                for prefix in ("", "M")
            )
            yield _Job(
                recording.name, joints[recording.name], own, cut, names & wanted, not names.isdisjoint(trained_on)
            )


def _cut_one(job: _Job) -> list[CutClip]:
    return list(cut_trial(job.trial, job.joints, job.segments, job.cut, job.trained_on, job.wanted))
