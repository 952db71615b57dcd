"""*Replace Middle*: the middle anew, as much at either end stays."""

from __future__ import annotations

from dataclasses import replace

from ..aim import Aim, Played, Wish, of_part, selection_or_all
from ..question import ask_between
from ..selection import check_span
from .kind import FRAMES_FROM, HOLD, PART, EditKind, amount

MIDDLE = amount(
    "middle",
    "Middle",
    "How much of it is replaced; the same amount stays at either end",
    0.5,
    subtype="FACTOR",
    min=0.1,
    max=0.9,
)


def find_aim(played: Played, wish: Wish) -> Aim:
    """The middle of the selection, or of all."""
    span = selection_or_all(played, wish["frames_from"])
    margin = round((span.last - span.first) * (1 - wish["middle"]) / 2)
    inner = replace(span, first=span.first + margin, last=span.last - margin)
    return Aim(wish, (of_part(check_span(played.armature, inner), wish),))


KIND = EditKind(
    name="middle",
    number=2,
    label="Replace Middle",
    tip="Make the middle of the selection, or of the whole motion, anew",
    icon="MOD_SIMPLIFY",
    settings=(FRAMES_FROM, PART, MIDDLE, HOLD),
    find_aim=find_aim,
    ask=ask_between,
    directed=True,
)
