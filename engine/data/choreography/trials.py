"""Choreographed takes as trials beside the captured ones, so that a data set is built of both."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np
from tqdm import tqdm

from engine.data.captions.segments import Segment
from engine.data.choreography.library import Take, choreograph
from engine.data.trials import TrialReport, find_jumps
from engine.files.text import read_rows
from engine.motion.contacts import measure_skate
from engine.motion.skeleton import HUMANML3D

ARCHIVE, LICENCE = "choreography", "CC0 1.0"
SEED, VARIANTS = 2026, 12


def add_choreography(
    trials: Path, seed: int = SEED, variants: int = VARIANTS, names: Sequence[str] | None = None
) -> tuple[list[TrialReport], list[Segment]]:
    """Write `trials`/choreo_ACTION_NN.npy of every action, or those named, over the captured trials there.

    Their rows join `trials`/trials.csv; earlier takes are replaced. Raises MotionError if there is nothing
    captured to lay them over.
    """
    for old in trials.glob("choreo_*.npy"):
        old.unlink()
    reports, segments = [], []
    for take in tqdm(choreograph(trials, seed, variants, names), desc="choreography", unit="take"):
        np.save(trials / f"{take.name}.npy", take.joints)
        reports.append(_report(take))
        segments.append(Segment(take.name, 0.0, len(take.joints) / HUMANML3D.fps, take.captions, side=take.side))
    table = trials / "trials.csv"
    rows = [row for row in read_rows(table, "archive") if row["archive"] != ARCHIVE]
    with table.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, [field.name for field in fields(TrialReport)])
        writer.writeheader()
        writer.writerows([*rows, *(asdict(report) for report in reports)])
    return reports, segments


def _report(take: Take) -> TrialReport:
    joints = take.joints.astype(np.float64)
    lowest = joints[:, (*HUMANML3D.feet_left, *HUMANML3D.feet_right), 1].min(axis=1)
    return TrialReport(
        name=take.name,
        archive=ARCHIVE,
        licence=LICENCE,
        openness="open",
        description=take.captions[0],
        seconds=round(len(joints) / HUMANML3D.fps, 2),
        travel=round(float(np.abs(joints[-1, 0] - joints[0, 0]).max()), 2),
        skate=round(measure_skate(joints), 1),
        floor_range=round(float(np.percentile(lowest, 95) - np.percentile(lowest, 5)), 3),
        jumps=" ".join(map(str, find_jumps(joints))),
        problem="",
    )
