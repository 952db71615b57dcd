"""The training loop both trainings share: AdamW, schedule, averaging, checkpoints, log."""

from __future__ import annotations

import copy
import json
import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from tqdm import tqdm

from engine.training.checkpoint import TrainState, load_checkpoint, save_checkpoint
from engine.training.config import Budget, OptimiserConfig, RunConfig
from engine.training.interrupt import StopRequest

LOG_NAME = "log.jsonl"


class TrainingTask(Protocol):
    """What a training teaches and how it is judged."""

    model: nn.Module

    def losses(self, step: int) -> dict[str, Tensor]:
        """Weighted losses of a batch that depends on the step (and seed) alone."""

    def evaluate(self, model: nn.Module) -> dict[str, float]:
        """Scores of the averaged model on held-out clips."""

    def export(self, model: nn.Module) -> None:
        """Write the averaged model where it is used from."""

    def fingerprint(self) -> dict[str, Any]:
        """What a checkpoint must agree on to be resumed (JSON)."""


@dataclass(frozen=True)
class TrainingResult:
    step: int
    finished: bool
    scores: dict[str, float]


def rate_factor(step: int, progress: float, config: OptimiserConfig) -> float:
    """Learning-rate factor: linear warm-up over steps times cosine decay over the budget."""
    warmup = min(1.0, (step + 1) / max(1, config.warmup_steps))
    cosine = 0.5 * (1.0 + math.cos(math.pi * progress))
    return warmup * (config.final_share + (1.0 - config.final_share) * cosine)


def make_optimiser(model: nn.Module, config: OptimiserConfig) -> torch.optim.AdamW:
    """AdamW; weight decay on matrices only, not on biases, norms and embeddings' offsets."""
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    groups = [
        {"params": [p for p in trained if p.ndim > 1], "weight_decay": config.weight_decay},
        {"params": [p for p in trained if p.ndim <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=config.learning_rate, betas=config.betas, fused=True)


@torch.no_grad()
def update_average(average: nn.Module, model: nn.Module, decay: float, step: int) -> None:
    """Exponential moving average of the weights; buffers (codebooks) are copied."""
    decay = min(decay, (1 + step) / (10 + step))
    torch._foreach_lerp_(list(average.parameters()), list(model.parameters()), 1.0 - decay)
    for target, source in zip(average.buffers(), model.buffers(), strict=True):
        target.copy_(source)


def train(
    task: TrainingTask, run: RunConfig, config: OptimiserConfig, run_dir: Path, budget: Budget
) -> TrainingResult:
    """Train until the budget is used up or a stop is requested; resumes a checkpoint if present.

    Each step draws its batch, dropout and codebook restarts from its own seed, so a resumed run
    goes exactly where the unbroken one would have gone (with a budget of steps).
    """
    run_dir.mkdir(parents=True, exist_ok=True)
    model = task.model
    average = copy.deepcopy(model).eval()
    optimiser = make_optimiser(model, config)
    fingerprint = task.fingerprint()
    state = load_checkpoint(run_dir, model, average, optimiser, fingerprint) or TrainState()
    log = _Log(run_dir / LOG_NAME, run.log_every)
    scores: dict[str, float] = {}
    began = time.monotonic() - state.seconds
    with StopRequest() as stop, _progress_bar(budget, state) as bar:
        while not stop.requested:
            state.seconds = time.monotonic() - began
            progress = budget.progress(state.step, state.seconds)
            if progress >= 1.0:
                break
            torch.manual_seed(run.seed * 1_000_003 + state.step)
            factor = rate_factor(state.step, progress, config)
            for group in optimiser.param_groups:
                group["lr"] = config.learning_rate * factor
            model.train()
            losses = task.losses(state.step)
            _update(model, optimiser, losses, config.clip_norm, state.step)
            update_average(average, model, config.average_decay, state.step)
            state.step += 1
            log.step(state, losses, factor * config.learning_rate)
            _show(bar, budget, state, log.means)
            if state.step % run.eval_every == 0:
                scores = task.evaluate(average)
                log.scores(state, scores)
                task.export(average)
            if state.step % run.checkpoint_every == 0:
                save_checkpoint(run_dir, model, average, optimiser, state, fingerprint)
        finished = not stop.requested
    save_checkpoint(run_dir, model, average, optimiser, state, fingerprint)
    scores = task.evaluate(average)
    log.scores(state, scores)
    task.export(average)
    return TrainingResult(state.step, finished, scores)


def _update(
    model: nn.Module,
    optimiser: torch.optim.Optimizer,
    losses: dict[str, Tensor],
    clip_norm: float,
    step: int,
) -> None:
    optimiser.zero_grad(set_to_none=True)
    total = torch.stack(list(losses.values())).sum()
    total.backward()
    norm = nn.utils.clip_grad_norm_(model.parameters(), clip_norm)
    if not bool(torch.isfinite(norm)):
        raise FloatingPointError(
            f"the gradient became infinite or NaN at step {step}: lower the learning rate and "
            "resume from the checkpoint"
        )
    optimiser.step()


class _Log:
    """JSON lines: averages of the losses every few steps, and the scores."""

    def __init__(self, path: Path, every: int) -> None:
        self.path = path
        self.every = every
        self.means: dict[str, float] = {}
        self._sums: dict[str, float] = {}
        self._count = 0

    def step(self, state: TrainState, losses: dict[str, Tensor], rate: float) -> None:
        for name, value in losses.items():
            self._sums[name] = self._sums.get(name, 0.0) + float(value.detach())
        self._count += 1
        if self._count >= self.every:
            self.means = {name: value / self._count for name, value in self._sums.items()}
            self._sums, self._count = {}, 0
            self._write({**self._when(state), "rate": rate, **self.means})

    def scores(self, state: TrainState, scores: dict[str, float]) -> None:
        self._write({**self._when(state), "scores": scores})
        tqdm.write(f"step {state.step}: " + ", ".join(f"{k} {v:.4g}" for k, v in scores.items()))

    def _when(self, state: TrainState) -> dict[str, Any]:
        return {"step": state.step, "seconds": round(state.seconds, 1)}

    def _write(self, entry: dict[str, Any]) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")


def _progress_bar(budget: Budget, state: TrainState) -> tqdm[Any]:
    if budget.steps is not None:
        return tqdm(total=budget.steps, initial=state.step, unit="step", mininterval=2.0)
    minutes = budget.minutes or 0.0
    form = "{percentage:3.0f}%|{bar}| {n:.1f}/{total:.1f} min{postfix}"
    return tqdm(total=minutes, initial=state.seconds / 60, bar_format=form, mininterval=2.0)


def _show(bar: tqdm[Any], budget: Budget, state: TrainState, means: dict[str, float]) -> None:
    if budget.steps is None:
        bar.set_postfix(step=state.step, loss=sum(means.values()), refresh=False)
        bar.update(state.seconds / 60 - bar.n)
    else:
        bar.set_postfix(loss=sum(means.values()), refresh=False)
        bar.update(1)
