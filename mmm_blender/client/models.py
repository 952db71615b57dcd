"""Which motion models there are: those that came with the extension, and those the artist imported."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from ..extension_paths import BUNDLED_MODEL, ROOT, user_folder
from ..files.stored import parse_object, words_in

_CONFIG, _WEIGHTS = "config.json", "transformer.safetensors"


@dataclass(frozen=True)
class Model:
    """What a model folder says of itself; ``licence`` is one line, as its card has it."""

    folder: Path
    name: str
    licence: str
    imported: bool

    @property
    def non_commercial(self) -> bool:
        """Whether work for pay may not use it."""
        licence = self.licence.lower()
        return "non-commercial" in licence or "-nc" in licence


def models_folder() -> Path:
    """Where imported models go; it may not exist yet."""
    return user_folder() / "models"


def list_models() -> list[Model]:
    """Bundled ones first, ours before the others; then the imported ones."""
    found = [_read(folder, imported=False) for folder in _folders(ROOT / "weights")]
    found.sort(key=lambda model: model is not None and model.folder != BUNDLED_MODEL)
    found += [_read(folder, imported=True) for folder in _folders(models_folder())]
    return [model for model in found if model is not None]


def find_model(folder: Path) -> Model | None:
    """The model in a folder, or None if there is none that can be read."""
    return _read(folder, imported=folder.parent == models_folder())


def _folders(parent: Path) -> list[Path]:
    try:
        return sorted(folder for folder in parent.iterdir() if (folder / _WEIGHTS).is_file())
    except OSError:
        return []


def _read(folder: Path, imported: bool) -> Model | None:
    try:
        changed = (folder / _CONFIG).stat().st_mtime_ns
    except OSError:
        return None
    return _read_config(folder, imported, changed)


@functools.lru_cache(maxsize=64)
def _read_config(folder: Path, imported: bool, changed: int) -> Model | None:
    """Drawing asks for it again and again: the file is read when it has changed."""
    try:
        config = parse_object((folder / _CONFIG).read_text("utf-8"))
        return Model(folder, words_in(config.get("name")), words_in(config.get("licence")), imported)
    except (OSError, ValueError):
        return None
