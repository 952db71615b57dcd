"""The training loop all trainings share: AdamW, schedule, averaging, checkpoints, log.

Each step draws its whole batch from (seed, step), whatever the number of processes: each of them computes
its share, and the random numbers of dropout and codebooks are those of the whole batch
(engine.models.batch_rows). So a run goes the same way on one process or several, broken off or not.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine.models.batch_rows import Share, working_on
from engine.training.checkpoint import TrainState, load_checkpoint, save_checkpoint
from engine.training.config import Budget, OptimiserConfig, RunConfig
from engine.training.interrupt import StopRequest
from engine.training.log import RunLog, progress_bar, show_progress
from engine.training.processes import Processes
from engine.training.task import TrainingTask

# Codebook restarts draw from seeds apart from those of dropout.
FOLLOW_SEED = 500_009


@dataclass(frozen=True)
class TrainingResult:
    step: int
    finished: bool
    scores: dict[str, float]


def rate_factor(step: int, progress: float, config: OptimiserConfig) -> float:
    """Learning-rate factor: linear warm-up over steps, times the decay that the schedule asks for."""
    warmup = min(1.0, (step + 1) / max(1, config.warmup_steps))
    if config.schedule == "milestones":
        passed = sum(progress >= share for share in config.milestones)
        return warmup * config.milestone_factor**passed
    cosine = 0.5 * (1.0 + math.cos(math.pi * progress))
    return warmup * (config.final_share + (1.0 - config.final_share) * cosine)


def make_optimiser(model: nn.Module, config: OptimiserConfig) -> torch.optim.AdamW:
    """AdamW; weight decay on matrices only, not on biases, norms and embeddings' offsets."""
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    groups = [
        {"params": [p for p in trained if p.ndim > 1], "weight_decay": config.weight_decay},
        {"params": [p for p in trained if p.ndim <= 1], "weight_decay": 0.0},
    ]
    fused = trained[0].device.type in ("cpu", "cuda")
    return torch.optim.AdamW(groups, lr=config.learning_rate, betas=config.betas, fused=fused)


@torch.no_grad()
def update_average(average: nn.Module, model: nn.Module, decay: float, step: int) -> None:
    """Exponential moving average of the weights; buffers (codebooks) are copied."""
    decay = min(decay, (1 + step) / (10 + step))
    torch._foreach_lerp_(list(average.parameters()), list(model.parameters()), 1.0 - decay)
    for target, source in zip(average.buffers(), model.buffers(), strict=True):
        target.copy_(source)


class _Losses(nn.Module):
    """The task's losses as a module, so that gradients are averaged as its backward goes."""

    def __init__(self, task: TrainingTask) -> None:
        super().__init__()
        self.model = task.model
        self._losses = task.losses

    def forward(self, batch: Any, share: Share) -> dict[str, Tensor]:
        return self._losses(batch, share)


def train(
    task: TrainingTask,
    run: RunConfig,
    config: OptimiserConfig,
    run_dir: Path,
    budget: Budget,
    processes: Processes | None = None,
) -> TrainingResult:
    """Train until the budget is used up or a stop is requested; resumes a checkpoint if present.

    Raises InputError if the batch cannot be shared out, and CheckpointError if the folder's checkpoint
    belongs to another model.
    """
    run_dir.mkdir(parents=True, exist_ok=True)
    processes = processes or Processes.join(run_dir, "cpu")
    shares = processes.shares(run.batch_size, run.accumulate)
    model = task.model.to(processes.device)
    average = copy.deepcopy(model).eval().requires_grad_(False)
    optimiser = make_optimiser(model, config)
    fingerprint = task.fingerprint()
    state = load_checkpoint(run_dir, model, average, optimiser, fingerprint)
    if state is None:
        state = TrainState()
        torch.manual_seed(run.seed)
        task.start()
    if run.compile:
        model.compile(backend=run.compile, dynamic=True)
    losses_of = processes.wrap(_Losses(task))
    log = RunLog(run_dir, run.log_every, processes, run.tensorboard)

    def save() -> None:
        if processes.is_main:
            save_checkpoint(run_dir, model, average, optimiser, state, fingerprint)
        processes.wait()

    def evaluate() -> dict[str, float]:
        scores: dict[str, float] = {}
        if processes.is_main:
            scores = task.evaluate(average)
            task.export(average)
        processes.wait()
        log.scores(state, scores)
        return scores

    began = time.monotonic() - state.seconds
    batches = _drawn_ahead(task, state.step)
    with StopRequest() as stop, progress_bar(budget, state, processes.is_main) as bar:
        while True:
            stopped, state.seconds = processes.agree(stop.requested, time.monotonic() - began)
            progress = budget.progress(state.step, state.seconds)
            if stopped or progress >= 1.0:
                break
            factor = rate_factor(state.step, progress, config)
            for group in optimiser.param_groups:
                group["lr"] = config.learning_rate * factor
            model.train()
            optimiser.zero_grad(set_to_none=True)
            seed = run.seed * 1_000_003 + state.step
            losses = _accumulate(losses_of, next(batches), shares, processes, seed)
            _check_gradient(nn.utils.clip_grad_norm_(model.parameters(), config.clip_norm), state.step)
            optimiser.step()
            torch.manual_seed(seed + FOLLOW_SEED)
            task.follow(processes.gather)
            update_average(average, model, config.average_decay, state.step)
            state.step += 1
            log.step(state, losses, factor * config.learning_rate)
            show_progress(bar, budget, state, log.means)
            if state.step % run.eval_every == 0:
                evaluate()
            if state.step % run.checkpoint_every == 0:
                save()
    batches.close()
    save()
    scores = evaluate()
    log.close()
    return TrainingResult(state.step, progress >= 1.0, scores)


def _accumulate(
    losses_of: nn.Module, batch: Any, shares: list[Share], processes: Processes, seed: int
) -> dict[str, Tensor]:
    """Gradients of the whole batch in the parameters; returns this process's part of the losses."""
    totals: dict[str, Tensor] = {}
    for number, share in enumerate(shares):
        # Every share draws the whole batch's random numbers anew and keeps its own rows.
        torch.manual_seed(seed)
        last = number == len(shares) - 1
        with working_on(share):
            if last:
                losses = _backward(losses_of, batch, share, processes)
            else:
                with processes.unsynchronised(losses_of):
                    losses = _backward(losses_of, batch, share, processes)
        for name, value in losses.items():
            totals[name] = totals.get(name, 0.0) + value.detach()  # type: ignore[assignment]
    return totals


def _backward(losses_of: nn.Module, batch: Any, share: Share, processes: Processes) -> dict[str, Tensor]:
    losses: dict[str, Tensor] = losses_of(batch, share)
    # Gradients are averaged over the processes, but the shares' losses add up.
    (torch.stack(list(losses.values())).sum() * processes.count).backward()
    return losses


def _check_gradient(norm: Tensor, step: int) -> None:
    if not bool(torch.isfinite(norm)):
        raise FloatingPointError(
            f"the gradient became infinite or NaN at step {step}: lower the learning rate and "
            "resume from the checkpoint"
        )


def _drawn_ahead(task: TrainingTask, step: int) -> Generator[Any, None, None]:
    """The batches from `step` on; while one is computed on, a thread draws the next."""
    with ThreadPoolExecutor(1, "batches") as pool:
        coming = pool.submit(task.draw, step)
        while True:
            batch = coming.result()
            step += 1
            coming = pool.submit(task.draw, step)
            yield batch
