"""The interface in other languages: one catalogue a language, told to Blender as long as the extension is enabled.

``*.po`` beside this file are gettext catalogues, as translators' programs read and write them, named after
Blender's locales. ``python -m mmm_blender.headless update-translations`` adds what the source has and they lack.
"""

from __future__ import annotations

from typing import Any

import bpy

from ..extension_paths import PACKAGE
from .catalogue import FOLDER, Catalogue, read_catalogue

# as Blender calls them
LOCALES = ("de_DE", "es", "fr_FR", "ja_JP", "ko_KR", "zh_HANS")


def load_translations() -> dict[str, Catalogue]:
    """Locale -> (context, message) -> translation."""
    return {locale: read_catalogue(FOLDER / f"{locale}.po") for locale in LOCALES}


def register() -> None:
    """Tell Blender the translations."""
    translations: Any = bpy.app.translations  # the stubs know no contexts
    translations.register(PACKAGE, load_translations())


def unregister() -> None:
    """Take them back."""
    bpy.app.translations.unregister(PACKAGE)
