"""The measurement of fine-tuning, on made clips and with models of a few thousand numbers."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from engine.cli import main
from engine.errors import InputError
from engine.evaluation.finetuning import Action, divide_data, read_actions
from engine.evaluation.retrieval import RetrievalConfig, RetrievalNetwork, save_retrieval

SLAM = Action("slam", "slams", ("cmu_01_01", "cmu_01_02"), ("cmu_01_03",))


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """40 clips to train on and 33 to be tested on; three recordings slam, one of them between other things."""
    folder = tmp_path_factory.mktemp("open")
    (folder / "new_joint_vecs").mkdir()
    (folder / "texts").mkdir()
    rng = np.random.default_rng(0)
    rows = []
    for number in range(40):
        trial = f"cmu_{1 + number // 10:02}_{1 + number % 10:02}"
        split = "test" if number >= 6 else "val" if number == 5 else "train"
        names = [f"{trial}_00", f"M{trial}_00"] + ([f"{trial}_00_x85"] if split == "train" else [])
        said = "a person slams" if number < 3 else f"a person walks the way of number {number}"
        for name in names:
            features = (rng.normal(size=(40, 263)) * 0.02).astype(np.float32)
            np.save(folder / "new_joint_vecs" / f"{name}.npy", features)
            (folder / "texts" / f"{name}.txt").write_text(f"{said}##0.0#0.0\n")
            rows.append({"name": name, "split": split, "trial": trial, "group": "", "openness": "open", "weight": 1})
    with (folder / "clips.csv").open("w", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    for split in ("train", "val", "test"):
        (folder / f"{split}.txt").write_text("\n".join(row["name"] for row in rows if row["split"] == split))
    np.save(folder / "Mean.npy", np.zeros(263, np.float32))
    np.save(folder / "Std.npy", np.ones(263, np.float32))
    return folder


def names(folder: Path, split: str) -> set[str]:
    return set((folder / f"{split}.txt").read_text().split())


def test_the_base_never_sees_the_action_and_the_test_is_not_learnt(data, tmp_path):
    assert divide_data(data, tmp_path / "old", tmp_path / "new", [SLAM]) == {"slam": 2}
    everything = set().union(*(names(tmp_path / "old", split) for split in ("train", "val", "test")))
    assert not any("cmu_01_01" in name or "cmu_01_02" in name or "cmu_01_03" in name for name in everything)
    learnt = {"cmu_01_01_00", "Mcmu_01_01_00", "cmu_01_01_00_x85", "cmu_01_02_00", "Mcmu_01_02_00", "cmu_01_02_00_x85"}
    assert names(tmp_path / "new", "train") == learnt
    assert names(tmp_path / "new", "test") == {"cmu_01_03_00", "Mcmu_01_03_00"}
    divide_data(data, tmp_path / "plain", tmp_path / "new", [SLAM], plain=True)
    assert names(tmp_path / "plain", "train") == {"cmu_01_04_00", "cmu_01_05_00"}
    with pytest.raises(InputError, match="no clips of 'fly'"):
        divide_data(data, tmp_path / "a", tmp_path / "b", [Action("fly", "flies", ("cmu_01_01",), ())])


def test_the_command_goes_through_every_stage_once(data, tmp_path, capsys):
    (tmp_path / "actions.toml").write_text(
        '[[action]]\nname = "slam"\nsays = "slams"\nlearn = ["cmu_01_01", "cmu_01_02"]\ntest = ["cmu_01_03"]\n'
    )
    network = RetrievalNetwork(RetrievalConfig(latent_dim=8, width=16, heads=2, feed_forward=16, motion_layers=1))
    save_retrieval(network, tmp_path / "judge")
    command = [
        "evaluate-finetuning",
        "--data",
        str(data),
        "--evaluator",
        str(tmp_path / "judge"),
        "--run",
        str(tmp_path / "run"),
        "--actions",
        str(tmp_path / "actions.toml"),
        "--base-steps",
        "2",
        "--steps",
        "2",
        "--plain",
        "--repeats",
        "1",
        "--json",
        str(tmp_path / "report.json"),
    ]
    for flag, changes in {
        "--set-base": (
            "model.transformer.width=16",
            "model.transformer.heads=2",
            "transformer.run.batch_size=2",
            "transformer.composition.pool=0",
            "transformer.run.tensorboard=false",
        ),
        "--set": ("transformer.run.batch_size=2", "transformer.replay.motions=4", "transformer.run.tensorboard=false"),
    }.items():
        command += [word for change in changes for word in (flag, change)]
    assert main(command) == 0, capsys.readouterr().err
    said = capsys.readouterr().out
    assert "| slam | 2 |" in said and "| old test split | - |" in said
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["finetuning_steps"] == 2
    for model in ("base", "finetuned", "real"):
        assert 0.0 <= report[model]["slam"]["mean"] <= 1.0
    assert len(list((tmp_path / "run" / "sheets").glob("*.png"))) == 2
    logs = {name: (tmp_path / "run" / name / "log.jsonl").read_text() for name in ("base", "finetuned")}
    assert main(command) == 0
    assert logs == {name: (tmp_path / "run" / name / "log.jsonl").read_text() for name in logs}


def test_the_bundled_list_is_sound(tmp_path):
    actions = read_actions()
    assert len(actions) == 3
    for action in actions:
        assert action.learn and action.test and not set(action.learn) & set(action.test)
    (tmp_path / "a.toml").write_text("action = 3")
    with pytest.raises(InputError, match="no list of actions"):
        read_actions(tmp_path / "a.toml")
