"""What a text encoder makes of prompts and the transformer reads."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class TextFeatures:
    """Encoded prompts.

    Attributes:
        sentence: [B, D] one vector a prompt
        words: [B, W, D'] one vector a word piece
        mask: [B, W] true where a word is
    """

    sentence: Tensor
    words: Tensor
    mask: Tensor

    def to(self, device: torch.device) -> TextFeatures:
        return TextFeatures(self.sentence.to(device), self.words.to(device), self.mask.to(device))

    def padded(self, multiple: int) -> TextFeatures:
        """The same prompts with places for words, where no word is, up to a multiple."""
        more = -self.mask.shape[1] % multiple
        pad = torch.nn.functional.pad
        return TextFeatures(self.sentence, pad(self.words, (0, 0, 0, more)), pad(self.mask, (0, more)))

    def repeated(self, count: int) -> TextFeatures:
        """The same prompts `count` times, each one's copies side by side."""
        return TextFeatures(
            self.sentence.repeat_interleave(count, 0),
            self.words.repeat_interleave(count, 0),
            self.mask.repeat_interleave(count, 0),
        )

    def beside(self, other: TextFeatures) -> TextFeatures:
        """These prompts, and then the others."""
        more = other.mask.shape[1] - self.mask.shape[1]
        pad = torch.nn.functional.pad

        def widened(text: TextFeatures, places: int) -> tuple[Tensor, Tensor]:
            return pad(text.words, (0, 0, 0, max(0, places))), pad(text.mask, (0, max(0, places)))

        (words, mask), (other_words, other_mask) = widened(self, more), widened(other, -more)
        return TextFeatures(
            torch.cat((self.sentence, other.sentence)),
            torch.cat((words, other_words)),
            torch.cat((mask, other_mask)),
        )

    def rows(self, index: list[int]) -> TextFeatures:
        """The prompts of these rows, in this order."""
        return TextFeatures(self.sentence[index], self.words[index], self.mask[index])
