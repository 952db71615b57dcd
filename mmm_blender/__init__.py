"""The Blender side of MMM: everything that imports ``bpy``, and nothing that imports torch.

Importing this package imports nothing of Blender, so ``python -m mmm_blender.headless`` can check its
arguments first; ``register`` imports the parts of the user interface.
"""

from __future__ import annotations

import importlib
from types import ModuleType

# Registered in this order, unregistered in reverse. Each has register() and unregister(). Properties come
# before what draws them, preferences before what reads them.
MODULES = (
    "i18n",
    "engine_install.installation",
    "ui.preferences",
    "ui.properties.generate",
    "ui.properties.bones",
    "ui.properties.edit",
    "ui.properties.story",
    "ui.properties.batch",
    "ui.properties.games",
    "ui.properties.targets",
    "ui.properties.pairs",
    "operators",
    "ui.takes",
    "ui.ghost_overlay",
    "ui.heartbeat",
    "ui.panels.moods",
    "ui.panels.main",
    "ui.panels.targets",
    "ui.panels.apply",
    "ui.panels.mapping",
    "ui.panels.edit",
    "ui.panels.by_hand",
    "ui.panels.story",
    "ui.panels.pairs",
    "ui.timeline",
    "ui.panels.training",
    "ui.panels.batch",
    "ui.panels.games",
)

_registered: list[ModuleType] = []


def register() -> None:
    """Register every module; if one fails, take back those before it and raise its error."""
    try:
        for name in MODULES:
            module = importlib.import_module(f".{name}", __package__)
            module.register()
            _registered.append(module)
    except BaseException:
        unregister()
        raise


def unregister() -> None:
    """Unregister what was registered, the last first; a module that fails does not keep the others."""
    failure: Exception | None = None
    while _registered:
        try:
            _registered.pop().unregister()
        except Exception as error:
            failure = failure or error
    if failure is not None:
        raise failure
