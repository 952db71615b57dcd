"""Where somebody comes to a stop: a place, a facing and a time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.errors import InputError
from engine.requests.generate import MAX_SECONDS
from engine.requests.params import Params
from engine.requests.path import FARTHEST, curve_to

Ground = tuple[float, float]

STANDS = 1.0  # seconds that are stood at the place
MOST_TURN = 90.0  # degrees by which a way turns off the straight one


@dataclass(frozen=True)
class Stop:
    """A place where one comes to stand, for a second.

    Attributes:
        place: x, z in metres
        arrive: seconds after which one stands there
        facing: degrees from +Z to the left; None: on along the straight way

    Raises InputError for what cannot be used.
    """

    place: Sequence[float]
    arrive: float
    facing: float | None = None

    def __post_init__(self) -> None:
        place = tuple(map(float, self.place))
        if len(place) != 2 or not all(math.isfinite(value) and abs(value) < FARTHEST for value in place):
            raise InputError("a stop needs a place of two finite numbers x, z in metres")
        if self.facing is not None and not math.isfinite(self.facing):
            raise InputError("the facing of a stop has to be a finite number of degrees")
        if not 0.0 < self.arrive <= MAX_SECONDS - STANDS:
            raise InputError(
                f"a stop at {self.arrive:g} s is out of range: choose more than 0, up to {MAX_SECONDS - STANDS:g} s"
            )
        object.__setattr__(self, "place", place)

    def way(self, start: Ground = (0.0, 0.0), yaw: float = 0.0) -> tuple[list[Ground], float]:
        """The points x, z of a curve there for who stands at `start` and faces `yaw` radians left of +Z; and the
        degrees that are faced at its end.
        """
        left, ahead = self.place[0] - start[0], self.place[1] - start[1]
        straight = math.degrees(math.atan2(left, ahead))
        facing = straight if self.facing is None else self.facing
        # Who is to look back turns at the place: a way that did would go beyond it.
        turn = (facing - straight + 180.0) % 360.0 - 180.0
        sine, cosine = math.sin(yaw), math.cos(yaw)
        own = (cosine * left - sine * ahead, sine * left + cosine * ahead)
        points = curve_to(own, straight + max(-MOST_TURN, min(MOST_TURN, turn)) - math.degrees(yaw))
        return [(start[0] + cosine * x + sine * z, start[1] - sine * x + cosine * z) for x, z in points], facing

    @classmethod
    def read(cls, params: Params) -> Stop:
        """From the wire or a record. Raises ParamError, InputError."""
        params.allow("place", "arrive", "facing")
        return cls(params.vector("place"), params.number("arrive"), params.number_or_none("facing"))

    def record(self) -> dict[str, Any]:
        """As the wire and records have it."""
        return {"place": list(self.place), "arrive": self.arrive, "facing": self.facing}
