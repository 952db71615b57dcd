"""Mirrored twins of the sentences that describe motions."""

from __future__ import annotations

import re

_SIDES = {
    "left": "right",
    "right": "left",
    "clockwise": "counterclockwise",
    "counterclockwise": "clockwise",
    "counter-clockwise": "clockwise",
    "anticlockwise": "clockwise",
    "lefts": "rights",
    "rights": "lefts",
    "leftward": "rightward",
    "rightward": "leftward",
    "leftwards": "rightwards",
    "rightwards": "leftwards",
    "left-handed": "right-handed",
    "right-handed": "left-handed",
}
# "right" as an adverb has no mirror image.
_UNSIDED = (
    "right away",
    "right after",
    "right before",
    "all right",
    "right in front",
    "right behind",
    "what is left",
    "upright",
    "right there",
    "right where",
)
_WORD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")


def mirror_text(text: str) -> str:
    """Swap left and right, clockwise and counterclockwise, keeping the letter case of initials."""
    protected = {phrase: f"\0{number}\0" for number, phrase in enumerate(_UNSIDED)}
    for phrase, token in protected.items():
        text = text.replace(phrase, token)

    def swap(match: re.Match[str]) -> str:
        word = match[0]
        other = _SIDES.get(word.lower())
        if other is None:
            # Compounds such as "left-hand" or "right-footed".
            parts = word.split("-")
            swapped = [_SIDES.get(part.lower(), part) for part in parts]
            return "-".join(swapped)
        return other.capitalize() if word[0].isupper() else other

    text = _WORD.sub(swap, text)
    for phrase, token in protected.items():
        text = text.replace(token, phrase)
    return text
