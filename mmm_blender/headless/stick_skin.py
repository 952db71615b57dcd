"""A body of capsules for rigs that come without one, so that they can be looked at: the ghost's figure, made solid."""

from __future__ import annotations

from collections.abc import Sequence

import bpy
import numpy as np
from mathutils import Matrix

from .. import ghost
from ..coordinates import FloatArray
from ..materials import simple_material
from ..palette import side_color
from ..rig import canonical
from ..rig.mapping import RigMapping
from ..rig.skeleton import read_rest
from ..scene import current_scene, current_view_layer


def add_stick_skin(armature: bpy.types.Object, mapping: RigMapping) -> None:
    """Hang a capsule on every limb of ``armature``, which stands in its rest pose."""
    rest = read_rest(armature, mapping.for_sampling())
    bone_of = dict(zip(rest.joints, rest.bones, strict=True))
    heads = {slot: rest.heads[slot] for slot in rest.joints if slot in canonical.INDEX}
    length = rest.leg_length()
    for slot, head in heads.items():
        above = rest.parents[slot]
        while above is not None and above not in heads:
            above = rest.parents[above]
        kind = ghost.kind_of(slot)
        color = "" if kind in ghost.TRUNK else slot.split("_")[0]
        if above is not None:
            _add_capsule(armature, bone_of[above], np.stack([heads[above], head]), ghost.RADII[kind], color, length)
        if part := ghost.tip_of(slot, heads):
            tip = rest.tails[slot]
            if kind == "head":  # importers draw it as long as they like
                tip = head + rest.facing()[:, 1] * 0.2 * length
            _add_capsule(armature, bone_of[slot], np.stack([head, tip]), ghost.RADII[part], color, length)
    for slot, (axes, features) in ghost.features_of(rest).items():
        for feature in features:
            ends = heads[slot] + np.array(feature.ends) @ axes.T * length
            _add_capsule(armature, bone_of[slot], ends, feature.radii, slot.split("_")[0], length)


def _add_capsule(
    armature: bpy.types.Object, bone: str, ends: FloatArray, radii: Sequence[float], side: str, length: float
) -> None:
    """Hang a capsule between ``ends`` (2, 3), armature space, on ``bone``; ``radii`` are shares of ``length``."""
    vertices, _ = ghost.capsules(ends[None], np.array([radii]) * length)
    mesh = bpy.data.meshes.new(f"Stick {bone}")
    mesh.from_pydata(vertices.tolist(), [], ghost.capsule_triangles(1).tolist())
    mesh.polygons.foreach_set("use_smooth", np.ones(len(mesh.polygons), bool))
    mesh.materials.append(simple_material(f"Stick {side}", (*side_color(side), 1.0)))
    item = bpy.data.objects.new(mesh.name, mesh)
    current_scene().collection.objects.link(item)
    item.parent, item.parent_type, item.parent_bone = armature, "BONE", bone
    current_view_layer().update()
    item.matrix_world = armature.matrix_world @ Matrix.Identity(4)
