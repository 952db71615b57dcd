"""What buttons and menus do: thin operators, one module a room."""

from __future__ import annotations

from ..registration import register_classes, report_errors, unregister_classes
from . import (
    asking,
    batch,
    by_hand,
    character,
    edit,
    engine,
    fixes,
    generate,
    mapping,
    path,
    results,
    story,
    takes,
    weights,
)
from .directing import pairs, shots, targets
from .exporting import games, training

# Every module here lists its operators in CLASSES.
MODULES = (
    engine,
    weights,
    fixes,
    asking,
    generate,
    edit,
    story,
    path,
    results,
    takes,
    batch,
    by_hand,
    character,
    mapping,
    games,
    training,
    targets,
    pairs,
    shots,
)
CLASSES = tuple(operator for module in MODULES for operator in module.CLASSES)


def register() -> None:
    report_errors(CLASSES)
    register_classes(CLASSES)
    character.register_menus()
    edit.register_menus()


def unregister() -> None:
    edit.unregister_menus()
    character.unregister_menus()
    unregister_classes(CLASSES)
