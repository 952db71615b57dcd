"""How the engine is to be started, as the preferences say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .engine_process import EngineCommand


@dataclass(frozen=True)
class EngineSettings:
    """How to start the engine and initialise it.

    Attributes:
        command: starts the worker.
        weights: model folder.
        device, precision: as ``initialize`` takes them (docs/protocol.md).
        log: file for the engine's stderr.
        problem: why it cannot be started now, and what to do; empty if it can be tried.
        engine_problem: the same without looking at the model.
    """

    command: EngineCommand
    weights: str
    device: str
    precision: str
    log: Path
    problem: str
    engine_problem: str
