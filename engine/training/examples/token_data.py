"""Clips as token grids with encoded captions: what transformer and critic learn from."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

from engine.data.clips import ClipSource, clip_source
from engine.models.config import ModelConfig
from engine.models.text_encoder import TextEncoder
from engine.models.tokenizer import MotionTokenizer
from engine.training.config import TransformerTrainingConfig
from engine.training.examples.token_dataset import PLAIN_TEXT, TokenClip, TokenDataset, tokenise_clips


@dataclass(frozen=True)
class TokenData:
    """A tokenizer, which may compute `in_bf16`, with what makes examples of its tokens."""

    tokenizer: MotionTokenizer
    model: ModelConfig
    training: TransformerTrainingConfig
    encoder: TextEncoder
    in_bf16: bool = False

    def clips(self, data: Path | ClipSource, split: str, offsets: int) -> list[TokenClip]:
        """The captioned clips of a split, each tokenised from several starting frames."""
        width, fps = self.model.tokenizer.feature_dim, self.model.fps
        clips = clip_source(data).load_clips(split, self.training.min_frames, width, fps)
        return tokenise_clips(self.tokenizer, clips, offsets, self.in_bf16)

    def dataset(self, clips: list[TokenClip], split: str) -> TokenDataset:
        """Batches of them; only those of "train" are varied and composed."""
        composition, training = self.training.composition, self.training
        if split != "train":
            composition = dataclasses.replace(composition, pool=0)
        tokenizer = self.model.tokenizer
        return TokenDataset(
            clips=clips,
            encoder=self.encoder,
            max_tokens=self.model.transformer.max_tokens,
            max_words=training.max_words,
            composition=composition,
            upper_streams=tuple(range(tokenizer.levels, tokenizer.streams)),
            seed=training.run.seed,
            staples=(training.staples, training.staple_weight if split == "train" else 1.0),
            variety=training.variety if split == "train" else PLAIN_TEXT,
        )
