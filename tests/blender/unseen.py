"""Rigs that nobody here had tried: their skeletons as armatures, and their right bones (see rigs/SOURCES.md)."""

from __future__ import annotations

import json
from pathlib import Path

import bpy

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
    return measured_rigs.build_skeleton(RIGS / f"{name}.json")


def skeleton_of(name: str) -> RestSkeleton:
    """The rig's rest pose."""
    return read_skeleton(build(name))
