"""What an action is called: what happens in it, in a few words, counted where the file has one of that name."""

from __future__ import annotations

import re
from collections.abc import Container

LONGEST = 32  # characters; in list boxes more is cut anyway
BYTES = 56  # Blender cuts names at 63 on the older versions, and a number follows
UNTOLD = "MMM Motion"
# Who does it is the character in every case.
SUBJECT = re.compile(
    r"^(?:an?|the|one|this)\s+(?:[a-z]+\s+)?(?:person|man|woman|human|figure|character|someone|guy|girl|boy)\s+|"
    r"^(?:someone|somebody|he|she|they|it|character|person)\s+",
    re.IGNORECASE,
)
LINK = re.compile(r"^(?:and|then)\s+", re.IGNORECASE)
ARTICLES = frozenset(["a", "an", "the", "his", "her", "their", "its", "is", "are"])
SMALL = frozenset(["and", "or", "to", "of", "with", "on", "in", "at", "from", "by", "for", "into"])
IRREGULAR = {"does": "do", "goes": "go", "has": "have", "dies": "die", "lies": "lie", "ties": "tie"}
HISSING = ("sses", "shes", "ches", "xes", "zzes")


def name_of(prompt: str, taken: Container[str] = ()) -> str:
    """A title such as "Walk Forward" for "a person walks forward", "Walk Forward 2" where that is ``taken``."""
    words: list[str] = []
    for clause in re.split(r"[,;.!?\n]+\s*|\s+then\s+", prompt.strip()):
        title = _title(SUBJECT.sub("", LINK.sub("", clause.strip())))
        if title:
            words += [("," if words else "") + title[0], *title[1:]]
    return counted(_short(" ".join(words).replace(" ,", ", ")) or UNTOLD, taken)


def counted(name: str, taken: Container[str]) -> str:
    """The name, with a number where it is taken."""
    number, found = 2, name
    while found in taken:
        found, number = f"{name} {number}", number + 1
    return found


def _title(clause: str) -> list[str]:
    """Words of a clause as a title, its verb as in an order."""
    words = clause.split()
    if words and words[0].lower() not in ARTICLES:
        words[0] = _infinitive(words[0])
    kept = [word for word in words if word.lower() not in ARTICLES]
    return [word if word in SMALL and place else word[:1].upper() + word[1:] for place, word in enumerate(kept)]


def _infinitive(verb: str) -> str:
    """What somebody does, without the s."""
    low = verb.lower()
    if low in IRREGULAR:
        return IRREGULAR[low]
    if low.endswith("ies"):
        return verb[:-3] + "y"
    if low.endswith(HISSING):
        return verb[:-2]
    return verb[:-1] if low.endswith("s") and not low.endswith("ss") else verb


def _short(title: str) -> str:
    """As many whole words as there is room for, not ending in a small one."""
    if len(title) > LONGEST:
        title = title[: LONGEST + 1].rsplit(" ", 1)[0][:LONGEST]
    words = title.rstrip(",").split(" ")
    while len(words) > 1 and words[-1] in SMALL:
        words.pop()
    return " ".join(words).rstrip(",").encode()[:BYTES].decode(errors="ignore")
