"""Sentences that people wrote for CMU's and ACCAD's recordings: HumanML3D's (Guo et al., CVPR 2022, MIT).

They are read from the archive folder when a data set is built and never kept here. Spans are in seconds of the
original recording, so they go only to recordings that we hold whole and at their true speed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.data.captions.claims import contradicts
from engine.data.captions.segments import Segment
from engine.files.text import HOSTILE, read_json_lines, told
from engine.motion.errors import MotionError
from engine.motion.skeleton import HUMANML3D

WHOLE = "whole trial"
# Copies whose timing is not the recording's: archive and beginning of the trial's name.
_RETIMED = tuple(("cmu_fbx_24fps", start) for start in ("cmu_115_", "cmu_09_01", "cmu_09_03", "cmu_17_03"))
# A span may end so much after our copy; one of a whole recording of ACCAD's, whose BVH files are trimmed a little at
# their ends, by so large a share.
SLACK_SECONDS, TRIMMED = 0.3, 0.3


@dataclass(frozen=True)
class Copy:
    """What has to be known of a usable recording: the archive it is from and its length."""

    archive: str
    seconds: float


def read_human_sentences(
    captions: Path, copies: Mapping[str, Copy], trials: Path, name_accad: Callable[[str], str]
) -> list[Segment]:
    """Segments of the recordings `copies` from `captions`/humanml3d_*.jsonl, less what the motion contradicts.

    `trials` holds NAME.npy of each, `name_accad` gives the recording of an ACCAD file's stem. Returns none where the
    sentences are not there. Raises MotionError naming the line of one that cannot be read.
    """

    def accad(row: Mapping[str, object]) -> str:
        return name_accad(Path(str(row["file"])).stem)

    by_trial: dict[str, list[Segment]] = {}
    for file, name in (("humanml3d_cmu.jsonl", _cmu_trial), ("humanml3d_accad.jsonl", accad)):
        for span in _read(captions / file, copies, name):
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


def _read(path: Path, copies: Mapping[str, Copy], name: Callable[[Mapping[str, object]], str]) -> list[Segment]:
    if not path.exists():
        return []
    segments = []
    for number, row in read_json_lines(path):
        try:
            trial = name(row)
            start, end = float(row["start"]), float(row["end"])
            texts = tuple(" ".join(str(text).replace("#", " ").split()) for text in row["captions"])
            copy = copies.get(trial)
            if copy is None or not _is_timed(trial, copy, str(row.get("copy_here", WHOLE))):
                continue
        except HOSTILE as error:
            message = f"{path}, line {number}: not an entry of HumanML3D's sentences ({told(error)})"
            raise MotionError(message) from error
        if copy.archive == "accad" and start < 0.5 and end <= (1 + TRIMMED) * copy.seconds:
            end = min(end, copy.seconds)
        if start < copy.seconds and end <= copy.seconds + SLACK_SECONDS:
            segments.append(Segment(trial, start, min(end, copy.seconds), texts))
    return segments


def _cmu_trial(row: Mapping[str, object]) -> str:
    return f"cmu_{int(str(row['subject'])):02d}_{int(str(row['trial'])):02d}"


def _is_timed(trial: str, copy: Copy, told: str) -> bool:
    """Whether our copy runs as the recording did."""
    if copy.archive in ("accad", "cmu_more"):
        return True
    return told == WHOLE and not any(copy.archive == archive and trial.startswith(start) for archive, start in _RETIMED)
