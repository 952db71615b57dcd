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

from engine.data.clips import ClipSource, clip_source
from engine.models.batch_rows import Share
from engine.models.config import ModelConfig
from engine.models.folder import (
    TOKENIZER_NAME,
    TRANSFORMER_NAME,
    MotionModel,
    load_model_folder,
    load_tokenizer,
    save_model_folder,
)
from engine.models.text_encoder import TextEncoder, load_text_encoder
from engine.models.transformer import MaskedTransformer
from engine.training.config import Budget, TransformerTrainingConfig
from engine.training.examples.masking import MaskedExample, TrainingMasker
from engine.training.examples.replay import REPLAYS_NAME, choose_captions, make_replays
from engine.training.examples.token_dataset import (
    PLAIN_TEXT,
    TokenBatch,
    TokenClip,
    TokenDataset,
    tokenise_clips,
)
from engine.training.loop import TrainingResult, train
from engine.training.precision import trains_in_bf16
from engine.training.processes import Processes
from engine.training.task import TrainingTask


@dataclass(frozen=True)
class TransformerRun:
    """The trained tokenizer to build on, the text encoder's folder and how to train.

    Attributes:
        model: its transformer, name, licence ... are used; the tokenizer part comes from the folder
        tokenizer_dir: trained tokenizer, or model folder
        init_dir: model folder to go on from (fine-tuning); its transformer is what is used, on the tokenizer it was
            trained with or one that went on from that one
        rehearse_dir: older data to replay beside the new (ReplayConfig); without, the model makes its own
    """

    tokenizer_dir: Path
    text_encoder_dir: Path
    model: ModelConfig = dataclasses.field(default_factory=ModelConfig)
    training: TransformerTrainingConfig = dataclasses.field(default_factory=TransformerTrainingConfig)
    init_dir: Path | None = None
    rehearse_dir: Path | None = None


@dataclass(frozen=True)
class Batch:
    """A whole batch of a step, masked.

    Attributes:
        drop: [B] rows that are shown without their text
        replayed: [B] rows that teach what the model it began as says
    """

    tokens: TokenBatch
    example: MaskedExample
    drop: Tensor
    replayed: Tensor


class TransformerTask(TrainingTask):
    """Hidden tokens, predicted from the visible ones and the caption."""

    def __init__(
        self,
        config: TransformerRun,
        data: Path | ClipSource,
        run_dir: Path,
        encoder: TextEncoder,
        device: torch.device | None = None,
    ) -> None:
        training = config.training
        self.training = training
        self.run_dir = run_dir
        self.device = device or torch.device("cpu")
        weights = (config.tokenizer_dir / TOKENIZER_NAME).read_bytes()
        self.tokenizer_digest = hashlib.sha256(weights).hexdigest()
        made_with, self.tokenizer = load_tokenizer(config.tokenizer_dir)
        self.tokenizer.to(self.device)
        model = dataclasses.replace(config.model, tokenizer=made_with.tokenizer, fps=made_with.fps)
        base = load_model_folder(config.init_dir) if config.init_dir is not None else None
        if base is not None:
            model = dataclasses.replace(
                model, transformer=base.config.transformer, text_encoder=base.config.text_encoder
            )
        self.config = model
        self.init_dir = config.init_dir
        torch.manual_seed(training.run.seed)
        self.transformer = MaskedTransformer(model.transformer, model.tokenizer)
        if self.transformer.codes is not None:
            self.transformer.set_codes(self.tokenizer.code_table().cpu())
        if base is not None:
            self.transformer.load_state_dict(base.transformer.state_dict())
        self.transformer.to(self.device)
        self.model: nn.Module = self.transformer
        self.masker = TrainingMasker(training.masking, model.tokenizer, model.transformer.predicted_parts)
        self.data = self._dataset(self._tokens(data, "train", training.offsets), "train", encoder)
        self.held_out = self._dataset(self._tokens(data, "val", 1), "val", encoder).everything(512)
        self.before: MaskedTransformer | None = None
        self.replays: TokenDataset | None = None
        if base is not None and training.replay.share > 0.0:
            self.before = base.transformer.to(self.device).requires_grad_(False)
            self.replays = self._replays(config, base, encoder)

    def draw(self, step: int) -> Batch:
        run = self.training.run
        rng = np.random.default_rng([run.seed, step])
        again = round(self.training.replay.share * run.batch_size) if self.replays is not None else 0
        tokens = self.data.draw(run.batch_size - again, rng)
        if again and self.replays is not None:
            tokens = tokens.joined(self.replays.draw(again, rng))
        dropout = self.training.text_dropout if self.config.transformer.null_text else 0.0
        drop = torch.from_numpy(rng.random(run.batch_size) < dropout)
        replayed = torch.arange(run.batch_size) >= run.batch_size - again
        return Batch(tokens, self.masker.draw(tokens.ids, tokens.lengths, rng), drop, replayed)

    def losses(self, batch: Batch, share: Share) -> dict[str, Tensor]:
        rows, device = share.rows(len(batch.drop)), self.device
        tokens, drop = batch.tokens.rows(rows).to(device), batch.drop[rows].to(device)
        example = MaskedExample(
            batch.example.inputs[rows].to(device),
            batch.example.learnt[rows].to(device),
            batch.example.weights[rows].to(device),
        )
        learnt = example.learnt
        logits = self._logits(self.transformer, tokens, example, drop)
        each = F.cross_entropy(
            logits, tokens.ids[learnt], label_smoothing=self.training.label_smoothing, reduction="none"
        )
        replayed = batch.replayed[rows].to(device)
        if self.before is not None and bool(batch.replayed[rows].any()):
            again = replayed[:, None, None].expand_as(learnt)[learnt]
            each = each.masked_scatter(again, self._replay_loss(logits[again], tokens, example, drop, replayed))
        losses = {"tokens": (each * example.weights[learnt]).sum()}
        if self.transformer.duration is not None:
            duration = self._duration_loss(self.transformer, tokens, replayed).sum() / len(batch.drop)
            losses["duration"] = self.training.duration_weight * duration
        return losses

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
        count = sum(len(batch.ids) for batch in self.held_out)
        for number, cpu_batch in enumerate(self.held_out):
            share = len(cpu_batch.ids) / count
            rng = np.random.default_rng([number, 99])
            example = self.masker.draw(cpu_batch.ids, cpu_batch.lengths, rng)
            moved = (part.to(self.device) for part in (example.inputs, example.learnt, example.weights))
            example, batch = MaskedExample(*moved), cpu_batch.to(self.device)
            none, every = (torch.full((len(batch.ids),), flag, device=self.device) for flag in (False, True))
            wrong = dataclasses.replace(batch, text=batch.text.rows([*range(1, len(batch.ids)), 0]))
            for name, given, drop in (
                ("loss", batch, none),
                ("loss_no_text", batch, every),
                ("loss_wrong_text", wrong, none),
            ):
                if name not in totals:
                    continue
                logits = self._logits(model, given, example, drop)
                wanted, weights = batch.ids[example.learnt], example.weights[example.learnt]
                each = F.cross_entropy(logits, wanted, reduction="none")
                totals[name] += share * float((each * weights).sum())
                if name == "loss":
                    right = (logits.argmax(-1) == wanted).float()
                    totals["accuracy"] += share * float((right * weights).sum())
            if model.duration is not None:
                guess = model.duration.most_likely(batch.text.sentence)
                duration += share * float((guess - batch.lengths).abs().float().mean())
        return totals if model.duration is None else {**totals, "duration_off_tokens": duration}

    def export(self, model: nn.Module) -> None:
        assert isinstance(model, MaskedTransformer)
        save_model_folder(self.run_dir / "model", MotionModel(self.config, self.tokenizer, model))

    def fingerprint(self) -> dict[str, Any]:
        made = {
            "transformer": dataclasses.asdict(self.config.transformer),
            "tokenizer": dataclasses.asdict(self.config.tokenizer),
            # The same sizes with other codebooks would resume on tokens that mean something else.
            "tokenizer_file": self.tokenizer_digest,
        }
        if self.init_dir is not None:
            began = (self.init_dir / TRANSFORMER_NAME).read_bytes()
            made["init_file"] = hashlib.sha256(began).hexdigest()
        return made

    def _logits(self, model: MaskedTransformer, tokens: TokenBatch, example: MaskedExample, drop: Tensor) -> Tensor:
        """[M, K] at the learnt places."""
        bf16 = trains_in_bf16(self.training.run.precision, self.device)
        with torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=bf16):
            logits = model(example.inputs, tokens.lengths, tokens.text, drop, at=example.learnt)
        return logits.float()

    def _replay_loss(
        self, logits: Tensor, tokens: TokenBatch, example: MaskedExample, drop: Tensor, replayed: Tensor
    ) -> Tensor:
        """[M] cross-entropy, at the learnt places of replayed rows, to what the model said before."""
        assert self.before is not None
        rows = replayed.nonzero()[:, 0]
        old = TokenBatch(tokens.ids[rows], tokens.lengths[rows], tokens.text.rows(rows.tolist()))
        shown = MaskedExample(example.inputs[rows], example.learnt[rows], example.weights[rows])
        with torch.no_grad():
            said = self._logits(self.before, old, shown, drop[rows]).softmax(-1)
        return F.cross_entropy(logits, said, reduction="none")

    def _duration_loss(self, model: MaskedTransformer, tokens: TokenBatch, replayed: Tensor) -> Tensor:
        """[B]; of replayed rows, how far from what the model said before."""
        assert model.duration is not None
        softness = self.training.duration_softness
        own = model.duration.loss(tokens.text.sentence, tokens.lengths, softness, reduction="none")
        if self.before is None or self.before.duration is None:
            return own
        with torch.no_grad():
            said = self.before.duration(tokens.text.sentence).float().softmax(-1)
        again = F.cross_entropy(model.duration(tokens.text.sentence).float(), said, reduction="none")
        return torch.where(replayed, again, own)

    def _tokens(self, data: Path | ClipSource, split: str, offsets: int) -> list[TokenClip]:
        tokenizer, fps = self.config.tokenizer, self.config.fps
        clips = clip_source(data).load_clips(split, self.training.min_frames, tokenizer.feature_dim, fps)
        bf16 = trains_in_bf16(self.training.run.precision, torch.device("cpu"))
        return tokenise_clips(self.tokenizer, clips, offsets, bf16)

    def _replays(self, config: TransformerRun, base: MotionModel, encoder: TextEncoder) -> TokenDataset:
        """Older data, or what the model makes itself."""
        if config.rehearse_dir is not None:
            return self._dataset(self._tokens(config.rehearse_dir, "train", 1), "replay", encoder)
        seed = self.training.run.seed
        captions = choose_captions(self.training.replay.motions, seed)
        self.run_dir.mkdir(parents=True, exist_ok=True)
        made = make_replays(base, encoder, captions, seed, self.run_dir / REPLAYS_NAME)
        return self._dataset(made, "replay", encoder)

    def _dataset(self, clips: list[TokenClip], split: str, encoder: TextEncoder) -> TokenDataset:
        composition, training = self.training.composition, self.training
        if split != "train":
            composition = dataclasses.replace(composition, pool=0)
        streams = range(self.config.tokenizer.streams)
        return TokenDataset(
            clips=clips,
            encoder=encoder,
            max_tokens=self.config.transformer.max_tokens,
            max_words=training.max_words,
            composition=composition,
            upper_streams=tuple(streams[self.config.tokenizer.levels :]),
            seed=training.run.seed,
            staples=(training.staples, training.staple_weight if split == "train" else 1.0),
            variety=training.variety if split == "train" else PLAIN_TEXT,
        )


def train_transformer(
    config: TransformerRun,
    data: Path | ClipSource,
    run_dir: Path,
    budget: Budget,
    encoder: TextEncoder | None = None,
    device: str = "cpu",
) -> TrainingResult:
    """Train (or go on training); the averaged, complete model ends up in `run_dir/model`."""
    processes = Processes.join(run_dir, device)
    encoder = encoder or load_text_encoder(config.model.text_encoder, config.text_encoder_dir)
    task = TransformerTask(config, data, run_dir, encoder, processes.device)
    training = config.training
    return train(task, training.run, training.optimiser, run_dir, budget, processes)
