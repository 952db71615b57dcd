"""The interface in other languages: one catalogue a language, told to Blender as long as the extension is enabled.

``*.po`` beside this file are gettext catalogues, as translators' programs read and write them, named after the
languages. ``python -m mmm_blender.headless update-translations`` adds what the source has and they lack.
"""

from __future__ import annotations

from typing import Any

import bpy

from ..extension_paths import PACKAGE
from .catalogue import FOLDER, Catalogue, read_catalogue

# language -> what Blender calls it: the newer versions, and those up to 4.5
LOCALES: dict[str, tuple[str, ...]] = {
    "de": ("de", "de_DE"),
}


def load_translations() -> dict[str, Catalogue]:
    """Blender's locale -> (context, message) -> translation."""
    found: dict[str, Catalogue] = {}
    for language, names in LOCALES.items():
        found |= dict.fromkeys(names, read_catalogue(FOLDER / f"{language}.po"))
    return found


def register() -> None:
    """Tell Blender the translations."""
    translations: Any = bpy.app.translations  # the stubs know no contexts
    translations.register(PACKAGE, load_translations())


def unregister() -> None:
    """Take them back."""
    bpy.app.translations.unregister(PACKAGE)
