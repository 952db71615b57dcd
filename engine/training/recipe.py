"""Recipes: what a training is made of, as TOML files (engine/training/recipes, or one's own)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.errors import InputError
from engine.files.text import HOSTILE, parse_toml, read_toml, told
from engine.models.config import ModelConfig, from_dict
from engine.training.config import TokenizerTrainingConfig, TransformerTrainingConfig

FOLDER = Path(__file__).parent / "recipes"


@dataclass(frozen=True)
class Recipe:
    """Sizes of the model and how both of its parts are trained; what a file leaves out is the default."""

    about: str = ""
    model: ModelConfig = field(default_factory=ModelConfig)
    tokenizer: TokenizerTrainingConfig = field(default_factory=TokenizerTrainingConfig)
    transformer: TransformerTrainingConfig = field(default_factory=TransformerTrainingConfig)


def list_recipes() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load_recipe(name: str, changes: list[str] | None = None) -> Recipe:
    """The recipe of a name or a file, with changes like ``transformer.run.batch_size=64`` on top.

    Raises InputError naming the file and the key for whatever a recipe does not know.
    """
    path = FOLDER / f"{name}.toml"
    if not path.is_file():
        path = Path(name)
    if not path.is_file():
        raise InputError(f"no recipe {name!r}: give a .toml file or one of {', '.join(list_recipes())}")
    content = read_toml(path)
    for change in changes or []:
        _apply(content, change)
    try:
        return from_dict(Recipe, content, "recipe")
    except HOSTILE as error:
        raise InputError(f"{path}: {told(error)}") from error


def _apply(content: dict[str, Any], change: str) -> None:
    """Set one value of the tables, by its dotted key."""
    key, equals, text = change.partition("=")
    if not equals or not key.strip():
        raise InputError(f"--set {change!r}: write key=value, e.g. transformer.run.batch_size=64")
    try:
        value = parse_toml(f"value = {text}", f"--set {key}")["value"]
    except InputError:
        value = text.strip()
    *tables, last = key.strip().split(".")
    for name in tables:
        content = content.setdefault(name, {})
        if not isinstance(content, dict):
            raise InputError(f"--set {change!r}: {name} is a value, not a table")
    content[last] = value
