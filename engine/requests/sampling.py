"""Sampling settings as plain data: what requests carry on the wire and in records."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from engine.generation.settings import SamplingConfig
from engine.requests.params import Params

# On the wire and in every record; the other settings are in the records of those who changed them.
SAMPLING = ("steps", "fine_steps", "guidance", "temperature")


def read_sampling(params: Params, default: SamplingConfig) -> SamplingConfig:
    """The settings among the params; what is not given is that of `default`. Raises ParamError, ModelError."""
    top_k = params.whole("top_k") if params.has("top_k") else default.top_k
    return SamplingConfig(
        steps=params.whole("steps", default.steps),
        fine_steps=params.whole("fine_steps", default.fine_steps),
        temperature=params.number("temperature", default.temperature),
        fine_temperature=params.number("fine_temperature", default.fine_temperature),
        guidance=params.number("guidance", default.guidance),
        choice_noise=params.number("choice_noise", default.choice_noise),
        top_k=top_k,
        top_p=params.number("top_p", default.top_p),
        reuse=bool(params.flag_or_none("reuse", default.reuse)),
    )


def record_sampling(sampling: SamplingConfig) -> dict[str, Any]:
    """The settings that `read_sampling` takes: those of the wire, and all others that are not the default."""
    usual = SamplingConfig()
    names = [field.name for field in fields(sampling)]
    return {
        name: getattr(sampling, name)
        for name in names
        if name in SAMPLING or getattr(sampling, name) != getattr(usual, name)
    }
