"""A story that was applied: which prompt lies where in the action, kept on it as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

import bpy

from ..files.stored import FRAMES, list_in, mapping_in, parse_json, text_of, whole_in, words_in

MOST_PARTS = 1500  # of a story; the engine takes no more
STORY_PROPERTY = "mmm_story"


@dataclass(frozen=True)
class Strip:
    """One prompt from scene frame ``first`` to ``last``, where the next one begins."""

    prompt: str
    first: int
    last: int


def strips_of_request(request: Mapping[str, Any], start_frame: int, frames_per_row: float) -> list[Strip]:
    """Where the strips of the engine's answer (docs/protocol.md) lie when its first row is at ``start_frame``."""

    def frame(row: int) -> int:
        return start_frame + round(row * frames_per_row)

    return [Strip(str(s["prompt"]), frame(s["start"]), frame(s["stop"])) for s in request["strips"]]


def read_story(action: bpy.types.Action | None) -> tuple[Strip, ...]:
    """The strips kept on ``action``; empty when there are none that can be read."""
    text = text_of(action, STORY_PROPERTY) if action is not None else ""
    return _parse(text) if text else ()


def write_story(action: bpy.types.Action, strips: Iterable[Strip]) -> None:
    """Keep ``strips`` on ``action``."""
    action[STORY_PROPERTY] = json.dumps([asdict(strip) for strip in strips], ensure_ascii=False)


def retold(strips: Iterable[Strip], index: int, prompt: str) -> list[Strip]:
    """``strips`` with another prompt at ``index``."""
    return [replace(strip, prompt=prompt) if row == index else strip for row, strip in enumerate(strips)]


@lru_cache(maxsize=16)
def _parse(text: str) -> tuple[Strip, ...]:
    try:
        rows = [mapping_in(row) for row in list_in(parse_json(text), MOST_PARTS)]
        return tuple(Strip(words_in(row.get("prompt")), _frame(row, "first"), _frame(row, "last")) for row in rows)
    except ValueError:
        return ()


def _frame(row: Mapping[str, Any], key: str) -> int:
    return whole_in(row.get(key), -FRAMES, FRAMES)
