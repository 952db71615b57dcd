"""Reading clips, parts and trials from HumanML3D's layout."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.evaluation.clips import load_clips, same_trial


def test_reads_captions_groups_and_trials(toy_data: Path) -> None:
    clips = load_clips(toy_data, "test")
    assert len(clips) == 32
    assert clips[0].captions[1] == "a person walks like style0"
    assert clips[0].trial == "trial0000"
    assert {clip.group for clip in clips} == {"plain", "climbing"}
    assert clips[1].load().shape == (52, 263)


def test_parts_and_mirrored_twins(tmp_path: Path) -> None:
    (tmp_path / "new_joint_vecs").mkdir()
    (tmp_path / "texts").mkdir()
    for name in ("000001", "M000001"):
        np.save(tmp_path / "new_joint_vecs" / f"{name}.npy", np.zeros((120, 263), np.float32))
        text = "walks and sits#x#0.0#0.0\nsits#x#3.0#6.0\ntoo short#x#0.0#1.0\n"
        (tmp_path / "texts" / f"{name}.txt").write_text(text)
    (tmp_path / "val.txt").write_text("000001\nM000001\n")
    clips = load_clips(tmp_path, "val")
    assert [clip.name for clip in clips] == ["000001", "000001@3-6", "M000001", "M000001@3-6"]
    assert clips[1].captions == ("sits",)
    assert len(clips[1].load()) == 60
    assert same_trial(clips).all()
    originals = load_clips(tmp_path, "val", mirrored=False)
    assert [clip.name for clip in originals] == ["000001", "000001@3-6"]
