"""A motion along a curve on the ground."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.errors import InputError
from engine.generation.settings import SamplingConfig
from engine.requests.checks import check_prompt, check_seed
from engine.requests.generate import MAX_SECONDS
from engine.requests.params import Params
from engine.requests.sampling import SAMPLING, read_sampling, record_sampling
from engine.requests.targets import Target, check_targets, read_targets, record_targets

MAX_SPEED = 12.0  # metres a second
MAX_LENGTH = MAX_SPEED * MAX_SECONDS  # metres
FARTHEST = 100_000.0  # metres from the origin


@dataclass(frozen=True)
class PathRequest:
    """One motion whose root follows a curve from its first to its last point.

    Attributes:
        points: of the curve in metres, two or more: x, z, or x, y, z with a height that is ignored; kept as x, z.
        speed: metres a second; None goes as fast as the prompt's own motion.
        targets: in the coordinates of the curve, on the frames of the motion.

    Raises InputError for what cannot be used.
    """

    points: Sequence[Sequence[float]]
    prompt: str
    speed: float | None = None
    seed: int = 0
    sampling: SamplingConfig = SamplingConfig()
    targets: tuple[Target, ...] = ()

    METHOD: ClassVar[str] = "path"
    PARAMS: ClassVar[tuple[str, ...]] = ("points", "prompt", "speed", "seed", "targets", *SAMPLING)

    def __post_init__(self) -> None:
        object.__setattr__(self, "points", _on_the_ground(self.points))
        if len(self.points) < 2 or not all(math.isfinite(value) for point in self.points for value in point):
            raise InputError("a path needs at least two points x, z with finite coordinates")
        if any(abs(value) > FARTHEST for point in self.points for value in point):
            raise InputError("a point of the path lies over 100 km from the origin: move the path nearer")
        length = sum(map(math.dist, self.points, self.points[1:]))
        if length > MAX_LENGTH:
            raise InputError(f"the path is {length:,.0f} m long, the limit is {MAX_LENGTH:g} m: shorten it")
        if self.speed is not None and not 0.0 < self.speed <= MAX_SPEED:
            raise InputError(f"speed {self.speed:g} m/s is out of range: choose more than 0, up to {MAX_SPEED:g}")
        check_prompt(self.prompt)
        check_seed(self.seed)
        check_targets(self.targets)

    @classmethod
    def read(cls, params: Params) -> PathRequest:
        """From the wire or a record. Raises ParamError, InputError."""
        points = params.points("points")
        prompt, speed, seed = params.text("prompt"), params.number_or_none("speed"), params.whole("seed", 0)
        return cls(points, prompt, speed, seed, read_sampling(params, cls.sampling), read_targets(params))

    def record(self, model: str) -> dict[str, Any]:
        """What `Motion.request` keeps, beside the seconds it took, of a motion that this model made."""
        return {
            "method": self.METHOD,
            "points": [list(point) for point in self.points],
            "prompt": self.prompt,
            "speed": self.speed,
            "seed": self.seed,
            **record_targets(self.targets),
            **record_sampling(self.sampling),
            "model": model,
        }


def _on_the_ground(points: Iterable[Sequence[float]]) -> tuple[tuple[float, float], ...]:
    """x, z of each point."""
    rows = [tuple(map(float, point)) for point in points]
    if {len(row) for row in rows} not in ({2}, {3}):
        raise InputError("a path needs at least two points x, z with finite coordinates")
    return tuple((row[0], row[-1]) for row in rows)
