"""Training of the masked transformer and the duration head (MMM section 3.2)."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.models.config import FRAMES_PER_TOKEN, ModelConfig
from engine.models.folder import TOKENIZER_NAME, MotionModel, load_tokenizer, save_model_folder
from engine.models.text_encoder import TextEncoder, load_text_encoder
from engine.models.transformer import MaskedTransformer
from engine.training.config import Budget, TransformerTrainingConfig
from engine.training.dataset import load_clips
from engine.training.loop import TrainingResult, train
from engine.training.masking import TrainingMasker
from engine.training.token_dataset import TokenBatch, TokenDataset, tokenise_clips


@dataclass(frozen=True)
class TransformerRun:
    """The trained tokenizer to build on, the text encoder's folder and how to train.

    model: its transformer, name, licence ... are used; the tokenizer part comes from the folder
    """

    tokenizer_dir: Path
    text_encoder_dir: Path
    model: ModelConfig = dataclasses.field(default_factory=ModelConfig)
    training: TransformerTrainingConfig = dataclasses.field(
        default_factory=TransformerTrainingConfig
    )


class TransformerTask:
    """Hidden tokens, predicted from the visible ones and the caption."""

    def __init__(
        self, config: TransformerRun, data_dir: Path, run_dir: Path, encoder: TextEncoder
    ) -> None:
        training = config.training
        self.training = training
        self.run_dir = run_dir
        weights = (config.tokenizer_dir / TOKENIZER_NAME).read_bytes()
        self.tokenizer_digest = hashlib.sha256(weights).hexdigest()
        made_with, self.tokenizer = load_tokenizer(config.tokenizer_dir)
        self.config = dataclasses.replace(config.model, tokenizer=made_with.tokenizer)
        torch.manual_seed(training.run.seed)
        self.transformer = MaskedTransformer(self.config.transformer, self.config.tokenizer)
        if self.transformer.codes is not None:
            self.transformer.set_codes(self.tokenizer.code_table())
        self.model: nn.Module = self.transformer
        self.masker = TrainingMasker(training.masking, self.config.tokenizer)
        self.data = self._dataset(data_dir, "train", FRAMES_PER_TOKEN, encoder)
        self.held_out = self._dataset(data_dir, "val", 1, encoder).everything(512)

    def losses(self, step: int) -> dict[str, Tensor]:
        run = self.training.run
        rng = np.random.default_rng([run.seed, step])
        batch = self.data.draw(run.batch_size, rng)
        dropout = self.training.text_dropout if self.transformer.config.null_text else 0.0
        drop = torch.from_numpy(rng.random(len(batch.ids)) < dropout)
        loss, _ = self._token_loss(
            self.transformer, batch, rng, drop, self.training.label_smoothing
        )
        if self.transformer.duration is None:
            return {"tokens": loss}
        duration = self.transformer.duration.loss(
            batch.text.sentence, batch.lengths, self.training.duration_softness
        )
        return {"tokens": loss, "duration": self.training.duration_weight * duration}

    @torch.no_grad()
    def evaluate(self, model: nn.Module) -> dict[str, float]:
        """Loss and accuracy on held-out clips: with their text, without, and with a wrong one.

        How much worse a wrong text makes the loss tells whether the model listens to it.
        """
        assert isinstance(model, MaskedTransformer)
        totals = dict.fromkeys(("loss", "accuracy", "loss_no_text", "loss_wrong_text"), 0.0)
        if not model.config.null_text:
            totals.pop("loss_no_text")
        duration = 0.0
        for number, batch in enumerate(self.held_out):
            share = len(batch.ids) / sum(len(other.ids) for other in self.held_out)
            none, every = (torch.full((len(batch.ids),), flag) for flag in (False, True))
            wrong = dataclasses.replace(
                batch,
                text=dataclasses.replace(
                    batch.text,
                    sentence=batch.text.sentence.roll(1, 0),
                    words=batch.text.words.roll(1, 0),
                    mask=batch.text.mask.roll(1, 0),
                ),
            )
            for name, given, drop in (
                ("loss", batch, none),
                ("loss_no_text", batch, every),
                ("loss_wrong_text", wrong, none),
            ):
                if name not in totals:
                    continue
                rng = np.random.default_rng([number, 99])
                loss, accuracy = self._token_loss(model, given, rng, drop, 0.0)
                totals[name] += share * float(loss)
                totals["accuracy"] += share * accuracy if name == "loss" else 0.0
            if model.duration is not None:
                guess = model.duration.most_likely(batch.text.sentence)
                duration += share * float((guess - batch.lengths).abs().float().mean())
        return totals if model.duration is None else {**totals, "duration_off_tokens": duration}

    def export(self, model: nn.Module) -> None:
        assert isinstance(model, MaskedTransformer)
        whole = MotionModel(self.config, self.tokenizer, model)
        save_model_folder(self.run_dir / "model", whole)

    def fingerprint(self) -> dict[str, Any]:
        return {
            "transformer": dataclasses.asdict(self.config.transformer),
            "tokenizer": dataclasses.asdict(self.config.tokenizer),
            # The same sizes with other codebooks would resume on tokens that mean something else.
            "tokenizer_file": self.tokenizer_digest,
        }

    def _token_loss(
        self,
        model: MaskedTransformer,
        batch: TokenBatch,
        rng: np.random.Generator,
        drop: Tensor,
        smoothing: float,
    ) -> tuple[Tensor, float]:
        """Cross-entropy and accuracy over the hidden tokens of a freshly masked batch."""
        example = self.masker.draw(batch.ids, batch.lengths, rng)
        bf16 = self.training.run.precision == "bf16"
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
            logits = model(example.inputs, batch.lengths, batch.text, drop)
        chosen = logits[example.learnt].float()
        wanted = batch.ids[example.learnt]
        accuracy = float((chosen.detach().argmax(-1) == wanted).float().mean())
        return F.cross_entropy(chosen, wanted, label_smoothing=smoothing), accuracy

    def _dataset(
        self, data_dir: Path, split: str, offsets: int, encoder: TextEncoder
    ) -> TokenDataset:
        composition = self.training.composition
        if split != "train":
            composition = dataclasses.replace(composition, pool=0)
        bf16 = self.training.run.precision == "bf16"
        clips = tokenise_clips(self.tokenizer, load_clips(data_dir, split), offsets, bf16)
        streams = range(self.config.tokenizer.streams)
        return TokenDataset(
            clips=clips,
            encoder=encoder,
            max_tokens=self.config.transformer.max_tokens,
            max_words=self.training.max_words,
            composition=composition,
            upper_streams=tuple(streams[self.config.tokenizer.levels :]),
            seed=self.training.run.seed,
            staples=(self.training.staples, self.training.staple_weight),
        )


def train_transformer(
    config: TransformerRun,
    data_dir: Path,
    run_dir: Path,
    budget: Budget,
    encoder: TextEncoder | None = None,
) -> TrainingResult:
    """Train (or go on training); the averaged, complete model ends up in `run_dir/model`."""
    encoder = encoder or load_text_encoder(config.model.text_encoder, config.text_encoder_dir)
    task = TransformerTask(config, data_dir, run_dir, encoder)
    training = config.training
    return train(task, training.run, training.optimiser, run_dir, budget)
