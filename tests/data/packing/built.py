"""A data set as `mmm data build` leaves it, of golden motion."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from engine.data.captions.segments import Segment
from engine.data.dataset import DatasetConfig, build_dataset
from engine.data.trials import TrialReport

GOLDEN = Path(__file__).parents[2] / "golden"


def write_built(root: Path) -> Path:
    """`root`/open of five recordings, two of which know heads and hands, with their `root`/trials."""
    body = np.load(GOLDEN / "humanml3d_new_joints_012314.npy").astype(np.float32)
    (root / "trials").mkdir()
    segments, splits = [], {}
    with (root / "trials" / "trials.csv").open("w", newline="") as handle:
        writer = csv.DictWriter(handle, list(TrialReport.__dataclass_fields__), restval="")
        writer.writeheader()
        for number in range(5):
            name = f"animated_drawings_take{number}"
            joints = np.full((len(body), 27, 3), np.nan, dtype=np.float32)
            joints[:, :22] = body * np.float32(1 + 0.01 * number)
            if number < 2:
                joints[:, 22:] = joints[:, [15, 20, 21, 20, 21]] + np.float32(0.06)
            np.save(root / "trials" / f"{name}.npy", joints)
            archive = "animated_drawings" if number % 2 else "cmu_salsa"
            writer.writerow({"name": name, "openness": "open", "archive": archive, "licence": "MIT"})
            segments += [
                Segment(name, 0.0, 4.0, ("a person raises the left hand", "the left arm goes up"), "gesture"),
                # Too short at its own pace: only the slow twins are clips.
                Segment(name, 4.0, 5.15, ("someone steps to the right",)),
                Segment(name, 2.0, 6.0, ("a man waves his left hand slowly",)),
            ]
            splits[name] = ("val", "test")[number % 2] if number > 2 else "train"
    build_dataset(root / "trials", segments, root / "open", "open", DatasetConfig(max_skate=float("inf")), splits)
    return root / "open"
