"""Which recording a file is, which copy is kept, and what is left out."""

import pytest

from engine.data.sources import find_clips, iterate_best

TABLE = """subject,trial,archive,description,subject_description,file
2,1,cmu_daz,walk,various,02/02_01.bvh
94,4,cmu_dance_karate,Unknown,indian dance,indian/04.bvh
11,1,cmu_asf_amc/cmu_amc_fairmotion,kick ball,soccer,11_01.amc
,monkey.amc,cmu_asf_amc/cmu_amc_ctralie,,,monkey.amc
"""
FILES = (
    "cmu_daz/02/02_01.bvh",
    "cmu_native/02_01.bvh",
    "cmu_native/_own_keyframed_unlicensed/kick.bvh",
    "cmu_native/backflip.bvh",
    "cmu_dance_karate/indian/04.bvh",
    "cmu_asf_amc/ctralie/monkey.amc",
    "animated_drawings/dab.bvh",
    "animated_drawings/dab~1a2b3c.bvh",
    "nc_bandai_namco/dataset-1_bow_sad_001.bvh",
)


@pytest.fixture
def clips(tmp_path):
    (tmp_path / "captions").mkdir()
    (tmp_path / "captions" / "cmu_motion_here.csv").write_text(TABLE)
    for file in FILES:
        path = tmp_path / "raw" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return find_clips(tmp_path, tmp_path / "raw", tmp_path / "imported")


def test_recordings_are_named_across_archives(clips):
    trials = {(clip.archive.name, clip.path.name): clip.trial for clip in clips}
    assert trials["cmu_daz", "02_01.bvh"] == trials["cmu_native", "02_01.bvh"] == "cmu_02_01"
    assert trials["cmu_dance_karate", "04.bvh"] == "cmu_94_04"
    assert trials["cmu_asf_amc", "monkey.amc"] == "cmu_asf_amc_monkey"
    assert trials["animated_drawings", "dab~1a2b3c.bvh"] == "animated_drawings_dab"


def test_the_best_copy_is_kept_and_all_takes(clips):
    kept = [(clip.trial, clip.archive.name) for clip in iterate_best(clips)]
    assert ("cmu_02_01", "cmu_native") in kept
    assert ("cmu_02_01", "cmu_daz") not in kept
    assert kept.count(("animated_drawings_dab", "animated_drawings")) == 2


def test_files_of_unknown_origin_are_left_out(clips):
    assert not {"kick.bvh", "backflip.bvh"} & {clip.path.name for clip in clips}


def test_licences_stay_with_the_clips(clips):
    openness = {clip.trial: clip.archive.openness for clip in clips}
    assert openness["nc_dataset-1_bow_sad_001"] == "nc"
    assert openness["cmu_02_01"] == "open"
