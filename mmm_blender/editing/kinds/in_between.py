"""*In-Between*: the way from one key to another."""

from __future__ import annotations

from ...animation.played import key_frames
from ...translation import rpt_
from ..aim import Aim, Played, Wish, of_part
from ..question import ask_between
from ..selection import NOTHING_BETWEEN, Span, check_span, find_span, selected_keys
from .kind import EditKind


def find_aim(played: Played, wish: Wish) -> Aim:
    """From the first selected key to the last, or without selected keys between those around the playhead."""
    armature, source = played.armature, wish["frames_from"]
    chosen = source == "AUTO" and len(selected_keys(armature)[0]) < 2
    try:
        span = find_span(armature, played.mapping, played.scene, "PLAYHEAD" if chosen else source)
    except ValueError:
        frames = key_frames(armature)
        if not chosen or len(frames) != 2:
            raise
        span = check_span(armature, Span(round(min(frames)), round(max(frames))))  # two poses: there is one way between
    if span.last - span.first < 2:
        raise ValueError(rpt_(NOTHING_BETWEEN))
    return Aim(wish, (of_part(span, wish),))


KIND = EditKind(
    name="in_between",
    number=1,
    label="In-Between",
    tip="Fill the way from the first selected key to the last, or from the key before the playhead to the one after it",
    icon="IPO_EASE_IN_OUT",
    find_aim=find_aim,
    ask=ask_between,
    directed=True,
)
