"""*Regenerate Selection*: the selected frames anew, between the poses at their ends."""

from __future__ import annotations

from ..aim import Aim, Played, Wish, of_part
from ..question import ask_between
from ..selection import find_span
from .kind import EditKind


def find_aim(played: Played, wish: Wish) -> Aim:
    """The span that is meant."""
    span = find_span(played.armature, played.mapping, played.scene, wish["frames_from"])
    return Aim(wish, (of_part(span, wish),))


KIND = EditKind(
    name="regenerate",
    number=0,
    label="Regenerate Selection",
    tip="Make the selected frames anew; the poses on the first and the last stay",
    icon="FILE_REFRESH",
    find_aim=find_aim,
    ask=ask_between,
    directed=True,
)
