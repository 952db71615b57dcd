"""Blender's translation calls, with the types they really have (the stubs say they return nothing)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bpy

_translations: Any = bpy.app.translations

# Labels and buttons; reports and messages.
iface_: Callable[[str], str] = _translations.pgettext_iface
rpt_: Callable[[str], str] = _translations.pgettext_rpt
