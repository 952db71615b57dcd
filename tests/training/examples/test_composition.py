"""Composing examples of several clips."""

import dataclasses

import numpy as np
import pytest

from engine.data.clips import Caption, load_clips
from engine.training.config import CompositionConfig
from engine.training.examples.captions import THEN, joined_caption
from engine.training.examples.composition import CONTINUED_FRAMES, draw_compositions
from engine.training.examples.token_dataset import weigh_clips


def test_captions_are_joined_as_one_sentence():
    joined = joined_caption("a person walks.", "A man is waving his arm", THEN, 0)
    assert joined == "a person walks, then waving his arm"


def test_arms_come_from_those_who_stay_and_legs_from_those_who_go(data_dir):
    clips = load_clips(data_dir, "train")
    config = CompositionConfig(pool=40, together=0.1, sequence=0.1, continued=0)
    pools = draw_compositions(clips, config, True, 49, seed=0)
    assert len(pools["together"]) == len(pools["sequence"]) == 20
    for made in pools["together"]:
        assert made.first % 2 == 0 and made.second % 2 == 1
        assert made.caption.startswith(("a person walks", "someone walks"))
        assert "waves" in made.caption
    assert draw_compositions(clips, config, False, 49, seed=0)["together"] == []


def test_only_steady_walks_are_continued(data_dir):
    clips = load_clips(data_dir, "train")
    pools = draw_compositions(clips, CompositionConfig(pool=20, together=0, sequence=0, continued=1), True, 49, 0)
    assert len(pools["continued"]) == 20
    for made in pools["continued"]:
        first, second = clips[made.first], clips[made.second]
        assert "walks" in made.caption and first.frames <= CONTINUED_FRAMES
        end, starts = first.features[-1, :67], second.features[: second.frames // 2, :67]
        gaps = np.square(starts - end).sum(-1)
        assert gaps[made.second_start] == gaps.min()
    said = Caption("a person walks, then stops")
    stopping = [dataclasses.replace(clip, captions=(said,)) for clip in clips]
    config = CompositionConfig(pool=20, continued=1)
    assert draw_compositions(stopping, config, True, 49, seed=0)["continued"] == []


def test_staple_actions_are_drawn_more_often(data_dir):
    clips = load_clips(data_dir, "train")
    weights = weigh_clips(clips, ("wav",), 3.0)
    assert weights == pytest.approx([clip.weight * (3 if number % 2 else 1) for number, clip in enumerate(clips)])
    assert weigh_clips(clips, (), 3.0) == pytest.approx([clip.weight for clip in clips])
