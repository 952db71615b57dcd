"""Encoded captions, and sentences made of two captions."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from tqdm import tqdm

from engine.generation.clauses import SUBJECT
from engine.models.text_encoder import TextEncoder
from engine.models.text_features import TextFeatures

THEN = (", then {}", " and then {}", ", after that {}", ", followed by {}")
WHILE = (" while {}", " and at the same time {}", ", meanwhile {}")


def joined_caption(first: str, second: str, patterns: tuple[str, ...], choice: int) -> str:
    """'a person walks' + 'a person waves' -> 'a person walks, then waves'."""
    start = first.strip().rstrip(".")
    rest = SUBJECT.sub("", second.strip().rstrip("."))
    return start + patterns[choice % len(patterns)].format(rest)


class CaptionBank:
    """Features of many captions, in half precision; captions are known by their index."""

    def __init__(self, captions: list[str], encoder: TextEncoder, max_words: int) -> None:
        self.index = {caption: row for row, caption in enumerate(dict.fromkeys(captions))}
        unique = list(self.index)
        sentences = torch.empty(len(unique), encoder.sentence_dim, dtype=torch.float16)
        words: list[Tensor] = [torch.empty(0)] * len(unique)
        # Captions of one length together: hardly any padding to compute on.
        order = sorted(range(len(unique)), key=lambda row: len(unique[row]))
        for start in tqdm(range(0, len(order), 256), desc="captions", unit="batch", leave=False):
            rows = order[start : start + 256]
            features = encoder.encode([unique[row] for row in rows])
            sentences[rows] = features.sentence.half()
            for row, vectors, mask in zip(rows, features.words, features.mask, strict=True):
                words[row] = vectors[mask][:max_words].half()
        self._sentences = sentences
        self._words = words

    def features(self, rows: NDArray[np.int64], sentences: NDArray[np.int64] | None = None) -> TextFeatures:
        """Features of the captions with these indices [B], padded to the longest; their sentences may be others'."""
        chosen = [self._words[row] for row in rows]
        longest = max(len(item) for item in chosen)
        words = torch.zeros(len(chosen), longest, chosen[0].shape[-1])
        mask = torch.zeros(len(chosen), longest, dtype=torch.bool)
        for place, item in enumerate(chosen):
            words[place, : len(item)] = item.float()
            mask[place, : len(item)] = True
        said = torch.from_numpy(rows if sentences is None else sentences)
        return TextFeatures(self._sentences[said].float(), words, mask)
