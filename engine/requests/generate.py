"""A motion of one prompt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from engine.errors import InputError
from engine.generation.settings import SamplingConfig
from engine.requests.checks import check_prompt, check_seed
from engine.requests.params import Params
from engine.requests.sampling import SAMPLING, read_sampling, record_sampling

MIN_SECONDS, MAX_SECONDS = 0.2, 60.0  # one token at least


@dataclass(frozen=True)
class GenerateRequest:
    """One motion to generate.

    Attributes:
        seconds: length, or None to let the duration estimate decide.

    Raises InputError for a prompt, length or seed that cannot be used.
    """

    prompt: str
    seconds: float | None = None
    seed: int = 0
    sampling: SamplingConfig = SamplingConfig()

    METHOD: ClassVar[str] = "generate"
    PARAMS: ClassVar[tuple[str, ...]] = ("prompt", "seconds", "seed", *SAMPLING)

    def __post_init__(self) -> None:
        check_prompt(self.prompt)
        if self.seconds is not None and not MIN_SECONDS <= self.seconds <= MAX_SECONDS:
            raise InputError(
                f"{self.seconds:g} s cannot be generated: choose a length from {MIN_SECONDS:g} to "
                f"{MAX_SECONDS:g} seconds, or 'auto'"
            )
        check_seed(self.seed)

    @classmethod
    def read(cls, params: Params) -> GenerateRequest:
        """From the wire or a record. Raises ParamError, InputError."""
        sampling = read_sampling(params, cls.sampling)
        return cls(params.text("prompt"), params.number_or_none("seconds"), params.whole("seed", 0), sampling)

    def record(self, model: str) -> dict[str, Any]:
        """What `Motion.request` keeps of a motion that this model made."""
        asked = {"prompt": self.prompt, "seconds": self.seconds, "seed": self.seed}
        return {"method": self.METHOD, **asked, **record_sampling(self.sampling), "model": model}
