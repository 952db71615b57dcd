"""How frames of a motion are named to whoever asked for it: by the clock that they see."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from engine.errors import InputError

FPS = 20.0  # of the models' motions
# Frames that a message names; more are told by number.
NAMED = 3


@dataclass(frozen=True)
class Clock:
    """The frames that whoever asked sees, so that messages name those.

    Attributes:
        start: the one on which frame 0 of the motion is shown; fps: how many a second
    """

    start: float
    fps: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.start) and 0.0 < self.fps < math.inf):
            raise InputError("frames of a target are shown from a finite frame on, at a rate above 0 a second")

    def later(self, frames: int) -> Clock:
        """That of a motion that began so many frames before."""
        return Clock(self.start - frames * self.fps / FPS, self.fps)


def name_frames(frames: Iterable[int], clock: Clock | None = None) -> str:
    """How a message names frames of a motion: as seconds, or on the clock of whoever asked."""
    numbers = sorted(set(frames))
    if clock is None:
        named, head = [f"{frame / FPS:g}" for frame in numbers], ""
    else:
        shown = [round(clock.start + frame * clock.fps / FPS) for frame in numbers]
        named = [str(frame) for frame in dict.fromkeys(shown)]
        head = "frames " if len(named) > 1 else "frame "
    more = f" and {len(named) - NAMED} more" if len(named) > NAMED else ""
    return head + ", ".join(named[:NAMED]) + (" s" if clock is None else "") + more
