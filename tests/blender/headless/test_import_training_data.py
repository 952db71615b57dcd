"""FBX and GLB files with captions become a data set, through Blender as `mmm data import` starts it."""

from __future__ import annotations

from pathlib import Path

import bpy
import motions
import numpy as np

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
    lines = [f"{path.name},a person walks" for path in sorted(folder.iterdir())]
    (folder / "captions.csv").write_text("\n".join(["file,caption", *lines]))
    said = import_folder(folder, tmp_path / "out", "x")
    assert "from 2 recordings" in said and "left out broken.fbx" in said
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
