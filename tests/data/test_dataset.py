"""From trials and captions to the HumanML3D layout."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from engine.data.captions.segments import Segment, read_segments
from engine.data.captions.sides import UNNAMED_WEIGHT
from engine.data.dataset import DatasetConfig, build_dataset, choose_split
from engine.data.mirror import mirror_text
from engine.data.trials import TrialReport
from engine.errors import InputError
from engine.motion.errors import MotionError
from engine.motion.features import features_to_joints
from engine.motion.skeleton import mirror_joints

GOLDEN = Path(__file__).parents[1] / "golden"
CAPTIONS = Path(__file__).parents[2] / "engine" / "data" / "captions" / "open.jsonl"


@pytest.fixture
def trials(tmp_path) -> Path:
    joints = np.load(GOLDEN / "humanml3d_new_joints_012314.npy")
    folder = tmp_path / "trials"
    folder.mkdir()
    names = [f"cmu_{subject:02d}_{trial:02d}" for subject in range(1, 9) for trial in range(1, 6)]
    rows = [(name, "open") for name in names] + [("nc_dataset-1_walk_sad_001", "nc")]
    fields = [field for field in TrialReport.__dataclass_fields__]
    with (folder / "trials.csv").open("w", newline="") as handle:
        writer = csv.DictWriter(handle, fields, restval="")
        writer.writeheader()
        for name, openness in rows:
            np.save(folder / f"{name}.npy", joints)
            writer.writerow({"name": name, "openness": openness, "archive": "x", "licence": "y"})
    return folder


def segments_of(trials: Path) -> list[Segment]:
    names = [path.stem for path in trials.glob("*.npy")]
    return [Segment(name, 0.0, 6.0, ("raise the left hand", "a man lifts his left arm")) for name in names]


def test_layout_and_no_leak(trials, tmp_path):
    rows = build_dataset(trials, segments_of(trials), tmp_path / "open", "open", DatasetConfig())
    out = tmp_path / "open"
    splits = {split: (out / f"{split}.txt").read_text().split() for split in ("train", "val", "test")}
    assert splits["train"] and splits["test"] and splits["val"]
    recordings = {
        split: {next(row.trial for row in rows if row.name == name) for name in names}
        for split, names in splits.items()
    }
    for split, others in (("train", ("val", "test")), ("val", ("test",))):
        for other in others:
            assert not recordings[split] & recordings[other]
    for names in splits.values():
        for name in names:
            features = np.load(out / "new_joint_vecs" / f"{name}.npy")
            assert features.shape[1] == 263
            assert np.isfinite(features_to_joints(features)).all()
            assert (out / "texts" / f"{name}.txt").read_text().count("#0.0#0.0") == 2
            twin = name.removeprefix("M") if name.startswith("M") else f"M{name}"
            assert twin in names
    assert np.load(out / "Mean.npy").shape == (263,)
    assert (np.load(out / "Std.npy") > 0).all()


def test_licences_never_mix(trials, tmp_path):
    open_rows = build_dataset(trials, segments_of(trials), tmp_path / "open", "open", DatasetConfig())
    closed = build_dataset(
        trials, segments_of(trials), tmp_path / "nc", "nc", DatasetConfig(test_percent=0, val_percent=0)
    )
    assert "nc_dataset-1_walk_sad_001" not in {row.trial for row in open_rows}
    assert {row.trial for row in closed} == {"nc_dataset-1_walk_sad_001"}


def test_twins_swap_sides_in_the_text(trials, tmp_path):
    build_dataset(trials, segments_of(trials), tmp_path / "open", "open", DatasetConfig())
    texts = tmp_path / "open" / "texts"
    assert "raise the left hand" in (texts / "cmu_01_01_00.txt").read_text()
    assert "raise the right hand" in (texts / "Mcmu_01_01_00.txt").read_text()


def test_a_motion_of_the_left_is_rarer_where_no_side_is_said(trials, tmp_path):
    names = [segment.trial for segment in segments_of(trials)]
    segments = [Segment(name, 0.0, 6.0, ("raise a hand",), side="left") for name in names]
    rows = build_dataset(trials, segments, tmp_path / "open", "open", DatasetConfig(weights=()))
    for row in rows:
        rarer = row.split == "train" and not row.name.startswith("M")
        assert row.weight == (UNNAMED_WEIGHT if rarer else 1.0)
    own = build_dataset(trials, segments, tmp_path / "own", "open", DatasetConfig(weights=(), right_handed=False))
    assert {row.weight for row in own} == {1.0}


def test_every_take_of_a_recording_shares_its_split():
    config = DatasetConfig()
    for number in range(1, 60):
        splits = {choose_split(f"animated_drawings_x{number}{take}", config) for take in ("", "-2", "-3")}
        assert len(splits) == 1
        splits = {choose_split(f"cmu_{number:02d}_01{take}", config) for take in ("", "-2")}
        assert len(splits) == 1
    assert choose_split("cc0_quaternius_Crawl", config) == choose_split("cc0_quaternius_Crawl_RM", config)


def test_a_caption_for_an_unknown_trial_is_an_error(trials, tmp_path):
    with pytest.raises(MotionError, match="cmu_99_99"):
        build_dataset(trials, [Segment("cmu_99_99", 0, 3, ("x",))], tmp_path / "out", "open", DatasetConfig())


def test_mirroring_twice_changes_nothing():
    joints = np.random.default_rng(0).normal(size=(4, 22, 3))
    assert np.array_equal(mirror_joints(mirror_joints(joints)), joints)


@pytest.mark.parametrize(
    ("text", "mirrored"),
    [
        ("turn Left, then right", "turn Right, then left"),
        ("left-handed punch with the right-hand side", "right-handed punch with the left-hand side"),
        ("stand upright right away", "stand upright right away"),
        ("spin clockwise", "spin counterclockwise"),
        ("step leftwards", "step rightwards"),
    ],
)
def test_mirrored_text(text, mirrored):
    assert mirror_text(text) == mirrored
    assert mirror_text(mirrored) == text


def test_bundled_captions_are_sound():
    segments = read_segments(CAPTIONS)
    assert len(segments) > 1000
    for segment in segments:
        assert 0 <= segment.start < segment.end
        assert len(segment.captions) >= 3
        assert all(text and text == text.strip() and "#" not in text for text in segment.captions)


def test_a_broken_caption_line_is_named(tmp_path):
    path = tmp_path / "captions.jsonl"
    path.write_text(json.dumps({"trial": "a", "start": 0, "end": 1, "captions": ["x"]}) + "\n{oops\n")
    with pytest.raises(InputError, match="line 2"):
        read_segments(path)
