"""Words are hidden, sentences exchanged, and only as much as was asked for."""

from __future__ import annotations

import dataclasses

import numpy as np
import torch

from engine.data.clips import Caption, Clip
from engine.models.text_features import TextFeatures
from engine.training.config import CompositionConfig, TextVarietyConfig
from engine.training.examples.token_dataset import TokenClip, TokenDataset, hide_words
from tests.training.tiny import LetterEncoder


def text(lengths: list[int]) -> TextFeatures:
    mask = torch.arange(max(lengths))[None] < torch.tensor(lengths)[:, None]
    return TextFeatures(torch.zeros(len(lengths), 6), torch.zeros(*mask.shape, 5), mask)


def test_about_the_share_of_words_is_hidden_and_never_all():
    given = text([12] * 400 + [1] * 100)
    shown = hide_words(given, 0.25, np.random.default_rng(0)).mask
    assert not (shown & ~given.mask).any() and shown.any(dim=1).all()
    assert 0.7 < float(shown[:400].float().mean()) < 0.8


def test_no_share_hides_nothing():
    given = text([3, 5])
    assert hide_words(given, 0.0, np.random.default_rng(0)) is given


def draw(variety: TextVarietyConfig) -> tuple[torch.Tensor, torch.Tensor]:
    """Sentences and words of many draws of a clip with two wordings of the whole and one of a part."""
    captions = (Caption("a"), Caption("b"), Caption("c", 0, 20))
    clip = TokenClip(Clip("x", np.zeros((40, 263), np.float32), captions), (np.zeros((10, 2), np.int64),) * 4)
    dataset = TokenDataset([clip], LetterEncoder(), 49, 20, CompositionConfig(pool=0), (1,), 0, variety=variety)
    # A batch holds motions of similar length: several, so that the part is among them.
    batches = [dataset.draw(50, np.random.default_rng(seed)).text for seed in range(12)]
    return torch.cat([batch.sentence for batch in batches]), torch.cat([batch.words for batch in batches])


def test_a_sentence_is_exchanged_among_wordings_of_the_same_frames():
    known = LetterEncoder().encode(["a", "b", "c"])
    sentence, words = draw(TextVarietyConfig(word_dropout=0.0, other_sentence=1.0))
    said = torch.cdist(sentence, known.sentence.half().float()).argmin(dim=1)
    shown = torch.cdist(words.flatten(1), known.words.half().float().flatten(1)).argmin(dim=1)
    pairs = {(int(a), int(b)) for a, b in zip(shown, said, strict=True)}
    assert pairs == {(0, 0), (0, 1), (1, 0), (1, 1), (2, 2)}


def test_without_variety_both_are_of_one_caption():
    known = LetterEncoder().encode(["a", "b", "c"])
    sentence, words = draw(dataclasses.replace(TextVarietyConfig(), word_dropout=0.0, other_sentence=0.0))
    said = torch.cdist(sentence, known.sentence.half().float()).argmin(dim=1)
    shown = torch.cdist(words.flatten(1), known.words.half().float().flatten(1)).argmin(dim=1)
    assert torch.equal(said, shown)
