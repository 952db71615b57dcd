"""What a training teaches and how it is judged."""

from __future__ import annotations

import abc
from typing import Any

from torch import Tensor, nn

from engine.models.batch_rows import Share
from engine.training.processes import Gather


class TrainingTask(abc.ABC):
    """A model with its data and losses; the loop (engine.training.loop) does the rest.

    Attributes:
        model: what is trained, on the device that its batches go to
    """

    model: nn.Module

    def start(self) -> None:
        """Prepare the model of a new run, before its first step."""
        return None

    @abc.abstractmethod
    def draw(self, step: int) -> Any:
        """The whole batch of a step, on the CPU; depends on the step (and the seed) alone.

        Called ahead of time by a thread of its own.
        """

    @abc.abstractmethod
    def losses(self, batch: Any, share: Share) -> dict[str, Tensor]:
        """Weighted losses of a share of the batch; over all shares they add up to the batch's means."""

    def follow(self, gather: Gather) -> None:
        """Move what learns without gradients, once all shares of a step are computed."""
        return None

    @abc.abstractmethod
    def evaluate(self, model: nn.Module) -> dict[str, float]:
        """Scores of the averaged model on held-out clips."""

    @abc.abstractmethod
    def export(self, model: nn.Module) -> None:
        """Write the averaged model where it is used from."""

    @abc.abstractmethod
    def fingerprint(self) -> dict[str, Any]:
        """What a checkpoint must agree on to be resumed (JSON)."""
