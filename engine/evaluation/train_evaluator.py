"""Train the evaluator's retrieval network on real clips only.

    python -m engine.evaluation.train_evaluator --data DIR --run DIR --minutes 8

Runs in the loop of engine.training (averaged weights, checkpoints, Ctrl-C and the same command to
go on). RUN/model keeps the weights with the best validation R@3 so far, not the last ones: on a
few hours of motion the network starts to memorise before the budget is spent.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engine.data.clips import ClipSource, clip_source
from engine.errors import InputError
from engine.evaluation.augment import AugmentConfig, augment
from engine.evaluation.clips import Clip, clips_of
from engine.evaluation.contrastive import false_negatives, handedness, symmetric_info_nce
from engine.evaluation.evaluator import pad_motions
from engine.evaluation.metrics import retrieval_scores
from engine.evaluation.retrieval import RetrievalConfig, RetrievalNetwork, save_retrieval
from engine.files.text import read_json
from engine.models.batch_rows import Share
from engine.models.text_encoder import TextEncoder
from engine.models.text_features import TextFeatures
from engine.training.config import Budget, OptimiserConfig, RunConfig
from engine.training.examples.captions import CaptionBank
from engine.training.loop import TrainingResult, train
from engine.training.precision import trains_in_bf16
from engine.training.task import TrainingTask

SELECTION_NAME = "selection.json"


@dataclass(frozen=True)
class EvaluatorTrainingConfig:
    """Everything that shapes a run but the data and the time."""

    network: RetrievalConfig = field(default_factory=RetrievalConfig)
    augment: AugmentConfig = field(default_factory=AugmentConfig)
    run: RunConfig = field(
        default_factory=lambda: RunConfig(batch_size=128, eval_every=50, checkpoint_every=50, log_every=10)
    )
    optimiser: OptimiserConfig = field(
        default_factory=lambda: OptimiserConfig(
            learning_rate=5e-4, warmup_steps=40, weight_decay=0.05, average_decay=0.98
        )
    )
    similar_caption: float = 0.85
    """cosine of sentence features above which two captions are no negatives of one another"""
    pool_size: int = 32


@dataclass(frozen=True)
class Batch:
    """Padded features [B, T, F] with lengths [B], their captions, features and trial numbers."""

    motion: Tensor
    lengths: Tensor
    text: TextFeatures
    sides: Tensor
    trials: Tensor


class EvaluatorTask(TrainingTask):
    """Clips and their captions, told apart from the others of a batch."""

    def __init__(
        self, config: EvaluatorTrainingConfig, data: Path | ClipSource, run_dir: Path, encoder: TextEncoder
    ) -> None:
        self.config = replace(config, network=replace(config.network, text_dim=encoder.sentence_dim))
        self.run_dir = run_dir
        source = clip_source(data)
        self.clips = clips_of(source, "train")
        self.held_out = clips_of(source, "val")
        captions = [text for clip in self.clips + self.held_out for text in clip.captions]
        self.bank = CaptionBank(captions, encoder, config.network.max_words)
        number = {name: i for i, name in enumerate(sorted({clip.trial for clip in self.clips}))}
        self.trials = torch.tensor([number[clip.trial] for clip in self.clips])
        torch.manual_seed(config.run.seed)
        network = RetrievalNetwork(self.config.network)
        statistics = source.load_normalisation(config.network.feature_dim)
        network.set_statistics(torch.from_numpy(statistics.mean), torch.from_numpy(statistics.std))
        self.model: nn.Module = network
        self.scores: dict[str, float] = {}

    def losses(self, batch: Batch, share: Share) -> dict[str, Tensor]:
        """Contrastive loss of one batch, which has to be there as a whole."""
        assert isinstance(self.model, RetrievalNetwork)
        if share.of > 1:
            raise InputError("the evaluator is trained by one process: start it without a launcher")
        bf16 = trains_in_bf16(self.config.run.precision, torch.device("cpu"))
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            motion = self.model.embed_motion(batch.motion, batch.lengths)
            text = self.model.embed_text(batch.text)
        ignored = false_negatives(batch.text.sentence, batch.trials, batch.sides, self.config.similar_caption)
        return {"contrast": symmetric_info_nce(text, motion, self.model.scale, ignored)}

    def draw(self, step: int) -> Batch:
        """Different clips, one random caption each, augmented."""
        rng = np.random.default_rng([self.config.run.seed, step])
        size = min(self.config.run.batch_size, len(self.clips))
        chosen = rng.choice(len(self.clips), size, replace=False)
        motions, captions = [], []
        for index in chosen:
            clip = self.clips[index]
            motions.append(augment(clip.load(), rng, self.config.augment))
            captions.append(clip.captions[int(rng.integers(len(clip.captions)))])
        motion, lengths = pad_motions(motions)
        text, sides = caption_features(self.bank, captions), handedness(captions)
        return Batch(motion, lengths, text, sides, self.trials[torch.from_numpy(chosen)])

    def evaluate(self, model: nn.Module) -> dict[str, float]:
        """Retrieval on the validation clips."""
        assert isinstance(model, RetrievalNetwork)
        self.scores = validate(model, self.held_out, self.bank, self.config.pool_size)
        return self.scores

    def export(self, model: nn.Module) -> None:
        """Keep the weights if they beat the best so far, which a resumed run reads from disk."""
        assert isinstance(model, RetrievalNetwork)
        selection = self.run_dir / SELECTION_NAME
        if selection.is_file():
            best = read_json(selection)
            if isinstance(best, dict) and best.get("R@3", 0.0) >= self.scores["R@3"]:
                return
        save_retrieval(model, self.run_dir / "model")
        selection.write_text(json.dumps(self.scores, indent=2) + "\n", encoding="utf-8")

    def fingerprint(self) -> dict[str, Any]:
        """What a checkpoint must agree on."""
        return {"retrieval": asdict(self.config.network)}


def caption_features(bank: CaptionBank, captions: list[str]) -> TextFeatures:
    """Frozen features of captions the bank knows."""
    return bank.features(np.asarray([bank.index[caption] for caption in captions]))


@torch.inference_mode()
def validate(
    network: RetrievalNetwork,
    clips: list[Clip],
    bank: CaptionBank,
    pool_size: int,
    repeats: int = 5,
) -> dict[str, float]:
    """R@1, R@2, R@3 and MM-Dist on whole clips, averaged over captions and pools that are drawn
    alike every time, so that two validations differ by the weights only.
    """
    network.eval()
    rng = np.random.default_rng(0)
    motions = []
    for start in range(0, len(clips), 64):
        features, lengths = pad_motions([clip.load() for clip in clips[start : start + 64]])
        motions.append(network.embed_motion(features, lengths))
    motion = torch.cat(motions).numpy()
    totals = np.zeros(4)
    for _ in range(repeats):
        captions = [clip.captions[int(rng.integers(len(clip.captions)))] for clip in clips]
        text = torch.cat(
            [
                network.embed_text(caption_features(bank, captions[start : start + 256]))
                for start in range(0, len(captions), 256)
            ]
        ).numpy()
        scores = retrieval_scores(text, motion, rng, min(pool_size, len(clips)))
        totals += [*scores.r_precision, scores.mm_dist]
    return dict(zip(("R@1", "R@2", "R@3", "MM-Dist"), (totals / repeats).tolist(), strict=True))


def train_evaluator(
    config: EvaluatorTrainingConfig,
    data: Path | ClipSource,
    run_dir: Path,
    encoder: TextEncoder,
    budget: Budget,
) -> TrainingResult:
    """Train (or go on training); the selected weights end up in `run_dir/model`."""
    run_dir.mkdir(parents=True, exist_ok=True)
    task = EvaluatorTask(config, data, run_dir, encoder)
    return train(task, config.run, config.optimiser, run_dir, budget)
