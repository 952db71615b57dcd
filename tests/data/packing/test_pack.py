"""A data set goes into one file and comes back out of it."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

from engine.cli import main
from engine.data.clips import ClipFolder, DatasetError
from engine.data.licence import data_licence
from engine.data.packing import source
from engine.data.packing.pack import PackError, make_pack, read_pack, write_pack
from engine.data.packing.source import PackedClips
from engine.errors import InputError
from engine.motion.parts import FeatureLayout
from engine.motion.skeleton import skeleton_of_features


@pytest.fixture(scope="module")
def packed(built, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("packed") / "open.pack"
    assert main(["data", "pack", str(built), "--out", str(out)]) == 0
    return out


def rewrite(packed: Path, out: Path, **changes: object) -> Path:
    """The pack with another header."""
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "pack.json":
                content = json.dumps({**json.loads(content), **changes}).encode()
            new.writestr(name, content)
    return out


@pytest.mark.parametrize("width", [323, 263])
def test_every_clip_comes_back(built, packed, width):
    folder, pack = ClipFolder(built), PackedClips.open(packed)
    layout = FeatureLayout(skeleton_of_features(width).num_joints)
    for split in ("train", "val", "test"):
        expected, found = (clips.load_clips(split, 4, width) for clips in (folder, pack))
        assert [clip.name for clip in found] == [clip.name for clip in expected]
        for clip, other in zip(found, expected, strict=True):
            assert (clip.captions, clip.weight, clip.trial, clip.group) == (
                other.captions,
                other.weight,
                other.trial,
                other.group,
            )
            assert clip.features.shape == other.features.shape
            np.testing.assert_array_equal(np.isnan(clip.features), np.isnan(other.features))
            off = np.abs(clip.features - other.features)
            # The heading is that of shoulders against hips; where these cross, a millimetre turns it.
            for group, metres in ((layout.root, 0.002), (layout.positions, 0.003), (layout.velocities, 0.002)):
                assert np.nanquantile(off[:, group], 0.95) < metres
            assert np.nanmedian(off[:, layout.rotations]) < 0.005
            assert off[:, layout.contacts].mean() < 0.02
    names = {clip.name for clip in found} | {clip.name for clip in pack.load_clips("train", 4, width)}
    assert any(name.endswith("_01_x85") for name in names) and not any(name.endswith("_01") for name in names)
    assert any(name.startswith("M") and name.endswith("_00_x120") for name in names)


def test_statistics_and_licences_come_back(built, packed):
    folder, pack = ClipFolder(built), PackedClips.open(packed)
    for width in (None, 263):
        np.testing.assert_array_equal(pack.load_normalisation(width).mean, folder.load_normalisation(width).mean)
        np.testing.assert_array_equal(pack.load_normalisation(width).std, folder.load_normalisation(width).std)
    assert data_licence(pack) == data_licence(built) == data_licence(folder)
    assert {recording.licence for recording in pack.pack.recordings} == {"MIT"}
    assert {recording.archive for recording in pack.pack.recordings} == {"animated_drawings", "cmu_salsa"}


def test_several_processes_make_the_same_clips(packed, monkeypatch):
    alone = PackedClips.open(packed, workers=1).load_clips("train", 4, 323)
    monkeypatch.setattr(source, "FEW", 1)
    together = PackedClips.open(packed, workers=2).load_clips("train", 4, 323)
    for clip, other in zip(alone, together, strict=True):
        assert clip.name == other.name
        np.testing.assert_array_equal(clip.features, other.features)


def test_the_same_data_make_the_same_bytes_and_numpy_reads_them(built, packed, tmp_path):
    write_pack(make_pack(built)[0], tmp_path / "again.pack")
    assert (tmp_path / "again.pack").read_bytes() == packed.read_bytes()
    with np.load(packed, allow_pickle=False) as content:
        assert content["motion"].dtype == np.uint8 and content["mean"].shape == (323,)
    assert make_pack(built)[1] < 0.001


def test_a_pack_of_another_version_is_told(packed, tmp_path):
    with pytest.raises(PackError, match=r"old\.pack is a pack of version 0, .* make it again with 'mmm data pack"):
        read_pack(rewrite(packed, tmp_path / "old.pack", version=0))


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"format": "zip of something"}, "is no pack: make one with"),
        ({"recordings": []}, "is damaged: it holds"),
        ({"splits": {"train": []}}, "is damaged: 'val'"),
        ({"cut": None}, "is damaged"),
    ],
)
def test_headers_that_do_not_fit_are_told(packed, tmp_path, changes, complaint):
    with pytest.raises(PackError, match=complaint):
        read_pack(rewrite(packed, tmp_path / "bad.pack", **changes))


def test_files_that_are_no_packs_are_told(packed, tmp_path):
    with pytest.raises(PackError, match="no pack .*make one with"):
        read_pack(tmp_path / "absent.pack")
    whole = packed.read_bytes()
    (tmp_path / "text.pack").write_text("joints")
    (tmp_path / "half.pack").write_bytes(whole[: len(whole) // 2])
    for name in ("text", "half"):
        with pytest.raises(PackError, match=f"{name}.pack is no pack, or only a part of one"):
            read_pack(tmp_path / f"{name}.pack")
    with zipfile.ZipFile(packed) as archive:
        start = archive.getinfo("motion.npy").header_offset + 200
    (tmp_path / "bits.pack").write_bytes(whole[:start] + bytes(64) + whole[start + 64 :])
    with pytest.raises(PackError, match=r"bits\.pack is"):
        read_pack(tmp_path / "bits.pack")


def test_a_folder_that_cannot_be_packed_is_told_and_nothing_is_written(built, tmp_path, capsys):
    copy = tmp_path / "copy"
    shutil.copytree(built, copy)
    out = tmp_path / "out" / "copy.pack"

    def told() -> str:
        assert main(["data", "pack", str(copy), "--out", str(out)]) == 2
        assert not out.parent.exists()
        (line,) = capsys.readouterr().err.strip().splitlines()
        return line

    assert "no folder trials in or beside it" in told()
    shutil.copytree(built.parent / "trials", copy / "trials")
    victim = next(iter((copy / "trials").glob("*0.npy")))
    victim.write_bytes(b"no array")
    assert f"cannot read the recording {victim}" in told()
    (copy / "segments.jsonl").unlink()
    assert "'mmm data build' or 'mmm data import'" in told()


def test_a_split_that_is_not_there_is_told(packed):
    pack = PackedClips.open(packed)
    with pytest.raises(DatasetError, match="no split 'tests'"):
        pack.load_clips("tests")
    with pytest.raises(DatasetError, match="KIT-ML's 251"):
        pack.load_clips("train", 4, 251)
    with pytest.raises(InputError, match="no val clip of 900"):
        pack.load_clips("val", 900)
