"""Blender's optional context, made sure of: each function returns the thing or says what is missing."""

from __future__ import annotations

from typing import Any

import bpy

from .translation import rpt_


def current_scene() -> bpy.types.Scene:
    """The scene in the context. Raises ValueError when Blender has none open."""
    scene = bpy.context.scene
    if scene is None:
        raise ValueError("no scene is open")
    return scene


def current_view_layer() -> bpy.types.ViewLayer:
    """The view layer in the context. Raises ValueError when Blender has none open."""
    view_layer = bpy.context.view_layer
    if view_layer is None:
        raise ValueError("no view layer is open")
    return view_layer


def scene_camera(scene: bpy.types.Scene) -> bpy.types.Object:
    """The scene's camera. Raises ValueError when there is none."""
    if scene.camera is None:
        raise ValueError(rpt_("scene '{name}' has no camera: add one").format(name=scene.name))
    return scene.camera


def pose_bones(armature: bpy.types.Object) -> Any:
    """Pose bones of an armature object. Raises ValueError for any other object."""
    if armature.pose is None:
        raise ValueError(rpt_("'{name}' is not an armature: select one").format(name=armature.name))
    return armature.pose.bones
