"""Write the HumanML3D folder layout from trials and captions.

Layout: `new_joint_vecs/NAME.npy` (T, 323), of 27 joints, NaN where a recording does not know head or hands;
`texts/NAME.txt` (``caption#tokens#start#end`` a line),
`Mean.npy`, `Std.npy`, `train.txt`, `val.txt`, `test.txt`, and our own `clips.csv` with a row a clip and
`segments.jsonl` with what these were cut from.
Mirrored twins are called ``M`` + NAME as in HumanML3D; clips of changed speed, made for training
only, end in ``_x85`` or ``_x120`` (percent of the original speed).
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from engine.data.captions.segments import Segment, write_segments
from engine.data.captions.sides import tell_of_right_handers
from engine.data.mirror import mirror_text
from engine.data.trials import find_jumps
from engine.files.text import read_rows
from engine.motion.contacts import measure_skate
from engine.motion.errors import MotionError
from engine.motion.features import joints_to_features
from engine.motion.skeleton import HUMANML3D, mirror_joints, skeleton_of_features

Array = NDArray[np.floating]
SEGMENTS_NAME = "segments.jsonl"
# The openness of recordings that a user imports.
OWN = "own"


@dataclass(frozen=True)
class DatasetConfig:
    """How trials become clips.

    Attributes:
        shortest, longest: seconds of a clip; longer segments are cut, shorter ones left out.
        speeds: playback speeds of extra training clips, with the adverb their captions get.
        test_percent, val_percent: share of the recordings held out.
        max_skate: mean foot slip in mm a frame above which a clip is left out.
        right_handed: in training, sentences that name no side are told of right-handed motions (`captions/sides.py`).
        weights: sampling weight in training by the beginning of archive or trial names; the first
            that fits counts, 1 where none does. Subjects 35 and 39 are the same walk many times; those few who
            wave with the hand at the cheek are what "waves" would come to mean.
    """

    shortest: float = 1.2
    longest: float = 9.8
    speeds: tuple[tuple[float, str], ...] = ((0.85, "slowly"), (1.2, "quickly"))
    test_percent: int = 10
    val_percent: int = 5
    max_skate: float = 45.0
    right_handed: bool = True
    weights: tuple[tuple[str, float], ...] = (
        ("reactidle", 0.08),
        ("cmu_salsa", 0.4),
        ("cc0_quaternius_Greeting", 0.3),
        ("cc0_quaternius", 1.5),
        ("animated_drawings_left_hand_wave", 0.3),
        ("animated_drawings_right_hand_wave", 0.3),
        ("animated_drawings_wave_hello", 0.3),
        ("animated_drawings", 1.5),
        ("cmu_35", 0.5),
        ("cmu_39", 0.5),
        ("choreography", 0.9),
    )


@dataclass(frozen=True)
class ClipRow:
    """One row of clips.csv."""

    name: str
    split: str
    trial: str
    archive: str
    licence: str
    openness: str
    group: str
    weight: float
    frames: int


@dataclass(frozen=True)
class CutClip:
    """A clip as it is cut from a trial: features [T, F], captions of the whole of it, and by how much to weigh it."""

    name: str
    features: NDArray[np.float32]
    captions: tuple[str, ...]
    group: str
    weight: float = 1.0


def choose_split(trial: str, config: DatasetConfig) -> str:
    """The split: "train", "val" or "test", the same for every copy, take and variant of one recording.

    CMU clips whose trial number is not known are always trained on, since a numbered copy of them
    may exist.
    """
    numbered = re.match(r"(cmu_\d+_\d+)", trial)
    if trial.startswith("cmu_") and not numbered:
        return "train"
    if trial.startswith("choreo_"):
        # Every action is trained on; it is single variants that are held out.
        return _bucket(trial, config)
    key = numbered[1] if numbered else re.sub(r"(_RM|_Loop|-\d+|_\d+)*$", "", trial)
    if not numbered and trial.startswith("reactidle"):
        key = "_".join(trial.split("_")[:2])
    return _bucket(key, config)


def _bucket(key: str, config: DatasetConfig) -> str:
    bucket = int(hashlib.sha256(key.encode()).hexdigest(), 16) % 100
    if bucket < config.test_percent:
        return "test"
    return "val" if bucket < config.test_percent + config.val_percent else "train"


def build_dataset(
    trials: Path,
    segments: list[Segment],
    out: Path,
    openness: str,
    config: DatasetConfig,
    splits: Mapping[str, str] | None = None,
) -> list[ClipRow]:
    """Cut, mirror and vary the captioned segments of all trials of one openness into `out`.

    `splits` says where a trial belongs; those it does not name go by `choose_split`. Raises MotionError if a
    caption names a trial that does not exist at all.
    """
    table = {row["name"]: row for row in read_rows(trials / "trials.csv", "name", "openness")}
    unknown = sorted({segment.trial for segment in segments} - set(table))
    if unknown:
        raise MotionError(f"captions name {len(unknown)} unknown trials, first {unknown[0]!r}")
    (out / "new_joint_vecs").mkdir(parents=True, exist_ok=True)
    (out / "texts").mkdir(exist_ok=True)
    by_trial: dict[str, list[Segment]] = {}
    for segment in segments:
        if table[segment.trial]["openness"] == openness:
            by_trial.setdefault(segment.trial, []).append(segment)
    rows: list[ClipRow] = []
    for trial, parts in tqdm(sorted(by_trial.items()), desc="clips", unit="trial"):
        path = trials / f"{trial}.npy"
        if not path.exists():
            continue
        info = table[trial]
        split = splits[trial] if splits and trial in splits else choose_split(trial, config)
        for cut in cut_trial(trial, np.load(path), parts, config, varied=split == "train"):
            np.save(out / "new_joint_vecs" / f"{cut.name}.npy", cut.features)
            lines = [f"{caption}##0.0#0.0" for caption in cut.captions]
            (out / "texts" / f"{cut.name}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
            rows.append(
                ClipRow(
                    cut.name,
                    split,
                    trial,
                    info["archive"],
                    info["licence"],
                    openness,
                    cut.group,
                    cut.weight * _weigh(trial, info["archive"], config),
                    len(cut.features),
                )
            )
    used = {row.trial for row in rows}
    write_segments(out / SEGMENTS_NAME, (part for trial in sorted(used) for part in by_trial[trial]))
    _write_tables(out, rows)
    return rows


def _weigh(trial: str, archive: str, config: DatasetConfig) -> float:
    for start, weight in config.weights:
        if trial.startswith(start) or archive.startswith(start):
            return weight
    return 1.0


def cut_trial(
    trial: str,
    joints: Array,
    segments: list[Segment],
    config: DatasetConfig,
    varied: bool = True,
    wanted: Container[str] | None = None,
) -> Iterator[CutClip]:
    """Every clip made from one trial of joints (T, J, 3), `varied` in speed as well.

    Features are computed over the whole trial and then cut, so that a clip's heading is smoothed
    with what comes before and after it and has no step in its first frame. Trials stand on the floor
    already. Clips that are too short, jump or slide are left out, or, if names are `wanted`, all but those.
    """
    fps = HUMANML3D.fps
    for speed, adverb in ((1.0, ""), *(config.speeds if varied else ())):
        played = change_speed(joints.astype(np.float64), speed)
        jumps = find_jumps(played)
        for prefix in ("", "M"):
            names = [name_clip(trial, number, speed, prefix) for number in range(len(segments))]
            if wanted is not None and not any(name in wanted for name in names):
                continue
            features = joints_to_features(mirror_joints(played) if prefix else played, floor=0.0)
            for name, segment in zip(names, segments, strict=True):
                # The very first frame of a trial carries the published heading step: leave it out.
                start = max(round(segment.start * fps / speed), 1)
                stop = min(round(segment.end * fps / speed), len(features))
                stop = min(stop, start + round(config.longest * fps))
                if wanted is None:
                    if stop - start < config.shortest * fps or any(start <= j < stop for j in jumps):
                        continue
                    if measure_skate(played[start:stop]) > config.max_skate:
                        continue
                elif name not in wanted:
                    continue
                captions = [_describe_speed(text, adverb) for text in segment.captions]
                if prefix:
                    captions = [mirror_text(text) for text in captions]
                weight = 1.0
                if varied and config.right_handed:
                    shown = mirror_joints(played[start:stop]) if prefix else played[start:stop]
                    side = mirror_text(segment.side) if prefix else segment.side
                    captions, weight = tell_of_right_handers(captions, shown, side)
                yield CutClip(name, features[start:stop], tuple(captions), segment.group, weight)


def name_clip(trial: str, number: int, speed: float = 1.0, prefix: str = "") -> str:
    """Of the `number`-th segment of a trial; `prefix` "M" for the mirrored twin."""
    return f"{prefix}{trial}_{number:02d}" + (f"_x{speed * 100:.0f}" if speed != 1.0 else "")


def change_speed(joints: Array, speed: float) -> Array:
    """Play (T, J, 3) joints faster (`speed` > 1) or slower, at the same frame rate."""
    if speed == 1.0:
        return joints
    time = np.arange(0, len(joints) - 1, speed)
    left = time.astype(int)
    fraction = (time - left)[:, None, None]
    return (1 - fraction) * joints[left] + fraction * joints[left + 1]


def _describe_speed(caption: str, adverb: str) -> str:
    """Add the adverb of a changed speed where the caption does not speak of speed already."""
    spoken = ("slow", "quick", "fast", "rapid", "brisk", "leisure", "hurr", "pace")
    if not adverb or any(word in caption for word in spoken):
        return caption
    return f"{caption} {adverb}"


def _write_tables(out: Path, rows: list[ClipRow]) -> None:
    for split in ("train", "val", "test"):
        names = [row.name for row in rows if row.split == split]
        (out / f"{split}.txt").write_text("".join(f"{name}\n" for name in names))
    with (out / "clips.csv").open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, [field.name for field in fields(ClipRow)])
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)
    if not any(row.split == "train" for row in rows):
        raise MotionError("no training clip came out: check the captions and the trial report")
    train = (out / "new_joint_vecs" / f"{row.name}.npy" for row in rows if row.split == "train")
    mean, std = measure_statistics(np.load(path) for path in train)
    np.save(out / "Mean.npy", mean)
    np.save(out / "Std.npy", std)


def measure_statistics(clips: Iterable[Array]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Mean and deviation (F,) for normalising features, over what is known of each in clips (T, F).

    As in HumanML3D, the deviation is averaged within each kind of feature, so that small but
    meaningful differences between joints survive. One clip is held at a time: a data set is larger than memory.
    """
    count, total, squares = 0.0, 0.0, 0.0
    for clip in clips:
        known = np.isfinite(clip)
        values = np.where(known, clip, 0.0).astype(np.float64)
        count = count + known.sum(axis=0)
        total = total + values.sum(axis=0)
        squares = squares + (values**2).sum(axis=0)
    seen = np.asarray(count) > 0
    number = np.maximum(count, 1)
    mean = np.asarray(total / number)
    std = np.sqrt(np.maximum(squares / number - mean**2, 0.0))
    joints = skeleton_of_features(len(mean)).num_joints
    bounds = np.cumsum([0, 1, 2, 1, 3 * (joints - 1), 6 * (joints - 1), 3 * joints, 4])
    for start, stop in zip(bounds, bounds[1:], strict=False):
        measured = seen[start:stop]
        std[start:stop] = std[start:stop][measured].mean() if measured.any() else 1.0
    return mean.astype(np.float32), np.maximum(std, 1e-4).astype(np.float32)
