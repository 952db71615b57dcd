"""Animated FBX/GLB files -> one .npz of world joint positions and rotations per animation.

The result is raw material for a data pipeline, not the canonical 22-joint motion: it keeps every
bone of the file. All arrays are in motion space (Y up, see ``coordinates``).

    joint_names    (J,)      bone names; a leaf bone NAME also yields a pseudo joint NAME_end (its tail)
    parents        (J,)      int32, -1 for a root; parents come before children
    positions      (T,J,3)   float32, world position of each bone's head
    rotations      (T,J,4)   float32, world orientation of each bone's axes, quaternion wxyz
    rest_positions (J,3)     the same in the rest pose
    rest_rotations (J,4)
    fps            float     frames per second of ``positions``
    unit_scale     float     factor already applied to the file's units to get metres (1.0: untouched)
    action, source, armature str

fps: an FBX carries its own rate, taken over by the importer. A GLB stores seconds, so it is
sampled at ``GLB_FPS``.
"""

from __future__ import annotations

import io
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix

from .. import compat, coordinates
from ..coordinates import FloatArray
from ..files.stored import told
from ..files.whole import written_whole
from ..rig import rotations
from ..scene import current_scene, pose_bones

GLB_FPS = 120  # a multiple of 20, 24, 30 and 60: no key of such a source falls between samples
CMU_METRES_PER_UNIT = 0.0254 / 0.45  # the CMU database stores inches divided by 0.45
BONE_IN_PATH = re.compile(r'pose\.bones\["((?:[^"\\]|\\.)*)"\]')


@dataclass(frozen=True)
class Skeleton:
    """Bones of one armature, parents first, followed by a pseudo joint for each leaf's tail."""

    names: list[str]
    parents: list[int]
    bone_order: list[int]  # joint -> index in ``pose.bones`` (for a pseudo joint: its leaf bone)
    is_tail: FloatArray  # (J,) bool


def run(inputs: list[Path], out: Path, scale: float | None) -> int:
    """Convert every file; report failures without stopping. Returns 0, or 1 if any file failed."""
    out.mkdir(parents=True, exist_ok=True)
    failures: list[str] = []
    for number, path in enumerate(inputs, 1):
        started = time.perf_counter()
        try:
            written = convert(path, out, scale)
        except Exception as error:  # one bad file must not stop the rest
            failures.append(path.name)
            print(f"[{number}/{len(inputs)}] FAILED {path.name}: {told(error)}", file=sys.stderr)
            continue
        seconds = time.perf_counter() - started
        print(f"[{number}/{len(inputs)}] {path.name}: {len(written)} written, {seconds:.1f} s", flush=True)
    if failures:
        print(f"{len(failures)} of {len(inputs)} files failed", file=sys.stderr)
    return 1 if failures else 0


def convert(path: Path, out: Path, scale: float | None = None) -> list[Path]:
    """Write every animation in ``path`` to ``out`` and return the files written.

    Raises ValueError when the file is missing, of an unknown kind, or holds no animated armature.
    """
    load(path)
    found = animations()
    if not found:
        raise ValueError("no animated armature in the file")
    written: list[Path] = []
    for armature, action, slot in found:
        clip = sample(armature, action, slot, scale)
        stem = path.stem.removesuffix(".bvh")
        name = stem if len(found) == 1 else f"{stem}__{action.name}"
        target = out / (re.sub(r"[^\w.+-]+", "_", name) + ".npz")
        if target in written:
            target = target.with_stem(f"{target.stem}__{armature.name}")
        packed = io.BytesIO()  # a full disk in the middle of packing would be told twice, once as a traceback
        np.savez_compressed(packed, source=path.name, **clip)
        with written_whole(target) as unfinished:
            unfinished.write_bytes(packed.getbuffer())
        written.append(target)
    return written


def load(path: Path) -> None:
    """Replace the scene by the content of ``path``, without meshes (they only cost time)."""
    if not path.is_file():
        raise ValueError("no such file")
    kind = path.suffix.lower()
    bpy.ops.wm.read_homefile(use_empty=True)
    render = current_scene().render
    if kind == ".fbx":
        compat.import_fbx(str(path))
    elif kind in {".glb", ".gltf"}:
        render.fps, render.fps_base = GLB_FPS, 1.0
        compat.import_gltf(str(path))
    else:
        raise ValueError(f"cannot import '{kind}': give .fbx, .glb or .gltf")
    for item in [o for o in bpy.data.objects if o.type not in {"ARMATURE", "EMPTY"}]:
        bpy.data.objects.remove(item)


def animations() -> list[tuple[bpy.types.Object, bpy.types.Action, Any]]:
    """(armature, action, slot) for each action slot that keys at least one bone of an armature."""
    found = []
    for action in bpy.data.actions:
        for slot in compat.slots_of(action):
            keyed = set()
            for curve in compat.curves_of(action, slot):
                if match := BONE_IN_PATH.match(curve.data_path):
                    keyed.add(match.group(1))
            for armature in bpy.data.objects:
                if armature.type == "ARMATURE" and keyed & set(pose_bones(armature).keys()):
                    found.append((armature, action, slot))
                    break
    return found


def sample(armature: bpy.types.Object, action: bpy.types.Action, slot: Any, scale: float | None) -> dict[str, Any]:
    """Evaluate ``action`` on every whole frame of its range; returns the arrays of the npz."""
    scene = current_scene()
    skeleton = describe(armature)
    reset_pose(armature)
    compat.assign_action(armature, action, slot)
    first, last = round(action.frame_range[0]), round(action.frame_range[1])
    scene.frame_start, scene.frame_end = first, last

    bones = pose_bones(armature)
    count = len(bones)
    local = np.empty((last - first + 1, count, 4, 4), np.float32)
    tails = np.empty((last - first + 1, count, 3), np.float32)
    worlds = np.empty((last - first + 1, 4, 4), np.float32)
    matrices, ends = np.empty(count * 16, np.float32), np.empty(count * 3, np.float32)
    for row, frame in enumerate(range(first, last + 1)):
        scene.frame_set(frame)
        bones.foreach_get("matrix", matrices)
        bones.foreach_get("tail", ends)
        # foreach_get hands matrices over column by column
        local[row] = matrices.reshape(count, 4, 4).transpose(0, 2, 1)
        tails[row] = ends.reshape(count, 3)
        worlds[row] = np.array(armature.matrix_world)

    rest = np.array([np.array(pose.bone.matrix_local) for pose in bones], np.float32)
    rest_tails = np.array([pose.bone.tail_local[:] for pose in bones], np.float32)
    rest_world = np.array(armature.matrix_world, np.float32)
    positions, turns = to_joints(skeleton, local, tails, worlds)
    rest_positions, rest_rotations = to_joints(skeleton, rest[None], rest_tails[None], rest_world[None])
    unit_scale = scale if scale is not None else guess_scale(rest_positions[0])
    return {
        "joint_names": np.array(skeleton.names),
        "parents": np.array(skeleton.parents, np.int32),
        "positions": (positions * unit_scale).astype(np.float32),
        "rotations": turns,
        "rest_positions": (rest_positions[0] * unit_scale).astype(np.float32),
        "rest_rotations": rest_rotations[0],
        "fps": scene.render.fps / scene.render.fps_base,
        "unit_scale": unit_scale,
        "action": action.name,
        "armature": armature.name,
    }


def describe(armature: bpy.types.Object) -> Skeleton:
    """Joint list of ``armature``: parents before children, then the tails of leaf bones."""
    bones = list(pose_bones(armature))
    index_of = {pose.name: index for index, pose in enumerate(bones)}
    ordered = sorted(bones, key=lambda pose: len(pose.bone.parent_recursive))
    names = [pose.name for pose in ordered]
    joint_of = {name: joint for joint, name in enumerate(names)}
    parents = [joint_of[pose.parent.name] if pose.parent else -1 for pose in ordered]
    order = [index_of[name] for name in names]
    tail = [False] * len(names)
    for pose in ordered:
        # a leaf called *_end is itself an end marker; its tail was invented by the importer
        if not pose.children and not pose.name.lower().endswith("_end"):
            names.append(f"{pose.name}_end")
            parents.append(joint_of[pose.name])
            order.append(index_of[pose.name])
            tail.append(True)
    return Skeleton(names, parents, order, np.array(tail))


def reset_pose(armature: bpy.types.Object) -> None:
    """Rest pose, no NLA: an action that does not key a bone must not inherit the previous one's."""
    if armature.animation_data:
        for track in list(armature.animation_data.nla_tracks):
            armature.animation_data.nla_tracks.remove(track)
        armature.animation_data.action = None
    for pose in pose_bones(armature):
        pose.matrix_basis = Matrix.Identity(4)


def to_joints(
    skeleton: Skeleton, local: FloatArray, tails: FloatArray, worlds: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Armature-space bone matrices (T,B,4,4), tails (T,B,3) and object matrices (T,4,4)
    -> world positions (T,J,3) and wxyz rotations (T,J,4) in motion space, file units.
    """
    world = worlds[:, None] @ local
    world_tails = np.einsum("tij,tbj->tbi", worlds[:, :3, :3], tails) + worlds[:, None, :3, 3]
    heads = world[..., :3, 3]
    points = np.where(skeleton.is_tail[:, None], world_tails[:, skeleton.bone_order], heads[:, skeleton.bone_order])
    axes = world[..., :3, :3]
    axes = axes / np.maximum(np.linalg.norm(axes, axis=-2, keepdims=True), 1e-12)
    turned = coordinates.rotations_to_motion(axes[:, skeleton.bone_order])
    return coordinates.to_motion(points), rotations.continuous(rotations.to_quaternions(turned)).astype(np.float32)


def guess_scale(rest: FloatArray) -> float:
    """Metres per unit from the size of the rest pose (J,3) in file units; 1.0 when in doubt."""
    height = float((rest.max(0) - rest.min(0)).max())
    if 18.0 <= height <= 45.0:
        return CMU_METRES_PER_UNIT
    if 80.0 <= height <= 250.0:
        return 0.01
    return 1.0
