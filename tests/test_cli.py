"""The command line: what artists and scripts see, above all when something is wrong."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from pathlib import Path

import numpy as np
import pytest

from engine.cli import main
from engine.commands.outputs import numbered
from engine.errors import InputError
from engine.files.whole import written_whole
from engine.motion.bvh import read_bvh
from engine.motion.features import features_to_joints
from engine.weights import BUNDLED

MODEL = BUNDLED / "mmm-open"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Exit code and what stands on stderr."""
    code = main(list(arguments))
    return code, capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (["", "--seconds", "2"], "prompt is empty"),
        (["   ", "--seconds", "2"], "prompt is empty"),
        (["walk " * 2000, "--seconds", "2"], "10,000 characters"),
        (["walk", "--seconds", "0"], "0 s cannot be generated"),
        (["walk", "--seconds", "-1"], "-1 s cannot be generated"),
        (["walk", "--seconds", "61"], "61 s cannot be generated"),
        (["walk", "--seconds", "nan"], "cannot be generated"),
        (["walk", "--seconds", "soon"], "neither a number nor 'auto'"),
        (["walk", "--weights", "mmm-nowhere"], "no weights 'mmm-nowhere'"),
        (["walk", "--samples", "0"], "--samples 0"),
        (["walk", "--steps", "0"], "steps 0 is out of range"),
        (["walk", "--seed", "-3"], "seed -3"),
        (["walk", "--device", "abacus"], "unknown device 'abacus'"),
    ],
)
def test_bad_requests_are_one_line_and_leave_nothing(change, complaint, tmp_path, capsys):
    code, errors = run(capsys, "generate", *change, "--out", str(tmp_path / "a.npz"))
    assert code == 2
    assert complaint in errors
    assert len(errors.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "complaint"),
    [("a.gif", "unknown kind '.gif'"), ("a", "unknown kind ''"), ("missing/a.npz", "does not exist")],
)
def test_bad_outputs_are_told_before_anything_runs(name, complaint, tmp_path, capsys):
    code, errors = run(capsys, "generate", "walk", "--out", str(tmp_path / name))
    assert code == 2
    assert complaint in errors


def test_a_folder_is_no_output(tmp_path, capsys):
    (tmp_path / "a.npz").mkdir()
    code, errors = run(capsys, "generate", "walk", "--out", str(tmp_path / "a.npz"))
    assert code == 2
    assert "is a folder" in errors


@pytest.mark.posix
def test_links_that_lead_in_a_circle_are_no_output(tmp_path, capsys):
    (tmp_path / "a.npz").symlink_to("a.npz")
    code, errors = run(capsys, "generate", "walk", "--out", str(tmp_path / "a.npz"))
    assert code == 2 and "a.npz cannot be written" in errors and len(errors.splitlines()) == 1


def unread(cause):
    """What a reader makes of whatever stops it."""
    error = InputError("cannot load the text encoder")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (KeyError("x"), 3, "a fault in MMM (KeyError: 'x', test_cli.py:"),
        (MemoryError(), 2, "not enough memory"),
        (RuntimeError("std::bad_alloc"), 2, "not enough memory"),
        (unread(MemoryError()), 2, "mmm: not enough memory: close other programs"),
        (unread(KeyError("x")), 2, "mmm: cannot load the text encoder"),
        (OSError(28, "No space left on device"), 2, "mmm: No space left on device"),
        (OSError(28, "No space left on device", "a.npz"), 2, "mmm: a.npz: No space left"),
        (KeyboardInterrupt(), 130, "mmm: stopped"),
    ],
)
def test_what_nobody_foresaw_is_one_line(capsys, monkeypatch, error, code, told):
    def fail(_options):
        raise error

    monkeypatch.setattr("engine.cli.run_info", fail)
    found, errors = run(capsys, "info")
    assert found == code and told in errors and len(errors.splitlines()) == 1


@pytest.mark.posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_end_is_told_and_leaves_nothing(tmp_path, capsys, monkeypatch, number):
    before = signal.getsignal(number)

    def wait(_options):
        with written_whole(tmp_path / "a.txt") as unfinished:
            unfinished.write_text("half")
            os.kill(os.getpid(), number)
            time.sleep(30)

    monkeypatch.setattr("engine.cli.run_info", wait)
    code, errors = run(capsys, "info")
    assert (code, errors) == (128 + number, "mmm: stopped\n")
    assert not list(tmp_path.iterdir()) and signal.getsignal(number) == before


@pytest.mark.posix
def test_a_signal_that_comes_where_nothing_can_be_raised_is_not_lost(capsys, monkeypatch):
    class Leaving:
        def __del__(self):
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(0.05)

    def wait(_options):
        leaving = Leaving()
        del leaving
        time.sleep(30)

    monkeypatch.setattr("engine.cli.run_info", wait)
    assert run(capsys, "info") == (128 + signal.SIGTERM, "mmm: stopped\n")


@pytest.fixture
def model_copy(tmp_path: Path) -> Path:
    copy = tmp_path / "model"
    shutil.copytree(MODEL, copy)
    return copy


def test_truncated_weights_are_named(model_copy, tmp_path, capsys):
    path = model_copy / "transformer.safetensors"
    path.write_bytes(path.read_bytes()[:100_000])
    code, errors = run(capsys, "generate", "walk", "--weights", str(model_copy), "--out", str(tmp_path / "a.npz"))
    assert code == 2
    assert "transformer.safetensors" in errors
    assert not (tmp_path / "a.npz").exists()


def test_another_config_version_is_named(model_copy, tmp_path, capsys):
    path = model_copy / "config.json"
    config = json.loads(path.read_text()) | {"format_version": 99}
    path.write_text(json.dumps(config))
    code, errors = run(capsys, "generate", "walk", "--weights", str(model_copy), "--out", str(tmp_path / "a.npz"))
    assert code == 2
    assert "99" in errors


def test_generate_writes_npz_and_bvh(tmp_path, capsys):
    npz, bvh = tmp_path / "a.npz", tmp_path / "a.bvh"
    code = main(
        ["generate", "a person walks forward", "--seconds", "3", "--seed", "5", "--out", str(npz), "--out", str(bvh)]
    )
    assert code == 0
    assert "seed 5" in capsys.readouterr().out
    with np.load(npz) as data:
        assert data["joints"].shape in ((60, 22, 3), (60, 27, 3))
        assert len(data["features"]) == 60
        assert float(data["fps"]) == 20.0
        assert str(data["prompt"]) == "a person walks forward"
        assert int(data["seed"]) == 5
        assert str(data["model"]) == "mmm-open"
        assert np.isfinite(features_to_joints(data["features"])).all()
    assert len(read_bvh(bvh)) == 60


def test_samples_are_numbered():
    assert numbered(Path("walk.bvh"), 0, 1) == Path("walk.bvh")
    assert numbered(Path("walk.bvh"), 1, 3) == Path("walk_2.bvh")


def test_info_names_the_bundled_model(capsys):
    assert main(["info"]) == 0
    assert "mmm-open" in capsys.readouterr().out


def test_training_without_data_says_so(tmp_path, capsys):
    code, errors = run(
        capsys, "train", "tokenizer", "--data", str(tmp_path), "--run", str(tmp_path / "run"), "--steps", "1"
    )
    assert code == 2
    assert "no data set" in errors


@pytest.fixture
def motion_file(tmp_path: Path) -> Path:
    path = tmp_path / "walk.npz"
    main(["generate", "a person walks forward", "--seconds", "3", "--steps", "2", "--out", str(path)])
    return path


def test_edit_replaces_a_span_and_keeps_the_rest(motion_file, tmp_path, capsys):
    out = tmp_path / "edited.npz"
    code = main(
        [
            "edit",
            str(motion_file),
            "--from",
            "1",
            "--to",
            "2",
            "--prompt",
            "a person jumps",
            "--part",
            "upper",
            "--steps",
            "2",
            "--out",
            str(out),
        ]
    )
    assert code == 0, capsys.readouterr().err
    with np.load(motion_file) as before, np.load(out) as after:
        changed = (before["joints"] != after["joints"]).any(axis=2)
        assert json.loads(str(after["request"]))["kind"] == "regenerate"
    assert np.flatnonzero(changed.any(axis=1)).tolist() == list(range(20, 40))
    assert not changed[:, [0, 1, 2, 4, 5, 7, 8, 10, 11]].any()


def test_edit_keeps_pinned_poses(motion_file, tmp_path, capsys):
    out = tmp_path / "pinned.npz"
    code = main(["edit", str(motion_file), "--pin", "0", "1.5", "--steps", "2", "--out", str(out)])
    assert code == 0, capsys.readouterr().err
    with np.load(motion_file) as before, np.load(out) as after:
        same = (before["joints"] == after["joints"]).all(axis=(1, 2))
    assert np.flatnonzero(same).tolist() == [0, 30]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ([], "nothing is selected"),
        (["--pin", "1", "4"], "frame 80 is outside the motion"),
        (["--from", "1", "--order", "most"], "--order does not go with --from and --to"),
        (["--from", "1", "--to", "9"], "do not lie within the motion"),
        (["--from", "1", "--to", "1.05"], "span of one frame"),
        (["--from", "nan"], "no time within"),
        (["--part", "tail"], "unknown body part 'tail'"),
        (["--vary", "2"], "strength 2"),
        (["--loop", "1", "--part", "upper"], "--part does not go with --loop: leave it out"),
        (["--between", "1", "1.05"], "no frame between 20 and 21"),
        (["--middle", "0"], "the middle 0 is out of range"),
        (["--retime", "20"], "20 times as long is out of range"),
        (["--retime", "2", "--from", "1", "--to", "1.05"], "span of 1 frames cannot be retimed"),
    ],
)
def test_bad_edits_are_one_line_and_leave_nothing(change, complaint, motion_file, tmp_path, capsys):
    capsys.readouterr()
    code, errors = run(capsys, "edit", str(motion_file), *change, "--out", str(tmp_path / "out.npz"))
    assert code == 2
    assert complaint in errors
    assert len(errors.strip().splitlines()) == 1
    assert not (tmp_path / "out.npz").exists()


def test_what_is_no_motion_is_not_edited(tmp_path, capsys):
    text = tmp_path / "a.npz"
    text.write_text("hello")
    for path, complaint in ((text, "no motion file"), (tmp_path / "b.npz", "does not exist")):
        code, errors = run(capsys, "edit", str(path), "--from", "1", "--out", str(tmp_path / "o.npz"))
        assert code == 2
        assert complaint in errors


def test_a_script_becomes_one_motion(tmp_path, capsys):
    script, out = tmp_path / "script.yaml", tmp_path / "story.npz"
    parts = [{"prompt": "a person walks", "seconds": 2}, {"prompt": "a person waves", "seconds": 1}]
    script.write_text(json.dumps({"seed": 2, "story": parts}))
    assert main(["story", str(script), "--steps", "2", "--out", str(out)]) == 0, capsys.readouterr().err
    with np.load(out) as data:
        assert data["joints"].shape in ((60, 22, 3), (60, 27, 3))
        assert int(data["seed"]) == 2
    script.write_text("story: []")
    code, errors = run(capsys, "story", str(script), "--out", str(out))
    assert code == 2 and "the story is empty" in errors
