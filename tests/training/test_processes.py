"""Several processes, accumulation, and death in the middle: the run goes the same way."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from engine.errors import InputError
from engine.models.batch_rows import RowDropout, Share, working_on
from engine.training.config import Budget
from engine.training.processes import Processes
from engine.training.train_tokenizer import TokenizerTask, train_tokenizer
from engine.training.train_transformer import train_transformer
from tests.training.tiny import TOKENIZER, LetterEncoder, closely_watched, transformer_run

ROOT = Path(__file__).parents[2]
STEPS = 16


def start(kind: str, data: Path, run_dir: Path, every: int = 1000, **environment: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.training.run_tiny", kind, str(data), str(run_dir), str(STEPS), str(every)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT), **environment}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)


def losses(run_dir: Path) -> np.ndarray:
    """[steps, losses] in the log's order."""
    lines = [json.loads(line) for line in (run_dir / "log.jsonl").read_text().splitlines()]
    other = ("step", "seconds", "rate")
    return np.array([[value for name, value in line.items() if name not in other] for line in lines if "rate" in line])


@pytest.fixture(scope="module")
def alone(data_dir, tmp_path_factory) -> dict[str, Path]:
    """Unbroken runs of one process."""
    runs = {kind: tmp_path_factory.mktemp(kind) for kind in ("tokenizer", "transformer")}
    train_tokenizer(closely_watched(TOKENIZER), data_dir, runs["tokenizer"], Budget(steps=STEPS))
    run = closely_watched(transformer_run(runs["tokenizer"]))
    train_transformer(run, data_dir, runs["transformer"], Budget(steps=STEPS), LetterEncoder())
    return runs


@pytest.mark.parametrize("kind", ["tokenizer", "transformer"])
def test_two_processes_learn_as_one(kind, alone, data_dir, tmp_path):
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = str(found.getsockname()[1])
    shared = {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "ACCELERATE_USE_CPU": "true"}
    both = [
        start(kind, data_dir, tmp_path, TOKENIZER=str(alone["tokenizer"]), RANK=rank, LOCAL_RANK=rank, **shared)
        for rank in "01"
    ]
    for process in both:
        _, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors
    one, two = losses(alone[kind]), losses(tmp_path)
    assert one.shape == two.shape == (STEPS, one.shape[1])
    np.testing.assert_allclose(two, one, atol=1e-3)
    np.testing.assert_allclose(two.sum(1), one.sum(1), rtol=1e-3)
    _assert_same(alone[kind], tmp_path, 1e-3)


def test_codes_die_and_come_back_in_these_runs(data_dir, tmp_path, monkeypatch):
    drawn = []
    draw = torch.randperm
    monkeypatch.setattr(torch, "randperm", lambda *given, **named: drawn.append(given) or draw(*given, **named))
    train_tokenizer(closely_watched(TOKENIZER), data_dir, tmp_path, Budget(steps=STEPS))
    books = TOKENIZER.model.tokenizer.streams
    assert len(drawn) > 2 * books


@pytest.mark.posix
@pytest.mark.parametrize("kind", ["tokenizer", "transformer"])
def test_killed_and_resumed_ends_where_the_unbroken_run_does(kind, alone, data_dir, tmp_path):
    at = random.randrange(5, STEPS)
    process = start(kind, data_dir, tmp_path, 4, TOKENIZER=str(alone["tokenizer"]), KILL_AT=str(at))
    process.communicate(timeout=300)
    assert process.returncode == -signal.SIGKILL
    assert load_state(tmp_path)["step"] == at - at % 4
    process = start(kind, data_dir, tmp_path, 4, TOKENIZER=str(alone["tokenizer"]))
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    _assert_same(alone[kind], tmp_path, 1e-6)


def load_state(run_dir: Path) -> dict:
    from safetensors import safe_open

    with safe_open(run_dir / "checkpoint.safetensors", framework="pt") as file:
        return json.loads(file.metadata()["state"])


def test_accumulated_steps_learn_as_whole_ones(alone, data_dir, tmp_path):
    train_tokenizer(closely_watched(TOKENIZER, accumulate=2), data_dir, tmp_path / "a", Budget(steps=STEPS))
    np.testing.assert_allclose(losses(tmp_path / "a"), losses(alone["tokenizer"]), atol=1e-3)
    run = closely_watched(transformer_run(alone["tokenizer"]), accumulate=4)
    train_transformer(run, data_dir, tmp_path / "b", Budget(steps=STEPS), LetterEncoder())
    np.testing.assert_allclose(losses(tmp_path / "b"), losses(alone["transformer"]), atol=1e-3)


def test_compiled_models_learn_the_same(alone, data_dir, tmp_path):
    """Traced, but run by PyTorch itself: building a fused CPU kernel takes a compiler and minutes."""
    run = closely_watched(transformer_run(alone["tokenizer"]), compile="eager")
    train_transformer(run, data_dir, tmp_path, Budget(steps=STEPS), LetterEncoder())
    np.testing.assert_allclose(losses(tmp_path), losses(alone["transformer"]), atol=1e-3)


def test_a_batch_that_does_not_divide_is_told(data_dir, tmp_path):
    with pytest.raises(InputError, match="batch of 4 cannot be split into 1 processes x 3"):
        train_tokenizer(closely_watched(TOKENIZER, accumulate=3), data_dir, tmp_path, Budget(steps=1))
    with pytest.raises(InputError, match="abacus"):
        Processes.join(tmp_path, "abacus")


def test_shares_cover_the_batch_and_its_dropout():
    dropout, x = RowDropout(0.5), torch.ones(6, 3)
    torch.manual_seed(3)
    whole = dropout(x)
    parts = []
    for index in range(3):
        torch.manual_seed(3)
        share = Share(index, 3)
        with working_on(share):
            parts.append(dropout(x[share.rows(6)]))
    assert torch.equal(torch.cat(parts), whole)
    assert 0 < int((whole == 0).sum()) < whole.numel()


def test_losses_of_shares_add_up(data_dir, tmp_path):
    task = TokenizerTask(closely_watched(TOKENIZER), data_dir, tmp_path)
    task.start()
    batch = task.draw(0)
    whole = task.losses(batch, Share())
    halves = [task.losses(batch, Share(index, 2)) for index in range(2)]
    for name, value in whole.items():
        torch.testing.assert_close(halves[0][name] + halves[1][name], value, msg=name)


def _assert_same(first: Path, second: Path, tolerance: float) -> None:
    one, two = (load_file(run / "checkpoint.safetensors") for run in (first, second))
    assert one.keys() == two.keys()
    for key, value in one.items():
        if not key.startswith("optimiser"):
            torch.testing.assert_close(two[key], value, msg=key, rtol=tolerance, atol=tolerance)
