"""What a model has been taught, in sentences: the nearest of them to a prompt, and whether that is near at all.

A thousand sentences stand for all the others, each of which is near to one of them. Of their features (the text
encoder's) the file holds the main components only: the cosine of a prompt is then taken with what lies in them, so that
text of another kind, which lies elsewhere, comes out small.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.errors import InputError
from engine.files.arrays import read_arrays, write_arrays
from engine.generation.clauses import split_clauses

FILE_NAME = "known_sentences.npz"
# A sentence that is this near to a chosen one needs no place of its own, cosine.
COVERED = 0.6
COMPONENTS = 96
# Words of a sentence that still says one thing.
LONGEST = 12
# Below this likeness nothing the model was taught is near.
NEAR = 0.4

Kind = Literal["unfamiliar", "negation", "count"]
Encode = Callable[[list[str]], NDArray[np.float32]]

_NEGATION = re.compile(
    r"\b(?:not|never|without|nobody|none|neither|nor|cannot|\w+n['\u2019]t|refuses to|avoids|instead of|rather than|"
    r"(?<!head )(?<!says )no)\b",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"\b(?:(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a dozen|\d+)(?: [a-z]+)?? "
    r"(?:times|steps|strides|jumps|hops|squats|lunges|push-?ups|punches|kicks|claps|waves|nods|bows|throws|swings|rolls|cartwheels|circles|turns|"
    r"spins|laps|jumping jacks|sit-?ups|met(?:er|re)s|seconds|minutes)|\d+x|twice|thrice)\b",
    re.IGNORECASE,
)
# Words of other languages that no English prompt has; letters of other scripts tell as well.
_FOREIGN = re.compile(
    r"\b(?:und|mit|ein|eine|einen|einer|einem|der|dem|das|nach|auf|geht|l\u00e4uft|springt|winkt|jemand|une|avec|les|dans|"
    r"quelqu['\u2019]un|marche|saute|una|hacia|alguien|el|los|uma|pessoa|para|persona|qualcuno|een|het|naar|persoon|och|ett|"
    r"fram\u00e5t|osoba|ki\u015fi)\b|[\u0370-\u1fff\u3040-\ud7ff]",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Hint:
    """Why a prompt may not give what it says, and the nearest sentence that the model knows, or ""."""

    prompt: str
    kind: Kind
    nearest: str = ""

    def __str__(self) -> str:
        """In words."""
        if self.kind == "unfamiliar":
            return f"the model knows nothing like this, the nearest is {self.nearest!r}: prompts are plain English"
        if self.kind == "negation":
            return "the model does not understand 'not' and 'without': say what happens instead"
        return "the model does not count: make it longer or shorter, or generate each part by itself"


@dataclass(frozen=True)
class KnownSentences:
    """Sentences with their features.

    Attributes:
        texts: N sentences.
        components: (D, K) the main components of sentence features, orthonormal.
        features: (N, K) int8, the sentences' features in them, times 127.
    """

    texts: tuple[str, ...]
    components: NDArray[np.float16]
    features: NDArray[np.int8]

    def nearest(self, features: NDArray[np.floating]) -> tuple[str, float]:
        """The sentence nearest to one of features (D,), of length 1, and their likeness, -1..1."""
        likeness = self.features.astype(np.float32) @ (features @ self.components.astype(np.float32)) / 127
        best = int(likeness.argmax())
        return self.texts[best], float(likeness[best])

    def save(self, path: Path) -> None:
        """Write the file whole or not at all."""
        text = np.frombuffer("\n".join(self.texts).encode(), np.uint8)
        write_arrays(path, texts=text, components=self.components, features=self.features)


def load_sentences(path: Path) -> KnownSentences:
    """Read what `KnownSentences.save` wrote. Raises InputError for anything else."""
    found = read_arrays(path)
    try:
        texts = tuple(found["texts"].astype(np.uint8).tobytes().decode().split("\n"))
        known = KnownSentences(texts, found["components"].astype(np.float16), found["features"].astype(np.int8))
    except (KeyError, UnicodeDecodeError) as error:
        raise InputError(f"{path} holds no known sentences: leave it out, or make it anew") from error
    if known.features.shape != (len(texts), *known.components.shape[1:]) or known.components.ndim != 2:
        raise InputError(f"{path}: sentences and features do not belong together")
    return known


def choose_sentences(sentences: Sequence[str], encode: Encode) -> KnownSentences:
    """Those that stand for all: plain ones ("a person ...", often said, short) first, then what none is near to yet.

    `encode` gives features (N, D) of length 1. Raises InputError if there is nothing to choose from.
    """
    counts: dict[str, int] = {}
    for sentence in sentences:
        text = " ".join(sentence.lower().split()).rstrip(".")
        counts[text] = counts.get(text, 0) + 1
    texts = [text for text in counts if 0 < len(text.split()) <= LONGEST]
    if not texts:
        raise InputError("there is no sentence to choose from: the data have no captions")
    texts.sort(key=lambda text: (not text.startswith("a person "), -counts[text], len(text), text))
    features = encode(texts)
    chosen: list[int] = []
    covered = np.full(len(texts), -1.0)
    for index in range(len(texts)):
        if covered[index] < COVERED:
            chosen.append(index)
            covered = np.maximum(covered, features @ features[index])
    components = np.linalg.svd(features.T @ features)[0][:, :COMPONENTS]
    stored = np.clip(np.round(features[chosen] @ components * 127), -127, 127).astype(np.int8)
    return KnownSentences(tuple(texts[index] for index in chosen), components.astype(np.float16), stored)


def find_hint(prompt: str, known: KnownSentences | None, encode: Encode) -> Hint | None:
    """What to know before wondering at the motion: the first clause that is unfamiliar, else a "not", else a count.

    Without known sentences only the words are looked at. `encode` gives features (N, D) of length 1.
    """
    clauses = split_clauses(prompt)
    if known is not None:
        for features in encode(clauses):
            nearest, likeness = known.nearest(features)
            if likeness < NEAR or _FOREIGN.search(prompt):
                return Hint(prompt, "unfamiliar", nearest)
    if _NEGATION.search(prompt):
        return Hint(prompt, "negation")
    return Hint(prompt, "count") if _COUNT.search(prompt) else None
