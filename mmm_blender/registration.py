"""Registering classes with Blender so that a failure leaves nothing behind."""

from __future__ import annotations

import functools
import traceback
from collections.abc import Callable, Iterable
from typing import Any

import bpy

from .translation import n_, rpt_

NO_MEMORY = n_("There is not enough memory for this: close other files or programs, or take fewer frames or bones")
WENT_WRONG = n_("Something went wrong in the extension: {error}")


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


def report_errors(operators: Iterable[type]) -> None:
    """Let the operators cancel with one line where they meet an error that nobody foresaw.

    Blender would show a traceback, and count what failed as a step of undo.
    """
    for operator in operators:
        for name in ("execute", "invoke"):
            run = getattr(operator, name, None)
            if run is not None and not hasattr(run, "reports_errors"):
                setattr(operator, name, _reporting_errors(run))


def _reporting_errors(run: Callable[..., set[Any]]) -> Callable[..., set[Any]]:
    def say(operator: Any, error: Exception) -> set[Any]:
        traceback.print_exc()
        text = rpt_(NO_MEMORY) if isinstance(error, MemoryError) else rpt_(WENT_WRONG).format(error=error)
        operator.report({"ERROR"}, text)
        return {"CANCELLED"}

    @functools.wraps(run)
    def execute(self: Any, context: bpy.types.Context) -> set[Any]:
        try:
            return run(self, context)
        except Exception as error:
            return say(self, error)

    @functools.wraps(run)
    def invoke(self: Any, context: bpy.types.Context, event: bpy.types.Event) -> set[Any]:
        try:
            return run(self, context, event)
        except Exception as error:
            return say(self, error)

    # Blender counts a method's arguments
    guarded: Any = execute if run.__name__ == "execute" else invoke
    guarded.reports_errors = True
    return guarded  # type: ignore[no-any-return]


def unregister_classes(classes: Iterable[type]) -> None:
    """Unregister ``classes``, the last first."""
    for each in reversed(list(classes)):
        bpy.utils.unregister_class(each)
