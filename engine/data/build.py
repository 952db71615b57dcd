"""Archives to data sets, in one go: unpack, convert, conform, caption, cut, report."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.blender_process import import_motions
from engine.data.captions.human import Copy, read_human_sentences
from engine.data.captions.labels import caption_bandai_namco
from engine.data.captions.measured import keep_grounded, tell_turn, widen_change
from engine.data.captions.segments import Segment, read_segments
from engine.data.choreography.trials import add_choreography
from engine.data.dataset import ClipRow, DatasetConfig, build_dataset, choose_split
from engine.data.sources import find_clips, iterate_best, name_accad, unpack_archives
from engine.data.trials import TrialReport, build_trials
from engine.errors import InputError
from engine.files.whole import folder_written_whole
from engine.motion.errors import MotionError

CAPTIONS = Path(__file__).parent / "captions"
# Archives with sentences by people that the first models had not seen.
SINCE_THE_FIRST = ("accad", "cmu_more")
# What is left out without a word in the summary: it is in the table.
_EXPECTED = ("too short", "does not move")


def build_all(source: Path, out: Path) -> None:
    """Make `out`/open and `out`/nc in HumanML3D layout from `source`/motion and our captions.

    `out`/trials keeps every recording whole with its report, `out`/raw and `out`/imported what was
    unpacked and converted, which a second run uses again.
    """
    if not (source / "motion").is_dir():
        raise InputError(f"{source} has no folder motion/: give the folder that holds the archives")
    raw, imported, trials = out / "raw", out / "imported", out / "trials"
    raw.mkdir(parents=True, exist_ok=True)
    unpack_archives(source, raw)
    _convert_with_blender(raw, imported)
    clips = find_clips(source, raw, imported)
    reports = build_trials(iterate_best(clips), trials, clips)
    captions = _read_captions(source, trials, reports)
    try:
        takes, sentences = add_choreography(trials)
        reports, captions = reports + takes, captions + sentences
    except MotionError as error:
        print(f"no choreography: {error}")
    for openness in ("open", "nc"):
        if any(report.openness == openness and not report.problem for report in reports):
            rows = build_dataset(trials, captions, out / openness, openness, DatasetConfig())
            print(_summarise(openness, rows))
    print(_summarise_trials(reports, trials / "trials.csv"))


def _read_captions(source: Path, trials: Path, reports: list[TrialReport]) -> list[Segment]:
    """Our captions, those told by file names and those people wrote, of the recordings that are there."""
    known = {report.name for report in reports}
    own = [segment for path in sorted(CAPTIONS.glob("*.jsonl")) for segment in read_segments(path)]
    missing = sorted({segment.trial for segment in own} - known)
    if missing:
        shown = ", ".join(missing[:3]) + (" ..." if len(missing) > 3 else "")
        print(f"captions of {len(missing)} recordings are left out, {source / 'motion'} does not hold them: {shown}")
    captions = [segment for segment in own if segment.trial in known]
    captions += caption_bandai_namco({report.name: report.seconds for report in reports})
    copies = {
        report.name: Copy(report.archive, report.seconds)
        for report in reports
        if not report.problem and not _is_measured_on(report)
    }
    captions += read_human_sentences(source / "captions", copies, trials, name_accad)
    kept = {report.name for report in reports if not report.problem and _is_measured_on(report)}
    return [segment for segment in captions if segment.trial in kept] + _fit_to_motion(
        [segment for segment in captions if segment.trial not in kept], trials
    )


def _fit_to_motion(segments: list[Segment], trials: Path) -> list[Segment]:
    """Captions with what the frames say of height, beginning and end, and turns; those these deny are left out."""
    by_trial: dict[str, list[Segment]] = {}
    for segment in segments:
        by_trial.setdefault(segment.trial, []).append(segment)
    fitted = []
    for trial, parts in by_trial.items():
        path = trials / f"{trial}.npy"
        if not path.exists():
            continue  # left out: the table says why
        joints = np.load(path).astype(np.float64)
        for part in parts:
            grounded = keep_grounded(part, joints)
            if grounded is not None:
                fitted.append(tell_turn(widen_change(grounded, joints), joints))
    return fitted


def _is_measured_on(report: TrialReport) -> bool:
    """Whether a recording is in the test split of the first models: it keeps the sentences they were measured with."""
    return report.archive not in SINCE_THE_FIRST and choose_split(report.name, DatasetConfig()) == "test"


def _convert_with_blender(raw: Path, imported: Path) -> None:
    """FBX and GLB files become .npz, a folder an archive, once."""
    for archive in sorted(path for path in raw.iterdir() if path.is_dir()):
        files = sorted(path for kind in ("*.fbx", "*.glb", "*.gltf") for path in archive.rglob(kind))
        target = imported / archive.name
        if files and not target.exists():
            with folder_written_whole(target) as unfinished:
                for line in import_motions(files, unfinished):
                    print(f"left out {line}")
                if not any(unfinished.iterdir()):
                    raise InputError(f"Blender could read none of the {len(files)} files of {archive.name}")


def _summarise(openness: str, rows: list[ClipRow]) -> str:
    lines = [f"{openness}:"]
    for split in ("train", "val", "test"):
        own = [row for row in rows if row.split == split]
        minutes = sum(row.frames for row in own) / 1200
        trials = len({row.trial for row in own})
        lines.append(f"  {split}: {len(own)} clips from {trials} recordings, {minutes:.1f} minutes")
    return "\n".join(lines)


def _summarise_trials(reports: list[TrialReport], table: Path) -> str:
    left_out = [report for report in reports if report.problem]
    jumping = sum(bool(report.jumps) for report in reports if not report.problem)
    unread = [f"left out {report.name}: {report.problem}" for report in left_out if report.problem not in _EXPECTED]
    return (
        "\n".join(unread)
        + "\n" * bool(unread)
        + (
            f"{len(reports) - len(left_out)} recordings, {len(left_out)} left out, {jumping} with jumps "
            f"(clips avoid them); per recording: {table}"
        )
    )
