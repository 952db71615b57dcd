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
from engine.requests.moods import MOOD, check_mood, read_mood, record_mood
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
        stop: come to a stop at the last point and stand there for a second; else the motion ends in mid-stride.
        facing: where one looks who stops, degrees from +Z to the left; None: along the curve.
        arrive: seconds after which one stands; None: as the speed gives it.
        mood, intensity: as of a `GenerateRequest`.

    Raises InputError for what cannot be used.
    """

    points: Sequence[Sequence[float]]
    prompt: str
    speed: float | None = None
    seed: int = 0
    sampling: SamplingConfig = SamplingConfig()
    targets: tuple[Target, ...] = ()
    stop: bool = False
    facing: float | None = None
    arrive: float | None = None
    mood: str | None = None
    intensity: float = 1.0

    METHOD: ClassVar[str] = "path"
    PARAMS: ClassVar[tuple[str, ...]] = (
        *("points", "prompt", "speed", "seed", "targets", "stop", "facing", "arrive"),
        *MOOD,
        *SAMPLING,
    )

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
        check_mood(self.mood, self.intensity)
        self._check_stop()

    def _check_stop(self) -> None:
        """Raises InputError for an end that cannot be."""
        if not self.stop and (self.facing is not None or self.arrive is not None):
            raise InputError("facing and arrive are for a way that stops at its end: ask for stop too")
        if self.facing is not None and not math.isfinite(self.facing):
            raise InputError("facing has to be a finite number of degrees")
        if self.arrive is None:
            return
        if self.speed is not None:
            raise InputError("a speed and a time of arrival say the same twice: give one of them")
        if not 0.0 < self.arrive <= MAX_SECONDS - 1.0:
            raise InputError(f"arrive {self.arrive:g} s is out of range: choose up to {MAX_SECONDS - 1:g} s")

    @classmethod
    def read(cls, params: Params) -> PathRequest:
        """From the wire or a record. Raises ParamError, InputError."""
        points = params.points("points")
        prompt, speed, seed = params.text("prompt"), params.number_or_none("speed"), params.whole("seed", 0)
        stop, facing, arrive = (
            params.flag_or_none("stop"),
            params.number_or_none("facing"),
            params.number_or_none("arrive"),
        )
        sampling, targets = read_sampling(params, cls.sampling), read_targets(params)
        return cls(points, prompt, speed, seed, sampling, targets, bool(stop), facing, arrive, *read_mood(params))

    def record(self, model: str) -> dict[str, Any]:
        """What `Motion.request` keeps, beside the seconds it took, of a motion that this model made."""
        return {
            "method": self.METHOD,
            "points": [list(point) for point in self.points],
            "prompt": self.prompt,
            "speed": self.speed,
            "seed": self.seed,
            **record_targets(self.targets),
            **({"stop": True, "facing": self.facing, "arrive": self.arrive} if self.stop else {}),
            **record_mood(self.mood, self.intensity),
            **record_sampling(self.sampling),
            "model": model,
        }


def curve_to(place: Sequence[float], facing: float, points: int = 60) -> list[tuple[float, float]]:
    """Points x, z of a smooth curve from the origin to a place x, z, from +Z to `facing` degrees to the left of it.

    A cubic whose ends pull as far as the place is away.
    """
    pull, yaw = math.hypot(*place), math.radians(facing)
    found = []
    for step in range(points):
        t = step / (points - 1)
        start, end = t * (1 - t) ** 2 * pull, t * t * (t - 1) * pull
        way = t * t * (3 - 2 * t)
        found.append((way * place[0] + end * math.sin(yaw), way * place[1] + start + end * math.cos(yaw)))
    return found


def _on_the_ground(points: Iterable[Sequence[float]]) -> tuple[tuple[float, float], ...]:
    """x, z of each point."""
    rows = [tuple(map(float, point)) for point in points]
    if {len(row) for row in rows} not in ({2}, {3}):
        raise InputError("a path needs at least two points x, z with finite coordinates")
    return tuple((row[0], row[-1]) for row in rows)
