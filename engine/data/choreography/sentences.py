"""Sentences of a variant, from an action's phrases.

A phrase is a verb phrase in the third person: ``waves[ hello][ with the {side} hand][ {times}]``. Parts in
brackets are there or not; ``a|b`` inside brackets or parentheses is a choice: ``(lifts|raises) the {side} arm``.
"""

from __future__ import annotations

import re

from engine.data.choreography.draw import Draw

_WHO = (
    "a person",
    "a person",
    "a person",
    "someone",
    "the character",
    "a man",
    "a woman",
    "he",
    "she",
    "the figure",
    # Who does it is often left out: "throws a ball with the left hand".
    "",
    "",
)
# A phrase that says itself who it is: "a golfer swings".
_NAMED = re.compile(r"(?:an?|the) ")
_CHOICE = re.compile(r"\(([^()\[\]]*)\)|\[([^()\[\]]*)\]")
_SLOW = ("slowly", "slowly", "unhurriedly")
_FAST = ("quickly", "quickly", "fast")
_TIMES = {1: "once", 2: "twice", 3: "three times", 4: "four times", 5: "five times", 6: "six times"}


def times_in_words(count: int) -> str:
    """How often, as people write it."""
    return _TIMES.get(count, f"{count} times")


def write_sentences(
    phrases: tuple[str, ...], terse: tuple[str, ...], words: dict[str, str], draw: Draw, tempo: bool = True
) -> list[str]:
    """Four to six different sentences, short and long; `words` fills the slots, `tempo` lets them speak of it."""
    sentences = [_fill(text, words, draw) for text in draw.shuffled(terse)[:2]]
    manner = ""
    if tempo and draw.tempo > 1.2:
        manner = draw.pick(_SLOW)
    elif tempo and draw.tempo < 0.84:
        manner = draw.pick(_FAST)
    chosen = draw.shuffled(phrases)
    while len(chosen) < 4:
        chosen.append(draw.pick(phrases))
    for place, phrase in enumerate(chosen[:4]):
        who, done = draw.pick(_WHO), _fill(phrase, words, draw)
        sentence = done if _NAMED.match(done) else f"{who} {_agree(done, who)}".strip()
        if manner and place % 2:
            sentence = f"{sentence} {manner}"
        sentences.append(sentence)
    return list(dict.fromkeys(re.sub(r"\s+", " ", sentence).strip() for sentence in sentences))


def _agree(text: str, who: str) -> str:
    """Possessives and reflexives that fit the person."""
    pairs = (("his", "her"), ("himself", "herself"))
    if who in ("a woman", "she"):
        swap = dict(pairs)
    elif who in ("a man", "he"):
        swap = {her: his for his, her in pairs}
    else:
        return text
    return re.sub(r"\b(his|her|himself|herself)\b", lambda match: swap.get(match[1], match[1]), text)


def _fill(phrase: str, words: dict[str, str], draw: Draw) -> str:
    def choose(match: re.Match[str]) -> str:
        if match[1] is not None:
            return draw.pick(match[1].split("|"))
        return draw.pick(match[2].split("|")) if draw.chance(0.5) else ""

    while _CHOICE.search(phrase):
        phrase = _CHOICE.sub(choose, phrase)
    return phrase.format(**words)
