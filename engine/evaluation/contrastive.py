"""Symmetric contrastive loss with false negatives left out."""

from __future__ import annotations

import re
from collections.abc import Sequence

import torch
import torch.nn.functional as functional
from torch import Tensor

LEFT = re.compile(r"\b(left|counter-?clockwise|anti-?clockwise)\b", re.IGNORECASE)
RIGHT = re.compile(r"\b(right|clockwise)\b", re.IGNORECASE)


def handedness(captions: Sequence[str]) -> Tensor:
    """[B] 1 for captions that name the left side only, -1 for the right side only, else 0."""
    sides = []
    for caption in captions:
        without_left, left = LEFT.subn("", caption)
        sides.append(bool(left) - bool(RIGHT.search(without_left)))
    return torch.tensor(sides)


def false_negatives(sentence: Tensor, trials: Tensor, sides: Tensor, threshold: float) -> Tensor:
    """[B, B] true where two pairs of a batch say too nearly the same to be told apart.

    Either their captions' frozen sentence features [B, D] have a cosine above `threshold` (TMR's
    filter), or both were cut from one trial [B]. Opposite sides [B] (see :func:`handedness`) are
    never alike: a sentence encoder puts "left hand" and "right hand" at a cosine of .98, and
    without these pairs nothing would teach the network to tell a clip from its mirror image. The
    diagonal is false: a pair is its own positive.
    """
    unit = functional.normalize(sentence.float(), dim=-1)
    alike = (unit @ unit.T > threshold) | (trials[:, None] == trials[None, :])
    opposite = sides[:, None] * sides[None, :] < 0
    return (alike & ~opposite).fill_diagonal_(False)


def symmetric_info_nce(text: Tensor, motion: Tensor, scale: Tensor, ignored: Tensor) -> Tensor:
    """InfoNCE in both directions over unit vectors [B, C], averaged; `ignored` [B, B] is symmetric.

    Ignored pairs drop out of the softmax's denominator: they neither attract nor repel.
    """
    logits = (scale * text.float() @ motion.float().T).masked_fill(ignored, float("-inf"))
    target = torch.arange(len(text), device=text.device)
    from_text = functional.cross_entropy(logits, target)
    from_motion = functional.cross_entropy(logits.T, target)
    return 0.5 * (from_text + from_motion)
