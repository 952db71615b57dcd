"""A transformer run step after step over grids that fill up: what the last step knows is not computed again.

Two savings cost nothing. Blocks that lead and only look at the words treat every position alone, so what they
made of a token holds until the token changes; and what nobody asks for (the logits of settled tokens, and
whatever in the last block serves them alone) is left out.

The third is an approximation, and only made on request: positions that are not recomputed keep the keys, values
and logits of the last time, although the tokens around them have changed since. Few tokens settle in a step, so
little is out of date (Yan 2025, LazyMAR; Liu 2025, ReCAP do the like in masked image models).
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.models.attention import Block, Context
from engine.models.transformer import MaskedTransformer, PreparedText


class DecodingPass:
    """One batch of grids on its way from hidden to filled.

    lengths: [B] tokens of each; text: of the same B prompts
    """

    def __init__(self, transformer: MaskedTransformer, lengths: Tensor, text: PreparedText) -> None:
        self.transformer = transformer
        self.lengths = lengths
        self.text = text
        blocks: list[Block] = list(transformer.blocks)  # type: ignore[arg-type]
        self._leading = transformer.leading_blocks
        self._alone, self._mixing = blocks[: self._leading], blocks[self._leading :]
        self._memory: list[Context | None] = [None] * len(self._mixing)
        self._ids: Tensor | None = None
        self._inputs = self._visible = torch.empty(0)
        self._logits: Tensor | None = None

    def logits(self, ids: Tensor, wanted: Tensor, only_wanted: bool = False) -> Tensor:
        """Predictions [B, N, S, K] in float32; those of positions not wanted are of an earlier call, or zero.

        ids: [B, N, S]; wanted: [B, N] positions to predict
        only_wanted: the approximation: recompute these and those whose token changed, nothing else. The first
            call computes everything in any case.
        """
        changed = self._embed_changed(ids)
        # The sentence stands first; what is asked of a motion without any wanted position lands there, unread.
        asked = _places(F.pad(wanted, (1, 0)))
        x, places = self._inputs, None
        if only_wanted and self._logits is not None:
            end = changed.shape[1] - wanted.shape[1]
            places = _places(F.pad(F.pad(wanted, (0, end)) | changed, (1, 0)))
            x = _rows(x, places)
        for number, block in enumerate(self._mixing):
            narrow = asked if number == len(self._mixing) - 1 else None
            x = self._mix(number, block, x, places, narrow)
        if not self._mixing:
            x = _rows(self._inputs, asked)
        found = self.transformer.predict(x).float()
        if self._logits is None:
            self._logits = found.new_zeros(len(ids), ids.shape[1] + 1, *found.shape[2:])
        _put(self._logits, asked, found)
        return self._logits[:, 1:]

    def last_logits(self) -> Tensor:
        """What the last calls predicted [B, N, S, K]."""
        if self._logits is None:
            raise ValueError("nothing has been predicted yet")
        return self._logits[:, 1:]

    def _embed_changed(self, ids: Tensor) -> Tensor:
        """Bring what enters the mixing blocks up to date; returns the changed positions [B, N + end]."""
        net, text = self.transformer, self.text
        framed, visible = net.frame(ids, self.lengths)
        before, self._ids = self._ids, framed
        changed = torch.ones_like(visible) if before is None else (framed != before).any(-1)
        places = _places(changed)
        x = net.embed(_rows(framed, places))
        if net.config.sentence_place == "after_words":
            x = x + net.positions[places]
            for block, words in zip(self._alone, text.words, strict=False):
                x = block.after_attention(x, words, text.mask)
        x = x + net.positions[places + 1]
        if before is None:
            self._inputs = torch.cat([text.sentence[:, None] + net.positions[:1], x], dim=1)
            self._visible = F.pad(visible, (1, 0), value=True)
        else:
            _put(self._inputs, places + 1, x)
        return changed

    def _mix(self, number: int, block: Block, x: Tensor, places: Tensor | None, narrow: Tensor | None) -> Tensor:
        """A block on the rows x at `places` (None: all); only what comes out at `narrow` is made if that is given."""
        words = self.text.words[self._leading + number]
        at = None
        if narrow is not None:
            # Where among the rows a position is; they are in order.
            at = narrow if places is None else torch.searchsorted(places, narrow)
        kept = x if at is None else _rows(x, at)
        if block.self_norm is not None and block.self_attention is not None:
            query, key, value = block.self_attention.project(block.self_norm(x))
            before = self._memory[number]
            if places is None or before is None:
                before = self._memory[number] = key, value
            else:
                for old, new in zip(before, (key, value), strict=True):
                    _put(old.transpose(1, 2), places, new.transpose(1, 2))
            if at is not None:
                query = _rows(query.transpose(1, 2), at).transpose(1, 2)
            kept = kept + block.self_attention.attend(query, *before, self._visible)
        return block.after_attention(kept, words, self.text.mask)


def _places(flags: Tensor) -> Tensor:
    """[B, N] -> [B, R] where they are true, in order; rows with fewer repeat their last (or the first of all)."""
    if len(flags) == 1:
        found = flags[0].nonzero()[:, 0][None]
        return found if found.shape[1] else found.new_zeros(1, 1)
    most = max(1, int(flags.sum(1).max()))
    place = torch.arange(flags.shape[1], device=flags.device).expand_as(flags)
    order = torch.where(flags, place, flags.shape[1]).sort(dim=1).values[:, :most]
    last = torch.where(flags, place, 0).amax(dim=1, keepdim=True)
    return torch.minimum(order, last)


def _rows(x: Tensor, places: Tensor) -> Tensor:
    """[B, N, ...] at places [B, R] -> [B, R, ...]"""
    return x[torch.arange(len(x), device=x.device)[:, None], places]


def _put(x: Tensor, places: Tensor, new: Tensor) -> None:
    """Write [B, R, ...] into [B, N, ...] at places [B, R]."""
    x[torch.arange(len(x), device=x.device)[:, None], places] = new.to(x.dtype)
