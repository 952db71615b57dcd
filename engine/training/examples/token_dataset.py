"""Tokenised clips with captions: what the transformer learns from."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from tqdm import tqdm

from engine.data.clips import Clip, DatasetError
from engine.models.config import FRAMES_PER_TOKEN
from engine.models.text_encoder import TextEncoder
from engine.models.text_features import TextFeatures
from engine.models.tokenizer import MotionTokenizer
from engine.training.config import CompositionConfig, TextVarietyConfig
from engine.training.examples.captions import CaptionBank
from engine.training.examples.composition import Composition, draw_compositions

Ids = NDArray[np.int64]
MIN_TOKENS = 4  # of an example: 0.8 s
# Tokens [n, S], the caption whose words are shown, and the one whose sentence is.
Example = tuple[Ids, str, str]
PLAIN_TEXT = TextVarietyConfig(word_dropout=0.0, other_sentence=0.0)


@dataclass(frozen=True)
class TokenClip:
    """A clip as tokens: `by_offset[o]` is the grid [n, S] when tokenising starts at frame o."""

    clip: Clip
    by_offset: tuple[Ids, ...]

    def tokens(self, caption: int, offset: int) -> Ids:
        """The tokens [n, S] that a caption speaks of."""
        said = self.clip.captions[caption]
        ids = self.by_offset[offset % len(self.by_offset)]
        if said.end is None:
            return ids
        part = ids[said.start // FRAMES_PER_TOKEN : -(-said.end // FRAMES_PER_TOKEN)]
        return part if len(part) >= MIN_TOKENS else ids


@dataclass(frozen=True)
class TokenBatch:
    """ids [B, N, S], padded with zeros beyond lengths [B]; text of the captions."""

    ids: torch.Tensor
    lengths: torch.Tensor
    text: TextFeatures

    def rows(self, rows: slice) -> TokenBatch:
        text = TextFeatures(self.text.sentence[rows], self.text.words[rows], self.text.mask[rows])
        return TokenBatch(self.ids[rows], self.lengths[rows], text)

    def to(self, device: torch.device) -> TokenBatch:
        return TokenBatch(self.ids.to(device), self.lengths.to(device), self.text.to(device))

    def joined(self, other: TokenBatch) -> TokenBatch:
        """This batch's rows, then the other's."""
        count = max(self.ids.shape[1], other.ids.shape[1])
        words = max(self.text.words.shape[1], other.text.words.shape[1])

        def both(a: torch.Tensor, b: torch.Tensor, size: int) -> torch.Tensor:
            tail = (0, 0) * (a.ndim - 2)
            return torch.cat([F.pad(part, (*tail, 0, size - part.shape[1])) for part in (a, b)])

        return TokenBatch(
            both(self.ids, other.ids, count),
            torch.cat([self.lengths, other.lengths]),
            TextFeatures(
                torch.cat([self.text.sentence, other.text.sentence]),
                both(self.text.words, other.text.words, words),
                both(self.text.mask, other.text.mask, words),
            ),
        )


def tokenise_clips(tokenizer: MotionTokenizer, clips: list[Clip], offsets: int, bf16: bool = False) -> list[TokenClip]:
    """Tokenise each captioned clip from several starting frames, on the tokenizer's device.

    bf16 is some times faster; a code that is as near as another may then be chosen instead.
    """
    tokenizer.eval()
    usable = [clip for clip in clips if clip.captions and clip.frames >= FRAMES_PER_TOKEN * MIN_TOKENS + offsets]
    if not usable:
        raise DatasetError("no clip has both captions and enough frames")
    by_offset = [_tokenise(tokenizer, usable, start, bf16) for start in range(offsets)]
    return [TokenClip(clip, tuple(grids)) for clip, grids in zip(usable, zip(*by_offset, strict=True), strict=True)]


@torch.no_grad()
def _tokenise(tokenizer: MotionTokenizer, clips: list[Clip], start: int, bf16: bool) -> list[Ids]:
    """Token grids from one starting frame; clips of one length are encoded together."""
    grids: list[Ids] = [np.empty((0, 0), dtype=np.int64)] * len(clips)
    device = tokenizer.mean.device
    order = sorted(range(len(clips)), key=lambda index: clips[index].frames)
    with tqdm(total=len(clips), desc=f"tokenise +{start}", unit="clip", leave=False) as bar:
        for _, same in itertools.groupby(order, key=lambda index: clips[index].frames):
            rows = list(same)
            for first in range(0, len(rows), 32):
                chunk = rows[first : first + 32]
                batch = np.stack([clips[index].features[start:] for index in chunk])
                with torch.autocast(device.type, dtype=torch.bfloat16, enabled=bf16):
                    ids = tokenizer.encode(torch.from_numpy(batch).to(device)).cpu().numpy()
                for index, grid in zip(chunk, ids, strict=True):
                    grids[index] = grid
                bar.update(len(chunk))
    return grids


class TokenDataset:
    """Draws batches of token grids with captions, some of them composed of two clips."""

    def __init__(
        self,
        clips: list[TokenClip],
        encoder: TextEncoder,
        max_tokens: int,
        max_words: int,
        composition: CompositionConfig,
        upper_streams: tuple[int, ...],
        seed: int,
        staples: tuple[tuple[str, ...], float] = ((), 1.0),
        variety: TextVarietyConfig = PLAIN_TEXT,
    ) -> None:
        self.clips = clips
        self.variety = variety
        self.max_tokens = max_tokens
        self.composition = composition
        self.upper_streams = list(upper_streams)
        weights = weigh_clips([item.clip for item in clips], *staples)
        self._cumulative = np.cumsum(weights) / weights.sum()
        self.compositions = draw_compositions(
            [item.clip for item in clips], composition, bool(upper_streams), max_tokens, seed
        )
        captions = [said.text for item in clips for said in item.clip.captions]
        captions += [made.caption for pool in self.compositions.values() for made in pool]
        self.bank = CaptionBank(captions, encoder, max_words)

    def draw(self, count: int, rng: np.random.Generator) -> TokenBatch:
        """A batch of motions of similar length, so that little of it is padding."""
        spread = 4
        drawn = sorted((self._one(rng) for _ in range(count * spread)), key=lambda it: len(it[0]))
        start = int(rng.integers(spread)) * count
        batch = self._batch(drawn[start : start + count])
        return replace(batch, text=hide_words(batch.text, self.variety.word_dropout, rng))

    def everything(self, limit: int) -> list[TokenBatch]:
        """Each clip's first caption and tokens, for evaluation, in batches of similar length."""
        step = max(1, -(-len(self.clips) // limit))
        items = [
            (self._cut(item.tokens(0, 0), None), *2 * (item.clip.captions[0].text,)) for item in self.clips[::step]
        ]
        items.sort(key=lambda item: len(item[0]))
        return [self._batch(items[start : start + 64]) for start in range(0, len(items), 64)]

    def _one(self, rng: np.random.Generator) -> Example:
        kind = rng.random()
        if kind < self.composition.together and self.compositions["together"]:
            return self._together(_pick(self.compositions["together"], rng), rng)
        kind -= self.composition.together
        if 0 <= kind < self.composition.sequence and self.compositions["sequence"]:
            return self._sequence(_pick(self.compositions["sequence"], rng), rng)
        kind -= self.composition.sequence
        if 0 <= kind < self.composition.continued and self.compositions["continued"]:
            return self._continued(_pick(self.compositions["continued"], rng), rng)
        pick = int(np.searchsorted(self._cumulative, rng.random(), side="right"))
        item = self.clips[min(pick, len(self.clips) - 1)]
        caption = int(rng.integers(len(item.clip.captions)))
        ids = item.tokens(caption, int(rng.integers(FRAMES_PER_TOKEN)))
        text = item.clip.captions[caption].text
        return self._cut(ids, rng), text, self._other_wording(item, caption, rng)

    def _other_wording(self, item: TokenClip, caption: int, rng: np.random.Generator) -> str:
        """What the sentence's feature is taken of: now and then another caption of the same frames."""
        said = item.clip.captions[caption]
        if rng.random() >= self.variety.other_sentence:
            return said.text
        same = [other.text for other in item.clip.captions if (other.start, other.end) == (said.start, said.end)]
        return same[int(rng.integers(len(same)))]

    def _together(self, made: Composition, rng: np.random.Generator) -> Example:
        """Lower body of the first clip, upper body of the second."""
        legs = self._random_start(made.first, rng)
        arms = self._random_start(made.second, rng)
        count = min(len(legs), len(arms))
        ids = legs[:count].copy()
        ids[:, self.upper_streams] = arms[:count, self.upper_streams]
        return self._cut(ids, rng), made.caption, made.caption

    def _sequence(self, made: Composition, rng: np.random.Generator) -> Example:
        ids = [self._random_start(index, rng) for index in (made.first, made.second)]
        return self._cut(np.concatenate(ids), rng), made.caption, made.caption

    def _continued(self, made: Composition, rng: np.random.Generator) -> Example:
        """The whole first clip up to its end, then the second from its matching frame on."""
        options = self.clips[made.first].by_offset
        first = options[self.clips[made.first].clip.frames % FRAMES_PER_TOKEN % len(options)]
        options = self.clips[made.second].by_offset
        token, offset = divmod(made.second_start, FRAMES_PER_TOKEN)
        second = options[offset % len(options)][token:]
        return self._cut(np.concatenate([first, second]), rng), made.caption, made.caption

    def _random_start(self, index: int, rng: np.random.Generator) -> Ids:
        options = self.clips[index].by_offset
        return options[int(rng.integers(len(options)))]

    def _cut(self, ids: Ids, rng: np.random.Generator | None) -> Ids:
        surplus = len(ids) - self.max_tokens
        if surplus <= 0:
            return ids
        start = int(rng.integers(surplus + 1)) if rng is not None else 0
        return ids[start : start + self.max_tokens]

    def _batch(self, items: list[Example]) -> TokenBatch:
        lengths = np.array([len(ids) for ids, _, _ in items])
        grid = np.zeros((len(items), lengths.max(), items[0][0].shape[-1]), dtype=np.int64)
        for row, (ids, _, _) in enumerate(items):
            grid[row, : len(ids)] = ids
        words = np.array([self.bank.index[caption] for _, caption, _ in items])
        sentences = np.array([self.bank.index[caption] for _, _, caption in items])
        return TokenBatch(torch.from_numpy(grid), torch.from_numpy(lengths), self.bank.features(words, sentences))


def hide_words(text: TextFeatures, share: float, rng: np.random.Generator) -> TextFeatures:
    """Words [B, W, D] of which about this share is hidden, never all of a caption."""
    if share == 0.0:
        return text
    drawn = torch.from_numpy(rng.random(tuple(text.mask.shape)))
    drawn = drawn.masked_fill(~text.mask, -1.0)
    shown = text.mask & ((drawn >= share) | (drawn == drawn.max(dim=1, keepdim=True).values))
    return replace(text, mask=shown)


def weigh_clips(clips: list[Clip], staples: tuple[str, ...], factor: float) -> NDArray[np.float64]:
    """Sampling weights [N]: each clip's own, times `factor` if a caption speaks of a staple action."""
    spoken = re.compile("|".join(rf"\b{word}" for word in staples) or "(?!)", re.IGNORECASE)
    return np.array(
        [clip.weight * (factor if any(spoken.search(said.text) for said in clip.captions) else 1.0) for clip in clips]
    )


def _pick(pool: list[Composition], rng: np.random.Generator) -> Composition:
    return pool[int(rng.integers(len(pool)))]
