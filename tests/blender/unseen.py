"""Rigs that nobody here had tried: their skeletons as armatures, and their right bones (see rigs/SOURCES.md)."""

from __future__ import annotations

import json
from pathlib import Path

import bpy
import numpy as np

from mmm_blender.headless.rigs import measured_rigs
from mmm_blender.rig.skeleton import RestSkeleton, read_skeleton

RIGS = Path(__file__).parent / "rigs"
NAMES = sorted(path.stem for path in RIGS.glob("*.json"))
REFUSED = {"mpfb_openpose"}  # three roots, no hands


def right_bones(name: str) -> dict[str, str]:
    """The right bone of each slot."""
    return dict(json.loads((RIGS / f"{name}.json").read_text(encoding="utf-8"))["bones"])


def build(name: str) -> bpy.types.Object:
    """The rig as an armature in the current scene; where only names are known, on the canonical body."""
    data = json.loads((RIGS / f"{name}.json").read_text(encoding="utf-8"))
    if "names" not in data:
        bones = data["bones"]
        ends = measured_rigs.bone_ends(measured_rigs.joint_places(list(bones), "T"))
        placed = {bones[slot]: ends[slot] for slot in bones}
        return measured_rigs.build_armature(name, placed, measured_rigs.parents_of(bones))
    armature = bpy.data.objects.new(name, bpy.data.armatures.new(name))
    bpy.context.scene.collection.objects.link(armature)
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    made = []
    for bone_name, parent, head, tail in zip(data["names"], data["parents"], data["heads"], data["tails"], strict=True):
        bone = armature.data.edit_bones.new(bone_name)
        bone.head, bone.tail = head, np.add(tail, [0.0, 0.0, 1e-3 * (head == tail)]).tolist()
        bone.parent = made[parent] if parent >= 0 else None
        made.append(bone)
    bpy.ops.object.mode_set(mode="OBJECT")
    return armature


def skeleton_of(name: str) -> RestSkeleton:
    """The rig's rest pose."""
    return read_skeleton(build(name))
