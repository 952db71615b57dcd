"""Where a body part is to be, and when: what directs a motion beside its words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from engine.errors import InputError
from engine.motion.reaching.clock import Clock, name_frames
from engine.requests.params import Params

# What can be directed. A hand is its wrist and a foot its ball, where rigs have their controls; seat is the point on a
# seat's surface that one sits on, and gaze the point that the head looks at.
PARTS = ("left_hand", "right_hand", "left_foot", "right_foot", "head", "pelvis", "seat", "gaze")
# Part -> the one that it says the place of in other words.
SAME_PART = {"seat": "pelvis"}
MAX_TARGETS = 10_000
# Metres from the origin up to which a place is believed.
MAX_DISTANCE = 1000.0
# Two places of one part on one frame contradict each other from this many metres on.
SAME_PLACE = 0.001


@dataclass(frozen=True)
class Target:
    """A part of the body at a place, on one frame or several.

    Attributes:
        part: one of PARTS
        position: x, y, z in metres in the world of the motion: Y up, floor at zero; a new motion begins over the
            origin and faces +Z
        frames: at the model's rate (20 a second), from 0; a single number is one frame
        clock: how messages name its frames; None: as seconds

    Raises InputError for what nobody could reach.

    Example:
        >>> Target("right_hand", (0.3, 1.1, 0.4), range(40, 44)).frames
        (40, 41, 42, 43)
    """

    part: str
    position: Sequence[float]
    frames: int | Iterable[int]
    clock: Clock | None = None

    def __post_init__(self) -> None:
        if self.part not in PARTS:
            raise InputError(f"unknown part {self.part!r}: a target is for one of {', '.join(PARTS)}")
        position = tuple(map(float, self.position))
        if len(position) != 3 or not all(math.isfinite(value) for value in position):
            raise InputError(f"a target of {self.part} needs a place of three finite numbers x, y, z")
        if max(map(abs, position)) > MAX_DISTANCE:
            raise InputError(f"a target of {self.part} is more than {MAX_DISTANCE:g} m away: is it in metres?")
        frames = (self.frames,) if isinstance(self.frames, int) else tuple(sorted({int(it) for it in self.frames}))
        if not frames or frames[0] < 0:
            raise InputError(f"a target of {self.part} needs frames from 0 on")
        object.__setattr__(self, "position", position)
        object.__setattr__(self, "frames", frames)

    @property
    def times(self) -> tuple[int, ...]:
        """The frames, in order."""
        assert isinstance(self.frames, tuple)
        return self.frames

    @property
    def moved(self) -> str:
        """The part of the body that it moves."""
        return SAME_PART.get(self.part, self.part)

    def later(self, frames: int) -> Target:
        """The same on a clock that began so many frames before; raises InputError where that is in front of it."""
        clock = None if self.clock is None else self.clock.later(frames)
        return Target(self.part, self.position, tuple(frame + frames for frame in self.times), clock)

    def record(self) -> dict[str, Any]:
        """As the wire and records have it."""
        shown = {} if self.clock is None else {"shown": {"start": self.clock.start, "fps": self.clock.fps}}
        return {"part": self.part, "position": list(self.position), "frames": list(self.times), **shown}


def read_targets(params: Params) -> tuple[Target, ...]:
    """The `targets` among the params, none if there are none. Raises ParamError, InputError."""
    if not params.has("targets"):
        return ()
    found = []
    for entry in params.entries("targets"):
        entry.allow("part", "position", "frames", "shown")
        clock = _read_clock(entry.table("shown")) if entry.has("shown") else None
        found.append(Target(entry.text("part"), entry.vector("position"), entry.numbers("frames"), clock))
    check_targets(found)
    return tuple(found)


def _read_clock(shown: Params) -> Clock:
    shown.allow("start", "fps")
    return Clock(shown.number("start"), shown.number("fps"))


def record_targets(targets: Sequence[Target]) -> dict[str, Any]:
    """As `read_targets` takes them: nothing if there are none."""
    return {"targets": [target.record() for target in targets]} if targets else {}


def check_targets(targets: Sequence[Target]) -> None:
    """Raises InputError where there are too many, or where two want one part in two places at once."""
    if len(targets) > MAX_TARGETS:
        raise InputError(f"{len(targets):,} targets are too many: give at most {MAX_TARGETS:,}")
    places: dict[tuple[str, int], Target] = {}
    for target in targets:
        for frame in target.times:
            other = places.setdefault((target.moved, frame), target)
            if other.part != target.part or math.dist(other.position, target.position) > SAME_PLACE:
                raise InputError(
                    f"two targets want {target.moved.replace('_', ' ')} in different places at "
                    f"{name_frames([frame], target.clock)}: move or remove one"
                )
