"""How to decode: what can be said without loading a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.models.errors import ModelError

# Which of its tokens a motion is varied in, by how sure the model is of them.
Order = Literal["least", "most"]

MAX_STEPS = 200
MAX_GUIDANCE = 100.0
MAX_TEMPERATURE = 100.0


@dataclass(frozen=True)
class SamplingConfig:
    """How to decode.

    Attributes:
        steps: passes for the coarse level; fine_steps: for each finer one
        temperature: 0 always takes the likeliest code and keeps the surest
        guidance: classifier-free guidance; 1 is the plain conditional model, 0 ignores the text; a model
            without null text is always the plain one
        choice_noise: scale of the Gumbel noise on the confidences, fading over the steps (MaskGIT, Chang 2022): how
            much luck there is, at first, in which guesses stay. 0 keeps the
            surest, as the paper does, and these are the poses that a motion holds longest: a kick then hovers
        top_k, top_p: keep only the k likeliest codes / the likeliest ones that sum to p (1: all)
        reuse: faster and nearly the same: a step recomputes the tokens settled in the last one and those that stand
            a chance in this one, and sees all others as they were before
    """

    steps: int = 12
    fine_steps: int = 2
    temperature: float = 1.0
    fine_temperature: float = 0.7
    guidance: float = 3.0
    choice_noise: float = 4.0
    top_k: int | None = None
    top_p: float = 1.0
    reuse: bool = False

    def __post_init__(self) -> None:
        for name in ("steps", "fine_steps"):
            if not 1 <= getattr(self, name) <= MAX_STEPS:
                raise ModelError(f"{name} {getattr(self, name)} is out of range: choose 1 to {MAX_STEPS}")
        if not 0.0 <= self.guidance <= MAX_GUIDANCE:
            raise ModelError(f"guidance must lie in 0 to {MAX_GUIDANCE:g}; 1 is the plain text, 3 the default")
        for name in ("temperature", "fine_temperature"):
            if not 0.0 <= getattr(self, name) <= MAX_TEMPERATURE:
                raise ModelError(f"{name} must lie in 0 to {MAX_TEMPERATURE:g}; 1 is the model's own")
        if self.choice_noise < 0:
            raise ModelError("choice_noise cannot be negative; 0 always keeps the surest guesses")
        if not 0.0 < self.top_p <= 1.0 or (self.top_k is not None and self.top_k < 1):
            raise ModelError("top_p must lie in (0, 1] and top_k be at least 1")
