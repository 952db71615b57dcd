"""The masked motion transformer (MMM section 3.2).

A bidirectional transformer over the token grid [N positions, S streams]: a
position's embedding is the sum of its streams' embeddings, and a head per stream
predicts the hidden ones.  The streams are body parts x residual levels, so the
same network generates, in-betweens and edits single parts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.models.attention import Block, SequenceDropout
from engine.models.config import TokenizerConfig, TransformerConfig
from engine.models.duration import DurationHead
from engine.models.text_features import TextFeatures
from engine.models.unfilled import Unfilled


@dataclass(frozen=True)
class SpecialTokens:
    """Ids that follow the K codes of a codebook (contract: end, pad, mask)."""

    end: int
    pad: int
    mask: int

    @classmethod
    def after(cls, codebook_size: int) -> SpecialTokens:
        return cls(codebook_size, codebook_size + 1, codebook_size + 2)


class MaskedTransformer(nn.Module):
    """ids [B, N, S] with hidden entries = mask id, and text -> logits [B, N, S, K]."""

    codes: Tensor | None
    positions: Tensor

    def __init__(self, config: TransformerConfig, tokenizer: TokenizerConfig) -> None:
        super().__init__()
        self.config = config
        self.codebook_size = tokenizer.codebook_size
        self.streams = tokenizer.streams
        self.special = SpecialTokens.after(tokenizer.codebook_size)
        width = config.width
        if config.token_input == "codebook":
            shape = (self.streams, tokenizer.codebook_size, tokenizer.code_dim)
            self.register_buffer("codes", torch.zeros(shape))
            self.code_projections = nn.ModuleList(nn.Linear(tokenizer.code_dim, width) for _ in range(self.streams))
            self.embeddings = nn.ModuleList(nn.Embedding(3, width) for _ in range(self.streams))
        else:
            self.codes = None
            self.embeddings = nn.ModuleList(
                nn.Embedding(tokenizer.codebook_size + 3, width) for _ in range(self.streams)
            )
        self.sentence = nn.Linear(config.sentence_dim, width)
        self.words = nn.Linear(config.word_dim, width)
        if config.null_text:
            self.null_sentence = nn.Parameter(torch.zeros(width))
            self.null_word = nn.Parameter(torch.zeros(width))
        length = config.max_tokens + 1 + (1 if config.end_token else 0)
        if config.positions == "learned":
            self.positions = nn.Parameter(torch.randn(length, width) * 0.02)
        else:
            self.register_buffer("positions", sinusoids(length, width), persistent=False)
        self.dropout = SequenceDropout(config.dropout)
        self.blocks = nn.ModuleList(
            Block(kind, width, config.heads, config.feed_forward, config.dropout, config.word_norm)
            for kind in config.blocks
        )
        self.norm = nn.LayerNorm(width)
        given = tokenizer.levels if config.predicted_parts == "upper" else 0
        self.predicted_streams = tuple(range(given, self.streams))
        self.heads = nn.ModuleList(nn.Linear(width, tokenizer.codebook_size) for _ in self.predicted_streams)
        self.duration = (
            DurationHead(config.sentence_dim, config.duration_width, config.max_tokens)
            if config.duration_width
            else None
        )
        self._start_small()

    @classmethod
    def without_values(cls, config: TransformerConfig, tokenizer: TokenizerConfig) -> MaskedTransformer:
        """To be filled from a file: drawing first values is left out."""
        with Unfilled():
            return cls(config, tokenizer)

    @property
    def leading_blocks(self) -> int:
        """How many blocks come before the sentence; each position is on its own in them."""
        return self.config.word_blocks if self.config.sentence_place == "after_words" else 0

    def set_codes(self, codes: Tensor) -> None:
        """Take the tokenizer's code table [S, K, D] (only with token_input 'codebook')."""
        if self.codes is None:
            raise ValueError("this transformer learns its own token embeddings")
        self.codes.copy_(codes)

    def forward(
        self,
        ids: Tensor,
        lengths: Tensor,
        text: TextFeatures,
        drop_text: Tensor | None = None,
        at: Tensor | None = None,
    ) -> Tensor:
        """Predict every entry of the grid, or those `at` [B, N, S] alone -> [M, K] in their order.

        Args:
            ids: [B, N, S]; what lies beyond `lengths` [B] is ignored
            drop_text: [B] true to use the null text (classifier-free guidance)

        Streams that are only ever given have zeros for logits. Raises ValueError for more tokens than
        the model handles, and for dropped text if it has no null text.
        """
        count = ids.shape[1]
        if count > self.config.max_tokens:
            raise ValueError(f"{count} tokens, the model handles {self.config.max_tokens}")
        ids, visible = self.frame(ids, lengths)
        drop = torch.zeros_like(text.mask[:, 0]) if drop_text is None else drop_text
        sentence, words, word_mask = self._text(text, drop)
        x = self.embed(ids)
        leading = self.leading_blocks
        if self.config.sentence_place == "after_words":
            x = self.dropout(x + self.positions[: x.shape[1]])
            for block in self.blocks[:leading]:
                x = block(x, visible, words, word_mask)
        x = torch.cat([sentence[:, None], x], dim=1)
        x = self.dropout(x + self.positions[: x.shape[1]])
        visible = F.pad(visible, (1, 0), value=True)
        for block in self.blocks[leading:]:
            x = block(x, visible, words, word_mask)
        x = x[:, 1 : count + 1]
        return self.predict(x) if at is None else self.predict_at(x, at)

    def predict(self, x: Tensor) -> Tensor:
        """What the last block says of the tokens [B, N, W] -> logits [B, N, S, K]"""
        x = self.norm(x)
        logits = [head(x) for head in self.heads]
        given = self.streams - len(logits)
        return torch.stack([torch.zeros_like(logits[0])] * given + logits, dim=2)

    def predict_at(self, x: Tensor, at: Tensor) -> Tensor:
        """Logits [M, K] of the true entries of `at` [B, N, S], in their order; only predicted streams may be asked."""
        x = self.norm(x)
        by_stream = [head(x[at[..., stream]]) for stream, head in zip(self.predicted_streams, self.heads, strict=True)]
        stream_of = at.nonzero()[:, 2]
        order = stream_of.argsort(stable=True)
        return torch.cat(by_stream)[order.argsort()]

    def frame(self, ids: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Put end and pad ids behind each motion; returns ids and what may be attended to."""
        extra = 1 if self.config.end_token else 0
        ids = F.pad(ids, (0, 0, 0, extra), value=self.special.pad)
        place = torch.arange(ids.shape[1], device=ids.device)[None]
        ids = ids.masked_fill((place >= lengths[:, None])[..., None], self.special.pad)
        if extra:
            ids = ids.masked_fill((place == lengths[:, None])[..., None], self.special.end)
        return ids, place < lengths[:, None] + extra

    def embed(self, ids: Tensor) -> Tensor:
        """[B, N, S] -> [B, N, W]: the sum over streams."""
        parts = []
        for stream, table in enumerate(self.embeddings):
            own = ids[..., stream]
            if self.codes is None:
                parts.append(table(own))
                continue
            special = own >= self.codebook_size
            vectors = F.embedding(own.masked_fill(special, 0), self.codes[stream])
            code = self.code_projections[stream](vectors)
            extra = table((own - self.codebook_size).clamp_min(0))
            parts.append(torch.where(special[..., None], extra.to(code.dtype), code))
        return torch.stack(parts).sum(0)

    def read_text(self, text: TextFeatures) -> tuple[Tensor, Tensor, Tensor]:
        """Sentence [B, W], words [B, M, W] and their mask.

        The null word stands first for everybody, so that no prompt, however short, leaves
        attention without anything to look at.
        """
        sentence, words = self.sentence(text.sentence), self.words(text.words)
        if not self.config.null_text:
            return sentence, words, text.mask
        null = self.null_word.to(words.dtype).expand(words.shape[0], 1, -1)
        return sentence, torch.cat([null, words], dim=1), F.pad(text.mask, (1, 0), value=True)

    def _text(self, text: TextFeatures, drop: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """As `read_text`; null where dropped."""
        sentence, words, mask = self.read_text(text)
        if not self.config.null_text:
            if bool(drop.any()):
                raise ValueError("this model has no null text: it cannot do without the prompt")
            return sentence, words, mask
        sentence = torch.where(drop[:, None], self.null_sentence.to(sentence.dtype), sentence)
        return sentence, words, torch.cat([mask[:, :1], mask[:, 1:] & ~drop[:, None]], dim=1)

    def _start_small(self) -> None:
        """GPT-2's initialisation: residual branches start small, so that depth trains at once."""
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.normal_(module.weight, std=0.02)
                nn.init.zeros_(module.bias)
            elif isinstance(module, nn.Embedding):
                nn.init.normal_(module.weight, std=0.02)
        scale = 0.02 / math.sqrt(2 * len(self.blocks))
        for name, parameter in self.named_parameters():
            if name.endswith(("output.weight", "feed_forward.2.weight")):
                nn.init.normal_(parameter, std=scale)


def sinusoids(length: int, width: int) -> Tensor:
    """[length, width] sine and cosine positions (Vaswani 2017, section 3.5)."""
    place = torch.arange(length)[:, None].float()
    rate = torch.exp(torch.arange(0, width, 2).float() * (-math.log(10000.0) / width))
    table = torch.empty(length, width)
    table[:, 0::2] = (place * rate).sin()
    table[:, 1::2] = (place * rate).cos()
    return table
