"""``import-motion`` read back against what Blender itself exported."""

from __future__ import annotations

from pathlib import Path

import bpy
import motions
import numpy as np
import pytest

from mmm_blender.headless import export, import_motion
from mmm_blender.rig import canonical
from mmm_blender.rig.mapping import MMM_CHARACTER


def test_a_glb_comes_back_as_the_joints_it_was_made_from(motion_path: Path, tmp_path: Path) -> None:
    export.run(motion_path, [tmp_path / "walk.glb"], fps=20)
    assert import_motion.run([tmp_path / "walk.glb"], tmp_path / "out", None) == 0
    (path,) = (tmp_path / "out").iterdir()
    with np.load(path) as clip:
        names = list(clip["joint_names"])
        columns = [names.index(MMM_CHARACTER.bones[joint]) for joint in canonical.JOINTS]
        every = round(float(clip["fps"]) / 20.0)
        found = clip["positions"][::every, columns]
        assert clip["rotations"].shape == (*clip["positions"].shape[:2], 4)
        assert "head_end" in names and clip["parents"][names.index("head_end")] == names.index("head")
        assert clip["rest_positions"][names.index("hand.L"), 0] > 0.5
        assert float(clip["unit_scale"]) == 1.0
    wanted = motions.walking_joints(24)
    assert len(found) == 24
    travelled = found[-1, 0] - found[0, 0]
    np.testing.assert_allclose(travelled, wanted[-1, 0] - wanted[0, 0], atol=0.01)
    relative = found - found[:, :1] - (wanted - wanted[:, :1])
    assert np.abs(relative).max() < 0.025  # feet are held: the knees give way


def test_a_bad_file_does_not_stop_the_others(motion_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    export.run(motion_path, [tmp_path / "walk.glb"], fps=20)
    broken = tmp_path / "broken.glb"
    broken.write_bytes(b"not a glb")
    code = import_motion.run([tmp_path / "absent.fbx", broken, tmp_path / "walk.glb"], tmp_path / "out", None)
    assert code == 1
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["walk.npz"]
    assert "absent.fbx" in capsys.readouterr().err


@pytest.mark.parametrize(("height", "scale"), [(1.7, 1.0), (28.0, 0.0254 / 0.45), (170.0, 0.01), (5000.0, 1.0)])
def test_units_are_guessed_from_the_height(height: float, scale: float) -> None:
    rest = canonical.rest_joints()
    rest *= height / np.ptp(rest, axis=0).max()
    assert import_motion.guess_scale(rest) == pytest.approx(scale)


def test_bpy_is_the_real_one() -> None:
    assert bpy.app.version >= (4, 2, 0)
