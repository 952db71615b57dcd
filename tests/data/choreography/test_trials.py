"""Takes as trials of a data set."""

import csv
from dataclasses import asdict, fields

import numpy as np
import pytest

from engine.data.choreography.bases import BaseLibrary
from engine.data.choreography.library import ACTIONS, choreograph
from engine.data.choreography.trials import add_choreography
from engine.data.dataset import DatasetConfig, choose_split
from engine.data.trials import TrialReport
from engine.motion.errors import MotionError


@pytest.fixture
def folder(trials, tmp_path):
    """Captured trials with their table."""
    for path in trials.glob("*.npy"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    row = TrialReport("cmu_35_05", "cmu_amc", "CMU", "open", "walk", 3.0, 3.0, 1.0, 0.0, "", "")
    with (tmp_path / "trials.csv").open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, [field.name for field in fields(TrialReport)])
        writer.writeheader()
        writer.writerow(asdict(row))
    return tmp_path


def test_takes_stand_beside_the_captured_trials_and_replace_earlier_ones(folder):
    (folder / "choreo_old_99.npy").write_bytes(b"")
    for _ in range(2):
        reports, segments = add_choreography(folder, seed=1, variants=2, names=("wave", "limp"))
        with (folder / "trials.csv").open(newline="", encoding="utf-8") as handle:
            rows = list(csv.DictReader(handle))
        assert [row["name"] for row in rows] == ["cmu_35_05", *(report.name for report in reports)]
    # Limps are asked for a lot and have more takes.
    assert len(reports) == 2 * (ACTIONS["wave"].often + ACTIONS["limp"].often) > 4
    assert {path.stem for path in folder.glob("choreo_*.npy")} == {report.name for report in reports}
    assert {row["licence"] for row in rows[1:]} == {"CC0 1.0"}
    for report, segment in zip(reports, segments, strict=True):
        joints = np.load(folder / f"{report.name}.npy")
        assert joints.dtype == np.float32 and joints.shape[1:] == (27, 3)
        assert segment.end * 20 == len(joints)


def test_every_action_is_trained_on():
    splits = {choose_split(f"choreo_wave_{number:02d}", DatasetConfig()) for number in range(40)}
    assert splits == {"train", "val", "test"}


def test_without_captured_standing_there_is_nothing_to_lay_it_over(tmp_path):
    with pytest.raises(MotionError, match="no standing"):
        next(choreograph(tmp_path))


def test_bases_are_found_by_what_they_show(trials):
    bases = BaseLibrary(trials)
    assert {name for name, _, _ in bases.standing} == {"reactidle_001_acted", "reactidle_015_genuine"}
    assert {name for name, _, _ in bases.walking} == {"cmu_16_15", "cmu_35_05"}
