"""Where the timeline shows what an edit will change and which prompt lies where: numbers, nothing is drawn here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from ..animation.directing.targets import Pin
from ..editing.aim import Aim
from ..editing.story_strips import Strip
from ..palette import EDIT_BANDS, STORY_STRIPS, TARGET_PIN, Rgba

SCRUB, MARKERS = 24, 22  # pixels at the top and the bottom of the editors that are Blender's own, at scale 1
STRIP_HEIGHT, PADDING, TEXT_RISE = 17, 5, 5  # pixels, at scale 1
THINNEST = 2.0  # pixels of width
FLATTEST = 3.0  # pixels of height, at scale 1


@dataclass(frozen=True)
class Band:
    """Scene frames ``first`` to ``last``, marked over the whole height or as a strip at the bottom."""

    first: float
    last: float
    text: str
    color: Rgba
    kind: Literal["edit", "strip", "pin"]


@dataclass(frozen=True)
class Rectangle:
    """Region pixels from (left, bottom) to (right, top), a text in it that fits, and where that begins."""

    left: float
    bottom: float
    right: float
    top: float
    color: Rgba
    text: str
    text_at: tuple[float, float]


def edit_bands(aim: Aim) -> list[Band]:
    """A band for each span that will change, in the colour of its part of the body.

    It has no text: that would lie over keys, and the panel says what it is.
    """
    return [Band(span.first, span.last, "", EDIT_BANDS[span.part], "edit") for span in aim.spans]


def story_bands(strips: Iterable[Strip]) -> list[Band]:
    """A band for each prompt of a story."""
    return [
        Band(strip.first, strip.last, strip.prompt, STORY_STRIPS[number % len(STORY_STRIPS)], "strip")
        for number, strip in enumerate(strips)
    ]


def pin_bands(pins: Iterable[Pin], names: dict[str, str]) -> list[Band]:
    """A band for each target, named after its part of the body by ``names``."""
    return [Band(pin.first - 0.5, pin.last + 0.5, names[pin.part], TARGET_PIN, "pin") for pin in pins]


def place_bands(
    bands: Iterable[Band],
    to_x: Callable[[float], float],
    size: tuple[float, float],
    scale: float,
    text_width: Callable[[str], float],
    has_markers: bool = False,
) -> list[Rectangle]:
    """What of ``bands`` is seen in a region of ``size`` (width, height) pixels.

    ``to_x``: scene frame -> pixel; ``scale``: Blender's interface scale; ``text_width``: pixels a text takes. A
    text that begins left of the region is moved into sight. A prompt that is too long is cut.
    """
    width, height = size
    found = []
    for band in bands:
        left, right = to_x(band.first), to_x(band.last)
        if right - left < THINNEST:
            right = left + THINNEST
        if right < 0 or left > width:
            continue
        left, right = max(left, -1.0), min(right, width + 1.0)
        floor = MARKERS * scale if has_markers else 0.0
        bottom, top = floor, height - SCRUB * scale
        if band.kind == "strip":
            bottom, top = floor + scale, min(floor + (STRIP_HEIGHT + 1) * scale, top)
            left, right = left + 0.5, right - 0.5
        elif band.kind == "pin":
            bottom = max(bottom, top - STRIP_HEIGHT * scale)
        if top - bottom < FLATTEST * scale:
            continue
        begin = max(left, 0.0) + PADDING * scale
        room = min(right, width) - PADDING * scale - begin
        # in a timeline that is hardly higher than its numbers there is room for colour only
        text = _cut(band.text, room, text_width) if top - bottom >= (STRIP_HEIGHT - 1) * scale else ""
        rise = bottom + TEXT_RISE * scale if band.kind == "strip" else top - (STRIP_HEIGHT - TEXT_RISE) * scale
        found.append(Rectangle(left, bottom, right, top, band.color, text, (begin, rise)))
    return found


def _cut(text: str, room: float, text_width: Callable[[str], float]) -> str:
    """As much of ``text`` as fits into ``room`` pixels, with an ellipsis; nothing when that is next to nothing."""
    if text_width(text) <= room:
        return text
    low, high = 0, len(text)
    while low < high:  # the most letters that fit with the ellipsis
        middle = (low + high + 1) // 2
        if text_width(text[:middle].rstrip() + "…") <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + "…" if low > 1 else ""
