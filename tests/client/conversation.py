"""Talking to an engine as Blender does, with everything it said kept for the test."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mmm_blender.client.engine_client import EngineClient, Event, Failure, Progress, Result
from mmm_blender.client.engine_process import EngineCommand

ROOT = Path(__file__).resolve().parents[2]
INITIALIZE = {"protocol": 1, "weights": "mmm-open", "device": "cpu", "precision": "fp32"}
# Loading takes seconds; the limit is for a machine that does much else.
PATIENCE = 300.0


class Conversation:
    """A client, driven as Blender's timer would, with all that it reported."""

    def __init__(self, command: EngineCommand, log: Path) -> None:
        self.client = EngineClient(command, log)
        self.events: list[Event] = []
        self.client.start()

    @property
    def failures(self) -> list[Failure]:
        return [event for event in self.events if isinstance(event, Failure)]

    @property
    def pid(self) -> int:
        assert self.client._process is not None
        return self.client._process.pid

    def initialize(self, **changes: Any) -> int:
        return self.client.request("initialize", {**INITIALIZE, **changes})

    def generate(self, **changes: Any) -> int:
        params = {
            "prompt": "a person walks forward",
            "seconds": 2.0,
            "seed": 7,
            "samples": 1,
            "steps": 4,
            "guidance": 3.0,
            "temperature": 1.0,
        }
        return self.client.request("generate", params | changes)

    def pump(self, done: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Poll until ``done``; then once more, for what must not come."""
        end = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end, f"nothing after {seconds} s; events: {self.events[-3:]}"
            self.events += self.client.poll()
            time.sleep(0.01)
        self.events += self.client.poll()

    def result(self, id: int) -> Any:
        """Wait for the answer to a request; a failure fails the test."""
        self.pump(lambda: bool(self.failures) or any(isinstance(e, Result) and e.id == id for e in self.events))
        assert not self.failures, self.client.log_tail()
        return next(event.value for event in self.events if isinstance(event, Result) and event.id == id)

    def stage(self, id: int, stage: str) -> None:
        """Wait until a request is in a stage."""
        self.pump(
            lambda: (
                bool(self.failures)
                or any(isinstance(e, Progress) and e.id == id and e.stage == stage for e in self.events)
            )
        )
        assert not self.failures, self.client.log_tail()

    def only_failure(self) -> Failure:
        """Wait for the one failure, and a while longer for a second, which must not come."""
        self.pump(lambda: bool(self.failures))
        until = time.monotonic() + 0.5
        self.pump(lambda: time.monotonic() > until)
        assert len(self.failures) == 1, self.failures
        return self.failures[0]


def is_running(pid: int) -> bool:
    """The process exists and is no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_gone(pid: int, seconds: float = 30.0) -> None:
    wait_until(lambda: not is_running(pid), f"process {pid} is left over", seconds)


def wait_until(done: Callable[[], bool], complaint: str = "it does not come", seconds: float = 30.0) -> None:
    """Wait without polling the client."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, complaint
        time.sleep(0.05)
