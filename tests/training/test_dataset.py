"""Reading clips, and composing them."""

import dataclasses
import shutil

import numpy as np
import pytest

from engine.training.captions import THEN, joined_caption
from engine.training.composition import CONTINUED_FRAMES, draw_compositions
from engine.training.config import CompositionConfig
from engine.training.dataset import Caption, DatasetError, WindowSampler, load_clips
from engine.training.token_dataset import weigh_clips


def test_reads_captions_weights_and_leaves_out_absent_clips(data_dir):
    clips = load_clips(data_dir, "train")
    assert len(clips) == 10
    assert [clip.weight for clip in clips[:2]] == [1.0, 2.0]
    whole, part = clips[0].captions
    assert (whole.text, whole.end) == ("a person walks.", None)
    assert (part.start, part.end) == (10, 30)


def test_windows_are_pieces_of_clips_and_follow_weights(data_dir):
    clips = load_clips(data_dir, "train")
    sampler = WindowSampler(clips, 40)
    windows = sampler.draw(64, np.random.default_rng(0))
    assert windows.shape == (64, 40, 263)
    places = {clip.features[i].tobytes() for clip in clips for i in range(clip.frames)}
    assert all(frame.tobytes() in places for frame in windows[:, 0])
    in_place = (np.abs(windows[:, :, 1]).sum(1) == 0).mean()
    assert in_place > 0.5


def test_broken_data_is_named(data_dir, tmp_path):
    with pytest.raises(DatasetError, match=r"nowhere\.txt"):
        load_clips(data_dir, "nowhere")
    copy = tmp_path / "copy"
    shutil.copytree(data_dir, copy)
    (copy / "new_joint_vecs" / "c03.npy").write_bytes(b"no array")
    with pytest.raises(DatasetError, match="c03"):
        load_clips(copy, "train")


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
