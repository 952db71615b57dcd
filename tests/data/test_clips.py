"""Reading clips."""

import shutil

import numpy as np
import pytest

from engine.data.clips import DatasetError, WindowSampler, load_clips


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
