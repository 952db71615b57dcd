"""Registering classes with Blender so that a failure leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterable

import bpy


def register_classes(classes: Iterable[type]) -> None:
    """Register ``classes`` in order; if one is refused, take back those before it and raise its error."""
    done: list[type] = []
    try:
        for each in classes:
            bpy.utils.register_class(each)
            done.append(each)
    except Exception:
        unregister_classes(done)
        raise


def unregister_classes(classes: Iterable[type]) -> None:
    """Unregister ``classes``, the last first."""
    for each in reversed(list(classes)):
        bpy.utils.unregister_class(each)
