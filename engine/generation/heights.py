"""Whether a prompt takes the body off the floor for longer than a jump: such motions are not brought down."""

from __future__ import annotations

import re

_HEIGHTS = re.compile(
    r"\b(?:climb\w*|stairs?|staircase|upstairs|downstairs|ladders?|rungs?|hang\w*|dangl\w*|swim\w*|float\w*|fly|flies|"
    r"flying|flew|hover\w*|levitat\w*|trampolines?|monkey bars?|trapeze|pull[- ]?ups?|chin[- ]?ups?|acrobat\w*|"
    r"(?:jump|leap|hop|step|get|stand|walk)\w* (?:up )?(?:on|onto|on top of|over) (?:a|an|the|some) "
    r"(?:box|boxes|bench|chair|table|step|steps|ledge|wall|rock|rocks|platform|curb|hurdle|stool|beam)|"
    r"swing\w* (?:on|from)|rid(?:e|es|ing)|parkour|vault\w*|steps? up|steps? down)\b",
    re.IGNORECASE,
)


def leaves_the_floor(prompt: str) -> bool:
    """'climbs a ladder', 'jumps onto a box'; not 'jumps', 'does a cartwheel'."""
    return _HEIGHTS.search(prompt) is not None
