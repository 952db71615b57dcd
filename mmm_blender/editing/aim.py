"""What an edit is about: the spans of frames that will change, and what kinds of edits read off keys to find them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import bpy
import numpy as np

from ..animation.played import keyed_range
from ..rig.mapping import RigMapping
from ..translation import rpt_
from .selection import ONE_FRAME, NothingSelected, Part, Span, check_span, find_span

PARTS: dict[str, Part] = {
    "BODY": "body",
    "UPPER": "upper",
    "ARMS": "arms",
    "LEFT_ARM": "left_arm",
    "RIGHT_ARM": "right_arm",
    "LOWER": "lower",
}


@dataclass(frozen=True)
class Wish:
    """What the artist set for an edit: the name of its kind, and a value for each setting of that kind."""

    kind: str
    choices: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, setting: str) -> Any:
        return self.choices[setting]


@dataclass(frozen=True)
class Aim:
    """``spans`` in the order of time, scene frames, of which the outer ends may be ``free`` to change."""

    wish: Wish
    spans: tuple[Span, ...]
    free: tuple[bool, bool] = (False, False)

    @property
    def first(self) -> int:
        return self.spans[0].first

    @property
    def last(self) -> int:
        return self.spans[-1].last

    @property
    def part(self) -> Part:
        return self.spans[0].part


@dataclass(frozen=True)
class Played:
    """A rig that plays an action in a scene: what kinds of edits look at to find their spans."""

    armature: bpy.types.Object
    mapping: RigMapping
    scene: bpy.types.Scene

    @property
    def fps(self) -> float:
        """Frames a second of the scene."""
        return self.scene.render.fps / self.scene.render.fps_base


def whole_range(played: Played) -> Span:
    """The preview range, or all frames with keys. Raises ValueError when it lies beyond the action or is one frame."""
    start, end = keyed_range(played.armature)
    if played.scene.use_preview_range:
        return check_span(played.armature, Span(played.scene.frame_preview_start, played.scene.frame_preview_end))
    first, last = int(np.floor(start)), int(np.ceil(end))
    if last <= first:
        raise ValueError(rpt_(ONE_FRAME).format(frame=first))
    return Span(first, last)


def selection_or_all(played: Played, source: str = "AUTO") -> Span:
    """The span that is meant, or where nothing says which all frames with keys. Raises ValueError."""
    try:
        return find_span(played.armature, played.mapping, played.scene, source)
    except NothingSelected:
        return whole_range(played)


def of_part(span: Span, wish: Wish) -> Span:
    """``span`` of the part that was chosen; automatic leaves the one of the selected bones."""
    return span if wish["part"] == "AUTO" else replace(span, part=PARTS[wish["part"]])


def open_ends(armature: bpy.types.Object, span: Span) -> tuple[bool, bool]:
    """Whether no key lies before and none behind ``span``, so that there is nothing to meet."""
    start, end = keyed_range(armature)
    return span.first <= start, span.last >= end
