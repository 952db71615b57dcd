"""A studio's folder, joint files and BONES-SEED's layout become data sets."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.cli import main
from engine.data.captions.caption_table import read_caption_table
from engine.data.conform import uniform_offsets
from engine.data.formats.bones_seed import read_bones_seed
from engine.data.formats.joint_files import read_joint_file
from engine.data.imports import _of_different_names, import_folder
from engine.data.licence import data_licence, joined_licence
from engine.errors import InputError
from engine.motion.bvh import write_bvh
from engine.motion.errors import MotionError
from engine.motion.skeleton import HUMANML3D

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture
def joints() -> np.ndarray:
    return np.load(GOLDEN / "humanml3d_new_joints_012314.npy")[:100].astype(np.float64)


@pytest.fixture
def studio(tmp_path, joints) -> Path:
    """Two takes as a rig's export writes them, and one BVH."""
    folder = tmp_path / "studio"
    folder.mkdir()
    for name in ("Slam Left", "slam_2"):
        np.savez(folder / f"{name}.npz", joints=joints.astype(np.float32), fps=20.0)
    write_bvh(folder / "slam_3.bvh", joints, 20.0)
    lines = [
        "file,caption,start,end,split",
        "Slam Left.npz,a person slams the left hand down,,,",
        'Slam Left.npz,"someone hits the table, hard",,,',
        "slam_2.npz,a person slams,0.5,3,",
        "slam_3.bvh,a person slams,,,val",
    ]
    (folder / "captions.csv").write_text("\n".join(lines) + "\n")
    return folder


def test_a_studios_folder_becomes_a_data_set(studio, tmp_path, capsys):
    out = tmp_path / "slam"
    assert main(["data", "import", str(studio), "--out", str(out), "--licence", "Studio X, internal"]) == 0
    said = capsys.readouterr().out
    assert "val 2 clips from 1 recordings" in said
    assert main(["data", "check", str(out)]) == 0
    said = capsys.readouterr().out
    assert "323 (27 joints)" in said and "Studio X, internal" in said
    texts = (out / "texts" / "slam_left_00.txt").read_text()
    assert texts.count("#0.0#0.0") == 2 and "hits the table, hard" in texts
    assert "right hand down" in (out / "texts" / "Mslam_left_00.txt").read_text()
    assert len(np.load(out / "new_joint_vecs" / "slam_2_00.npy")) == 50
    assert data_licence(out) == ("slam", "Studio X, internal")


def test_a_bvh_of_ours_comes_back_as_it_was(studio, joints, tmp_path):
    import_folder(studio, tmp_path / "out", "x")
    back, given = (np.load(tmp_path / "out" / "trials" / f"{name}.npy") for name in ("slam_3", "slam_2"))
    assert np.isnan(back[:, 22:]).all() and np.isnan(given[:, 22:]).all()
    back, given = back[:, :22], given[:, :22]
    assert np.abs((back - back[:, :1]) - (given - given[:, :1])).max() < 0.005


def test_few_recordings_are_told(studio, tmp_path):
    (studio / "captions.csv").write_text("file,caption\nslam_2.npz,a person slams\n")
    assert "val repeats train" in import_folder(studio, tmp_path / "out", "x").notes[0]
    names = {split: set((tmp_path / "out" / f"{split}.txt").read_text().split()) for split in ("train", "val")}
    assert names["val"] and names["val"] < names["train"]
    with pytest.raises(InputError, match="holds a data set already"):
        import_folder(studio, tmp_path / "out", "x")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("nowhere.bvh,a person walks,,,", "line 2: there is no file 'nowhere.bvh'"),
        ("captions.csv,a person walks,,,", "'captions.csv' is none of .bvh"),
        ("../studio/slam_2.npz/../../secret.npz,x,,,", "there is no file"),
        ("slam_2.npz,,,,", "line 2: no caption"),
        ("slam_2.npz,a person slams,soon,,", "'soon' is no time"),
        ("slam_2.npz,a person slams,3,2,", "ends at 2 s, before it starts"),
        ("slam_2.npz,a person slams,,,holdout", "split 'holdout'"),
        ("", "describes no clip"),
    ],
)
def test_bad_tables_are_told_by_line_and_leave_nothing(line, complaint, studio, tmp_path):
    (studio / "captions.csv").write_text(f"file,caption,start,end,split\n{line}\n")
    with pytest.raises(InputError) as caught:
        import_folder(studio, tmp_path / "out", "x")
    assert complaint in str(caught.value) and "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_folders_without_captions_say_what_is_expected(tmp_path, capsys):
    assert main(["data", "import", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "neither captions.csv" in capsys.readouterr().err
    (tmp_path / "captions.csv").write_text("name,text\n")
    with pytest.raises(InputError, match="no column caption and no column file"):
        read_caption_table(tmp_path)
    assert main(["data", "check", str(tmp_path)]) == 2
    assert "no folder new_joint_vecs" in capsys.readouterr().err


def test_files_that_cannot_be_read_are_told_and_the_rest_is_used(studio, tmp_path):
    (studio / "slam_3.bvh").write_text("HIERARCHY")
    np.savez(studio / "slam_2.npz", poses=np.zeros((4, 72)))
    done = import_folder(studio, tmp_path / "out", "x")
    assert len(done.left_out) == 2
    assert "slam_2" in done.left_out[0] and "body parameters" in done.left_out[0]
    assert "slam_3" in done.left_out[1] and "not a complete BVH" in done.left_out[1]
    assert "train" in done.summary and "left out slam_3" in str(done)


def test_the_exit_code_tells_of_files_left_out(studio, tmp_path, capsys):
    assert main(["data", "import", str(studio), "--out", str(tmp_path / "whole")]) == 0
    (studio / "slam_3.bvh").write_bytes(b"\x00\xff")
    assert main(["data", "import", str(studio), "--out", str(tmp_path / "part")]) == 1
    assert "left out slam_3" in capsys.readouterr().out
    assert (tmp_path / "part" / "train.txt").is_file()


def test_names_in_any_alphabet_and_capitals_become_trials(joints, tmp_path):
    names = ("走る.BVH", "歩く.bvh", "ходьба.npy", "Ä b.npz", "!.npy")
    for name in names[:2]:
        write_bvh(tmp_path / name, joints, 20.0)
    np.savez(tmp_path / "Ä b.npz", joints=joints, fps=20.0)
    for name in ("ходьба.npy", "!.npy"):
        np.save(tmp_path / name, joints)
    lines = ["file,caption", *(f"{name},a person walks" for name in names)]
    (tmp_path / "captions.csv").write_text("\n".join(lines), encoding="utf-8")
    done = import_folder(tmp_path, tmp_path / "out", "x")
    assert done.left_out == ()
    trials = {path.stem for path in (tmp_path / "out" / "trials").glob("*.npy")}
    assert trials == {"走る", "歩く", "ходьба", "ä_b", "clip"}
    listed = (tmp_path / "out" / "train.txt").read_text(encoding="utf-8").split()
    assert "走る_00" in listed and "M走る_00" in listed


def test_files_are_grouped_so_that_none_overwrites_another():
    files = {"a": Path("x/walk.fbx"), "b": Path("y/walk.glb"), "c": Path("x/run.fbx"), "d": Path("z/walk.fbx")}
    assert _of_different_names(files) == [{"a": files["a"], "c": files["c"]}, {"b": files["b"]}, {"d": files["d"]}]


def test_amass_joints_come_upright_at_our_rate_with_our_bones(joints, tmp_path):
    z_up = joints[..., [0, 2, 1]] * [1.0, -1.0, 1.0] * 1.1
    more = np.concatenate([z_up, np.zeros((len(z_up), 30, 3))], axis=1)
    np.savez(tmp_path / "a.npz", joints=np.repeat(more, 6, axis=0), mocap_framerate=120.0)
    made = read_joint_file(tmp_path / "a.npz")
    assert made.shape == (100, 22, 3)
    lengths = np.linalg.norm(made[:, 1:] - made[:, HUMANML3D.parents[1:]], axis=-1)
    np.testing.assert_allclose(lengths, np.tile(np.linalg.norm(uniform_offsets()[1:], axis=-1), (100, 1)), atol=1e-9)
    assert np.abs(made[::2] - joints[::2]).max() < 0.08
    for broken, complaint in (
        ({"fps": 20.0}, "no array 'joints'"),
        ({"joints": z_up}, "frame rate"),
        ({"joints": z_up[:, :10], "fps": 30.0}, "shape"),
    ):
        np.savez(tmp_path / "b.npz", **broken)
        with pytest.raises(MotionError, match=complaint):
            read_joint_file(tmp_path / "b.npz")


def test_bones_seed_gives_timed_captions(joints, tmp_path):
    (tmp_path / "metadata").mkdir()
    bvh = tmp_path / "soma_uniform" / "bvh" / "240101"
    bvh.mkdir(parents=True)
    rows = []
    for stem in ("walk_001__A001", "walk_001__A001_M"):
        write_bvh(bvh / f"{stem}.bvh", joints, 20.0)
        events = [
            {"start_time": 0.0, "end_time": 2.0, "description": "A person walks."},
            {"start_time": 2.0, "end_time": 4.5, "description": "A person stops."},
        ]
        rows.append(json.dumps({"filename": stem, "events": events}))
    rows.append(json.dumps({"filename": "not_here", "events": []}))
    labels = tmp_path / "metadata" / "seed_metadata_v002_temporal_labels.jsonl"
    labels.write_text("\n".join(rows))
    (tmp_path / "metadata" / "seed_metadata_v004.csv").write_text(
        "filename,content_natural_desc_1\nwalk_001__A001,A person walks and then stops.\n"
    )
    found = read_bones_seed(tmp_path)
    assert list(found.files) == ["walk_001_a001"]
    assert [(part.start, part.end) for part in found.segments] == [(0.0, 2.0), (2.0, 4.5), (0.0, 4.5)]
    assert "train 18 clips" in import_folder(tmp_path, tmp_path / "out", "BONES-SEED licence").summary
    labels.write_text('{"filename": 3}')
    with pytest.raises(InputError, match="line 1"):
        read_bones_seed(tmp_path)


def test_licences_follow_the_data():
    assert joined_licence("CC0-1.0", "Studio X") == "Studio X"
    assert joined_licence("CC-BY-NC-4.0", "Studio X") == "CC-BY-NC-4.0 and Studio X"
    assert joined_licence("CC-BY-NC-4.0", "CC0-1.0") == "CC-BY-NC-4.0"
    assert joined_licence("Studio X", "Studio X") == "Studio X"
