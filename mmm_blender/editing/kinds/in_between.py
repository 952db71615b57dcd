"""*In-Between*: the way from one key to another."""

from __future__ import annotations

from ...animation.played import key_frames, keyed_range
from ...translation import rpt_
from ..aim import Aim, Played, Wish, of_part
from ..question import ask_between
from ..selection import Span, check_span, part_of_bones, selected_keys
from .kind import EditKind

NOTHING_BETWEEN = "There are no two keys with frames between them here: select two, or move the playhead between them"


def find_aim(played: Played, wish: Wish) -> Aim:
    """From the first selected key to the last, or without selected keys between those around the playhead."""
    armature = played.armature
    frames, bones = selected_keys(armature)
    if len(frames) < 2:
        keyed_range(armature)
        keys, now = sorted(key_frames(armature)), played.scene.frame_current
        before, after = [key for key in keys if key <= now], [key for key in keys if key > now]
        if not before or not after:
            raise ValueError(rpt_(NOTHING_BETWEEN))
        frames, bones = {before[-1], after[0]}, set()
    span = Span(round(min(frames)), round(max(frames)), part_of_bones(armature, played.mapping, bones))
    if span.last - span.first < 2:
        raise ValueError(rpt_(NOTHING_BETWEEN))
    return Aim(wish, (of_part(check_span(armature, span), wish),))


KIND = EditKind(
    name="in_between",
    number=1,
    label="In-Between",
    tip="Fill the way from the first selected key to the last, or from the key before the playhead to the one after it",
    icon="IPO_EASE_IN_OUT",
    find_aim=find_aim,
    ask=ask_between,
)
