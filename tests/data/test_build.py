"""What `mmm data build` does with folders that lack something, and with files nobody can read."""

import tarfile
from pathlib import Path

import numpy as np
import pytest

from engine.data.build import build_all
from engine.errors import InputError
from engine.motion.bvh import write_bvh
from tests.data.captions.test_human import standing

GOOD, BROKEN = "accad/female1/Female1_B03_Walk1.bvh", "accad/male1/Male1_B3_Walk.bvh"


def pack(source: Path, archive: str, files: dict[str, bytes]) -> None:
    """Write SOURCE/motion/ARCHIVE.tar.xz with such files."""
    (source / "motion").mkdir(exist_ok=True)
    with tarfile.open(source / "motion" / f"{archive}.tar.xz", "w:xz") as tar:
        for name, content in files.items():
            path = source / "packed"
            path.write_bytes(content)
            tar.add(path, name)
            path.unlink()


@pytest.fixture
def walk(tmp_path) -> bytes:
    joints = standing(160)
    joints[:, 20, 2] += 0.1 * np.sin(np.arange(160) / 8)
    write_bvh(tmp_path / "walk.bvh", joints, 20.0)
    return (tmp_path / "walk.bvh").read_bytes()


@pytest.fixture
def source(tmp_path) -> Path:
    made = tmp_path / "source"
    (made / "captions").mkdir(parents=True)
    header = "subject,trial,archive,description,subject_description,file\n"
    (made / "captions" / "cmu_motion_here.csv").write_text(header)
    return made


def test_one_unreadable_file_is_named_and_the_rest_is_used(source, walk, tmp_path, capsys):
    pack(source, "accad", {GOOD: walk, BROKEN: b"HIERARCHY\nROOT Hips\n{\n"})
    build_all(source, tmp_path / "out")
    told = capsys.readouterr().out
    assert "left out accad_Male1_B3_Walk" in told and "not a complete BVH file" in told
    assert "accad_Female1_B03_Walk1_00" in (tmp_path / "out" / "open" / "train.txt").read_text()
    assert np.load(tmp_path / "out" / "trials" / "accad_Female1_B03_Walk1.npy").shape[1:] == (27, 3)


def test_captions_of_motion_that_is_not_there_are_told_in_one_line(source, walk, tmp_path, capsys):
    pack(source, "accad", {GOOD: walk})
    build_all(source, tmp_path / "out")
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("captions of")]
    assert len(lines) == 1 and "does not hold them: accad_" in lines[0]


def test_a_broken_archive_is_named_and_leaves_nothing_behind(source, tmp_path):
    (source / "motion").mkdir()
    (source / "motion" / "accad.tar.xz").write_bytes(b"no archive")
    with pytest.raises(InputError, match="accad.tar.xz cannot be unpacked"):
        build_all(source, tmp_path / "out")
    assert list((tmp_path / "out" / "raw").iterdir()) == []


def test_missing_folders_and_tables_are_told(source, walk, tmp_path):
    with pytest.raises(InputError, match="no folder motion/"):
        build_all(tmp_path / "nowhere", tmp_path / "out")
    pack(source, "accad", {GOOD: walk})
    (source / "captions" / "cmu_motion_here.csv").unlink()
    with pytest.raises(InputError, match="which recording each file"):
        build_all(source, tmp_path / "out")
