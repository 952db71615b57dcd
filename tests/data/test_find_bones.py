"""The finder of joints, run as a command: files that hold no skeleton are one line."""

from __future__ import annotations

import numpy as np
import pytest

from mmm_blender.headless import find_bones

SKELETON = {
    "names": np.array(["hips", "spine"]),
    "parents": np.array([-1, 0]),
    "heads": np.zeros((2, 3)),
    "tails": np.ones((2, 3)),
}


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"parents": np.array([-1, 7])}, "does not stand before its bone"),
        ({"heads": np.full((2, 3), np.nan)}, "nowhere"),
        ({"heads": np.zeros((2, 3), "U5")}, "no numbers"),
        ({"names": np.array("hips")}, "differ in length"),
        ({"names": np.array([object(), 1])}, "Python objects"),
        ({"tails": None}, "lacks tails"),
        (None, "cannot be read as .npz"),
    ],
)
def test_a_file_without_a_skeleton_is_one_line(tmp_path, changes, complaint):
    path = tmp_path / "a.npz"
    arrays = SKELETON | (changes or {})
    np.savez(path, **{name: array for name, array in arrays.items() if array is not None})
    if changes is None:
        path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(ValueError, match=complaint) as told:
        find_bones.run(path)
    assert "\n" not in str(told.value)


def test_a_skeleton_too_small_is_a_problem_not_an_error(tmp_path, capsys):
    np.savez(tmp_path / "a.npz", **SKELETON)
    assert find_bones.run(tmp_path / "a.npz") == 0
    assert '"problem"' in capsys.readouterr().out
