"""The retrieval network: masking, loss, storage, and that it can learn at all."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.evaluation.augment import AugmentConfig, augment, change_speed, velocity_columns
from engine.evaluation.clips import load_clips
from engine.evaluation.contrastive import false_negatives, handedness, symmetric_info_nce
from engine.evaluation.evaluator import Evaluator
from engine.evaluation.retrieval import (
    RetrievalConfig,
    RetrievalNetwork,
    load_retrieval,
    save_retrieval,
)
from engine.evaluation.train_evaluator import (
    EvaluatorTask,
    EvaluatorTrainingConfig,
    train_evaluator,
    validate,
)
from engine.models.errors import ModelError
from engine.models.text_features import TextFeatures
from engine.training.config import Budget, OptimiserConfig, RunConfig
from engine.training.examples.captions import CaptionBank
from tests.evaluation.evaluation_toys import HashEncoder

SMALL = RetrievalConfig(text_dim=16, latent_dim=32, width=64, heads=2, feed_forward=128, motion_layers=1, dropout=0.0)


def _network() -> RetrievalNetwork:
    torch.manual_seed(0)
    return RetrievalNetwork(SMALL).eval()


@pytest.mark.parametrize("frames", [40, 41, 42, 43, 44])
def test_padding_has_no_influence(frames: int) -> None:
    network = _network()
    motion = torch.randn(1, frames, 263)
    padded = torch.cat((motion, torch.full((1, 61, 263), 7.0)), dim=1)
    length = torch.tensor([frames])
    alone = network.embed_motion(motion, length)
    assert torch.allclose(alone, network.embed_motion(padded, length), atol=1e-5)
    assert alone.norm(dim=-1).item() == pytest.approx(1.0)

    words, mask = torch.randn(1, 9, 16), torch.arange(9)[None] < 5
    sentence = torch.randn(1, 16)
    short = network.embed_text(TextFeatures(sentence, words[:, :5], mask[:, :5]))
    long = network.embed_text(TextFeatures(sentence, words, mask))
    assert torch.allclose(short, long, atol=1e-5)


def test_contacts_are_not_seen() -> None:
    network = _network()
    motion = torch.randn(2, 40, 263)
    changed = motion.clone()
    changed[..., -4:] = 9.0
    lengths = torch.tensor([40, 40])
    assert torch.equal(network.embed_motion(motion, lengths), network.embed_motion(changed, lengths))


def test_loss_is_the_mean_log_softmax_of_matches_without_ignored_pairs() -> None:
    text, motion = torch.nn.functional.normalize(torch.randn(2, 5, 8), dim=-1)
    ignored = torch.zeros(5, 5, dtype=torch.bool)
    ignored[0, 3] = ignored[3, 0] = True
    expected = 0.0
    for a, b in ((text, motion), (motion, text)):
        for i in range(5):
            others = [j for j in range(5) if not ignored[i, j]]
            logits = torch.stack([10.0 * a[i] @ b[j] for j in others])
            expected += float(logits.logsumexp(0) - 10.0 * a[i] @ b[i]) / 10
    loss = symmetric_info_nce(text, motion, torch.tensor(10.0), ignored)
    assert loss.item() == pytest.approx(expected, rel=1e-5)


def test_handedness_of_captions() -> None:
    captions = ["waves the left hand", "Right turn", "walks counterclockwise", "clockwise"]
    captions += ["left, then right", "walks", "uprights the chair"]
    assert handedness(captions).tolist() == [1, -1, 1, -1, 0, 0, 0]


def test_false_negatives_are_alike_or_of_one_trial() -> None:
    sentence = torch.tensor([[1.0, 0.0], [1.0, 0.1], [0.0, 1.0], [-1.0, 0.0]])
    trials = torch.tensor([0, 1, 2, 2])
    sides = torch.zeros(4, dtype=torch.long)
    alike = false_negatives(sentence, trials, sides, 0.85)
    assert alike.nonzero().tolist() == [[0, 1], [1, 0], [2, 3], [3, 2]]
    sides[0], sides[1] = 1, -1
    assert false_negatives(sentence, trials, sides, 0.85).nonzero().tolist() == [[2, 3], [3, 2]]


def test_save_and_load(tmp_path: Path) -> None:
    network = _network()
    network.set_statistics(torch.randn(263), torch.rand(263))
    save_retrieval(network, tmp_path)
    loaded = load_retrieval(tmp_path)
    assert loaded.config == network.config
    motion, lengths = torch.randn(2, 50, 263), torch.tensor([50, 44])
    assert torch.equal(network.embed_motion(motion, lengths), loaded.embed_motion(motion, lengths))
    (tmp_path / "config.json").write_text('{"architecture": "other"}')
    with pytest.raises(ModelError, match="other"):
        load_retrieval(tmp_path)


def test_speed_change_scales_velocities() -> None:
    seconds = np.arange(100, dtype=np.float32)[:, None]
    motion = np.tile(seconds * 0.1, (1, 263))
    motion[:, velocity_columns()] = 0.1
    fast = change_speed(motion, 1.25)
    assert len(fast) == 80
    assert np.allclose(np.diff(fast[:, 50]), 0.125, atol=1e-5)
    assert np.allclose(fast[:, velocity_columns()], 0.125)
    rng = np.random.default_rng(0)
    lengths = [len(augment(motion, rng, AugmentConfig())) for _ in range(50)]
    assert min(lengths) >= 68
    assert max(lengths) <= 112


CONFIG = EvaluatorTrainingConfig(
    network=SMALL,
    run=RunConfig(batch_size=32, eval_every=40, checkpoint_every=40),
    optimiser=OptimiserConfig(learning_rate=2e-3, warmup_steps=5, average_decay=0.9),
    similar_caption=0.98,
)


def test_training_learns_a_toy_set_keeps_the_best_and_goes_on(toy_data: Path, tmp_path: Path) -> None:
    result = train_evaluator(CONFIG, toy_data, tmp_path, HashEncoder(), Budget(steps=80))
    assert result.finished
    best = json.loads((tmp_path / "selection.json").read_text())
    assert best["R@3"] > 0.9

    clips = load_clips(toy_data, "val")
    captions = [caption for clip in clips for caption in clip.captions]
    bank = CaptionBank(captions, HashEncoder(), 40)
    network = load_retrieval(tmp_path / "model")
    assert validate(network, clips, bank, 32) == pytest.approx(best, abs=0.02)

    evaluator = Evaluator(network, HashEncoder(), batch_size=5)
    motions = [clip.load() for clip in clips]
    latent = evaluator.embed_motions(motions)
    assert latent.shape == (32, 32)
    assert np.allclose(latent[7], evaluator.embed_motions(motions[7:8])[0], atol=1e-5)
    found = (evaluator.embed_texts(captions[::3]) @ latent.T).argmax(axis=1)
    assert (found == range(32)).mean() > 0.6

    # A worse validation later on leaves the kept weights alone.
    (tmp_path / "selection.json").write_text(json.dumps({**best, "R@3": 2.0}))
    kept = (tmp_path / "model" / "model.safetensors").read_bytes()
    again = train_evaluator(CONFIG, toy_data, tmp_path, HashEncoder(), Budget(steps=83))
    assert again.step == 83
    assert (tmp_path / "model" / "model.safetensors").read_bytes() == kept


def test_batches_hold_different_clips_and_follow_the_step(toy_data: Path, tmp_path: Path) -> None:
    task = EvaluatorTask(CONFIG, toy_data, tmp_path, HashEncoder())
    first, second = (task.draw(7) for _ in range(2))
    assert torch.equal(first.motion, second.motion)
    assert len(first.trials.unique()) == 32
