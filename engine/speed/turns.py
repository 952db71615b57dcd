"""Timing several ways of doing one thing, in turns, so that all of them share whatever else the machine does."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

Way = Callable[[], object]


@dataclass(frozen=True)
class Timing:
    """One way.

    Attributes:
        seconds: of each run, by the clock
        cpu_seconds: of each run, as spent by this process; other programs on the same cores disturb these less
        agreement: share of the first way's tokens that it gives too; None if that says nothing
    """

    name: str
    seconds: list[float]
    cpu_seconds: list[float]
    agreement: float | None = None

    @property
    def middle(self) -> float:
        return median(self.seconds)

    @property
    def cpu_middle(self) -> float:
        return median(self.cpu_seconds)


def take_turns(ways: dict[str, Way], runs: int, finish: Callable[[], None]) -> list[Timing]:
    """Each way `runs` times, one round after another, after one round that is not counted.

    `finish` waits for what a device has still to do.
    """
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    cpu_seconds: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(runs + 1):
        for name, way in ways.items():
            finish()
            started, cpu_started = time.perf_counter(), time.process_time()
            way()
            finish()
            if number:
                seconds[name].append(time.perf_counter() - started)
                cpu_seconds[name].append(time.process_time() - cpu_started)
    return [Timing(name, seconds[name], cpu_seconds[name]) for name in ways]
