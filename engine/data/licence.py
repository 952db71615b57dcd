"""What a trained model may be called and used for follows from its data."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

from engine.errors import InputError
from engine.models.config import ModelConfig

# By the `openness` in clips.csv: name and licence of a model trained on such clips alone.
NAMES = {"open": ("mmm-open", "CC0-1.0"), "nc": ("mmm-styles-nc", "CC-BY-NC-4.0")}
# Licences that ask nothing of what is made from a model.
FREE = ("CC0-1.0",)


def data_licence(data: Path) -> tuple[str, str] | None:
    """Name and licence that a data set's clips.csv gives a model; None if there is no such table.

    Clips that are somebody's own (`openness` "own") carry their licence in the table. Raises InputError if
    clips of several kinds are mixed.
    """
    table = data / "clips.csv"
    if not table.is_file():
        return None
    with table.open(newline="", encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    kinds = {row.get("openness") or "" for row in rows}
    if len(kinds) > 1:
        named = " and ".join(sorted(kind or "unknown" for kind in kinds))
        raise InputError(f"{table} mixes clips that are {named}: train on one kind only")
    kind = next(iter(kinds), "")
    if kind == "own":
        licences = sorted({row.get("licence") or "unknown" for row in rows})
        return data.resolve().name, " and ".join(licences)
    return NAMES.get(kind)


def describe_model(model: ModelConfig, data: Path) -> ModelConfig:
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
