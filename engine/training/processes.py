"""The processes a training runs on, through Hugging Face Accelerate.

One process and one device without any launcher; under `accelerate launch` or `torchrun` as many as they
start, on one machine or several (which then need a run folder and a data folder that all of them see).
"""

from __future__ import annotations

import datetime
import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from engine.errors import InputError
from engine.models.batch_rows import Share

if TYPE_CHECKING:
    from accelerate import Accelerator

Gather = Callable[[Tensor], Tensor]
"""[M, ...] of this process -> [P * M, ...] of all of them, in their order"""

# The main process evaluates alone while the others wait; on large data that takes longer than NCCL's own limit.
PATIENCE = datetime.timedelta(hours=3)


class Processes:
    """This process among the others."""

    def __init__(self, accelerator: Accelerator) -> None:
        self.accelerator = accelerator
        self.device: torch.device = accelerator.device
        self.count: int = accelerator.num_processes
        self.is_main: bool = accelerator.is_main_process

    @classmethod
    def join(cls, run_dir: Path, device: str = "auto") -> Processes:
        """Find the other processes, if a launcher started any. Raises InputError for an unknown device."""
        if device not in ("auto", "cpu"):
            raise InputError(f"--device {device!r}: use auto (what the launcher gives, or the first GPU) or cpu")
        try:
            from accelerate import Accelerator
            from accelerate.utils import DistributedDataParallelKwargs, InitProcessGroupKwargs
        except ImportError as error:
            raise InputError(
                f"training needs Accelerate ({error.name} is missing): pip install 'mmm-blender[train]'"
            ) from None
        logs = "tensorboard" if importlib.util.find_spec("tensorboard") else None
        accelerator = Accelerator(
            # Precision is the recipe's, by autocast where it is wanted; a launcher's setting must not change a run.
            mixed_precision="no",
            cpu=device == "cpu" or not _has_accelerator(),
            log_with=logs,
            project_dir=str(run_dir),
            kwargs_handlers=[
                InitProcessGroupKwargs(timeout=PATIENCE),
                # Codebooks are buffers, and every process moves them alike.
                DistributedDataParallelKwargs(broadcast_buffers=False),
            ],
        )
        return cls(accelerator)

    def shares(self, batch_size: int, accumulate: int) -> list[Share]:
        """The parts of each global batch that this process computes, one after the other.

        Raises InputError if the batch does not divide.
        """
        of = self.count * accumulate
        if batch_size % of:
            raise InputError(
                f"a batch of {batch_size} cannot be split into {self.count} processes x {accumulate} accumulation "
                "steps: choose a batch size that divides"
            )
        return [Share(self.accelerator.process_index * accumulate + step, of) for step in range(accumulate)]

    def wrap(self, module: nn.Module) -> nn.Module:
        """The module with its gradients averaged over the processes, if there are several."""
        return self.accelerator.prepare_model(module) if self.count > 1 else module.to(self.device)

    def unsynchronised(self, module: nn.Module) -> Any:
        """Context in which backward leaves the gradients with this process, for all but the last share."""
        return self.accelerator.no_sync(module)

    def gather(self, own: Tensor) -> Tensor:
        return self.accelerator.gather(own) if self.count > 1 else own

    def agree(self, stop: bool, seconds: float) -> tuple[bool, float]:
        """The same answer everywhere: stop if anybody was asked to; the longest time counts."""
        if self.count == 1:
            return stop, seconds
        own = torch.tensor([[float(stop), seconds]], device=self.device)
        latest = self.gather(own).max(0).values
        return bool(latest[0] > 0), float(latest[1])

    def wait(self) -> None:
        self.accelerator.wait_for_everyone()


def _has_accelerator() -> bool:
    return torch.accelerator.is_available()
