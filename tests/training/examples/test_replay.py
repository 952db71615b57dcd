"""Fine-tuning begins as the model it goes on from, and replays hold it there."""

from __future__ import annotations

import dataclasses

import pytest
import torch

from engine.errors import InputError
from engine.models.batch_rows import Share
from engine.models.folder import load_model_folder
from engine.training.config import Budget, CompositionConfig, ReplayConfig, TransformerTrainingConfig
from engine.training.examples import replay
from engine.training.examples.replay import choose_captions, make_replays
from engine.training.train_tokenizer import train_tokenizer
from engine.training.train_transformer import TransformerRun, TransformerTask, train_transformer
from tests.training.tiny import MODEL, RUN, TOKENIZER, LetterEncoder


@pytest.fixture(scope="module")
def base(data_dir, tmp_path_factory):
    """A whole tiny model without dropout, so that it says the same twice."""
    folder = tmp_path_factory.mktemp("base")
    train_tokenizer(TOKENIZER, data_dir, folder / "vq", Budget(steps=2))
    model = dataclasses.replace(MODEL, transformer=dataclasses.replace(MODEL.transformer, dropout=0.0))
    training = TransformerTrainingConfig(run=RUN, composition=CompositionConfig(pool=0))
    run = TransformerRun(folder / "vq" / "model", folder, model, training)
    train_transformer(run, data_dir, folder / "trans", Budget(steps=2), LetterEncoder())
    return folder / "trans" / "model"


@pytest.fixture
def task(base, data_dir, tmp_path) -> TransformerTask:
    training = TransformerTrainingConfig(
        run=dataclasses.replace(RUN, batch_size=8),
        composition=CompositionConfig(pool=0),
        replay=ReplayConfig(share=0.5, motions=6),
        duration_weight=0.0,
    )
    run = TransformerRun(base, base, load_model_folder(base).config, training, init_dir=base)
    return TransformerTask(run, data_dir, tmp_path, LetterEncoder())


def largest_gradient(task: TransformerTask, replayed: torch.Tensor) -> float:
    batch = dataclasses.replace(task.draw(0), replayed=replayed)
    task.transformer.zero_grad()
    task.transformer.train()
    sum(task.losses(batch, Share()).values()).backward()
    return max(float(p.grad.abs().max()) for p in task.transformer.parameters() if p.grad is not None)


def test_replays_do_not_move_a_model_that_still_says_what_it_said(task):
    assert largest_gradient(task, torch.ones(8, dtype=torch.bool)) < 1e-6
    assert largest_gradient(task, torch.zeros(8, dtype=torch.bool)) > 1e-3


def test_half_of_a_batch_is_replayed_and_shares_of_it_add_up(task):
    batch = task.draw(3)
    assert batch.replayed.tolist() == [False] * 4 + [True] * 4
    with torch.no_grad():
        next(task.transformer.heads.parameters()).add_(0.1)
    whole = task.losses(batch, Share())["tokens"]
    parts = [task.losses(batch, Share(index, 4))["tokens"] for index in range(4)]
    torch.testing.assert_close(sum(parts), whole)


def test_replays_are_made_once(base, tmp_path, monkeypatch):
    model, captions = load_model_folder(base), choose_captions(5, seed=1)
    assert captions == choose_captions(5, seed=1) != choose_captions(5, seed=2)
    made = make_replays(model, LetterEncoder(), captions, 0, tmp_path / "replays.npz")
    assert [item.clip.captions[0].text for item in made] == captions
    monkeypatch.setattr(replay, "_make_batch", lambda *given: pytest.fail("made again"))
    again = make_replays(model, LetterEncoder(), captions, 0, tmp_path / "replays.npz")
    for first, second in zip(made, again, strict=True):
        assert (first.by_offset[0] == second.by_offset[0]).all()
        assert first.by_offset[0].min() >= 0 and first.by_offset[0].max() < model.config.tokenizer.codebook_size
    upper = dataclasses.replace(model.config.transformer, predicted_parts="upper")
    arms = dataclasses.replace(model, config=dataclasses.replace(model.config, transformer=upper))
    with pytest.raises(InputError, match="--rehearse"):
        make_replays(arms, LetterEncoder(), captions, 0, tmp_path / "other.npz")
