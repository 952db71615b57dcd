"""A motion of one prompt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from engine.errors import InputError
from engine.generation.settings import SamplingConfig
from engine.requests.checks import check_prompt, check_seed
from engine.requests.moods import MOOD, check_mood, read_mood, record_mood
from engine.requests.params import Params
from engine.requests.sampling import SAMPLING, read_sampling, record_sampling
from engine.requests.targets import Target, check_targets, read_targets, record_targets

MIN_SECONDS, MAX_SECONDS = 0.2, 60.0  # one token at least


@dataclass(frozen=True)
class GenerateRequest:
    """One motion to generate.

    Attributes:
        seconds: length, or None to let the duration estimate decide.
        targets: where parts of the body are to be, and when.
        mood: in which it is done, of those that the model has (engine.requests.moods), and intensity: how much of it,
            0 (none) to 1.5.

    Raises InputError for a prompt, length or seed that cannot be used, and for targets that contradict each other.
    """

    prompt: str
    seconds: float | None = None
    seed: int = 0
    sampling: SamplingConfig = SamplingConfig()
    targets: tuple[Target, ...] = ()
    mood: str | None = None
    intensity: float = 1.0

    METHOD: ClassVar[str] = "generate"
    PARAMS: ClassVar[tuple[str, ...]] = ("prompt", "seconds", "seed", "targets", *MOOD, *SAMPLING)

    def __post_init__(self) -> None:
        check_prompt(self.prompt)
        if self.seconds is not None and not MIN_SECONDS <= self.seconds <= MAX_SECONDS:
            raise InputError(
                f"{self.seconds:g} s cannot be generated: choose a length from {MIN_SECONDS:g} to "
                f"{MAX_SECONDS:g} seconds, or 'auto'"
            )
        check_seed(self.seed)
        check_targets(self.targets)
        check_mood(self.mood, self.intensity)

    @classmethod
    def read(cls, params: Params) -> GenerateRequest:
        """From the wire or a record. Raises ParamError, InputError."""
        sampling = read_sampling(params, cls.sampling)
        seconds, seed = params.number_or_none("seconds"), params.whole("seed", 0)
        return cls(params.text("prompt"), seconds, seed, sampling, read_targets(params), *read_mood(params))

    def record(self, model: str) -> dict[str, Any]:
        """What `Motion.request` keeps of a motion that this model made."""
        asked: dict[str, Any] = {"prompt": self.prompt, "seconds": self.seconds, "seed": self.seed}
        asked |= record_targets(self.targets) | record_mood(self.mood, self.intensity)
        return {"method": self.METHOD, **asked, **record_sampling(self.sampling), "model": model}
