"""Find and read every source clip of the motion archives, and say which recording each one is.

Different archives hold the same CMU trial in different conversions. A clip's `trial` names the
recording, so that copies can be told and kept on one side of a split.
"""

from __future__ import annotations

import lzma
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.data.formats.amc import read_amc
from engine.errors import InputError
from engine.files.arrays import names_of, read_arrays
from engine.files.text import HOSTILE, read_rows, shown, told
from engine.files.whole import folder_written_whole
from engine.motion.bvh import read_bvh
from engine.motion.clip import SkeletonClip
from engine.motion.errors import MotionError


@dataclass(frozen=True)
class Archive:
    """One motion archive: its licence, how much its copies are trusted, and its quirks.

    Attributes:
        licence: short name written into the clip table.
        openness: "open" if models trained on it may be used commercially, else "nc".
        rank: of several copies of one trial the lowest rank is kept.
        fps: rate of files that carry none (AMC).
        hand_keyed: animated for games: stylised bodies, cycles of one step, mostly on the spot.
        true_hands: whether its hands turn as the recorded ones did; a conversion can lose the roll of a wrist.
    """

    name: str
    licence: str
    openness: str
    rank: int
    fps: float = 30.0
    hand_keyed: bool = False
    true_hands: bool = True


CMU = "CMU MoCap terms"
ARCHIVES = (
    Archive("cmu_native", CMU, "open", 1),
    Archive("cmu_amc", CMU, "open", 0),
    Archive("cmu_asf_amc", CMU, "open", 2, 120.0),
    Archive("cmu_cgspeed_max", CMU, "open", 2),
    Archive("cmu_fbx", CMU, "open", 3, true_hands=False),
    Archive("cmu_karate_30", CMU, "open", 3),
    Archive("cmu_fbx_24fps", CMU, "open", 4, true_hands=False),
    Archive("cmu_salsa", CMU, "open", 4),
    Archive("cmu_daz", CMU, "open", 5),
    Archive("cmu_dance_karate", CMU, "open", 6),
    Archive("cmu_pieces", CMU, "open", 7),
    Archive("cmu_more", CMU, "open", 8),
    Archive("accad", "CC BY 3.0", "open", 0),
    Archive("animated_drawings", "MIT", "open", 0),
    Archive("style100", "CC BY 4.0", "open", 0),
    Archive("cc0_quaternius", "CC0 1.0", "open", 0),
    Archive("kaykit_cc0", "CC0 1.0", "open", 0, hand_keyed=True),
    Archive("quaternius_more_cc0", "CC0 1.0", "open", 0, hand_keyed=True),
    Archive("reactidle", "MIT", "open", 0),
    Archive("nc_bandai_namco", "CC BY-NC 4.0", "nc", 0),
)

# Folders of archives whose files are numbered by trial within one CMU subject.
_SUBJECT_PREFIXES = {"indian": 94, "martial": 135, "IndianDance": 94, "PickUpBox": 115, "SexyLady": 137}


# Frame rates of folders whose files carry a wrong one.
_TRUE_FPS = {"cmu_88_bvh": 60.0, "cmu_misc_bvh": 60.0}
# Recordings of files that are named otherwise; told by their lengths.
_RENAMED = {"box-1": "cmu_14_01", "box-3": "cmu_13_17"}

# Characters that share their actions, keyed once for all of them.
_SAME_ACTIONS = {
    **dict.fromkeys(("Cleric", "Monk", "Ranger", "Rogue", "Warrior", "Wizard"), "rpg"),
    **dict.fromkeys(("Female", "Male"), "casual"),
    "KnightCharacter": "knight",
    "Character": "soldier",
}


@dataclass(frozen=True)
class SourceClip:
    """One readable clip: where it lies, which recording it is, and the trial's own description.

    `is_cycle` says that it was cut to one cycle of a gait.
    """

    archive: Archive
    path: Path
    trial: str
    description: str
    is_cycle: bool = False


def unpack_archives(source: Path, work: Path) -> None:
    """Unpack every archive of `source`/motion below `work` once; raises InputError naming one that is broken."""
    for archive in ARCHIVES:
        target = work / archive.name
        packed = source / "motion" / f"{archive.name}.tar.xz"
        if target.exists() or not packed.exists():
            continue
        with folder_written_whole(target) as unfinished:
            try:
                with tarfile.open(packed) as tar:
                    tar.extractall(unfinished, filter="data")
            except (tarfile.TarError, lzma.LZMAError, EOFError, OSError) as error:
                raise InputError(f"{packed} cannot be unpacked ({error}): get it again") from error


def find_clips(source: Path, work: Path, imported: Path) -> list[SourceClip]:
    """All clips below `work`, FBX and GLB ones as the .npz files that Blender made of them.

    `source` holds the trial descriptions, `imported` a folder per archive with converted files.
    """
    trials = _read_trial_table(source / "captions" / "cmu_motion_here.csv")
    clips = []
    for archive in ARCHIVES:
        files = [
            path
            for pattern in ("*.bvh", "*.amc")
            for path in (work / archive.name).rglob(pattern)
            if _is_licensed(archive, path)
        ]
        files += (imported / archive.name).glob("*.npz")
        for path in sorted(files):
            trial, description = _name_trial(archive, path, trials)
            clips.append(SourceClip(archive, path, trial, description, path.stem.endswith("_LOOP")))
    return clips


def _is_licensed(archive: Archive, path: Path) -> bool:
    """Whether a file's origin is known: cmu_native also holds keyframed clips of its packager."""
    return archive.name != "cmu_native" or re.fullmatch(r"\d+_\d+", path.stem) is not None


def read_clip(clip: SourceClip) -> SkeletonClip:
    """Read the clip's file; raises MotionError if it cannot be used."""
    suffix = clip.path.suffix.lower()
    if suffix == ".bvh":
        read = read_bvh(clip.path)
        fps = _TRUE_FPS.get(clip.path.parent.name, read.fps)
        return read.replaced(read.positions, read.rotations, fps)
    if suffix == ".amc":
        return read_amc(_skeleton_of(clip.path), clip.path, clip.archive.fps)
    return _read_imported(clip.path)


def _skeleton_of(amc: Path) -> Path:
    """The ASF beside an AMC: same stem, same subject, or the one that shares its first word."""
    subject = amc.stem.split("_")[0]
    options = [amc.with_suffix(".asf"), amc.with_name(f"{subject}.asf")]
    options += sorted(amc.parent.glob(f"{subject}-*.asf"))
    options += sorted(amc.parent.glob(f"{amc.stem.rstrip('0123456789')}*.asf"))
    for option in options:
        if option.exists():
            return option
    raise MotionError(f"{amc}: no ASF skeleton lies beside it")


def holds_skeleton(path: Path) -> bool:
    """Whether a .npz is what Blender made of an FBX or GLB file, and not bare joint positions."""
    return {"joint_names", "rotations"} <= names_of(path)


def _read_imported(path: Path) -> SkeletonClip:
    try:
        data = read_arrays(path)
        clip = SkeletonClip(
            tuple(str(name) for name in data["joint_names"]),
            tuple(int(parent) for parent in data["parents"]),
            data["positions"].astype(np.float64),
            data["rotations"].astype(np.float64),
            data["rest_positions"].astype(np.float64),
            data["rest_rotations"].astype(np.float64),
            float(data["fps"]),
        )
    except HOSTILE as error:
        raise MotionError(f"{path}: not what Blender makes of an FBX or GLB file ({told(error)})") from error
    _check_imported(path, clip)
    return clip


def _check_imported(path: Path, clip: SkeletonClip) -> None:
    """Raises MotionError unless the arrays are of one skeleton and one number of frames."""
    count, frames = len(clip.joint_names), len(clip.positions)
    shapes = (
        (clip.positions, (frames, count, 3)),
        (clip.rotations, (frames, count, 4)),
        (clip.rest_positions, (count, 3)),
        (clip.rest_rotations, (count, 4)),
    )
    fit = len(clip.parents) == count and all(array.shape == shape for array, shape in shapes)
    ordered = all(-1 <= parent < joint for joint, parent in enumerate(clip.parents))
    finite = all(np.isfinite(array).all() for array, _ in shapes)
    if not (fit and ordered and finite and frames >= 1 and 1.0 <= clip.fps <= 1000.0):
        raise MotionError(f"{path}: not what Blender makes of an FBX or GLB file (its arrays do not fit together)")


def _read_trial_table(path: Path) -> dict[str, tuple[str, str]]:
    """(archive/file stem) and trial key -> (trial, description); raises InputError where there is no table."""
    if not path.is_file():
        raise InputError(f"{path} is not there: it says which recording each file of CMU's is")
    table = {}
    every = path.with_name("cmu_trials.csv")
    if every.exists():
        for row in read_rows(every, "subject", "trial", "description"):
            trial = _number_trial(row, every)
            table[trial] = (trial, row["description"])
    for row in read_rows(path, "subject", "trial", "description", "subject_description", "file", "archive"):
        if not (row["subject"] and row["trial"]):
            continue
        trial = _number_trial(row, path)
        known = (trial, row["description"] or row["subject_description"])
        table[trial] = known
        stem = Path(row["file"]).name.split(".")[0]
        table[f"{row['archive'].split('/')[0]}/{stem}"] = known
    return table


def _number_trial(row: dict[str, str], path: Path) -> str:
    """CMU's name of a recording. Raises InputError for a row without numbers."""
    try:
        return f"cmu_{int(row['subject']):02d}_{int(row['trial']):02d}"
    except ValueError:
        raise InputError(f"{path}: {shown(row['subject'])} and {shown(row['trial'])} are no numbers") from None


def _name_trial(archive: Archive, path: Path, trials: dict[str, tuple[str, str]]) -> tuple[str, str]:
    stem = path.name.split(".")[0]
    if archive.name == "cmu_more":
        return _name_more(stem, trials)
    if archive.licence == CMU:
        numbered = re.match(r"(\d+)_(\d+)", stem)
        prefixed = re.match(r"([A-Za-z]*?)_?(\d+)$", stem)
        key = f"{archive.name}/{stem}"
        if numbered:
            key = f"cmu_{int(numbered[1]):02d}_{int(numbered[2]):02d}"
        elif prefixed and (prefixed[1] or path.parent.name) in _SUBJECT_PREFIXES:
            subject = _SUBJECT_PREFIXES[prefixed[1] or path.parent.name]
            key = f"cmu_{subject:02d}_{int(prefixed[2]):02d}"
        if key in trials:
            return trials[key]
        return (key if key.startswith("cmu_") and numbered else f"{archive.name}_{stem}"), stem
    words = stem.split("__")[-1] if archive.name == "cc0_quaternius" else stem
    take = re.sub(r"~[0-9a-f]+$", "", words)
    if archive.name == "accad":
        return name_accad(stem), take.replace("_", " ")
    if archive.name in ("kaykit_cc0", "quaternius_more_cc0"):
        take = _name_action(stem)
    group = {"nc_bandai_namco": "nc", "kaykit_cc0": "kaykit", "quaternius_more_cc0": "quaternius"}.get(
        archive.name, archive.name
    )
    return f"{group}_{take}", take.replace("_", " ")


def name_accad(stem: str) -> str:
    """Trial of an ACCAD file; a second take (T2) differs by a number only, as `choose_split` expects."""
    return "accad_" + re.sub(r"_?[tT](\d)$", r"_\1", stem)


def _name_more(stem: str, trials: dict[str, tuple[str, str]]) -> tuple[str, str]:
    """cmu_more: loops cut from a recording keep its number, so that both lie on one side of a split."""
    trial = _RENAMED.get(stem, stem.removesuffix("_LOOP").removesuffix("_EDIT"))
    numbered = re.search(r"(\d+)_(\d+)$", trial)
    if numbered is None or trial.startswith("neutral"):
        return f"cmu_more_{trial}", f"{trial.replace('_', ' ')} (loop)"
    key = f"cmu_{int(numbered[1]):02d}_{int(numbered[2]):02d}"
    description = trials.get(key, (key, ""))[1]
    return f"{key}_loop" if stem.endswith("_LOOP") else key, description


def _name_action(stem: str) -> str:
    """A character's action: what Blender's import calls FILE__ACTION, less what repeats the file's kind."""
    character, _, action = stem.partition("__")
    action = re.sub(r"^(Human|Robot)Armature_(Female|Man|Robot)?_?", "", action or character)
    if character.startswith("Rig_"):
        return f"Large_{action}" if character.startswith("Rig_Large") else action
    name = character.split("_")[0]
    return f"{_SAME_ACTIONS.get(name, name.lower())}_{action}"


def iterate_best(clips: list[SourceClip]) -> Iterator[SourceClip]:
    """One clip a trial: the best-ranked archive's, the longest file where ranks tie.

    Pieces of a trial (archive cmu_pieces) are all kept if nothing better has the trial.
    """
    by_trial: dict[str, list[SourceClip]] = {}
    for clip in clips:
        by_trial.setdefault(clip.trial, []).append(clip)
    for copies in by_trial.values():
        best = min(copy.archive.rank for copy in copies)
        kept = [copy for copy in copies if copy.archive.rank == best]
        if kept[0].archive.name in ("cmu_pieces", "animated_drawings"):
            yield from kept
        else:
            yield max(kept, key=lambda copy: copy.path.stat().st_size)
