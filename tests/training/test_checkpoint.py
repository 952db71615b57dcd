"""A run's checkpoint: whole or as it was, and refused in one line where somebody else's hand was in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from engine.errors import InputError
from engine.training.checkpoint import CHECKPOINT_NAME, CheckpointError, TrainState, load_checkpoint, save_checkpoint

FINGERPRINT = {"model": 1}


def make_run(width: int = 3) -> tuple[torch.nn.Module, torch.nn.Module, torch.optim.Optimizer]:
    """Model, average and optimiser after one step."""
    model, average = torch.nn.Linear(width, 2), torch.nn.Linear(width, 2)
    optimiser = torch.optim.AdamW(model.parameters())
    model(torch.ones(2, width)).sum().backward()
    optimiser.step()
    return model, average, optimiser


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    run, other = make_run(), make_run()
    save_checkpoint(tmp_path, *run, TrainState(7, 1.5), FINGERPRINT)
    assert load_checkpoint(tmp_path, *other, FINGERPRINT) == TrainState(7, 1.5)
    assert torch.equal(run[0].weight, other[0].weight) and torch.equal(run[1].bias, other[1].bias)
    assert [path.name for path in tmp_path.iterdir()] == [CHECKPOINT_NAME]


@pytest.mark.posix
def test_a_disk_that_refuses_leaves_the_old_one(tmp_path: Path) -> None:
    import resource

    save_checkpoint(tmp_path, *make_run(), TrainState(7, 1.5), FINGERPRINT)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(InputError, match="cannot write"):
            save_checkpoint(tmp_path, *make_run(2000), TrainState(8, 2.0), FINGERPRINT)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert load_checkpoint(tmp_path, *make_run(), FINGERPRINT) == TrainState(7, 1.5)
    assert [path.name for path in tmp_path.iterdir()] == [CHECKPOINT_NAME]


@pytest.mark.parametrize(
    ("header", "complaint"),
    [
        ({}, "damaged: 'state'"),
        ({"state": "[" * 100_000}, "damaged: .*not JSON"),
        ({"state": '{"step": 1e999, "seconds": 1}'}, "damaged: .*no finite number"),
        ({"state": '{"step": NaN, "seconds": 1}'}, "NaN is no finite number"),
        ({"state": '{"step": ' + "9" * 5000 + ', "seconds": 1}'}, "damaged"),
        ({"state": '{"step": -1, "seconds": 1}'}, "no state of a training"),
        ({"state": '{"step": 1, "seconds": 1, "more": 1}'}, "no state of a training"),
        ({"state": "[1]"}, "no state of a training"),
        ({"state": '{"step": 1, "seconds": 1}', "fingerprint": '{"model": 2}'}, "another model config"),
        ({"state": '{"step": 1, "seconds": 1}', "fingerprint": json.dumps(FINGERPRINT)}, "does not fit this model"),
    ],
)
def test_other_headers_are_refused_in_a_line(tmp_path: Path, header: dict[str, str], complaint: str) -> None:
    save_file({"model.weight": torch.zeros(2, 2)}, tmp_path / CHECKPOINT_NAME, header)
    with pytest.raises(CheckpointError, match=complaint) as caught:
        load_checkpoint(tmp_path, *make_run(), FINGERPRINT)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 600


def test_cut_files_are_refused_in_a_line(tmp_path: Path) -> None:
    save_checkpoint(tmp_path, *make_run(), TrainState(7, 1.5), FINGERPRINT)
    path = tmp_path / CHECKPOINT_NAME
    whole = path.read_bytes()
    for size in (0, 7, 100, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(CheckpointError, match="is damaged"):
            load_checkpoint(tmp_path, *make_run(), FINGERPRINT)
