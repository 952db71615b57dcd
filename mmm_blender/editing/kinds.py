"""The kinds of edits there are, and how they are called."""

from __future__ import annotations

from typing import Literal

Kind = Literal["REGENERATE", "IN_BETWEEN", "MIDDLE", "PIN", "EXTEND", "VARY", "LOOP"]

# kind of edit -> label, tooltip, icon
KINDS: dict[str, tuple[str, str, str]] = {
    "REGENERATE": ("Regenerate Selection", "Make the selected frames anew; the poses on the first and the last stay",
                   "FILE_REFRESH"),
    "IN_BETWEEN": ("In-Between", "Fill the way from the first selected key to the last, or from the key before the "
                   "playhead to the one after it", "IPO_EASE_IN_OUT"),
    "MIDDLE": ("Replace Middle", "Make the middle of the selection, or of the whole motion, anew", "MOD_SIMPLIFY"),
    "PIN": ("Change Around Keys", "Keep the poses on the selected keys exactly, and make all around them anew",
            "PINNED"),
    "EXTEND": ("Extend", "Go on behind the last key, or begin earlier than the first", "ARROW_LEFTRIGHT"),
    "VARY": ("Vary", "Make some of the selection, or of the whole motion, a little different", "MOD_NOISE"),
    "LOOP": ("Loop", "Change start and end so that the end runs into the start", "FILE_REFRESH"),
}  # fmt: skip
