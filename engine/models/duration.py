"""How long should a described motion last? A distribution over the number of tokens."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.models.batch_rows import RowDropout


class DurationHead(nn.Module):
    """Sentence feature [B, D] -> logits [B, max_tokens]; class i means i + 1 tokens.

    A classification rather than a regression, after the length estimator of Guo 2022 that the
    paper also uses: 'walks' has many sensible durations, and their mean need not be one.
    """

    def __init__(self, sentence_dim: int, width: int, max_tokens: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.LayerNorm(sentence_dim),
            nn.Linear(sentence_dim, width),
            nn.GELU(),
            RowDropout(0.2),
            nn.Linear(width, max_tokens),
        )
        self.max_tokens = max_tokens

    def forward(self, sentence: Tensor) -> Tensor:
        return self.layers(sentence)

    def loss(self, sentence: Tensor, tokens: Tensor, softness: float, reduction: str = "mean") -> Tensor:
        """Cross-entropy to labels smeared over neighbouring lengths; tokens [B] in 1..max.

        Args:
            reduction: of the rows' losses, 'mean', or 'none' to have them all [B]
        """
        classes = torch.arange(1, self.max_tokens + 1, device=tokens.device)
        distance = (classes[None] - tokens[:, None]).float() / softness
        target = torch.softmax(-0.5 * distance.square(), dim=-1)
        return F.cross_entropy(self(sentence).float(), target, reduction=reduction)

    @torch.no_grad()
    def most_likely(self, sentence: Tensor) -> Tensor:
        """[B] number of tokens: the median of the distribution, which no single peak can pull."""
        cumulative = self(sentence).float().softmax(-1).cumsum(-1)
        return (cumulative < 0.5).sum(-1).clamp_max(self.max_tokens - 1) + 1
