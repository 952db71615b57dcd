"""FBX and GLB files with captions become a data set, through Blender as `mmm data import` starts it."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import bpy
import motions
import numpy as np
import pytest

from engine.blender_process import import_motions
from engine.data.formats.joint_files import with_uniform_bones
from engine.data.imports import import_folder
from mmm_blender.headless import export
from mmm_blender.rig import canonical


def test_fbx_and_glb_become_a_data_set(tmp_path: Path) -> None:
    folder = tmp_path / "studio"
    folder.mkdir()
    joints = motions.walking_and_waving_joints(50)
    np.savez(tmp_path / "walk.npz", joints=joints.astype(np.float32), fps=20.0, prompt="", seed=0, model="")
    export.run(tmp_path / "walk.npz", [folder / "glb walk.glb"], fps=20)
    for other in [item for item in bpy.context.scene.objects if item.type != "ARMATURE"]:
        bpy.data.objects.remove(other)
    bpy.ops.export_scene.fbx(
        filepath=str(folder / "fbx_walk.fbx"),
        object_types={"ARMATURE"},
        add_leaf_bones=False,
        bake_anim_use_all_actions=False,
        bake_anim_use_nla_strips=False,
    )
    (folder / "broken.fbx").write_bytes(b"no fbx")
    (folder / "more").mkdir()
    (folder / "more" / "glb walk.glb").write_bytes((folder / "glb walk.glb").read_bytes())
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [f"{path.relative_to(folder)},a person walks" for path in files]
    (folder / "captions.csv").write_text("\n".join(["file,caption", *lines]))
    done = import_folder(folder, tmp_path / "out", "x")
    assert "from 3 recordings" in done.summary
    assert len(done.left_out) == 1 and done.left_out[0].startswith("broken.fbx: ")
    wanted = with_uniform_bones(joints)
    for name in ("glb_walk", "fbx_walk"):
        found = np.load(tmp_path / "out" / "trials" / f"{name}.npy")
        count = min(len(found), len(wanted))
        assert count >= 48
        gap = (found[:count] - found[:count, :1]) - (wanted[:count] - wanted[:count, :1])
        assert np.linalg.norm(gap[:, : len(canonical.JOINTS)], axis=-1).mean() < 0.03
        head, hand = (canonical.INDEX[name] for name in ("head_front", "right_hand"))
        assert np.linalg.norm(gap[:, [head, hand]], axis=-1).max() < 0.06, "the head looks ahead, the right hand waves"
        assert np.isnan(gap[:, canonical.INDEX["left_hand"]]).all(), "the left one follows its forearm"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds the process in /proc")
def test_a_file_at_which_blender_dies_is_named_and_the_rest_is_read(motion_path: Path, tmp_path: Path) -> None:
    files = [tmp_path / f"{name}.glb" for name in ("one", "two", "three")]
    export.run(motion_path, files[:1], fps=20)
    for file in files[1:]:
        file.write_bytes(files[0].read_bytes())
    out = tmp_path / "out"
    out.mkdir()

    def kill_blender() -> None:
        while not (out / "one.npz").exists():
            time.sleep(0.001)
        for status in Path("/proc").glob("[0-9]*/stat"):
            if int(status.read_text().rpartition(")")[2].split()[1]) == os.getpid():
                os.kill(int(status.parent.name), signal.SIGSEGV)

    killer = threading.Thread(target=kill_blender)
    killer.start()
    failed = import_motions(files, out)
    killer.join()
    assert len(failed) == 1 and failed[0].endswith("glb: Blender stopped while it read this file")
    made = {path.stem for path in out.glob("*.npz")}
    assert made | {failed[0].split(".")[0]} == {"one", "two", "three"} and "one" in made
