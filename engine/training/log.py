"""What a run says of itself: JSON lines, TensorBoard, a progress bar."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from tqdm import tqdm

from engine.training.checkpoint import TrainState
from engine.training.config import Budget
from engine.training.processes import Processes

LOG_NAME = "log.jsonl"


class RunLog:
    """Means of the losses over some steps, summed over all processes; written by the main one."""

    def __init__(self, run_dir: Path, every: int, processes: Processes, tensorboard: bool) -> None:
        self.path = run_dir / LOG_NAME
        self.every = every
        self.processes = processes
        self.means: dict[str, float] = {}
        self._sums: dict[str, Tensor] = {}
        self._count = 0
        self._tensorboard = tensorboard and bool(processes.accelerator.log_with)
        if self._tensorboard:
            processes.accelerator.init_trackers("tensorboard")

    def step(self, state: TrainState, losses: dict[str, Tensor], rate: float) -> None:
        """Take the losses of a step; every process calls this."""
        for name, value in losses.items():
            own = value.detach().float()
            self._sums[name] = self._sums[name] + own if name in self._sums else own
        self._count += 1
        if self._count >= self.every:
            sums = torch.stack(list(self._sums.values()))
            totals = self.processes.gather(sums[None]).sum(0) / self._count
            self.means = dict(zip(self._sums, totals.tolist(), strict=True))
            self._sums, self._count = {}, 0
            self._write(state, {"rate": rate, **self.means}, "train")

    def scores(self, state: TrainState, scores: dict[str, float]) -> None:
        self._write(state, {"scores": scores}, "")
        if self.processes.is_main:
            tqdm.write(f"step {state.step}: " + ", ".join(f"{k} {v:.4g}" for k, v in scores.items()))

    def close(self) -> None:
        if self._tensorboard:
            self.processes.accelerator.end_training()

    def _write(self, state: TrainState, entry: dict[str, Any], prefix: str) -> None:
        if not self.processes.is_main:
            return
        line = {"step": state.step, "seconds": round(state.seconds, 1), **entry}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        if self._tensorboard:
            flat = entry.get("scores", entry)
            values = {f"{prefix or 'val'}/{name}": value for name, value in flat.items()}
            self.processes.accelerator.log(values, step=state.step)


def progress_bar(budget: Budget, state: TrainState, shown: bool) -> tqdm[Any]:
    """Steps, or minutes if they are what the run is given."""
    if budget.steps is not None:
        return tqdm(total=budget.steps, initial=state.step, unit="step", mininterval=2.0, disable=not shown)
    minutes = budget.minutes or 0.0
    form = "{percentage:3.0f}%|{bar}| {n:.1f}/{total:.1f} min{postfix}"
    return tqdm(total=minutes, initial=state.seconds / 60, bar_format=form, mininterval=2.0, disable=not shown)


def show_progress(bar: tqdm[Any], budget: Budget, state: TrainState, means: dict[str, float]) -> None:
    if budget.steps is None:
        bar.set_postfix(step=state.step, loss=sum(means.values()), refresh=False)
        bar.update(state.seconds / 60 - bar.n)
    else:
        bar.set_postfix(loss=sum(means.values()), refresh=False)
        bar.update(1)
