"""When the hands of a character touch another one: then they have to be where the motion has them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ...coordinates import FloatArray
from ...files.stored import list_in, mapping_in, number_in, words_in
from ...motion_file import Motion
from ...rig.pose import RetargetOptions
from ...rig.slots import SIDES
from .builds import FARTHEST_OFF

INTERACT = "interact"  # the engine's method that makes motions of two characters
EASE = 0.4  # seconds before and after a contact in which a hand comes to its place and leaves it
MOST_CONTACTS, LONGEST = 12, 20.0  # of an interaction; seconds


def hold_place(options: RetargetOptions, motion: Motion, fps: float) -> RetargetOptions:
    """``options`` with the trunk of one of two held where the motion has it, and hands that touch where they do.

    Raises ValueError like ``hands_held``.
    """
    if motion.asked.get("method") != INTERACT:
        return options
    held = hands_held(motion, fps)
    built = [mapping_in(each) for each in list_in(motion.asked.get("proportions", []), 2)]
    own = dict(zip("ab", built, strict=False)).get(words_in(motion.asked.get("role", "")), {})
    ahead = number_in(own.get("shoulders_ahead", 0.0), -FARTHEST_OFF, FARTHEST_OFF)
    return replace(options, hands_held=held, trunk_held=True, shoulders_ahead=ahead)


def hands_held(motion: Motion, fps: float) -> dict[str, FloatArray]:
    """Side -> (T,) how strictly, 0 to 1, that hand is where the motion has it, at ``fps``; no side that touches nobody.

    Raises ValueError for a request that says no interaction of ours.
    """
    if motion.asked.get("method") != INTERACT or "definition" not in motion.asked:
        return {}
    role = words_in(motion.asked.get("role", ""))
    times = np.arange(int(np.floor(motion.seconds * fps + 1e-6)) + 1) / fps
    held: dict[str, FloatArray] = {}
    for entry in list_in(mapping_in(motion.asked["definition"]).get("contact", []), MOST_CONTACTS):
        contact: dict[str, Any] = mapping_in(entry)
        side, _, part = words_in(contact.get(role, "")).partition("_")
        if side not in SIDES or part not in ("hand", "fist"):
            continue
        begin = number_in(contact.get("at", 0.0), 0.0, 1.0) * len(motion.joints) / motion.fps
        end = begin + number_in(contact.get("lasts", 0.0), 0.0, LONGEST)
        off = np.maximum(np.maximum(begin - times, times - end), 0.0)
        near = np.clip(1.0 - (off - 1.0 / motion.fps) / EASE, 0.0, 1.0)
        held[side] = np.maximum(held.get(side, 0.0), near * near * (3.0 - 2.0 * near))
    return held
