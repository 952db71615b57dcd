"""Train the critic: which of a batch's captions belongs to which of its motions, told from their tokens."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engine.data.clips import ClipSource
from engine.errors import InputError
from engine.models.batch_rows import Share
from engine.models.config import ModelConfig
from engine.models.folder import TOKENIZER_NAME, load_tokenizer
from engine.models.matching.contrastive import false_negatives, handedness, symmetric_info_nce
from engine.models.matching.critic import Critic, save_critic
from engine.models.text_encoder import TextEncoder
from engine.training.config import Budget, CriticTrainingConfig, TransformerTrainingConfig
from engine.training.examples.token_data import TokenData
from engine.training.examples.token_dataset import TokenBatch
from engine.training.loop import TrainingResult, train
from engine.training.precision import trains_in_bf16
from engine.training.processes import Processes
from engine.training.task import TrainingTask

# Motions whose codes say what is usual.
STATISTICS = 2000
# Share of held-out motions that fit their own caption worse than what is enough.
DOUBTFUL = 0.3


@dataclass(frozen=True)
class CriticRun:
    """What to train, and from what.

    Attributes:
        tokenizer_dir: folder with config.json and tokenizer.safetensors
        examples: which examples are drawn
    """

    tokenizer_dir: Path
    model: ModelConfig = field(default_factory=ModelConfig)
    training: CriticTrainingConfig = field(default_factory=CriticTrainingConfig)
    examples: TransformerTrainingConfig = field(default_factory=TransformerTrainingConfig)


class CriticTask(TrainingTask):
    """Motions and captions, each to be told apart from the others of a batch."""

    def __init__(
        self, config: CriticRun, data: Path | ClipSource, run_dir: Path, encoder: TextEncoder, device: torch.device
    ) -> None:
        self.training, self.run_dir, self.device = config.training, run_dir, device
        made_with, tokenizer = load_tokenizer(config.tokenizer_dir)
        self.tokenizer_digest = hashlib.sha256((config.tokenizer_dir / TOKENIZER_NAME).read_bytes()).hexdigest()
        model = replace(config.model, tokenizer=made_with.tokenizer, fps=made_with.fps)
        bf16 = trains_in_bf16(self.training.run.precision, torch.device("cpu"))
        tokens = TokenData(tokenizer, model, config.examples, encoder, bf16)
        self.data = tokens.dataset(tokens.clips(data, "train", config.examples.offsets), "train")
        self.held_out = tokens.dataset(tokens.clips(data, "val", 1), "val").everything(512)
        self.codes = made_with.tokenizer.codebook_size
        torch.manual_seed(self.training.run.seed)
        sizes = replace(self.training.network, sentence_dim=encoder.sentence_dim)
        self.critic = Critic(sizes, tokenizer)
        batch = self.data.draw(STATISTICS, np.random.default_rng([self.training.run.seed, 3]))
        inside = torch.arange(batch.ids.shape[1])[None] < batch.lengths[:, None]
        self.critic.set_statistics(self.critic.vectors_of(batch.ids[inside]))
        self.critic.to(device)
        self.model: nn.Module = self.critic

    def draw(self, step: int) -> TokenBatch:
        """A batch of which each motion has some tokens replaced."""
        run = self.training.run
        rng = np.random.default_rng([run.seed, step])
        batch = self.data.draw(run.batch_size, rng)
        share = torch.from_numpy(rng.random(len(batch.ids)) * self.training.corrupted)
        wrong = torch.from_numpy(rng.random(tuple(batch.ids.shape))) < share[:, None, None]
        other = torch.from_numpy(rng.integers(self.codes, size=tuple(batch.ids.shape)))
        return replace(batch, ids=torch.where(wrong, other, batch.ids))

    def losses(self, batch: TokenBatch, share: Share) -> dict[str, Tensor]:
        """Contrastive loss of one batch, which has to be there as a whole."""
        if share.of > 1:
            raise InputError("the critic is trained by one process: start it without a launcher")
        batch = batch.to(self.device)
        bf16 = trains_in_bf16(self.training.run.precision, self.device)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=bf16):
            motion = self.critic.embed_motion(batch.ids, batch.lengths)
            text = self.critic.embed_text(batch.text.sentence)
        return {"contrast": symmetric_info_nce(text, motion, self.critic.scale, self._alike(batch))}

    @torch.no_grad()
    def evaluate(self, model: nn.Module) -> dict[str, float]:
        """How often the right caption of a held-out batch is the first, and among the first three."""
        assert isinstance(model, Critic)
        first = third = count = 0
        own: list[Tensor] = []
        for cpu_batch in self.held_out:
            batch = cpu_batch.to(self.device)
            fits = model.embed_motion(batch.ids, batch.lengths) @ model.embed_text(batch.text.sentence).T
            own.append(fits.diagonal())
            fits = fits.masked_fill(self._alike(batch), -torch.inf)
            rank = (fits > fits.diagonal()[:, None]).sum(1)
            first, third, count = first + int((rank < 1).sum()), third + int((rank < 3).sum()), count + len(rank)
        enough = float(torch.cat(own).quantile(DOUBTFUL))
        model.config = replace(model.config, enough=enough)
        return {"R@1": first / count, "R@3": third / count, "enough": enough}

    def export(self, model: nn.Module) -> None:
        assert isinstance(model, Critic)
        save_critic(self.run_dir / "model", model)

    def fingerprint(self) -> dict[str, Any]:
        return {"critic": asdict(self.critic.config), "tokenizer_file": self.tokenizer_digest}

    def _alike(self, batch: TokenBatch) -> Tensor:
        """[B, B] pairs that say too nearly the same to be told apart."""
        rows = torch.arange(len(batch.captions), device=self.device)
        sides = handedness(batch.captions).to(self.device)
        return false_negatives(batch.text.sentence, rows, sides, self.training.similar_caption)


def train_critic(
    config: CriticRun,
    data: Path | ClipSource,
    run_dir: Path,
    encoder: TextEncoder,
    budget: Budget,
    device: str = "cpu",
) -> TrainingResult:
    """Train (or go on training); the averaged critic ends up in `run_dir/model`."""
    processes = Processes.join(run_dir, device)
    task = CriticTask(config, data, run_dir, encoder, processes.device)
    return train(task, config.training.run, config.training.optimiser, run_dir, budget, processes)
