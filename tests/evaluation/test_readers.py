"""What evaluating reads: damaged tables, lists and configs end in one line that names the file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.data.clips import load_clips as load_training_clips
from engine.data.clips import load_table
from engine.data.dataset import DatasetConfig, build_dataset
from engine.errors import InputError
from engine.evaluation.clips import load_clips
from engine.evaluation.direction.store import load_measured
from engine.evaluation.finetuning import divide_data, read_actions
from engine.evaluation.prompts.prompt_list import FILES, load_prompts
from engine.evaluation.retrieval import ARCHITECTURE, load_retrieval

# What a damaged disk, a spreadsheet or somebody who means harm leaves in a text file.
DAMAGED = {
    "bytes": b"\xff\xfe\x00\x01",
    "empty": b"",
    "another table": b"a,b\n1,2\n",
    "an endless cell": b'name,trial,split,openness,archive\n"' + b"x" * 200_000 + b'",a,train,open,b\n',
    "deep": b"[" * 50_000,
    "digits": b'{"a": ' + b"9" * 5000 + b"}",
    "another object": b'{"architecture": 7, "action": 1, "prompt": 2}',
    "a list": b"[1, 2]",
}


@pytest.mark.parametrize("damage", DAMAGED)
@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("clips.csv", load_table),
        ("clips.csv", lambda folder: load_clips(folder, "test")),
        ("clips.csv", lambda folder: divide_data(folder, folder / "old", folder / "new", ())),
        ("trials.csv", lambda folder: build_dataset(folder, [], folder / "out", "open", DatasetConfig())),
        ("actions.toml", lambda folder: read_actions(folder / "actions.toml")),
        (next(iter(FILES)), load_prompts),
        ("config.json", load_retrieval),
        ("figures.json", lambda folder: load_measured(folder / "figures.json", "w", 1)),
    ],
)
def test_damaged_files_end_in_one_line(tmp_path: Path, name: str, read: Callable[[Path], object], damage: str) -> None:
    (tmp_path / "test.txt").write_text("a\n")
    (tmp_path / name).write_bytes(DAMAGED[damage])
    with pytest.raises(InputError) as told:
        read(tmp_path)
    assert "\n" not in str(told.value) and len(str(told.value)) < 600 + len(str(tmp_path))


def test_a_config_of_an_evaluator_is_read_with_types_and_bounds(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(bytes(1000))
    for config in (
        {"width": "x"},
        {"unknown": 1},
        {"width": None},
        {"width": 10**9, "feed_forward": 10**9},
        {"width": 0},
    ):
        (tmp_path / "config.json").write_text(json.dumps({"architecture": ARCHITECTURE, **config}))
        with pytest.raises(InputError, match="config"):
            load_retrieval(tmp_path)


def test_an_action_names_its_recordings(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    for row in (
        'name = "a"',
        'name = "a"\nsays = "a"\nlearn = "cmu"\ntest = []',
        "name = 1\nsays = 2\nlearn = []\ntest = []",
    ):
        path.write_text(f"[[action]]\n{row}\n")
        with pytest.raises(InputError, match=r"a\.toml"):
            read_actions(path)


def test_a_weight_is_a_number(tmp_path: Path) -> None:
    (tmp_path / "new_joint_vecs").mkdir()
    (tmp_path / "train.txt").write_text("a\n")
    np.save(tmp_path / "new_joint_vecs" / "a.npy", np.zeros((60, 263), np.float32))
    for weight in ("x", "nan", "inf", "-1"):
        (tmp_path / "clips.csv").write_text(f"name,weight\na,{weight}\n")
        with pytest.raises(InputError, match=r"clips\.csv"):
            load_training_clips(tmp_path, "train")


def test_times_that_are_none_are_the_whole_clip(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "new_joint_vecs").mkdir()
    (tmp_path / "test.txt").write_text("a\n")
    np.save(tmp_path / "new_joint_vecs" / "a.npy", np.zeros((60, 263), np.float32))
    (tmp_path / "texts" / "a.txt").write_text("walks#walk/VERB#nan#nan\nruns#run/VERB#x#inf\njumps\n")
    (clip,) = load_clips(tmp_path, "test")
    assert clip.captions == ("walks", "runs", "jumps") and clip.load().shape == (60, 263)
    (tmp_path / "new_joint_vecs" / "a.npy").write_bytes(b"\x93NUMPY")
    with pytest.raises(InputError, match=r"a\.npy"):
        clip.load()
