"""An edit of a motion that a rig plays: what is to change, remembered without holding on to a data-block."""

from __future__ import annotations

from dataclasses import dataclass

from .selection import Span
from .target import Target


@dataclass(frozen=True)
class Edit:
    """``span`` of the action named ``action``, played by ``target``, is made anew.

    The motion of the edit begins at scene frame ``start``, before the span: it was sampled with context.
    ``stand`` (16,): what held the whole body when it was sampled, armature space, row by row.
    """

    target: Target
    action: str
    span: Span
    start: int
    stand: tuple[float, ...]
