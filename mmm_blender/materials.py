"""Materials that look alike in Workbench, EEVEE, Cycles and glTF."""

from __future__ import annotations

from typing import Any

import bpy

from .palette import Rgba


def simple_material(name: str, color: Rgba, roughness: float = 0.9) -> bpy.types.Material:
    """The material called ``name``, made once; ``color`` is linear RGBA."""
    material = bpy.data.materials.get(name)
    if material is None:
        material = bpy.data.materials.new(name)
        material.diffuse_color = color
        material.roughness = roughness
        if bpy.app.version < (5, 0, 0):
            material.use_nodes = True
        tree: Any = material.node_tree
        shader = tree.nodes["Principled BSDF"]
        shader.inputs["Base Color"].default_value = color
        shader.inputs["Roughness"].default_value = roughness
    return material
