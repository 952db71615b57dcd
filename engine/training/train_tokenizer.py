"""Training of the motion tokenizer (MMM section 3.1)."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.data.clips import Clip, ClipSource, WindowSampler, clip_source
from engine.errors import InputError
from engine.files.whole import folder_updated_whole
from engine.models.batch_rows import Share
from engine.models.config import FRAMES_PER_TOKEN, ModelConfig
from engine.models.folder import TOKENIZER_NAME, load_tokenizer, save_tokenizer
from engine.models.tokenizer import MotionTokenizer
from engine.motion.parts import FeatureLayout
from engine.motion.skeleton import skeleton_of
from engine.training.config import Budget, TokenizerTrainingConfig
from engine.training.loop import TrainingResult, train
from engine.training.motion_losses import BatchTotals, ReconstructionLoss, joint_errors
from engine.training.precision import trains_in_bf16
from engine.training.processes import Gather, Processes
from engine.training.task import TrainingTask
from engine.training.widening import load_widened


@dataclass(frozen=True)
class TokenizerRun:
    """The model to build and how to train it.

    Attributes:
        init_dir: tokenizer or model folder to go on from, of the same joints or fewer
    """

    model: ModelConfig = dataclasses.field(default_factory=ModelConfig)
    training: TokenizerTrainingConfig = dataclasses.field(default_factory=TokenizerTrainingConfig)
    init_dir: Path | None = None


class TokenizerTask(TrainingTask):
    """Windows of motion in, the same windows out.

    Raises DatasetError for a data set of another skeleton than the model's, InputError if codes shall be kept and
    there are none yet.
    """

    def __init__(
        self, config: TokenizerRun, data: Path | ClipSource, run_dir: Path, device: torch.device | None = None
    ) -> None:
        self.config = config
        self.run_dir = run_dir
        self.device = device or torch.device("cpu")
        training = config.training
        model = config.model
        source = clip_source(data)
        clips = source.load_clips("train", training.short_window_frames, model.tokenizer.feature_dim, model.fps)
        self.windows = WindowSampler(clips, training.window_frames)
        self.short_windows = WindowSampler(clips, training.short_window_frames)
        self.held_out = source.load_clips("val", FRAMES_PER_TOKEN, model.tokenizer.feature_dim, model.fps)
        torch.manual_seed(training.run.seed)
        self.tokenizer = MotionTokenizer(model.tokenizer)
        normalisation = source.load_normalisation(model.tokenizer.feature_dim)
        self.tokenizer.set_normalisation(torch.from_numpy(normalisation.mean), torch.from_numpy(normalisation.std))
        if config.init_dir is not None:
            load_widened(self.tokenizer, load_tokenizer(config.init_dir)[1])
        if training.keep_codes:
            if config.init_dir is None:
                raise InputError("keep_codes needs a tokenizer to go on from: name its folder with --init")
            self.tokenizer.keep_codes()
        self.tokenizer.to(self.device)
        self.model: nn.Module = self.tokenizer
        joint_count = model.tokenizer.joint_count
        self.layout = FeatureLayout(joint_count)
        self.reconstruction = ReconstructionLoss.create(joint_count, training.loss)
        skeleton = skeleton_of(joint_count)
        # What is hidden together: the head's direction, a hand with its thumb.
        groups: dict[int, list[int]] = {}
        for joint in skeleton.optional:
            groups.setdefault(skeleton.parents[joint], []).extend(self.layout.of_joint(joint))
        self.hideable = list(groups.values())
        self._seen: list[tuple[Tensor, Tensor]] = []

    def start(self) -> None:
        """The codes begin as vectors of the first batch, unless there are trained ones."""
        if self.config.init_dir is not None:
            return
        self.tokenizer.start_codes(torch.from_numpy(self.draw(0)).to(self.device))

    def draw(self, step: int) -> NDArray[np.float32]:
        """[B, T, F] windows, all of one length."""
        training = self.config.training
        rng = np.random.default_rng([training.run.seed, step])
        short = rng.random() < training.short_share
        sampler = self.short_windows if short else self.windows
        return sampler.draw(training.run.batch_size, rng)

    def losses(self, batch: NDArray[np.float32], share: Share) -> dict[str, Tensor]:
        training = self.config.training
        rows = share.rows(len(batch))
        target = torch.from_numpy(batch[rows]).to(self.device)
        whole = BatchTotals.of(torch.from_numpy(batch), self.layout)
        bf16 = trains_in_bf16(training.run.precision, self.device)
        with torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=bf16):
            output = self.tokenizer(self._partly_hidden(target))
        self._seen.append((output.residuals, output.ids))
        losses = self.reconstruction(
            output.normalised,
            self.tokenizer.normalise(target),
            self.tokenizer.denormalise(output.normalised),
            target,
            whole,
        )
        part = len(target) / whole.rows
        return {**losses, "commitment": part * training.loss.commitment * output.losses["commitment"]}

    def _partly_hidden(self, target: Tensor) -> Tensor:
        """[B, T, F] with head or hands unknown in some rows, so that they are guessed where a recording lacks them."""
        share = self.config.training.hide_extremities
        if not self.hideable or share == 0.0:
            return target
        shown = target.clone()
        for columns in self.hideable:
            rows = torch.rand(len(target), device=target.device) < share
            hidden = torch.zeros(target.shape[-1], dtype=torch.bool, device=target.device)
            hidden[columns] = True
            shown.masked_fill_(rows[:, None, None] & hidden, float("nan"))
        return shown

    def follow(self, gather: Gather) -> None:
        """Codebooks follow the vectors of the whole batch, and dead codes restart among them."""
        residuals = gather(torch.cat([residuals for residuals, _ in self._seen]))
        ids = gather(torch.cat([ids for _, ids in self._seen]))
        self._seen = []
        if not self.config.training.keep_codes:
            self.tokenizer.follow_codes(residuals, ids)

    @torch.no_grad()
    def evaluate(self, model: nn.Module) -> dict[str, float]:
        """Reconstruction errors on whole held-out clips, with all levels and the first alone."""
        assert isinstance(model, MotionTokenizer)
        totals: dict[str, float] = {}
        frames = 0
        used: list[Tensor] = []
        for clip in _spread(self.held_out, 200):
            target = torch.from_numpy(_whole(clip.features))[None].to(self.device)
            ids = model.encode(target)
            used.append(ids[0])
            scores = joint_errors(model.decode(ids), target, self.layout)
            for name, value in scores.items():
                totals[name] = totals.get(name, 0.0) + value * target.shape[1]
            frames += target.shape[1]
        share = {name: value / frames for name, value in totals.items()}
        streams = torch.cat(used).unbind(-1)
        codes = {f"codes_{index}": float(ids.unique().numel()) for index, ids in enumerate(streams)}
        return {**share, **codes}

    def export(self, model: nn.Module) -> None:
        assert isinstance(model, MotionTokenizer)
        with folder_updated_whole(self.run_dir / "model") as unfinished:
            save_tokenizer(unfinished, self.config.model, model)

    def fingerprint(self) -> dict[str, Any]:
        made: dict[str, Any] = {"tokenizer": dataclasses.asdict(self.config.model.tokenizer)}
        if self.config.init_dir is not None:
            began = (self.config.init_dir / TOKENIZER_NAME).read_bytes()
            made["init_file"] = hashlib.sha256(began).hexdigest()
        return made


def train_tokenizer(
    config: TokenizerRun, data: Path | ClipSource, run_dir: Path, budget: Budget, device: str = "cpu"
) -> TrainingResult:
    """Train (or go on training) a tokenizer; the averaged model ends up in `run_dir/model`."""
    processes = Processes.join(run_dir, device)
    task = TokenizerTask(config, data, run_dir, processes.device)
    return train(task, config.training.run, config.training.optimiser, run_dir, budget, processes)


def _whole(features: NDArray[np.float32]) -> NDArray[np.float32]:
    return features[: len(features) - len(features) % FRAMES_PER_TOKEN]


def _spread(clips: list[Clip], count: int) -> list[Clip]:
    """At most `count` clips, evenly spread over the list."""
    return clips[:: max(1, -(-len(clips) // count))]
