"""Blender's translation calls, with the types they really have (the stubs say they return nothing).

Templates are translated first and filled in afterwards: ``rpt_("{count} lines").format(count=3)``. What is translated
to what lies in ``i18n/``.
"""

from __future__ import annotations

import sys
from typing import Any

# Of properties named by words that Blender's own translations, which come first, mean otherwise: "Feet" is a unit.
OWN_CONTEXT = "MMM"


def iface_(message: str) -> str:
    """A label or button in the interface's language."""
    return _translate("pgettext_iface", message)


def rpt_(message: str) -> str:
    """A report or message in the interface's language."""
    return _translate("pgettext_rpt", message)


def n_(message: str) -> str:
    """``message`` itself, marked as one that is translated where it is shown."""
    return message


def in_english() -> bool:
    """Whether Blender speaks English."""
    bpy: Any = sys.modules.get("bpy")
    locale = bpy.app.translations.locale if bpy is not None else ""
    return not locale or locale.startswith("en")


def _translate(call: str, message: str) -> str:
    # Bone finder and engine client serve programs without Blender too, which speak English.
    bpy: Any = sys.modules.get("bpy")
    return str(getattr(bpy.app.translations, call)(message)) if bpy is not None else message
