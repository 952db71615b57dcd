"""The engine as the add-on's client sees it: real worker processes, and programs that misbehave."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mmm_blender.client.engine_process import EngineCommand, worker_command
from tests.client.conversation import ROOT, Conversation, wait_gone


@pytest.fixture
def engine() -> EngineCommand:
    """The real worker, with this Python."""
    return worker_command(Path(sys.executable), ROOT)


@pytest.fixture
def converse(tmp_path: Path) -> Iterator[Callable[..., Conversation]]:
    """Starts conversations; at the end all their engines must go."""
    begun: list[Conversation] = []

    def begin(command: EngineCommand, log: Path | None = None) -> Conversation:
        begun.append(Conversation(command, log or tmp_path / f"engine{len(begun)}.log"))
        return begun[-1]

    yield begin
    for conversation in begun:
        conversation.client.stop(wait=30.0)
        process = conversation.client._process
        if process is not None:
            wait_gone(process.pid)


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], EngineCommand]:
    """A Python program in the engine's place that does not keep to the protocol."""

    def write(code: str) -> EngineCommand:
        path = tmp_path / "program.py"
        path.write_text("import json, os, sys, time\n" + code)
        return EngineCommand((sys.executable, str(path)), ROOT)

    return write
