"""Training from a pack."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.cli import main
from engine.evaluation.evaluator import Evaluator
from engine.models.folder import load_config, load_model_folder
from tests.data.packing.built import write_built
from tests.training.test_recipes import TINY_TOKENIZER, TINY_TRANSFORMER, train


@pytest.fixture(scope="module")
def packed(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("packed")
    assert main(["data", "pack", str(write_built(folder)), "--out", str(folder / "open.pack")]) == 0
    return folder / "open.pack"


def test_a_pack_is_trained_on_like_a_folder(packed, tmp_path):
    tokenizer = train("tokenizer", "open", packed, tmp_path / "vq", changes=TINY_TOKENIZER)
    model = train(
        "transformer", "open", packed, tmp_path / "trans", "--tokenizer", str(tokenizer), changes=TINY_TRANSFORMER
    )
    assert load_config(model).name == "mmm-open"
    assert load_model_folder(model).config.tokenizer.joint_count == 27
    tuned = train(
        "transformer",
        "finetune",
        packed,
        tmp_path / "tuned",
        "--init",
        str(model),
        changes=("transformer.run.batch_size=4", "transformer.replay.motions=4"),
    )
    assert load_config(tuned).name == "mmm-open+mmm-open"


def test_one_command_trains_model_and_judge(packed, tmp_path):
    changes = [part for change in (*TINY_TOKENIZER, *TINY_TRANSFORMER) for part in ("--set", change)]
    command = ["train", "all", "--data", str(packed), "--run", str(tmp_path / "run"), "--steps", "2", *changes]
    assert main(command) == 0
    assert load_model_folder(tmp_path / "run" / "transformer" / "model").config.name == "mmm-open"
    judge = Evaluator.load(tmp_path / "run" / "evaluator" / "model")
    assert judge.embed_texts(["a person walks"]).shape[0] == 1


def test_a_file_that_is_no_pack_is_one_line(packed, tmp_path, capsys):
    (tmp_path / "bad.pack").write_text("joints")
    run = tmp_path / "run"
    command = ["train", "tokenizer", "--data", str(tmp_path / "bad.pack"), "--run", str(run), "--steps", "1"]
    capsys.readouterr()
    assert main(command) == 2
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert "bad.pack is no pack" in line and not run.exists()
