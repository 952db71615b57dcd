"""How to decode: what can be said without loading a model."""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.models.errors import ModelError


@dataclass(frozen=True)
class SamplingConfig:
    """How to decode.

    steps: passes for the coarse level; fine_steps: for each finer one
    temperature: 0 always takes the likeliest code and keeps the surest
    guidance: classifier-free guidance; 1 is the plain conditional model, 0 ignores the text; a model
        without null text is always the plain one
    choice_noise: how much luck there is, at first, in which guesses stay (MaskGIT, Chang 2022): 0 keeps the
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
        if self.steps < 1 or self.fine_steps < 1:
            raise ModelError("sampling needs at least one step")
        if not math.isfinite(self.guidance):
            raise ModelError("guidance must be a finite number; 1 is the plain text, 3 the default")
        if self.temperature < 0 or self.fine_temperature < 0:
            raise ModelError("a temperature cannot be negative")
        if self.choice_noise < 0:
            raise ModelError("choice_noise cannot be negative; 0 always keeps the surest guesses")
        if not 0.0 < self.top_p <= 1.0 or (self.top_k is not None and self.top_k < 1):
            raise ModelError("top_p must lie in (0, 1] and top_k be at least 1")
