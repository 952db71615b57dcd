"""Both trainings from end to end, tiny; stopping and going on."""

import dataclasses
import json
import os
import signal

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from engine.errors import InputError
from engine.models.folder import load_model_folder
from engine.training.checkpoint import CheckpointError
from engine.training.config import Budget, OptimiserConfig
from engine.training.loop import rate_factor
from engine.training.train_tokenizer import TokenizerTask, train_tokenizer
from engine.training.train_transformer import TransformerTask, train_transformer
from tests.training.tiny import MODEL, TOKENIZER, LetterEncoder, transformer_run


@pytest.fixture(scope="module")
def tokenizer_run(data_dir, tmp_path_factory):
    run_dir = tmp_path_factory.mktemp("tokenizer")
    train_tokenizer(TOKENIZER, data_dir, run_dir, Budget(steps=20))
    return run_dir


def test_tokenizer_learns(data_dir, tmp_path):
    optimiser = OptimiserConfig(warmup_steps=5, learning_rate=1e-2, average_decay=0.9)
    run = dataclasses.replace(TOKENIZER.training.run, tensorboard=True)
    training = dataclasses.replace(TOKENIZER.training, optimiser=optimiser, run=run)
    config = dataclasses.replace(TOKENIZER, training=training)
    before = TokenizerTask(config, data_dir, tmp_path)
    before.start()
    untrained = before.evaluate(before.tokenizer.eval())
    result = train_tokenizer(config, data_dir, tmp_path, Budget(steps=120))
    assert result.finished and result.step == 120
    assert result.scores["heading_mm"] < 0.85 * untrained["heading_mm"]
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert lines[0]["step"] == 2 and "scores" in lines[-1]
    losses = [line["features"] for line in lines if "features" in line]
    assert losses[-1] < 0.75 * losses[0]
    events = EventAccumulator(str(tmp_path / "tensorboard")).Reload()
    shown = [(event.step, event.value) for event in events.Scalars("train/features")]
    assert shown[0] == (2, pytest.approx(losses[0])) and len(shown) == len(losses)
    assert events.Scalars("val/heading_mm")[-1].value == pytest.approx(result.scores["heading_mm"])


def test_resumed_run_ends_where_the_unbroken_one_does(data_dir, tokenizer_run, tmp_path):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TokenizerTask, "losses", _stop_in(12, TokenizerTask.losses))
        result = train_tokenizer(TOKENIZER, data_dir, tmp_path, Budget(steps=20))
    assert not result.finished and result.step == 13
    assert train_tokenizer(TOKENIZER, data_dir, tmp_path, Budget(steps=20)).step == 20
    unbroken = load_file(tokenizer_run / "checkpoint.safetensors")
    resumed = load_file(tmp_path / "checkpoint.safetensors")
    assert unbroken.keys() == resumed.keys()
    for key, value in unbroken.items():
        torch.testing.assert_close(resumed[key], value, msg=key, rtol=1e-5, atol=1e-6)


def test_checkpoint_of_another_model_is_refused(data_dir, tokenizer_run):
    tokenizer = dataclasses.replace(MODEL.tokenizer, code_dim=4)
    other = dataclasses.replace(TOKENIZER, model=dataclasses.replace(MODEL, tokenizer=tokenizer))
    with pytest.raises(CheckpointError, match="another model config"):
        train_tokenizer(other, data_dir, tokenizer_run, Budget(steps=30))


def test_decoders_alone_learn_on(data_dir, tokenizer_run, tmp_path):
    training = dataclasses.replace(TOKENIZER.training, keep_codes=True)
    config = dataclasses.replace(TOKENIZER, training=training, init_dir=tokenizer_run / "model")
    train_tokenizer(config, data_dir, tmp_path, Budget(steps=10))
    before, after = (load_file(folder / "model" / "tokenizer.safetensors") for folder in (tokenizer_run, tmp_path))
    for name, value in before.items():
        if ".decoder." not in name:
            assert torch.equal(value, after[name]), name
    assert any(not torch.equal(value, after[name]) for name, value in before.items())


def test_codes_that_are_not_there_cannot_be_kept(data_dir, tmp_path):
    training = dataclasses.replace(TOKENIZER.training, keep_codes=True)
    with pytest.raises(InputError, match="--init"):
        TokenizerTask(dataclasses.replace(TOKENIZER, training=training), data_dir, tmp_path)


def test_transformer_trains_and_writes_a_whole_model(data_dir, tokenizer_run, tmp_path):
    config = transformer_run(tokenizer_run)
    result = train_transformer(config, data_dir, tmp_path, Budget(steps=150), LetterEncoder())
    assert result.finished and np.isfinite(list(result.scores.values())).all()
    model = load_model_folder(tmp_path / "model")
    assert model.config.tokenizer == MODEL.tokenizer
    stored = load_file(tokenizer_run / "model" / "tokenizer.safetensors")
    assert torch.equal(model.tokenizer.mean, stored["mean"])
    logged = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    losses = [entry["tokens"] for entry in logged if "tokens" in entry]
    half = len(losses) // 2
    assert np.mean(losses[half:]) < np.mean(losses[:half])


def test_resumed_transformer_ends_where_the_unbroken_one_does(data_dir, tokenizer_run, tmp_path):
    config, budget = transformer_run(tokenizer_run), Budget(steps=8)
    train_transformer(config, data_dir, tmp_path / "a", budget, LetterEncoder())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransformerTask, "losses", _stop_in(4, TransformerTask.losses))
        train_transformer(config, data_dir, tmp_path / "b", budget, LetterEncoder())
    train_transformer(config, data_dir, tmp_path / "b", budget, LetterEncoder())
    first, second = (load_file(tmp_path / x / "checkpoint.safetensors") for x in "ab")
    for key, value in first.items():
        torch.testing.assert_close(second[key], value, msg=key, rtol=1e-5, atol=1e-6)


def test_rate_rises_then_falls():
    config = OptimiserConfig(warmup_steps=10, final_share=0.1)
    assert rate_factor(0, 0.0, config) == pytest.approx(0.1)
    assert rate_factor(10, 0.0, config) == pytest.approx(1.0)
    assert rate_factor(100, 1.0, config) == pytest.approx(0.1)
    assert Budget(minutes=2).progress(0, 60.0) == pytest.approx(0.5)
    with pytest.raises(ValueError, match="either"):
        Budget()


def _stop_in(steps: int, losses):
    """A task's losses, but that it is sent SIGTERM while it works on a step after so many others."""
    left = steps

    def interrupted(self, batch, share):
        nonlocal left
        if left == 0:
            os.kill(os.getpid(), signal.SIGTERM)
        left -= 1
        return losses(self, batch, share)

    return interrupted
