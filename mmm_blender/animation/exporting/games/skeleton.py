"""The bones that go into a game: those that deform, below one root bone on the floor."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np
from mathutils import Matrix

from ....coordinates import FloatArray
from ....rig.mapping import RigMapping
from ....translation import rpt_

ROOT = "root"
ON_FLOOR = 0.05  # of the pelvis' height: a bone that begins below it and carries all others is a root bone already


@dataclass(frozen=True)
class GameSkeleton:
    """B bones, parents before children, the root first.

    Attributes:
        names: of the bones in the file.
        sources: of the rig's bones they follow; "" for a root bone that the rig lacks.
        parents: index of each bone's parent, -1 for the root.
        rest: (B, 4, 4) in the file's frame, metres.
        lengths: (B,) metres.
        pelvis: index of the bone that carries the body.
        feet: indices of the mapped ankles.
        scale: (4, 4) the rig's armature space to the file's frame.
    """

    names: tuple[str, ...]
    sources: tuple[str, ...]
    parents: tuple[int, ...]
    rest: FloatArray
    lengths: FloatArray
    pelvis: int
    feet: tuple[int, ...]
    scale: FloatArray


def find_skeleton(armature: bpy.types.Object, mapping: RigMapping, deform_only: bool) -> GameSkeleton:
    """The skeleton of ``armature`` for a game. Raises ValueError when a mapped bone would have no place in it."""
    data: bpy.types.Armature = armature.data  # type: ignore[assignment]
    deforming = [bone for bone in data.bones if bone.use_deform]
    chosen = deforming if deform_only and deforming else list(data.bones)
    names = [bone.name for bone in chosen]
    world = np.array(armature.matrix_world)
    scale = np.eye(4)
    yaw = np.arctan2(world[1, 0], world[0, 0])
    unturned = np.array(Matrix.Rotation(-yaw, 3, "Z"))
    scale[:3, :3] = unturned @ world[:3, :3]
    rest = np.array([scale @ np.array(bone.matrix_local) for bone in chosen])
    sizes = np.linalg.norm(rest[:, :3, :3], axis=1)
    lengths = np.array([bone.length for bone in chosen]) * sizes[:, 1]
    rest[:, :3, :3] /= sizes[:, None]
    parents = [_parent(bone, names) for bone in chosen]
    pelvis = _carrier(armature, mapping, names)
    top = pelvis
    while parents[top] >= 0:
        top = parents[top]
    if top != pelvis and rest[top, 2, 3] < ON_FLOOR * rest[pelvis, 2, 3] and parents.count(-1) == 1:
        order = [top, *(index for index in range(len(names)) if index != top)]
        sources = [names[index] for index in order]
    else:
        order, sources = list(range(len(names))), ["", *names]
        names.insert(0, _free_name(names))
        rest = np.concatenate((np.eye(4)[None], rest))
        lengths = np.concatenate(([0.1 * rest[pelvis + 1, 2, 3]], lengths))
        parents = [-1, *(parent + 1 for parent in parents)]
        order, pelvis = [0, *(index + 1 for index in order)], pelvis + 1
    place = {old: new for new, old in enumerate(order)}
    feet = [sources.index(name) for name in _ankles(armature, mapping, sources)]
    return GameSkeleton(
        tuple(names[index] for index in order),
        tuple(sources),
        tuple(place[parents[index]] if parents[index] >= 0 else -1 for index in order),
        rest[order],
        lengths[order],
        place[pelvis],
        tuple(feet),
        scale,
    )


def build_armature(skeleton: GameSkeleton, name: str, collection: bpy.types.Collection) -> bpy.types.Object:
    """An armature object with the skeleton's bones at rest, at the origin, active and in object mode."""
    data = bpy.data.armatures.new(name)
    made = bpy.data.objects.new(name, data)
    collection.objects.link(made)
    bpy.context.view_layer.objects.active = made  # type: ignore[union-attr]
    bpy.ops.object.mode_set(mode="EDIT")
    bones = [data.edit_bones.new(each) for each in skeleton.names]
    for bone, parent, rest, length in zip(bones, skeleton.parents, skeleton.rest, skeleton.lengths, strict=True):
        bone.head, bone.tail = (0.0, 0.0, 0.0), (0.0, max(float(length), 1e-3), 0.0)
        bone.matrix = Matrix(rest.tolist())
        if parent >= 0:
            bone.parent = bones[parent]
    bpy.ops.object.mode_set(mode="OBJECT")
    return made


def _parent(bone: bpy.types.Bone, names: list[str]) -> int:
    """Index of the nearest chosen bone above, -1 for none."""
    above = bone.parent
    while above is not None and above.name not in names:
        above = above.parent
    return -1 if above is None else names.index(above.name)


def _carrier(armature: bpy.types.Object, mapping: RigMapping, names: list[str]) -> int:
    """Index of the chosen bone that goes where the mapped pelvis goes."""
    wanted = mapping.sampled.get("pelvis", mapping.bones.get("pelvis", ""))
    if wanted in names:
        return names.index(wanted)
    return _nearest(armature, wanted, names)


def _ankles(armature: bpy.types.Object, mapping: RigMapping, sources: list[str]) -> list[str]:
    """The chosen bones that stand for the mapped ankles."""
    found = []
    for side in ("left", "right"):
        wanted = mapping.sampled.get(f"{side}_ankle", mapping.bones.get(f"{side}_ankle", ""))
        if wanted:
            known = [name for name in sources if name]
            found.append(wanted if wanted in known else known[_nearest(armature, wanted, known)])
    return found


def _nearest(armature: bpy.types.Object, wanted: str, names: list[str]) -> int:
    """Index of the bone that begins nearest to where the bone ``wanted`` begins at rest."""
    bones = armature.data.bones  # type: ignore[union-attr]
    if wanted not in bones:
        raise ValueError(
            rpt_("'{name}' has no bone '{bone}': map its bones first").format(name=armature.name, bone=wanted)
        )
    away = [(bones[name].head_local - bones[wanted].head_local).length for name in names]
    return int(np.argmin(away))


def _free_name(names: list[str]) -> str:
    found, number = ROOT, 2
    while found.lower() in {name.lower() for name in names}:
        found, number = f"{ROOT}_{number}", number + 1
    return found
