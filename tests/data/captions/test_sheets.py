"""Contact sheets that captions are written from."""

from pathlib import Path

import numpy as np
from PIL import Image

from engine.cli import main

GOLDEN = Path(__file__).parents[2] / "golden"


def test_sheets_show_poses_and_numbers(tmp_path):
    trials = tmp_path / "trials"
    trials.mkdir()
    np.save(trials / "clip.npy", np.load(GOLDEN / "humanml3d_new_joints_012314.npy"))
    assert main(["data", "sheets", str(trials), "--out", str(tmp_path / "out")]) == 0
    colours = np.asarray(Image.open(tmp_path / "out" / "clip_0.png")).reshape(-1, 3)
    blue = (colours == (40, 90, 220)).all(axis=1).sum()
    red = (colours == (215, 50, 40)).all(axis=1).sum()
    assert blue > 1000
    assert red > 1000
    lines = (tmp_path / "out" / "clip.txt").read_text().splitlines()
    assert len(lines) == 1 + 9


def test_a_folder_without_trials_is_told(tmp_path, capsys):
    assert main(["data", "sheets", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "holds no trials" in capsys.readouterr().err
