"""Following a piece of work from outside: one object that is told of its progress and can stop it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


class Cancelled(Exception):
    """Whoever asked does not want the result any more."""


def _ignore(stage: str, step: int, of: int) -> None: ...


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Watch:
    """Handed along to whatever takes its time.

    Attributes:
        on_progress: called with a stage (`STAGES` of the protocol), steps done in it, and how many it has.
        is_cancelled: asked between steps; true ends the work with Cancelled.

    Example:
        >>> watch = Watch(lambda stage, step, of: print(stage, step, of))
        >>> watch.share(1, 2).report("decode", 3, 10)
        decode 13 20
    """

    on_progress: Callable[[str, int, int], None] = _ignore
    is_cancelled: Callable[[], bool] = _never

    def report(self, stage: str, step: int, of: int) -> None:
        """Tell that `step` of `of` steps are done."""
        self.on_progress(stage, step, of)

    def check(self) -> None:
        """Raises Cancelled if the result is not wanted any more."""
        if self.is_cancelled():
            raise Cancelled

    def share(self, number: int, of: int) -> Watch:
        """For round `number`, from 0, of `of` that take as many steps each: their steps are counted through."""

        def report(stage: str, step: int, steps: int) -> None:
            self.report(stage, number * steps + step, of * steps)

        return Watch(report, self.is_cancelled)

    def silent(self) -> Watch:
        """For work beside the one whose steps are counted: told nothing, stopped all the same."""
        return Watch(is_cancelled=self.is_cancelled)


UNWATCHED = Watch()
