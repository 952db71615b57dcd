"""Sentences that people wrote for CMU's and ACCAD's recordings: HumanML3D's (Guo et al., CVPR 2022, MIT).

They are read from the archive folder when a data set is built and never kept here. Spans are in seconds of the
original recording, so they go only to recordings that we hold whole and at their true speed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from engine.data.captions.claims import contradicts
from engine.data.captions.segments import Segment
from engine.data.sources import name_accad
from engine.data.trials import TrialReport
from engine.motion.errors import MotionError
from engine.motion.skeleton import HUMANML3D

WHOLE = "whole trial"
# Copies whose timing is not the recording's.
_RETIMED_SUBJECTS = {("cmu_fbx_24fps", 115)}
_RETIMED = {("cmu_fbx_24fps", "cmu_09_01"), ("cmu_fbx_24fps", "cmu_09_03"), ("cmu_fbx_24fps", "cmu_17_03")}
# A span may end so much after our copy.
SLACK_SECONDS = 0.3


def read_human_sentences(captions: Path, reports: Sequence[TrialReport], trials: Path) -> list[Segment]:
    """Segments of usable trials from `captions`/humanml3d_*.jsonl, without sentences that the motion contradicts.

    Returns none where the files are not there. Raises MotionError naming the line of one that cannot be read.
    """
    usable = {report.name: report for report in reports if not report.problem}
    spans = [
        *_read(captions / "humanml3d_cmu.jsonl", usable, _cmu_trial),
        *_read(captions / "humanml3d_accad.jsonl", usable, _accad_trial),
    ]
    by_trial: dict[str, list[Segment]] = {}
    for span in spans:
        by_trial.setdefault(span.trial, []).append(span)
    segments = []
    for trial, parts in sorted(by_trial.items()):
        joints = np.load(trials / f"{trial}.npy").astype(np.float64)
        for part in parts:
            shown = joints[round(part.start * HUMANML3D.fps) : round(part.end * HUMANML3D.fps)]
            texts = tuple(dict.fromkeys(text for text in part.captions if text and not contradicts(text, shown)))
            if texts:
                segments.append(Segment(trial, part.start, part.end, texts))
    return segments


def _read(path: Path, usable: Mapping[str, TrialReport], name: Callable[[Mapping[str, object]], str | None]) -> list[Segment]:
    if not path.exists():
        return []
    segments = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            report = usable.get(name(row) or "")
            if report is None or not _is_timed(report, row):
                continue
            start, end = float(row["start"]), float(row["end"])
            texts = tuple(" ".join(str(text).replace("#", " ").split()) for text in row["captions"])
        except (ValueError, KeyError, TypeError) as error:
            raise MotionError(f"{path}, line {number}: not an entry of HumanML3D's sentences ({error})") from error
        if start < report.seconds and end <= report.seconds + SLACK_SECONDS:
            segments.append(Segment(report.name, start, min(end, report.seconds), texts))
    return segments


def _cmu_trial(row: Mapping[str, object]) -> str:
    return f"cmu_{int(str(row['subject'])):02d}_{int(str(row['trial'])):02d}"


def _accad_trial(row: Mapping[str, object]) -> str | None:
    return name_accad(Path(str(row["file"])).stem) if row["file"] else None


def _is_timed(report: TrialReport, row: Mapping[str, object]) -> bool:
    """Whether our copy runs as the recording did."""
    if report.archive in ("accad", "cmu_more"):
        return True
    subject = int(report.name.split("_")[1])
    retimed = (report.archive, subject) in _RETIMED_SUBJECTS or (report.archive, report.name) in _RETIMED
    return row["copy_here"] == WHOLE and not retimed
