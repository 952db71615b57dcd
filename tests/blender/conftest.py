"""Fixtures of the Blender tests. Run them through ``run.py``, not through plain pytest."""

from __future__ import annotations

from pathlib import Path

import bpy
import motions
import numpy as np
import pytest

from mmm_blender.coordinates import FloatArray


@pytest.fixture
def empty_scene() -> bpy.types.Scene:
    bpy.ops.wm.read_homefile(use_empty=True)
    return bpy.context.scene


@pytest.fixture(params=["walk", "golden"])
def joints(request: pytest.FixtureRequest) -> FloatArray:
    """(T, 22, 3) at 20 fps: a made-up walk, and the official HumanML3D clip."""
    if request.param == "walk":
        return motions.walking_joints()
    return motions.golden_joints()


@pytest.fixture
def motion_path(tmp_path: Path) -> Path:
    path = tmp_path / "walk.npz"
    np.savez(
        path,
        joints=motions.walking_joints(24).astype(np.float32),
        fps=20.0,
        prompt="a person walks forward",
        seed=3,
        model="formula",
    )
    return path
