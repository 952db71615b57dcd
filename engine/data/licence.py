"""What a trained model may be called and used for follows from its data."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.data.clips import ClipSource, clip_source
from engine.errors import InputError
from engine.models.config import ModelConfig

# By the `openness` in clips.csv: name and licence of a model trained on such clips alone.
NAMES = {"open": ("mmm-open", "CC0-1.0"), "nc": ("mmm-styles-nc", "CC-BY-NC-4.0")}
# Licences that ask nothing of what is made from a model.
FREE = ("CC0-1.0",)


def data_licence(data: Path | ClipSource) -> tuple[str, str] | None:
    """Name and licence that a data set gives a model; None if it does not say.

    Clips that are somebody's own (`openness` "own") carry their licence. Raises InputError if clips of several
    kinds are mixed.
    """
    source = clip_source(data)
    found = source.load_licences()
    kinds = {kind for kind, _ in found}
    if len(kinds) > 1:
        named = " and ".join(sorted(kind or "unknown" for kind in kinds))
        raise InputError(f"{source.name} mixes clips that are {named}: train on one kind only")
    kind = next(iter(kinds), "")
    if kind == "own":
        return source.name, " and ".join(sorted({licence or "unknown" for _, licence in found}))
    return NAMES.get(kind)


def describe_model(model: ModelConfig, data: Path | ClipSource) -> ModelConfig:
    """The recipe's model with name and licence from the data, where the data say."""
    found = data_licence(data)
    return model if found is None else replace(model, name=found[0], licence=found[1])


def joined_licence(base: str, new: str) -> str:
    """The licence of a model of one licence that was fine-tuned on data of another."""
    if base in FREE or base == new:
        return new
    if new in FREE:
        return base
    return f"{base} and {new}"
