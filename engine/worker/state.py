"""What stays loaded from one request to the next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.worker.messages import RpcError
from engine.worker.protocol import Code

if TYPE_CHECKING:
    from engine.pipeline import Pipeline


@dataclass
class Engine:
    """What stays loaded from one request to the next."""

    pipeline: Pipeline | None = field(default=None)

    def loaded(self) -> Pipeline:
        """The pipeline; raises RpcError NOT_INITIALISED before the first `initialize`."""
        if self.pipeline is None:
            raise RpcError(Code.NOT_INITIALISED, "no model is loaded: initialize first")
        return self.pipeline
