"""A data set in one small file: whole recordings, what they are cut into, and what is said of it.

A pack is a zip archive that `numpy.load` opens too: `pack.json`, and the arrays `mean`, `std` and `motion` (the byte
planes of `engine.data.packing.joints`, one recording behind the other). Mirrored and speed-changed twins are not in
it: they are made anew, from the same recordings by the same code (`engine.data.packing.source`).
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from engine.data.captions.segments import Segment, read_segments
from engine.data.clips import Normalisation, load_normalisation, load_table
from engine.data.dataset import OWN, SEGMENTS_NAME, DatasetConfig
from engine.data.packing.joints import STEP, Gaps, decode_joints, encode_joints
from engine.errors import InputError
from engine.files.arrays import DAMAGED, read_entries
from engine.files.text import parse_json, told
from engine.files.whole import written_whole
from engine.motion.skeleton import HUMANML3D

FORMAT, VERSION = "mmm pack", 1
HEADER = "pack.json"
SPLITS = ("train", "val", "test")
# Zip archives carry a date; the same data shall make the same bytes.
EPOCH = (1980, 1, 1, 0, 0, 0)


class PackError(InputError):
    """A pack cannot be written or read; the message names the file."""


@dataclass(frozen=True)
class Recording:
    """A trial in a pack: its frames, where it came from and how often its clips are drawn."""

    name: str
    frames: int
    archive: str
    licence: str
    openness: str
    weight: float
    gaps: Gaps


@dataclass(frozen=True)
class Pack:
    """A pack in memory.

    Attributes:
        cut: how segments became clips
        splits: names of the clips, twins included, of `train`, `val` and `test`
        planes: [4, sum of frames x joints x 3] joints as `encode_joints` writes them
    """

    name: str
    joint_count: int
    step: float
    cut: DatasetConfig
    recordings: tuple[Recording, ...]
    segments: tuple[Segment, ...]
    splits: dict[str, tuple[str, ...]]
    normalisation: Normalisation
    planes: NDArray[np.uint8]

    def joints(self) -> dict[str, NDArray[np.float32]]:
        """(T, J, 3) of every recording, by name."""
        ends = np.cumsum([recording.frames * self.joint_count * 3 for recording in self.recordings])
        return {
            recording.name: decode_joints(
                self.planes[:, end - recording.frames * self.joint_count * 3 : end],
                self.joint_count,
                recording.gaps,
                self.step,
            )
            for recording, end in zip(self.recordings, ends, strict=True)
        }


def make_pack(data: Path) -> tuple[Pack, float]:
    """The pack of a data set folder that `mmm data build` or `mmm data import` made, and the metres by which its
    joints are off at most.

    Raises PackError, saying what to do, for a folder without recordings and segments.
    """
    table = load_table(data)
    if not table or not (data / SEGMENTS_NAME).is_file():
        raise PackError(
            f"{data} has no clips.csv and {SEGMENTS_NAME}: make it with 'mmm data build' or 'mmm data import' of this "
            "version"
        )
    trials = next((folder for folder in (data / "trials", data.parent / "trials") if folder.is_dir()), None)
    if trials is None:
        raise PackError(f"the recordings that {data} was cut from are gone: there is no folder trials in or beside it")
    # Clips of a recording weigh differently where a sentence names no side: the heaviest has its own weight.
    by_trial = {row["trial"]: row for row in sorted(table.values(), key=lambda row: float(row["weight"] or 1.0))}
    recordings, planes, worst = [], [], 0.0
    for name, row in sorted(by_trial.items()):
        joints = _load_trial(trials / f"{name}.npy")
        own, gaps = encode_joints(joints)
        back = decode_joints(own, joints.shape[1], gaps)
        worst = max(worst, float(np.nanmax(np.linalg.norm(back - joints, axis=-1))))
        planes.append(own)
        recordings.append(
            Recording(
                name, len(joints), row["archive"], row["licence"], row["openness"], float(row["weight"] or 1.0), gaps
            )
        )
    counts = {own.shape[1] // (3 * recording.frames) for own, recording in zip(planes, recordings, strict=True)}
    if len(counts) > 1:
        raise PackError(f"{trials} mixes recordings of {' and '.join(map(str, sorted(counts)))} joints")
    splits = {split: tuple((data / f"{split}.txt").read_text(encoding="utf-8").split()) for split in SPLITS}
    segments = tuple(segment for segment in read_segments(data / SEGMENTS_NAME) if segment.trial in by_trial)
    made = Pack(
        data.resolve().name,
        counts.pop(),
        STEP,
        DatasetConfig(right_handed=not any(recording.openness == OWN for recording in recordings)),
        tuple(recordings),
        segments,
        splits,
        load_normalisation(data),
        np.concatenate(planes, axis=1),
    )
    return made, worst


def _load_trial(path: Path) -> NDArray[np.float32]:
    try:
        joints = np.load(path, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise PackError(f"cannot read the recording {path}: {error}") from error
    if joints.ndim != 3 or not len(joints):
        raise PackError(f"{path} holds no recording: its shape is {joints.shape}")
    return np.asarray(joints, dtype=np.float32)


def write_pack(pack: Pack, out: Path) -> None:
    """Write a file that appears whole or not at all."""
    header = {
        "format": FORMAT,
        "version": VERSION,
        "name": pack.name,
        "joints": pack.joint_count,
        "fps": HUMANML3D.fps,
        "step": pack.step,
        "cut": {"longest": pack.cut.longest, "speeds": pack.cut.speeds, "right_handed": pack.cut.right_handed},
        "recordings": [asdict(recording) for recording in pack.recordings],
        "segments": [asdict(segment) for segment in pack.segments],
        "splits": pack.splits,
    }
    arrays = {"mean": pack.normalisation.mean, "std": pack.normalisation.std, "motion": pack.planes}
    out.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(out) as unfinished, zipfile.ZipFile(unfinished, "w") as archive:
        with _member(archive, HEADER) as file:
            file.write(json.dumps(header, ensure_ascii=False).encode("utf-8"))
        for name, array in arrays.items():
            with _member(archive, f"{name}.npy") as file:
                np.lib.format.write_array(file, array, allow_pickle=False)


def _member(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type = zipfile.ZIP_LZMA
    return archive.open(entry, "w")


def read_pack(path: Path) -> Pack:
    """Raises PackError for a file that is no pack, one of another version, or a damaged one."""
    if not path.is_file():
        raise PackError(f"no pack {path}: make one with 'mmm data pack DATA --out {path.name}'")
    try:
        with zipfile.ZipFile(path) as archive:
            # Sizes are checked before anything is unpacked.
            arrays = read_entries(archive, path, {"mean", "std", "motion"})
            header = parse_json(archive.read(HEADER), path)
            if not isinstance(header, dict) or header.get("format") != FORMAT:
                raise PackError(f"{path} is no pack: make one with 'mmm data pack DATA --out FILE'")
            if header.get("version") != VERSION:
                raise PackError(
                    f"{path} is a pack of version {header.get('version')}, this is made for version {VERSION}: make it "
                    "again with 'mmm data pack DATA --out FILE'"
                )
        return _pack_of(header, arrays)
    except PackError:
        raise
    except zipfile.BadZipFile as error:
        raise PackError(f"{path} is no pack, or only a part of one: {told(error)}") from error
    except (*DAMAGED, ArithmeticError) as error:
        raise PackError(f"{path} is damaged: {told(error)}") from error


def _pack_of(header: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> Pack:
    recordings = tuple(Recording(**{**row, "gaps": _gaps_of(row["gaps"])}) for row in header["recordings"])
    segments = tuple(Segment(**{**row, "captions": tuple(row["captions"])}) for row in header["segments"])
    speeds = tuple((float(rate), str(said)) for rate, said in header["cut"]["speeds"])
    said = header["cut"]
    cut = DatasetConfig(
        longest=float(said["longest"]), speeds=speeds, right_handed=bool(said.get("right_handed", False))
    )
    splits = {split: tuple(map(str, header["splits"][split])) for split in SPLITS}
    joint_count, planes = int(header["joints"]), arrays["motion"]
    wanted = 3 * joint_count * sum(recording.frames for recording in recordings)
    if planes.dtype != np.uint8 or planes.ndim != 2 or planes.shape[1] != wanted:
        raise ValueError(f"it holds {planes.shape} numbers for {len(recordings)} recordings")
    unknown = {segment.trial for segment in segments} - {recording.name for recording in recordings}
    if unknown:
        raise ValueError(f"it has captions of {sorted(unknown)[0]}, but no motion")
    return Pack(
        str(header["name"]),
        joint_count,
        float(header["step"]),
        cut,
        recordings,
        segments,
        splits,
        Normalisation(arrays["mean"].astype(np.float32), arrays["std"].astype(np.float32)),
        planes,
    )


def _gaps_of(row: dict[str, list[list[int]]]) -> Gaps:
    return {int(joint): [(int(start), int(stop)) for start, stop in parts] for joint, parts in row.items()}
