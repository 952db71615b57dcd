"""What a method is given beside its params: what stays loaded, and the one who asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.worker.messages import Code, RpcError

if TYPE_CHECKING:
    from engine.pipeline import Pipeline


@dataclass(frozen=True)
class Context:
    """How a method talks to the one who asked while it works."""

    progress: Callable[[str, int, int], None]
    is_cancelled: Callable[[], bool]

    def check_cancelled(self) -> None:
        if self.is_cancelled():
            raise RpcError(Code.CANCELLED, "cancelled")


@dataclass
class Engine:
    """What stays loaded from one request to the next."""

    pipeline: Pipeline | None = field(default=None)

    def loaded(self) -> Pipeline:
        """The pipeline; raises RpcError NOT_INITIALISED before the first `initialize`."""
        if self.pipeline is None:
            raise RpcError(Code.NOT_INITIALISED, "no model is loaded: initialize first")
        return self.pipeline
