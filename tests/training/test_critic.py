"""The critic's training from end to end, tiny."""

import dataclasses
import json

import pytest
import torch

from engine.models.folder import load_tokenizer
from engine.models.matching.critic import CriticConfig, load_critic
from engine.training.config import Budget, CompositionConfig, CriticTrainingConfig, TransformerTrainingConfig
from engine.training.train_critic import CriticRun, CriticTask, train_critic
from engine.training.train_tokenizer import train_tokenizer
from tests.training.tiny import MODEL, RUN, TOKENIZER, LetterEncoder


@pytest.fixture(scope="module")
def tokenizer_dir(data_dir, tmp_path_factory):
    run_dir = tmp_path_factory.mktemp("tokenizer")
    train_tokenizer(TOKENIZER, data_dir, run_dir, Budget(steps=20))
    return run_dir / "model"


@pytest.fixture
def run(tokenizer_dir):
    network = CriticConfig(latent_dim=16, width=16, heads=2, feed_forward=32)
    training = CriticTrainingConfig(network, dataclasses.replace(RUN, batch_size=6), similar_caption=0.99)
    examples = TransformerTrainingConfig(run=RUN, composition=CompositionConfig(pool=0))
    return CriticRun(tokenizer_dir, MODEL, training, examples)


def test_it_learns_and_goes_on(data_dir, run, tmp_path):
    train_critic(run, data_dir, tmp_path, LetterEncoder(), Budget(steps=20))
    result = train_critic(run, data_dir, tmp_path, LetterEncoder(), Budget(steps=60))
    assert result.step == 60 and result.scores["R@3"] >= result.scores["R@1"]
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    losses = [line["contrast"] for line in lines if "contrast" in line]
    assert sum(losses[-5:]) < 0.8 * sum(losses[:5])
    critic = load_critic(tmp_path / "model", load_tokenizer(run.tokenizer_dir)[1])
    assert critic.config.sentence_dim == LetterEncoder.sentence_dim
    assert critic.config.enough == result.scores["enough"] < 1.0


def test_some_tokens_of_a_batch_are_wrong(data_dir, run, tmp_path):
    plain = dataclasses.replace(run, training=dataclasses.replace(run.training, corrupted=0.0))
    batches = [
        CriticTask(each, data_dir, tmp_path, LetterEncoder(), torch.device("cpu")).draw(3) for each in (plain, run)
    ]
    changed = (batches[0].ids != batches[1].ids).float().mean()
    assert 0.0 < float(changed) < run.training.corrupted
