"""``python -m mmm_blender.headless export``: every kind of file, and every kind of bad input."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import bpy
import motions
import numpy as np
import pytest

from mmm_blender import character, compat
from mmm_blender.files.whole import written_whole
from mmm_blender.headless import export
from mmm_blender.motion_file import read_motion

ROOT = Path(__file__).resolve().parents[3]


def run_command(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mmm_blender.headless", "export", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)


def test_every_kind_of_file_in_one_go(motion_path: Path, tmp_path: Path) -> None:
    outs = [tmp_path / f"walk{suffix}" for suffix in (".blend", ".glb", ".png", ".mp4")]
    assert export.run(motion_path, outs, fps=12) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([motion_path.name, *(o.name for o in outs)])

    bpy.ops.wm.open_mainfile(filepath=str(outs[0]))
    scene = bpy.context.scene
    armature = bpy.data.objects[character.NAME]
    assert (scene.render.fps, scene.frame_start, scene.frame_end) == (12, 1, 14)
    assert len(bpy.data.actions) == 1
    if compat.HAS_SLOTS:
        assert compat.assigned_slot(armature) is not None
    assert scene.camera is not None

    picture = bpy.data.images.load(str(outs[2]))
    pixels = np.array(picture.pixels[:]).reshape(-1, 4)
    assert picture.size[0] == 1292 and pixels.std() > 0.05
    video = bpy.data.movieclips.load(str(outs[3]))
    assert tuple(video.size) == export.VIDEO_SIZE and video.frame_duration == 14

    bpy.ops.wm.read_homefile(use_empty=True)
    bpy.ops.import_scene.gltf(filepath=str(outs[1]))
    imported = next(item for item in bpy.data.objects if item.type == "ARMATURE")
    assert "forearm.L" in imported.data.bones and len(bpy.data.actions) == 1


def test_the_animation_travels_in_the_glb(motion_path: Path, tmp_path: Path) -> None:
    export.run(motion_path, [tmp_path / "walk.glb"], fps=24)
    bpy.ops.wm.read_homefile(use_empty=True)
    scene = bpy.context.scene
    scene.render.fps = 24
    bpy.ops.import_scene.gltf(filepath=str(tmp_path / "walk.glb"))
    armature = next(item for item in bpy.data.objects if item.type == "ARMATURE")
    assert armature.animation_data.action.frame_range[0] == pytest.approx(0.0, abs=1e-3), "players begin at 0"
    ends = []
    for frame in (0, 27):
        scene.frame_set(frame)
        ends.append((armature.matrix_world @ armature.pose.bones["pelvis"].head).y)
    assert ends[1] - ends[0] == pytest.approx(-1.2 * 27 / 24, abs=0.06)


def test_a_second_export_overwrites_the_first(motion_path: Path, tmp_path: Path) -> None:
    out = tmp_path / "twice.blend"
    out.write_bytes(b"old")
    for _ in range(2):
        export.run(motion_path, [out], fps=24)
    bpy.ops.wm.open_mainfile(filepath=str(out))
    assert len(bpy.data.actions) == 1 and len(bpy.data.armatures) == 1


def test_the_command_line_writes_and_leaves_with_zero(motion_path: Path, tmp_path: Path) -> None:
    done = run_command(str(motion_path), "--out", str(tmp_path / "a.blend"), "--out", str(tmp_path / "b.glb"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.blend").stat().st_size > 10_000 and (tmp_path / "b.glb").stat().st_size > 10_000


def test_the_command_line_refuses_with_one_line_and_two(motion_path: Path, tmp_path: Path) -> None:
    for arguments in (
        [str(tmp_path / "absent.npz"), "--out", str(tmp_path / "a.blend")],
        [str(motion_path), "--out", str(tmp_path / "a.gif")],
    ):
        refused = run_command(*arguments)
        assert refused.returncode == 2
        assert refused.stderr.startswith("error: ") and len(refused.stderr.splitlines()) == 1


def changed(**changes: Any) -> dict[str, Any]:
    arrays: dict[str, Any] = {"joints": motions.walking_joints(10).astype(np.float32), "fps": 20.0, **changes}
    return {key: value for key, value in arrays.items() if value is not None}


def with_nan() -> np.ndarray:
    joints = motions.walking_joints(10)
    joints[4, 3, 1] = np.nan
    return joints


@pytest.mark.parametrize(
    ("arrays", "reason"),
    [
        (changed(joints=None), "no 'joints'"),
        (changed(fps=None), "no 'fps'"),
        (changed(joints=np.zeros((10, 21, 3), np.float32)), "shape"),
        (changed(joints=np.zeros((10, 22, 3), np.float32)), "one point"),
        (changed(joints=np.zeros((10, 22, 3), np.int64)), "floating point"),
        (changed(joints=with_nan()), "frame 4"),
        (changed(joints=motions.walking_joints(1)), "at least 2 frames"),
        (changed(joints=motions.walking_joints(10) * 1e4), "metres"),
        (changed(fps=0.0), "fps"),
        (changed(fps=np.nan), "fps"),
        (changed(joints=np.array([{}], dtype=object)), "joints|pickle"),
    ],
)
def test_bad_motions_are_refused_with_the_reason(arrays: dict[str, Any], reason: str, tmp_path: Path) -> None:
    path, out = tmp_path / "bad.npz", tmp_path / "out.blend"
    np.savez(path, **arrays)
    with pytest.raises(ValueError, match=reason) as error:
        export.run(path, [out], fps=24)
    assert "\n" not in str(error.value)
    assert not out.exists()


def test_files_that_are_no_archives_are_refused(tmp_path: Path) -> None:
    text, array = tmp_path / "text.npz", tmp_path / "array.npz"
    text.write_text("hello")
    with array.open("wb") as file:
        np.save(file, motions.walking_joints(4))
    for path in (text, array, tmp_path):
        with pytest.raises(ValueError):
            read_motion(path)


def test_unwritable_places_are_refused_before_any_work(motion_path: Path, tmp_path: Path) -> None:
    for out in (tmp_path / "absent" / "a.blend", motion_path / "a.blend", tmp_path / "name"):
        with pytest.raises(ValueError):
            export.run(motion_path, [tmp_path / "good.blend", out], fps=24)
    assert not (tmp_path / "good.blend").exists()


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "a.png"
    out.write_bytes(b"old")

    def fail() -> None:
        with written_whole(out) as unfinished:
            unfinished.write_bytes(b"half")
            raise RuntimeError("disk full")

    with pytest.raises(RuntimeError):
        fail()
    assert out.read_bytes() == b"old" and list(tmp_path.iterdir()) == [out]
