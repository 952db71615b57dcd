"""What each kind of edit is about, read off the selection: the spans of frames that will change, and of which part."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import bpy
import numpy as np

from ..animation.played import key_frames, keyed_range
from ..rig.mapping import RigMapping
from ..translation import rpt_
from .kinds import Kind
from .selection import ONE_FRAME, Part, Span, check_span, find_span, part_of_bones, selected_keys

SHORTEST_LOOP = 1.0  # seconds of a motion that can be looped

PartChoice = Literal["AUTO", "BODY", "UPPER", "LOWER"]
PARTS: dict[str, Part] = {"BODY": "body", "UPPER": "upper", "LOWER": "lower"}

NO_PINS = "No keys are selected to be kept: select those that are right, all around them changes"
NOTHING_BETWEEN = "There are no two keys with frames between them here: select two, or move the playhead between them"
TOO_SHORT_TO_LOOP = "Frames {first} to {last} are too short for a loop: {least} frames or more are needed"


@dataclass(frozen=True)
class Wish:
    """What the artist set for an edit, as far as it concerns frames; ``seconds``: to add, or across the wrap."""

    kind: Kind = "REGENERATE"
    part: PartChoice = "AUTO"
    before: bool = False
    seconds: float = 2.0
    middle: float = 0.5  # share of the selection that is replaced


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


def find_aim(armature: bpy.types.Object, mapping: RigMapping, scene: bpy.types.Scene, wish: Wish) -> Aim:
    """What an edit would change. Raises ValueError, saying what to do, when nothing fit is selected."""
    fps = scene.render.fps / scene.render.fps_base
    if wish.kind == "REGENERATE":
        return Aim(wish, (_of_part(find_span(armature, mapping, scene), wish),))
    if wish.kind == "IN_BETWEEN":
        return Aim(wish, (_of_part(_between_keys(armature, mapping, scene), wish),))
    if wish.kind == "MIDDLE":
        span = _selection_or_all(armature, mapping, scene)
        margin = round((span.last - span.first) * (1 - wish.middle) / 2)
        inner = replace(span, first=span.first + margin, last=span.last - margin)
        return Aim(wish, (_of_part(check_span(armature, inner), wish),))
    if wish.kind == "VARY":
        span = _selection_or_all(armature, mapping, scene)
        return Aim(wish, (_of_part(span, wish),), _open_ends(armature, span))
    if wish.kind == "PIN":
        return _around_pins(armature, scene, wish)
    if wish.kind == "EXTEND":
        start, end = keyed_range(armature)
        length = max(round(wish.seconds * fps), 2)
        if wish.before:
            first = int(np.floor(start))
            return Aim(wish, (Span(first - length, first),), (True, False))
        last = int(np.ceil(end))
        return Aim(wish, (Span(last, last + length),), (False, True))
    return _across_wrap(armature, scene, wish, fps)


def whole_range(armature: bpy.types.Object, scene: bpy.types.Scene) -> Span:
    """The preview range, or all frames with keys. Raises ValueError when it lies beyond the action or is one frame."""
    start, end = keyed_range(armature)
    if scene.use_preview_range:
        return check_span(armature, Span(scene.frame_preview_start, scene.frame_preview_end))
    first, last = int(np.floor(start)), int(np.ceil(end))
    if last <= first:
        raise ValueError(rpt_(ONE_FRAME).format(frame=first))
    return Span(first, last)


def _of_part(span: Span, wish: Wish) -> Span:
    """``span`` of the part that was chosen; automatic leaves the one of the selected bones."""
    return span if wish.part == "AUTO" else replace(span, part=PARTS[wish.part])


def _selection_or_all(armature: bpy.types.Object, mapping: RigMapping, scene: bpy.types.Scene) -> Span:
    frames, _ = selected_keys(armature)
    chosen = len(frames) > 1 or scene.use_preview_range
    return find_span(armature, mapping, scene) if chosen else whole_range(armature, scene)


def _between_keys(armature: bpy.types.Object, mapping: RigMapping, scene: bpy.types.Scene) -> Span:
    """From the first selected key to the last, or without selected keys between those around the playhead."""
    frames, bones = selected_keys(armature)
    if len(frames) < 2:
        keyed_range(armature)
        keys, now = sorted(key_frames(armature)), scene.frame_current
        before, after = [key for key in keys if key <= now], [key for key in keys if key > now]
        if not before or not after:
            raise ValueError(rpt_(NOTHING_BETWEEN))
        frames, bones = {before[-1], after[0]}, set()
    span = Span(round(min(frames)), round(max(frames)), part_of_bones(armature, mapping, bones))
    if span.last - span.first < 2:
        raise ValueError(rpt_(NOTHING_BETWEEN))
    return check_span(armature, span)


def _around_pins(armature: bpy.types.Object, scene: bpy.types.Scene, wish: Wish) -> Aim:
    """All of the range but the selected keys."""
    whole = _of_part(whole_range(armature, scene), wish)
    frames, _ = selected_keys(armature)
    pins = sorted({int(edge(f)) for f in frames for edge in (np.floor, np.ceil) if whole.first <= f <= whole.last})
    if not pins:
        raise ValueError(rpt_(NO_PINS))
    free = _open_ends(armature, whole)
    free = (free[0] and pins[0] > whole.first, free[1] and pins[-1] < whole.last)
    edges = sorted({whole.first, whole.last, *pins})
    spans = [
        Span(a, b, whole.part) for a, b in zip(edges, edges[1:], strict=False)
        # where both ends are pinned there has to be a frame between them
        if b - a > 1 or (free[0] and a == whole.first) or (free[1] and b == whole.last)
    ]  # fmt: skip
    if not spans:
        raise ValueError(rpt_("All frames are kept: select fewer keys"))
    open_ends = (free[0] and spans[0].first == whole.first, free[1] and spans[-1].last == whole.last)
    return Aim(wish, tuple(spans), open_ends)


def _open_ends(armature: bpy.types.Object, span: Span) -> tuple[bool, bool]:
    """Whether no key lies before and none behind ``span``, so that there is nothing to meet."""
    start, end = keyed_range(armature)
    return span.first <= start, span.last >= end


def _across_wrap(armature: bpy.types.Object, scene: bpy.types.Scene, wish: Wish, fps: float) -> Aim:
    """The two ends of the range, together ``wish.seconds`` long."""
    whole = whole_range(armature, scene)
    length = whole.last - whole.first
    if length < SHORTEST_LOOP * fps:
        least = int(np.ceil(SHORTEST_LOOP * fps))
        raise ValueError(rpt_(TOO_SHORT_TO_LOOP).format(first=whole.first, last=whole.last, least=least))
    half = int(np.clip(round(wish.seconds * fps / 2), 2, length // 2 - 2))
    head, tail = Span(whole.first, whole.first + half), Span(whole.last - half, whole.last)
    return Aim(wish, (head, tail), (True, True))
