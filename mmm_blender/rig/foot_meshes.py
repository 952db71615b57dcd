"""The soles of a character, read off the meshes that its feet move."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import NDArray

from ..coordinates import FloatArray
from . import slots
from .mapping import RigMapping
from .skeleton import RigRest
from .sole import Sole, sole_of_bone, sole_of_mesh

Rows = NDArray[np.signedinteger[Any]]

MOST_VERTICES = 20000  # of a mesh near a foot that are looked at; of more every n-th is
BELONGS = 0.5  # share of a vertex' weight from which it moves with a foot
AT_JOINT = 0.02  # share of the leg's length: a deforming bone that begins as near to a joint is that joint's
TOP = 0.25  # share of the leg's length above the ankle up to which there may be a shoe
LONGEST = 1.5  # share of the leg's length from the ankle up to which there may be a foot
FEET = ("ankle", "foot")


def with_soles(armature: bpy.types.Object, rest: RigRest, mapping: RigMapping) -> RigRest:
    """``rest`` knowing the soles of its feet: of the mesh, else the tips of its toe bones, else none."""
    facing = rest.facing()
    bones = foot_bones(armature, rest, mapping)
    found: dict[str, Sole] = {}
    seen = [each for item in meshes_of(armature) for each in _foot_vertices(armature, item, bones, rest, facing[:, 1])]
    for side in slots.SIDES:
        ankle, foot = f"{side}_ankle", f"{side}_foot"
        parts = [part for which, *part in seen if which == side]
        if parts:
            points, toes, shins = (np.concatenate(column) for column in zip(*parts, strict=True))
            found[side] = sole_of_mesh(points, toes, shins, facing)
        elif foot in rest.heads:
            tip = sole_of_bone(rest.heads[ankle], rest.heads[foot], rest.tails[foot], facing[:, 1])
            found |= {side: tip} if tip is not None else {}
    return replace(rest, soles=found)


def foot_bones(armature: bpy.types.Object, rest: RigRest, mapping: RigMapping) -> dict[str, set[str]]:
    """Slot of each ankle and toe joint -> the bones that move with it, those of the toes not with the ankle."""
    data: bpy.types.Armature = armature.data  # type: ignore[assignment]
    found: dict[str, set[str]] = {}
    near = AT_JOINT * rest.leg_length()
    for side in slots.SIDES:
        for joint in FEET:
            slot = f"{side}_{joint}"
            if slot not in rest.heads:
                continue
            tops = [data.bones[mapping.bones[slot]]]
            if mapping.controls:  # what deforms is moved by helpers, and sits where the control does
                head = rest.heads[slot]
                tops = [b for b in data.bones if b.use_deform and np.linalg.norm(np.array(b.head_local) - head) < near]
            found[slot] = {bone.name for top in tops for bone in (top, *top.children_recursive)}
        if f"{side}_foot" in found:
            found[f"{side}_ankle"] -= found[f"{side}_foot"]
    return found


def meshes_of(armature: bpy.types.Object) -> list[bpy.types.Object]:
    """The meshes that ``armature`` moves: deformed by it, or hung on a bone of it."""
    return [
        item
        for item in bpy.data.objects
        if item.type == "MESH"
        and (
            any(isinstance(each, bpy.types.ArmatureModifier) and each.object == armature for each in item.modifiers)
            or (item.parent == armature and item.parent_type == "BONE")
        )
    ]


def foot_weights(
    item: bpy.types.Object, rows: Rows, ankle: set[str], toes: set[str]
) -> tuple[Rows, FloatArray, FloatArray]:
    """Those of the vertices ``rows`` (N,) of a mesh that move with a foot, the share (N,) of its toes in that, and the
    share (N,) by which they move with other bones, such as the shin.
    """
    if item.parent_type == "BONE" and not any(each.type == "ARMATURE" for each in item.modifiers):
        moved = item.parent_bone in ankle | toes
        count = len(rows) * moved
        return rows[:count], np.full(count, float(item.parent_bone in toes)), np.zeros(count)
    kind = {group.index: 0 if group.name in ankle else 1 for group in item.vertex_groups if group.name in ankle | toes}
    if not kind:
        return rows[:0], np.zeros(0), np.zeros(0)
    vertices = item.data.vertices  # type: ignore[union-attr]
    weights = np.zeros((len(rows), 3))
    for place, row in enumerate(rows.tolist()):
        for each in vertices[row].groups:
            weights[place, kind.get(each.group, 2)] += each.weight
    whole, total = weights[:, 0] + weights[:, 1], np.maximum(weights.sum(1), 1e-6)
    moved = whole > BELONGS * total
    return rows[moved], weights[moved, 1] / whole[moved], weights[moved, 2] / total[moved]


def _foot_vertices(
    armature: bpy.types.Object, item: bpy.types.Object, bones: dict[str, set[str]], rest: RigRest, up: FloatArray
) -> Iterator[tuple[str, FloatArray, FloatArray, FloatArray]]:
    """Side, places (N, 3), at rest, and shares (N,) of toes and shin, of a mesh's vertices that are feet."""
    mesh: bpy.types.Mesh = item.data  # type: ignore[assignment]
    points = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", points)
    matrix = np.array(_at_rest(armature, item))
    placed = points.reshape(-1, 3) @ matrix[:3, :3].T + matrix[:3, 3]
    leg = rest.leg_length()
    for side in slots.SIDES:
        ankle = rest.heads[f"{side}_ankle"]
        below = (placed - ankle) @ up < TOP * leg
        rows = np.flatnonzero(below & (np.linalg.norm(placed - ankle, axis=-1) < LONGEST * leg))
        rows, toes, shins = foot_weights(
            item, rows[:: len(rows) // MOST_VERTICES + 1], bones[f"{side}_ankle"], bones.get(f"{side}_foot", set())
        )
        if len(rows):
            yield side, placed[rows].astype(np.float64), toes, shins


def _at_rest(armature: bpy.types.Object, item: bpy.types.Object) -> Matrix:
    """From a mesh's own space to the armature's, all bones at rest."""
    if item.parent == armature and item.parent_type == "BONE":
        bone = armature.data.bones[item.parent_bone]  # type: ignore[union-attr]
        end = bone.matrix_local @ Matrix.Translation((0.0, bone.length, 0.0))
        return end @ item.matrix_parent_inverse @ item.matrix_basis
    return armature.matrix_world.inverted() @ item.matrix_world
