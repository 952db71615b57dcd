"""The kinds of edits, one a file, whose record is called ``KIND``: a new kind is a new file, nothing else changes."""

from __future__ import annotations

import importlib
import pkgutil

from .kind import EditKind


def _find_kinds() -> dict[str, EditKind]:
    """By name, in the order of their numbers, which is that of the menus."""
    modules = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    kinds: list[EditKind] = [module.KIND for module in modules if hasattr(module, "KIND")]
    kinds.sort(key=lambda kind: kind.number)
    assert len({kind.number for kind in kinds}) == len(kinds), "two kinds of edits have the same number"
    return {kind.name: kind for kind in kinds}


# name -> kind
KINDS: dict[str, EditKind] = _find_kinds()
