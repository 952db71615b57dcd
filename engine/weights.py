"""Where model folders lie."""

from __future__ import annotations

import contextlib
from pathlib import Path

from engine.errors import InputError
from engine.files.text import shown
from engine.models.config import ModelConfig

_BESIDE = Path(__file__).resolve().parent.parent
# As installed by pip, else as in a checkout and in the extension.
BUNDLED = _BESIDE / ("mmm_weights" if (_BESIDE / "mmm_weights").is_dir() else "weights")
TEXT_ENCODER_FOLDERS = {"minilm": "minilm", "minilm_wide": "minilm", "clip": "clip-vit-base-patch32"}
HUB_NAMES = {"clip-vit-base-patch32": "openai/clip-vit-base-patch32"}


def list_weights(root: Path = BUNDLED) -> list[Path]:
    """Folders below `root` that hold a whole motion model."""
    return sorted(path.parent for path in root.glob("*/transformer.safetensors"))


def find_weights(weights: str | Path) -> Path:
    """The folder of a bundled model's name or of a path; raises InputError naming what there is."""
    for folder in (Path(weights), BUNDLED / str(weights)):
        # A name too long for the disk is no folder either.
        with contextlib.suppress(OSError):
            if (folder / "config.json").is_file():
                return folder
    known = ", ".join(path.name for path in list_weights()) or "none"
    raise InputError(f"no weights {shown(str(weights))}: give a model folder or the name of a bundled model ({known})")


def find_text_encoder(config: ModelConfig, folder: Path) -> Path:
    """The text encoder's folder: inside the model folder, beside it, bundled, or in Hugging Face's cache."""
    name = TEXT_ENCODER_FOLDERS[config.text_encoder]
    for candidate in (folder / name, folder.parent / name, BUNDLED / name):
        if candidate.is_dir():
            return candidate
    cached = _cached_folder(HUB_NAMES[name]) if name in HUB_NAMES else None
    if cached is not None:
        return cached
    where = f" (https://huggingface.co/{HUB_NAMES[name]})" if name in HUB_NAMES else ""
    raise InputError(
        f"the model needs the text encoder {name!r}{where}, which is not in {folder}: put its folder there"
    )


def _cached_folder(hub_name: str) -> Path | None:
    """What Hugging Face's cache has of a repository; the network is not asked."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(hub_name, "config.json")
    return Path(found).parent if isinstance(found, str) else None
