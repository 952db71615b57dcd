"""Moods as data: `moods.toml` says what each is, and for which models it was found to be seen in their motions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from engine.errors import InputError
from engine.files.text import read_toml
from engine.requests.params import Params

FILE = Path(__file__).with_name("moods.toml")
MAX_INTENSITY = 1.5
# On the wire and in records.
MOOD = ("mood", "intensity")
# Prompts that go somewhere on foot, of which a model may know how they go in a mood.
WALKS = re.compile(
    r"\b(?:walk|stroll|strid|wander|pac(?=e|ing)|saunter|trudg|march|step)\w*|\bgo(?:es)? (?:forward|ahead|along)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Words:
    """What a model knows: words behind any prompt, and such for prompts that walk; "" where it knows none."""

    all: str = ""
    walks: str = ""


@dataclass(frozen=True)
class Mood:
    """How somebody does what a prompt says.

    Attributes:
        bearing: of the body at intensity 1, by the fields of `engine.motion.acting.bearing.Bearing`; tempo: how fast
            it goes; both where no words of a model make the mood
        reach: how far towards the words intensity 1 goes
        beside: share of the bearing that comes on top where words do
        signs: what of the body it raises (true) or lowers, by the names of `engine.evaluation.moods.signs`
        words: by the name of each model that it is offered for
    """

    name: str
    bearing: Mapping[str, float]
    tempo: float
    reach: float
    beside: float
    signs: Mapping[str, bool]
    words: Mapping[str, Words]

    def words_for(self, model: str, prompt: str) -> str:
        """What this model knows to put behind this prompt, or ""."""
        known = self.words[model]
        return known.walks if known.walks and WALKS.search(prompt) else known.all


@cache
def moods() -> dict[str, Mood]:
    """All by name, in the order of the file. Raises InputError for a file that is none."""
    return {name: _read(name, Params(table)) for name, table in read_toml(FILE).items()}


def offered(model: str) -> tuple[str, ...]:
    """Names of the moods that were measured to show in motions of this model."""
    return tuple(name for name, mood in moods().items() if model in mood.words)


def check_mood(mood: str | None, intensity: float) -> None:
    """Raises InputError for a mood that nobody knows, or an intensity that is out of range."""
    if mood is not None and mood not in moods():
        raise InputError(f"there is no mood {mood[:40]!r}: choose one of {', '.join(moods())}, or none")
    if not 0.0 <= intensity <= MAX_INTENSITY:
        raise InputError(f"intensity {intensity:g} is out of range: choose 0 (as without a mood) to {MAX_INTENSITY:g}")


def find_mood(mood: str, model: str) -> Mood:
    """The mood, if this model shows it; raises InputError that tells which it does."""
    check_mood(mood, 1.0)
    if mood not in (known := offered(model)):
        reason = f"choose one of {', '.join(known)}, or none" if known else "leave the mood out, or choose mmm-open"
        raise InputError(f"the model {model} has no mood {mood!r}: {reason}")
    return moods()[mood]


def read_mood(params: Params) -> tuple[str | None, float]:
    """`mood` and `intensity` among the params. Raises ParamError."""
    return params.text_or_none("mood"), params.number("intensity", 1.0)


def record_mood(mood: str | None, intensity: float) -> dict[str, str | float]:
    """What `read_mood` takes; nothing without a mood."""
    return {} if mood is None else {"mood": mood, "intensity": intensity}


def _read(name: str, params: Params) -> Mood:
    params.allow("tempo", "reach", "beside", "bearing", "raises", "lowers", "words")
    numbers = params.table("bearing")
    bearing = {field: numbers.number(field) for field in numbers.names()}
    table, words = params.table("words"), {}
    for model in table.names():
        known = table.table(model)
        known.allow("all", "walks")
        words[model] = Words(known.text("all", ""), known.text("walks", ""))
    signs = dict.fromkeys(params.words("raises"), True) | dict.fromkeys(params.words("lowers"), False)
    tempo, reach, beside = params.number("tempo", 1.0), params.number("reach", 1.0), params.number("beside", 0.0)
    return Mood(name, bearing, tempo, reach, beside, signs, words)
